"""What a number is: its kind, and whether it may be called by the centre's rules. Pure."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from ringback.guard_settings import NumberKind
from ringback.guarding.rules import Rule
from ringback.models import Frozen

ANYWHERE = "*"
_SATELLITE_CODES = frozenset({870, 881, 882, 883})
"""Inmarsat, the satellite systems, and the international networks, which cost alike and belong to no country."""
_KINDS = {
    PhoneNumberType.FIXED_LINE: NumberKind.FIXED,
    PhoneNumberType.MOBILE: NumberKind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberKind.FIXED_OR_MOBILE,
    PhoneNumberType.VOIP: NumberKind.VOIP,
    PhoneNumberType.TOLL_FREE: NumberKind.TOLL_FREE,
    PhoneNumberType.PERSONAL_NUMBER: NumberKind.PERSONAL,
    PhoneNumberType.UAN: NumberKind.COMPANY,
    PhoneNumberType.PREMIUM_RATE: NumberKind.PREMIUM,
    PhoneNumberType.SHARED_COST: NumberKind.SHARED_COST,
    PhoneNumberType.PAGER: NumberKind.PAGER,
    PhoneNumberType.VOICEMAIL: NumberKind.VOICEMAIL,
}
_ORDINARY = frozenset({NumberKind.FIXED, NumberKind.MOBILE, NumberKind.FIXED_OR_MOBILE, NumberKind.VOIP})


class Allowed(Frozen):
    """What may be called. `countries` are ISO codes, or `*` for all; `blocked` are beginnings of numbers (E.164)."""

    countries: frozenset[str]
    kinds: frozenset[NumberKind]
    blocked: tuple[str, ...] = ()


def why_not(number: str, allowed: Allowed) -> Rule | None:
    """The rule by which a number (E.164) is not called; None when it may be. Never raises.

    A number counts for a country when it can be dialled there, so that a Canadian centre calls neither Jamaica nor the
    United States although all of them are +1.
    """
    if number.startswith(allowed.blocked):
        return Rule.BLOCKED
    try:
        parsed = phonenumbers.parse(number, None)
    except NumberParseException:
        return Rule.NOT_A_NUMBER
    kind = _kind_of(parsed)
    if isinstance(kind, Rule):
        return kind
    if kind not in allowed.kinds:
        return Rule.ORDINARY if kind in _ORDINARY else Rule(kind.value)
    return None if kind is NumberKind.SATELLITE or _is_in(parsed, allowed.countries) else Rule.COUNTRY


def _kind_of(number: phonenumbers.PhoneNumber) -> NumberKind | Rule:
    if number.country_code in _SATELLITE_CODES:
        return NumberKind.SATELLITE
    if not phonenumbers.is_valid_number(number):
        return _why_invalid(number)
    return _KINDS.get(phonenumbers.number_type(number), Rule.ORDINARY)


def _is_in(number: phonenumbers.PhoneNumber, countries: frozenset[str]) -> bool:
    return ANYWHERE in countries or any(phonenumbers.is_valid_number_for_region(number, one) for one in countries)


def _why_invalid(number: phonenumbers.PhoneNumber) -> Rule:
    """What a number that is none would be where it is dialled without its country code."""
    digits = phonenumbers.national_significant_number(number)
    for region in phonenumbers.region_codes_for_country_code(number.country_code or 0):
        if phonenumbers.is_emergency_number(digits, region):
            return Rule.EMERGENCY
        if phonenumbers.is_valid_short_number_for_region(number, region):
            return Rule.SHORT
    return Rule.NOT_A_NUMBER
