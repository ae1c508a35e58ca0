"""What the ledger's history tells: waits, and whether a call helped."""

from __future__ import annotations

from collections.abc import Callable

from ringback.ledger.feedback import DID_NOT_HELP, HELPED, note_feedback
from ringback.ledger.store import Ledger
from ringback.ledger.waits import waits
from ringback.models import Callback, CallbackRequest, State
from ringback.waiting_time import Wait

MakeRequest = Callable[..., CallbackRequest]


async def live(ledger: Ledger, request: CallbackRequest, *, asked: float, steps: list[tuple[State, float]]) -> None:
    """A call that went through these states at these moments."""
    callback = (await ledger.begin(request, provider="scripted", now=asked, look_at=asked)).callback
    for state, moment in steps:
        changed = await ledger.change(callback, state=state, word="", now=moment, next_poll_at=None)
        assert isinstance(changed, Callback)
        callback = changed


async def test_waits(ledger: Ledger, request_for: MakeRequest) -> None:
    """Only calls of that queue that were asked for at once and came about count, from the request to the connection."""
    connected = [(State.HOLDING, 1010.0), (State.CONNECTED, 1300.0), (State.COMPLETED, 1400.0)]
    await live(ledger, request_for("a"), asked=1000.0, steps=connected)
    await live(ledger, request_for("failed"), asked=1000.0, steps=[(State.FAILED, 1300.0)])
    await live(ledger, request_for("later", later=3600), asked=1000.0, steps=connected)
    queue = request_for("a").queue_id
    assert await waits(ledger, provider="scripted", queue_id=queue, now=2000.0) == [
        Wait(asked_at=1000.0, connected_at=1300.0)
    ]
    assert await waits(ledger, provider="scripted", queue_id="another", now=2000.0) == []
    assert await waits(ledger, provider="scripted", queue_id=queue, now=1000.0 + 30 * 86400) == []


async def test_feedback(ledger: Ledger, request_for: MakeRequest) -> None:
    """Whether it helped stands in the call's history; a newer word counts, and the call stays over."""
    await live(ledger, request_for("a"), asked=1000.0, steps=[(State.COMPLETED, 1300.0)])
    assert await note_feedback(ledger, "a", helped=True, now=1400.0)
    assert await note_feedback(ledger, "a", helped=False, now=1500.0)
    assert [row["note"] for row in await ledger.history("a")][-2:] == [HELPED, DID_NOT_HELP]
    assert (await ledger.get("a")).state is State.COMPLETED
    assert not await note_feedback(ledger, "unknown", helped=True, now=1500.0)
