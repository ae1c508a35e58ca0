"""Finds the files of the chat page, and nothing else, for the web server inside Rasa, with the rules they come with."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
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
_ALREADY_SMALL = frozenset({".png", ".ico"})
_WORTH_PACKING = 512
"""Bytes; a smaller file travels in one packet either way."""

_NO_DEVICES = ", ".join(
    f"{name}=()" for name in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)
COMMON_HEADERS = {
    # Kept by the browser, but asked about each time: a new version is there with the next load.
    "Cache-Control": "no-cache",
    "Permissions-Policy": _NO_DEVICES,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def chat_policy(frame_ancestors: str) -> str:
    """The chat page's Content-Security-Policy.

    Button titles and messages are other people's words: no script but our own files may run, no other host is asked.
    Styles may stand inline because deep-chat writes them so. ``frame_ancestors``: who may show the page in a frame.
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {frame_ancestors}"
    )


DEMO_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The demo shop's own, as strict as a shop's can be: the launcher has to work under it."""


@dataclass(frozen=True)
class Page:
    """A file that may be served, with its content type and an entity tag that changes with the file."""

    file: Path
    content_type: str
    etag: str

    @property
    def shrinks(self) -> bool:
        """Whether packing makes it travel faster."""
        return self.file.suffix.lower() not in _ALREADY_SMALL and self.file.stat().st_size >= _WORTH_PACKING


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


def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    for entry in header.lower().split(","):
        name, _, parameters = entry.partition(";")
        if name.strip() in {"gzip", "*"}:
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", parameters)
    return False


def is_current(header: str, etag: str) -> bool:
    """Whether an If-None-Match header names this tag; a proxy may have marked it as weak."""
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return etag in tags or "*" in tags


@dataclass
class Packer:
    """Files packed with gzip, each packed once for each of its versions."""

    _packed: dict[Path, tuple[str, bytes]] = field(default_factory=dict)

    def packed(self, page: Page) -> bytes:
        """The page's bytes, packed. Takes a moment the first time; raises OSError if the file is gone."""
        known = self._packed.get(page.file)
        if known is None or known[0] != page.etag:
            known = (page.etag, gzip.compress(page.file.read_bytes(), 9, mtime=0))
            self._packed[page.file] = known
        return known[1]
