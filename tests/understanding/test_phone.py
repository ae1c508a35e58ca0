"""Telephone numbers out of free text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.understanding_phone import is_read, written
from ringback.understanding.phone import Kind, NotANumber, Numbers, PhoneNumber, Reason, find_numbers, mask
from ringback.understanding.spoken import spoken_digits

TORONTO = "+14165550123"
BERLIN = "+4915123456789"


def numbers(text: str, region: str = "CA") -> list[str]:
    reading = find_numbers(text, region)
    assert isinstance(reading, Numbers), (text, reading)
    return [number.e164 for number in reading.numbers]


def only(text: str, region: str = "CA") -> PhoneNumber:
    reading = find_numbers(text, region)
    assert isinstance(reading, Numbers)
    assert len(reading.numbers) == 1
    return reading.numbers[0]


def reason(text: str, region: str = "CA") -> Reason:
    reading = find_numbers(text, region)
    assert isinstance(reading, NotANumber), (text, reading)
    return reading.reason


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("call me on 416 555 0123 please", "CA", TORONTO),
        ("416.555.0123", "CA", TORONTO),
        ("416/555/0123", "CA", TORONTO),
        ("4 1 6 5 5 5 0 1 2 3", "CA", TORONTO),
        ("14165550123", "CA", TORONTO),
        ("+1 416 555 01 23", "CA", TORONTO),
        ("(416) 555-0123", "US", TORONTO),
        ("tel:+1-416-555-0123", "DE", TORONTO),
        ("whatsapp:+14165550123", "DE", TORONTO),
        ("４１６－５５５－０１２３", "CA", TORONTO),
        ("٤١٦ ٥٥٥ ٠١٢٣", "CA", TORONTO),
        ("416\u2011555\u20110123", "CA", TORONTO),
        ("\u202a+1 416 555 0123\u202c", "CA", TORONTO),
        ("+49 151 23456789", "CA", BERLIN),
        ("0049 151 23456789", "CA", BERLIN),
        ("00 49 (0)151 23456789", "CA", BERLIN),
        ("0151/23456789", "DE", BERLIN),
        ("01.42.68.53.00", "FR", "+33142685300"),
        ("marie 01 42 68 53 00", "FR", "+33142685300"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("at 3pm on 416-555-0123", "CA", TORONTO),
        ("on 24.12.2026 at 10:30 ring 4165550123", "CA", TORONTO),
        ("my number is 416-555-0123, account 778899", "CA", TORONTO),
        ("four one six double five five, oh one two three", "CA", TORONTO),
        ("416 five five five 0123", "CA", TORONTO),
        ("plus four nine one five one two three four five six seven eight nine", "CA", BERLIN),
        ("null eins fünf eins zwo drei vier fünf sechs sieben acht neun", "DE", BERLIN),
    ],
)
def test_reads_a_full_number(text: str, region: str, expected: str) -> None:
    """A full number is found in a sentence, however it is grouped and in whatever digits it is written."""
    assert numbers(text, region) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow at 10:30",
        "24.12.2026",
        "24.12.2026 14:00",
        "2026-12-24 10:30",
        "Dec 24 2026",
        "10.30 pm",
        "12/24/2026",
        "",
        "hello",
        "I have one two three problems",
        "my number is two",
        "8 may",
        "at 5 pm",
        "14 Uhr",
    ],
)
def test_dates_times_and_words_are_no_numbers(text: str) -> None:
    """A date, a time or plain words hold no telephone number, not even a bad one."""
    assert reason(text) is Reason.NOTHING_FOUND


@pytest.mark.parametrize("account", ["1234", "12345", "123456"])
@pytest.mark.parametrize("region", ["CA", "US", "DE", "GB", "FR", "AT"])
def test_account_numbers_are_no_numbers(account: str, region: str) -> None:
    """Four to six digits are never taken for a telephone number, in a sentence or alone."""
    assert reason(f"my account is {account}", region) is Reason.NOTHING_FOUND
    assert reason(f"I have {account} of them", region) is Reason.TOO_SHORT
    assert isinstance(find_numbers(account, region), NotANumber)


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("12", "CA", Reason.TOO_SHORT),
        ("555-0123", "CA", Reason.TOO_SHORT),
        ("416-555-012", "CA", Reason.TOO_SHORT),
        ("41655501234", "CA", Reason.TOO_LONG),
        ("4165550123456789", "CA", Reason.TOO_LONG),
        ("1" * 60, "CA", Reason.TOO_LONG),
        ("000 000 0000", "CA", Reason.NOT_VALID),
        ("911 555 0123", "CA", Reason.NOT_VALID),
        ("+999 123 4567890", "CA", Reason.NOT_VALID),
        ("my porsche 911", "CA", Reason.TOO_SHORT),
    ],
)
def test_says_what_is_wrong(text: str, region: str, expected: Reason) -> None:
    """Digits that are not a number come with the reason."""
    assert reason(text, region) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no, not 416 555 0199, use 416 555 0123", [TORONTO]),
        ("416 555 0199, sorry, 416 555 0123", [TORONTO]),
        ("use 416 555 0123, not 416 555 0199", [TORONTO]),
        ("416 555 0123 instead of 416 555 0199", [TORONTO]),
        ("416 555 0199 is wrong, it's 416 555 0123", [TORONTO]),
        ("nicht 416 555 0199, sondern 416 555 0123", [TORONTO]),
        ("416 555 0123 or 416 555 0199", [TORONTO, "+14165550199"]),
        ("416 555 0123 after five, before that 416 555 0199", [TORONTO, "+14165550199"]),
    ],
)
def test_of_a_correction_only_the_new_number_counts(text: str, expected: list[str]) -> None:
    """Who takes a number back means the other one; two numbers without such words are both given back."""
    assert numbers(text) == expected


def test_a_number_not_to_be_called_is_none() -> None:
    """ "Don't call me on …" holds no number to call."""
    assert reason("don't call me on 416 555 0123") is Reason.NOTHING_FOUND


@pytest.mark.parametrize(
    "text",
    [
        "anna4165550123@example.com",
        "order 4165550123",
        "my invoice no. 2026-1142233",
        "Bestellnummer: 4165550123",
        "it costs 4,165,550.12 dollars",
        "€ 4165550123",
        "4111 1111 1111 1111",
        "DE89 3704 0044 0532 0130 00",
        "https://example.com/4165550123",
    ],
)
def test_other_numbers_are_no_telephone_numbers(text: str) -> None:
    """Addresses, orders, prices, cards and accounts hold no telephone number, however many digits they have."""
    assert reason(text) is Reason.NOTHING_FOUND


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("call me about my bill 416 555 0123", "CA", "+14165550123"),
        ("call me abt my invoice, (416) 555-0123", "CA", "+14165550123"),
        ("about the order +44 20 7946 0958", "CA", "+442079460958"),
        ("wegen meiner Rechnung 0151 23456789", "DE", "+4915123456789"),
        ("rappelez-moi pour ma facture 06 12 34 56 78", "FR", "+33612345678"),
    ],
)
def test_a_topic_makes_no_phone_number_its_own(text: str, region: str, expected: str) -> None:
    """Behind what the call is about, what is written like a telephone number is one."""
    assert numbers(text, region) == [expected]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("invoice number 416 555 0123", "CA"),
        ("my bill is 416 555 0123", "CA"),
        ("invoice #416 555 0123", "CA"),
        ("order 416 555 0123 4", "CA"),
        ("Rechnung 2024-1000123", "DE"),
        ("Rechnung 015123456789", "DE"),
        ("my account 0123456789", "GB"),
        ("Rechnungsnummer 0202 41000123", "DE"),
        ("ma facture 2024 123 456", "FR"),
    ],
)
def test_a_number_of_a_topic_is_no_phone_number(text: str, region: str) -> None:
    """What says that it is the topic's number, or is written otherwise than a telephone's, is not called."""
    assert reason(text, region) is Reason.NOTHING_FOUND


@pytest.mark.parametrize(
    ("text", "region", "extension"),
    [
        ("416 555 0123 x12", "CA", "12"),
        ("416 555 0123 ext. 4", "CA", "4"),
        ("416 555 0123 extension 44", "CA", "44"),
        ("+1-416-555-0123;ext=7", "CA", "7"),
        ("030 30123456 Durchwahl 12", "DE", "12"),
        ("030 30123456 DW 77", "DE", "77"),
    ],
)
def test_reads_an_extension_in_any_words(text: str, region: str, extension: str) -> None:
    """An extension is kept, in whatever words it is said."""
    assert only(text, region).extension == extension


def test_tries_the_other_countries_when_there_is_no_number_of_the_first() -> None:
    """A centre in Canada with British customers reads both, and its own country first."""
    reading = find_numbers("020 7946 0958", "CA", "GB")
    assert isinstance(reading, Numbers) and reading.numbers[0].e164 == "+442079460958"
    reading = find_numbers("416 555 0123", "CA", "GB")
    assert isinstance(reading, Numbers) and reading.numbers[0].e164 == TORONTO


def test_reads_the_example_numbers_of_all_countries() -> None:
    """Of every country's example numbers, in every form and in sentences, at least 99 of 100 are read right."""
    everything = list(written())
    assert len({one.region for one in everything}) > 200
    assert sum(map(is_read, everything)) / len(everything) >= 0.99


def test_two_numbers_are_both_given_back() -> None:
    """Different numbers come in the order of the text, and the same one twice comes once."""
    assert numbers("416 555 0123 or 416-555-0199") == [TORONTO, "+14165550199"]
    assert numbers("4165550123 4165550199") == [TORONTO, "+14165550199"]
    assert numbers("416 555 0123, I mean +1 416 555 0123") == [TORONTO]


def test_keeps_the_extension() -> None:
    """An extension stands beside the number, not in it."""
    number = only("(416) 555-0123 ext 12")
    assert (number.e164, number.extension) == (TORONTO, "12")
    assert "12" not in number.international.removesuffix("0123")


@pytest.mark.parametrize(
    ("text", "region", "kind", "can_be_called"),
    [
        ("416 555 0123", "CA", Kind.FIXED_OR_MOBILE, True),
        ("0151 23456789", "DE", Kind.MOBILE, True),
        ("1-800-555-0199", "CA", Kind.TOLL_FREE, True),
        ("+1 900 555 0123", "CA", Kind.PREMIUM, False),
        ("0900 1 234567", "DE", Kind.PREMIUM, False),
        ("911", "CA", Kind.EMERGENCY, False),
        ("call me on 911 please", "CA", Kind.EMERGENCY, False),
        ("110", "DE", Kind.EMERGENCY, False),
        ("411", "CA", Kind.SHORT, False),
    ],
)
def test_tells_the_kind(text: str, region: str, kind: Kind, can_be_called: bool) -> None:
    """Premium, emergency and short numbers are told apart from those that can be called."""
    number = only(text, region)
    assert number.kind is kind
    assert number.can_be_called is can_be_called
    assert bool(number.e164) is (kind not in (Kind.EMERGENCY, Kind.SHORT))


@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        (TORONTO, "+1 416 ••• ••23"),
        (BERLIN, "+49 151• •••••89"),
        ("+6561234567", "+65 6••• ••67"),
        ("", ""),
        ("nonsense 4165550123", "•••"),
    ],
)
def test_masks(e164: str, masked: str) -> None:
    """A masked number shows the country, at most three digits and the last two."""
    assert mask(e164) == masked


@given(st.integers(1_000_000, 10**14))
def test_a_mask_hides_at_least_five_digits(digits: int) -> None:
    """Whatever the numbering plan, a mask never shows more than five digits beside the country code."""
    masked = mask(f"+{digits}")
    shown = sum(character.isdigit() for character in masked.split(" ", maxsplit=1)[-1])
    assert shown <= 5
    assert masked.count("•") >= min(5, 3)


def test_a_number_hides_itself() -> None:
    """The repr of a number, and so any log of it, shows it masked only."""
    shown = repr(find_numbers("416 555 0123 ext 7", "CA"))
    assert "5550123" not in shown
    assert "555-0123" not in shown


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters() | st.sampled_from("0123456789+-() .:ext")), st.sampled_from(["CA", "DE", "ZZ", ""]))
def test_never_raises(text: str, region: str) -> None:
    """Any text in any region gets an outcome, and every number of it is E.164 or empty."""
    match find_numbers(text, region):
        case Numbers(numbers=found):
            assert found
            assert all(not one.e164 or one.e164[1:].isdecimal() for one in found)
        case NotANumber(reason=why):
            assert why in Reason


@pytest.mark.parametrize("text", ["one or two", "I am one of four people", "call oh please", "double trouble", "five"])
def test_few_spoken_digits_stay_words(text: str) -> None:
    """Number words of everyday sentences are left alone."""
    assert spoken_digits(text) == text


def test_spoken_digits_keep_the_rest_of_the_sentence() -> None:
    """Only the run of digits is rewritten."""
    said = "please ring four one six triple five oh one two three tomorrow"
    assert spoken_digits(said) == "please ring 4165550123 tomorrow"
