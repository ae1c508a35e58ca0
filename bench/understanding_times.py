"""Is the offered time found that a sentence means? A hand-written list, bench/data/times.txt, read by the real code.

Right: the outcome is the expected one. Asks: it is not, but the person is asked or told, so nothing is booked wrongly.
Silently wrong: a slot was taken that was not meant.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from bench.offers import Case, Offer, cases, exactly, in_windows, offers
from bench.stage import table
from ringback.understanding.times import NoTime, NotOffered, OneOfThese, Past, ThisSlot, TimeReading, find_slot

Read = Callable[[str, Offer, str], TimeReading]


class Verdict(StrEnum):
    """How a reading compares with what was expected."""

    RIGHT = "right"
    ASKS = "asks"
    SILENTLY_WRONG = "silently wrong"


class Judged(NamedTuple):
    """One line of the list, read."""

    case: Case
    reading: TimeReading
    verdict: Verdict
    seconds: float


def ours(text: str, offer: Offer, language: str) -> TimeReading:
    """Read with Ringback's own code."""
    return find_slot(text, offer.slots, zone=offer.zone, now=offer.now, language=language)


def judge_all(read: Read = ours, language: str = "en") -> list[Judged]:
    """The whole list of a language, read by `read`."""
    stage = offers()
    judged = []
    for case in cases(language):
        offer = stage[case.offer]
        started = time.perf_counter()
        reading = read(case.text, offer, language)
        seconds = time.perf_counter() - started
        judged.append(Judged(case, reading, judge(case, reading, offer), seconds))
    return judged


def judge(case: Case, reading: TimeReading, offer: Offer) -> Verdict:
    """Compare one reading with what its line expects."""
    if is_right(case.expected, reading, offer):
        return Verdict.RIGHT
    return Verdict.SILENTLY_WRONG if isinstance(reading, ThisSlot) else Verdict.ASKS


def is_right(expected: str, reading: TimeReading, offer: Offer) -> bool:
    """Whether a reading is what a line of the list expects."""
    kind, _, rest = expected.partition(" ")
    match kind:
        case "none":
            return isinstance(reading, NoTime)
        case "past":
            return isinstance(reading, Past)
        case "some":
            return isinstance(reading, OneOfThese) and list(reading.slots) == in_windows(rest, offer)
        case "full":
            return isinstance(reading, NotOffered) and exactly(rest, offer) in reading.nearest
        case _:
            return isinstance(reading, ThisSlot) and reading.slot == exactly(expected, offer)


def measure() -> dict[str, float]:
    """Read the list; the shares of it that are right and silently wrong, 0 to 1, and the time of a reading."""
    judged = judge_all()
    rows, shares = [], {}
    for name, part in (
        ("all", judged),
        ("held out", [one for one in judged if one.case.held_out]),
        ("no time in it", [one for one in judged if one.case.expected == "none"]),
    ):
        count = Counter(one.verdict for one in part)
        shares[name] = {verdict: count[verdict] / len(part) for verdict in Verdict}
        rows.append(
            (
                f"{name}: {len(part)} sentences",
                ", ".join(f"{verdict} {count[verdict]}" for verdict in Verdict),
                "right >= 95 %, silently wrong 0",
            )
        )
    milliseconds = 1000 * sum(one.seconds for one in judged) / len(judged)
    table([*rows, ("time of one reading", f"{milliseconds:.2f} ms", "< 5 ms")])
    for one in judged:
        if one.verdict is not Verdict.RIGHT:
            print(f"  {one.verdict}: {one.case.text!r} ({one.case.offer}): expected {one.case.expected}")
    return {
        "understanding.times": shares["all"][Verdict.RIGHT],
        "understanding.times_held_out": shares["held out"][Verdict.RIGHT],
        "understanding.times_silently_wrong": shares["all"][Verdict.SILENTLY_WRONG],
        "understanding.times_ms": milliseconds,
        "understanding.n_times": float(len(judged)),
    }
