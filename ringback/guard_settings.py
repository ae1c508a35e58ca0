"""`guard:` in desk.yml: who may be called, how often, and who has to show first that a number is theirs.

The defaults are those of a centre that calls ordinary people at home: strangers can order calls, so whatever costs
money or rings somebody else is off until the centre says otherwise.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from ringback.strict import Strict

_Country = Annotated[str, Field(pattern=r"^([A-Z]{2}|\*)$")]
_Prefix = Annotated[str, Field(pattern=r"^\+[1-9]\d{0,14}$")]


class NumberKind(StrEnum):
    """What kind of number it is, by its numbering plan. The values are the words of desk.yml, and of the log."""

    FIXED = "fixed"
    MOBILE = "mobile"
    FIXED_OR_MOBILE = "fixed_or_mobile"
    VOIP = "voip"
    TOLL_FREE = "toll_free"
    PERSONAL = "personal"
    COMPANY = "company"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    SATELLITE = "satellite"
    PAGER = "pager"
    VOICEMAIL = "voicemail"


class ProofFrom(StrEnum):
    """Who has to prove with a code by text message that a number is theirs."""

    OFF = "off"
    WEBSITE = "website"
    EVERYWHERE = "everywhere"


def _off(value: Any) -> Any:
    # YAML reads a bare `off` as "no".
    return ProofFrom.OFF if value is False else value


def _prefix(value: Any) -> Any:
    # YAML reads +1900 as a number, and people write blanks.
    return f"+{value}" if isinstance(value, int) else "".join(str(value).split())


class Limit(Strict):
    """How many calls may be ordered in any hour and in any day; 0 is no limit."""

    hour: int = Field(default=0, ge=0)
    day: int = Field(default=0, ge=0)


class Limits(Strict):
    """How many calls may be ordered, for each …"""

    number: Limit = Limit(hour=3, day=6)
    person: Limit = Limit(hour=5, day=10)
    address: Limit = Limit(hour=20, day=60)
    channel: Limit = Limit(hour=300, day=2000)
    desk: Limit = Limit(hour=500, day=3000)


class CodeSettings(Strict):
    """The codes that are sent by text message. `resend` is in seconds, `valid_days` in days; the rest are counts."""

    number: Limit = Field(default=Limit(hour=3, day=5), description="codes to one number")
    person: Limit = Field(default=Limit(hour=5, day=10), description="codes asked for in one conversation")
    address: Limit = Field(default=Limit(hour=10, day=30), description="codes asked for from one address")
    desk: Limit = Field(default=Limit(hour=300, day=2000), description="codes in all")
    resend: float = Field(default=30.0, ge=0, description="seconds after which a code may be sent once more")
    guesses: int = Field(default=5, gt=0, description="wrong codes in an hour, for a number in one conversation")
    valid_days: float = Field(default=30.0, gt=0, description="days for which a number stays proven in a conversation")


class GuardSettings(Strict):
    """Who may be called, how often, where to. `cool_down` is in seconds, `closing` in minutes."""

    countries: tuple[_Country, ...] = Field(
        default=(), description="countries that may be called; empty: region and also_regions; `*`: all"
    )
    kinds: frozenset[NumberKind] = Field(
        default=frozenset({NumberKind.FIXED, NumberKind.MOBILE, NumberKind.FIXED_OR_MOBILE, NumberKind.VOIP}),
        description="kinds of number that may be called",
    )
    blocked: tuple[Annotated[_Prefix, BeforeValidator(_prefix)], ...] = Field(
        default=(), description="numbers, or beginnings of numbers, that are never called"
    )
    limits: Limits = Limits()
    unlimited: tuple[Annotated[_Prefix, BeforeValidator(_prefix)], ...] = Field(
        default=(), description="numbers, or their beginnings, without limits and proof: the centre's test phones"
    )
    one_open: bool = Field(default=True, description="one open call-back for each number and queue")
    cool_down: float = Field(
        default=120.0, ge=0, description="seconds until a number is called again where nobody answered"
    )
    closing: float = Field(default=5.0, ge=0, description="minutes before closing from when no call for now is taken")
    proof: Annotated[ProofFrom, BeforeValidator(_off)] = Field(
        default=ProofFrom.OFF, description="who proves a number with a code: off, website or everywhere"
    )
    codes: CodeSettings = CodeSettings()

    @field_validator("kinds")
    @classmethod
    def _some_kind(cls, kinds: frozenset[NumberKind]) -> frozenset[NumberKind]:
        if not kinds:
            raise ValueError("name at least one kind of number that may be called")
        return kinds
