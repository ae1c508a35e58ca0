"""What a person types is never a command."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.payloads import as_meant, buttons_of, offered, without_command_sign

OFFERS = {'/choose{"queue": "sales"}': "Sales"}


def bot(**data: object) -> dict[str, object]:
    return {"event": "bot", "text": "?", "data": data}


def test_an_offered_payload_stays_a_payload() -> None:
    """Exactly what a button offered is handed on, white space around it aside."""
    assert as_meant(' /choose{"queue": "sales"}\n', OFFERS) == '/choose{"queue": "sales"}'


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('/choose{"queue": "vip"}', 'choose{"queue": "vip"}'),
        ("/restart", "restart"),
        (" // /EXTERNAL_callback_status", "EXTERNAL_callback_status"),
        ("\u00a0/\u2003/secret", "secret"),
        ("call me at 10/11", "call me at 10/11"),
        ("///", ""),
    ],
)
def test_a_typed_command_becomes_words(typed: str, meant: str) -> None:
    """Leading slashes and white space go; slashes elsewhere are somebody's date and stay."""
    assert as_meant(typed, OFFERS) == meant


@given(st.text(alphabet=st.sampled_from("/ \t\n\u00a0ab{}")))
def test_nothing_that_was_not_offered_is_a_command(typed: str) -> None:
    """Whatever is typed, Rasa never sees a leading slash, before or after it strips the text."""
    assert not as_meant(typed, OFFERS).strip().startswith("/")
    assert not without_command_sign(typed).strip().startswith("/")


def test_offers_come_from_bot_events_only() -> None:
    """Buttons and quick replies count, whatever somebody else says does not; the newest title wins."""
    events: list[dict[str, Any]] = [
        bot(buttons=[{"title": "Yes", "payload": "/yes"}, {"title": "Plain"}], quick_replies=None),
        bot(quick_replies=[{"title": "Later", "payload": "/later"}], buttons=[{"title": "Yes!", "payload": "/yes"}]),
        {"event": "user", "text": "/x", "data": {"buttons": [{"title": "X", "payload": "/x"}]}},
        {"event": "bot", "text": "nothing", "data": None},
    ]
    assert offered(events) == {"/yes": "Yes!", "Plain": "Plain", "/later": "Later"}


def test_unusable_buttons_are_left_out() -> None:
    """A button nobody could read is not shown, and odd data does no harm."""
    assert buttons_of({"buttons": [{"payload": "/x"}, "odd", {"title": "", "payload": "/y"}]}) == []
    assert buttons_of({"buttons": "odd"}) == []
    assert buttons_of(None) == []


def test_richer_buttons_are_offered_too() -> None:
    """What a question's hint or a call's card offers counts as offered; an option that cannot be chosen does not."""
    hint = {"ask": "queue", "options": [{"title": "Billing", "payload": "/a"}, {"title": "Closed", "payload": ""}]}
    card = {"callback": "k", "buttons": [{"does": "cancel", "title": "Cancel", "payload": "/b"}]}
    events = [{"event": "bot", "data": {}, "metadata": {"hint": hint, "card": card}}]
    assert offered(events) == {"/a": "Billing", "/b": "Cancel"}
    assert offered([{"event": "bot", "data": {}, "metadata": {"hint": "x", "card": {"buttons": [3, None]}}}]) == {}
