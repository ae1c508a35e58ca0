"""The doors between our own processes, as they stand open or shut in a running system."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import asking
from actions.server import office
from ringback.kept_secrets import ACTIONS_HEADER
from ringback.settings import ConsentSettings
from tests.system import ACTIONS_SECRET, RASA_TOKEN, System


def test_the_doors_are_shut_without_a_secret(system: System) -> None:
    """Neither Rasa's API nor the action server answers a stranger, and neither says why or repeats what was sent."""
    actions = f"http://127.0.0.1:{system.actions_port}"
    tracker = f"{system.rasa_url}/conversations/web-1/tracker"
    with httpx.Client(trust_env=False, timeout=30) as http:
        for headers in ({}, {ACTIONS_HEADER: "wrong"}):
            answer = http.post(f"{actions}/webhook", json={"next_action": "action_say_status"}, headers=headers)
            assert (answer.status_code, answer.content) == (401, b"")
        broken = http.post(
            f"{actions}/webhook", content=b'{"a": "+14165550123', headers={ACTIONS_HEADER: ACTIONS_SECRET}
        )
        assert broken.status_code >= 400 and "555" not in broken.text
        assert http.get(tracker).status_code == http.get(tracker, params={"token": "wrong"}).status_code == 401
        assert http.get(tracker, params={"token": RASA_TOKEN}).status_code == 200


@pytest.mark.parametrize("text", ["", "By booking you agree to our privacy notice."])
async def test_what_is_agreed_to_is_said_before_the_summary(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """In the words of desk.yml; nothing where it has none."""

    async def menu(*_: Any, **__: Any) -> Any:
        return SimpleNamespace(queue=lambda _: SimpleNamespace(name="Billing"), zone=None, now=None)

    monkeypatch.setattr(asking, "read_menu", menu)
    desk: Any = SimpleNamespace(config=SimpleNamespace(consent=ConsentSettings(text=text)))
    await office.use(desk)
    try:
        said = CollectingDispatcher()
        slots = {"queue": "fonolo:CO1", "phone_number": "+14165550123"}
        tracker: Any = SimpleNamespace(slots=slots, latest_message={})
        await asking.AskConfirmed().act(said, tracker, {})
    finally:
        await office.close()
    assert [one["response"] for one in said.messages] == (["utter_consent"] if text else []) + ["utter_summary"]
