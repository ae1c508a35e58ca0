"""Slack away, slow or full, and the server restarted: each piece of news arrives afterwards, in order and once."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable

import sqlalchemy as sa

from channels.chat_base.tables import people
from channels.slack_cards import cards
from tests.channels.slack.person import PATIENCE, Person
from tests.platforms.slack import WEBHOOK, Fault

NEWS = ("Booked.", "Your phone is ringing now", "You are connected", "is over")


async def book(person: Person) -> None:
    """Booked, with the news just beginning."""
    await person.say("call me on 416 555 0123 about my bill")
    for text in ("skip", "a wrong invoice", "no", "now", "yes"):
        await person.say(text)


async def told_to_the_end(person: Person) -> None:
    """One card that never went backwards, and the ending once in its thread."""

    async def thread() -> list[str]:
        return [one.shown for one in person.messages if one.thread_ts]

    told = await person.until(thread, lambda texts: any("Did Billing help you?" in text for text in texts))
    [card] = person.cards
    assert "*Over*" in card.shown
    texts = [text for _, text in card.versions]
    places = [max((n for n, part in enumerate(NEWS) if part in text), default=-1) for text in texts]
    known = [place for place in places if place >= 0]
    assert known == sorted(known), texts
    assert sum("Did Billing help you?" in text for text in told) == 1
    assert len(set(told)) == len(told), told


async def test_slack_is_away_during_the_news(person: Person) -> None:
    """Nobody answers at Slack's address for a while; afterwards the card and its thread are right."""
    await book(person)
    await asyncio.to_thread(person.slack.stop)
    try:
        await asyncio.sleep(3)
    finally:
        person.slack.start()
    await told_to_the_end(person)


async def test_slack_says_slow_down(person: Person) -> None:
    """A 429 is obeyed: nothing goes out before its time, and nothing is lost or out of order."""
    await book(person)
    slack = person.slack
    slack.faults += [
        Fault(429, "ratelimited", 1, "chat.update", retry_after=2),
        Fault(429, "ratelimited", 1, "chat.postMessage", retry_after=3),
    ]

    async def hit() -> int:
        return len(slack.faults)

    await person.until(hit, lambda count: count == 0)
    await told_to_the_end(person)


async def test_no_answer_is_not_sent_twice(person: Person) -> None:
    """Slack takes the message and its answer gets lost: it is found there, and not posted again."""
    await book(person)
    person.slack.faults.append(Fault(503, "service_unavailable", 1, "chat.postMessage", after_doing=True))
    await told_to_the_end(person)
    assert person.slack.faults == []


async def test_slack_is_slow(person: Person) -> None:
    """Calls that take seconds hold up neither the turns nor the order."""
    await book(person)
    person.slack.slow = 1.0
    await told_to_the_end(person)


async def test_a_wrong_token_is_mended(person: Person) -> None:
    """News waits for the operator to put the token right."""
    await book(person)
    person.slack.faults += [Fault(200, "invalid_auth", 3, "chat.update")]
    await told_to_the_end(person)


async def test_a_restart_keeps_the_card_and_forgets_no_event(person: Person) -> None:
    """After a restart the same card goes on, and an event that comes again is still dropped."""
    body = person.slack.event(person.slack.message(person.user, "hello"))
    await person.do(body)
    await book(person)
    await asyncio.to_thread(person.system.rasa.kill)
    person.system.rasa.start()
    await asyncio.to_thread(person.system.rasa.wait)
    await told_to_the_end(person)
    await person.post(body)
    await person.say("thanks")
    said = [event["text"] for event in await person.events() if event["event"] == "user"]
    assert said.count("hello") == 1


async def test_a_card_without_its_row_is_found_again(person: Person) -> None:
    """Without its row, or anything else in the database, the card is found in the direct message by what it carries."""
    await book(person)
    engine = sa.create_engine(f"sqlite:///{person.system.folder / 'chats.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(cards.delete().where(cards.c.conversation == person.id))
        connection.execute(people.delete().where(people.c.conversation == person.id))
    engine.dispose()
    await told_to_the_end(person)


async def test_acknowledged_at_once_whatever_the_provider_does(newcomer: Callable[..., Person]) -> None:
    """Fifty people at once while the provider takes five seconds: each is acknowledged at once and answered in time."""
    people = [newcomer() for _ in range(50)]
    slack, http = people[0].slack, people[0].http
    url = people[0].system.rasa_url + WEBHOOK
    bodies = [slack.event(slack.message(one.user, "call me about my bill")) for one in people]
    await people[0].break_provider("slow")

    async def post(body: bytes) -> float:
        began = time.monotonic()
        answer = await http.post(url, content=body, headers=slack.headers(body))
        assert answer.status_code == 200
        return time.monotonic() - began

    async def answered() -> int:
        return sum(any("Which number" in one.shown for one in person.messages) for person in people)

    try:
        took = await asyncio.gather(*(post(body) for body in bodies))
        print(f"\nacknowledged: median {statistics.median(took) * 1000:.0f} ms, longest {max(took) * 1000:.0f} ms")  # noqa: T201 - a figure
        assert max(took) < 3.0, "Slack would have tried again"
        deadline = time.monotonic() + PATIENCE
        while await answered() < len(people):
            assert time.monotonic() < deadline, f"only {await answered()} of {len(people)} answered"
            await asyncio.sleep(0.1)
    finally:
        await people[0].break_provider("none")
    assert slack.limited == 0
    assert all(len(person.messages) == 1 for person in people)
