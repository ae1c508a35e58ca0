"""Telephone numbers out of free text: "call me on 416 555 0123 please", "0049 151…", "tel:+1-416-555-0123".

Pure. Dates, times and short account numbers are not taken for telephone numbers; a number that cannot exist is
answered with the reason, so that the person can be told what to change.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult
from pydantic import Field

from ringback.models import Frozen
from ringback.understanding.spoken import spoken_digits

_LONGEST_TEXT = 1000
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15

_NOT_AFTER = r"(?<![\d+])(?<![\d+][./-])"
_NOT_BEFORE = r"(?![./-]?\d)"
_MONTHS = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|ma[yi]|june?|juni|july?|juli|aug(?:ust)?|"
    r"sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\b\.?"
)
_NO_PAIRS_AFTER = r"(?![\s.-]+\d\d[\s.-]\d\d)"
_DATES_AND_TIMES = re.compile(
    "|".join(
        (
            rf"{_NOT_AFTER}(?:19|20)\d\d([./-])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01]){_NOT_BEFORE}",
            rf"{_NOT_AFTER}(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|[12]\d|3[01])\2(?:(?:19|20)?\d\d){_NOT_BEFORE}",
            rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s*(?:of\s+)?{_MONTHS}(?:,?\s+(?:19|20)\d\d\b)?",
            rf"\b{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+(?:19|20)\d\d\b)?{_NO_PAIRS_AFTER}",
            r"(?<![\d:+])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![:\d])(?:\s*[ap]\.?m\b)?",
            r"(?<![\d+-])(?:0?\d|1\d|2[0-4])(?:[.][0-5]\d)?\s*(?:[ap]\.?m\b|uhr\b|o'?clock\b)",
        )
    ),
    re.IGNORECASE,
)
_DOUBLE_ZERO = re.compile(r"(?<![\d+])00(?=[\s().-]{0,2}[1-9])")
_CLUSTER = re.compile(r"\+?\(?\d(?:[\s()./-]{0,3}\d)*")
_FILLERS = frozenset({
    "a", "am", "an", "and", "at", "bitte", "call", "can", "cell", "dial", "handy", "hello", "hi", "i", "is", "ist",
    "it", "m", "me", "meine", "mine", "mobile", "my", "no", "number", "nummer", "ok", "okay", "on", "phone",
    "please", "reach", "ring", "s", "sure", "tel", "telephone", "thanks", "the", "to", "try", "under", "unter",
    "use", "yes", "you",
})  # fmt: skip


class Kind(StrEnum):
    """What kind of number it is, as far as the numbering plan tells."""

    FIXED = "fixed"
    MOBILE = "mobile"
    FIXED_OR_MOBILE = "fixed_or_mobile"
    TOLL_FREE = "toll_free"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    EMERGENCY = "emergency"
    SHORT = "short"
    OTHER = "other"


class PhoneNumber(Frozen):
    """One number. `e164` is empty for emergency and short numbers, which exist in one country only; `international` is
    for the person who gave it, `masked` for everybody else.
    """

    e164: str = Field(repr=False)
    international: str = Field(repr=False)
    masked: str
    extension: str | None = None
    kind: Kind

    @property
    def can_be_called(self) -> bool:
        """Neither premium nor emergency nor short."""
        return self.kind not in (Kind.PREMIUM, Kind.EMERGENCY, Kind.SHORT)


class Numbers(Frozen):
    """The different numbers in the text, in the order in which they stand there; at least one."""

    numbers: tuple[PhoneNumber, ...]


class Reason(StrEnum):
    """Why there is no number: no digits that could be one, or digits that are too few, too many or impossible."""

    NOTHING_FOUND = "nothing_found"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_VALID = "not_valid"


class NotANumber(Frozen):
    """No number to call, and why."""

    reason: Reason


PhoneReading = Numbers | NotANumber


def find_numbers(text: str, region: str) -> PhoneReading:
    """Read telephone numbers out of `text`. `region` is the ISO country in which numbers without a country code are
    read, such as "CA". Never raises.
    """
    text = _DATES_AND_TIMES.sub(" ; ", spoken_digits(_ascii_digits(text[:_LONGEST_TEXT])))
    text = _DOUBLE_ZERO.sub("+", text)
    numbers = _matched(text, region) or _whole(text, region)
    if numbers:
        return Numbers(numbers=tuple(numbers))
    return NotANumber(reason=_reason(text, region))


def mask(e164: str) -> str:
    """A number fit to be shown in a chat or a log: "+1 416 ••• ••23". At least five digits are hidden; what is not an
    E.164 number is hidden altogether.
    """
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return "•••" if e164 else ""
    national = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL).split(" ", maxsplit=1)[-1]
    national = re.sub(r"[^\d]+", " ", national).strip()
    count = sum(character.isdigit() for character in national)
    first, last = min(3, max(count - 7, 0)), 2 if count >= 7 else 0
    shown, place = "", 0
    for character in national:
        if character.isdigit():
            place += 1
            shown += character if place <= first or place > count - last else "•"
        else:
            shown += character
    return f"+{number.country_code} {shown}"


def _ascii_digits(text: str) -> str:
    """Full-width, Arabic-Indic and other digits as 0 to 9, odd dashes and spaces as plain ones."""
    characters = []
    for character in unicodedata.normalize("NFKC", text):
        match unicodedata.category(character):
            case "Nd":
                characters.append(str(unicodedata.decimal(character)))
            case "Pd":
                characters.append("-")
            case "Zs":
                characters.append(" ")
            case "Cf":
                continue
            case _:
                characters.append(character)
    return "".join(characters)


def _matched(text: str, region: str) -> list[PhoneNumber]:
    """Every full number of the text, each once."""
    found: dict[str, PhoneNumber] = {}
    for one in phonenumbers.PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
        number = _number(one.number)
        if sum(character.isdigit() for character in one.raw_string) < _FEWEST_DIGITS:
            continue
        if number.e164 not in found or found[number.e164].extension is None:
            found[number.e164] = number
    return list(found.values())


def _whole(text: str, region: str) -> list[PhoneNumber]:
    """The text's only digits as one number, for ways of writing that the matcher does not know; else nothing."""
    clusters = _clusters(text)
    if len(clusters) != 1:
        return []
    digits = re.sub(r"\D", "", clusters[0])
    words = set(re.findall(r"[^\W\d_]+", text.casefold()))
    if words <= _FILLERS and len(digits) <= 6 and not clusters[0].startswith("+"):
        special = _special(digits, region)
        if special:
            return [special]
    if len(digits) < _FEWEST_DIGITS:
        return []
    try:
        number = phonenumbers.parse(clusters[0], region)
    except NumberParseException:
        return []
    # Digits in odd groups are a number only when they are written as one: with a plus, or with nothing else beside.
    if phonenumbers.is_valid_number(number) and (clusters[0].startswith("+") or words <= _FILLERS):
        return [_number(number)]
    return []


def _special(digits: str, region: str) -> PhoneNumber | None:
    if phonenumbers.is_emergency_number(digits, region):
        kind = Kind.EMERGENCY
    elif len(digits) == 3 and phonenumbers.is_valid_short_number_for_region(
        phonenumbers.PhoneNumber(
            country_code=phonenumbers.country_code_for_region(region), national_number=int(digits)
        ),
        region,
    ):
        kind = Kind.SHORT
    else:
        return None
    return PhoneNumber(e164="", international=digits, masked=digits, kind=kind)


def _number(number: phonenumbers.PhoneNumber) -> PhoneNumber:
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    bare = phonenumbers.PhoneNumber(country_code=number.country_code, national_number=number.national_number)
    bare.italian_leading_zero, bare.number_of_leading_zeros = (
        number.italian_leading_zero,
        number.number_of_leading_zeros,
    )
    return PhoneNumber(
        e164=e164,
        international=phonenumbers.format_number(bare, PhoneNumberFormat.INTERNATIONAL),
        masked=mask(e164),
        extension=number.extension or None,
        kind=_KINDS.get(phonenumbers.number_type(number), Kind.OTHER),
    )


_KINDS = {
    PhoneNumberType.FIXED_LINE: Kind.FIXED,
    PhoneNumberType.MOBILE: Kind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: Kind.FIXED_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: Kind.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: Kind.PREMIUM,
    PhoneNumberType.SHARED_COST: Kind.SHARED_COST,
    PhoneNumberType.VOIP: Kind.VOIP,
}


def _clusters(text: str) -> list[str]:
    return [found.group().strip() for found in _CLUSTER.finditer(text)]


def _reason(text: str, region: str) -> Reason:
    """Why the longest run of digits is not a number."""
    longest = max(_clusters(text), key=lambda cluster: len(re.sub(r"\D", "", cluster)), default="")
    digits = re.sub(r"\D", "", longest)
    if not digits:
        return Reason.NOTHING_FOUND
    if len(digits) > _MOST_DIGITS:
        return Reason.TOO_LONG
    try:
        number = phonenumbers.parse(longest, region)
    except NumberParseException as error:
        short = error.error_type in (NumberParseException.TOO_SHORT_NSN, NumberParseException.TOO_SHORT_AFTER_IDD)
        return Reason.TOO_SHORT if short or len(digits) < _FEWEST_DIGITS else Reason.NOT_VALID
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return Reason.TOO_SHORT
        case ValidationResult.TOO_LONG:
            return Reason.TOO_LONG
    return Reason.TOO_SHORT if len(digits) < _FEWEST_DIGITS else Reason.NOT_VALID
