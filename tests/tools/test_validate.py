"""What `make check` says about the bot's data."""

from __future__ import annotations

from tools import validate


def test_a_response_that_nobody_says_is_found() -> None:
    """Whole names, beginnings of f-strings and forms asking for a slot count as said; the rest does not."""
    sources = 'say(response="utter_booked"); f"utter_status_{state}"; "utter_booked_later"'
    unused = ["utter_booked", "utter_status_queued", "utter_ask_phone_number", "utter_left_over", "utter_book"]

    assert validate.unsaid(unused, sources, ["phone_number"]) == ["utter_book", "utter_left_over"]


def test_warnings_are_told_from_noise() -> None:
    """Unused responses are collected, other warnings kept, progress dropped."""
    output = (
        "2026-11-22 22:37:34 INFO     rasa.validator  - Validating intents...\n"
        "\x1b[93m/x/io.py:100: UserWarning: The utterance 'utter_a' is not used in any story or rule.\n"
        "\x1b[0m\x1b[93m/x/io.py:100: UserWarning: The intent 'b' has no examples.\n"
    )
    unused, rest = validate.read_output(output)
    assert unused == ["utter_a"]
    assert rest == ["/x/io.py:100: UserWarning: The intent 'b' has no examples."]
