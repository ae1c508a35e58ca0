"""What a sentence wishes: alternatives of days and times, what is ruled out, the earliest or the latest. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ringback.understanding import time_french, time_german
from ringback.understanding.time_clocks import mark_bare_numbers, mark_clocks, mark_moments, mark_windows
from ringback.understanding.time_days import ImpossibleDateError, mark_day_bounds, mark_days
from ringback.understanding.time_marks import ANY, CLOCK, WINDOW, Clock, Days, Marked, Moment, Range, Window
from ringback.understanding.time_vocabulary import HARMLESS
from ringback.understanding.time_words import plain
from ringback.understanding.time_zones import said_zone

# What happened is no wish: "I called at 9 today", "my order from 12 March has not arrived".
_PAST = re.compile(
    r"\b(?:i|we|you|they|he|she|it|someone|somebody|nobody|ich|who|it|that|which|(?:the|my|your|our) \w+)(?: have"
    r"| had| has|'ve| already| just)* (?:been |already )*"
    r"(?:called|rang|rung|phoned|waited|waiting|ordered|bought|paid|received|missed|spoke|talked|wrote|emailed"
    r"|got|sat|"
    r"arrived|came|told|booked|sent|changed|moved|broke|failed|stopped|started|happened|crashed|went|left"
    r"|lost|forgot|signed|"
    r"cancelled|canceled|returned|complained|asked|expired|tried|was charged|wed)\b"
    r"|\b(?:was|were|been|has|have not|had)\b(?! (?:hoping|thinking|wondering|going|planning))"
    r"|\b(?:orders?|delivery|invoice|bill|letter|e-?mail|message|payment|statement) (?:from|of|dated|on)\b"
    r"|\b(?:since|waiting|birthday|born)\b"
)
_KNOWN = {
    "en": (_PAST, HARMLESS),
    "de": (re.compile(time_german.PAST), HARMLESS | time_german.HARMLESS),
    "fr": (re.compile(time_french.PAST), HARMLESS | time_french.HARMLESS),
}
"""By language: what tells of the past, and which words are harmless beside a time."""
_CLAUSE = re.compile(r"[,;.!?](?= |$)|\b(?:but|so|and please|please)\b")
_LATEST = re.compile(
    r"\b(?:as late as|late as possible|latest(?! (?:on|about|status|from) (?:my|the|your)| (?:news|status))|"
    r"last (?:slot|possible|available|free|appointment|call|time) (?!that|was))|\blast (?:slot|possible"
    r"|available)\b"
)
_SOONEST = re.compile(
    r"\b(?:as (?:early|soon) as|(?:early|soon) as possible|earliest|soonest|asap|first (?:available|free|possible"
    r"|slot|"
    r"one|appointment|opening|time)|next (?:available|free|possible|slot|opening|one|appointment)"
    r"|the earlier the better)\b"
)
_ANY_TIME = re.compile(
    r"^(?:any ?time|whenever|any day)(?: (?:is|would be|works|suits|that|you|it|fine|ok|okay|good|me|for|like"
    r"|want|can))*[.! ]*$"
)
_NEGATION = re.compile(
    r"\b(?:not|never)"
    r"(?: (?:do|make|manage|on|at|in|the|a|available|free|possible|working|work|call|ring|me|be|able|to|talk|for"
    r"|any|until))*"
    rf" (?P<hit>[{ANY}](?: ?(?:at |in the )?[{CLOCK}{WINDOW}])?(?: (?:or|and) [{ANY}])*)"
)
# "Any day except Monday at 10" is at ten.
_EXCEPT = re.compile(
    rf"\b(?:except|excluding|apart from)(?: for| on| at| in"
    rf"| the)* (?P<hit>[{ANY}](?: ?(?:in the )?[{WINDOW}])?(?: (?:or|and) [{ANY}])*)"
)
# Digits, a span that is none, a length of time beside a clock, "my lunch": something was not understood.
_LEFT_OVER = re.compile(
    rf"\d|[{CLOCK}] ?(?:-|to|until) ?[{CLOCK}]|_ +(?:later|earlier|before|after|past)\b|\bmy [{ANY}]"
)
_LONG_NUMBER = re.compile(r"\+?\(?\d(?:[ ()./-]{0,3}\d){5,}")
_NEGATED_AFTER = re.compile(
    rf"(?P<hit>[{ANY}](?: ?(?:at |in the )?[{CLOCK}{WINDOW}])?) (?:is |will |would |does |do )?"
    r"(?:not(?: (?:work|suit|fit|good|possible|ok|okay|convenient|great|do|free|available|at all|for me"
    r"|an option)\b| ?(?=[,;.!]|$))|"
    r"(?:is )?(?:no good|bad|impossible|full|out\b))"
)
_MARK = re.compile(f"[{ANY}]")
_JOINT = re.compile(r"\b(?:or|and|either)\b|[,/]")


@dataclass(frozen=True)
class Alternative:
    """Days and times that belong together: any of the days, at any of the clocks, in all of the windows."""

    days: tuple[Range, ...] | None = None
    clocks: tuple[tuple[int, ...], ...] = ()
    windows: tuple[tuple[Window, ...], ...] = ()
    moments: tuple[Moment, ...] = ()
    weekday: int | None = None

    @property
    def has_times(self) -> bool:
        return bool(self.clocks or self.windows or self.moments)


@dataclass(frozen=True)
class Wish:
    """`zone` is the one in which it was said. Not `sure`: what fits is to be shown, however little it is."""

    zone: ZoneInfo
    alternatives: tuple[Alternative, ...] = ()
    excluded: tuple[Alternative, ...] = ()
    soonest: bool = False
    latest: bool = False
    any_time: bool = False
    sure: bool = True

    def __bool__(self) -> bool:
        return bool(self.alternatives or self.excluded or self.soonest or self.latest or self.any_time)


def read_wish(text: str, *, zone: ZoneInfo, home: ZoneInfo | None, now: datetime, language: str = "en") -> Wish:
    """Read `text`; an empty wish when no time is in it. `now` is aware."""
    place = said_zone(text[:2000], zone, home, language)
    past, harmless = _KNOWN.get(language, _KNOWN["en"])
    words = _without_the_past(plain(place.text, language), past)
    today = now.astimezone(place.zone).date()
    said = Marked(words)
    try:
        mark_moments(said, now)
        # "25.11. 14 Uhr": the date first, or its end would be the hour.
        mark_days(said, today)
    except ImpossibleDateError:
        return Wish(place.zone)
    said.blank(_LONG_NUMBER)
    mark_clocks(said)
    mark_bare_numbers(said)
    mark_windows(said)
    mark_day_bounds(said, today)
    latest, soonest = said.blank(_LATEST), said.blank(_SOONEST)
    excluded = _excluded(said)
    alternatives, clear = _alternatives(said)
    # With any other word a sentence may be about something else: "the train leaves at 3".
    sure = place.sure and clear and not _LEFT_OVER.search(said.text)
    sure = sure and harmless.issuperset(re.findall(r"[^\W\d_]+", said.text))
    sure = sure and not any(one.clocks and _has_bound(one) for one in alternatives)
    sure = sure and not (place.said and today != now.astimezone(zone).date())
    # "Not Tuesday at 2, but at 4": of which day?
    sure = sure and not (excluded and any(one.days is None for one in alternatives) and any(e.days for e in excluded))
    return Wish(
        zone=place.zone,
        alternatives=tuple(alternatives),
        excluded=tuple(excluded),
        soonest=soonest,
        latest=latest,
        any_time=bool(_ANY_TIME.search(words)),
        sure=sure,
    )


def _has_bound(one: Alternative) -> bool:
    """Whether clocks were said as a bound: "I finish at 3, so after 3" has one three too many."""
    return any(window.bound for group in one.windows for window in group)


def _without_the_past(words: str, past: re.Pattern[str]) -> str:
    """Without the clauses that tell what happened."""
    kept, start = [], 0
    for end in [*(found.end() for found in _CLAUSE.finditer(words)), len(words)]:
        clause = words[start:end]
        kept.append(" _ , " if past.search(clause) else clause)
        start = end
    return "".join(kept)


def _excluded(said: Marked) -> list[Alternative]:
    """What is ruled out, and take it out of the sentence."""
    excluded: list[Alternative] = []

    def rule_out(found: re.Match[str]) -> str:
        excluded.extend(_alternatives(said.part(found["hit"]))[0])
        return " , "

    said.text = _NEGATION.sub(rule_out, _EXCEPT.sub(rule_out, said.text))
    said.text = _NEGATED_AFTER.sub(rule_out, said.text)
    return excluded


def _alternatives(said: Marked) -> tuple[list[Alternative], bool]:
    """What the marks say in their order, and whether it is clear what belongs together.

    A day after a day and a time begins something new: "tomorrow at 2 or Friday at 3".
    """
    done: list[Alternative] = []
    current, sure, end = Alternative(), True, 0
    times_first = None
    for found in _MARK.finditer(said.text):
        between = said.text[end : found.start()]
        joined, end = bool(_JOINT.search(between)), found.end()
        either = bool(re.search(r"\b(?:or|either|and)\b|/", between))
        thing = said.thing(found[0])
        if times_first is None:
            times_first = not isinstance(thing, Days)
        if isinstance(thing, Days):
            sure = sure and thing.sure
            both = _both(current, thing)
            if current.days is None:
                current = replace(current, days=thing.ranges, weekday=thing.weekday)
            elif both is not None and not either:
                current = replace(current, days=both, weekday=None)
                sure = sure or thing.sure
            elif current.has_times and not times_first:
                done.append(current)
                current = Alternative(days=thing.ranges, weekday=thing.weekday)
            else:
                sure = sure and joined
                current = replace(current, days=(current.days or ()) + thing.ranges, weekday=None)
        elif times_first and current.has_times and current.days is not None and joined:
            done.append(current)
            current = _with_time(Alternative(), thing, either=False)
        else:
            current = _with_time(current, thing, either=either)
    if current.days is not None or current.has_times:
        done.append(current)
    mixed = {one.days is None for one in done} == {True, False}
    return done, sure and not mixed


def _both(current: Alternative, more: Days) -> tuple[Range, ...] | None:
    """The days that are meant by both of "Tue 24 Nov" or "Wednesday next week"; None when they are different days."""
    if current.days is None:
        return None
    weekdays = {weekday for weekday in (current.weekday, more.weekday) if weekday is not None}
    spans = current.days if current.weekday is None else more.ranges
    if len(weekdays) == 2:
        return None
    other = more.ranges if current.weekday is None else current.days
    days = [
        day
        for start, end in spans
        for day in _dates(start, end)
        if (day.weekday() in weekdays if weekdays else any(since <= day <= until for since, until in other))
    ]
    return tuple((day, day) for day in days) or None


def _dates(start: date, end: date) -> list[date]:
    return [start + timedelta(days=ahead) for ahead in range(min((end - start).days, 62) + 1)] if end >= start else []


def _with_time(current: Alternative, thing: object, *, either: bool) -> Alternative:
    match thing:
        case Clock(minutes=minutes):
            return replace(current, clocks=(*current.clocks, minutes))
        case Window() if either and current.windows:
            return replace(current, windows=(*current.windows[:-1], (*current.windows[-1], thing)))
        case Window():
            return replace(current, windows=(*current.windows, (thing,)))
        case Moment():
            return replace(current, moments=(*current.moments, thing))
    return current
