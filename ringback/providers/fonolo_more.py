"""What Fonolo can be asked beyond what the desk needs: profiles, single records, lists of calls, settings.

The paths are CONFIRMED by Fonolo's SDKs. Of the answers only the keys of `scheduling` were seen (CONFIRMED by a
third-party client); the others are ASSUMED and stand in `FonoloNames`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import httpx

from ringback.models import Profile, Question, Queue
from ringback.providers.base import UnexpectedAnswer
from ringback.providers.fonolo_account import FonoloAccount
from ringback.providers.fonolo_http import Line
from ringback.providers.fonolo_reading import Unreadable
from ringback.providers.fonolo_records import (
    CallRecord,
    OptIn,
    Scheduling,
    read_call,
    read_calls,
    read_optin,
    read_optins,
    read_option,
    read_profiles,
    read_question,
    read_scheduling,
    read_timezones,
)
from ringback.providers.fonolo_wire import is_sid
from ringback.providers.wire import is_plain_id


def _utc_now() -> datetime:
    return datetime.now(UTC)


class FonoloMore:
    """The line to one profile of one account, and the reads that only an operator needs.

    Every method raises only `ProviderError`s.
    """

    def __init__(
        self, http: httpx.AsyncClient, account: FonoloAccount, *, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        """`clock` gives the aware time of day."""
        self._account = account
        self._clock = clock
        self._checked = False
        self._line = Line(
            http,
            account.base_url,
            account.account_sid,
            account.auth_token,
            connect=account.connect_time_out,
            clock=clock,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._account.name!r})"

    def check(self) -> None:
        """Raises NotConfigured, naming the setting, when a setting is missing or cannot be right."""
        if not self._checked:  # the account cannot change
            self._account.check()
            self._checked = True

    async def profiles(self) -> Sequence[Profile]:
        """Every profile of the account (`GET profiles`)."""
        data = await self._get("profiles")
        with readable():
            return read_profiles(data, self._account.names)

    async def option(self, sid: str) -> Queue:
        """One call option of the profile (`GET profile/{CP}/option/{CO}`)."""
        data = await self._get(self._profile_path("option", safe(sid, "queue")))
        with readable():
            return read_option(data, sid, self._account.names)

    async def question(self, question_id: str) -> Question:
        """One pre-call question of the profile (`GET profile/{CP}/question/{Q}`)."""
        data = await self._get(self._profile_path("question", _plain(question_id, "question")))
        with readable():
            return read_question(data, question_id, self._account.names)

    async def scheduling(self) -> Scheduling:
        """When the profile lets calls be booked (`GET profile/{CP}/scheduling`)."""
        data = await self._get(self._profile_path("scheduling"))
        with readable():
            return read_scheduling(data)

    async def realtime(self) -> Sequence[CallRecord]:
        """The call-backs that are going on (`GET realtime`)."""
        return await self._calls("realtime", self._account.names.realtime_list)

    async def pending(self) -> Sequence[CallRecord]:
        """The call-backs that wait for their turn (`GET pending`)."""
        return await self._calls("pending", self._account.names.pending_list)

    async def scheduled(self) -> Sequence[CallRecord]:
        """The call-backs that are booked (`GET scheduled`)."""
        return await self._calls("scheduled", self._account.names.scheduled_list)

    async def calls(self, start: date, end: date) -> Sequence[CallRecord]:
        """The calls of some days, both included, in the account's zone (`GET calls?start_date=…&end_date=…`)."""
        days = {"start_date": f"{start:%Y-%m-%d}", "end_date": f"{end:%Y-%m-%d}"}
        return await self._calls("calls", self._account.names.calls_list, days)

    async def call(self, sid: str) -> CallRecord:
        """One call (`GET call/{CA}`)."""
        data = await self._get(f"call/{safe(sid, 'call')}")
        with readable():
            return read_call(data, sid, self._account.zone(), self._account.names)

    async def timezones(self) -> Sequence[str]:
        """The names of the time zones that Fonolo knows (`GET timezones`)."""
        data = await self._get("timezones")
        with readable():
            return read_timezones(data, self._account.names)

    async def optins(self) -> Sequence[OptIn]:
        """The call-back opt-in requests (`GET optins`); nothing to do with consent to text messages."""
        data = await self._get("optins")
        with readable():
            return read_optins(data, self._account.zone(), self._account.names)

    async def optin(self, optin_id: str) -> OptIn:
        """One call-back opt-in request (`GET optin/{id}`)."""
        data = await self._get(f"optin/{_plain(optin_id, 'opt-in')}")
        with readable():
            return read_optin(data, optin_id, self._account.zone(), self._account.names)

    async def _calls(self, path: str, list_names: str, query: dict[str, str] | None = None) -> Sequence[CallRecord]:
        data = await self._get(path, query)
        with readable():
            return read_calls(data, list_names, self._account.zone(), self._account.names)

    def _profile_path(self, *parts: str) -> str:
        return "/".join(("profile", self._account.profile, *parts))

    async def _get(self, path: str, query: dict[str, str] | None = None) -> Any:
        self.check()
        return await self._line.get(path, answer=self._account.answer_time_out, query=query)


def safe(sid: str, what: str) -> str:
    """A SID that may stand in a URL. Raises UnexpectedAnswer before one is built from anything else."""
    if not is_sid(sid):
        raise UnexpectedAnswer(f"the id of a {what} is not a SID")
    return sid


def _plain(item_id: str, what: str) -> str:
    if not is_plain_id(item_id):
        raise UnexpectedAnswer(f"the id of a {what} is not fit for an address")
    return item_id


@contextmanager
def readable(*, may_have_arrived: bool = False) -> Iterator[None]:
    """What cannot be read is an UnexpectedAnswer."""
    try:
        yield
    except Unreadable as error:
        raise UnexpectedAnswer(str(error), may_have_arrived=may_have_arrived) from None
