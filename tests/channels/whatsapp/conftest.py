"""Ringback with WhatsApp switched on, Twilio's stand-in, and people with phones."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from channels.chat_base.store import Store
from tests.channels.whatsapp.person import SECRET, Person
from tests.platforms.twilio import FakeTwilio
from tests.system import System

_NUMBERS = itertools.count(4165550100)
ENDED = "An update from {{1}}: {{2}} Write to us to hear more."
ENDED_IN_FRENCH = "Des nouvelles de {{1}} : {{2}} Écrivez-nous pour en savoir plus."


@pytest.fixture(scope="session")
def twilio() -> Iterator[FakeTwilio]:
    platform = FakeTwilio()
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture(scope="session")
def line(twilio: FakeTwilio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system with the channel; news is tried again soon, so that tests need not wait."""
    folder = tmp_path_factory.mktemp("whatsapp")
    template = twilio.approve(ENDED, {"1": "a centre", "2": "Your call is over."})
    french = twilio.approve(ENDED_IN_FRENCH, {"1": "un service", "2": "Votre appel est terminé."})
    variables = {"1": "{queue}", "2": "{text}"}
    settings: dict[str, Any] = {
        "account_sid": twilio.account,
        "auth_token": ["another-token-that-is-still-valid", twilio.token][::-1],
        "twilio_number": twilio.sender,
        "public_url": twilio.public_url,
        "secret": SECRET,
        "database": f"sqlite:///{folder / 'chats.sqlite3'}",
        "api_url": twilio.url,
        "content_url": twilio.url,
        "templates": {
            "en": {"completed": {"sid": template, "variables": variables}},
            "fr": {"completed": {"sid": french, "variables": variables}},
        },
    }
    system = System(
        folder,
        desk={"telling": {"back_off": 2.0}},
        credentials={"channels.whatsapp.WhatsAppInput": settings},
    )
    twilio.bot_url = system.rasa_url
    try:
        system.start()
        yield system
    finally:
        system.stop()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=20.0, trust_env=False) as client:
        yield client


@pytest.fixture
def newcomer(line: System, twilio: FakeTwilio, http: httpx.AsyncClient) -> Iterator[Callable[..., Person]]:
    """Makes people nobody has seen before. Afterwards the platform is whole again, and took no offence at anything."""

    def make(address: str = "") -> Person:
        return Person(line, twilio, address or f"whatsapp:+1{next(_NUMBERS)}", http)

    twilio.violations.clear()
    yield make
    twilio.faults.clear()
    twilio.late.clear()
    twilio.slow, twilio.mute, twilio.refuses_content = 0.0, 0, False
    assert twilio.violations == []


@pytest.fixture
def person(newcomer: Callable[..., Person]) -> Person:
    return newcomer()


@pytest.fixture
def store(line: System) -> Iterator[Store]:
    """The channel's own database, from outside."""
    opened = Store(f"sqlite:///{line.folder / 'chats.sqlite3'}", "whatsapp")
    yield opened
    opened.close()
