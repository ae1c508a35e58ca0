"""The documentation as tests see it: pages, their code blocks, their headings and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.system import ROOT

DOCS = ROOT / "docs"
_FENCE = re.compile(r"^```(\S*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def every_page() -> list[Path]:
    """Every Markdown file of the project, vendored licences and environments left out."""
    folders = (ROOT, DOCS, ROOT / "bench", ROOT / "sandbox", ROOT / "deploy", ROOT / ".github")
    nested = (DOCS / "decisions", ROOT / "deploy")
    found = {page for folder in folders for page in folder.glob("*.md")}
    return sorted(found | {page for folder in nested for page in folder.rglob("*.md")})


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of one language, in their order."""
    return [body for named, body in _FENCE.findall(page.read_text(encoding="utf-8")) if named == language]


def links(page: Path) -> Iterator[str]:
    """Where a page's links and pictures go; what stands in code is no link."""
    prose = re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text(encoding="utf-8")))
    for found in _LINK.findall(prose):
        yield next(filter(None, found))


def anchors(page: Path) -> set[str]:
    """The anchors that a code host makes of a page's headings."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return {_anchor(heading) for heading in _HEADING.findall(prose)}


def _anchor(heading: str) -> str:
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).casefold().replace("`", "")
    return re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-")


def table_column(text: str, column: int = 0) -> list[str]:
    """The cells of one column of every table in a text, without its head."""
    rows = [line.strip().strip("|") for line in text.splitlines() if line.strip().startswith("|")]
    cells = [re.split(r"(?<!\\)\|", row) for row in rows]
    rules = {number for number, row in enumerate(cells) if all(re.fullmatch(r"\s*:?-+:?\s*", cell) for cell in row)}
    heads = {number - 1 for number in rules}
    return [
        row[column].strip() for number, row in enumerate(cells) if number not in rules | heads and len(row) > column
    ]


def in_code(cells: list[str]) -> set[str]:
    """Everything that stands `so` in some cells."""
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}
