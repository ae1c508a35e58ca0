"""What a TENIOS account offers out of desk.yml, and what is said when desk.yml or .env is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from ringback.models import Availability, State
from ringback.providers.base import (
    NotConfigured,
    WrongCredentials,
)
from ringback.providers.tenios import TeniosNames
from tests.providers.tenios_double import (
    CALL,
    CONFIG,
    ORDER,
    OTHER_CONFIG,
    Double,
    queue,
    says,
    sent,
)

TAKEN = httpx.Response(200, json={"id": 4711})


async def test_queues_from_desk_yml() -> None:
    """The queues of desk.yml in its order, open or closed by their hours; nothing is sent."""
    double = Double(TAKEN)
    billing, sales = await double.tenios().queues()
    assert (billing.id, billing.name, billing.availability) == (CONFIG, "Billing", Availability.ACTIVE)
    assert (sales.id, sales.name, sales.availability) == (OTHER_CONFIG, "Sales", Availability.CLOSED)
    assert billing.position < sales.position
    assert not double.requests


async def test_profile_from_desk_yml() -> None:
    """The profile asks questions if any queue does, books times, and sends no text messages."""
    profile = await Double(TAKEN).tenios().profile()
    assert (profile.id, profile.asks_questions, profile.schedules, profile.sms) == ("tenios", True, True, False)
    assert not (await Double(TAKEN).tenios(queues=(queue(),)).profile()).asks_questions


async def test_questions_of_one_queue() -> None:
    """Each queue has its own questions; without a queue, every question there is."""
    tenios = Double(TAKEN).tenios()
    assert await tenios.questions(CONFIG) == []
    assert [one.text for one in await tenios.questions(OTHER_CONFIG)] == ["What is it about?", "Your name?"]
    assert await tenios.questions() == await tenios.questions(OTHER_CONFIG)


async def test_time_slots_from_desk_yml() -> None:
    """The windows of a queue's hours, in its zone, at least five minutes ahead."""
    slots = await Double(TAKEN).tenios(now=datetime(2026, 11, 23, 9, 26, tzinfo=UTC)).time_slots(CONFIG)
    assert [slot.start for slot in slots[:3]] == ["2026-11-23T11:00", "2026-11-23T11:30", "2026-11-23T13:00"]
    assert slots[0].starts_at == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


async def test_a_queue_that_is_not_in_desk_yml() -> None:
    """An unknown queue is an error before anything is sent."""
    double = Double(TAKEN)
    tenios = double.tenios()
    for call in (
        tenios.questions("x"),
        tenios.time_slots("x"),
        tenios.order(ORDER.model_copy(update={"queue_id": "x"})),
    ):
        with pytest.raises(NotConfigured, match="no such queue"):
            await call
    assert not double.requests


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"access_key": SecretStr("")}, "RINGBACK_TENIOS_ACCESS_KEY"),
        ({"access_key": SecretStr("secret key")}, "RINGBACK_TENIOS_ACCESS_KEY"),
        ({"access_key": SecretStr("secret\nkey")}, "RINGBACK_TENIOS_ACCESS_KEY"),
        ({"base_url": ""}, "RINGBACK_TENIOS_URL"),
        ({"base_url": "ftp://tenios.example/"}, "RINGBACK_TENIOS_URL"),
        ({"base_url": "https://secret:key@tenios.example/"}, "RINGBACK_TENIOS_URL"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"queues": ()}, "callback_config_id"),
        ({"queues": (queue(), queue(name="Twice"))}, "callback_config_id"),
        ({"queues": (queue(hours={"mon": "9-17"}),)}, "Billing.*9-17"),
    ],
)
async def test_missing_settings_are_named_when_used(changes: dict[str, Any], setting: str) -> None:
    """A missing or malformed setting is an error at the first use, which names the setting and sends nothing."""
    double = Double(TAKEN)
    tenios = double.tenios(**changes)
    for call in (tenios.profile(), tenios.queues(), tenios.questions(), tenios.time_slots(CONFIG), tenios.order(ORDER)):
        with pytest.raises(NotConfigured, match=setting) as missing:
            await call
        assert "secret" not in str(missing.value)
    assert not double.requests


async def test_bad_hours_do_not_stop_the_following() -> None:
    """A mistake in desk.yml's hours does not lose the calls that are going on."""
    tenios = Double(says("CONNECTED")).tenios(queues=(queue(hours={"mon": "9-17"}),))
    assert (await tenios.status(CALL)).state is State.CONNECTED


@pytest.mark.parametrize("base_url", ["https://tenios.example", "https://tenios.example/"])
async def test_base_url_with_or_without_a_slash(base_url: str) -> None:
    """The address works however it ends, and no path begins with two slashes."""
    double = Double(TAKEN)
    await double.tenios(base_url=base_url).order(ORDER)
    assert double.only.url.path == "/callback/init"


async def test_assumed_names_can_be_overridden() -> None:
    """Every assumed name is one entry of one table."""
    names = TeniosNames(error_code="code", credentials_codes="NO_KEY", longest_announcement=10)
    double = Double(httpx.Response(400, json={"code": "NO_KEY"}))
    with pytest.raises(WrongCredentials):
        await double.tenios(names=names).order(ORDER.model_copy(update={"note": "One two three"}))
    assert sent(double.only)["agent_announcement"] == "One two…"


async def test_time_outs() -> None:
    """A connection gets 3 s, an answer 10 s, the answer to an order 15 s."""
    double = Double(TAKEN, says("CONNECTED"))
    tenios = double.tenios()
    await tenios.order(ORDER)
    await tenios.status(CALL)
    order, read = (request.extensions["timeout"] for request in double.requests)
    assert (order["connect"], order["read"], read["read"]) == (3.0, 15.0, 10.0)
