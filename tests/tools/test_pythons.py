"""Which Python an environment is built with."""

from __future__ import annotations

import sys
from pathlib import Path

from tools import pythons


def fake_python(path: Path, *, version: str = "", says: str = "") -> Path:
    """A command that answers like a Python of that version, or fails like a pyenv shim that is not active."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if version:
        path.write_text(f'#!/bin/sh\necho \'["{path}", "{version}"]\'\n')
    else:
        path.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit 127\n")
    path.chmod(0o755)
    return path


def test_a_command_on_path_is_taken_first(tmp_path: Path) -> None:
    """A python3.10 on PATH that runs wins over pyenv's versions."""
    wanted = fake_python(tmp_path / "usr/python3.10", version="3.10.4")
    fake_python(tmp_path / ".pyenv/versions/3.10.13/bin/python3.10", version="3.10.13")

    found = pythons.find("3.10", {"PATH": str(wanted.parent)}, tmp_path)

    assert found == pythons.Python(wanted, "3.10.4")


def test_a_shim_that_fails_is_passed_over(tmp_path: Path) -> None:
    """A pyenv shim that is not active is skipped for the version behind it, found without a pyenv command."""
    shim = fake_python(tmp_path / "py/shims/python3.10", says="pyenv: python3.10: command not found")
    wanted = fake_python(tmp_path / "py/versions/3.10.13/bin/python3.10", version="3.10.13")

    found = pythons.find("3.10", {"PATH": str(shim.parent)}, tmp_path / "home")

    assert found == pythons.Python(wanted, "3.10.13")


def test_a_command_of_another_version_is_passed_over(tmp_path: Path) -> None:
    """What calls itself python3.10 but is 3.12 is not believed."""
    liar = fake_python(tmp_path / "bin/python3.10", version="3.12.1")

    found = pythons.find("3.10", {"PATH": str(liar.parent)}, tmp_path)

    assert found == pythons.Missing("3.10", (pythons.Unusable(liar, "is Python 3.12.1"),))


def test_the_newest_patch_of_pyenv_is_taken(tmp_path: Path) -> None:
    """3.10.13 is newer than 3.10.9, whatever the alphabet says."""
    for version in ("3.10.9", "3.10.13", "3.10.2"):
        fake_python(tmp_path / f"root/versions/{version}/bin/python3.10", version=version)

    found = pythons.find("3.10", {"PATH": "", "PYENV_ROOT": str(tmp_path / "root")}, tmp_path)

    assert isinstance(found, pythons.Python)
    assert found.version == "3.10.13"


def test_home_is_searched_without_any_pyenv_setting(tmp_path: Path) -> None:
    """~/.pyenv counts even when neither PATH nor PYENV_ROOT knows of it."""
    wanted = fake_python(tmp_path / ".pyenv/versions/3.11.7/bin/python3.11", version="3.11.7")

    assert pythons.find("3.11", {}, tmp_path) == pythons.Python(wanted, "3.11.7")


def test_nothing_found_names_what_was_tried(tmp_path: Path) -> None:
    """A miss keeps the reason of each candidate, so that a person can be told."""
    shim = fake_python(tmp_path / "shims/python3.10", says="not active")

    assert pythons.find("3.10", {"PATH": str(shim.parent)}, tmp_path) == pythons.Missing(
        "3.10", (pythons.Unusable(shim, "not active"),)
    )


def test_a_real_interpreter_tells_its_version() -> None:
    """The question really works: the interpreter of this test run is recognised, by its real path."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"

    found = pythons.check(Path(sys.executable), version)

    assert isinstance(found, pythons.Python)
    assert found.version.startswith(f"{version}.")
    assert ".venv" not in found.path.parts
