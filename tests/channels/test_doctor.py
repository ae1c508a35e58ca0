"""`python -m channels.doctor` names what is wrong with the set-up of a channel, against stand-ins for the platforms."""

from __future__ import annotations

import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.platforms.slack import FakeSlack
from tests.platforms.twilio import FakeTwilio
from tests.system import RASA_PYTHON, ROOT, free_port


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    platform = FakeSlack()
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture(scope="module")
def twilio() -> Iterator[FakeTwilio]:
    platform = FakeTwilio()
    platform.start()
    yield platform
    platform.stop()


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "ok"}')

    def do_POST(self) -> None:
        self.send_response(404 if self.path in self.server.lost else 403)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


LOST: set[str] = set()
"""Paths that a proxy does not pass on."""


@pytest.fixture(scope="module")
def rasa() -> Iterator[str]:
    """Something that answers as a running server's health routes and closed doors do."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    server.lost = LOST  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


_PROGRAM = """
import asyncio, json, os, sys
from channels.doctor import examine, read_credentials
from channels.doctor import lines
from dataclasses import asdict
from pathlib import Path
found = asyncio.run(examine(
    read_credentials(Path(sys.argv[1]), os.environ), rasa_url=sys.argv[2], senders_url=sys.argv[3],
    public_at=sys.argv[4]))
print(json.dumps([asdict(one) for one in found]))
"""


@pytest.fixture
def examined(tmp_path: Path, rasa: str, twilio: FakeTwilio) -> Any:
    """Runs the checks under the Rasa server's Python: check name → (ok, what it says and what to do)."""

    def run(entries: dict[str, Any], environment: dict[str, str] | None = None) -> dict[str, tuple[bool, str]]:
        file = tmp_path / "credentials.yml"
        file.write_text(yaml.safe_dump(entries), encoding="utf-8")
        ran = subprocess.run(
            [str(RASA_PYTHON), "-c", _PROGRAM, str(file), rasa, twilio.url, rasa],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", **(environment or {})},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return {one["name"]: (one["ok"], f"{one['says']}. {one['do']}") for one in json.loads(ran.stdout)}

    return run


def slack_entry(slack: FakeSlack, **changes: Any) -> dict[str, Any]:
    entry = {"slack_token": slack.token, "slack_signing_secret": slack.secret, "base_url": slack.api_url}
    return {"channels.slack.SlackInput": {**entry, **changes}}


def whatsapp_entry(twilio: FakeTwilio, **changes: Any) -> dict[str, Any]:
    entry = {
        "account_sid": twilio.account,
        "auth_token": twilio.token,
        "twilio_number": twilio.sender,
        "public_url": twilio.public_url,
        "secret": "a secret of the test's own",
        "api_url": twilio.url,
        "content_url": twilio.url,
    }
    return {"channels.whatsapp.WhatsAppInput": {**entry, **changes}}


def test_off_is_well(examined: Any) -> None:
    """Channels that are switched off are no trouble, and say that they are off."""
    found = examined({"channels.slack.SlackInput": {}})
    assert found["slack"] == (True, "off. ")
    assert found["whatsapp"] == (True, "off. ")
    assert found["website page"][0]


def test_slack_in_order(examined: Any, slack: FakeSlack) -> None:
    """A good token with all scopes is well."""
    found = examined(slack_entry(slack))
    assert {name: ok for name, (ok, _) in found.items() if name.startswith("slack")} == {
        "slack token": True,
        "slack scopes": True,
        "slack signing secret": True,
    }


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        ({"slack_token": "xoxb-wrong"}, "slack token", "does not know this token"),
        ({"slack_signing_secret": ""}, "slack", "RINGBACK_SLACK_SIGNING_SECRET"),
        ({"slack_signing_secret": "xoxb-mixed-up"}, "slack signing secret", "32 hexadecimal"),
        ({"base_url": f"http://127.0.0.1:{free_port()}/"}, "slack token", "cannot be reached"),
    ],
)
def test_slack_out_of_order(examined: Any, slack: FakeSlack, changes: dict[str, Any], name: str, words: str) -> None:
    """Each thing that can be wrong with Slack is named, with what to do."""
    ok, says = examined(slack_entry(slack, **changes))[name]
    assert (ok, words in says) == (False, True), says


def test_slack_without_a_scope(examined: Any, slack: FakeSlack) -> None:
    """A scope that was not granted is named."""
    slack.scopes.remove("im:history")
    try:
        assert examined(slack_entry(slack))["slack scopes"] == (
            False,
            (
                "missing: im:history. "
                "Add them under OAuth & Permissions (or paste the manifest), and install the app anew."
            ),
        )
    finally:
        slack.scopes.append("im:history")


def test_whatsapp_out_of_order(examined: Any, twilio: FakeTwilio) -> None:
    """Wrong credentials, a foreign sender and templates without approval are named; nothing secret is shown."""
    assert "does not accept" in examined(whatsapp_entry(twilio, auth_token="wrong"))["whatsapp account"][1]
    pending, good = twilio.approve("a {{1}}", {"1": "x"}), twilio.approve("b {{1}}", {"1": "x"})
    twilio.approved.discard(pending)
    templates = {
        "en": {
            "completed": {"sid": pending, "variables": {"1": "{text}"}},
            "failed": {"sid": good, "variables": {"1": "{text}"}},
            "default": {"sid": "HX" + "0" * 32, "variables": {"1": "{text}"}},
        }
    }
    found = examined(whatsapp_entry(twilio, twilio_number="+14165550199", templates=templates))
    assert found["whatsapp account"][0]
    assert (found["whatsapp sender"][0], "no WhatsApp sender" in found["whatsapp sender"][1]) == (False, True)
    assert found["whatsapp template en completed"][1].startswith("pending")
    assert found["whatsapp template en failed"] == (True, "approved. ")
    assert "no such Content" in found["whatsapp template en default"][1]
    assert found["whatsapp public address"][0] and found["whatsapp messages"][0]
    assert found["whatsapp status callback"][0]
    assert not any(twilio.token in says for _, says in found.values())


def test_a_template_for_each_language_is_looked_at(examined: Any, twilio: FakeTwilio) -> None:
    """Every language's template is asked for, a language without one is told whose it gets, and nonsense is named."""
    pending, good = twilio.approve("a {{1}}", {"1": "x"}), twilio.approve("b {{1}}", {"1": "x"})
    twilio.approved.discard(pending)
    found = examined(whatsapp_entry(twilio, template=f"en={good},de={pending}"))
    assert found["whatsapp template en default"] == (True, "approved. ")
    assert found["whatsapp template de default"][1].startswith("pending")
    assert found["whatsapp templates fr"] == (True, "none of its own: news goes out by the one for en. ")
    found = examined(whatsapp_entry(twilio, template=f"{good} es={good}"))
    assert found["whatsapp template for all default"][0]
    ok, says = found["whatsapp templates"]
    assert (ok, f"es={good}" in says, "en=HX" in says) == (False, True, True)


def test_what_the_proxy_does_not_pass_on(examined: Any, twilio: FakeTwilio) -> None:
    """An address over plain http, and a proxy that keeps one of the doors to itself, are named."""
    plain = examined(whatsapp_entry(twilio, public_url="http://bot.example"))
    assert "https://" in plain["whatsapp public address"][1]
    LOST.add("/webhooks/whatsapp/status")
    try:
        found = examined(whatsapp_entry(twilio))
    finally:
        LOST.clear()
    assert found["whatsapp messages"][0]
    ok, says = found["whatsapp status callback"]
    assert (ok, "HTTP 404" in says) == (False, True)


def test_the_scopes_are_the_manifests() -> None:
    """What is asked of Slack is what the manifest in docs/channels.md asks for."""
    text = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
    manifest = yaml.safe_load(text.split("### The manifest")[1].split("```yaml")[1].split("```")[0])
    program = "import json\nfrom channels.slack_checks import SCOPES\nprint(json.dumps(SCOPES))"
    ran = subprocess.run([str(RASA_PYTHON), "-c", program], cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert sorted(json.loads(ran.stdout)) == sorted(manifest["oauth_config"]["scopes"]["bot"])


def test_whatsapp_half_set_up(examined: Any) -> None:
    """Variables that nobody set are empty, as for the Rasa server, and are named."""
    entry = {"account_sid": "${RINGBACK_WHATSAPP_ACCOUNT_SID}", "auth_token": "${RINGBACK_WHATSAPP_AUTH_TOKEN}"}
    ok, says = examined({"channels.whatsapp.WhatsAppInput": entry}, {"RINGBACK_WHATSAPP_ACCOUNT_SID": "AC1"})[
        "whatsapp"
    ]
    assert not ok
    assert "auth_token" in says
    assert "account_sid" not in says


def test_website_out_of_order(examined: Any) -> None:
    """A misspelt setting, a short secret and an origin over plain http are named."""
    assert "originz" in examined({"channels.website.WebsiteInput": {"originz": []}})["website"][1]
    found = examined({"channels.website.WebsiteInput": {"origins": ["http://shop.example"], "secret": "short"}})
    assert "too short" in found["website secret"][1]
    assert "http://shop.example" in found["website origins"][1]


def test_the_command_says_it_in_lines(tmp_path: Path) -> None:
    """The command prints lines for people or JSON for programs, and its exit code tells whether all is well."""
    missing = str(tmp_path / "none.yml")
    command = [str(RASA_PYTHON), "-m", "channels.doctor", "--credentials", missing]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (told.returncode, told.stdout.startswith("BAD credentials.yml")) == (1, True)
    told = subprocess.run([*command, "--json"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert [one["name"] for one in json.loads(told.stdout)] == ["credentials.yml"]
