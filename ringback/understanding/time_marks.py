"""A sentence in which everything that names a time has been replaced by a mark, one character for one thing. Pure.

So a rule can be written over what other rules have found: "between CLOCK and CLOCK", "not DAY". The order of the
marks and the words left between them are the grammar's last step, in `time_wish`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

DAY, CLOCK, WINDOW, MOMENT = "\ue000-\ue3ff", "\ue400-\ue7ff", "\ue800-\uebff", "\uec00-\uefff"
"""Character classes of the four kinds of marks, from the area of Unicode that no sentence uses."""
ANY = DAY + CLOCK + WINDOW + MOMENT
_MOST = 0x400

Range = tuple[date, date]


class Days(NamedTuple):
    """Days that are meant: ranges of dates, both ends included. `weekday` is 0 to 6 where only its name was said; not
    `sure` when other dates may be meant as well.
    """

    ranges: tuple[Range, ...]
    weekday: int | None = None
    sure: bool = True


class Clock(NamedTuple):
    """A time of day, in minutes after midnight; "at 8" has two."""

    minutes: tuple[int, ...]


class Window(NamedTuple):
    """A part of a day, in minutes after midnight, the end not included. `of_today` without another day: "end of day";
    a `bound` was said with clocks: "after 4".
    """

    start: int
    end: int
    of_today: bool = False
    bound: bool = False


class Moment(NamedTuple):
    """A span of absolute time: "in two hours" is a point, "within two hours" is not. Both aware."""

    start: datetime
    end: datetime


Thing = Days | Clock | Window | Moment
_KINDS: tuple[type[Thing], ...] = (Days, Clock, Window, Moment)


class Marked:
    """The sentence and the things in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._things: tuple[list[Thing], ...] = ([], [], [], [])

    def mark(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Thing | None]) -> None:
        """Replace what `pattern` finds by a mark for what `read` makes of it; None leaves it as it is.

        A group named "kept" at the beginning stays in the text.
        """
        self.text = pattern.sub(lambda found: self._marked(found, read(found)), self.text)

    def blank(self, pattern: re.Pattern[str]) -> bool:
        """Take something out of the sentence that is no time; whether it was there."""
        self.text, count = pattern.subn(" _ ", self.text)
        return bool(count)

    def part(self, text: str) -> Marked:
        """A part of the sentence, with the same things."""
        part = Marked(text)
        part._things = self._things
        return part

    def thing(self, mark: str) -> Thing:
        """What a mark stands for."""
        number = ord(mark) - 0xE000
        return self._things[number // _MOST][number % _MOST]

    def days(self, mark: str) -> Days:
        """What the mark of a day stands for."""
        thing = self.thing(mark)
        assert isinstance(thing, Days)  # noqa: S101 - the mark's character class says so
        return thing

    def minutes(self, mark: str) -> tuple[int, ...]:
        """The minutes of the mark of a clock."""
        thing = self.thing(mark)
        return thing.minutes if isinstance(thing, Clock) else ()

    def _marked(self, found: re.Match[str], thing: Thing | None) -> str:
        if thing is None:
            return found[0]
        kind = next(number for number, kind in enumerate(_KINDS) if isinstance(thing, kind))
        things = self._things[kind]
        if len(things) == _MOST:
            return found[0]
        things.append(thing)
        kept = found["kept"] or "" if "kept" in found.re.groupindex else ""
        return f"{kept}{chr(0xE000 + kind * _MOST + len(things) - 1)}"
