# mypy: disable-error-code="import-not-found, import-untyped, no-any-return, unused-ignore"
"""Slack's Web API as the channel uses it: each call bounded in time, and its end as an outcome."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from channels.chat_base.outcomes import Later, Never
from channels.slack_settings import SlackSettings

logger = logging.getLogger(__name__)

TIME_OUT = 4
"""Seconds for one call."""
PROFILE_FRESH, PROFILE_RETRY = 600.0, 60.0
_REMEMBERED = 10_000
_PASSING = frozenset({
    "fatal_error", "internal_error", "ratelimited", "rate_limited", "request_timeout", "service_unavailable",
    "team_added_to_org",
})  # fmt: skip
_OPERATOR_S = frozenset({
    "account_inactive", "invalid_auth", "missing_scope", "no_permission", "not_authed", "token_expired",
    "token_revoked",
})  # fmt: skip
"""What the operator can mend: a message waits for that."""


@dataclass(frozen=True)
class Done:
    """Slack's answer."""

    data: Mapping[str, Any]


@dataclass(frozen=True)
class Doubtful(Later):
    """No answer: it may have happened all the same."""


Answer = Done | Later | Never


@dataclass(frozen=True)
class Profile:
    """What a person says about themselves: their telephone number as written, time zone (IANA) and locale ("de-DE")."""

    phone: str = ""
    timezone: str = ""
    locale: str = ""

    def facts(self) -> dict[str, str]:
        """What goes with a message to the actions: ``{"phone", "timezone", "language"}``, as far as it is known."""
        told = (("phone", self.phone), ("timezone", self.timezone), ("language", self.locale))
        return {name: text for name, text in told if text}


class SlackApi:
    """All workspaces' Web API. A 429 of a workspace holds all further messages to it for as long as Slack says."""

    def __init__(self, settings: SlackSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._clients: dict[str, AsyncWebClient] = {}
        self._held_until: dict[str, float] = {}
        self._direct: dict[tuple[str, str], str] = {}
        self._profiles: dict[tuple[str, str], tuple[Profile, float]] = {}

    def _client(self, team: str) -> AsyncWebClient:
        if team not in self._clients:
            self._clients[team] = AsyncWebClient(
                self._settings.token_of(team),
                base_url=self._settings.base_url,
                timeout=TIME_OUT,
                retry_handlers=[],  # a repetition that Slack cannot tell from a second message
            )
        return self._clients[team]

    async def call(self, team: str, method: str, **content: Any) -> Answer:
        """One call, such as "chat.postMessage". Never raises for what Slack does."""
        held = self._held_until.get(f"{team} {method}", 0.0) - self._clock()
        if held > 0:
            return Later("Slack's rate", held)
        try:
            # The client's own time-out counts anew for each part of an answer.
            answer = await asyncio.wait_for(self._client(team).api_call(method, **_as_json(method, content)), TIME_OUT)
        except SlackApiError as error:
            return self._refused(team, method, error)
        except (asyncio.TimeoutError, aiohttp.ClientError, SlackClientError, OSError) as error:
            return Doubtful(type(error).__name__)
        return Done(answer.data if isinstance(answer.data, dict) else {})

    def _refused(self, team: str, method: str, error: SlackApiError) -> Answer:
        response = error.response
        status = getattr(response, "status_code", 0)
        if status == 429:
            after = _seconds((getattr(response, "headers", None) or {}).get("Retry-After"))
            self._held_until[f"{team} {method}"] = self._clock() + after
            return Later("Slack's rate", after)
        # What is no JSON arrives here as well, as a text.
        data = getattr(response, "data", None)
        code = str(data.get("error") or "") if isinstance(data, dict) else ""
        if status >= 500 or not code:
            return Doubtful(f"HTTP {status}")
        if code in _OPERATOR_S:
            logger.error("Slack refuses %s: %s. See docs/channels.md, Slack.", method, code)
            return Later(code)
        return Later(code) if code in _PASSING else Never(code)

    def knows_direct(self, team: str, user: str, channel: str) -> None:
        """Slack has told this person's direct message."""
        _keep(self._direct, (team, user), channel)

    async def direct(self, team: str, user: str) -> str | Later | Never:
        """The id of a person's direct message with the app, opened if need be."""
        known = self._direct.get((team, user))
        if known:
            return known
        answer = await self.call(team, "conversations.open", users=user)
        if not isinstance(answer, Done):
            return answer
        channel = str((answer.data.get("channel") or {}).get("id") or "")
        if not channel:
            return Never("no direct message")
        self.knows_direct(team, user, channel)
        return channel

    def known_profile(self, team: str, user: str) -> Profile:
        """The profile as it was read last; empty if it never was."""
        return self._profiles.get((team, user), (Profile(), 0.0))[0]

    async def profile(self, team: str, user: str) -> Profile:
        """The person's profile, read anew every ten minutes; empty if Slack does not tell it."""
        profile, until = self._profiles.get((team, user), (Profile(), 0.0))
        if self._clock() < until:
            return profile
        answer = await self.call(team, "users.info", user=user, include_locale="true")
        fresh = PROFILE_RETRY
        if isinstance(answer, Done):
            about = answer.data.get("user") or {}
            phone = str((about.get("profile") or {}).get("phone") or "")
            profile = Profile(phone[:64], str(about.get("tz") or "")[:64], str(about.get("locale") or "")[:16])
            fresh = PROFILE_FRESH
        _keep(self._profiles, (team, user), (profile, self._clock() + fresh))
        return profile


def _as_json(method: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Methods that read take no JSON."""
    reads = method in {"users.info", "conversations.history", "conversations.replies"}
    return {"http_verb": "GET", "params": dict(content)} if reads else {"json": dict(content)}


def _keep(where: dict[Any, Any], key: Any, value: Any) -> None:
    if len(where) >= _REMEMBERED:
        where.pop(next(iter(where)))
    where[key] = value


def _seconds(text: object) -> float:
    try:
        return min(max(float(str(text)), 1.0), 600.0)
    except ValueError:
        return 1.0
