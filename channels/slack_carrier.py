"""Hands messages over to Slack: into the person's direct message, one card for each call-back, news in its thread."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from channels.chat_base.choices import choices_of
from channels.chat_base.outcomes import Later, Never, Outcome, Parts, Sent
from channels.chat_base.records import Person
from channels.payloads import buttons_of
from channels.slack_api import Answer, Done, Doubtful, SlackApi
from channels.slack_blocks import LONGEST_TEXT, Post, answered, post_of, sections
from channels.slack_cards import EVENT_TYPE, CardPlaces, Place, card_blocks, card_metadata, escaped
from channels.slack_intake import who
from channels.slack_words import WORDS

logger = logging.getLogger(__name__)

QUIET = frozenset({"utter_news_calling_agent", "utter_news_holding", "utter_news_connected"})
"""News that the card shows without a notification: nothing is to be done about it."""
SPACING = 1.05
"""Seconds between two messages to one channel, in the long run."""
MESSAGE_TYPE = "ringback_message"
_GONE = frozenset({"cant_update_message", "edit_window_closed", "message_not_found", "channel_not_found"})
_DOUBTS = 1000
_LOOK_BACK = 100


@dataclass(frozen=True)
class Say:
    """A message; `under`: the key of the call-back in whose card's thread it stands."""

    post: Post
    under: str = ""


@dataclass(frozen=True)
class Show:
    """The card of a call-back as it is now. `text` is for notifications and readers aloud, and stands on the card as
    well unless something else in the direct message `says` it.
    """

    card: Mapping[str, Any]
    text: str
    language: str
    is_news: bool
    says: bool


@dataclass(frozen=True)
class Replace:
    """A question whose controls give way to the choice. Only cosmetic: its failure holds up nothing."""

    ts: str
    post: Post


Part = Say | Show | Replace


class Pace:
    """How many messages a channel may get: a burst, then one in `SPACING` seconds."""

    def __init__(self, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._clock = clock
        self._paid_until: dict[str, float] = {}

    def wait(self, channel: str) -> float:
        """Seconds until the next message may go; 0 if it may now, and then it is counted."""
        now = self._clock()
        paid = max(self._paid_until.get(channel, 0.0), now)
        wait = paid + SPACING - now - self._burst * SPACING
        if wait > 0:
            return wait
        self._paid_until[channel] = paid + SPACING
        if len(self._paid_until) > 10_000:
            self._paid_until = {one: until for one, until in self._paid_until.items() if until > now}
        return 0.0


class SlackCarrier:
    """The platform's side of the outbox (``channels.chat_base.outbox.Carrier``). A person's address is the id of their
    conversation: team and user.
    """

    def __init__(self, api: SlackApi, places: CardPlaces, burst: int) -> None:
        self._api = api
        self._places = places
        self._pace = Pace(burst)
        self._doubtful: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def render(self, person: Person, message: Mapping[str, Any], _way: str) -> Parts | Never:
        """Slack's messages for one bot message; or for a tap (`message["tapped"]`: ts, asked, title).

        `message["language"]` is that of our own words in them.
        """
        known = who(person.address)
        if known is None:
            return Never("no Slack address")
        tapped, language = message.get("tapped"), str(message.get("language") or "")
        if isinstance(tapped, Mapping):
            return Parts([Replace(tapped["ts"], answered(tapped["asked"], tapped["title"], language))])
        said = Say(post_of(message, self._api.known_profile(*known).timezone, language))
        card = message.get("card")
        if not isinstance(card, Mapping):
            return Parts([said])
        text = str(message.get("text") or "").strip()
        if message.get("news"):
            return Parts(
                _news(Show(card, text, language, is_news=True, says=message.get("utter_action") in QUIET), said.post)
            )
        return Parts(await self._answer(person.address, card, text, said, message))

    async def _answer(
        self, conversation: str, card: Mapping[str, Any], text: str, said: Say, message: Mapping[str, Any]
    ) -> list[Part]:
        """An answer about a call: on its card alone if that is new and holds all that is offered."""
        try:
            is_shown = await self._place(conversation, card) is not None
        except SQLAlchemyError:
            return [said]
        on_card, language = {one["payload"] for one in buttons_of(card)}, str(message.get("language") or "")
        if not is_shown and all(one.payload in on_card for one in choices_of(message)):
            return [Show(card, text, language, is_news=False, says=True)]
        return [Show(card, text, language, is_news=False, says=False), said]

    async def send(self, person: Person, part: Part, mark: str) -> Outcome:
        """Hand one message over."""
        known = who(person.address)
        if known is None:
            return Never("no Slack address")
        team, user = known
        channel = await self._api.direct(team, user)
        if isinstance(channel, (Later, Never)):
            return channel
        match part:
            case Replace(ts=ts, post=post):
                await self._api.call(team, "chat.update", channel=channel, ts=ts, text=post.text, blocks=post.blocks)
                return Sent("")
            case Say(post=post, under=under):
                place = await self._places.find(person.address, under) if under else None
                thread = {"thread_ts": place.ts} if place else {}
                return await self._post(team, channel, post, mark, MESSAGE_TYPE, {}, thread)
            case Show():
                return await self._show(person.address, channel, part, mark)

    async def _show(self, conversation: str, channel: str, shown: Show, mark: str) -> Outcome:
        card, key = shown.card, str(shown.card.get("callback"))
        seq, replaces = int(card.get("seq") or 0), str(card.get("replaces") or "")
        team, _, _ = conversation.partition("-")
        place = await self._place(conversation, card)
        if place is not None and place.seq > seq:
            return Sent(place.ts)  # an older state that comes late
        if place is None and shown.is_news:
            place = await self._find_again(team, channel, key)
        post = _card_post(shown)
        if place is not None:
            answer = await self._update(team, channel, place.ts, post, card)
            if isinstance(answer, Done):
                await self._places.put(conversation, key, Place(place.ts, seq), replaces=replaces)
                return Sent(place.ts)
            if not (isinstance(answer, Never) and answer.why in _GONE):
                return answer if isinstance(answer, (Later, Never)) else Never("")
        outcome = await self._post(team, channel, post, mark, EVENT_TYPE, card_metadata(card)["event_payload"], {})
        if isinstance(outcome, Sent) and outcome.sid:
            await self._places.put(conversation, key, Place(outcome.sid, seq), replaces=replaces)
        return outcome

    async def _place(self, conversation: str, card: Mapping[str, Any]) -> Place | None:
        """Where this card is, or the one that it stands for."""
        place = await self._places.find(conversation, str(card.get("callback")))
        replaces = str(card.get("replaces") or "")
        if place is None and replaces:
            before = await self._places.find(conversation, replaces)
            return Place(before.ts, 0) if before else None
        return place

    async def _update(self, team: str, channel: str, ts: str, post: Post, card: Mapping[str, Any]) -> Answer:
        about = {"text": post.text, "blocks": post.blocks, "metadata": card_metadata(card)}
        return await self._api.call(team, "chat.update", channel=channel, ts=ts, **about)

    async def _post(
        self,
        team: str,
        channel: str,
        post: Post,
        mark: str,
        event_type: str,
        about: Mapping[str, Any],
        more: Mapping[str, Any],
    ) -> Outcome:
        doubt = (mark, event_type)
        if doubt in self._doubtful:
            there = await self._search(team, channel, more, event_type, "mark", mark)
            if not isinstance(there, str):
                return there
            if there:
                return Sent(there)
        wait = self._pace.wait(channel)
        if wait > 0:
            return Later("Slack's rate for one channel", wait)
        name = {"event_type": event_type, "event_payload": {**about, "mark": mark}}
        content = {"text": post.text, "blocks": post.blocks, "metadata": name, **more}
        answer = await self._api.call(
            team, "chat.postMessage", channel=channel, unfurl_links=False, unfurl_media=False, **content
        )
        if isinstance(answer, Doubtful) and not mark.startswith("0."):
            self._doubtful[doubt] = None
            if len(self._doubtful) > _DOUBTS:
                self._doubtful.popitem(last=False)
        if not isinstance(answer, Done):
            return answer
        self._doubtful.pop(doubt, None)
        return Sent(str(answer.data.get("ts") or ""))

    async def _find_again(self, team: str, channel: str, key: str) -> Place | None:
        """The card in the direct message itself: its row may not have been written before a crash."""
        found = await self._search(team, channel, {}, EVENT_TYPE, "callback", key)
        return Place(found, 0) if isinstance(found, str) and found else None

    async def _search(
        self, team: str, channel: str, more: Mapping[str, Any], event_type: str, name: str, value: str
    ) -> str | Later:
        """The moment of the newest message with this in its metadata; empty if there is none."""
        thread = more.get("thread_ts")
        method = "conversations.replies" if thread else "conversations.history"
        where = {"channel": channel, "limit": _LOOK_BACK, "include_all_metadata": True}
        answer = await self._api.call(team, method, **where, **({"ts": thread} if thread else {}))
        if isinstance(answer, Later):
            return answer
        messages = answer.data.get("messages") if isinstance(answer, Done) else None
        for message in messages or ():
            about = message.get("metadata") or {}
            if about.get("event_type") == event_type and (about.get("event_payload") or {}).get(name) == value:
                return str(message.get("ts") or "")
        return ""


def _news(shown: Show, post: Post) -> list[Part]:
    return [shown] if shown.says else [shown, Say(post, under=str(shown.card.get("callback")))]


def _card_post(shown: Show) -> Post:
    text = shown.text or WORDS.say("card", shown.language, queue=shown.card.get("queue") or "")
    blocks = [*(sections(shown.text) if shown.says else []), *card_blocks(shown.card, shown.language)]
    return Post(escaped(text)[:LONGEST_TEXT], blocks)
