"""Ringback with Slack switched on, Slack's stand-in, and people in its workspace."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.channels.slack.person import Person
from tests.platforms.slack import FakeSlack
from tests.system import System

_NUMBERS = itertools.count(100)


@pytest.fixture(scope="session")
def slack() -> Iterator[FakeSlack]:
    platform = FakeSlack()
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture(scope="session")
def line(slack: FakeSlack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system with the channel; news is tried again soon, so that tests need not wait."""
    folder = tmp_path_factory.mktemp("slack")
    settings: dict[str, Any] = {
        "slack_token": slack.token,
        "slack_signing_secret": slack.secret,
        "database": f"sqlite:///{folder / 'chats.sqlite3'}",
        "base_url": slack.api_url,
        "response_urls": slack.url,
    }
    desk = {"telling": {"back_off": 2.0}}
    system = System(folder, desk=desk, credentials={"channels.slack.SlackInput": settings})
    slack.bot_url = system.rasa_url
    try:
        system.start()
        yield system
    finally:
        system.stop()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(timeout=20.0, trust_env=False, limits=limits) as client:
        yield client


@pytest.fixture
def newcomer(line: System, slack: FakeSlack, http: httpx.AsyncClient) -> Iterator[Callable[..., Person]]:
    """Makes people nobody has seen before. Afterwards the platform is whole again, and took no offence at anything."""

    def make(phone: str | None = None, timezone: str = "America/Toronto", locale: str = "en-US") -> Person:
        number = next(_NUMBERS)
        user = f"U0PERSON{number}"
        shown = f"(416) 555-0{number}" if phone is None else phone
        slack.join(user, phone=shown, timezone=timezone, locale=locale)
        return Person(line, slack, user, http)

    slack.violations.clear()
    slack.limited = 0
    yield make
    slack.faults.clear()
    slack.slow = 0.0
    assert slack.violations == []


@pytest.fixture
def person(newcomer: Callable[..., Person]) -> Person:
    return newcomer()
