"""The round: settings first, because everything else goes by them; then every check, each with a time-out."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
from pydantic import ValidationError

from ringback.doctor.elsewhere import check_actions, check_channels, check_clock, check_rasa
from ringback.doctor.finding import Check, Finding, Visit, bad, good
from ringback.doctor.inside import Opened, check_news, check_operators_list, look_at_ledger
from ringback.doctor.provider import check_provider
from ringback.settings import DeskFile, Settings, SettingsError
from ringback.transport import fast_client, provider_client
from ringback.words import Words

LONGEST = 20.0
"""Seconds for one check."""

_CHECKS: tuple[tuple[str, Check], ...] = (
    ("clock", check_clock),
    ("Rasa", check_rasa),
    ("action server", check_actions),
    ("channels", check_channels),
    ("news", check_news),
    ("operator's list", check_operators_list),
)


async def examine(
    *,
    settings: Callable[[], Settings] = Settings,
    http: httpx.AsyncClient | None = None,
    clock: Callable[[], float] = time.time,
    folder: Path | None = None,
) -> AsyncIterator[Finding]:
    """Every finding as soon as it is known. Raises nothing; `http` is used instead of real connections (for tests)."""
    try:
        known = settings()
    except ValidationError as error:
        for trouble in error.errors(include_input=False, include_url=False):
            name = f"RINGBACK_{'_'.join(map(str, trouble['loc'])).upper()}"
            yield bad("settings", f"{name}: {trouble['msg']}", f"Put {name} right in .env or in the environment.")
        return
    yield good("settings", "can be read")
    desk, finding = _read_desk(known)
    yield finding
    yield _read_words(known)
    async with AsyncExitStack() as stack:
        for finding in await _safely("ledger", look_at_ledger(known, opened := Opened())):
            yield finding
        ledger = opened.ledger
        if ledger is not None:
            stack.push_async_callback(ledger.close)
        visit = Visit(
            settings=known,
            desk=desk,
            ledger=ledger,
            http=await stack.enter_async_context(fast_client()) if http is None else http,
            provider_http=await stack.enter_async_context(provider_client()) if http is None else http,
            clock=clock,
            folder=folder or Path.cwd(),
            environment=os.environ,
        )
        for ours in desk.providers if desk else ():
            for finding in await _safely(f"provider {ours.name}", check_provider(visit, ours)):
                yield finding
        for name, check in _CHECKS:
            for finding in await _safely(name, check(visit)):
                yield finding


def _read_desk(settings: Settings) -> tuple[DeskFile | None, Finding]:
    try:
        desk = settings.desk()
    except SettingsError as error:
        return None, bad("desk.yml", str(error), "docs/operations.md explains every line of it.")
    return desk, good("desk.yml", f"{desk.centre}, {', '.join(one.name for one in desk.providers)}")


def _read_words(settings: Settings) -> Finding:
    try:
        Words.read(settings.domain_file)
    except (SettingsError, OSError, ValueError) as error:
        return bad("words", str(error), "RINGBACK_DOMAIN_FILE must name the project's folder `domain`.")
    return good("words", f"{settings.domain_file} can be read")


async def _safely(name: str, check: Awaitable[Sequence[Finding]]) -> Sequence[Finding]:
    """A check that takes too long, or fails by itself, is a finding like any other."""
    try:
        async with asyncio.timeout(LONGEST):
            return await check
    except TimeoutError:
        return [bad(name, f"no answer within {LONGEST:g} s", "Something holds it up; look at its own log.")]
    except Exception as error:  # noqa: BLE001 - the other checks are still worth having
        return [bad(name, f"the check itself failed ({type(error).__name__})", "Please report this as a bug.")]
