"""The platform is down, slow, busy or late: each piece arrives afterwards or is listed, and the door stays quick."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import sqlalchemy as sa

from channels.chat_base.store import Store
from channels.chat_base.tables import deliveries, incoming, people
from ringback.models import State
from tests.channels.whatsapp.person import Person
from tests.platforms.twilio import PAIR_BURST, Fault

ACKNOWLEDGED = 1.0
DAY = 86_400.0


async def summary(person: Person, number: str = "416 555 0123") -> None:
    """To "Shall I book it?"."""
    for text in (f"call me on {number} about my bill", "skip", "a wrong invoice", "no", "now"):
        await person.say(text)


def kinds(store: Store, person: Person) -> dict[str, tuple[str, str, str]]:
    """What became of the news told to this person: response → status, why, way."""
    wanted = sa.select(deliveries).where((deliveries.c.conversation == person.id) & (deliveries.c.news != ""))
    rows = store.now(lambda connection: connection.execute(wanted.order_by(deliveries.c.id)).fetchall())
    return {row.kind.removeprefix("utter_news_"): (row.status, row.why, row.way) for row in rows}


@contextmanager
def frozen_actions(person: Person) -> Iterator[None]:
    """The action server takes requests and answers none."""
    assert person.system.actions.running is not None
    parts = psutil.Process(person.system.actions.running.pid)
    frozen = [parts, *parts.children(recursive=True)]
    for one in frozen:
        one.suspend()
    try:
        yield
    finally:
        for one in frozen:
            one.resume()


async def ended(person: Person) -> None:
    await person.until(person.callbacks, lambda found: bool(found) and found[0].state.is_final)


async def test_the_door_is_quick_while_the_platform_is_slow(person: Person) -> None:
    """Twilio takes seconds for each message; its own webhooks are still acknowledged at once, and all is answered."""
    person.twilio.slow = 2.0
    began = time.monotonic()
    for _ in range(3):
        await person.post("hello")
    assert time.monotonic() - began < 3 * ACKNOWLEDGED
    person.twilio.slow = 0.0

    async def shown() -> int:
        return len(person.twilio.to(person.address))

    await person.until(shown, lambda count: count >= 3)


async def test_the_door_is_quick_while_nobody_can_answer(person: Person) -> None:
    """The action server hangs (its provider is slow, say): each message is acknowledged at once and answered later."""
    with frozen_actions(person):
        began = time.monotonic()
        await person.post("call me about my bill")
        await person.post("416 555 0123")
        assert time.monotonic() - began < 2 * ACKNOWLEDGED
    await person.hears("Which number shall we call?")
    await person.hears("account number")
    texts = [event["text"] for event in await person.events() if event["event"] == "user"]
    assert texts == ["call me about my bill", "416 555 0123"]


async def test_too_many_requests_delay_and_lose_nothing(person: Person) -> None:
    """429 with Retry-After, 5xx and WhatsApp's own rate: answers and news arrive later, in their order."""
    person.twilio.faults.append(Fault(429, 20429, 2, retry_after=1))
    await person.say("hello")
    await summary(person)
    person.twilio.faults += [Fault(503, 20503, 2), Fault(429, 20429, 1, retry_after=1)]
    await person.say("yes")
    await ended(person)
    await person.hears("Did Billing help you?")
    bodies = [one.body for one in person.twilio.to(person.address)]
    order = [next(i for i, body in enumerate(bodies) if part in body) for part in ("Booked.", "Did Billing help you?")]
    assert order == sorted(order)
    assert len(bodies) == len(set(bodies)) or bodies.count("Booked.") <= 1


async def test_while_the_platform_is_away_nothing_is_lost(person: Person) -> None:
    """Connections are refused during the news; when the platform is back, the call's end is told."""
    await summary(person)
    await person.say("yes")
    person.twilio.stop()
    await ended(person)
    person.twilio.start()
    await person.hears("Did Billing help you?")


async def test_an_answer_that_got_lost_is_not_sent_twice(person: Person) -> None:
    """Twilio has the message but its answer never comes: its report tells, and the person sees one message."""
    person.twilio.mute = 1
    await person.say("hello")
    await asyncio.sleep(8)
    assert len([one for one in person.twilio.to(person.address) if "Shall I?" in one.body]) == 1


async def test_a_late_refusal_by_the_window_goes_by_template(person: Person, store: Store) -> None:
    """63016 comes after the message was taken: news with a template is sent by it, and the rest is listed."""
    await summary(person)
    await person.say("yes")
    await person.hears("Booked.")
    person.twilio.pass_time(2 * DAY)
    await ended(person)
    shown = await person.hears("An update from Billing")
    assert "is over" in shown.body
    rows = await person.until(lambda: _kinds(store, person), lambda found: found.get("completed", ("",))[0] == "read")
    assert rows["completed"][2] == "template"
    others = {kind: row for kind, row in rows.items() if kind != "completed"}
    assert others
    assert all(row[:2] == ("failed", "63016") for row in others.values())
    listed = {one.kind for one in await store.undelivered(time.time()) if one.conversation == person.id}
    assert listed == {f"utter_news_{kind}" for kind in others}
    # The end was told, so nothing of before it is told again.
    before = len(person.twilio.to(person.address))
    await person.say("thanks")
    assert [one.body for one in person.twilio.to(person.address)[before:]] == ["You're welcome!"]


async def _kinds(store: Store, person: Person) -> dict[str, tuple[str, str, str]]:
    return kinds(store, person)


async def test_what_could_not_be_said_is_said_when_they_write_again(person: Person, store: Store) -> None:
    """The window is known to be closed and there is no template: nothing is sent, the next message brings one line."""
    await summary(person, "416 555 0140")
    await person.say("yes")
    await person.hears("Booked.")
    long_ago = time.time() - 2 * DAY
    ours = people.c.conversation == person.id
    store.now(lambda connection: connection.execute(people.update().where(ours).values(wrote_at=long_ago)))
    posted = len(person.twilio.requests)
    await ended(person)
    await person.until(
        lambda: _kinds(store, person),
        lambda found: any(row[0] == "unsent" and "template" in row[1] for row in found.values()),
    )
    [callback] = await person.callbacks()
    assert callback.state is State.FAILED_CUSTOMER

    async def last() -> str:
        return next((row[0] for kind, row in kinds(store, person).items() if kind == "failed_customer"), "")

    await person.until(last, lambda status: status == "unsent")
    await person.say("hello")
    missed = [one for one in person.twilio.to(person.address) if one.body.startswith("Meanwhile")]
    assert len(missed) == 1
    assert "nobody answered" in missed[0].body
    assert "Call me again" in missed[0].taps
    assert len(person.twilio.requests) >= posted
    await person.say("thanks")
    assert len([one for one in person.twilio.to(person.address) if one.body.startswith("Meanwhile")]) == 1
    assert not [one for one in await store.undelivered(time.time()) if one.conversation == person.id]


async def test_who_is_not_on_whatsapp_is_listed_and_not_tried_for_ever(
    newcomer: Callable[..., Person], store: Store
) -> None:
    """A refusal that never gets better is recorded once, with Twilio's code."""
    person = newcomer("whatsapp:+14160000000")
    await person.post("hello")

    async def listed() -> list[tuple[str, str]]:
        found = await store.undelivered(time.time())
        return [(one.status, one.why) for one in found if one.conversation == person.id]

    assert await person.until(listed, bool) == [("unsent", "63003")]


async def test_without_content_choices_are_said_in_words(person: Person) -> None:
    """As long as Twilio knows a Content no more, the same choices are numbered lines, and numbers answer them."""
    await person.say("hello")
    [first] = person.twilio.to(person.address)
    gone = person.twilio.contents.pop(first.content)
    await person.say("hello again, hello")
    texts = [one for one in person.twilio.to(person.address) if one.kind == "text"]
    person.twilio.contents[first.content] = gone
    assert texts, "nothing was said in words"
    assert "1. Call me back" in texts[-1].body
    await person.say("1")
    assert "What is it about?" in person.text


async def test_a_message_outlives_the_server_that_took_it(person: Person, store: Store) -> None:
    """The server is killed after the acknowledgement and before the answer: the next one answers, once."""
    await person.say("hello")
    said = len(person.twilio.to(person.address))
    with frozen_actions(person):
        await person.post("call me about my bill")
        await asyncio.to_thread(person.system.rasa.kill)
    assert len(person.twilio.to(person.address)) == said
    # The dead one's lease, over at once.
    store.now(lambda connection: connection.execute(incoming.update().values(taken_until=0.0)))
    person.system.rasa.start()
    await asyncio.to_thread(person.system.rasa.wait)
    await person.hears("Which number shall we call?")
    await person.say("416 555 0123")
    asked = [one for one in person.twilio.to(person.address) if one.body.startswith("Which number")]
    assert len(asked) == 1


async def test_a_restart_forgets_nothing(person: Person, store: Store) -> None:
    """After a restart a repeated message is still dropped, even when only Rasa's own conversation remembers it, and no
    Content is made a second time.
    """
    form = person.twilio.inbound(person.address, "hello")
    await asyncio.to_thread(person.twilio.deliver, form)
    await person.hears("Shall I?")
    made = set(person.twilio.contents)
    person.system.rasa.stop()
    person.system.rasa.start()
    await asyncio.to_thread(person.system.rasa.wait)
    assert (await asyncio.to_thread(person.twilio.deliver, form)).status_code == 204
    store.now(lambda connection: connection.execute(incoming.delete().where(incoming.c.conversation == person.id)))
    assert (await asyncio.to_thread(person.twilio.deliver, form)).status_code == 204
    await person.tap("Call me back")
    assert [event["text"] for event in await person.events() if event["event"] == "user"] == [
        "hello",
        "/request_callback",
    ]
    names = [one["friendly_name"] for one in person.twilio.contents.values()]
    assert len(names) == len(set(names))
    assert made <= set(person.twilio.contents)


async def test_somebody_who_writes_and_writes_is_answered_at_whatsapps_pace(person: Person, store: Store) -> None:
    """Sixty messages in a moment: each is handled or the person is asked to wait, and the platform's rate is kept."""
    for _ in range(6):
        await asyncio.gather(*(person.post("hello") for _ in range(10)))
        await asyncio.sleep(0)

    async def said() -> int:
        return len([event for event in await person.events() if event["event"] == "user"])

    async def open_ones() -> int:
        mine = (incoming.c.conversation == person.id) & incoming.c.done.is_(False)
        return len(store.now(lambda connection: connection.execute(sa.select(incoming).where(mine)).fetchall()))

    await person.until(open_ones, lambda count: count == 0)

    async def shown() -> int:
        return len(person.twilio.to(person.address))

    assert await person.until(shown, lambda count: count >= 20) <= PAIR_BURST
    assert await said() <= 60
