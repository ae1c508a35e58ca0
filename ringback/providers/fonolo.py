"""Fonolo's REST API 3.0 as a call-back provider.

Paths, start parameters and status words are CONFIRMED by Fonolo's documents and SDKs; other key names are ASSUMED and
stand in `FonoloNames`. Time stamps are naive and taken to be local in the account's zone (INFERRED).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import httpx
from pydantic import Field, SecretStr

from ringback.models import Frozen, Order, Profile, Question, Queue, Sighting, TimeSlot
from ringback.providers.base import (
    Capabilities,
    Found,
    NotConfigured,
    ProviderError,
    ProviderOffline,
    UnexpectedAnswer,
    WrongCredentials,
)
from ringback.providers.fonolo_http import Line
from ringback.providers.fonolo_lookup import digits_of, find_in, merged
from ringback.providers.fonolo_names import GRACE_WORDS, FonoloNames, state_of
from ringback.providers.fonolo_reading import (
    Unreadable,
    read_profile,
    read_questions,
    read_queues,
    read_sighting,
    read_time_slots,
    record,
)
from ringback.providers.fonolo_wire import is_question_id, is_sid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringback.providers.base import Provider

__all__ = ["GRACE_WORDS", "Fonolo", "FonoloAccount", "FonoloNames", "state_of"]

_TOKEN = re.compile(r"[0-9a-f]{64}")


class FonoloAccount(Frozen):
    """How to reach one profile of one account. Nothing is checked before it is used (`Fonolo.check`).

    `timezone` is the IANA name of the zone of the profile's time stamps. Time-outs are in seconds: to get a
    connection, to read an answer, and for the answer to an order.
    """

    name: str = "fonolo"
    base_url: str = "https://api.fonolo.com/3.0/"
    account_sid: str = Field("", repr=False)
    auth_token: SecretStr = SecretStr("")
    profile: str = ""
    timezone: str = "UTC"
    names: FonoloNames = FonoloNames()
    connect_time_out: float = 3.0
    answer_time_out: float = 10.0
    order_time_out: float = 15.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Fonolo:
    """One profile of one Fonolo account. Every method raises only `ProviderError`s."""

    def __init__(
        self, http: httpx.AsyncClient, account: FonoloAccount, *, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        """`clock` gives the aware time of day."""
        self._account = account
        self._clock = clock
        self._line = Line(
            http,
            account.base_url,
            account.account_sid,
            account.auth_token,
            connect=account.connect_time_out,
            clock=clock,
        )

    def __repr__(self) -> str:
        return f"Fonolo({self._account.name!r})"

    @property
    def name(self) -> str:
        """The name it has in desk.yml."""
        return self._account.name

    @property
    def capabilities(self) -> Capabilities:
        """Everything; what the profile switches off is in `profile()`."""
        return Capabilities(queues=True, questions=True, time_slots=True, sms=True, cancel=True, lookup=True)

    def check(self) -> None:
        """Raises NotConfigured, naming the setting, when a setting is missing or cannot be right."""
        account = self._account
        if not is_sid(account.account_sid):
            raise NotConfigured("RINGBACK_FONOLO_ACCOUNT_SID must be AC and 32 hex digits, from the Fonolo portal")
        if not _TOKEN.fullmatch(account.auth_token.get_secret_value()):
            raise NotConfigured("RINGBACK_FONOLO_AUTH_TOKEN must be 64 hex digits, from the Fonolo portal")
        if not is_sid(account.profile):
            raise NotConfigured(f"profile of {account.name!r} in desk.yml must be CP and 32 hex digits")
        if "{question}" not in account.names.answer_parameter:
            raise NotConfigured(f"names.answer_parameter of {account.name!r} in desk.yml must hold {{question}}")
        self._check_url()
        self._zone()

    def _check_url(self) -> None:
        try:
            url = httpx.URL(self._account.base_url)
        except (httpx.InvalidURL, ValueError, TypeError):
            raise NotConfigured("RINGBACK_FONOLO_URL is not an address") from None
        if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
            raise NotConfigured("RINGBACK_FONOLO_URL must look like https://api.fonolo.com/3.0/")

    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self._account.timezone)
        except (ValueError, OSError, KeyError):
            raise NotConfigured(f"timezone of {self.name!r} in desk.yml is not an IANA time zone") from None

    async def profile(self) -> Profile:
        """What the profile can do (`GET profile/{CP}`)."""
        data = await self._get(self._profile_path())
        with _readable():
            return read_profile(data, self._account.profile, self._account.names)

    async def queues(self) -> Sequence[Queue]:
        """Every call option in Fonolo's order (`GET profile/{CP}/options`)."""
        data = await self._get(self._profile_path("options"))
        with _readable():
            return read_queues(data, self._account.names)

    async def questions(self) -> Sequence[Question]:
        """The pre-call questions (`GET profile/{CP}/questions`)."""
        data = await self._get(self._profile_path("questions"))
        with _readable():
            return read_questions(data, self._account.names)

    async def time_slots(self, queue_id: str) -> Sequence[TimeSlot]:
        """The windows still to come (`GET profile/{CP}/option/{CO}/schedule`), soonest first."""
        data = await self._get(self._profile_path("option", _safe(queue_id, "queue"), "schedule"))
        with _readable():
            return read_time_slots(data, self._zone(), self._clock(), self._account.names)

    async def order(self, order: Order) -> str:
        """`POST callback`; the SID of the call-back. `may_have_arrived` on errors tells whether it can be ordered."""
        self.check()
        data = await self._line.post("callback", answer=self._account.order_time_out, form=self._form(order))
        with _readable(may_have_arrived=True):
            call_id = record(data).get("sid")
        if not is_sid(call_id):
            raise UnexpectedAnswer("a call-back was started, but its SID is missing", may_have_arrived=True)
        return str(call_id)

    def _form(self, order: Order) -> dict[str, str]:
        names = self._account.names
        form = {"fc_number": digits_of(order.number), "fc_option": _safe(order.queue_id, "queue")}
        if order.start is not None:
            form["fc_start_date"] = order.start
        if order.sms:
            form[names.sms_parameter] = names.sms_value
        for question_id, answer in order.answers.items():
            if not is_question_id(question_id):
                raise UnexpectedAnswer("a question's id is not fit for a parameter")
            if answer:
                form[names.answer_parameter.replace("{question}", question_id)] = answer
        return form

    async def status(self, provider_id: str) -> Sighting:
        """`GET callback/{CA}/status`. The URL is built from the SID: the one that a start gives is another path."""
        data = await self._get(f"callback/{_safe(provider_id, 'call-back')}/status")
        with _readable():
            return read_sighting(data, provider_id, self._account.names)

    async def cancel(self, provider_id: str) -> None:
        """`POST callback/{CA}/cancel`, for a call that is under way as well as for a booked one. Never retried."""
        self.check()
        path = f"callback/{_safe(provider_id, 'call-back')}/cancel"
        await self._line.post(path, answer=self._account.answer_time_out)

    async def find(self, order: Order) -> Sequence[Found]:
        """Look for `order` in `pending`, `realtime`, `scheduled` and yesterday's to tomorrow's `calls`.

        What is still going on comes first. A list that Fonolo refuses is passed over if another one answers; without
        any finding, a list that could not be reached is an error, since the order may stand in it.
        """
        names, zone, now = self._account.names, self._zone(), self._clock()
        today = now.astimezone(zone).date()
        days = {
            "start_date": (today - timedelta(days=1)).isoformat(),
            "end_date": (today + timedelta(days=1)).isoformat(),
        }

        async def look(path: str, list_names: str, query: dict[str, str] | None = None) -> list[Found]:
            data = await self._get(path, query)
            with _readable():
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

    def _profile_path(self, *parts: str) -> str:
        return "/".join(("profile", self._account.profile, *parts))

    async def _get(self, path: str, query: dict[str, str] | None = None) -> Any:
        self.check()
        return await self._line.get(path, answer=self._account.answer_time_out, query=query)


async def _each(*looks: Coroutine[Any, Any, list[Found]]) -> list[list[Found] | ProviderError]:
    """Every list at once; an error of the provider takes the place of its list."""

    async def kept(look: Coroutine[Any, Any, list[Found]]) -> list[Found] | ProviderError:
        try:
            return await look
        except ProviderError as error:
            return error

    return list(await asyncio.gather(*map(kept, looks)))


def _safe(sid: str, what: str) -> str:
    """A SID that may stand in a URL. Raises UnexpectedAnswer before one is built from anything else."""
    if not is_sid(sid):
        raise UnexpectedAnswer(f"the id of a {what} is not a SID")
    return sid


@contextmanager
def _readable(*, may_have_arrived: bool = False) -> Iterator[None]:
    try:
        yield
    except Unreadable as error:
        raise UnexpectedAnswer(str(error), may_have_arrived=may_have_arrived) from None


if TYPE_CHECKING:
    _keeps_the_protocol: type[Provider] = Fonolo
