"""The days in a sentence: "day after tomorrow", "the 3rd", "next Friday", "24.12.", "Tuesday week". Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ringback.understanding.time_marks import CLOCK, DAY, Days, Marked, Range
from ringback.understanding.time_vocabulary import MONTHS, WEEKDAYS

_PAST_AFTER_ALL = 60
"""Days: a date without a year that was no longer ago is past, else it is next year's."""

_WD = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})\b\.?"
_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er)?\.?"
_YEAR = r"(?:,? (?P<year>(?:19|20)\d\d)\b)?"
_ALONE = r"(?<![\d.:/+-])"
_END = r"(?![\d:/-]|\.\d)"
_NOUN_NEXT = (
    rf"(?= ?(?:$|[,.;!?){DAY}{CLOCK}-]|(?:at|or|and|around|after|before|between|from|in|please|would|is"
    rf"|works|if|but|to|be|i|we|you|could|can|will|should|my|instead|for|when|because|then|not|any|only|suits"
    rf"|half|quarter|morning|afternoon|evening|noon|lunch|midday|\d)\b))"
)

_ISO = re.compile(rf"{_ALONE}(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?:t(?=\d\d:))?(?!\d)")
_DOTTED = re.compile(
    rf"(?<!at )(?<!around ){_ALONE}(?P<day>\d{{1,2}})\. ?(?P<month>\d{{1,2}})(?:\. "
    rf"?(?P<year>(?:20)?\d\d)(?![\d:.]| ?(?:oclock|:))|\.(?!\d))?(?! ?(?:am|pm|oclock)\b){_END}"
)
_SLASHED = re.compile(rf"{_ALONE}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<year>(?:20)?\d\d))?{_END}")
_DAY_MONTH = re.compile(rf"\b(?:the )?{_ALONE}{_NTH} ?(?:of )?{_MONTH}{_YEAR}")
_MONTH_DAY = re.compile(rf"\b{_MONTH} (?:the )?{_NTH}{_YEAR}(?! ?(?:am|pm|oclock|people)\b|:)(?!\d)")
_NTH_ALONE = re.compile(rf"\b(?:on )?(?:the )?{_ALONE}(?P<day>\d{{1,2}})(?:st|nd|rd|th)\b{_NOUN_NEXT}")
_NTH_DOT = re.compile(rf"\bon (?:the |den )?(?P<day>\d{{1,2}})\.(?!\d){_NOUN_NEXT}")
_COUNT = r"(?P<count>\d{1,2}|a|one)"
_WEEKS_FROM = re.compile(
    rf"\b(?:in )?{_COUNT} (?P<unit>day|week) (?:from |on |after )?(?P<base>{'|'.join(WEEKDAYS)}|today|tomorrow)\b"
)
_DAY_WEEK = re.compile(
    rf"\b(?P<base>{'|'.join(WEEKDAYS)}|today|tomorrow) (?:in {_COUNT} )?week\b(?! (?:after"
    rf"|before))"
)
_IN_DAYS = re.compile(
    rf"\b(?:in {_COUNT} (?P<unit>day|week)s?(?! (?:from|after|late))|(?P<count2>\d{{1,2}}|a) (?P<unit2>day"
    rf"|week)s? from now)\b"
)
_AGO = re.compile(
    r"\b(?:\d+|a|an|few|couple of) (?:day|week|month|hour|minute|year)s? (?:ago|before)\b"
    rf"|\b(?:last|past|previous) (?P<unit>week|weekend|month|year|night|evening|summer|winter|time"
    rf"|{'|'.join(WEEKDAYS)})\b"
)
_WEEK = re.compile(
    r"\b(?:the )?(?:(?P<part>early|start|start of|beginning of|beginning|end|end of|late|mid|mid of"
    r"|later) ?(?:in )?(?:the )?)?"
    r"(?:(?P<which>next|this|coming|the) week(?P<after> after next)?\b)"
)
_WEEK_AFTER_NEXT = re.compile(r"\b(?:the )?week after next\b|\bin the week after next\b|\bubernachste week\b")
_WEEKEND = re.compile(r"\b(?:(?P<which>next|this|coming|the) )?weekend\b")
_MONTH_SPAN = re.compile(rf"\b(?:(?P<which>next|this) month\b|in {_MONTH}(?! \d))")
_PLAIN = re.compile(r"\b(?:later )?(?P<which>overmorrow|tomorrow|today|yesterday)\b")
_WEEKDAY = re.compile(rf"\b(?:(?P<which>next|this coming|coming|this|last) )?{_WD}\b")
_D = f"([{DAY}])"
_BY = re.compile(
    rf"\b(?:by|until|no later than|not later than) (?:on )?{_D}(?! ?[{CLOCK}])"
    rf"|{_D} at (?:the )?latest\b"
)
_BEFORE = re.compile(rf"\bbefore (?:on )?{_D}(?! ?(?:at )?[{CLOCK}])")
_FROM = re.compile(
    rf"\bfrom (?:on )?{_D}(?: on| onwards?)?(?! ?(?:at )?[{CLOCK}])(?! ?(?:to|until|-))|{_D} (?:or|and) later\b"
)
_AFTER = re.compile(rf"\bafter (?:on )?{_D}(?! ?(?:at )?[{CLOCK}])")
_BETWEEN = re.compile(rf"\b(?:between|from) {_D} (?:and|to|until|-) {_D}|{_D} ?- ?{_D}|{_D} (?:to|until) {_D}")


class ImpossibleDateError(ValueError):
    """A date was said that no calendar has, such as 31 February."""


def mark_days(said: Marked, today: date) -> None:
    """Mark every day of the sentence, as seen from `today`. Raises ImpossibleDateError."""
    date_of = _Dates(today)
    said.mark(_ISO, date_of.full)
    said.mark(_DOTTED, date_of.dotted)
    said.mark(_SLASHED, date_of.slashed)
    said.mark(_DAY_MONTH, date_of.full)
    said.mark(_MONTH_DAY, date_of.full)
    said.mark(_NTH_ALONE, date_of.nth)
    said.mark(_NTH_DOT, date_of.nth)
    said.mark(_WEEKS_FROM, date_of.counted)
    said.mark(_DAY_WEEK, date_of.counted)
    said.mark(_IN_DAYS, date_of.counted)
    said.mark(_AGO, date_of.gone)
    said.mark(_WEEK_AFTER_NEXT, lambda _: date_of.week(2))
    said.mark(_WEEK, date_of.part_of_week)
    said.mark(_WEEKEND, date_of.weekend)
    said.mark(_MONTH_SPAN, date_of.month)
    said.mark(_PLAIN, date_of.plain)
    said.mark(_WEEKDAY, date_of.weekday)


def mark_day_bounds(said: Marked, today: date) -> None:
    """Mark "by Friday", "after Tuesday", "Monday to Wednesday"; when the clocks are marked already."""

    def bound(found: re.Match[str], start: int | None, end: int | None) -> Days:
        days = said.days(next(group for group in found.groups() if group))
        first, last = min(days.ranges)
        far = today + timedelta(days=365)
        return Days(((today if start is None else last + timedelta(days=start),
                      far if end is None else first + timedelta(days=end)),), sure=days.sure)  # fmt: skip

    def between(found: re.Match[str]) -> Days:
        one, other = (said.days(group) for group in found.groups() if group)
        start, end = one.ranges[0][0], other.ranges[0][1]
        if end < start and other.weekday is not None:
            end += timedelta(days=7)
        return Days(((start, max(end, start)),), sure=False)

    said.mark(_BETWEEN, between)
    said.mark(_BY, lambda found: bound(found, None, 0))
    said.mark(_BEFORE, lambda found: bound(found, None, -1))
    said.mark(_FROM, lambda found: bound(found, 0, None))
    said.mark(_AFTER, lambda found: bound(found, 1, None))


class _Dates:
    """What the words for days mean on one day."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.monday = today - timedelta(days=today.weekday())

    def one(self, day: date) -> Days:
        return Days(((day, day),))

    def full(self, found: re.Match[str]) -> Days:
        month = found["month"]
        number = int(month) if month.isdigit() else MONTHS.index(month) + 1
        return self.one(self.next_date(number, int(found["day"]), found["year"]))

    def dotted(self, found: re.Match[str]) -> Days | None:
        day, month = int(found["day"]), int(found["month"])
        # "10.30" is a time.
        return self.one(self.next_date(month, day, found["year"])) if 1 <= month <= 12 and 1 <= day <= 31 else None

    def slashed(self, found: re.Match[str]) -> Days | None:
        one, other = int(found["a"]), int(found["b"])
        dates = []
        for month, day in {(one, other), (other, one)}:
            try:
                dates.append(self.next_date(month, day, found["year"]))
            except ImpossibleDateError:
                continue
        return Days(tuple((day, day) for day in sorted(dates)), sure=len(set(dates)) == 1) if dates else None

    def next_date(self, month: int, day: int, said_year: str | None) -> date:
        """The date in the year that was said or, without one, the next such date."""
        if said_year:
            return self.date(int(said_year) + (2000 if len(said_year) == 2 else 0), month, day)
        this_year = self.date(self.today.year if (month, day) != (2, 29) else self._leap(), month, day)
        if (self.today - this_year).days > _PAST_AFTER_ALL:
            return self.date(self.today.year + 1, month, day)
        return this_year

    def _leap(self) -> int:
        return next(year for year in range(self.today.year, self.today.year + 9) if year % 4 == 0)

    @staticmethod
    def date(year: int, month: int, day: int) -> date:
        try:
            return date(year, month, day)
        except ValueError as error:
            raise ImpossibleDateError(str(error)) from error

    def nth(self, found: re.Match[str]) -> Days | None:
        """The next such day of a month."""
        number = int(found["day"])
        if not 1 <= number <= 31:
            return None
        return self.one(next(
            day for day in (self.today + timedelta(days=ahead) for ahead in range(70)) if day.day == number
        ))  # fmt: skip

    def counted(self, found: re.Match[str]) -> Days:
        groups = found.groupdict()
        count, unit = groups.get("count") or groups.get("count2") or "1", groups.get("unit") or groups.get("unit2")
        number = int(count) if count.isdigit() else 1
        base = groups.get("base") or "today"
        if base in WEEKDAYS:
            start = self.today + timedelta(days=(WEEKDAYS.index(base) - self.today.weekday()) % 7)
        else:
            start = self.today + timedelta(days=base == "tomorrow")
        return self.one(start + timedelta(days=number * (1 if unit == "day" else 7)))

    def gone(self, found: re.Match[str]) -> Days | None:
        if found["unit"] == "time":
            return None
        return Days(((date.min, self.today - timedelta(days=1)),))

    def week(self, ahead: int) -> Days:
        monday = self.monday + timedelta(days=7 * ahead)
        return Days(((monday, monday + timedelta(days=6)),))

    def part_of_week(self, found: re.Match[str]) -> Days:
        which, part = found["which"], (found["part"] or "").split(" ")[0]
        monday = self.monday + timedelta(days=14 if found["after"] else 7 * (which in {"next", "coming"}))
        first, last = {
            "early": (0, 1), "start": (0, 1), "beginning": (0, 1), "mid": (2, 2), "end": (3, 4), "late": (3, 4),
        }.get(part, (0, 6))  # fmt: skip
        start = monday + timedelta(days=first)
        if monday == self.monday:
            start = max(start, self.today + timedelta(days=part == "later"))
        return Days(((start, max(monday + timedelta(days=last), start)),))

    def weekend(self, found: re.Match[str]) -> Days:
        saturday = self.monday + timedelta(days=5)
        week = timedelta(days=7)
        these = [(saturday, saturday + timedelta(days=1))]
        if found["which"] == "next":
            # Some mean the coming one, some the one after.
            these.append((saturday + week, saturday + week + timedelta(days=1)))
        return Days(tuple(these), sure=len(these) == 1)

    def month(self, found: re.Match[str]) -> Days:
        named = found["month"]
        number = MONTHS.index(named) + 1 if named else self.today.month + (found["which"] == "next")
        year = self.today.year + (number > 12 or (bool(named) and number < self.today.month))
        first = date(year, (number - 1) % 12 + 1, 1)
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return Days(((max(first, self.today), following - timedelta(days=1)),))

    def plain(self, found: re.Match[str]) -> Days:
        ahead = {"overmorrow": 2, "tomorrow": 1, "today": 0, "yesterday": -1}[found["which"]]
        return self.one(self.today + timedelta(days=ahead))

    def weekday(self, found: re.Match[str]) -> Days:
        number, which = WEEKDAYS.index(found["weekday"]), found["which"]
        ahead = (number - self.today.weekday()) % 7
        first = self.today + timedelta(days=ahead)
        week = timedelta(days=7)
        if which == "last":
            return self.one(first - week)
        if which == "next" and ahead == 0:
            return Days(((first + week, first + week),), number)
        if which is None and ahead == 0:
            # Today or in a week; `times` knows whether today's is over.
            return Days(_each(first, first + week), number)
        if which == "next" and number > self.today.weekday():
            # Said on a Monday, "next Friday" is this week's or the next one's.
            return Days(_each(first, first + week), number, sure=False)
        return Days(_each(first), number)


def _each(*days: date) -> tuple[Range, ...]:
    return tuple((day, day) for day in days)
