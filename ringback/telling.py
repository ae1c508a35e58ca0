"""The teller: delivers each piece of news to the conversation where the call was asked for, in order.

News goes to Rasa as a bot event (`POST /conversations/{id}/tracker/events`): that path takes the conversation's
lock, leaves an open form alone, and keeps the news in the tracker, from which a channel replays what a person missed.
Each piece carries its id, so that one which is delivered twice after a crash is shown once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx
import structlog

from ringback.ledger.store import Ledger, Waiting
from ringback.models import Callback
from ringback.settings import TellingSettings
from ringback.words import Sentence, Words

log = structlog.get_logger(__name__)

_IDLE = 1.0


class RasaDown(Exception):
    """Rasa did not take a piece of news; it may be tried again."""


class RasaDoor:
    """The one request that puts a bot message into a conversation."""

    def __init__(self, http: httpx.AsyncClient, url: str, token: str, time_out: float) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._token = token
        self._time_out = time_out

    async def push(self, conversation_id: str, channel: str, event: dict[str, Any]) -> None:
        """Hand over one event. Raises RasaDown; the answer 200 does not mean that anybody was looking."""
        params = {"output_channel": channel, "execute_side_effects": "true", "include_events": "NONE"}
        if self._token:
            params["token"] = self._token
        url = f"{self._url}/conversations/{quote(conversation_id, safe='')}/tracker/events"
        try:
            answer = await self._http.post(url, params=params, json=[event], timeout=self._time_out)
        except httpx.HTTPError as error:
            raise RasaDown(type(error).__name__) from error
        if answer.status_code != httpx.codes.OK:
            raise RasaDown(f"HTTP {answer.status_code}")


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
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._door = door
        self._words = words
        self._settings = settings
        self._variables = variables
        self._clock = clock
        self._telling: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self._rasa_is_down = False

    async def stop(self) -> None:
        """Take nothing more; `run` ends when the deliveries in flight are finished."""
        self._stopping = True
        self._ledger.news_arrived.set()

    async def run(self) -> None:
        """Tell until stopped. Survives trouble with the database by trying again a second later."""
        while not self._stopping:
            self._ledger.news_arrived.clear()
            try:
                await self._start_what_is_due()
            except Exception:
                log.exception("telling_failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ledger.news_arrived.wait(), _IDLE)
        # Only here: while the outbox was being read, deliveries could still begin.
        await asyncio.gather(*self._telling.values(), return_exceptions=True)

    async def _start_what_is_due(self) -> None:
        free = self._settings.at_once - len(self._telling)
        if free <= 0:
            return
        for conversation_id in await self._ledger.conversations_to_tell(self._clock(), free, but=self._telling.keys()):
            task = asyncio.create_task(self._tell_safely(conversation_id))
            self._telling[conversation_id] = task
            task.add_done_callback(partial(self._told, conversation_id))

    def _told(self, conversation_id: str, _task: asyncio.Task[None]) -> None:
        self._telling.pop(conversation_id, None)
        # News may have come while this conversation was busy, or others may have waited for a place.
        self._ledger.news_arrived.set()

    async def _tell_safely(self, conversation_id: str) -> None:
        try:
            await self.tell(conversation_id)
        except Exception:
            log.exception("telling_failed", conversation=conversation_id)
            await self._ledger.delay_news(conversation_id, next_try_at=self._clock() + self._settings.back_off)

    async def tell(self, conversation_id: str) -> None:
        """Deliver what waits for one conversation: for each call-back only the newest, if it is still true."""
        waiting = await self._ledger.waiting_news(conversation_id)
        newest = {one.news.key: one.news.id for one in waiting}
        for one in waiting:
            if one.news.id != newest[one.news.key] or one.callback.state is not one.news.state:
                await self._ledger.settle_news(one.news.id, outcome="overtaken", now=self._clock())
                continue
            try:
                await self._door.push(conversation_id, one.news.channel, self._event(one))
            except RasaDown as error:
                await self._rasa_failed(conversation_id, one, error)
                return
            self._rasa_answered()
            await self._ledger.settle_news(one.news.id, outcome="told", now=self._clock())
            log.info("told", news=one.news.id, kind=one.news.kind, seconds=round(self._clock() - one.news.made_at, 2))

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
            },
        }

    def _sentence(self, waiting: Waiting) -> Sentence:
        response = f"utter_news_{waiting.news.kind}"
        return self._words.say(response, waiting.news.channel, self._variables(waiting.callback))

    async def _rasa_failed(self, conversation_id: str, waiting: Waiting, error: RasaDown) -> None:
        if not self._rasa_is_down:
            log.warning("rasa_down", why=str(error))
        self._rasa_is_down = True
        pause = min(2.0 ** min(waiting.news.tries, 10), self._settings.back_off)
        await self._ledger.delay_news(conversation_id, next_try_at=self._clock() + pause)

    def _rasa_answered(self) -> None:
        if self._rasa_is_down:
            log.info("rasa_back")
        self._rasa_is_down = False
