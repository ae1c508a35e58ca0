"""The proof of a number, and how often it may be tried."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from ringback.guard import Guard
from ringback.guarding.counting import DAY, HOUR
from ringback.guarding.proofs import Done, Proofs, Step, code_in
from ringback.ledger.store import Ledger
from ringback.proving.base import Sending, Verdict
from ringback.settings import DeskFile
from tests.conftest import NUMBER, Clock

CODE = "271828"


class Sender:
    """Sends as it is told and knows one code."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.checked = 0
        self.mood = Sending.SENT

    async def send(self, number: str) -> Sending:
        self.sent.append(number)
        return self.mood

    async def check(self, number: str, code: str) -> Verdict:
        self.checked += 1
        return Verdict.APPROVED if code == CODE else Verdict.WRONG


@pytest.fixture
def sender() -> Sender:
    return Sender()


def proofs(ledger: Ledger, sender: Sender, clock: Clock, **codes: Any) -> tuple[Proofs, Guard]:
    config = DeskFile.model_validate(
        {
            "providers": [{"kind": "fonolo", "profile": "CP1", "timezone": "UTC"}],
            "guard": {"proof": "website", "codes": codes},
        }
    )
    guard = Guard.of(config, "key")
    return Proofs(ledger, guard, sender, clock=clock), guard


async def test_proven(ledger: Ledger, sender: Sender, clock: Clock) -> None:
    """The right code proves the number for that conversation and for the days that the setting gives."""
    ours, guard = proofs(ledger, sender, clock, valid_days=2)
    assert await ours.send(NUMBER, conversation_id="web-1") == Done(step=Step.SENT)
    assert (await ours.check(NUMBER, "000000", conversation_id="web-1")).step is Step.WRONG
    assert not await ledger.is_proven(guard.proof_of("web-1", NUMBER), clock())
    assert (await ours.check(NUMBER, CODE, conversation_id="web-1")).step is Step.PROVEN
    assert await ledger.is_proven(guard.proof_of("web-1", NUMBER), clock() + 2 * DAY - 1)
    assert not await ledger.is_proven(guard.proof_of("web-1", NUMBER), clock() + 2 * DAY)
    assert not await ledger.is_proven(guard.proof_of("web-2", NUMBER), clock())
    assert not await ledger.is_proven(guard.proof_of("web-1", "+14165550124"), clock())


async def test_a_pause_between_two_codes(ledger: Ledger, sender: Sender, clock: Clock) -> None:
    """Another code is sent only after the pause, and until then the one that was sent is waited for."""
    ours, _ = proofs(ledger, sender, clock, resend=30)
    await ours.send(NUMBER, conversation_id="web-1")
    clock.pass_(10)
    assert await ours.send(NUMBER, conversation_id="web-1") == Done(step=Step.WAIT, again_at=clock() + 20)
    clock.pass_(20)
    assert (await ours.send(NUMBER, conversation_id="web-1")).step is Step.SENT
    assert len(sender.sent) == 2


async def test_one_number_is_not_texted_for_fun(ledger: Ledger, sender: Sender, clock: Clock) -> None:
    """New conversations do not help to have one number texted more often."""
    ours, _ = proofs(ledger, sender, clock, number={"hour": 2})
    began = clock()
    for place in range(2):
        assert (await ours.send(NUMBER, conversation_id=f"web-{place}")).step is Step.SENT
    clock.pass_(60)
    assert await ours.send(NUMBER, conversation_id="web-3") == Done(step=Step.NO_MORE_CODES, again_at=began + HOUR)
    assert (await ours.send("+14165550124", conversation_id="web-3")).step is Step.SENT


async def test_one_address_does_not_text_everybody(ledger: Ledger, sender: Sender, clock: Clock) -> None:
    """New conversations and numbers do not help one address."""
    ours, _ = proofs(ledger, sender, clock, address={"day": 1})
    for place, (address, step) in enumerate((("a", Step.SENT), ("a", Step.NO_MORE_CODES), ("b", Step.SENT))):
        done = await ours.send(f"+1416555012{place}", conversation_id=f"web-{place}", address=address)
        assert done.step is step


async def test_guessing_is_limited(ledger: Ledger, sender: Sender, clock: Clock) -> None:
    """After so many codes in one conversation, and four times as many for one number, not even the right one counts."""
    ours, guard = proofs(ledger, sender, clock, guesses=2)
    for conversation in range(4):
        for _ in range(2):
            assert (await ours.check(NUMBER, "000000", conversation_id=f"web-{conversation}")).step is Step.WRONG
        done = await ours.check(NUMBER, CODE, conversation_id=f"web-{conversation}")
        assert done == Done(step=Step.NO_MORE_GUESSES, again_at=clock() + HOUR)
    assert (await ours.check(NUMBER, CODE, conversation_id="web-9")).step is Step.NO_MORE_GUESSES
    assert sender.checked == 8
    assert not await ledger.is_proven(guard.proof_of("web-9", NUMBER), clock())
    clock.pass_(HOUR)
    assert (await ours.check(NUMBER, CODE, conversation_id="web-9")).step is Step.PROVEN


@pytest.mark.parametrize(
    ("mood", "step"),
    [
        (Sending.NOT_TEXTABLE, Step.NOT_TEXTABLE),
        (Sending.TOO_MANY, Step.NO_MORE_CODES),
        (Sending.TROUBLE, Step.TROUBLE),
    ],
)
async def test_code_that_was_not_sent(ledger: Ledger, sender: Sender, clock: Clock, mood: Sending, step: Step) -> None:
    """What keeps a code from being sent is told apart."""
    ours, _ = proofs(ledger, sender, clock)
    sender.mood = mood
    assert (await ours.send(NUMBER, conversation_id="web-1")).step is step


async def test_after_trouble_nobody_waits_for_the_pause(ledger: Ledger, sender: Sender, clock: Clock) -> None:
    """When the service was away, the next try need not wait for a code that never came; it is counted all the same."""
    ours, _ = proofs(ledger, sender, clock, number={"hour": 2})
    sender.mood = Sending.TROUBLE
    await ours.send(NUMBER, conversation_id="web-1")
    sender.mood = Sending.SENT
    assert (await ours.send(NUMBER, conversation_id="web-1")).step is Step.SENT
    clock.pass_(60)
    assert (await ours.send(NUMBER, conversation_id="web-1")).step is Step.NO_MORE_CODES


async def test_nothing_is_logged_in_clear(ledger: Ledger, sender: Sender, clock: Clock) -> None:
    """Neither code nor number stands in the log."""
    ours, _ = proofs(ledger, sender, clock)
    with capture_logs() as lines:
        await ours.send(NUMBER, conversation_id="web-1")
        await ours.check(NUMBER, CODE, conversation_id="web-1")
    assert len(lines) == 2
    assert "5550123" not in str(lines) and CODE not in str(lines)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("271828", CODE),
        ("it is 271 828", CODE),
        ("271-828, thanks", CODE),
        ("2 7 1 8 2 8", CODE),
        ("my code: 271828.", CODE),
        ("２７１８２８", CODE),
        ("27182", ""),
        ("2718281", ""),
        ("416 555 0123", ""),
        ("+271828", ""),
        ("no code came", ""),
        ("", ""),
    ],
)
def test_code_in_a_text(text: str, code: str) -> None:
    """Six digits are a code however they are grouped; fewer, more, and telephone numbers are none."""
    assert code_in(text) == code
