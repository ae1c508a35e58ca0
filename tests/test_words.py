"""Rendering news from the domain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ringback.models import State
from ringback.settings import SettingsError
from ringback.words import Words

VARIABLES = {"queue", "number", "when", "centre", "callback", "since"}
QUIET = {State.ORDERING, State.QUEUED, State.SCHEDULED, State.UNCERTAIN, State.REFUSED, State.EXPIRED}


def test_variables_are_filled() -> None:
    """Variables are filled in text and buttons; JSON braces of a payload and unknown names stay as they are."""
    words = Words(
        {"utter_x": [{"text": "{queue} {oops}", "buttons": [{"title": "{queue}", "payload": '/a{"b":"{callback}"}'}]}]}
    )
    sentence = words.say("utter_x", "website", {"queue": "Billing", "callback": "k1"})
    assert sentence.text == "Billing {oops}"
    assert [(one.title, one.payload) for one in sentence.buttons] == [("Billing", '/a{"b":"k1"}')]


def test_channel_variation_wins() -> None:
    """A variation for the channel is preferred to the general one."""
    words = Words({"utter_x": [{"text": "general"}, {"text": "short", "channel": "whatsapp"}]})
    assert words.say("utter_x", "whatsapp", {}).text == "short"
    assert words.say("utter_x", "website", {}).text == "general"


def test_domain_without_responses_is_named(tmp_path: Path) -> None:
    """A domain that cannot be used is an error that names the file."""
    with pytest.raises(SettingsError, match="domain"):
        Words.read(tmp_path / "domain.yml")


@pytest.mark.parametrize("kind", sorted({state.value.lower() for state in State if state not in QUIET} | {
    "booked", "rescheduled", "uncertain", "unknown", "lost", "expired"
}))  # fmt: skip
def test_every_kind_of_news_has_words(kind: str) -> None:
    """Each kind of news that the follower can write has a response."""
    assert f"utter_news_{kind}" in Words.read(Path("domain"))


@pytest.mark.parametrize("state", State)
def test_every_state_has_an_answer(state: State) -> None:
    """ "Where is my call?" has an answer in every state."""
    assert f"utter_status_{state.value.lower()}" in Words.read(Path("domain"))


def test_every_response_in_the_code_has_words() -> None:
    """No code names a response that the domain does not have: Rasa would say nothing at all."""
    code = "\n".join(
        file.read_text(encoding="utf-8") for folder in ("actions", "ringback") for file in Path(folder).rglob("*.py")
    )
    named = set(re.findall(r'"(utter_[a-z_]+)"', code)) - {"utter_action"}
    assert len(named) > 30
    words = Words.read(Path("domain"))
    assert sorted(name for name in named if name not in words) == []


def test_news_uses_known_variables_only() -> None:
    """No response for news holds a variable that the teller does not fill."""
    words = Words.read(Path("domain"))
    for name in words:
        if name.startswith("utter_news_"):
            text = words.say(name, "website", dict.fromkeys(VARIABLES, "x")).text
            assert "{" not in text, name
