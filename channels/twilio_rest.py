"""Twilio's REST API, as far as WhatsApp needs it: messages and Content. Never blocks the event loop.

Rasa pins a Twilio SDK (8.2.2) whose Content API cannot create anything and whose client blocks, so these are plain
requests with aiohttp, which Rasa brings.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from channels.chat_base.outcomes import Later, Never, Sent

TIME_OUT = 5.0
"""Seconds for one request; a push has to be over before the teller's own time-out."""
SLOW_DOWN = 6.0
"""WhatsApp's pair rate: one message to a person in six seconds, after a burst."""
_LIST_PAGE = 500
_LIST_PAGES = 20

RATE_CODES = frozenset({"20429", "14107", "30022", "63018", "63038", "131056", "130429"})
"""Too many messages: from this account, from this sender, or to this person."""


@dataclass(frozen=True)
class Content:
    """A Content object at Twilio."""

    sid: str


class TwilioRest:
    """One account. `key` and `secret` authenticate: the account's SID and token, or an API key."""

    def __init__(self, account_sid: str, key: str, secret: str, api_url: str, content_url: str) -> None:
        self._messages = f"{api_url.rstrip('/')}/2010-04-01/Accounts/{account_sid}/Messages.json"
        self._content = f"{content_url.rstrip('/')}/v1/Content"
        self._auth = aiohttp.BasicAuth(key, secret)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def send(self, form: Mapping[str, str]) -> Sent | Later | Never:
        """Create a message. `why` of a refusal is Twilio's code where it gave one."""
        answer = await self._ask("POST", self._messages, data=dict(form))
        if isinstance(answer, (Later, Never)):
            return answer
        return Sent(str(answer.get("sid") or ""))

    async def create_content(self, content: Mapping[str, Any]) -> Content | Later | Never:
        """Create a Content object of ``{"friendly_name", "language", "variables", "types"}``."""
        answer = await self._ask("POST", self._content, json=dict(content))
        if isinstance(answer, (Later, Never)):
            return answer
        return Content(str(answer.get("sid") or ""))

    async def contents(self, prefix: str) -> dict[str, str] | Later | Never:
        """The account's Content objects whose friendly name starts with `prefix`: name → sid."""
        found: dict[str, str] = {}
        url = f"{self._content}?PageSize={_LIST_PAGE}"
        for _ in range(_LIST_PAGES):
            answer = await self._ask("GET", url)
            if isinstance(answer, (Later, Never)):
                return answer
            for one in answer.get("contents") or ():
                if str(one.get("friendly_name") or "").startswith(prefix):
                    found.setdefault(one["friendly_name"], one["sid"])
            following = (answer.get("meta") or {}).get("next_page_url")
            if not following:
                break
            # Only its query: the credentials go to the configured host and to no other.
            url = f"{self._content}?{urlsplit(following).query}"
        return found

    async def _ask(self, method: str, url: str, **body: Any) -> dict[str, Any] | Later | Never:
        if self._session is None:
            self._session = aiohttp.ClientSession(auth=self._auth, timeout=aiohttp.ClientTimeout(total=TIME_OUT))
        try:
            async with self._session.request(method, url, allow_redirects=False, **body) as answer:
                text = await answer.text()
                return _read(answer.status, answer.headers.get("Retry-After", ""), text)
        except asyncio.TimeoutError:
            return Later("Twilio did not answer in time")
        except aiohttp.ClientError as error:
            return Later(f"Twilio cannot be reached ({type(error).__name__})")


def _read(status: int, retry_after: str, text: str) -> dict[str, Any] | Later | Never:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = {}
    if not isinstance(answer, dict):
        answer = {}
    if 200 <= status < 300:
        return answer or Later("Twilio's answer could not be read")
    code = str(answer.get("code") or f"HTTP {status}")
    if status == 429 or code in RATE_CODES:
        wait = float(retry_after) if retry_after.isdigit() else 0.0
        return Later(code, max(wait, SLOW_DOWN if code in {"63018", "131056"} else 1.0))
    if status >= 500:
        return Later(code)
    if status in (401, 403):
        # Whoever runs this has to act; what waits is still sent afterwards.
        return Later(f"{code}: Twilio does not accept the credentials", 15.0)
    return Never(code)
