"""TENIOS's names: its words for the state of a call-back, its error codes, and what had to be assumed.

Fields, status words and BAD_CREDENTIALS are CONFIRMED by TENIOS's pages and samples. The rest of the error codes comes
from its sibling APIs and is ASSUMED here; a code that nobody knows is a refusal like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ringback.models import State


class TeniosNames(BaseModel):
    """The ONE table of what had to be ASSUMED about the wire; `a|b` means the first of these keys that is there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Keys of an error. One page misspells the last one.
    error_code: str = "error_code"
    error_message: str = "error_message|message"
    error_fields: str = "fields|field s"
    # Codes that mean the access key or, with an order, the configuration's id.
    credentials_codes: str = "BAD_CREDENTIALS"
    # The longest announcement that is sent, in characters; no limit is documented.
    longest_announcement: Annotated[int, Field(gt=0)] = 300


# Words CONFIRMED, order and endings INFERRED. A is the agent's side, B the customer.
_STATES: Mapping[str, State] = {
    "REQUESTED": State.QUEUED,
    "ACCEPTED": State.QUEUED,
    "CALLING_A": State.CALLING_AGENT,
    "CALL_A_FAILED": State.FAILED_AGENT,
    "CALLING_B": State.CALLING_CUSTOMER,
    "CALL_B_FAILED": State.FAILED_CUSTOMER,
    "CONNECTED": State.CONNECTED,
    "DISCONNECTED": State.COMPLETED,
}


def _letters(word: str) -> str:
    return "".join(character for character in word.upper() if character.isalpha())


_SPELLINGS = {_letters(word): word for word in _STATES}


def state_of(word: str) -> State | None:
    """Our state for TENIOS's word, whatever its case; None for a word that is not in the table."""
    return _STATES.get(spelling_of(word))


def spelling_of(word: str) -> str:
    """TENIOS's own spelling of a word of the table, whatever its case; empty for any other word."""
    return _SPELLINGS.get(_letters(word), "")
