"""What every service that sends codes does for us, and how it may go."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from ringback.models import E164


class Sending(StrEnum):
    """What came of sending a code."""

    SENT = "sent"
    NOT_TEXTABLE = "not_textable"
    """No text message reaches that number: a landline, or the service does not send there."""
    TOO_MANY = "too_many"
    """The service itself sends no more codes to that number for some minutes."""
    TROUBLE = "trouble"
    """The service could not be reached, or does not know us. Perhaps a code was sent all the same."""


class Verdict(StrEnum):
    """What came of checking a code."""

    APPROVED = "approved"
    WRONG = "wrong"
    EXPIRED = "expired"
    """There is no code to check any more: it is too old, or was used."""
    TOO_MANY = "too_many"
    """It was guessed at too often; only another code, some minutes later, helps."""
    TROUBLE = "trouble"


class CodeSender(Protocol):
    """Sends codes and checks them. Knows the codes; we do not. Neither method raises."""

    async def send(self, number: E164) -> Sending:
        """Send a code by text message."""
        ...

    async def check(self, number: E164, code: str) -> Verdict:
        """Check the newest code that was sent to the number. A code is good once."""
        ...
