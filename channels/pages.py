"""Finds the files of the chat page, and nothing else, for the web server inside Rasa."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

WEB_ROOT = Path(__file__).resolve().parent.parent / "web"

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}

# Button titles and messages are other people's words: no script but our own files may run, and no other host is asked.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "connect-src 'self' ws: wss:; img-src 'self' data:"
    ),
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True)
class Page:
    """A file that may be served, with its content type and an entity tag that changes with the file."""

    file: Path
    content_type: str
    etag: str


@dataclass(frozen=True)
class NoPage:
    """There is no such file to serve."""


def find(path: str, root: Path = WEB_ROOT) -> Page | NoPage:
    """The file for a path below the page's address (percent-encoded or not); the bare folder is ``index.html``.

    Hidden files, unknown kinds of file and whatever lies outside ``root``, also by a symbolic link, are not found.
    """
    wanted = unquote(path).strip("/") or "index.html"
    if "\x00" in wanted or "\\" in wanted or any(part.startswith(".") for part in wanted.split("/")):
        return NoPage()
    root = root.resolve()
    file = (root / wanted).resolve()
    content_type = CONTENT_TYPES.get(file.suffix.lower())
    if content_type is None or not file.is_relative_to(root) or not file.is_file():
        return NoPage()
    stat = file.stat()
    return Page(file, content_type, f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"')
