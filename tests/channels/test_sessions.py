"""Who may speak in which conversation, against a real server: only who was given its token, from where it was given."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
import socketio.exceptions

from tests.tokens import OLD_SECRET, SECRET, claims, signature, token
from tests.visitor import Visitor

from .conftest import RasaServer
from .test_website import news, user_texts

STRANGE = "http://shop.example.com"
OTHER_SECRET = "another-secret-that-this-server-never-had-at-all"


async def opened(server: RasaServer, shown: str | None = None, origin: str | None = None) -> Visitor:
    person = Visitor(server.url, shown, origin)
    await person.connect()
    return person


async def test_the_server_names_the_conversation(rasa_server: RasaServer) -> None:
    """Each new session gets a conversation of its own, safe in an address, and the token is more than its id."""
    first, second = await opened(rasa_server), await opened(rasa_server)
    assert first.began == second.began == "new"
    assert first.session_id != second.session_id
    assert str(first.session_id).startswith("web-")
    assert len(str(first.session_id)) == len("web-") + 32
    assert first.session_id != first.token
    await first.disconnect()
    await second.disconnect()


async def test_an_id_opens_nothing(rasa_server: RasaServer, visitor: Visitor) -> None:
    """Who names a conversation's id, in whatever field, gets another, empty conversation."""
    await visitor.ask("hello")
    client = socketio.AsyncClient(reconnection=False)
    given: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    client.on("session_confirm", given.put)
    await client.connect(rasa_server.url, transports=["websocket"])
    named = visitor.session_id
    for data in ({"session_id": named}, {"conversation": named}, {"token": named}, named, [named]):
        await client.emit("session_request", data)
        assert (await asyncio.wait_for(given.get(), 10))["conversation"] != named
    await client.disconnect()


@pytest.mark.parametrize("how", ["another secret", "no signature", "changed", "another origin", "expired", "nonsense"])
async def test_a_bad_token_opens_nothing(rasa_server: RasaServer, visitor: Visitor, how: str) -> None:
    """A forged, stolen or expired token gets a new conversation, is told so, and hears nothing of the old one."""
    await visitor.ask("hello", id="private")
    conversation, good = str(visitor.session_id), str(visitor.token)
    header, _, signature = good.split(".")
    bad = {
        "another secret": token(conversation, OTHER_SECRET),
        "no signature": token(conversation, algorithm="none"),
        "changed": ".".join([header, token(conversation, lasts=10_000).split(".")[1], signature]),
        "another origin": good,
        "expired": token(conversation, lasts=-1),
        "nonsense": "x" * 5_000,
    }[how]
    thief = await opened(rasa_server, bad, STRANGE if how == "another origin" else None)
    assert thief.began == "expired"
    assert thief.session_id != conversation
    assert [message["text"] for message in thief.history] == [
        "Your earlier chat has ended, so this is a new one. Calls that you have booked are not affected."
    ]
    await rasa_server.push(conversation, "For one person only.", news(f"n-{how}"))
    await visitor.hears(2)
    await thief.ask("how is the weather")
    assert [message["text"] for message in thief.heard] == ["Nice weather."]
    assert user_texts(await rasa_server.events(conversation)) == ["hello"]
    await thief.disconnect()


async def test_a_session_is_renewed_while_it_is_used(rasa_server: RasaServer, visitor: Visitor) -> None:
    """A token shortly before its end opens its conversation once more, and is replaced by one that lasts."""
    await visitor.ask("hello")
    late = await opened(rasa_server, token(str(visitor.session_id), lasts=30))
    assert (late.began, late.session_id) == ("resumed", visitor.session_id)
    assert claims(str(late.token))["exp"] > time.time() + 29 * 86_400
    await late.disconnect()


async def test_secrets_can_be_replaced(rasa_server: RasaServer, visitor: Visitor) -> None:
    """A token signed with the previous secret still opens its conversation; its successor has the newest one."""
    holder = await opened(rasa_server, token(str(visitor.session_id), OLD_SECRET))
    assert (holder.began, holder.session_id) == ("resumed", visitor.session_id)
    signed = str(holder.token).rpartition(".")[0]
    assert holder.token == f"{signed}.{signature(signed, SECRET)}"
    await holder.disconnect()


async def test_a_listed_site_has_sessions_of_its_own(rasa_server: RasaServer) -> None:
    """A token is good where it was issued, from a listed origin or the page's own, and nowhere else."""
    there = await opened(rasa_server, None, STRANGE)
    back = await opened(rasa_server, there.token, STRANGE)
    assert back.session_id == there.session_id
    at_home = await opened(rasa_server, there.token, rasa_server.url)
    assert at_home.session_id != there.session_id
    for person in (there, back, at_home):
        await person.disconnect()


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://shop.example.com", "file://", "x"])
async def test_an_unlisted_origin_is_refused(rasa_server: RasaServer, origin: str) -> None:
    """Pages of other origins get no connection, by either transport."""
    with pytest.raises(socketio.exceptions.ConnectionError):
        await opened(rasa_server, None, origin)
    async with httpx.AsyncClient() as http:
        polled = await http.get(f"{rasa_server.url}/socket.io/?EIO=4&transport=polling", headers={"Origin": origin})
    assert polled.status_code == 400
    assert "access-control-allow-origin" not in polled.headers


async def test_two_tabs_in_step(rasa_server: RasaServer, visitor: Visitor) -> None:
    """What is said in one tab shows in the other at once under the same id, as the title that was tapped."""
    other = await opened(rasa_server, visitor.token)
    answer = await visitor.ask("hello", id="typed")
    await other.hears(1)
    await visitor.ask(answer["buttons"][0]["payload"], id="tapped")
    await other.hears(2)
    assert [(said["id"], said["text"]) for said in other.said_elsewhere] == [
        ("typed", "hello"),
        ("tapped", "Sales <b>& more</b>"),
    ]
    assert visitor.said_elsewhere == []
    assert other.heard == visitor.heard
    await other.disconnect()


async def test_reconnecting_amid_news(rasa_server: RasaServer, visitor: Visitor) -> None:
    """Who comes and goes while news and answers arrive side by side ends up with each of them once."""
    conversation = str(visitor.session_id)
    shown: dict[str, float] = {}
    await visitor.disconnect()

    async def tell() -> None:
        for number in range(20):
            await rasa_server.push(conversation, f"Piece {number}.", news(f"{conversation}-{number}"))

    async def come_and_go(talk: bool) -> None:
        for turn in range(6):
            person = await opened_after(rasa_server, str(visitor.token), max(shown.values(), default=0.0))
            if talk:
                await person.say("how is the weather", id=f"turn{turn}")
            await person.disconnect()
            shown.update({one["id"]: one["timestamp"] for one in [*person.history, *person.heard]})

    await asyncio.gather(tell(), come_and_go(True), come_and_go(False))
    last = await opened_after(rasa_server, str(visitor.token), max(shown.values()))
    shown.update({one["id"]: one["timestamp"] for one in last.history})
    events = await rasa_server.events(conversation)
    told = [event["metadata"]["news"]["id"] for event in events if "news" in event.get("metadata", {})]
    assert len(told) == 20
    assert set(told) <= set(shown)
    assert sorted(one for one in shown if one.startswith("turn")) == [f"turn{turn}" for turn in range(6)]
    whole = await opened(rasa_server, str(visitor.token))
    assert len(whole.history) == len({one["id"] for one in whole.history}) == len(shown)
    await last.disconnect()
    await whole.disconnect()


async def opened_after(server: RasaServer, shown: str, after: float) -> Visitor:
    person = Visitor(server.url, shown)
    await person.connect(after)
    return person


async def test_fifty_at_once(rasa_server: RasaServer) -> None:
    """Fifty people write at the same moment; each gets an answer, and nobody's words reach anybody else."""
    people = await asyncio.gather(*(opened(rasa_server) for _ in range(50)))
    assert len({person.session_id for person in people}) == 50
    await asyncio.gather(*(person.say("hello", id=f"p{number}") for number, person in enumerate(people)))
    await asyncio.gather(*(person.hears(1) for person in people))
    for number, person in enumerate(people):
        assert [message["text"][:5] for message in person.heard] == ["Hello"]
        again = await opened(rasa_server, person.token)
        assert [one["id"] for one in again.history if one["sender"] == "user"] == [f"p{number}"]
        await again.disconnect()
        await person.disconnect()


async def test_too_fast_is_told_and_nothing_is_lost(visitor: Visitor) -> None:
    """Who sends faster than allowed is asked to wait for a stated time, and afterwards the same message is taken."""
    answers = [await visitor.say("how is the weather", id=f"f{number}") for number in range(12)]
    refused = [number for number, answer in enumerate(answers) if not answer["ok"]]
    assert refused
    answer = answers[refused[-1]]
    assert "wait" in answer["reason"]
    assert 0 < answer["retry_after"] <= 60
    await asyncio.sleep(answer["retry_after"])
    assert await visitor.say("how is the weather", id=f"f{refused[-1]}") == {"ok": True}
    await visitor.hears(12 - len(refused) + 1)


async def test_a_frame_too_large_ends_the_connection(visitor: Visitor) -> None:
    """What no page would send is not read to its end: the connection is closed."""
    closed = asyncio.Event()
    visitor._client.on("disconnect", lambda *_: closed.set())
    await visitor._client.emit("user_uttered", {"message": "x" * 200_000})
    await asyncio.wait_for(closed.wait(), 10)


async def test_room_is_limited(rasa_server: RasaServer) -> None:
    """One address may keep so many connections open and no more; a closed one makes room for the next."""
    address = f"{rasa_server.url}/socket.io/?EIO=4&transport=polling"
    async with httpx.AsyncClient() as http:
        seen = []
        for _ in range(130):
            answer = await http.get(address)
            seen.append(answer)
            if answer.status_code != 200:
                break
        assert seen[-1].status_code == 401
        assert "too many" in seen[-1].text.lower()
        for answer in seen[:-1]:
            session = answer.text.partition('"sid":"')[2].partition('"')[0]
            await http.post(f"{address}&sid={session}", content="1")
        assert (await http.get(address)).status_code == 200
