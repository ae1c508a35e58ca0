"""What the ledger's history tells: waits, and whether a call helped."""

from __future__ import annotations

from collections.abc import Callable

from ringback.ledger.store import Ledger
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
    assert await ledger.waits("scripted", queue, 2000.0) == [Wait(asked_at=1000.0, connected_at=1300.0)]
    assert await ledger.waits("scripted", "another", 2000.0) == []
    assert await ledger.waits("scripted", queue, 1000.0 + 30 * 86400) == []


async def test_feedback(ledger: Ledger, request_for: MakeRequest) -> None:
    """Whether a call helped is kept beside it, a newer word counts, and the call's history stays as it was."""
    await live(ledger, request_for("a"), asked=1000.0, steps=[(State.COMPLETED, 1300.0)])
    history = await ledger.history("a")
    assert await ledger.helped("a") is None
    for helped in (True, False):
        assert await ledger.note_feedback("a", helped=helped, now=1400.0)
        assert await ledger.helped("a") is helped
    assert await ledger.history("a") == history
    assert not await ledger.note_feedback("unknown", helped=True, now=1500.0)
