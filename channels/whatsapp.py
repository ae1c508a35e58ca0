# mypy: disable-error-code="misc, import-not-found, import-untyped, untyped-decorator, type-arg, no-any-return"
"""The WhatsApp channel: Rasa's Twilio connector, made safe and complete. docs/channels.md says how to set it up.

Rasa's own connector takes any request for Twilio's, waits for the whole turn before it answers, takes each repetition
for a new message, blocks the event loop while it sends, calls a message sent that Twilio refused, knows no taps, and
answers a photo with HTTP 500. What replaces it stands in `channels/chat_base/` and `channels/whatsapp_*.py`; this is
the edge to Rasa.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.twilio import TwilioInput, TwilioOutput
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.chat_base.agent import Agent
from channels.chat_base.inbox import Inbox
from channels.chat_base.making_up import make_up
from channels.chat_base.meaning import Incoming, Nothing, ShowPage, meant, open_question
from channels.chat_base.outbox import Outbox
from channels.chat_base.outcomes import NotYet
from channels.chat_base.store import Store
from channels.chat_base.voice import Voice
from channels.chat_base.words import WORDS as ALL_WORDS
from channels.intake import Accepted
from channels.messages import seen_message_ids
from channels.turns import Taken, shortened
from channels.twilio_rest import TwilioRest
from channels.twilio_signature import Fields, is_signed, read_form
from channels.whatsapp_carrier import WhatsAppCarrier
from channels.whatsapp_intake import Message, Report, Unreadable, conversation_of, read_message, read_report
from channels.whatsapp_messages import MOST_ROWS
from channels.whatsapp_reports import Reports
from channels.whatsapp_settings import STATUS, WEBHOOK, WhatsAppSettings, read_settings
from channels.whatsapp_words import WORDS

logger = logging.getLogger(__name__)

CHANNEL = "whatsapp"
LARGEST_BODY = 64 * 1024
"""Bytes; what Twilio posts is a few thousand."""

LAST_WORDS = 5.0
"""Seconds that a server which stops gives to answers on their way."""

Events = Sequence[Mapping[str, Any]]


class WhatsAppOutput(TwilioOutput):
    """Sends through the channel's outbox: answers in the background, news with a true end."""

    def __init__(self, outbox: Outbox, voice: Voice, settings: WhatsAppSettings) -> None:
        # The SDK's client, which the base is, wants some credentials; it is never used.
        super().__init__(settings.account_sid or "-", (*settings.tokens, "-")[0], settings.sender)
        self._outbox = outbox
        self._voice = voice
        self._refuses = bool(settings.missing)
        self.said_something = False

    @classmethod
    def name(cls) -> str:
        """The name of the channel in ``output_channel=…`` and in channel-specific responses."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Send a bot message. Raises NotYet for news that may be sent later: Rasa answers 500, and it is told again."""
        self.said_something = True
        if self._refuses:
            raise NotYet("the WhatsApp channel is not set up")
        message = self._voice.labelled(recipient_id, message)
        if message.get("news"):
            await self._outbox.news(recipient_id, message)
        else:
            self._outbox.answer(recipient_id, message)


class WhatsAppInput(TwilioInput):
    """The door for Twilio's webhooks: messages at ``/webhook``, reports of delivery at ``/status``."""

    @classmethod
    def name(cls) -> str:
        """The name of the channel and of its folder below ``/webhooks/``."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WhatsAppInput:
        """From credentials.yml; see ``channels.whatsapp_settings``."""
        return cls(read_settings(credentials))

    def __init__(self, settings: WhatsAppSettings) -> None:
        super().__init__(settings.account_sid, (*settings.tokens, "")[0], settings.sender, debug_mode=False)
        self._settings = settings
        key, secret = settings.api_key, settings.api_secret
        if not (key and secret):
            key, secret = settings.account_sid, (*settings.tokens, "")[0]
        self._rest = TwilioRest(settings.account_sid, key, secret, settings.api_url, settings.content_url)
        self._store = Store(settings.database, CHANNEL)
        self._carrier = WhatsAppCarrier(settings, self._rest)
        self._outbox = Outbox(self._store, self._carrier)
        self._voice = Voice(self._outbox, settings.language)
        self._inbox = Inbox(self._store, self._whole_turn, self._voice.apologise)
        self._on_new_message: Callable[[UserMessage], Awaitable[Any]] | None = None
        self._agent: Agent | None = None
        self._reports: Reports | None = None
        self._looking: asyncio.Task[None] | None = None
        self._refused = 0
        self._say_refused_at = 0.0

    def get_output_channel(self) -> WhatsAppOutput:
        """The channel that pushes use."""
        return WhatsAppOutput(self._outbox, self._voice, self._settings)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Sanic's blueprint: health, messages, reports."""
        blueprint = Blueprint("whatsapp_webhook", __name__)
        self._on_new_message = on_new_message
        self._agent = Agent(blueprint)
        self._reports = Reports(self._store, self._outbox, self._carrier, self._agent)

        @blueprint.listener("after_server_start")
        async def start(_: Sanic, __: Any) -> None:
            if self._settings.missing:
                self._say_what_is_missing()
                return
            self._looking = asyncio.get_running_loop().create_task(self._inbox.look_after())

        @blueprint.listener("before_server_stop")
        async def stop(_: Sanic, __: Any) -> None:
            if self._looking is not None:
                self._looking.cancel()
            await self._outbox.finish(LAST_WORDS)
            await self._rest.close()

        @blueprint.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok" if not self._settings.missing else "not set up"})

        @blueprint.route("/webhook", methods=["POST"], name="messages")
        async def messages(request: Request) -> HTTPResponse:
            fields = self._verified(request, WEBHOOK)
            return await self._take(fields) if isinstance(fields, list) else fields

        @blueprint.route("/status", methods=["POST"], name="reports")
        async def reports(request: Request) -> HTTPResponse:
            fields = self._verified(request, STATUS)
            return self._take_report(fields, request) if isinstance(fields, list) else fields

        return blueprint

    def _say_what_is_missing(self) -> None:
        logger.error(
            "WhatsApp is switched on in credentials.yml but refuses everything: %s not set.",
            ", ".join(self._settings.missing),
        )

    def _verified(self, request: Request, path: str) -> Fields | HTTPResponse:
        """The form, if Twilio signed it for this very address and account; otherwise the refusal."""
        if len(request.body or b"") > LARGEST_BODY:
            return response.text("", status=413)
        if self._settings.missing:
            return response.text("Not found", status=404)
        fields = read_form(request.body or b"")
        if fields is None:
            return response.text("", status=400)
        query = f"?{request.query_string}" if request.query_string else ""
        signature = request.headers.get("X-Twilio-Signature") or ""
        if not is_signed(self._settings.tokens, f"{self._settings.public_url}{path}{query}", fields, signature):
            self._say_refused(path)
            return response.text("", status=403)
        if dict(fields).get("AccountSid", self._settings.account_sid) != self._settings.account_sid:
            logger.warning("A request to %s is about another account: refused.", path)
            return response.text("", status=403)
        return fields

    def _say_refused(self, path: str) -> None:
        self._refused += 1
        if time.monotonic() >= self._say_refused_at:
            # Not a line for each: whoever knocks must not be able to fill the disk.
            self._say_refused_at = time.monotonic() + 10.0
            url = self._settings.public_url + path
            logger.warning("%d request(s) to %s not signed by Twilio for this address: refused.", self._refused, url)
            self._refused = 0

    async def _take(self, fields: Fields) -> HTTPResponse:
        read = read_message(fields)
        if isinstance(read, Unreadable):
            logger.info("A signed request holds no message: nothing is done.")
            return response.text("", status=204)
        conversation = conversation_of(read.address, self._settings.secret)
        metadata = {"tapped": read.incoming.tapped, "kind": read.kind, "number": read.number}
        message = Accepted(read.incoming.text, read.sid, {key: value for key, value in metadata.items() if value})
        if await self._inbox.take(conversation, read.address, message) is Taken.FULL:
            self._voice.say_busy(conversation)
        return response.text("", status=204)

    def _take_report(self, fields: Fields, request: Request) -> HTTPResponse:
        read = read_report(fields)
        if isinstance(read, Report) and self._reports is not None:
            self._reports.take(read, str(request.args.get("mark") or ""))
        return response.text("", status=204)

    def get_metadata(self, request: Request) -> dict[str, Any] | None:
        """What goes with a message to the actions: ``{"phone": E.164}`` where the sender shows a number."""
        read = read_message(read_form(request.body or b"") or [])
        return _metadata(read.number) if isinstance(read, Message) else None

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
        self._voice.learn(conversation, events)
        await make_up(self._store, self._voice, conversation, events)
        kind = message.metadata.get("kind", "")
        if kind == "nothing":
            self._voice.say(conversation, ALL_WORDS, "empty")
        elif kind:
            self._voice.say(conversation, WORDS, f"no_{kind}")
        meaning = meant(Incoming(message.text, message.metadata.get("tapped", "")), events, shown=MOST_ROWS)
        if isinstance(meaning, ShowPage):
            self._voice.answer(conversation, {**meaning.message, "page": meaning.page, "news": None})
        elif isinstance(meaning, Nothing):
            if not kind:
                self._voice.say(conversation, ALL_WORDS, "empty")
            question = open_question(events)
            if question is not None:
                self._voice.answer(conversation, question)
        else:
            await self._ask_rasa(conversation, meaning.text, message)

    async def _ask_rasa(self, conversation: str, text: str, message: Accepted) -> None:
        output = self.get_output_channel()
        assert self._on_new_message is not None
        await self._on_new_message(
            UserMessage(
                text,
                output,
                conversation,
                input_channel=CHANNEL,
                message_id=message.message_id,
                metadata=_metadata(message.metadata.get("number", "")),
            )
        )
        if not output.said_something:
            # Rasa says nothing at all when the action server is away: only its log knows.
            logger.warning("A turn of conversation %s got no answer.", shortened(conversation))
            await self._voice.apologise(conversation)


def _metadata(number: str) -> dict[str, Any]:
    return {"phone": number} if number else {}
