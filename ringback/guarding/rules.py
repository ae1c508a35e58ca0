"""The rules by which a call may be refused, and a refusal as a value."""

from __future__ import annotations

from enum import StrEnum

from ringback.models import Frozen


class Rule(StrEnum):
    """Why no call is ordered. The value is the word in the log; `utter_guard_<value>` says it to the person."""

    # The number itself, whatever the time and whoever asks.
    NOT_A_NUMBER = "not_a_number"
    EMERGENCY = "emergency"
    SHORT = "short"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    SATELLITE = "satellite"
    TOLL_FREE = "toll_free"
    PERSONAL = "personal"
    COMPANY = "company"
    PAGER = "pager"
    VOICEMAIL = "voicemail"
    ORDINARY = "ordinary"
    COUNTRY = "country"
    BLOCKED = "blocked"
    # How often.
    NUMBER_LIMIT = "number_limit"
    PERSON_LIMIT = "person_limit"
    ADDRESS_LIMIT = "address_limit"
    CHANNEL_LIMIT = "channel_limit"
    DESK_LIMIT = "desk_limit"
    # When.
    COOL_DOWN = "cool_down"
    OPEN = "open"
    OPEN_ELSEWHERE = "open_elsewhere"
    CLOSING = "closing"
    # Whose.
    UNPROVEN = "unproven"

    @property
    def wants_another_number(self) -> bool:
        """Whether another number may be called where this one may not."""
        return self not in _WHATEVER_THE_NUMBER


_WHATEVER_THE_NUMBER = frozenset({
    Rule.PERSON_LIMIT, Rule.ADDRESS_LIMIT, Rule.CHANNEL_LIMIT, Rule.DESK_LIMIT, Rule.OPEN, Rule.CLOSING, Rule.UNPROVEN,
})  # fmt: skip


class Refusal(Frozen):
    """No call is ordered by this rule. `again_at`: when it is possible again, or, by CLOSING, when the queue closes
    (seconds since the epoch); None when no time helps.
    """

    rule: Rule
    again_at: float | None = None
