"""`make smoke`: one whole conversation with the running system on the website channel, printed as it goes.

Ends with code 0 when the call-back was booked, followed and completed; otherwise with 1 and a sentence.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import socketio

from tools.answers import OPENING, Button, next_answer
from tools.console import Trouble, run_tool, say
from tools.places import Part, Places, answers, places, with_env_file

LONGEST = 120.0
"""Seconds for the whole conversation, the call included."""
PAUSE = 0.6
"""Seconds without a further message after which Ringback has finished speaking."""
PATIENCE = 15.0
"""Seconds to wait for an answer to something the person said."""
MOST_TURNS = 20
"""A conversation that needs more answers than this goes round in circles."""


@dataclass(frozen=True)
class Said:
    """One message of Ringback's. `state` is empty unless the message is news of a call-back."""

    text: str
    buttons: tuple[Button, ...] = ()
    state: str = ""


@dataclass
class Chat:
    """A person's side of a conversation. Times are in seconds since its start."""

    client: socketio.AsyncClient
    heard: asyncio.Queue[Said] = field(default_factory=asyncio.Queue)
    confirmed: asyncio.Event = field(default_factory=asyncio.Event)
    started: float = field(default_factory=time.monotonic)

    def print_line(self, who: str, text: str) -> None:
        """One line of the transcript."""
        indented = text.replace("\n", "\n" + " " * 19)
        say(f"{time.monotonic() - self.started:6.1f} s {who + ':':>9} {indented}")

    def hear(self, data: Mapping[str, Any]) -> None:
        """Take in a `bot_uttered`."""
        said = as_said(data)
        self.print_line(
            "news" if said.state else "Ringback", f"[{said.state}] {said.text}" if said.state else said.text
        )
        if said.buttons:
            self.print_line("", " ".join(f"({button.title})" for button in said.buttons))
        self.heard.put_nowait(said)

    async def say(self, text: str, shown: str) -> None:
        """Send a message, printed as `shown`. Raises Trouble when the channel refuses it."""
        self.print_line("person", shown)
        message = {"message": text, "id": str(uuid.uuid4())}
        reply = await self.client.call("user_uttered", message, timeout=PATIENCE)
        if not (isinstance(reply, Mapping) and reply.get("ok")):
            reason = reply.get("reason", "no reason given") if isinstance(reply, Mapping) else "no acknowledgement"
            raise Trouble(f"The website channel refused the message: {reason}")

    async def listen(self) -> list[Said]:
        """Everything Ringback says until it falls silent. Raises Trouble when it says nothing."""
        try:
            messages = [await asyncio.wait_for(self.heard.get(), PATIENCE)]
        except TimeoutError as error:
            raise Trouble(
                f"Ringback said nothing for {PATIENCE:.0f} s. The action server's lines, where Ringback runs, tell why."
            ) from error
        while True:
            try:
                messages.append(await asyncio.wait_for(self.heard.get(), PAUSE))
            except TimeoutError:
                return messages


def as_said(data: Mapping[str, Any]) -> Said:
    """A `bot_uttered` event's data: {"text", "buttons": [{"title", "payload"}], "news": null | {"state", …}}."""
    buttons = tuple(
        Button(str(button.get("title", "")), str(button.get("payload", ""))) for button in data.get("buttons") or ()
    )
    news = data.get("news")
    state = str(news.get("state", "")) if isinstance(news, Mapping) else ""
    return Said(str(data.get("text") or ""), buttons, state.upper())


def is_final(state: str) -> bool:
    """Whether nothing can happen to a call-back in this state any more."""
    return state in {"COMPLETED", "CANCELLED", "EXPIRED", "REFUSED"} or state.startswith("FAILED")


def is_booked(messages: Sequence[Said]) -> bool:
    """Whether the order is out: Ringback has said so, is finding out what became of it, or has news of it already."""
    return any(
        said.state or said.text.casefold().startswith("booked") or "not be ordered twice" in said.text
        for said in messages
    )


def refusal(messages: Sequence[Said]) -> str:
    """The message that says that nothing was booked, or an empty text."""
    nothing = ("nothing is booked", "nothing was booked")
    return next((said.text for said in messages if any(words in said.text.casefold() for words in nothing)), "")


def final_state(messages: Sequence[Said]) -> str:
    """The final state among the messages, or an empty text."""
    return next((said.state for said in messages if is_final(said.state)), "")


def down(where: Places) -> list[Part]:
    """The parts that do not answer; only those on Rasa's own machine can be asked."""
    here = where.rasa.host == where.actions.host
    return [part for part in (where.parts if here else (where.rasa,)) if not answers(part)]


def how_to_start(part: Part) -> str:
    """One sentence for a part that is down."""
    return (
        f"{part.capital_title} does not answer at {part.host}:{part.port}. Start Ringback with `make run` in "
        "another terminal and wait until it says that it is ready."
    )


async def converse(chat: Chat) -> str:
    """Hold the conversation; answers the final state. Raises Trouble."""
    await chat.client.emit("session_request", {})
    try:
        await asyncio.wait_for(chat.confirmed.wait(), PATIENCE)
    except TimeoutError as error:
        raise Trouble("The website channel did not open a conversation (no `session_confirm`).") from error
    answer: str = OPENING
    buttons: list[Button] = []
    for _ in range(MOST_TURNS):
        await chat.say(answer, next((one.title for one in buttons if one.payload == answer), answer))
        messages = await chat.listen()
        if is_booked(messages):
            break
        if refused := refusal(messages):
            raise Trouble(f"Ringback did not book the call: {refused}")
        buttons = [button for said in messages for button in said.buttons]
        answer = next_answer("\n".join(said.text for said in messages), buttons)
    else:
        raise Trouble(f"Nothing was booked after {MOST_TURNS} answers: the conversation goes round in circles.")
    while not (state := final_state(messages)):
        messages = [await chat.heard.get()]
    return state


async def smoke(where: Places) -> str:
    """Connect, converse, and answer the final state. Raises Trouble."""
    client = socketio.AsyncClient(reconnection=False)
    chat = Chat(client)
    client.on("bot_uttered", chat.hear)
    client.on("session_confirm", lambda *_: chat.confirmed.set())
    client.on("history", lambda *_: None)
    try:
        await client.connect(where.rasa_url, wait_timeout=5)
        async with asyncio.timeout(LONGEST):
            return await converse(chat)
    except socketio.exceptions.ConnectionError as error:
        raise Trouble(
            f"Rasa answers at {where.rasa_url}, but its website channel does not. Is `channels.website.WebsiteInput` "
            "in credentials.yml?"
        ) from error
    except socketio.exceptions.SocketIOError as error:
        raise Trouble("The website channel did not acknowledge a message. Rasa's lines tell why.") from error
    except TimeoutError as error:
        raise Trouble(f"The call-back was not over after {LONGEST:.0f} s.") from error
    finally:
        await client.disconnect()


def _main() -> int:
    where = places(with_env_file(os.environ))
    missing = down(where)
    if missing:
        raise Trouble("\n".join(how_to_start(part) for part in missing))
    state = asyncio.run(smoke(where))
    if state != "COMPLETED":
        raise Trouble(f"The call-back ended as {state}, not as COMPLETED.")
    say("The call-back was booked, followed and completed.")
    return 0


if __name__ == "__main__":
    sys.exit(run_tool(_main))
