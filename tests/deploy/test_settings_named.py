"""Everything under deploy/ names only settings that exist, and the units are what `make run` starts, hardened."""

from __future__ import annotations

import re
from configparser import RawConfigParser
from pathlib import Path

import pytest

from actions.server import LONGEST_STOP
from tools.console import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HARDENED = ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "RestrictNamespaces", "LockPersonality")


def known_settings() -> set[str]:
    """The names in the settings table, those of one row that names several included."""
    table = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split("## The chat page")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"RINGBACK_[A-Z_]+", row)}


def files() -> list[Path]:
    return sorted(one for one in DEPLOY.rglob("*") if one.is_file() and one.suffix not in {".pyc", ".png"})


def is_known(name: str) -> bool:
    # The WhatsApp entry of credentials.yml is one row: RINGBACK_WHATSAPP_…
    return name in known_settings() or (
        name.startswith("RINGBACK_WHATSAPP_") and "RINGBACK_WHATSAPP_" in known_settings()
    )


def test_only_settings_that_exist_are_named() -> None:
    """A variable that deploy/ names is a row of the settings table; a misspelt one would silently do nothing."""
    assert "RINGBACK_LEDGER_URL" in known_settings()
    unknown = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in files()
        for name in re.findall(r"RINGBACK_[A-Z_]*[A-Z]", file.read_text(encoding="utf-8"))
        if not is_known(name)
    }
    assert unknown == set()


def test_a_misspelt_setting_would_be_found() -> None:
    """The comparison knows an unknown name when it sees one."""
    assert not is_known("RINGBACK_LEGER_URL")


def unit(file: Path) -> RawConfigParser:
    # A unit may repeat a key (Environment); which one is kept does not matter for what is asked here.
    parser = RawConfigParser(strict=False, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(file, encoding="utf-8")
    return parser


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_units_are_hardened_and_come_back(file: Path) -> None:
    """A unit runs as its own user, sees only what it needs, writes to var/ only, and is started again."""
    service = unit(file)["Service"]
    assert service["User"] == "ringback"
    assert service["Restart"] == "always"
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == "/opt/ringback/var"
    assert not service["CapabilityBoundingSet"]
    assert [name for name in HARDENED if service.get(name) != "yes"] == []
    assert int(service["TimeoutStopSec"]) > LONGEST_STOP


def test_units_start_what_make_run_starts() -> None:
    """The units' commands are the Procfile's, without its keeper; what they name lies in the project."""
    procfile = (ROOT / "Procfile").read_text()
    commands = {file.stem: unit(file)["Service"]["ExecStart"].replace("/opt/ringback/", "") for file in UNITS}
    assert set(commands) == {"ringback-actions", "ringback-rasa", "ringback-worker"}
    assert commands["ringback-actions"].startswith(".venv/bin/python -m rasa_sdk --actions actions")
    assert "-m rasa_sdk --actions actions --port" in procfile
    assert commands["ringback-rasa"].startswith("rasa-server/.venv/bin/python rasa-server/launch.py run --enable-api")
    assert "rasa-server/.venv/bin/python rasa-server/launch.py run --enable-api" in procfile
    for name in re.findall(r"[\w-]+\.yml", commands["ringback-rasa"]):
        assert (ROOT / name).is_file(), name


def test_units_listen_on_this_machine_only() -> None:
    """Neither the action server nor Rasa is reachable from outside before somebody decides so."""
    actions = (DEPLOY / "systemd" / "ringback-actions.service").read_text()
    assert "Environment=SANIC_HOST=127.0.0.1 " in actions
    assert " -i 127.0.0.1 " in (DEPLOY / "systemd" / "ringback-rasa.service").read_text()
