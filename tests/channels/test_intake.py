"""What a browser sends is doubtful until it was read."""

from __future__ import annotations

import pytest

from channels import intake
from channels.intake import MAX_MESSAGE_CHARACTERS, Accepted, Refused


@pytest.mark.parametrize(
    ("data", "shown"), [(None, None), ("x", None), ({}, None), ({"token": "t"}, "t"), ({"session_id": "web-1"}, None)]
)
def test_only_a_token_is_shown(data: object, shown: object) -> None:
    """A page shows its token or nothing; an id of a conversation is not read at all."""
    assert intake.token(data) == shown


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
