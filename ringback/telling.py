"""The teller: delivers each piece of news to the conversation where the call was asked for, in order.

News goes to Rasa as a bot event (`POST /conversations/{id}/tracker/events`): that path takes the conversation's
lock, leaves an open form alone, and keeps the news in the tracker, from which a channel replays what a person missed.
Each piece carries its id, so that one which is delivered twice after a crash is shown once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import httpx
import structlog

from ringback import metrics, tracing
from ringback.ledger.outbox import STUCK
from ringback.ledger.store import Ledger, LedgerDown, Turn, Waiting
from ringback.log import shortened
from ringback.models import Callback
from ringback.pacing import Outage, jitter
from ringback.settings import TellingSettings
from ringback.words import Sentence, Words

log = structlog.get_logger(__name__)

_IDLE = 1.0
_GATHER = 0.02
"""Seconds in which news is gathered before it is taken, so that a burst is taken at once."""
_TAKEN_OVER_AFTER = 5.0
"""Seconds beyond the time-out of a delivery after which another worker tells what a dead one had taken."""


class RasaRefused(Exception):
    """Rasa did not take this piece of news; it may be tried again."""


class RasaDown(RasaRefused):
    """Rasa takes no news at all."""


class Unsayable(RasaRefused):
    """We could not even put this piece of news into words."""


_TAKES_NOTHING = frozenset({401, 403, 502, 503, 504})
"""What a wrong token answers, or a proxy in front of a Rasa that is away."""


class RasaDoor:
    """The one request that puts a bot message into a conversation."""

    def __init__(self, http: httpx.AsyncClient, url: str, token: str, time_out: float) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._token = token
        self._time_out = time_out

    async def push(self, conversation_id: str, channel: str, event: dict[str, Any]) -> None:
        """Hand over one event. Raises RasaRefused; the answer 200 does not mean that anybody was looking."""
        params = {"output_channel": channel, "execute_side_effects": "true", "include_events": "NONE"}
        if self._token:
            params["token"] = self._token
        url = f"{self._url}/conversations/{quote(conversation_id, safe='')}/tracker/events"
        try:
            answer = await self._http.post(url, params=params, json=[event], timeout=self._time_out)
        except httpx.HTTPError as error:
            raise RasaDown(type(error).__name__) from error
        if answer.status_code in _TAKES_NOTHING:
            raise RasaDown(f"HTTP {answer.status_code}")
        if answer.status_code != httpx.codes.OK:
            raise RasaRefused(f"HTTP {answer.status_code}")


class Teller:
    """Tells all waiting news until `stop`."""

    def __init__(
        self,
        ledger: Ledger,
        door: RasaDoor,
        words: Words,
        settings: TellingSettings,
        *,
        variables: Callable[[Callback], dict[str, str]],
        card: Callable[[Callback], dict[str, Any]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._door = door
        self._words = words
        self._settings = settings
        self._variables = variables
        self._card = card
        self._clock = clock
        self._telling: set[asyncio.Task[None]] = set()
        self._outage = Outage("rasa", settings.back_off)
        self._ledger_trouble = Outage("ledger", settings.back_off)
        self._refused_since: dict[str, float] = {}
        self._stopping = False

    async def stop(self) -> None:
        """Take nothing more; `run` ends when the deliveries in flight are finished."""
        self._stopping = True
        self._ledger.news_arrived.set()

    async def run(self) -> None:
        """Tell until stopped. Survives trouble with the database by trying again a little later."""
        while not self._stopping:
            self._ledger.news_arrived.clear()
            try:
                await self._start_what_is_due()
            except LedgerDown as error:
                self._ledger_trouble.failed(error, self._clock())
            except Exception:
                log.exception("telling_failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ledger.news_arrived.wait(), _IDLE)
            await asyncio.sleep(0 if self._stopping else _GATHER)
        # Only here: while the outbox was being read, deliveries could still begin.
        await asyncio.gather(*self._telling, return_exceptions=True)

    async def _start_what_is_due(self) -> None:
        now, free = self._clock(), self._settings.at_once - len(self._telling)
        if free <= 0 or now < max(self._outage.resume_at, self._ledger_trouble.resume_at):
            return
        # As long as Rasa was last seen away, one conversation tries it out for all.
        turns = await self._ledger.claim_news(now, 1 if self._outage.lasts else free, lease=self.lease)
        self._ledger_trouble.answered()
        for turn in turns:
            task = asyncio.create_task(self._tell_safely(turn))
            self._telling.add(task)
            task.add_done_callback(self._told)

    @property
    def lease(self) -> float:
        """Seconds for which a conversation is taken: longer than a delivery may last, so that none is overtaken."""
        return self._settings.time_out + _TAKEN_OVER_AFTER

    def _told(self, task: asyncio.Task[None]) -> None:
        self._telling.discard(task)
        # News may have come while this conversation was busy, or others may have waited for a place.
        self._ledger.news_arrived.set()

    async def _tell_safely(self, turn: Turn) -> None:
        try:
            await self.tell(turn)
        except LedgerDown as error:
            # The lease ends by itself, and then it is told, or told again.
            self._ledger_trouble.failed(error, self._clock())
        except Exception as error:
            log.exception("telling_failed", conversation=shortened(turn.conversation_id))
            await self._not_delivered(turn, Unsayable(type(error).__name__))

    async def tell(self, turn: Turn) -> None:
        """Deliver what waits in one conversation: for each call-back only the newest, if it is still true."""
        pieces, settled = worth_telling(turn.waiting)
        overtaken = [one.news.channel for one in turn.waiting if one.news.id in settled]
        for place, one in enumerate(pieces):
            if self._clock() > turn.until - self._settings.time_out:
                # This process was asleep: somebody else may have the conversation by now.
                log.info("turn_over", conversation=shortened(turn.conversation_id))
                return
            try:
                with tracing.span(f"tell {one.news.kind}", callback=one.news.key):
                    await self._door.push(turn.conversation_id, one.news.channel, self._event(one))
            except RasaRefused as error:
                await self._not_delivered(turn, error)
                return
            self._outage.answered()
            self._refused_since.pop(turn.conversation_id, None)
            now, rest = self._clock(), tuple(pieces[place + 1 :])
            settled[one.news.id] = "told"
            metrics.news_told(one.news.channel, now - one.news.made_at)
            log.info(
                "told",
                callback=one.news.key,
                news=one.news.id,
                kind=one.news.kind,
                seconds=round(now - one.news.made_at, 2),
            )
            until, then = now + self.lease, rest[0].news.id if rest else ""
            if not await self._ledger.settle_news(turn, settled, now=now, then=then, until=until):
                return
            turn, settled = turn.model_copy(update={"until": until, "waiting": rest}), {}
        if settled:
            await self._ledger.settle_news(turn, settled, now=self._clock())
        for channel in overtaken:
            metrics.news_not_told(channel, "overtaken")

    def _event(self, waiting: Waiting) -> dict[str, Any]:
        news = waiting.news
        sentence = self._sentence(waiting)
        return {
            "event": "bot",
            "text": sentence.text,
            "data": {"buttons": [button.model_dump() for button in sentence.buttons]} if sentence.buttons else {},
            "metadata": {
                "utter_action": sentence.response,
                "news": {"id": news.id, "callback": news.key, "seq": news.seq, "state": news.state.value},
                "language": waiting.callback.language,
                "card": self._card(waiting.callback),
            },
        }

    def _sentence(self, waiting: Waiting) -> Sentence:
        response = f"utter_news_{waiting.news.kind}"
        return self._words.say(
            response, waiting.news.channel, self._variables(waiting.callback), waiting.callback.language
        )

    async def _not_delivered(self, turn: Turn, error: RasaRefused) -> None:
        now, head = self._clock(), turn.waiting[0].news
        stuck = head.outcome == STUCK
        metrics.news_not_told(head.channel, "down" if isinstance(error, RasaDown) else "refused")
        if isinstance(error, RasaDown):
            # That is nothing about this conversation: its time begins anew when Rasa is back.
            self._refused_since.pop(turn.conversation_id, None)
            self._outage.failed(error, now)
        else:
            if not isinstance(error, Unsayable):
                self._outage.answered()
            since = self._refused_since.setdefault(turn.conversation_id, now)
            log.warning(
                "not_delivered", conversation=shortened(turn.conversation_id), tries=head.tries + 1, why=str(error)
            )
            if not stuck and now - since >= self._settings.stuck_after:
                stuck = True
                log.error("news_stuck", callback=head.key, conversation=shortened(turn.conversation_id), why=str(error))
        settings = self._settings
        pause = settings.stuck_pause if stuck else min(2.0 ** min(head.tries, 10), settings.back_off)
        await self._ledger.delay_news(turn, next_try_at=now + pause * jitter(0.7), stuck=stuck)


def worth_telling(waiting: Sequence[Waiting]) -> tuple[Sequence[Waiting], dict[str, str]]:
    """What of the waiting news is told, in order, and the outcomes of the rest by their ids.

    Of each call-back only its newest piece, and that only if the call-back still is where the piece says.
    """
    newest: dict[str, int] = {}
    for one in waiting:
        newest[one.news.key] = max(one.news.seq, newest.get(one.news.key, 0))
    told = [one for one in waiting if one.news.seq == newest[one.news.key] and one.callback.state is one.news.state]
    ids = {one.news.id for one in told}
    return told, {one.news.id: "overtaken" for one in waiting if one.news.id not in ids}
