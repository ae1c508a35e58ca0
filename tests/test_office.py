"""The parts put together, as the action server does it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ringback.office import open_office
from ringback.settings import Settings, SettingsError
from tests.system import ROOT


def settings(tmp_path: Path, **provider: object) -> Settings:
    """The project's own settings with another ledger, provider address and provider."""
    desk = yaml.safe_load((ROOT / "desk.yml").read_text(encoding="utf-8"))
    desk["providers"][0] |= provider
    (tmp_path / "desk.yml").write_text(yaml.safe_dump(desk), encoding="utf-8")
    return Settings(
        desk_file=tmp_path / "desk.yml",
        ledger_url=f"sqlite:///{tmp_path / 'ledger.sqlite3'}",
        fonolo_url="http://127.0.0.1:9/3.0/",
        fonolo_account_sid="",
        worker_inside=True,
    )


async def test_opens_and_closes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The desk opens with its follower and teller and closes again; a provider without credentials is named."""
    async with open_office(settings(tmp_path)) as desk:
        assert await desk.in_conversation("nobody") == []
    assert "RINGBACK_FONOLO_ACCOUNT_SID" in capsys.readouterr().out


async def test_unknown_wire_name(tmp_path: Path) -> None:
    """An override of a wire name that does not exist is an error that names it."""
    with pytest.raises(SettingsError, match="no_such_name"):
        async with open_office(settings(tmp_path, names={"no_such_name": "x"})):
            raise AssertionError
