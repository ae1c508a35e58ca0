"""Fonolo's REST API 3.0 as a call-back provider.

Paths, start parameters and status words are CONFIRMED by Fonolo's documents and SDKs; other key names are ASSUMED and
stand in `FonoloNames`. Time stamps are naive and taken to be local in the account's zone (INFERRED).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ringback.models import Order, Profile, Question, Queue, Sighting, TimeSlot
from ringback.providers.base import (
    Capabilities,
    Found,
    NotConfigured,
    ProviderError,
    ProviderOffline,
    UnexpectedAnswer,
    WrongCredentials,
)
from ringback.providers.fonolo_account import FonoloAccount
from ringback.providers.fonolo_lookup import digits_of, find_in, merged
from ringback.providers.fonolo_more import FonoloMore, readable, safe
from ringback.providers.fonolo_names import GRACE_WORDS, FonoloNames, state_of
from ringback.providers.fonolo_reading import (
    read_profile,
    read_questions,
    read_queues,
    read_sighting,
    read_time_slots,
    record,
)
from ringback.providers.fonolo_wire import is_sid
from ringback.providers.wire import hidden_in, is_plain_id

if TYPE_CHECKING:
    from ringback.providers.base import Provider

__all__ = ["GRACE_WORDS", "Fonolo", "FonoloAccount", "FonoloNames", "state_of"]


class Fonolo(FonoloMore):
    """One profile of one Fonolo account. Every method raises only `ProviderError`s.

    What the desk needs stands here; the rest of what Fonolo can be asked is in `FonoloMore`.
    """

    @property
    def name(self) -> str:
        """The name it has in desk.yml."""
        return self._account.name

    @property
    def capabilities(self) -> Capabilities:
        """Everything; what the profile switches off is in `profile()`."""
        return Capabilities(queues=True, questions=True, time_slots=True, sms=True, cancel=True, lookup=True)

    async def profile(self) -> Profile:
        """What the profile can do (`GET profile/{CP}`)."""
        data = await self._get(self._profile_path())
        with readable():
            return read_profile(data, self._account.profile, self._account.names)

    async def queues(self) -> Sequence[Queue]:
        """Every call option in Fonolo's order (`GET profile/{CP}/options`)."""
        data = await self._get(self._profile_path("options"))
        with readable():
            return read_queues(data, self._account.names)

    async def questions(self, queue_id: str = "") -> Sequence[Question]:  # noqa: ARG002 - Fonolo asks them for all queues
        """The pre-call questions (`GET profile/{CP}/questions`); the same ones for every queue."""
        data = await self._get(self._profile_path("questions"))
        with readable():
            return read_questions(data, self._account.names)

    async def time_slots(self, queue_id: str) -> Sequence[TimeSlot]:
        """The windows still to come (`GET profile/{CP}/option/{CO}/schedule`), soonest first."""
        data = await self._get(self._profile_path("option", safe(queue_id, "queue"), "schedule"))
        with readable():
            return read_time_slots(data, self._account.zone(), self._clock(), self._account.names)

    async def order(self, order: Order) -> str:
        """`POST callback`; the SID of the call-back. `may_have_arrived` on errors tells whether it can be ordered."""
        self.check()
        hidden = hidden_in(order.note, order.answers)
        form = self._form(order)
        data = await self._line.post("callback", answer=self._account.order_time_out, form=form, hidden=hidden)
        with readable(may_have_arrived=True):
            call_id = record(data).get("sid")
        if not is_sid(call_id):
            raise UnexpectedAnswer("a call-back was started, but its SID is missing", may_have_arrived=True)
        return str(call_id)

    def _form(self, order: Order) -> dict[str, str]:
        names = self._account.names
        form = {"fc_number": digits_of(order.number), "fc_option": safe(order.queue_id, "queue")}
        if order.start is not None:
            form["fc_start_date"] = order.start
        if order.sms:
            form[names.sms_parameter] = names.sms_value
        for question_id, answer in order.answers.items():
            if not is_plain_id(question_id):
                raise UnexpectedAnswer("a question's id is not fit for a parameter")
            if answer:
                form[names.answer_parameter.replace("{question}", question_id)] = answer
        return form

    async def status(self, provider_id: str) -> Sighting:
        """`GET callback/{CA}/status`. The URL is built from the SID: the one that a start gives is another path."""
        data = await self._get(f"callback/{safe(provider_id, 'call-back')}/status")
        with readable():
            return read_sighting(data, provider_id, self._account.names)

    async def cancel(self, provider_id: str) -> None:
        """`POST callback/{CA}/cancel`, for a call that is under way as well as for a booked one. Never retried."""
        self.check()
        path = f"callback/{safe(provider_id, 'call-back')}/cancel"
        await self._line.post(path, answer=self._account.answer_time_out)

    async def find(self, order: Order) -> Sequence[Found]:
        """Look for `order` in `pending`, `realtime`, `scheduled` and yesterday's to tomorrow's `calls`.

        What is still going on comes first. A list that Fonolo refuses is passed over if another one answers; without
        any finding, a list that could not be reached is an error, since the order may stand in it.
        """
        names, zone, now = self._account.names, self._account.zone(), self._clock()
        today = now.astimezone(zone).date()
        days = {
            "start_date": (today - timedelta(days=1)).isoformat(),
            "end_date": (today + timedelta(days=1)).isoformat(),
        }

        async def look(path: str, list_names: str, query: dict[str, str] | None = None) -> list[Found]:
            data = await self._get(path, query)
            with readable():
                return find_in(data, list_names, order, zone, now, names)

        looked = await _each(
            look("pending", names.pending_list),
            look("realtime", names.realtime_list),
            look("scheduled", names.scheduled_list),
            look("calls", names.calls_list, days),
        )
        found = merged([one for one in looked if not isinstance(one, ProviderError)])
        errors = [one for one in looked if isinstance(one, ProviderError)]
        grave = [one for one in errors if isinstance(one, (ProviderOffline, WrongCredentials, NotConfigured))]
        if not found and (grave or len(errors) == len(looked)):
            raise (grave or errors)[0]
        return found


async def _each(*looks: Coroutine[Any, Any, list[Found]]) -> list[list[Found] | ProviderError]:
    """Every list at once; an error of the provider takes the place of its list."""

    async def kept(look: Coroutine[Any, Any, list[Found]]) -> list[Found] | ProviderError:
        try:
            return await look
        except ProviderError as error:
            return error

    return list(await asyncio.gather(*map(kept, looks)))


if TYPE_CHECKING:
    _keeps_the_protocol: type[Provider] = Fonolo
