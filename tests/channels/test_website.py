"""The website channel in a real Rasa server, driven as a browser drives it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.visitor import Visitor

from .conftest import RasaServer

SALES = '/choose{"queue": "sales"}'


def news(identity: str, state: str = "HOLDING") -> dict[str, Any]:
    return {"id": identity, "callback": "cb-1", "seq": 1, "state": state}


def user_texts(events: list[dict[str, Any]]) -> list[str]:
    return [event["text"] for event in events if event["event"] == "user"]


async def test_answers_with_one_message_and_its_buttons(visitor: Visitor) -> None:
    """An answer is one message, blank lines included, with every button; one without a payload sends its title."""
    answer = await visitor.ask("hello", id="m1")
    assert answer["text"] == "Hello there.\n\nWhich team shall I ask?"
    assert [button["payload"] for button in answer["buttons"]] == [SALES, '/choose{"queue": "support"}', "Just looking"]
    assert answer["buttons"][0]["title"] == "Sales <b>& more</b>"
    assert answer["news"] is None
    assert answer["id"].startswith("b")
    assert (await visitor.ask(SALES))["text"] == "I will ask sales."
    assert len(visitor.heard) == 2


async def test_replays_the_conversation_as_it_was_seen(rasa_server: RasaServer, visitor: Visitor) -> None:
    """After a reload the same messages come back with the same ids, and a tapped button as its title."""
    await visitor.ask("hello", id="first")
    await visitor.ask(SALES, id="second")
    again = Visitor(rasa_server.url, visitor.token)
    await again.connect()
    assert [(message["sender"], message["text"]) for message in again.history] == [
        ("user", "hello"),
        ("bot", "Hello there.\n\nWhich team shall I ask?"),
        ("user", "Sales <b>& more</b>"),
        ("bot", "I will ask sales."),
    ]
    assert [message["id"] for message in again.history if message["sender"] == "user"] == ["first", "second"]
    assert [message for message in again.history if message["sender"] == "bot"] == visitor.heard
    await again.disconnect()


async def test_news_arrives_live(rasa_server: RasaServer, visitor: Visitor) -> None:
    """News pushed into the conversation reaches the open page at once, under its own id."""
    await rasa_server.push(str(visitor.session_id), "You are next.", news("n-live"), buttons=[{"title": "Stop"}])
    (heard,) = await visitor.hears(1)
    assert (heard["id"], heard["text"], heard["news"]) == ("n-live", "You are next.", news("n-live"))
    assert heard["buttons"] == [{"title": "Stop", "payload": "Stop"}]


async def test_news_told_while_away_comes_by_history(rasa_server: RasaServer, visitor: Visitor) -> None:
    """What was said while the page was closed comes back on reconnecting, once."""
    shown = await visitor.ask("hello")
    await visitor.disconnect()
    await rasa_server.push(str(visitor.session_id), "We tried to reach you.", news("n-away"))
    await rasa_server.push(str(visitor.session_id), "We tried to reach you.", news("n-away"))
    await visitor.connect(after=shown["timestamp"])
    assert [message["id"] for message in visitor.history if message["timestamp"] > shown["timestamp"]] == ["n-away"]
    assert [message["id"] for message in visitor.history][-2:] == [shown["id"], "n-away"]


async def test_a_typed_command_that_was_never_offered_is_not_run(rasa_server: RasaServer, visitor: Visitor) -> None:
    """Typing an intent is ordinary text, however it is written, also when another conversation was offered it."""
    for typed in (SALES, "/secret", "  //secret", "/ /secret", '/secret{"queue": "x"}'):
        answer = await visitor.ask(typed)
        assert answer["text"] not in ("THE SECRET", "I will ask sales.")
    texts = user_texts(await rasa_server.events(str(visitor.session_id)))
    assert texts == [SALES.lstrip("/"), "secret", "secret", "secret", 'secret{"queue": "x"}']


async def test_a_payload_offered_by_pushed_buttons_is_run(rasa_server: RasaServer, visitor: Visitor) -> None:
    """A button that came with news works like any other."""
    await rasa_server.push(
        str(visitor.session_id), "Done.", news("n-tap"), buttons=[{"title": "Go", "payload": "/secret"}]
    )
    await visitor.hears(1)
    assert (await visitor.ask("/secret"))["text"] == "THE SECRET"


async def test_a_resent_message_is_handled_once(rasa_server: RasaServer, visitor: Visitor) -> None:
    """A message sent again because its acknowledgement was lost is acknowledged again but not handled again."""
    await visitor.ask("how is the weather", id="same")
    assert await visitor.say("how is the weather", id="same") in ({"ok": True}, {"ok": True, "done": True})
    await visitor.ask("hello", id="other")
    assert user_texts(await rasa_server.events(str(visitor.session_id))) == ["how is the weather", "hello"]
    assert len(visitor.heard) == 2


async def test_messages_are_handled_in_order(rasa_server: RasaServer, visitor: Visitor) -> None:
    """Messages sent without waiting are answered one after the other."""
    sent = ["hello", "weather today", "good morning", "is it raining"]
    for text in sent:
        assert await visitor.say(text) == {"ok": True}
    await visitor.hears(4)
    assert [message["text"][:4] for message in visitor.heard] == ["Hell", "Nice", "Hell", "Nice"]
    assert user_texts(await rasa_server.events(str(visitor.session_id))) == sent


async def test_nobody_speaks_for_another_session(rasa_server: RasaServer, visitor: Visitor) -> None:
    """A socket that names another session in its message speaks for its own session only."""
    stranger = Visitor(rasa_server.url)
    await stranger.connect()
    await stranger.ask("hello", session_id=visitor.session_id)
    await stranger.disconnect()
    assert user_texts(await rasa_server.events(str(visitor.session_id))) == []
    assert visitor.heard == []


async def test_a_socket_without_a_session_is_refused(rasa_server: RasaServer, visitor: Visitor) -> None:
    """A message before any session was opened is refused, not put into somebody's conversation."""
    stranger = Visitor(rasa_server.url)
    await stranger._client.connect(rasa_server.url, transports=["websocket"])
    assert (await stranger.say("hello", session_id=visitor.session_id))["ok"] is False
    await stranger.disconnect()


async def test_refuses_politely(visitor: Visitor) -> None:
    """Too long, blank and unreadable messages get a reason instead of silence."""
    assert "too long" in (await visitor.say("x" * 5001))["reason"]
    for wrong in ("", "   ", "///"):
        assert (await visitor.say(wrong))["ok"] is False
    assert (await visitor.say("hello", id={"a": 1}))["ok"] is False
    assert visitor.heard == []


async def test_keeps_only_known_metadata(rasa_server: RasaServer, visitor: Visitor) -> None:
    """Only a well-formed time zone and language of the browser reach the tracker."""
    sent = {"timezone": "Europe/Berlin", "language": "de-DE", "is_external": True, "phone": "1"}
    await visitor.ask("hello", id="meta", metadata=sent)
    events = await rasa_server.events(str(visitor.session_id))
    (said,) = [event for event in events if event["event"] == "user"]
    assert said["message_id"] == "meta"
    assert said["input_channel"] == "website"
    assert {key: said["metadata"].get(key) for key in sent} == {
        "timezone": "Europe/Berlin",
        "language": "de-DE",
        "is_external": None,
        "phone": None,
    }


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("ui/", "text/html; charset=utf-8"),
        ("ui", "text/html; charset=utf-8"),
        ("ui/index.html", "text/html; charset=utf-8"),
        ("ui/chat.js", "text/javascript; charset=utf-8"),
        ("ui/style.css", "text/css; charset=utf-8"),
        ("ui/vendor/deepChat.bundle.js", "text/javascript; charset=utf-8"),
        ("ui/vendor/NOTICE.md", "text/plain; charset=utf-8"),
    ],
)
async def test_serves_the_page(rasa_server: RasaServer, path: str, content_type: str) -> None:
    """The page's files come from Rasa itself, with their types, a strict policy and no surprises in caches."""
    async with httpx.AsyncClient(follow_redirects=True) as client:
        answer = await client.get(f"{rasa_server.url}/webhooks/website/{path}")
        again = await client.get(answer.url, headers={"If-None-Match": answer.headers["etag"]})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert again.status_code == 304


async def test_serves_nothing_else(rasa_server: RasaServer) -> None:
    """No path leads out of the page's folder; the connector's own address answers that it is well."""
    for path in (
        "../website.py",
        "..%2fchannels%2fwebsite.py",
        "%2e%2e/domain.yml",
        "%2fetc%2fpasswd",
        "nothing.js",
        "vendor",
    ):
        with_path = httpx.URL(rasa_server.url).copy_with(raw_path=f"/webhooks/website/ui/{path}".encode())
        async with httpx.AsyncClient() as client:
            assert (await client.get(with_path)).status_code == 404
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{rasa_server.url}/webhooks/website/")).json() == {"status": "ok"}


async def test_a_restart_forgets_nothing(rasa_server: RasaServer) -> None:
    """After the server was restarted the conversation goes on, and a message from before is still not handled twice."""
    before = Visitor(rasa_server.url)
    await before.connect()
    await before.ask("hello", id="kept")
    rasa_server.stop()
    rasa_server.start()
    after = Visitor(rasa_server.url, before.token)
    await after.connect()
    assert after.history[0]["id"] == "kept"
    assert await after.say("hello", id="kept") == {"ok": True, "done": True}
    assert (await after.ask(SALES))["text"] == "I will ask sales."
    assert user_texts(await rasa_server.events(str(after.session_id))) == ["hello", SALES]
    await after.disconnect()
