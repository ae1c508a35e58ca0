"""The conversation that `make smoke` holds."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import socketio
import uvicorn

from tools import smoke
from tools.answers import OPENING, PHONE, REASON, Button, next_answer
from tools.console import Trouble
from tools.places import places

NO = Button("No, thanks", '/inform{"sms":false}')
YES = Button("Yes, text me", '/inform{"sms":true}')
NOW = Button("Now", '/inform{"when":"now"}')
LATER = Button("Later", '/inform{"when":"later"}')
SKIP = Button("Skip", '/inform{"skip":true}')
BOOK = Button("Book it", '/affirm{"request":"k"}')
CHANGE = Button("Change something", "/change")


@pytest.mark.parametrize(
    ("question", "buttons", "answer"),
    [
        ("Which number shall we call?", [], PHONE),
        ("What is your account number? You can skip this.", [SKIP], SKIP.payload),
        ("Your e-mail address? (optional)", [], "skip"),
        ("Why are you calling?", [], REASON),
        ("Would you like text messages about this call as well?", [YES, NO], NO.payload),
        ("May we send you an SMS?", [], "No"),
        ("When shall we call?", [NOW, LATER], NOW.payload),
        ("When shall we call?", [], "Now"),
        ("So: Billing calls you on +1 416-555-0123, now. Shall I book it?", [BOOK, CHANGE], BOOK.payload),
        ("Shall I book it?", [], "Book it"),
        ("What is it about?", [Button("Sales", "/s"), Button("Billing", "/b")], "/b"),
        ("What is it about?", [], "Billing"),
        ("Are you a customer?", [Button("I am", ""), Button("Not yet", "")], "I am"),
    ],
)
def test_next_answer(question: str, buttons: list[Button], answer: str) -> None:
    """A question is answered by its buttons first and its words second."""
    assert next_answer(question, buttons) == answer


def bot_said(text: str, *buttons: Button, state: str = "") -> dict[str, Any]:
    """A `bot_uttered` event as the website channel sends it."""
    news = {"id": "n", "callback": "c", "seq": 1, "state": state} if state else None
    shown = [{"title": button.title, "payload": button.payload} for button in buttons]
    return {"id": "1", "text": text, "buttons": shown, "timestamp": 1.0, "news": news}


class Channel:
    """A website channel with a script: what is said to each message of the person's, and what is told afterwards."""

    def __init__(self, script: dict[str, list[dict[str, Any]]]) -> None:
        self.script = script
        self.heard: list[str] = []
        self.server = socketio.AsyncServer(async_mode="asgi")
        self.server.on("session_request", self.open)
        self.server.on("user_uttered", self.hear)

    async def open(self, sid: str, _data: Any) -> None:
        await self.server.emit("session_confirm", "s1", room=sid)
        await self.server.emit("history", [], room=sid)

    async def hear(self, sid: str, data: dict[str, Any]) -> dict[str, Any]:
        self.heard.append(data["message"])
        self.server.start_background_task(self.answer, sid, self.script.get(data["message"], []))
        return {"ok": bool(data["id"])}

    async def answer(self, sid: str, events: list[dict[str, Any]]) -> None:
        for event in events:
            if event["news"]:
                await self.server.sleep(0.15)
            await self.server.emit("bot_uttered", event, room=sid)


CONVERSATION = {
    OPENING: [bot_said("Sure."), bot_said("Which number shall we call?")],
    PHONE: [bot_said("Why are you calling?", SKIP)],
    SKIP.payload: [bot_said("When shall we call?", NOW, LATER)],
    NOW.payload: [bot_said("So: now. Shall I book it?", BOOK, CHANGE)],
    BOOK.payload: [
        bot_said("Booked. Billing will call you.", Button("Cancel the call", "/cancel_callback")),
        bot_said("We are ringing Billing for you now.", state="CALLING_AGENT"),
    ],
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No person waits here."""
    monkeypatch.setattr(smoke, "PAUSE", 0.1)
    monkeypatch.setattr(smoke, "PATIENCE", 2.0)


@pytest.fixture
async def serve() -> AsyncIterator[Any]:
    """Serve a Channel on a free port; answers the address."""
    servers: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def start(channel: Channel) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(socketio.ASGIApp(channel.server), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        servers.append((server, task))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for server, task in servers:
        server.should_exit = True
        server.force_exit = True
        await asyncio.wait_for(task, 5)


@pytest.mark.parametrize("state", ["COMPLETED", "FAILED_CUSTOMER"])
async def test_a_conversation_until_its_end(serve: Any, capsys: pytest.CaptureFixture[str], state: str) -> None:
    """The person answers until it is booked, and news is listened to until the call-back is over."""
    ending = {BOOK.payload: [*CONVERSATION[BOOK.payload], bot_said("It is over.", state=state)]}
    channel = Channel({**CONVERSATION, **ending})

    reached = await smoke.smoke(places({"RINGBACK_RASA_URL": await serve(channel)}))

    assert reached == state
    assert channel.heard == [OPENING, PHONE, SKIP.payload, NOW.payload, BOOK.payload]
    transcript = capsys.readouterr().out
    assert f"person: {OPENING}" in transcript
    assert "Ringback: Which number shall we call?" in transcript
    assert "person: Book it" in transcript
    assert f"news: [{state}] It is over." in transcript


async def test_a_refused_order_is_a_failure(serve: Any) -> None:
    """When Ringback says that nothing was booked the reason is handed on."""
    refused = {BOOK.payload: [bot_said("The call-back service cannot be reached right now, so nothing is booked.")]}
    channel = Channel({**CONVERSATION, **refused})

    with pytest.raises(Trouble, match="cannot be reached"):
        await smoke.smoke(places({"RINGBACK_RASA_URL": await serve(channel)}))


async def test_going_round_in_circles_is_a_failure(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that asks the same again and again is not answered for ever."""
    again = bot_said("Which number shall we call?")
    monkeypatch.setattr(smoke, "MOST_TURNS", 4)
    with pytest.raises(Trouble, match="circles"):
        await smoke.smoke(places({"RINGBACK_RASA_URL": await serve(Channel({OPENING: [again], PHONE: [again]}))}))


async def test_silence_is_a_failure(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that says nothing is called silent."""
    monkeypatch.setattr(smoke, "PATIENCE", 0.3)
    with pytest.raises(Trouble, match="said nothing"):
        await smoke.smoke(places({"RINGBACK_RASA_URL": await serve(Channel({}))}))


def test_a_part_that_is_down_is_named() -> None:
    """The sentence says which part it is and how to start it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    settings = {"RASA_PORT": port, "ACTIONS_PORT": port, "SANDBOX_PORT": port}
    where = places({**settings, "RINGBACK_FONOLO_URL": "http://127.0.0.1:8900/3.0/"})

    missing = smoke.down(where)

    assert [part.name for part in missing] == ["sandbox", "actions", "rasa"]
    assert smoke.how_to_start(missing[2]).startswith(f"The Rasa server does not answer at 127.0.0.1:{port}. Start")
    assert "make run" in smoke.how_to_start(missing[0])


@pytest.mark.parametrize(
    ("state", "final"), [("COMPLETED", True), ("FAILED_AGENT", True), ("FAILED", True), ("HOLDING", False), ("", False)]
)
def test_final_states(state: str, final: bool) -> None:
    """The smoke test waits exactly as long as something can still happen."""
    assert smoke.is_final(state) is final
