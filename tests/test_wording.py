"""Facts in words, in each language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ringback.languages import Language
from ringback.models import TimeSlot
from ringback.wording import say_band, say_list, say_moment, say_slot, say_span, say_zone

TORONTO = ZoneInfo("America/Toronto")
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("en", 1, "tomorrow at 14:00 (Toronto time)"),
        ("en", 2, "Wed 25 Nov at 14:00 (Toronto time)"),
        ("de", 0, "heute um 14:00 Uhr (Ortszeit Toronto)"),
        ("de", 2, "am Mittwoch, 25. November um 14:00 Uhr (Ortszeit Toronto)"),
        ("fr", 1, "demain à 14\xa0h\xa000 (heure de Toronto)"),
        ("fr", 2, "le mercredi 25 novembre à 14\xa0h\xa000 (heure de Toronto)"),
    ],
)
def test_a_moment(language: Language, days: int, said: str) -> None:
    """A moment is said with its day as it stands in a sentence, and with its zone."""
    moment = NOW + timedelta(days=days, hours=2)
    assert say_moment(moment, zone=TORONTO, now=NOW, language=language) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Wed 25 Nov 14:00"), ("de", "Mi., 25. Nov. 14:00"), ("fr", "mer. 25 nov. 14\xa0h\xa000")],
)
def test_a_slot_fits_a_button(language: Language, said: str) -> None:
    """A time on a button is short, in every language."""
    starts = NOW + timedelta(days=2, hours=2)
    slot = TimeSlot(start="x", starts_at=starts, ends_at=starts)
    assert say_slot(slot, zone=TORONTO, now=NOW, language=language) == said


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "Europe/Vienna", "Vienna time"),
        ("de", "Europe/Vienna", "Ortszeit Wien"),
        ("fr", "Europe/Vienna", "heure de Vienne"),
        ("fr", "Europe/Athens", "heure d’Athènes"),
    ],
)
def test_a_zone(language: Language, zone: str, said: str) -> None:
    """A zone is named after its city, as the language calls it."""
    assert say_zone(ZoneInfo(zone), language) == said


@pytest.mark.parametrize(
    ("language", "both", "either"),
    [("en", "A, B and C", "A, B or C"), ("de", "A, B und C", "A, B oder C"), ("fr", "A, B et C", "A, B ou C")],
)
def test_a_list(language: Language, both: str, either: str) -> None:
    """Names are joined as in a sentence; nothing of nothing."""
    assert say_list(["A", "B", "C"], language) == both
    assert say_list(["A", "B", "C"], language, either=True) == either
    assert say_list([], language) == ""


@pytest.mark.parametrize(
    ("language", "spans"),
    [
        ("en", ["a few seconds", "40 seconds", "3 minutes", "2 hours"]),
        ("de", ["ein paar Sekunden", "40 Sekunden", "3 Minuten", "2 Stunden"]),
        ("fr", ["quelques secondes", "40 secondes", "3 minutes", "2 heures"]),
    ],
)
def test_a_span(language: Language, spans: list[str]) -> None:
    """A duration is rounded to what a person would say."""
    assert [say_span(seconds, language) for seconds in (3, 38, 185, 7300)] == spans


@pytest.mark.parametrize(
    ("language", "bands"),
    [
        ("en", ["5 to 10 minutes", "about 1 minute", "up to 2 minutes"]),
        ("de", ["5 bis 10 Minuten", "etwa 1 Minute", "bis zu 2 Minuten"]),
        ("fr", ["5 à 10 minutes", "environ 1 minute", "jusqu’à 2 minutes"]),
    ],
)
def test_a_wait(language: Language, bands: list[str]) -> None:
    """A usual wait is a band, one figure, or an upper bound."""
    assert [say_band(*band, language) for band in ((5, 10), (1, 1), (0, 2))] == bands
