"""Only the chat page's own files are served."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from channels.pages import NoPage, Packer, Page, accepts_gzip, find, is_current


@pytest.fixture
def web(tmp_path: Path) -> Path:
    root = tmp_path / "web"
    (root / "vendor").mkdir(parents=True)
    for name in ("index.html", "chat.js", "vendor/lib.js", ".env", "secret.py"):
        (root / name).write_text(name)
    (tmp_path / "outside.js").write_text("outside")
    (root / "link.js").symlink_to(tmp_path / "outside.js")
    return root


@pytest.mark.parametrize(
    ("path", "name"), [("", "index.html"), ("/", "index.html"), ("vendor/lib.js", "vendor/lib.js")]
)
def test_finds_the_page(web: Path, path: str, name: str) -> None:
    """The bare folder is the page itself; files in folders are found."""
    page = find(path, web)
    assert isinstance(page, Page)
    assert page.file == web / name


@pytest.mark.parametrize(
    "path",
    [
        "../outside.js",
        "%2e%2e/outside.js",
        "vendor/../../outside.js",
        "link.js",
        ".env",
        "secret.py",
        "vendor",
        "no.js",
        "a%00.js",
    ],
)
def test_finds_nothing_else(web: Path, path: str) -> None:
    """Neither what lies outside, nor hidden files, nor kinds of file that are no part of a page."""
    assert isinstance(find(path, web), NoPage)


def test_the_tag_changes_with_the_file(web: Path) -> None:
    """A browser that asks again after an update gets the new file."""
    before = find("chat.js", web)
    (web / "chat.js").write_text("something longer")
    after = find("chat.js", web)
    assert isinstance(before, Page)
    assert isinstance(after, Page)
    assert before.etag != after.etag


@pytest.mark.parametrize(
    ("header", "accepted"),
    [("gzip, br", True), ("br;q=1, gzip;q=0.5", True), ("*", True), ("", False), ("br", False), ("gzip;q=0", False)],
)
def test_who_takes_packed_files(header: str, accepted: bool) -> None:
    """Files are packed only for those who say that they can unpack them."""
    assert accepts_gzip(header) is accepted


def test_packed_once_for_each_version(web: Path) -> None:
    """A file is packed when it is first asked for and again when it has changed."""
    packer = Packer()
    (web / "chat.js").write_text("word " * 500)
    page = find("chat.js", web)
    assert isinstance(page, Page)
    assert page.shrinks
    packed = packer.packed(page)
    assert gzip.decompress(packed) == b"word " * 500
    assert packer.packed(page) is packed
    (web / "chat.js").write_text("other " * 500)
    changed = find("chat.js", web)
    assert isinstance(changed, Page)
    assert gzip.decompress(packer.packed(changed)) == b"other " * 500


def test_a_tag_is_recognised() -> None:
    """A browser's tag is found among several, and also where a proxy marked it as weak."""
    assert is_current('"a", W/"b"', '"b"')
    assert not is_current('"a"', '"b"')
    assert not is_current("", '"b"')
