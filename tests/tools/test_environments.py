"""When an environment is right as it is."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tools import environments, pythons, stamps, uv
from tools.environments import Recipe


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    """An environment of two possible locks, finished and stamped with the first."""
    run, dev = tmp_path / "requirements.lock", tmp_path / "requirements-dev.lock"
    run.write_text("a==1\n")
    dev.write_text("a==1\nb==2\n")
    folder = tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/python").touch()
    recipe = Recipe(folder, "3.11", (run, dev), "Installing …")
    stamp(recipe, run)
    return recipe


def stamp(recipe: Recipe, lock: Path, *, finished: bool = True) -> None:
    """Write the stamp as an installation does."""
    made = stamps.Stamp(lock.name, stamps.digest(lock), "3.11.7", str(recipe.folder), finished)
    stamps.write(recipe.folder, made)


def test_a_finished_environment_is_left_alone(recipe: Recipe) -> None:
    """A second set-up has nothing to do."""
    assert environments.is_current(recipe)
    assert not environments.ensure(recipe)


def test_a_changed_lock_means_work(recipe: Recipe) -> None:
    """The lock's content counts."""
    recipe.locks[0].write_text("a==2\n")
    assert not environments.is_current(recipe)


def test_the_superset_will_do_for_running(recipe: Recipe) -> None:
    """An environment with the tests' packages also runs Ringback; the reverse is not true."""
    stamp(recipe, recipe.locks[1])
    assert environments.is_current(recipe)
    stamp(recipe, recipe.locks[0])
    assert not environments.is_current(dataclasses.replace(recipe, locks=recipe.locks[1:]))


def test_an_interrupted_installation_is_noticed(recipe: Recipe) -> None:
    """The stamp says `unfinished` as long as the installation runs."""
    stamp(recipe, recipe.locks[0], finished=False)
    assert not environments.is_current(recipe)


def test_a_moved_environment_is_noticed(recipe: Recipe, tmp_path: Path) -> None:
    """Scripts inside hold the old path, so an environment that was copied elsewhere is built anew."""
    moved = recipe.folder.rename(tmp_path / "elsewhere")
    assert not environments.is_current(dataclasses.replace(recipe, folder=moved))


def test_a_vanished_interpreter_is_noticed(recipe: Recipe) -> None:
    """bin/python may point to a Python that has been removed."""
    (recipe.folder / "bin/python").unlink()
    (recipe.folder / "bin/python").symlink_to("/nowhere/python3.11")
    assert not environments.is_current(recipe)


def test_a_broken_stamp_counts_as_none(recipe: Recipe) -> None:
    """Half a stamp is not believed."""
    (recipe.folder / stamps.NAME).write_text('{"lock_name": ')
    assert stamps.read(recipe.folder) == stamps.NoStamp()
    assert not environments.is_current(recipe)


def test_a_shim_is_replaced_by_the_file_behind_it(tmp_path: Path) -> None:
    """uv is never called through a pyenv shim, which may work here and fail one folder further down."""
    for file in ("pyenv/shims/uv", "pyenv/versions/3.11.7/bin/uv"):
        path = tmp_path / file
        path.parent.mkdir(parents=True)
        path.touch(mode=0o755)

    assert list(uv.on_path({"PATH": f"{tmp_path}/pyenv/shims"})) == [tmp_path / "pyenv/versions/3.11.7/bin/uv"]


@pytest.fixture
def uv_calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """What uv is asked to do, without doing it."""
    calls: list[list[str]] = []
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    monkeypatch.setattr(environments, "_uv", calls.append)
    monkeypatch.setattr(uv, "ensure", lambda: Path("/usr/bin/uv"))
    monkeypatch.setattr(pythons, "ensure", lambda version, _uv: pythons.Python(Path("/usr/bin/python3"), version))
    return calls


def steps(calls: list[list[str]]) -> list[str]:
    """The verbs and the lock."""
    return [" ".join([*call[1:3], Path(call[-1]).name]) for call in calls]


def test_what_somebody_else_installed_stays(recipe: Recipe, uv_calls: list[list[str]]) -> None:
    """In an environment without our stamp packages are added, and none is taken away."""
    (recipe.folder / stamps.NAME).unlink()
    (recipe.folder / "pyvenv.cfg").write_text("version_info = 3.11.7\n")

    assert environments.ensure(recipe)

    assert steps(uv_calls) == ["pip install requirements.lock"]
    assert environments.is_current(recipe)


def test_the_tests_packages_stay_when_their_lock_changes(recipe: Recipe, uv_calls: list[list[str]]) -> None:
    """Running after testing, with a new lock, does not take the tests' packages away."""
    stamp(recipe, recipe.locks[1])
    recipe.locks[1].write_text("a==2\nb==2\n")
    (recipe.folder / "pyvenv.cfg").write_text("version_info = 3.11.7\n")

    assert environments.ensure(recipe)

    assert steps(uv_calls) == ["pip sync requirements-dev.lock"]


def test_an_interrupted_installation_starts_from_scratch(recipe: Recipe, uv_calls: list[list[str]]) -> None:
    """Half-written packages are not mended but replaced, environment and all."""
    stamp(recipe, recipe.locks[0], finished=False)
    (recipe.folder / "pyvenv.cfg").write_text("version_info = 3.11.7\n")

    assert environments.ensure(recipe)

    assert steps(uv_calls) == ["venv --clear .venv", "pip sync requirements.lock"]
    assert environments.is_current(recipe)
