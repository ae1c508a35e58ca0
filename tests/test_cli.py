"""The operator's commands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from ringback.cli import main
from ringback.ledger.store import Ledger
from ringback.models import CallbackRequest, State


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty ledger, as the environment names it."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    monkeypatch.setenv("RINGBACK_LEDGER_URL", url)
    return url


async def fill(url: str, request: CallbackRequest) -> None:
    """One call-back that is on hold."""
    ledger = await Ledger.open(url)
    begun = await ledger.begin(request, provider="fonolo", now=1_800_000_000.0, look_at=1_800_000_045.0)
    await ledger.change(
        begun.callback, state=State.HOLDING, word="Holding", now=1_800_000_010.0, next_poll_at=None, provider_id="CA1"
    )
    await ledger.close()


def test_list_and_show(
    url: str, request_for: Callable[..., CallbackRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    """`list` and `show` tell where a call-back stands and what happened to it, with the number masked."""
    asyncio.run(fill(url, request_for("k1")))
    assert main(["list"]) == 0
    assert main(["show", "k1"]) == 0
    printed = capsys.readouterr().out
    assert "k1" in printed
    assert "HOLDING" in printed
    assert "Holding" in printed
    assert "5550123" not in printed


def test_nothing_to_show(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty ledger and an unknown key are said in a sentence."""
    assert main(["list"]) == 0
    assert main(["show", "nope"]) == 1
    printed = capsys.readouterr()
    assert "No open call-backs." in printed.out
    assert "There is no call-back nope" in printed.err
