"""Which sites are known, however they are written."""

from __future__ import annotations

import pytest

from channels.origins import Origins, normal


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" HTTPS://WWW.Example.com:443/ ", "https://www.example.com"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_written_as_browsers_do(written: str, origin: str) -> None:
    """Capital letters, default ports and a last slash make no difference."""
    assert normal(written) == origin


@pytest.mark.parametrize(
    "written",
    ["", "null", "*", "www.example.com", "ftp://example.com", "https://", "https://a/b", "https://*.a", "https://a b",
     "https://a; script-src *", "https://u@a", "https://a:x", "https://a?b"],
)  # fmt: skip
def test_no_origin(written: str) -> None:
    """Anything else is refused, above all what could smuggle words into a policy."""
    with pytest.raises(ValueError):
        normal(written)


@pytest.mark.parametrize(
    ("origin", "asker"),
    [
        (None, "self"),
        ("http://chat.example.com", "self"),
        ("https://chat.example.com", "self"),
        ("https://chat.example.com:443", "self"),
        ("https://www.example.com", "https://www.example.com"),
        ("http://www.example.com", None),
        ("https://www.example.com:8443", None),
        ("https://chat.example.com.evil.example", None),
        ("null", None),
        ("", None),
    ],
)
def test_who_is_asking(origin: str | None, asker: str | None) -> None:
    """The server's own address and the sites of the list are recognised, and nobody else."""
    origins = Origins.of(["https://www.example.com"])
    assert origins.recognise(origin, ["chat.example.com", ""]) == asker
    assert origins.frame_ancestors == "'self' https://www.example.com"
