"""Phone numbers in a turn: which one is meant, and why there is none. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from phonenumbers import ndd_prefix_for_region

from ringback.intake.parts import Ask, Draft, Heard, Problem
from ringback.understanding.choices import Chosen, Option, match
from ringback.understanding.phone import NotANumber, Numbers, PhoneNumber, Reason, find_numbers, mask
from ringback.understanding.yes_no import YesNo, yes_no

_DENIED = re.compile(
    r"\b(?:not|instead of|rather than|nicht|(?:an)?statt|pas|au lieu d[eu]|plut[oô]t que)\s+"
    r"(?:on |at |to |my |the |unter |auf |der |meiner |mit |au |sur |le |du |mon )*(?=[+(\d])[+(\d][\d\s().-]{5,}\d",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\+?\(?\d(?:[\s()./-]{0,3}\d)*")
_SAME = re.compile(
    r"\b(?:the )?same (?:number|one|as|phone)\b|^\W*(?:the )?same\W*$|\bas (?:before|last time)\b"
    r"|\b(?:dieselbe|die ?selbe|(?:die )?gleiche) (?:nummer|telefonnummer)\b|^\W*(?:dieselbe"
    r"|die gleiche)(?: bitte)?\W*$"
    r"|\bwie (?:vorher|zuvor|vorhin|letztes mal|beim letzten mal)\b"
    r"|\b(?:le |au )?m[eê]me num[eé]ro\b|^\W*le m[eê]me(?: svp)?\W*$|\bcomme (?:avant|la derni[eè]re fois)\b",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"\b(?:ext(?:ension)?\.?|durchwahl|nebenstelle|apparat|dw|poste)\s*#?:?\s*(\d{1,6})\b", re.IGNORECASE
)
_ENOUGH_FOR_A_NUMBER = 7
_COMPARED = 6


def read_numbers(text: str, region: str, also_regions: Sequence[str] = ()) -> Numbers | NotANumber:
    """The numbers in a text: as the centre's region writes them, or else as one of the other regions does."""
    text = _DENIED.sub(" ", text)
    found = find_numbers(text, region)
    if isinstance(found, Numbers) or found.reason is Reason.NOTHING_FOUND:
        return found
    for other in also_regions:
        elsewhere = find_numbers(text, other)
        if isinstance(elsewhere, Numbers) and _is_dialled_in(other, region, text):
            return elsewhere
    return found


def _is_dialled_in(other: str, home: str, text: str) -> bool:
    """Whether the digits begin as they do in the other country alone: else a slip at home would be a number abroad."""
    prefix = ndd_prefix_for_region(other, True)
    if not prefix or prefix == ndd_prefix_for_region(home, True):
        return False
    return any(
        re.sub(r"\D", "", run.group()).startswith(prefix)
        for run in _DIGITS.finditer(text)
        if len(run.group()) > _COMPARED
    )


def without_numbers(text: str, found: Numbers | NotANumber) -> str:
    """The text without the digits of its phone numbers, so that they are not taken for times or places as well."""
    if isinstance(found, NotANumber):
        return text
    ends = tuple(one.e164[-_COMPARED:] for one in found.numbers if one.e164)

    def keep(run: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", run.group())
        return " , " if any(end in digits for end in ends) else run.group()

    return _EXTENSION.sub(" ", _DIGITS.sub(keep, text))


def take_number(number: PhoneNumber) -> Heard:
    """This number, if it can be called."""
    if not number.can_be_called:
        return Heard(slots={Ask.NUMBER: None}, problems=(Problem(response=f"utter_guard_{number.kind.value}"),))
    return Heard(slots={Ask.NUMBER: number.e164, "extension": number.extension})


def numbers_said(found: Numbers | NotANumber) -> Heard:
    """The number that stands in a sentence; of several, a choice between those that can be called."""
    if isinstance(found, NotANumber):
        return Heard()
    callable_ones = [one for one in found.numbers if one.can_be_called]
    if len(callable_ones) > 1:
        return Heard(slots={Ask.NUMBER: None}, narrowed=tuple(one.e164 for one in callable_ones))
    return take_number((callable_ones or list(found.numbers))[0])


def number_of_the_call_before(text: str, draft: Draft) -> Heard:
    """ "The same number", where there is one."""
    if draft.last_number and _SAME.search(text):
        return Heard(slots={Ask.NUMBER: draft.last_number, "extension": None})
    return Heard()


def number_by_other_means(text: str, draft: Draft) -> Heard:
    """The number of the call before, or one of the few that the last answer left: by its place or its last digits."""
    before = number_of_the_call_before(text, draft)
    if before:
        return before
    if draft.narrowed:
        chosen = match(text, [Option(id=one, title=mask(one)) for one in draft.narrowed])
        digits = re.sub(r"\D", "", text)
        by_end = [one for one in draft.narrowed if len(digits) >= 2 and one.endswith(digits)]
        if isinstance(chosen, Chosen):
            return Heard(slots={Ask.NUMBER: chosen.id, "extension": None})
        if len(by_end) == 1:
            return Heard(slots={Ask.NUMBER: by_end[0], "extension": None})
    elif draft.last_number and yes_no(text) is YesNo.YES:
        # It stands on the only button there is.
        return Heard(slots={Ask.NUMBER: draft.last_number, "extension": None})
    return Heard()


def number_problem(found: NotANumber) -> Heard:
    """Why there is no number to call."""
    missing = found.reason is Reason.NOTHING_FOUND
    response = "utter_number_missing" if missing else f"utter_number_{found.reason.value}"
    return Heard(slots={Ask.NUMBER: None}, problems=(Problem(response=response),))


def tried_a_number(text: str) -> bool:
    """Whether there are digits enough for somebody who meant a phone number."""
    return any(sum(map(str.isdigit, run.group())) >= _ENOUGH_FOR_A_NUMBER for run in _DIGITS.finditer(text))
