"""The channel is off as it is delivered, and what docs and credentials.yml say of switching it on is true."""

from __future__ import annotations

import re
import subprocess

import httpx
import pytest
import yaml

from channels.whatsapp_settings import read_settings
from tests.platforms.twilio import FakeTwilio
from tests.system import RASA_PYTHON, RASA_TOKEN, ROOT, System

_CREDENTIALS = (ROOT / "credentials.yml").read_text(encoding="utf-8")
_DOCS = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")


def switched_on() -> dict[str, str]:
    """The entry without its comment signs."""
    lines = _CREDENTIALS.splitlines()
    start = lines.index("# channels.whatsapp.WhatsAppInput:")
    entry = [line[2:] for line in lines[start:] if line.startswith("# ") and (":" in line)]
    found: dict[str, dict[str, str]] = yaml.safe_load("\n".join(entry[:6]))
    return found["channels.whatsapp.WhatsAppInput"]


def test_it_is_off_as_delivered() -> None:
    """Nobody has the channel who did not switch it on."""
    assert "channels.whatsapp.WhatsAppInput" not in yaml.safe_load(_CREDENTIALS)


def test_what_the_entry_names_is_all_that_is_needed() -> None:
    """The entry's settings make the channel whole, and docs/channels.md tells each of their variables."""
    entry = switched_on()
    assert read_settings(entry).missing == []
    for value in entry.values():
        variable = re.fullmatch(r"\${(RINGBACK_WHATSAPP_\w+)}", value)
        assert variable is not None
        assert f"{variable[1]}=" in _DOCS


def test_without_its_secrets_it_refuses_everything_and_says_why(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No token: the server starts, its doors are not there, a push fails loudly, and the log names what is missing."""
    platform = FakeTwilio()
    system = System(
        tmp_path_factory.mktemp("off"),
        credentials={"channels.whatsapp.WhatsAppInput": {"account_sid": platform.account, "auth_token": ""}},
    )
    platform.bot_url = system.rasa_url
    system.rasa.start()
    try:
        system.rasa.wait()
        form = platform.inbound("whatsapp:+14165550123", "hello")
        platform.token = ""
        assert platform.deliver(form).status_code == 404
        assert platform.deliver(form, signature="").status_code == 404
        pushed = httpx.post(
            f"{system.rasa_url}/conversations/wa-1/tracker/events",
            params={"output_channel": "whatsapp", "execute_side_effects": "true", "token": RASA_TOKEN},
            json=[{"event": "bot", "text": "News", "data": {}, "metadata": {"news": {"id": "n1"}}}],
            timeout=20,
            trust_env=False,
        )
        assert pushed.status_code == 500
        log = system.rasa.log.read_text(errors="replace")
        assert "auth_token" in log
        assert log.count("refuses everything") == 1, "not a line for each who knocks"
    finally:
        system.rasa.stop()


def test_the_operators_list_runs_where_the_docs_say() -> None:
    """The command of docs/channels.md works with the Rasa server's Python."""
    assert "-m channels.undelivered" in _DOCS
    ran = subprocess.run(
        [str(RASA_PYTHON), "-m", "channels.undelivered"],
        cwd=ROOT,
        env={"RINGBACK_CHATS_URL": "sqlite://", "PATH": ""},
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.decode().strip() == "Everything arrived."
