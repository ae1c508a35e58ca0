# mypy: disable-error-code="misc, import-not-found, import-untyped, untyped-decorator, type-arg, no-any-return"
"""The Slack channel: Rasa's Slack connector, made safe and complete. docs/channels.md says how to set it up.

Rasa's own connector takes most repetitions for new messages, drops all buttons beyond five, shows nothing in place,
talks about a person's calls in public channels and fails on slash commands. What replaces it stands in
`channels/chat_base/` and `channels/slack_*.py`; this is the edge to Rasa.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.slack import SlackBot
from rasa.core.channels.slack import SlackInput as RasaSlackInput
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.chat_base.acknowledged import elsewhere
from channels.chat_base.agent import Agent
from channels.chat_base.inbox import Inbox
from channels.chat_base.making_up import make_up
from channels.chat_base.meaning import Incoming, ShowPage, meant, open_question
from channels.chat_base.meaning import Nothing as NoMeaning
from channels.chat_base.outbox import Outbox
from channels.chat_base.outcomes import NotYet
from channels.chat_base.voice import Voice
from channels.chat_base.words import WORDS as ALL_WORDS
from channels.intake import Accepted
from channels.messages import seen_message_ids
from channels.slack_api import Profile, SlackApi
from channels.slack_blocks import MOST_OPTIONS
from channels.slack_cards import CardPlaces
from channels.slack_carrier import SlackCarrier
from channels.slack_home import Homes
from channels.slack_intake import Challenge, HomeOpened, Message, Unreadable, conversation_of, read, who
from channels.slack_people import SlackStore
from channels.slack_places import say_where
from channels.slack_settings import SlackSettings, read_settings
from channels.slack_signature import is_signed
from channels.slack_taps import TAPPED, DoubleTaps, was_tapped
from channels.slack_words import WORDS, asked_in_words
from channels.turns import Taken, shortened

logger = logging.getLogger(__name__)

CHANNEL = "slack"
LARGEST_BODY = 512 * 1024
"""Bytes; a tap on a message full of menus brings the whole message."""
PROFILE_WAIT = 1.5
"""Seconds a turn waits for the person's profile; without it the number is just asked for."""
SAFE_WAIT = 0.05
"""Seconds an acknowledgement waits for the message to be written down. It nearly always is by then; in a crowd Slack
shall not try again for that."""
LAST_WORDS = 5.0
"""Seconds that a server which stops gives to answers on their way."""


class SlackOutput(SlackBot):
    """Sends through the channel's outbox: answers in the background, news with a true end."""

    def __init__(self, outbox: Outbox, homes: Homes, voice: Voice, settings: SlackSettings) -> None:
        # The base's own client is never used.
        super().__init__(settings.token or "-")
        self._outbox = outbox
        self._homes = homes
        self._voice = voice
        self._refuses = not settings.is_on
        self.said_something = False

    @classmethod
    def name(cls) -> str:
        """The name of the channel in ``output_channel=…`` and in channel-specific responses."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Send a bot message. Raises NotYet for news that may be sent later: Rasa answers 500, and it is told again."""
        self.said_something = True
        if self._refuses:
            raise NotYet("the Slack channel is not set up")
        message = self._voice.labelled(recipient_id, message)
        if message.get("news"):
            await self._outbox.news(recipient_id, message)
        else:
            self._outbox.answer(recipient_id, message)
        if message.get("card"):
            self._homes.refresh(recipient_id)


class SlackInput(RasaSlackInput):
    """The one door for all that Slack posts, at ``/webhooks/slack/webhook``."""

    @classmethod
    def name(cls) -> str:
        """The name of the channel and of its folder below ``/webhooks/``."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> SlackInput:
        """From credentials.yml and the environment; see ``channels.slack_settings``."""
        return cls(read_settings(credentials))

    def __init__(self, settings: SlackSettings) -> None:
        super().__init__(settings.token, slack_signing_secret=settings.signing_secret or "-")
        self._settings = settings
        self._store = SlackStore(settings.database, CHANNEL)
        self._api = SlackApi(settings)
        self._outbox = Outbox(self._store, SlackCarrier(self._api, CardPlaces(self._store), settings.burst))
        self._voice = Voice(self._outbox, settings.language, self._locale)
        self._inbox = Inbox(self._store, self._whole_turn, self._voice.apologise)
        self._homes = Homes(self._api, settings.language)
        self._on_new_message: Callable[[UserMessage], Awaitable[Any]] | None = None
        self._agent: Agent | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._taps = DoubleTaps()
        self._refused = 0
        self._say_refused_at = 0.0

    def get_output_channel(self, channel: str | None = None, thread_id: str | None = None) -> SlackOutput:  # noqa: ARG002 - Rasa's
        """The channel that pushes use: always the direct message of the conversation's own person."""
        return SlackOutput(self._outbox, self._homes, self._voice, self._settings)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Sanic's blueprint: health and the webhook."""
        blueprint = Blueprint("slack_webhook", __name__)
        self._on_new_message = on_new_message
        self._agent = self._homes.agent = Agent(blueprint)

        @blueprint.listener("after_server_start")
        async def start(_: Sanic, __: Any) -> None:
            if self._settings.is_on:
                self._in_background(self._inbox.look_after())
            elif self._settings.missing:
                logger.error("Slack is off: %s not set.", ", ".join(self._settings.missing))
            else:
                logger.info("Slack is off: nothing is set for it. docs/channels.md says how to switch it on.")

        @blueprint.listener("before_server_stop")
        async def stop(_: Sanic, __: Any) -> None:
            for task in list(self._tasks):
                task.cancel()
            await self._outbox.finish(LAST_WORDS)

        @blueprint.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"}) if self._settings.is_on else _not_here()

        @blueprint.route("/webhook", methods=["POST"], name="webhook")
        async def webhook(request: Request) -> HTTPResponse:
            return await self._receive(request) if self._settings.is_on else _not_here()

        return blueprint

    async def _receive(self, request: Request) -> HTTPResponse:
        body, headers = request.body or b"", request.headers
        if len(body) > LARGEST_BODY:
            return response.text("", status=413)
        timestamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        if not is_signed(self._settings.signing_secret, timestamp, body, signature, now=time.time()):
            self._say_refused()
            return response.text("", status=403)
        posted = read(body, headers.get("Content-Type", ""))
        if isinstance(posted, Unreadable):
            return response.text("", status=400)
        if isinstance(posted, Challenge):
            return response.text(posted.text)
        if isinstance(posted, HomeOpened):
            self._homes.opened(conversation_of(posted.team, posted.user))
        elif isinstance(posted, Message):
            return await self._take(posted)
        return response.text("")

    def _say_refused(self) -> None:
        self._refused += 1
        if time.monotonic() >= self._say_refused_at:
            # Not a line for each: whoever knocks must not be able to fill the disk.
            self._say_refused_at = time.monotonic() + 10.0
            logger.warning("%d request(s) not signed by Slack in the last five minutes: refused.", self._refused)
            self._refused = 0

    async def _take(self, said: Message) -> HTTPResponse:
        conversation = conversation_of(said.team, said.user)
        if said.direct:
            self._api.knows_direct(said.team, said.user, said.direct)
        if said.tap is not None and self._taps.again(conversation, said.tap.ts):
            return response.text("")
        about = {"tapped": said.incoming.tapped, "kind": "file" if said.has_file else "", "asks": said.asks}
        if said.tap is not None:
            about |= {"ts": said.tap.ts, "asked": said.tap.asked, "title": said.tap.title}
        message = Accepted(said.incoming.text, said.id, {name: value for name, value in about.items() if value})
        taking = self._in_background(self._take_in(conversation, message))
        await asyncio.wait({taking}, timeout=SAFE_WAIT)
        if taking.done() and taking.result() in (Taken.DONE, Taken.WAITING):
            return response.text("", headers={"X-Slack-No-Retry": "1"})
        if said.elsewhere and said.by == "command":
            text = WORDS.say("elsewhere", self._voice.language(conversation))
            return response.json({"response_type": "ephemeral", "text": text})
        if said.elsewhere:
            self._in_background(say_where(self._api, self._settings, said, self._voice.language(conversation)))
        return response.text("")

    async def _take_in(self, conversation: str, message: Accepted) -> Taken:
        taken = await self._inbox.take(conversation, conversation, message)
        if taken is Taken.FULL:
            self._voice.say_busy(conversation)
        return taken

    def _in_background(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def get_metadata(self, request: Request) -> dict[str, Any]:  # noqa: ARG002 - Rasa's
        """Nothing: what goes with a message is the person's profile, which Slack does not post."""
        return {}

    async def _whole_turn(self, conversation: str, message: Accepted) -> None:
        try:
            await self._turn(conversation, message)
        finally:
            await self._outbox.recorded(conversation)

    async def _turn(self, conversation: str, message: Accepted) -> None:
        assert self._agent is not None
        if not await self._agent.is_ready():
            raise TimeoutError("the Rasa server has no model")
        events = await self._agent.events(conversation)
        if message.message_id in seen_message_ids(events):
            return
        about = message.metadata
        if was_tapped(about.get("ts", ""), message.at, events):
            return
        profile = await self._profile(conversation)
        self._voice.learn(conversation, events)
        await make_up(self._store, self._voice, conversation, events)
        if about.get("ts"):
            tapped = {"ts": about["ts"], "asked": about.get("asked", ""), "title": about.get("title", "")}
            self._voice.answer(conversation, {"tapped": tapped})
        if about.get("kind"):
            self._voice.say(conversation, WORDS, "no_files")
        text = asked_in_words(about.get("asks", ""), message.text, self._voice.language(conversation))
        meaning = meant(Incoming(text, about.get("tapped", "")), events, shown=MOST_OPTIONS)
        if isinstance(meaning, ShowPage):
            self._voice.answer(conversation, {**meaning.message, "news": None})
        elif isinstance(meaning, NoMeaning):
            if not about.get("kind"):
                self._voice.say(conversation, ALL_WORDS, "empty")
            question = open_question(events)
            if question is not None:
                self._voice.answer(conversation, question)
        else:
            await self._ask_rasa(conversation, meaning.text, message, profile)

    async def _ask_rasa(self, conversation: str, text: str, message: Accepted, profile: Profile) -> None:
        output = self.get_output_channel()
        tapped = {TAPPED: message.metadata["ts"]} if message.metadata.get("ts") else {}
        assert self._on_new_message is not None
        await self._on_new_message(
            UserMessage(
                text,
                output,
                conversation,
                input_channel=CHANNEL,
                message_id=message.message_id,
                metadata={**profile.facts(), **_own_words(message), **tapped},
            )
        )
        if not output.said_something:
            # Rasa says nothing at all when the action server is away: only its log knows.
            logger.warning("A turn of conversation %s got no answer.", shortened(conversation))
            await self._voice.apologise(conversation)

    async def _profile(self, conversation: str) -> Profile:
        """The person's profile, if Slack tells it in time; else as it was known last."""
        known = who(conversation)
        assert known is not None
        asked = self._in_background(self._api.profile(*known))
        async with elsewhere():
            await asyncio.wait({asked}, timeout=PROFILE_WAIT)
        return self._api.known_profile(*known)

    def _locale(self, conversation: str) -> str:
        known = who(conversation)
        return self._api.known_profile(*known).locale if known is not None else ""


def _own_words(message: Accepted) -> dict[str, str]:
    """Which part of what Rasa gets the person wrote: somebody else's words say nothing about their language."""
    asks = message.metadata.get("asks")
    if not asks:
        return {}
    return {"typed": message.text if asks == "call" and message.text else "no"}


def _not_here() -> HTTPResponse:
    return response.text("Not found", status=404)
