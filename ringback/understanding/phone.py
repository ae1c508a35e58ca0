"""Telephone numbers out of free text: "call me on 416 555 0123 please", "0049 151…", "tel:+1-416-555-0123".

Pure. Dates, times and short account numbers are not taken for telephone numbers; a number that cannot exist is
answered with the reason, so that the person can be told what to change.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult
from pydantic import Field

from ringback.models import Frozen
from ringback.understanding.phone_text import only_numbers

_FEWEST_DIGITS, _MOST_DIGITS = 7, 15

_ORDINARY = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
_DENIED = re.compile(
    r"\b(?:not|never|instead of|rather than|nicht|(?:an)?statt|kein|pas|au lieu d[eu]|plut[oô]t que|(?:don't|do not"
    r"|dont) (?:call|use|ring|try"
    r"|phone)(?: me)?)"
    r"(?: (?:on|at|to|the|my|under|unter|auf|old|number|one|is|call|me|use|ring|der|die|meiner|meine"
    r"|alten|alte|nummer|mehr|au|sur|le|mon|ancien|num[eé]ro))*[\s:(]*$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"[\s,]*(?:is|was)? ?(?:wrong|(?:is )?not (?:right|correct|working|in use|mine)|no longer|the old one"
    r"|my old (?:one|number)|does(?:n't| not) work"
    r"|(?:ist |war )?(?:falsch|nicht (?:richtig|mehr)|die alte|meine alte|veraltet)"
    r"|(?:est |[eé]tait )?(?:faux|fausse|incorrect|l['’]ancien|mon ancien|(?:n['’]est |ne marche )?(?:pas"
    r"|plus) (?:le bon|bon)))",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    r"\b(?:sorry|actually|i mean|i meant|no|not that|correction|rather|make (?:that|it)|instead|scratch that|oops|"
    r"wrong|should be|use this|nein|besser|lieber|sondern|ich meine|ich meinte|entschuldigung|pardon|doch|vielmehr"
    r"|nehmen sie|korrektur|non|plut[oô]t|finalement|en fait|utilisez|prenez|je voulais dire|d[eé]sol[eé]e?)\b",
    re.IGNORECASE,
)
_CLUSTER = re.compile(r"\+?\(?\d(?:[\s()./-]{0,3}\d)*")
_FILLERS = frozenset({
    "a", "am", "an", "and", "at", "bitte", "call", "can", "cell", "dial", "handy", "hello", "hi", "i", "is", "ist",
    "it", "m", "me", "meine", "mine", "mobile", "my", "no", "number", "nummer", "ok", "okay", "on", "phone",
    "please", "reach", "ring", "s", "sure", "tel", "telephone", "thanks", "the", "to", "try", "under", "unter",
    "use", "yes", "you",
    "mein", "telefon", "telefonnummer", "handynummer", "festnetz", "rufen", "ruft", "sie", "mich", "der", "die", "auf",
    "ja", "bin", "erreichbar", "erreichen", "lautet", "danke", "das", "nehmen", "meiner", "appelez", "appeler",
    "rappelez",
    "moi", "au", "sur", "le", "la", "mon", "numéro", "numero", "de", "est", "c", "portable", "fixe", "svp", "merci",
    "oui",
    "téléphone", "il", "vous", "plaît", "plait", "prenez", "utilisez", "joindre", "joignable",
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


def find_numbers(text: str, region: str, *others: str) -> PhoneReading:
    """Read telephone numbers out of `text`. `region` is the ISO country in which numbers without a country code are
    read, such as "CA"; `others` are tried, in their order, when there is none of that country. Of "not this one, that
    one" and "this one, sorry, that one" only the one that is meant comes back. Never raises.
    """
    text = only_numbers(text)
    for country in (region, *others):
        numbers = _matched(text, country)
        if numbers is None:
            # The only numbers were those not to be called.
            return NotANumber(reason=Reason.NOTHING_FOUND)
        numbers = numbers or _whole(text, country)
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


@lru_cache(maxsize=512)
def _fewest_digits(region: str) -> int:
    """Small places have short numbers, four digits on Niue; elsewhere fewer than seven are something else."""
    examples = [phonenumbers.example_number_for_type(region, kind) for kind in _ORDINARY]
    lengths = [len(str(number.national_number)) for number in examples if number is not None]
    return min([_FEWEST_DIGITS, *lengths])


def _matched(text: str, region: str) -> list[PhoneNumber] | None:
    """Every full number of the text that is meant, each once; None when there are numbers, and none of them is."""
    found: dict[str, PhoneNumber] = {}
    end, any_there = 0, False
    for one in phonenumbers.PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
        if sum(character.isdigit() for character in one.raw_string) < _fewest_digits(region):
            continue
        number, before, after = _number(one.number), text[end : one.start], text[one.end :]
        end, any_there = one.end, True
        if _DENIED.search(before) or _DENIED_AFTER.match(after):
            found.pop(number.e164, None)
            continue
        if found and _CORRECTED.search(before):
            found.clear()
        if number.e164 not in found or found[number.e164].extension is None:
            found[number.e164] = number
    return list(found.values()) if found or not any_there else None


def _whole(text: str, region: str) -> list[PhoneNumber]:
    """The text's only digits as one number, for ways of writing that the matcher does not know; else nothing."""
    if not re.search(r"[^\W\d_]", text):
        text = re.sub(r"(?<=\d), ?(?=\d)", " ", text)
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
