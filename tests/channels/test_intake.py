"""What a browser sends is doubtful until it was read."""

from __future__ import annotations

import re

import pytest

from channels import intake
from channels.intake import MAX_MESSAGE_CHARACTERS, Accepted, Refused


def test_a_good_session_id_is_kept() -> None:
    """A session goes on under the id it had; ids differ and have the form the server accepts."""
    given = intake.new_session_id()
    assert intake.session_id({"session_id": given}) == given
    assert given != intake.new_session_id()
    assert re.fullmatch(r"web-[A-Za-z0-9_-]{32}", given)


@pytest.mark.parametrize("data", [None, "x", {}, {"session_id": None}, {"session_id": 7}, {"session_id": "web-short"}])
def test_any_other_session_id_is_replaced(data: object) -> None:
    """Whatever else is named, or nothing, the server issues an id."""
    assert re.fullmatch(r"web-[A-Za-z0-9_-]{22,64}", intake.session_id(data))


def test_a_session_id_is_matched_to_its_end() -> None:
    """A line end after a good id does not slip through."""
    given = intake.new_session_id()
    assert intake.session_id({"session_id": given + "\n"}) != given + "\n"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(12.5, 12.5), (3, 3.0), (None, 0.0), (True, 0.0), ("9", 0.0), (float("nan"), 0.0), (float("inf"), 0.0)],
)
def test_after_is_a_time_or_the_beginning(value: object, seconds: float) -> None:
    """Only a finite number is a time; anything else asks for everything."""
    assert intake.after({"after": value}) == seconds


def test_a_message_is_read() -> None:
    """Text, id and known metadata are taken, everything else is left."""
    sent = {"message": " hi ", "id": "m1", "session_id": "x", "metadata": {"timezone": "Europe/Berlin", "language": 7}}
    assert intake.message(sent) == Accepted(" hi ", "m1", {"timezone": "Europe/Berlin"})


def test_a_message_without_an_id_gets_one() -> None:
    """A client that never resends need not number its messages."""
    first, second = intake.message({"message": "a"}), intake.message({"message": "a"})
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert first.message_id != second.message_id


@pytest.mark.parametrize(
    "data",
    [None, [], {"message": 5}, {"message": " / "}, {"message": "a", "id": ""}, {"message": "a", "id": "x" * 65}],
)
def test_unreadable_messages_are_refused(data: object) -> None:
    """What cannot be handled gets a sentence, not an exception."""
    assert isinstance(intake.message(data), Refused)


def test_the_limit_is_the_last_length_that_passes() -> None:
    """Five thousand characters pass, one more does not."""
    assert isinstance(intake.message({"message": "x" * MAX_MESSAGE_CHARACTERS}), Accepted)
    refused = intake.message({"message": "x" * (MAX_MESSAGE_CHARACTERS + 1)})
    assert isinstance(refused, Refused)
    assert "5,000" in refused.reason
