"""One exchange with TENIOS: a JSON object out, the JSON object of a success in, or a typed error.

Every request is a POST, reads included. The access key travels in the body, so no body ever gets into a text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from pydantic import SecretStr

from ringback.providers.base import ProviderError, ProviderOffline, ProviderRefused, UnexpectedAnswer, WrongCredentials
from ringback.providers.http_line import NOT_ACTED_UPON, HttpLine, Received
from ringback.providers.tenios_names import TeniosNames
from ringback.providers.tenios_wire import read_complaint, write_body
from ringback.providers.wire import Json, read_json


class TeniosLine:
    """The line to one account. Time-outs in seconds; `clock` gives the aware time, for Retry-After dates."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        base_url: str,
        access_key: SecretStr,
        names: TeniosNames,
        *,
        connect: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._http_line = HttpLine(
            http, base_url, whose="TENIOS", setting="RINGBACK_TENIOS_URL", connect=connect, clock=clock
        )
        self._access_key = access_key
        self._names = names

    async def read(self, path: str, content: Mapping[str, Any], *, answer: float) -> Json:
        """Ask. Tried once more when no connection came about. Raises ProviderError."""
        return await self._exchange(path, content, answer=answer, acts=False, suspects="", hidden=())

    async def act(
        self, path: str, content: Mapping[str, Any], *, answer: float, suspects: str, hidden: Sequence[str] = ()
    ) -> Json:
        """Act. Never tried again. Raises ProviderError, which says whether the request may have arrived.

        `suspects` names what BAD_CREDENTIALS can mean here besides the access key; `hidden` is what a complaint must
        not repeat.
        """
        return await self._exchange(path, content, answer=answer, acts=True, suspects=suspects, hidden=hidden)

    async def _exchange(
        self, path: str, content: Mapping[str, Any], *, answer: float, acts: bool, suspects: str, hidden: Sequence[str]
    ) -> Json:
        body = write_body({"access_key": self._access_key.get_secret_value(), **content})
        received = await self._http_line.exchange(
            "POST", path, acts=acts, answer=answer, content=body, content_type="application/json"
        )
        return self._understood(received, acts, suspects, hidden)

    def _understood(self, received: Received, acts: bool, suspects: str, hidden: Sequence[str]) -> Json:
        """The documents know 200, 400, 403, 404 and 500; the shape of an error is CONFIRMED for 400 only."""
        code = received.code
        if code in (401, 403):
            raise WrongCredentials(
                f"TENIOS does not accept RINGBACK_TENIOS_ACCESS_KEY, or not from this address (HTTP {code})"
            )
        if code == 429:
            raise self._http_line.too_many(received)
        if code >= 500:
            # Whatever it says about itself: it may have begun before it broke.
            retry_after = self._http_line.retry_after(received)
            raise ProviderOffline(f"HTTP {code}", may_have_arrived=acts, retry_after=retry_after)
        content = read_json(received.body, received.charset)
        complaint = read_complaint(content, self._names, self._access_key.get_secret_value(), *hidden)
        if complaint is not None and (code >= 300 or (content.get("id") is None and content.get("status") is None)):
            if complaint.code.upper() in self._names.credentials_codes.split("|"):
                also = f" or {suspects}" if suspects else ""
                raise WrongCredentials(f"TENIOS does not know RINGBACK_TENIOS_ACCESS_KEY{also} ({complaint.code})")
            raise ProviderRefused(complaint.words)
        if complaint is None and 200 <= code < 300 and isinstance(content, dict):
            return content
        raise self._no_answer(code, acts, contradicts=complaint is not None)

    @staticmethod
    def _no_answer(code: int, acts: bool, *, contradicts: bool) -> ProviderError:
        if contradicts:
            return UnexpectedAnswer(f"HTTP {code} with a success and an error in one", may_have_arrived=acts)
        unsure = acts and code not in NOT_ACTED_UPON
        hint = "; is RINGBACK_TENIOS_URL right?" if code == 404 else ""
        return UnexpectedAnswer(f"HTTP {code} without an answer of TENIOS{hint}", may_have_arrived=unsure)
