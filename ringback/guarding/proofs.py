"""The proof that a number is theirs who give it: a code is sent there and has to be said here.

How often codes are sent and guessed at is booked in the ledger like calls are, so that nobody can have strangers texted
for fun, or try out codes, by opening one conversation after the other. The code itself is never ours: whoever sent it
knows it and judges it.
"""

from __future__ import annotations

import re
import secrets
import time
import unicodedata
from collections.abc import Callable
from enum import StrEnum

import structlog

from ringback.guard import Guard
from ringback.guarding.counting import DAY, HOUR, Bound, bounds
from ringback.guarding.rules import Rule
from ringback.ledger.store import Ledger
from ringback.models import E164, Frozen
from ringback.proving.base import CodeSender, Sending, Verdict
from ringback.understanding.phone import mask

log = structlog.get_logger(__name__)

_CODE = re.compile(r"(?<![\d+])\d(?:[ .-]?\d){5}(?![ .-]?\d)", re.ASCII)
_COUNTED = ("code_number", "code_person", "code_address", "code_desk")
_GUESSES_AT_A_NUMBER = 4
"""How many conversations' worth of guesses one number bears in an hour."""


class Step(StrEnum):
    """What came of a step; the value names its sentence, `utter_proof_<value>`."""

    SENT = "sent"
    WAIT = "wait"
    """A code was sent a moment ago; another one only after a pause."""
    NO_MORE_CODES = "no_more_codes"
    NOT_TEXTABLE = "not_textable"
    TROUBLE = "trouble"
    PROVEN = "proven"
    WRONG = "wrong"
    EXPIRED = "expired"
    NO_MORE_GUESSES = "no_more_guesses"


class Done(Frozen):
    """What came of a step, and, where it was too often, when it is possible again (seconds since the epoch)."""

    step: Step
    again_at: float | None = None


class Proofs:
    """Has codes sent and checked, within the guard's limits."""

    def __init__(
        self, ledger: Ledger, guard: Guard, sender: CodeSender, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._ledger = ledger
        self._guard = guard
        self._sender = sender
        self._clock = clock

    async def send(self, number: E164, *, conversation_id: str, address: str = "") -> Done:
        """Send a code to the number, unless that was done too often or only just now."""
        codes, now, key = self._guard.settings.codes, self._clock(), secrets.token_urlsafe(12)
        pause = self._bound("code_pause", f"{conversation_id} {number}", 1, codes.resend)
        limited: list[Bound] = []
        whose = (number, conversation_id, address, "everybody")
        for kind, text, limit in zip(
            _COUNTED, whose, (codes.number, codes.person, codes.address, codes.desk), strict=True
        ):
            if text:
                limited += bounds(self._guard.subject(kind, text), limit, Rule.UNPROVEN)
        refused = await self._ledger.take_place(key, (*limited, pause) if codes.resend else limited, now)
        if refused is not None:
            soon = refused.again_at is not None and refused.again_at <= now + codes.resend
            step = Step.WAIT if soon else Step.NO_MORE_CODES
            self._log(step, number)
            return Done(step=step, again_at=refused.again_at)
        sending = await self._sender.send(number)
        self._log(sending, number)
        match sending:
            case Sending.SENT:
                return Done(step=Step.SENT)
            case Sending.TOO_MANY:
                return Done(step=Step.NO_MORE_CODES, again_at=now + _LONGEST_PENDING)
            case Sending.NOT_TEXTABLE:
                return Done(step=Step.NOT_TEXTABLE)
        # A code may have been sent, so the places stay taken; but trying again need not wait for the pause.
        await self._ledger.give_back(key, but=_COUNTED)
        return Done(step=Step.TROUBLE)

    async def check(self, number: E164, code: str, *, conversation_id: str) -> Done:
        """Whether it is the code that was sent to the number; if so, the number is proven for that conversation."""
        codes, now = self._guard.settings.codes, self._clock()
        guesses = (
            self._bound("guess", f"{conversation_id} {number}", codes.guesses, HOUR),
            self._bound("guess_number", number, codes.guesses * _GUESSES_AT_A_NUMBER, HOUR),
        )
        refused = await self._ledger.take_place(secrets.token_urlsafe(12), guesses, now)
        if refused is not None:
            self._log(Step.NO_MORE_GUESSES, number)
            return Done(step=Step.NO_MORE_GUESSES, again_at=refused.again_at)
        verdict = await self._sender.check(number, code)
        self._log(verdict, number)
        match verdict:
            case Verdict.APPROVED:
                until = now + codes.valid_days * DAY
                await self._ledger.prove(self._guard.proof_of(conversation_id, number), until)
                return Done(step=Step.PROVEN)
            case Verdict.WRONG:
                return Done(step=Step.WRONG)
            case Verdict.EXPIRED:
                return Done(step=Step.EXPIRED)
            case Verdict.TOO_MANY:
                return Done(step=Step.NO_MORE_GUESSES, again_at=now + _LONGEST_PENDING)
        return Done(step=Step.TROUBLE)

    def _bound(self, kind: str, text: str, most: int, seconds: float) -> Bound:
        return Bound(subject=self._guard.subject(kind, text), most=most, seconds=seconds, rule=Rule.UNPROVEN)

    @staticmethod
    def _log(what: StrEnum, number: E164) -> None:
        log.info("proof", step=what.value, number=mask(number))


_LONGEST_PENDING = 600.0
"""Seconds for which Twilio keeps a code, and counts how often it was sent."""


def code_in(text: str) -> str:
    """The six digits of a code in a text, however they are grouped; empty when there are none."""
    found = _CODE.search(unicodedata.normalize("NFKC", text[:200]))
    return re.sub(r"\D", "", found.group()) if found else ""
