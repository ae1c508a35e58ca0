"""Digests of what must not be kept in clear."""

from __future__ import annotations

from ringback.digests import LENGTH, digest


def test_the_same_text_has_the_same_digest() -> None:
    """One key gives one digest for one text, another key or text another one, and the text cannot be read in it."""
    assert digest("key", "+14165550123") == digest("key", "+14165550123")
    assert len({digest("key", "+14165550123"), digest("other", "+14165550123"), digest("key", "+14165550124")}) == 3
    assert len(digest("key", "+14165550123")) == LENGTH
    assert "4165550123" not in digest("key", "+14165550123")
