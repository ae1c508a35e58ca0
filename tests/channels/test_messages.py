"""The wire form of messages, live and from history."""

from __future__ import annotations

from typing import Any

from channels.messages import HISTORY_LIMIT, from_bot_message, history, message_of_event, seen_message_ids


def bot(text: str, timestamp: float, news: dict[str, Any] | None = None, **data: Any) -> dict[str, Any]:
    metadata: dict[str, Any] = {"utter_action": "utter_x"} | ({"news": news} if news else {})
    return {"event": "bot", "text": text, "timestamp": timestamp, "data": data, "metadata": metadata}


def user(text: str, timestamp: float, message_id: str | None = None, **metadata: Any) -> dict[str, Any]:
    return {"event": "user", "text": text, "timestamp": timestamp, "message_id": message_id, "metadata": metadata}


def test_the_id_is_the_moment_or_the_news() -> None:
    """An ordinary message is known by its time stamp, news by the id it was given, however often it is told."""
    assert from_bot_message({"text": "a", "timestamp": 1700000000.1234567})["id"] == "b1700000000.123457"
    assert from_bot_message({"text": "a", "timestamp": 1.0, "news": {"id": "n7"}})["id"] == "n7"
    assert from_bot_message({"text": "a", "timestamp": 1.0, "news": {"id": ""}})["id"] == "b1.000000"
    assert from_bot_message({"text": "a", "timestamp": 1.0, "news": "odd"})["news"] is None


def test_a_message_is_whole() -> None:
    """Text stays in one piece, absent parts have their empty values, custom content goes along."""
    message = {"text": "a\n\nb", "timestamp": 2.0, "custom": {"data": 1}, "buttons": [{"title": "T"}]}
    assert from_bot_message(message) == {
        "id": "b2.000000",
        "sender": "bot",
        "text": "a\n\nb",
        "buttons": [{"title": "T", "payload": "T"}],
        "timestamp": 2.0,
        "news": None,
        "custom": {"data": 1},
        "card": None,
        "hint": None,
    }
    assert from_bot_message({"text": None, "timestamp": None})["text"] == ""


def test_history_and_live_agree() -> None:
    """The same event gives the same message live and replayed."""
    event = bot("hello", 5.5, {"id": "n1", "state": "HOLDING"}, buttons=[{"title": "T", "payload": "/t"}], custom=None)
    assert history([event]) == [from_bot_message(message_of_event(event))]


def test_history_shows_what_the_person_saw() -> None:
    """Taps appear as titles; external triggers, session starts and empty texts do not appear."""
    events = [
        {"event": "action", "name": "action_session_start", "timestamp": 0.5},
        user("/session_start", 1.0),
        bot("Which?", 2.0, buttons=[{"title": "Sales", "payload": '/choose{"q": 1}'}]),
        user('/choose{"q": 1}', 3.0, "m3"),
        user("EXTERNAL: EXTERNAL_status", 4.0),
        user("something", 4.5, is_external=True),
        user("/unknown", 5.0),
        {"event": "user", "text": None, "timestamp": 6.0},
    ]
    assert [(entry["id"], entry["text"]) for entry in history(events)] == [
        ("b2.000000", "Which?"),
        ("m3", "Sales"),
        ("u5.000000", "unknown"),
    ]


def test_history_tells_news_once_and_only_what_is_new() -> None:
    """News told twice keeps its first place; ``after`` leaves out what the page already shows."""
    events = [bot("a", 1.0, {"id": "n"}), bot("b", 2.0), bot("a", 3.0, {"id": "n"}), user("c", 4.0, "m")]
    assert [entry["id"] for entry in history(events)] == ["n", "b2.000000", "m"]
    assert [entry["id"] for entry in history(events, after=2.0)] == ["m"]


def test_a_title_from_before_is_found() -> None:
    """A tap on a button that the page already shows keeps its title."""
    events = [bot("?", 1.0, buttons=[{"title": "Yes", "payload": "/yes"}]), user("/yes", 2.0, "m")]
    assert [entry["text"] for entry in history(events, after=1.0)] == ["Yes"]


def test_history_has_an_end() -> None:
    """Of an endless conversation the newest part comes."""
    events = [bot("x", float(moment)) for moment in range(1, HISTORY_LIMIT + 11)]
    shown = history(events)
    assert len(shown) == HISTORY_LIMIT
    assert shown[-1]["timestamp"] == HISTORY_LIMIT + 10


def test_known_message_ids() -> None:
    """Only the person's messages have ids that a resend can name."""
    assert seen_message_ids([user("a", 1.0, "m1"), bot("b", 2.0), user("c", 3.0)]) == ["m1"]
