"""Two Rasa servers, two action servers and two workers behind one address, with PostgreSQL and Redis: all of them real.

All in one file: the tests share one cluster, whose Rasa servers take their time to start.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from bench.harness_cluster import Cluster, cluster
from bench.harness_person import Person
from channels.whatsapp_intake import conversation_of
from tests.platforms.slack import FakeSlack
from tests.platforms.twilio import FakeTwilio

pytestmark = pytest.mark.asyncio(loop_scope="module")

APOLOGY = "Sorry, something went wrong on our side. Please say that again."
DESK = {"fresh": 0.5, "following": {"ringing": 0.2, "waiting": 1.0, "lookups_until": 6.0, "back_off": 2.0}}
CHAT_SECRET = "a secret of the test's own"
BOOKING = ("call me on 416 555 0123 about my bill", "skip", "a wrong invoice", "no", "now")


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    platform = FakeSlack()
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture(scope="module")
def twilio() -> Iterator[FakeTwilio]:
    platform = FakeTwilio()
    platform.start()
    yield platform
    platform.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(slack: FakeSlack, twilio: FakeTwilio) -> AsyncIterator[Cluster]:
    """The cluster, shared by all tests."""
    places = {
        "channels.slack.SlackInput": {
            "slack_token": slack.token,
            "slack_signing_secret": slack.secret,
            "base_url": slack.api_url,
            "response_urls": slack.url,
        },
        "channels.whatsapp.WhatsAppInput": {
            "account_sid": twilio.account,
            "auth_token": twilio.token,
            "twilio_number": twilio.sender,
            "public_url": twilio.public_url,
            "secret": CHAT_SECRET,
            "api_url": twilio.url,
            "content_url": twilio.url,
        },
    }
    async with cluster(speed=4.0, desk=DESK, channels=places) as built:
        yield built


@asynccontextmanager
async def page(*urls: str, token: str | None = None) -> AsyncIterator[Person]:
    """A person with an open page."""
    person = Person(*urls, token=token)
    try:
        await person.open()
        yield person
    finally:
        await person.close()


async def push(running: Cluster, server: int, conversation: str, text: str) -> None:
    """A piece of news for a conversation, handed to one of the servers."""
    event = {"event": "bot", "text": text, "metadata": {"news": {"id": text, "seq": 1, "state": "HOLDING"}}}
    answer = await running.http.post(
        f"{running.rasa_urls[server]}/conversations/{conversation}/tracker/events",
        params={"output_channel": "website", "execute_side_effects": "true", "include_events": "NONE"},
        json=[event],
    )
    assert answer.status_code == 200, answer.status_code


async def user_messages(running: Cluster, person: Person) -> list[str]:
    """The ids of what the person said, as both servers find it in PostgreSQL."""
    both = [await running.tracker(person.conversation, server) for server in (0, 1)]
    said = [[event["message_id"] for event in events if event["event"] == "user"] for events in both]
    assert said[0] == said[1]
    return said[0]


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]


async def book(person: Person) -> list[str]:
    for text in BOOKING:
        await person.say(text)
    return texts(await person.say("book it"))


async def test_news_reaches_the_other_server(running: Cluster) -> None:
    """News that is handed to one Rasa server appears at once, and once, on a page that is connected to the other."""
    async with page(running.rasa_urls[1]) as person:
        for server in (0, 1):
            await push(running, server, person.conversation, f"news by {server}")
            await person.until_shown(f"news by {server}", seconds=5.0)
        assert texts(list(person.shown.values())) == ["news by 0", "news by 1"]


async def test_a_message_sent_to_both_is_one_turn(running: Cluster) -> None:
    """The same message, sent to both servers at the same moment, is handled once, and both pages hear its end."""
    message_id = uuid.uuid4().hex
    async with page(running.rasa_urls[0]) as first, page(running.rasa_urls[1], token=first.token) as second:
        assert second.conversation == first.conversation
        both = (first.say("hello", message_id=message_id), second.say("hello", message_id=message_id))
        await asyncio.gather(*both)
        await first.say("what can you do?")
        said = await user_messages(running, first)
        assert said.count(message_id) == 1
        assert len(said) == 2
        answers = [event for event in await running.tracker(first.conversation) if event["event"] == "bot"]
        await second.until_shown(answers[-1]["text"], seconds=5.0)
        assert texts(list(first.shown.values())) == texts(answers)
        assert texts(list(second.shown.values())) == texts(answers)


async def test_limits_and_sessions_hold_over_both(running: Cluster) -> None:
    """One session speaks on both servers, and its allowance of five messages a second is one, not two."""
    async with page(running.rasa_urls[0]) as first, page(running.rasa_urls[1], token=first.token) as second:
        began = time.monotonic()
        sent = [person.hand_in("hello") for _ in range(6) for person in (first, second)]
        answers = await asyncio.gather(*sent)
        taken = sum(bool(answer.get("ok")) for answer in answers)
        refused = [answer["retry_after"] for answer in answers if answer.get("retry_after")]
        # Five at once, and one more for each fifth of a second that sending took.
        assert 5 <= taken <= 6 + 5 * (time.monotonic() - began)
        assert taken + len(refused) == 12
        assert max(refused) > 0


async def test_whose_server_dies_is_on_the_other(running: Cluster) -> None:
    """A person whose Rasa server is killed in mid-turn is on the other within 5 s, and nothing is missing."""
    async with page(running.rasa_urls[0], running.url) as person:
        await person.say("hello")
        asking = asyncio.create_task(person.say("call me about my bill"))
        await asyncio.sleep(0.03)
        await running.kill("rasa1")
        try:
            began = time.monotonic()
            await push(running, 1, person.conversation, "while it was away")
            await person.until_connected(2, 5.0)
            await person.until_shown("while it was away", seconds=5.0 - (time.monotonic() - began))
            await asking
            assert "number" in texts(await person.say("what?"))[-1]
        finally:
            await running.revive("rasa1")
        told = [event["text"] for event in await running.tracker(person.conversation) if event["event"] == "bot"]
        assert len(await user_messages(running, person)) == 3
        assert set(told) <= set(texts(list(person.shown.values())))


async def test_engines_restart_under_a_chat(running: Cluster) -> None:
    """Redis and PostgreSQL restart; a turn at that moment is answered, and both servers are one chat as before."""
    async with page(running.rasa_urls[0]) as person:
        for engine in (running.redis, running.postgres):
            restarting = asyncio.create_task(asyncio.to_thread(engine.restart))
            for _ in range(4):
                assert APOLOGY not in texts(await person.say("hello"))
                await asyncio.sleep(0.2)
            await restarting
            text = f"after {type(engine).__name__}"
            await push(running, 1, person.conversation, text)
            await person.until_shown(text, seconds=10.0)
        assert len(await user_messages(running, person)) == 8


async def test_no_turn_without_the_conversations(running: Cluster) -> None:
    """What cannot be stored is not done from an empty memory: the person and the sender of news hear that it failed."""
    database = await asyncpg.connect(running.postgres.url("conversations"))
    async with page(running.rasa_urls[0]) as person:
        await person.say("call me about my bill")
        await database.execute("ALTER TABLE events RENAME TO elsewhere")
        try:
            assert texts(await person.say("416 555 0123")) == [APOLOGY]
            with pytest.raises(AssertionError, match="500"):
                await push(running, 1, person.conversation, "never stored")
        finally:
            await database.execute("ALTER TABLE elsewhere RENAME TO events")
            await database.close()
        assert "account number" in texts(await person.say("416 555 0123"))[-1]
        assert not person.news


async def test_rolling_restart(running: Cluster) -> None:
    """Every member is restarted, one of each role at a time, under a chat and a call: no turn and no news is lost."""
    async with page(running.url) as caller, page(running.url) as chatter:
        assert "Booked" in (await book(caller))[0]
        said, stop = 0, asyncio.Event()

        async def chat() -> None:
            nonlocal said
            while not stop.is_set():
                answers = texts(await chatter.say("hello"))
                assert answers
                assert APOLOGY not in answers
                said += 1
                await asyncio.sleep(1.1)

        chatting = asyncio.create_task(chat())
        for half in (1, 2):
            await asyncio.gather(*(running.restart(f"{role}{half}") for role in ("actions", "worker", "rasa")))
        stop.set()
        await chatting
        assert (await caller.until_news("COMPLETED"))[-1] == "COMPLETED"
        told = [event for event in await running.tracker(caller.conversation) if event["event"] == "bot"]
        pieces = [event["metadata"]["news"]["seq"] for event in told if "news" in event["metadata"]]
        assert sorted(set(pieces)) == pieces
        assert len(await user_messages(running, chatter)) == said
        assert len(caller.news) == len(pieces)


async def test_a_new_model_without_downtime(running: Cluster) -> None:
    """Each Rasa server takes a new model by `PUT /model`; a person in the middle of the form goes on with it."""
    async with page(running.url) as person:
        await person.say("call me about my bill")
        for url in running.rasa_urls:
            changing = running.http.put(f"{url}/model", json={"model_file": "models/ringback.tar.gz"}, timeout=120.0)
            changed, answers = await asyncio.gather(changing, person.say("why do you need that?"))
            assert changed.status_code == 204
            assert APOLOGY not in texts(answers)
        assert "account number" in texts(await person.say("416 555 0123"))[-1]
        await push(running, 0, person.conversation, "with the new model")
        await person.until_shown("with the new model", seconds=5.0)


class SlackTalk:
    """A person in Slack, whose requests can meet either server."""

    def __init__(self, platform: FakeSlack) -> None:
        self.platform = platform
        platform.join("U0CLUSTER", phone="")
        self.conversation = f"{platform.team}-U0CLUSTER"

    def written(self, text: str) -> Any:
        return self.platform.event(self.platform.message("U0CLUSTER", text))

    def name(self, written: Any) -> str:
        return str(json.loads(written)["event_id"])

    def arrive(self, server: str, written: Any) -> int:
        self.platform.bot_url = server
        return self.platform.deliver(written).status_code

    def shown(self) -> list[str]:
        return [one.said for one in self.platform.to("U0CLUSTER")]

    def replies(self) -> list[str]:
        return [one.shown for one in self.platform.to("U0CLUSTER") if one.thread_ts]


class WhatsAppTalk:
    """A person in WhatsApp, the same way."""

    address = "whatsapp:+14165550177"

    def __init__(self, platform: FakeTwilio, front: str) -> None:
        self.platform = platform
        self.front = front
        self.conversation = conversation_of(self.address, CHAT_SECRET)

    def written(self, text: str) -> Any:
        return self.platform.inbound(self.address, text)

    def name(self, written: Any) -> str:
        return str(written["MessageSid"])

    def arrive(self, server: str, written: Any) -> int:
        self.platform.bot_url = server
        try:
            return self.platform.deliver(written).status_code
        finally:
            self.platform.bot_url = self.front  # where reports of delivery go

    def shown(self) -> list[str]:
        return [one.body for one in self.platform.to(self.address)]

    replies = shown


@pytest.mark.parametrize("place", ["slack", "whatsapp"])
async def test_one_talk_over_both_servers(running: Cluster, slack: FakeSlack, twilio: FakeTwilio, place: str) -> None:
    """Messages that meet the servers in turn, each twice, are one talk in order; its call is told once to the end."""
    talk = SlackTalk(slack) if place == "slack" else WhatsAppTalk(twilio, running.url)
    said = []
    for number, text in enumerate([*BOOKING, "book it"]):
        written = talk.written(text)
        said.append(talk.name(written))
        for server in (number % 2, 1 - number % 2):
            assert await asyncio.to_thread(talk.arrive, running.rasa_urls[server], written) in (200, 204)
    async with asyncio.timeout(90):
        while not any("The call is over" in text for text in talk.replies()):
            await asyncio.sleep(0.2)
    events = await running.tracker(talk.conversation)
    assert [event["message_id"] for event in events if event["event"] == "user"] == said
    assert APOLOGY not in talk.shown()
    answers = [event["text"][:40] for event in events if event["event"] == "bot" and not event["metadata"].get("news")]
    assert "Booked." in answers[-1]
    places = [[n for n, text in enumerate(talk.shown()) if answer in " ".join(text.split())] for answer in answers]
    assert [len(found) for found in places] == [1] * len(answers), (answers, talk.shown())
    assert places == sorted(places)
    assert sum("The call is over" in text for text in talk.replies()) == 1
    assert talk.platform.violations == []
