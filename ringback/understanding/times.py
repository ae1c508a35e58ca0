"""Which of the offered slots a person means: "tomorrow at half two", "not before 4 on Friday", "morgen um halb drei".

Pure, and bound to what was offered: a time that no slot begins at is never guessed, the nearest ones are given back
instead, and where several can be meant, all of them. `time_words`, `time_zones`, `time_days`, `time_clocks` and
`time_wish` read the sentence; this module finds the slots for what they have read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ringback.models import Frozen, TimeSlot
from ringback.understanding.time_marks import Moment, Window
from ringback.understanding.time_wish import Alternative, Wish, read_wish
from ringback.understanding.time_words import plain

_MOST, _FEW = 10, 3
_ON_TIME = timedelta(minutes=5)
_NEAR = timedelta(minutes=60)
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")
_PLACE = re.compile(
    rf"(?:(?:the|yes|ok|take|i'll|i|want|i'd|like|please)[ ,]+)*(?P<place>{'|'.join(_PLACES)}|last)"
    r"(?: (?:one|slot|option|time))?(?:[ ,]+please)?[.! ]*"
)


class ThisSlot(Frozen):
    """Exactly one offered slot is meant."""

    slot: TimeSlot


class OneOfThese(Frozen):
    """What fits what was said, to choose from; at most ten, soonest first. One alone when it is not sure enough to be
    taken unasked.
    """

    slots: tuple[TimeSlot, ...]


class NotOffered(Frozen):
    """A time was named at which nothing is free; the nearest slots, soonest first."""

    nearest: tuple[TimeSlot, ...]


class Past(Frozen):
    """A time was named that is over; the next slots, soonest first."""

    nearest: tuple[TimeSlot, ...]


class NoTime(Frozen):
    """No time was named."""


TimeFound = ThisSlot | OneOfThese | NotOffered | Past
TimeReading = TimeFound | NoTime


def find_slot(
    text: str,
    slots: Sequence[TimeSlot],
    *,
    zone: ZoneInfo,
    now: datetime,
    home: ZoneInfo | None = None,
    shown: Sequence[TimeSlot] = (),
    language: str = "en",
) -> TimeReading:
    """Read a time out of `text` and find it among `slots`, soonest first. `now` is aware. Never raises.

    `zone` is the one in which the slots are shown, the person's own where it is known; then `home` is the centre's
    ("your time"). `shown` are the slots that the person looks at: "at 3" is on one of their days, "the last one" is
    the last of them. In another `language` than English its own words are known as well.
    """
    place = _PLACE.fullmatch(plain(text, language)) if shown and len(text) < 80 else None
    if place:
        number = -1 if place["place"] == "last" else _PLACES.index(place["place"])
        return ThisSlot(slot=shown[number]) if number < len(shown) else NoTime()
    wish = read_wish(text, zone=zone, home=home, now=now, language=language)
    if not wish:
        return NoTime()
    return _Offer(slots, wish, now, shown).answer()


class _Offer:
    """What is free, for one wish."""

    def __init__(self, slots: Sequence[TimeSlot], wish: Wish, now: datetime, shown: Sequence[TimeSlot]) -> None:
        self.wish = wish
        self.now = now.astimezone(wish.zone)
        excluded = [one for one in wish.excluded if one.days or one.has_times]
        self.all = tuple(slots)
        self.slots = [slot for slot in slots if not any(self._fits(slot, one) for one in excluded)]
        self.shown_days = {self._local(slot).date() for slot in shown}

    def answer(self) -> TimeReading:
        alternatives = [self._of_today(one) for one in self.wish.alternatives]
        sure, fitting = self.wish.sure, list(self.slots)
        if alternatives:
            found = [self._fitting(one) for one in alternatives]
            fitting = [slot for slot in self.slots if any(slot in group for group in found)]
            sure = sure and not any(map(self._may_be_today, alternatives))
            sure = sure and not any(one.moments and not self._on_time(one, fitting) for one in alternatives)
        if not fitting:
            if alternatives and all(map(self._is_past, alternatives)):
                return Past(nearest=self.all[:_FEW])
            return NotOffered(nearest=self._nearest(alternatives))
        if self.wish.latest:
            fitting = self._last_of_each_day(fitting)
        elif self.wish.soonest:
            fitting = fitting[:1] if sure else self._last_of_each_day(fitting[::-1])[::-1]
        elif not alternatives:
            sure = False
        return ThisSlot(slot=fitting[0]) if len(fitting) == 1 and sure else OneOfThese(slots=tuple(fitting[:_MOST]))

    def _local(self, slot: TimeSlot) -> datetime:
        return slot.starts_at.astimezone(self.wish.zone)

    def _of_today(self, one: Alternative) -> Alternative:
        if one.days is None and any(window.of_today for group in one.windows for window in group):
            return replace(one, days=((self.now.date(), self.now.date()),))
        return one

    def _fits(self, slot: TimeSlot, one: Alternative) -> bool:
        local = self._local(slot)
        minute = local.hour * 60 + local.minute
        return (
            (one.days is None or any(first <= local.date() <= last for first, last in one.days))
            and (not one.clocks or any(minute in clock for clock in one.clocks))
            and all(any(window.start <= minute < window.end for window in group) for group in one.windows)
            and all(_around(moment, slot.starts_at) for moment in one.moments)
        )

    def _fitting(self, one: Alternative) -> list[TimeSlot]:
        fitting = [slot for slot in self.slots if self._fits(slot, one)]
        point = next((moment for moment in one.moments if moment.start == moment.end), None)
        if point is not None and fitting:
            return self._around_point(point, fitting)
        if one.days is not None or one.moments or not (one.clocks or one.windows):
            return fitting
        on_screen = [slot for slot in fitting if self._local(slot).date() in self.shown_days]
        if on_screen or not one.clocks or self.wish.latest or self.wish.soonest:
            return on_screen or fitting
        # "At 3" is the next three o'clock there is; if that one is not free, any day's.
        next_one = [slot for slot in fitting if self._local(slot) - self.now <= timedelta(days=1)]
        return next_one or fitting

    @staticmethod
    def _around_point(point: Moment, near: list[TimeSlot]) -> list[TimeSlot]:
        """The slot at that moment, else the one before and the one after."""
        best = min(near, key=lambda slot: abs(slot.starts_at - point.start))
        if abs(best.starts_at - point.start) <= _ON_TIME:
            return [best]
        before = [slot for slot in near if slot.starts_at < point.start][-1:]
        return before + [slot for slot in near if slot.starts_at > point.start][:1]

    @staticmethod
    def _on_time(one: Alternative, fitting: Sequence[TimeSlot]) -> bool:
        return all(
            moment.start != moment.end or any(abs(slot.starts_at - moment.start) <= _ON_TIME for slot in fitting)
            for moment in one.moments
        )

    def _is_past(self, one: Alternative) -> bool:
        today = self.now.date()
        if one.days is None:
            return False
        if any(last > today for _, last in one.days):
            return False
        if all(last < today for _, last in one.days):
            return True
        minute = self.now.hour * 60 + self.now.minute
        clocks = [
            choice
            for clock in one.clocks
            for choice in clock
            if all(any(window.start <= choice < window.end for window in group) for group in one.windows)
        ]
        if clocks:
            return all(choice < minute for choice in self._in_hours(clocks))
        return bool(one.windows) and all(all(window.end <= minute for window in group) for group in one.windows)

    def _in_hours(self, clocks: Sequence[int]) -> Sequence[int]:
        """Those between the first and the last time of day at which anything is ever offered."""
        offered = sorted(local.hour * 60 + local.minute for local in map(self._local, self.all))
        within = [clock for clock in clocks if offered and offered[0] <= clock <= offered[-1]]
        return within or clocks

    def _may_be_today(self, one: Alternative) -> bool:
        """Whether a weekday was said that is today's, and today's is not over."""
        today = self.now.date()
        week = timedelta(days=7)
        both = one.days is not None and (today, today) in one.days and (today + week, today + week) in one.days
        return both and not self._is_past(replace(one, days=((today, today),)))

    def _last_of_each_day(self, fitting: Sequence[TimeSlot]) -> list[TimeSlot]:
        return list({self._local(slot).date(): slot for slot in fitting}.values())

    def _nearest(self, alternatives: Sequence[Alternative]) -> tuple[TimeSlot, ...]:
        """The slots around the moments that were wished for, soonest first."""
        # Where everything was ruled out, it is still all there is to offer.
        free = self.slots or self.all
        targets = [moment for one in alternatives for moment in self._targets(one)]
        if not targets:
            return tuple(free[:_FEW])
        by_distance = sorted(free, key=lambda slot: min(abs(slot.starts_at - target) for target in targets))
        chosen = by_distance[:1]
        target = min(targets, key=lambda moment: abs(chosen[0].starts_at - moment)) if chosen else targets[0]
        chosen += [slot for slot in free if slot.starts_at < target and slot not in chosen][-1:]
        chosen += [slot for slot in free if slot.starts_at > target and slot not in chosen][:1]
        chosen += [slot for slot in by_distance[:_FEW] if slot not in chosen]
        return tuple(sorted(chosen[:_FEW], key=lambda slot: slot.starts_at))

    def _targets(self, one: Alternative) -> list[datetime]:
        if one.moments:
            return [moment.start for moment in one.moments]
        minutes = [minute for clock in one.clocks for minute in clock]
        minutes = [minute for minute in minutes if _in_windows(minute, one.windows)] or minutes
        minutes = minutes or [window.start for group in one.windows for window in group] or [12 * 60]
        days = one.days or self._days_ahead(minutes)
        dates = {max(day, self.now.date()) for first, last in days for day in (first, last)}
        return [self._moment(day, minute) for day in sorted(dates) for minute in minutes]

    def _days_ahead(self, minutes: Sequence[int]) -> Sequence[tuple[date, date]]:
        """The day of the next such time of day."""
        minute = self.now.hour * 60 + self.now.minute
        day = self.now.date() + timedelta(days=max(minutes) < minute)
        return ((day, day),)

    def _moment(self, day: date, minute: int) -> datetime:
        midnight = datetime.combine(min(day, date(9000, 1, 1)), time(), tzinfo=self.wish.zone)
        return (midnight + timedelta(minutes=minute)).astimezone(self.now.tzinfo)


def _around(moment: Moment, start: datetime) -> bool:
    near = timedelta() if moment.start != moment.end else _NEAR
    return moment.start - near <= start <= moment.end + near


def _in_windows(minute: int, windows: Sequence[Sequence[Window]]) -> bool:
    return all(any(window.start <= minute < window.end for window in group) for group in windows)
