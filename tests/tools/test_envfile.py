"""The file .env."""

from __future__ import annotations

import stat
from pathlib import Path

from tools import envfile


def test_env_is_made_from_the_example(tmp_path: Path) -> None:
    """A missing .env becomes a copy of the example that only its owner can read."""
    example, target = tmp_path / ".env.example", tmp_path / ".env"
    example.write_text("A=1\n")

    assert envfile.create_missing(example, target)

    assert target.read_text() == "A=1\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_env_is_never_overwritten(tmp_path: Path) -> None:
    """What a person wrote stays."""
    example, target = tmp_path / ".env.example", tmp_path / ".env"
    example.write_text("A=1\n")
    target.write_text("A=mine\n")

    assert not envfile.create_missing(example, target)

    assert target.read_text() == "A=mine\n"
