"""Whole dialogues as (say, expect) pairs, held side by side with one running system.

A step's first half is typed, or tapped when it begins with "!" and a button's title. Its second half names the
responses that are expected, joined by " + "; "…" stands for any others before. What follows a "~" has to stand in the
answer's text. An empty expectation takes any answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ringback.models import Callback
from tests.conversations.dialogue import Dialogue, Turn, open_dialogue
from tests.system import System

AT_ONCE = 6
"""Conversations held at the same time; two processors answer them."""


@dataclass(frozen=True)
class Script:
    """One dialogue. `says` is what it proves; `booked` how many call-backs the ledger holds at its end, and `check`
    what is true of them, newest first.
    """

    says: str
    steps: tuple[tuple[str, str], ...]
    booked: int = 0
    check: Callable[[Sequence[Callback]], bool] | None = None


async def hold(system: System, script: Script) -> None:
    """Hold one dialogue. Raises AssertionError at the first answer that is not as expected."""
    async with open_dialogue(system) as person:
        for number, (said, expected) in enumerate(script.steps, start=1):
            turn = await (person.tap(said[1:]) if said.startswith("!") else person.say(said))
            assert fits(turn, expected), (
                f"step {number}, {said[:80]!r}: expected {expected!r}, got {turn.responses} {turn.text[:300]!r}"
            )
        await _look_at_the_ledger(person, script)


async def _look_at_the_ledger(person: Dialogue, script: Script) -> None:
    callbacks = await person.callbacks()
    assert len(callbacks) == script.booked, [one.state for one in callbacks]
    assert script.check is None or script.check(callbacks), callbacks


def fits(turn: Turn, expected: str) -> bool:
    """Whether a turn is what was expected."""
    names, *texts = (part.strip() for part in expected.split("~"))
    wanted = [name.strip() for name in names.split("+")] if names else []
    if wanted[:1] == ["…"]:
        named = turn.responses[-len(wanted[1:]) :] == wanted[1:]
    else:
        named = turn.responses == wanted or not wanted
    return named and all(text.casefold() in turn.text.casefold() for text in texts)


def hold_all(system: System, scripts: Sequence[Script]) -> dict[str, AssertionError | None]:
    """Hold all dialogues, several at a time; what went wrong with each."""

    async def guarded(script: Script, places: asyncio.Semaphore) -> AssertionError | None:
        async with places:
            try:
                await hold(system, script)
            except AssertionError as error:
                return error
            except Exception as error:  # noqa: BLE001 - belongs to its own dialogue, not to all of them
                return AssertionError(repr(error))
            return None

    async def everything() -> list[AssertionError | None]:
        places = asyncio.Semaphore(AT_ONCE)
        return await asyncio.gather(*(guarded(script, places) for script in scripts))

    return dict(zip((script.says for script in scripts), asyncio.run(everything()), strict=True))
