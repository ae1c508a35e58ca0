"""TENIOS's Callback API as a call-back provider.

TENIOS orders a call and says how it goes, and no more: it has neither queues nor hours nor questions nor time slots,
and it cannot cancel or list. A TENIOS callback configuration is a queue; what else the desk wants to know about it
comes from desk.yml (`ringback.catalogue`). TENIOS calls at once, so a booked call is ordered when it is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import httpx
from pydantic import SecretStr

from ringback.catalogue import announcement, cut, one_line, opening, questions, read_hours, read_start, time_slots
from ringback.models import Frozen, Order, Profile, Question, Queue, Sighting, TimeSlot
from ringback.providers.base import Capabilities, Found, NotConfigured, NotSupported, UnexpectedAnswer
from ringback.providers.http_line import check_address, zone_of
from ringback.providers.tenios_http import TeniosLine
from ringback.providers.tenios_names import TeniosNames, state_of
from ringback.providers.tenios_wire import is_call_id, read_call_id, read_sighting, write_call_id
from ringback.providers.wire import hidden_in
from ringback.settings import SettingsError, TeniosQueue

if TYPE_CHECKING:
    from ringback.providers.base import Provider

__all__ = ["Tenios", "TeniosAccount", "TeniosNames", "state_of"]

# A booked call may be ordered this long before its time.
_EARLY = timedelta(minutes=2)


class TeniosAccount(Frozen):
    """How to reach one account, and the queues that desk.yml gives it. Nothing is checked before it is used (`check`).

    `timezone` is the IANA name of the zone of the opening hours. Time-outs are in seconds: to get a connection, to read
    an answer, and for the answer to an order.
    """

    name: str = "tenios"
    base_url: str = "https://api.tenios.com/"
    access_key: SecretStr = SecretStr("")
    timezone: str = "UTC"
    queues: tuple[TeniosQueue, ...] = ()
    names: TeniosNames = TeniosNames()
    connect_time_out: float = 3.0
    answer_time_out: float = 10.0
    order_time_out: float = 15.0

    def check(self) -> None:
        """Raises NotConfigured, naming the setting, when a setting is missing or cannot be right."""
        self.check_line()
        self.zone()
        self.check_queues()

    def check_line(self) -> None:
        """Raises NotConfigured when TENIOS cannot even be asked."""
        key = self.access_key.get_secret_value()
        if not key or not key.isprintable() or " " in key:
            raise NotConfigured("RINGBACK_TENIOS_ACCESS_KEY must be the account's access key, from the TENIOS portal")
        check_address(self.base_url, "RINGBACK_TENIOS_URL", "https://api.tenios.com/")

    def check_queues(self) -> None:
        """Raises NotConfigured when the queues of desk.yml cannot be offered."""
        ids = [queue.callback_config_id for queue in self.queues]
        if not ids or not all(ids) or len(set(ids)) < len(ids):
            raise NotConfigured(f"each queue of {self.name!r} in desk.yml needs a callback_config_id of its own")
        for queue in self.queues:
            with _configured():
                read_hours(queue)
                questions(queue)

    def zone(self) -> ZoneInfo:
        """The zone of the opening hours. Raises NotConfigured."""
        return zone_of(self.timezone, self.name)

    def queue(self, queue_id: str) -> TeniosQueue:
        """The queue with this callback_config_id. Raises NotConfigured."""
        for queue in self.queues:
            if queue.callback_config_id == queue_id:
                return queue
        raise NotConfigured(f"desk.yml has no such queue at {self.name!r} (any more)")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Tenios:
    """One TENIOS account, with the queues of desk.yml. Every method raises only `ProviderError`s."""

    def __init__(
        self, http: httpx.AsyncClient, account: TeniosAccount, *, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        """`clock` gives the aware time of day."""
        self._account = account
        self._clock = clock
        self._line = TeniosLine(
            http,
            account.base_url,
            account.access_key,
            account.names,
            connect=account.connect_time_out,
            clock=clock,
        )

    def __repr__(self) -> str:
        return f"Tenios({self._account.name!r})"

    @property
    def name(self) -> str:
        """The name it has in desk.yml."""
        return self._account.name

    @property
    def capabilities(self) -> Capabilities:
        """Nothing by itself; queues, questions and time slots come from desk.yml all the same."""
        return Capabilities(queues=False, questions=False, time_slots=False, sms=False, cancel=False, lookup=False)

    def check(self) -> None:
        """Raises NotConfigured, naming the setting, when a setting is missing or cannot be right."""
        self._account.check()

    # -- from desk.yml ----------------------------------------------------------------------------------------------

    async def profile(self) -> Profile:
        """What desk.yml offers at this account."""
        self.check()
        asks = any(queue.questions for queue in self._account.queues)
        return Profile(id=self.name, name=self.name, sms=False, asks_questions=asks, schedules=True)

    async def queues(self) -> Sequence[Queue]:
        """The queues of desk.yml in its order, open or closed by their hours."""
        self.check()
        now, zone = self._clock(), self._account.zone()
        with _configured():
            return [
                Queue(
                    id=queue.callback_config_id,
                    name=queue.name,
                    availability=hours.availability,
                    position=place,
                    bookable=bool(time_slots(queue, zone, now)),
                    closes_at=hours.closes_at,
                )
                for place, queue in enumerate(self._account.queues, start=1)
                for hours in (opening(queue, zone, now),)
            ]

    async def questions(self, queue_id: str = "") -> Sequence[Question]:
        """The questions of one queue; without a queue, those of all queues, each once."""
        self.check()
        queues = [self._account.queue(queue_id)] if queue_id else self._account.queues
        with _configured():
            return list({one.id: one for queue in queues for one in questions(queue)}.values())

    async def time_slots(self, queue_id: str) -> Sequence[TimeSlot]:
        """The windows of a queue's opening hours."""
        self.check()
        with _configured():
            return time_slots(self._account.queue(queue_id), self._account.zone(), self._clock())

    # -- from TENIOS ------------------------------------------------------------------------------------------------

    async def order(self, order: Order) -> str:
        """`POST callback/init`; the id of the call-back. The call is made at once: a time in the future is refused.

        The agent is told `order.note`, or the queue's announcement with the answers when there is no note.
        """
        self.check()
        queue = self._account.queue(order.queue_id)
        self._is_due(order)
        content: dict[str, Any] = {
            "callback_config_id": order.queue_id,
            "callback_number": order.number,
            "delay": 0,
        }
        note = self._note(queue, order)
        if note:
            content["agent_announcement"] = note
        if queue.key_to_start:
            content["dtmf_key_to_trigger_customer_call"] = queue.key_to_start
        suspects = f"the callback_config_id of queue {queue.name!r} in desk.yml"
        answer = await self._line.act(
            "callback/init",
            content,
            answer=self._account.order_time_out,
            suspects=suspects,
            hidden=hidden_in(note, order.answers),
        )
        call_id = read_call_id(answer.get("id"))
        if not call_id:
            raise UnexpectedAnswer("a call-back was started, but its id is missing", may_have_arrived=True)
        return call_id

    def _is_due(self, order: Order) -> None:
        if order.start is None:
            return
        starts_at = read_start(order.start, self._account.zone())
        if starts_at is None:
            raise UnexpectedAnswer("the start of an order is not a time")
        if starts_at - self._clock() > _EARLY:
            raise NotSupported("TENIOS calls at once; a booked call is to be ordered when it is due")

    def _note(self, queue: TeniosQueue, order: Order) -> str:
        most = self._account.names.longest_announcement
        if order.note.strip():
            return cut(one_line(order.note), most)
        with _configured():
            return announcement(queue, questions(queue), order.answers, most)

    async def status(self, provider_id: str) -> Sighting:
        """`POST callback/status`. A mistake in the hours of desk.yml does not keep a call from being followed."""
        self._account.check_line()
        if not is_call_id(provider_id):
            raise UnexpectedAnswer("the id of a call-back is not one of TENIOS's")
        content = {"id": write_call_id(provider_id)}
        answer = await self._line.read("callback/status", content, answer=self._account.answer_time_out)
        other = read_call_id(answer.get("id"))
        if other and other != provider_id:
            raise UnexpectedAnswer("the state of another call-back in the answer")
        sighting = read_sighting(answer)
        if sighting is None:
            raise UnexpectedAnswer("no status word in the answer")
        return sighting

    async def cancel(self, provider_id: str) -> None:  # noqa: ARG002 - the Protocol's signature
        """TENIOS has no cancellation (CONFIRMED absent)."""
        raise NotSupported("TENIOS cannot cancel a call-back that was ordered")

    async def find(self, order: Order) -> Sequence[Found]:  # noqa: ARG002 - the Protocol's signature
        """TENIOS has no list of call-backs (CONFIRMED absent)."""
        raise NotSupported("TENIOS cannot look for a call-back")


@contextmanager
def _configured() -> Iterator[None]:
    """What desk.yml got wrong is NotConfigured, in its words."""
    try:
        yield
    except SettingsError as error:
        raise NotConfigured(str(error)) from None


if TYPE_CHECKING:
    _keeps_the_protocol: type[Provider] = Tenios
