"""The list of licences is whole, and a licence that nobody has looked at is a complaint."""

from __future__ import annotations

import re
import tomllib

from tools.console import ROOT
from tools.licences import PAGE, Part, canonical, complaints, normal, page

EVERYTHING = {"Here": [Part("one", "MIT"), Part("two", "Apache-2.0 OR BSD-3-Clause")]}


def test_a_page_in_step_has_no_complaints() -> None:
    """What has just been written is in step."""
    assert complaints(EVERYTHING, page(EVERYTHING)) == []


def test_a_package_that_is_not_listed_is_named() -> None:
    """A package that came since is named, with what to do."""
    more = {"Here": [*EVERYTHING["Here"], Part("three", "ISC")]}
    assert complaints(more, page(EVERYTHING)) == ["three is not in docs/licences.md: run python -m tools.licences"]


def test_a_strange_licence_is_named() -> None:
    """A licence that nobody has looked at is a complaint, also beside a known one."""
    strange = {"Here": [Part("viral", "MIT AND AGPL-3.0")]}
    assert complaints(strange, page(strange)) == ["viral is under 'MIT AND AGPL-3.0': look at it"]


def test_several_spellings_are_one_licence() -> None:
    """What packages write in several ways is one licence in the list."""
    assert normal("x", "MIT License") == normal("x", "MIT")
    assert normal("x", "Apache Software License; BSD License") == Part("x", "Apache-2.0, BSD")


def test_what_runs_is_in_the_page() -> None:
    """The project's own page names every package that pyproject.toml asks for at run time."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {canonical(re.split(r"[\[<>=]", one)[0]) for one in project["dependencies"]}
    words = re.split(r"[|,\n]", PAGE.read_text(encoding="utf-8"))
    assert asked - {canonical(word.strip()) for word in words} == set()
