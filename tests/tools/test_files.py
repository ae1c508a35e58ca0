"""The project's own files: what is typed is listed, what is locked holds no address."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from honcho.environ import parse_procfile

from sandbox import company
from tools.console import ROOT
from tools.places import with_env_file

LOCKS = ("requirements.lock", "requirements-dev.lock", "rasa-server/requirements.lock", "tools/uv.lock.txt")


def test_help_lists_every_target() -> None:
    """`make help` shows each target of the Makefile with its text."""
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    listed = {line.split()[1] for line in shown.splitlines() if line.strip().startswith("make ")}
    assert listed == targets
    assert {"run", "test", "check", "smoke", "bench", "help", "train", "setup", "lock", "clean"} <= targets


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_hashes_and_no_address(name: str) -> None:
    """A lock is bound to contents, not to the place where they were found."""
    text = (ROOT / name).read_text()
    assert "--hash=sha256:" in text
    assert not re.search(r"://|--index|--find-links| @ ", text)


def test_every_pinned_package_has_a_hash() -> None:
    """Not one requirement slips in unchecked."""
    for name in LOCKS:
        for line in (ROOT / name).read_text().splitlines():
            if "==" in line and not line.startswith((" ", "#")):
                assert line.endswith("\\"), f"{name}: {line}"


def test_env_example_points_to_the_sandbox() -> None:
    """Everything a fresh checkout needs is in the example, and nothing in it costs money."""
    values = with_env_file({}, ROOT / ".env.example")
    assert values["RINGBACK_FONOLO_URL"] == "http://127.0.0.1:8900/3.0/"
    assert values["RINGBACK_FONOLO_ACCOUNT_SID"] == company.ACCOUNT_SID
    assert values["RINGBACK_FONOLO_AUTH_TOKEN"] == company.AUTH_TOKEN
    assert "RINGBACK_RASA_TOKEN" not in values


def test_the_procfile_keeps_every_part_on_this_machine() -> None:
    """Each part runs under its keeper, and none listens on another interface than loopback."""
    processes = parse_procfile((ROOT / "Procfile").read_text()).processes
    assert list(processes) == ["sandbox", "actions", "rasa", "page"]
    for name in ("sandbox", "actions", "rasa"):
        assert f"-m tools.keep {name} -- " in processes[name]
    assert "SANIC_HOST=127.0.0.1" in processes["actions"]
    assert "-i 127.0.0.1" in processes["rasa"]


def test_ci_runs_the_tests() -> None:
    """.ci/run is a script that anybody may call from anywhere."""
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert "make test" in Path(script).read_text()


def test_rasa_brings_nothing_that_is_never_run() -> None:
    """On Linux TensorFlow comes without CUDA, nowhere with JAX; the rest of its lock is Rasa's own."""
    lock = (ROOT / "rasa-server" / "requirements.lock").read_text()
    pinned = dict(re.findall(r"^([\w-]+)==(\S+ ?;?[^\\\n]*)", lock, re.MULTILINE))
    assert pinned["tensorflow-cpu"].startswith("2.12.0 ; ") and "linux" in pinned["tensorflow-cpu"]
    assert "sys_platform != 'linux'" in pinned["tensorflow"]
    assert not {"jax", "jaxlib", "libclang"} & set(pinned)
