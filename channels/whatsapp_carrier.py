"""Hands messages over to WhatsApp: inside the 24-hour window freely, outside only by an approved template."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from channels.chat_base.outcomes import Later, Never, Outcome, Parts, Sent
from channels.chat_base.records import Person
from channels.languages import language_of_message
from channels.twilio_rest import SLOW_DOWN, Content, TwilioRest
from channels.whatsapp_messages import PREFIX, Part, Pick, Template, Text, fill_template, parts_of
from channels.whatsapp_settings import STATUS, WhatsAppSettings

logger = logging.getLogger(__name__)

WINDOW = 86_400.0 - 60.0
"""Seconds after a person's message in which they may be written to freely; a minute less, for clocks that differ."""
NO_TEMPLATE = "24-hour window closed, no template"
CONTENT_CODES = frozenset({"21654", "21655", "21656", "21658", "63013", "63027", "63028", "63040", "63041"})
"""What is wrong is the Content, not the person or the moment: the same may be said in plain words."""
_CONTENT_PAUSE = 300.0
_NEWS = "utter_news_"


class PairRate:
    """How many messages a person may get: a burst, then one in `SLOW_DOWN` seconds."""

    def __init__(self, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._clock = clock
        self._paid_until: dict[str, float] = {}

    def wait(self, address: str) -> float:
        """Seconds until the next message to this address may go; 0 if it may now, and then it is counted."""
        now = self._clock()
        paid = max(self._paid_until.get(address, 0.0), now)
        wait = paid + SLOW_DOWN - now - self._burst * SLOW_DOWN
        if wait > 0:
            return wait
        self._paid_until[address] = paid + SLOW_DOWN
        if len(self._paid_until) > 10_000:
            self._paid_until = {who: until for who, until in self._paid_until.items() if until > now}
        return 0.0


class Contents:
    """The Content objects, each made once: kept here, and after a restart found again at Twilio by its name."""

    def __init__(self, rest: TwilioRest, language: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest = rest
        self._language = language
        self._clock = clock
        self._sids: dict[str, str] = {}
        self._looked = False
        self._refused_until = 0.0
        self._lock = asyncio.Lock()

    async def sid(self, pick: Pick) -> Content | None:
        """The Content of this shape; None as long as Twilio refuses to have it."""
        name = pick.friendly_name
        if name in self._sids:
            return Content(self._sids[name])
        if self._clock() < self._refused_until:
            return None
        async with self._lock:
            if not self._looked:
                found = await self._rest.contents(PREFIX)
                if isinstance(found, (Later, Never)):
                    self._refuse("listed", found.why)
                    return None
                self._sids.update(found)
                self._looked = True
            if name not in self._sids:
                samples = {key: f"sample {key}" for key in pick.variables}
                made = await self._rest.create_content(
                    {
                        "friendly_name": name,
                        "language": pick.language or self._language,
                        "variables": samples,
                        "types": dict(pick.types),
                    }
                )
                if not isinstance(made, Content):
                    self._refuse("made", made.why)
                    return None
                self._sids[name] = made.sid
            return Content(self._sids[name])

    def forget(self, pick: Pick) -> None:
        """Twilio does not know this one any more."""
        self._sids.pop(pick.friendly_name, None)
        self._looked = False

    def _refuse(self, what: str, why: str) -> None:
        logger.warning("Content cannot be %s at Twilio (%s): choices are sent as text for a while.", what, why)
        self._refused_until = self._clock() + _CONTENT_PAUSE


class WhatsAppCarrier:
    """The platform's side of the outbox (``channels.chat_base.outbox.Carrier``)."""

    def __init__(self, settings: WhatsAppSettings, rest: TwilioRest, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._rest = rest
        self._clock = clock
        self._contents = Contents(rest, settings.language)
        self._rate = PairRate(settings.burst)

    async def render(self, person: Person, message: Mapping[str, Any], way: str) -> Parts | Never:
        """Free within the window; by a template outside of it, or if `way` says so."""
        if way != "template" and self._clock() - person.wrote_at < WINDOW:
            return Parts(parts_of(message, message.get("page", 0)), way or "free")
        if not message.get("news"):
            return Never("24-hour window closed")
        template = self.template(message)
        return Parts([template], "template") if template is not None else Never(NO_TEMPLATE)

    def template(self, message: Mapping[str, Any]) -> Template | None:
        """The approved template for a piece of news, filled in; None if there is none."""
        kind = str(message.get("utter_action") or "").removeprefix(_NEWS)
        approved = self._settings.approved(kind, language_of_message(message))
        return fill_template(approved.sid, approved.variables, message) if approved is not None else None

    async def send(self, person: Person, part: Part, mark: str) -> Outcome:
        """Hand one message over."""
        wait = self._rate.wait(person.address)
        if wait > 0:
            return Later("WhatsApp's rate for one person", wait)
        match part:
            case Text(body=body):
                return await self._post(person, {"Body": body}, mark)
            case Template(sid=sid, variables=variables):
                return await self._post(person, _content(sid, variables), mark)
            case Pick():
                return await self._pick(person, part, mark)

    async def _pick(self, person: Person, pick: Pick, mark: str) -> Outcome:
        content = await self._contents.sid(pick)
        if content is not None:
            outcome = await self._post(person, _content(content.sid, pick.variables), mark)
            if not (isinstance(outcome, Never) and outcome.why in CONTENT_CODES):
                return outcome
            logger.warning("Twilio refuses a Content (%s): it is said in words.", outcome.why)
            self._contents.forget(pick)
        outcome = Sent("")
        for text in pick.in_words:
            outcome = await self._post(person, {"Body": text.body}, mark)
            if not isinstance(outcome, Sent):
                break
        return outcome

    async def _post(self, person: Person, what: Mapping[str, str], mark: str) -> Outcome:
        ours = self._settings
        sender = {"MessagingServiceSid": ours.messaging_service} if ours.messaging_service else {"From": ours.sender}
        # Signed with the rest of the address: a report finds its delivery even when our request got no answer.
        report_to = f"{ours.public_url}{STATUS}?{urlencode({'mark': mark})}"
        form = {"To": person.address, **sender, **what, "StatusCallback": report_to}
        return await self._rest.send(form)


def _content(sid: str, variables: Mapping[str, str]) -> dict[str, str]:
    return {"ContentSid": sid, "ContentVariables": json.dumps(dict(variables), ensure_ascii=False)}
