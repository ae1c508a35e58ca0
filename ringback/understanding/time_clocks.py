"""The times of day in a sentence: "half two", "1430", "after 4", "between 2 and 4", "in two hours". Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from ringback.understanding.time_marks import ANY, CLOCK, DAY, WINDOW, Clock, Marked, Moment, Window

_NOON, _DAY = 12 * 60, 24 * 60
_H = r"(?P<hour>\d{1,2})"
_M = r"(?P<minute>[0-5]\d)"
_HALF = r"(?P<half>am|pm)"
_ALONE = r"(?<![\d.:/+$-])"
_ALONE_OR_TO = r"(?<![\d.:/+$])"
_END = r"(?![\d:/%]|[.,]\d)"
_PAST, _TO = "(?:past|after)", "(?:to|before|of)"
_NOT_PAST = frozenset({"to", "before", "of"})

_LENGTH = (
    r"(?:(?P<half>half(?: a| an)?) (?:hour)|(?P<count>\d{1,3}(?:[.,]5)?|a|an|a couple of|couple of|a few|few) ?"
    r"(?P<unit>hour|minute|h|m)s?\b(?: (?:and )?(?P<more>a half|half|a quarter|\d{1,2})(?: minutes?| min)?)?)"
)
_IN = re.compile(rf"\b(?:in|after) (?:around |exactly )?{_LENGTH}(?: time| from now)?\b")
_FROM_NOW = re.compile(rf"\b{_LENGTH} from now\b")
_WITHIN = re.compile(
    rf"\b(?:within|during|over|in) (?:the )?(?:next )?{_LENGTH}|\bthe next {_LENGTH.replace('?P<', '?P<x')}"
)
_SPAN = re.compile(
    r"(?<![\d.,])\d{1,3}(?:[.,]\d)? ?(?:hour|minute|second|day|week|month|year)s?\b|\b(?:a|an|half an"
    r"|half a) (?:hour|minute)\b"
)

_QUARTER = re.compile(
    rf"\b(?P<part>halfto|half|threequarter|quarter|(?P<minutes>5|10|20|25)(?: minutes?)?) ?"
    rf"(?P<relation>{_PAST}|{_TO})? ?(?:(?P<inner>halfto|half) )?{_H}(?: ?{_HALF}\b| oclock\b)?{_END}"
)
_PLAIN = re.compile(
    rf"{_ALONE_OR_TO}(?:{_H} ?(?:(?::|\.(?=\d\d ?(?:am|pm|oclock)\b)) ?{_M}(?::[0-5]\d)?)? ?{_HALF}\b"
    rf"|(?P<hour2>\d{{1,2}}):(?P<minute2>[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?: ?oclock\b)?(?![\d:])"
    rf"|(?P<hour3>\d{{1,2}})(?:\.(?P<minute3>[0-5]\d))? ?oclock\b(?: (?P<minute4>[0-5]\d)\b)?)"
)
_COMPACT = re.compile(rf"{_ALONE}(?P<hour>\d{{1,2}})(?P<minute>[0-5]\d) ?(?:{_HALF}\b|(?P<hours>hour|oclock)\b)")
_HUNDRED = re.compile(rf"{_ALONE}(?P<hour>[01]?\d|2[0-3]) hundred\b(?: hours?)?")
_NOONS = re.compile(r"\b(?:12 )?(?P<which>noon|midnight)\b")
_EIGHT_O_FIVE = re.compile(rf"{_ALONE}{_H} (?P<minute>00|15|20|25|30|35|40|45|50|55)\b(?: ?{_HALF}\b)?{_END}")

_GUARD = (
    rf"(?= ?(?:$|[,;!?)\-]|\.(?!\d)|[{ANY}]|(?:and|or|to|until|please|on|at|in|the|would|is|works?|for|if|my|your"
    rf"|thanks|"
    r"thank|then|sharp|ish|possible|suits|fits|does|do|next|this|but|not|instead|will|should|good|great|perfect"
    r"|fine|ok|"
    r"okay|best|ideally|maybe|perhaps|when|because|as|so|since|only|latest|earliest|onwards?|than|exactly|early"
    r"|about|regarding|anrufen|wenn|ginge|geht|passt|passen|ist|ware|waere|wuerde|erreichbar|recht|nehmen|nehme|mir|mich|uns|ich|sie"
    r"|kann|konnen|konnten|konntest|frei|moglich|zuruck\w*|ruf\w*|gern|gerne|lieber|klappt|je|vous|ca|serait|convient"
    r"|s'il|svp|si|ou|ce"
    r"|late)\b))"
)
_CUE = (
    r"\b(?:(?:at|around|after|before|until|by|from|between|past|than|not|except|make it|how about|what about|how's|say"
    r"|maybe|perhaps|"
    r"prefer|rather|can do|let's do|lets do|so)(?: at| the)?) "
)
_CUED = re.compile(
    rf"(?P<kept>(?:{_CUE}|@ ?|[{DAY}][, ]{{0,2}}(?:@ ?)?|[{DAY}]? ?[{WINDOW}][, ]{{0,2}}|[{CLOCK}] ?(?:and|or|to"
    rf"|-) ?))"
    rf"{_ALONE}(?:(?P<hour4>[01]?\d|2[0-3])[.]?(?P<minute4>[0-5]\d)|{_H})(?:ish)?{_END}{_GUARD}"
)
_FOLLOWED = re.compile(
    rf"(?P<kept>^|[,;.!?(] ?|[{ANY}] ?|\b(?:at|around|for|prefer|like|want|say|call|me|ring|phone|please|yes|or"
    rf"|and|is|do|it|us) )"
    rf"{_ALONE}(?:(?P<hour4>[01]?\d|2[0-3])[.]?(?P<minute4>[0-5]\d)|{_H})(?:ish)?(?= ?,? ?(?:on |in the "
    rf"|at )?[{DAY}{WINDOW}])"
)
_RANGE = re.compile(
    rf"(?P<kept>\b(?:from|between) |^|[{ANY}][, ]{{0,2}}|\b(?:is|at|around|me) )"
    rf"{_ALONE}(?P<from>\d{{1,2}}) ?(?P<mid>-|to|and|until) ?(?:(?P<to>\d{{1,2}})|(?P<clock>[{CLOCK}])){_END}{_GUARD}"
)
_WHOLE = re.compile(
    r"^(?:(?:yes|ok|okay|sure|please|call|ring|phone|me|at|around|say|maybe|um|the|time|is|well)\b[, ]*)*"
    r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?=(?:[ ,.!?]|please|thanks|sharp)*$)"
)
_C, _W = f"([{CLOCK}])", f"([{WINDOW}])"
_BETWEEN = re.compile(rf"\b(?:between|from) {_C} ?(?:and|to|until|-) ?{_C}|{_C} ?(?:-|to|until) ?{_C}")
_AFTER = re.compile(
    rf"\b(?:not before|no earlier than|not earlier than|any ?time after|some ?time after|shortly after|after|from"
    rf"|past|"
    rf"earliest at|earliest|not until) {_C}(?: on\b| onwards?)?|{_C} (?:onwards?|and later|or later"
    rf"|at (?:the )?earliest)\b|{_C}\+"
)
_BEFORE = re.compile(
    rf"\b(?:not after|no later than|not later than|any ?time before|before|until|by|latest at"
    rf"|latest) {_C}(?: at (?:the )?latest\b)?"
    rf"|{_C} (?:at (?:the )?latest|or earlier|or before|and before)\b"
)
_BUSY_UNTIL = re.compile(
    r"\b(?:work|working|busy|meetings?|away|out|class|school|unavailable|occupied|driving|asleep|sleeping"
    r"|not available|not free|"
    rf"abroad|travelling)\b[^.,;{ANY}]{{0,30}} until {_C}"
    rf"|\b(?:finish|get off|am off|off work|get home|get back|home|back)(?: (?:work|school|class"
    rf"|from work))? (?:at|around) {_C}"
)
_MEAL = re.compile(rf"\b(?P<which>before|after) {_W}")
_PARTS = re.compile(
    r"\b(?:(?P<mod>early|late|mid)[ -]?(?:in the )?)?(?P<part>morning|afternoon|evening|night|lunch|endofday)\b"
)
_SPANS = {
    "morning": (5, 12), "afternoon": (12, 17), "evening": (17, 24), "night": (18, 24), "lunch": (12, 14),
    "endofday": (16, 24), "early morning": (5, 10), "late morning": (10.5, 12), "mid morning": (9.5, 11),
    "early afternoon": (12, 14), "late afternoon": (15, 17), "mid afternoon": (14, 16), "early evening": (17, 19),
    "late evening": (20, 24),
}  # fmt: skip


def mark_moments(said: Marked, now: datetime) -> None:
    """Mark "in two hours" and "within an hour". `now` is aware."""

    def seconds(found: re.Match[str], prefix: str = "") -> float:
        groups = found.groupdict()
        if groups.get(f"{prefix}half"):
            return 1800
        count, more = groups[f"{prefix}count"] or "1", groups[f"{prefix}more"] or ""
        number = {"a": 1.0, "an": 1.0}.get(count) or (2.0 if "couple" in count else 3.5 if "few" in count else 0)
        number = number or float(count.replace(",", "."))
        minutes = {"a half": 30, "half": 30, "a quarter": 15, "": 0}.get(more)
        unit = 3600 if groups[f"{prefix}unit"].startswith("h") else 60
        return number * unit + 60 * (int(more) if minutes is None else minutes)

    def point(found: re.Match[str]) -> Moment:
        there = now.astimezone(UTC) + timedelta(seconds=seconds(found))
        vague = timedelta(seconds=5400 if "few" in found[0] else 0)
        return Moment(there - vague, there + vague)

    def within(found: re.Match[str]) -> Moment:
        return Moment(
            now,
            now.astimezone(UTC) + timedelta(seconds=seconds(found, "x" if found["xcount"] or found["xhalf"] else "")),
        )

    said.mark(_FROM_NOW, point)
    said.mark(_IN, point)
    said.mark(_WITHIN, within)


def mark_clocks(said: Marked) -> None:
    """Mark what is a time of day by its own form: "14:30", "3pm", "half two", "noon"; and the parts of a day. Take out
    how long something took: "20 minutes".
    """
    said.blank(_SPAN)
    said.mark(_HUNDRED, lambda found: Clock((int(found["hour"]) * 60,)))
    said.mark(_QUARTER, _quarter)
    said.mark(_COMPACT, lambda found: _clock(found["hour"], found["minute"], found["half"], exact=bool(found["hours"])))
    said.mark(_PLAIN, _plain)
    said.mark(_NOONS, lambda found: Clock((_NOON if found["which"] == "noon" else 0,)))
    said.mark(_PARTS, _part)
    said.mark(_WHOLE, lambda found: _clock(found["hour"], found["minute"], None, exact=True))


def mark_bare_numbers(said: Marked) -> None:
    """Mark plain numbers that are hours by what stands beside them: "at 3", "tomorrow 3", "2-4". After the days."""
    said.mark(_EIGHT_O_FIVE, lambda found: _clock(found["hour"], found["minute"], found["half"]))
    said.mark(_RANGE, lambda found: _range(said, found))
    # A clock is the cue for the one after it: "at 3 or 4".
    for _ in range(2):
        said.mark(_CUED, _bare)
        said.mark(_FOLLOWED, _bare)


def mark_windows(said: Marked) -> None:
    """Mark "after 4", "before lunch", "between 2 and 4"."""

    def one(found: re.Match[str]) -> tuple[int, ...]:
        return said.minutes(next(group for group in found.groups() if group))

    def after(found: re.Match[str]) -> Window:
        return Window(_bound(one(found)), _DAY, bound=True)

    def before(found: re.Match[str]) -> Window:
        return Window(0, _bound(one(found)) or _DAY, bound=True)

    def between(found: re.Match[str]) -> Window | None:
        start, end = (said.minutes(group) for group in found.groups() if group)
        return _between(start, end)

    def meal(found: re.Match[str]) -> Window | None:
        window = said.thing(found[2])
        if not isinstance(window, Window):
            return None
        # "After lunch" is after one of the two hours in which people have it.
        hour_of_lunch = (window.start, window.end) == (_NOON, 14 * 60)
        end = window.end - 60 * hour_of_lunch
        return Window(0, window.start) if found["which"] == "before" else Window(end, _DAY)

    said.mark(_BUSY_UNTIL, after)
    said.mark(_BETWEEN, between)
    said.mark(_AFTER, after)
    said.mark(_BEFORE, before)
    said.mark(_MEAL, meal)


def _clock(hour: str, minute: str | None, half: str | None, *, exact: bool = False) -> Clock | None:
    """The one or two times of day that are meant, of twelve hours or of twenty-four; None when there is no such."""
    hours, minutes = int(hour), int(minute or 0)
    if hours > 24 or minutes > 59:
        return None
    if half:
        if hours > 12:
            return Clock((hours % 24 * 60 + minutes,)) if half == "pm" else None
        return Clock(((hours % 12 + 12 * (half == "pm")) * 60 + minutes,))
    if exact or hours > 12 or hours == 0:
        return Clock((hours % 24 * 60 + minutes,))
    return Clock(_either(hours * 60 + minutes))


def _either(minutes: int) -> tuple[int, ...]:
    """Both halves of the day; twelve is noon first."""
    minutes %= _NOON
    return (minutes + _NOON, minutes) if minutes < 60 else (minutes, minutes + _NOON)


def _plain(found: re.Match[str]) -> Clock | None:
    if found["hour"]:
        return _clock(found["hour"], found["minute"], found["half"])
    if found["hour2"]:
        # Two digits are the twenty-four hours in which the buttons are written: "09:30", "10:30".
        return _clock(found["hour2"], found["minute2"], None, exact=len(found["hour2"]) == 2)
    return _clock(found["hour3"], found["minute3"] or found["minute4"], None)


def _quarter(found: re.Match[str]) -> Clock | None:
    part, relation, hour = found["part"], found["relation"], int(found["hour"])
    if hour > 24 or (found["minutes"] and not relation and not found["inner"]):
        return None
    if part == "half" and relation in _NOT_PAST:
        return None
    sign = -1 if relation in _NOT_PAST else 1
    base = hour * 60 - 30 * (found["inner"] == "halfto") + 30 * (found["inner"] == "half")
    if found["minutes"]:
        if (
            relation == "to"
            and found["minutes"] in {"5", "10"}
            and not found["inner"]
            and not re.search(r"\b(?:at|around) $", found.string[: found.start()])
        ):
            # "10 to 12" may be a span as well.
            return None
        minutes = base + sign * int(found["minutes"])
    else:
        # German: "halb drei" is 2:30, "viertel drei" 2:15, "dreiviertel drei" 2:45.
        minutes = base + {
            "half": 30, "halfto": -30, "threequarter": -15, "quarter": 15 * sign if relation else -45,
        }[part]  # fmt: skip
    minutes %= _DAY
    if found["half"]:
        return Clock((minutes % _NOON + _NOON * (found["half"] == "pm"),))
    return Clock((minutes,)) if hour > 12 else Clock(_either(minutes))


def _bare(found: re.Match[str]) -> Clock | None:
    if found["hour"]:
        return _clock(found["hour"], None, None)
    if len(found["hour4"]) == 1 and found["minute4"] == "00":
        return _clock(found["hour4"], "00", None)
    return _clock(found["hour4"], found["minute4"], None, exact=len(found["hour4"]) == 2)


def _range(said: Marked, found: re.Match[str]) -> Window | None:
    """ "2-4", "12 to 1", "2 to 4pm"; alone, "10 to 12" may be a time too, so it needs something beside it."""
    start = _clock(found["from"], None, None)
    end = said.minutes(found["clock"]) if found["clock"] else getattr(_clock(found["to"], None, None), "minutes", ())
    if start is None or not end:
        return None
    if found["mid"] == "and" and not found["kept"].startswith(("from", "between")):
        return None
    return _between(start.minutes, end)


def _between(start: tuple[int, ...], end: tuple[int, ...]) -> Window | None:
    """The shortest span from one to the other that begins in the hours in which people are up."""
    ends = [until or _DAY for until in end]
    spans = [(until - since, since, until) for since in start for until in ends if since < until]
    awake = [span for span in spans if span[1] >= 7 * 60] or spans
    if not awake:
        return None
    _, since, until = min(awake)
    return Window(since, until, bound=True)


def _bound(minutes: tuple[int, ...]) -> int:
    """The half of the day that a bound is in: "after 4" is the afternoon, "after 9" the morning."""
    return next((minute for minute in sorted(minutes) if minute >= 7 * 60), max(minutes))


def _part(found: re.Match[str]) -> Window:
    part = found["part"]
    start, end = _SPANS.get(f"{found['mod']} {part}", _SPANS[part])
    return Window(int(start * 60), int(end * 60), of_today=part == "endofday")
