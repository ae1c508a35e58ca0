"""The operator's commands about privacy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ringback.cli import main
from ringback.ledger.store import Ledger
from ringback.models import Callback, CallbackRequest, State

MakeRequest = Callable[..., CallbackRequest]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty ledger, as the environment names it; no conversations anywhere."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    (tmp_path / "endpoints.yml").write_text("{}")
    monkeypatch.setenv("RINGBACK_LEDGER_URL", url)
    monkeypatch.setenv("RINGBACK_CHATS_URL", f"sqlite:///{tmp_path / 'chats.sqlite3'}")
    monkeypatch.setenv("RINGBACK_ENDPOINTS_FILE", str(tmp_path / "endpoints.yml"))
    monkeypatch.setenv("RINGBACK_RASA_TOKEN", "any")
    return url


def fill(url: str, request: CallbackRequest, state: State) -> None:
    async def write() -> None:
        ledger = await Ledger.open(url)
        begun = await ledger.begin(request, provider="tenios", now=1_800_000_000.0, look_at=1_800_000_045.0)
        next_look = None if state.is_final else 1_800_000_045.0
        written = await ledger.change(
            begun.callback, state=state, word="x", now=1_800_000_010.0, next_poll_at=next_look, provider_id="CA1"
        )
        assert isinstance(written, Callback)
        await ledger.close()

    asyncio.run(write())


def test_export_and_erase(url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """What is known about a number is told as JSON, in whatever way it is written, and then erased."""
    fill(url, request_for("k1"), State.COMPLETED)
    assert main(["export", "416 555 0123"]) == 0
    assert json.loads(capsys.readouterr().out)["callbacks"][0]["answers"] == {"Q1": "my bill"}
    assert main(["erase", "+14165550123"]) == 0
    assert capsys.readouterr().out.startswith("Erased: 1 call-backs, 1 conversations.")
    assert main(["show", "k1"]) == 0
    assert "••" not in capsys.readouterr().out
    assert main(["export", "+14165550123"]) == 0
    assert json.loads(capsys.readouterr().out) == {"number": "+14165550123", "callbacks": []}


def test_a_call_that_cannot_be_called_off_is_in_the_way(
    url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is erased, and the sentence names the call."""
    fill(url, request_for("k1"), State.CALLING_CUSTOMER)
    assert main(["erase", "+14165550123"]) == 1
    assert "k1 is under way" in capsys.readouterr().err
    assert main(["export", "+14165550123"]) == 0
    assert len(json.loads(capsys.readouterr().out)["callbacks"]) == 1


@pytest.mark.parametrize("command", ["erase", "export"])
def test_nobody_is_erased_by_guessing(url: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is not one number is refused with a sentence."""
    assert main([command, "Maria"]) == 1
    assert "country code" in capsys.readouterr().err
