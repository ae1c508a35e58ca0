"""The tests of the documentation can fail: each of several errors, planted in a copy of the project, is found."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.system import ROOT

LONGEST = 120.0
"""Seconds for one run of one test."""
LEFT_OUT = shutil.ignore_patterns(
    *(
        ".git",
        ".venv",
        ".tools",
        ".hypothesis",
        ".*_cache",
        "__pycache__",
        "_build",
        "models",
        "var",
        "artefacts",
        ".rasa",
    )
)


@dataclass(frozen=True)
class Error:
    """A mistake as people make them: in a file, the first match of a pattern becomes something else."""

    file: str
    pattern: str
    instead: str
    test: str


ERRORS = {
    "a setting that is told nowhere": Error(
        "ringback/settings.py",
        r"\n    (ledger_url: )",
        r"\n    planted: str = ''\n    \1",
        "tests/test_settings.py::test_every_setting_is_documented",
    ),
    "a setting that does not exist": Error(
        "docs/cluster.md",
        r"RINGBACK_LEDGER_URL",
        "RINGBACK_LEGDER_URL",
        "tests/docs/test_reference.py::test_no_setting_is_invented",
    ),
    "a target of make that is told nowhere": Error(
        "docs/commands.md", r"\| `make smoke` .*\n", "", "tests/docs/test_reference.py::test_every_make_target_is_told"
    ),
    "a metric that is told nowhere": Error(
        "docs/operations.md",
        r"`ringback_orders_total`",
        "`ringback_order_total`",
        "tests/test_metrics.py::test_every_metric_is_documented",
    ),
    "a magic number that is wrong": Error(
        "docs/magic-numbers.md",
        r"14165550140",
        "14165550149",
        "tests/docs/test_reference.py::test_every_magic_number_is_told",
    ),
    "a state that is over and said not to be": Error(
        "docs/states.md",
        r"(`CANCELLED`.*)\| yes \|",
        r"\1| no |",
        "tests/docs/test_reference.py::test_every_state_is_told",
    ),
    "a link that leads nowhere": Error(
        "README.md",
        r"\(docs/languages\.md\)",
        "(docs/language.md)",
        "tests/docs/test_reference.py::test_links_lead_somewhere",
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as somebody is about to change it."""
    folder = tmp_path_factory.mktemp("planted") / "project"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT, symlinks=True)
    return folder


def passes(folder: Path, test: str) -> bool:
    """How one test goes there. Raises AssertionError when there is no such test."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", test]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return done.returncode == 0


@pytest.mark.parametrize("name", ERRORS)
def test_it_is_found(copy: Path, name: str) -> None:
    """The test that is there for it, which passes here, fails with the error."""
    error = ERRORS[name]
    file = copy / error.file
    before = file.read_text(encoding="utf-8")
    planted, times = re.subn(error.pattern, error.instead, before, count=1)
    assert times == 1
    file.write_text(planted, encoding="utf-8")
    try:
        assert not passes(copy, error.test)
    finally:
        file.write_text(before, encoding="utf-8")
