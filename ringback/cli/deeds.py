"""The commands that change something: cancel, retry-news, resolve."""

from __future__ import annotations

import time

from ringback.cli.console import complain
from ringback.ledger.store import Ledger
from ringback.office import open_office
from ringback.operating import Unresolved, resolve
from ringback.outcomes import Cancelled, CancelNoted, CannotCancel, TooLate
from ringback.settings import Settings


async def cancel(settings: Settings, key: str) -> int:
    """Call one off at its provider, and have the person told."""
    async with open_office(_without_worker(settings)) as desk:
        try:
            outcome = await desk.cancel(key, tell=True)
        except KeyError:
            return _unknown(key)
    match outcome:
        case Cancelled():
            print(f"{key} is cancelled.")
        case CancelNoted():
            print(
                f"Nobody knows yet whether {key} was ordered. If it was, it will be cancelled as soon as it is found."
            )
        case TooLate(callback=callback):
            return complain(f"{key} is over: {callback.state.value}.")
        case CannotCancel(callback=callback):
            return complain(f"{callback.provider} cannot cancel a call-back that it has. Nothing was changed.")
        case _:
            return complain(f"{outcome.callback.provider} did not cancel {key}; it is {outcome.callback.state.value}.")
    return 0


async def retry_news(settings: Settings, key: str) -> int:
    """Make what waits in its conversation due at once; a running worker tells it."""
    ledger = await Ledger.of(settings)
    try:
        await ledger.get(key)
        pieces = await ledger.tell_again(key, now=time.time())
    except KeyError:
        return _unknown(key)
    finally:
        await ledger.close()
    if pieces:
        print(f"{pieces} piece(s) of news will be tried at once. `ringback show {key}` tells how it went.")
    else:
        print("There is no news waiting in its conversation.")
    return 0


async def resolve_one(settings: Settings, key: str, verdict: str) -> int:
    """Write down what became of an order that nobody knew about."""
    async with open_office(_without_worker(settings)) as desk:
        try:
            outcome = await resolve(desk.ledger, desk.providers, key, verdict, now=time.time())
        except KeyError:
            return _unknown(key)
    if isinstance(outcome, Unresolved):
        return complain(outcome.why)
    told = " The person will be told." if outcome.told else ""
    print(f"{key} is {outcome.callback.state.value} and off the operator's list.{told}")
    return 0


def _without_worker(settings: Settings) -> Settings:
    return settings.model_copy(update={"worker_inside": False})


def _unknown(key: str) -> int:
    return complain(f"There is no call-back {key}; `ringback list --all` shows them.")
