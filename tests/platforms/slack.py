"""A strict stand-in for Slack's Web API: it speaks the real wire and refuses what the real one refuses.

Written from https://docs.slack.dev (methods, limits, errors, signing). What it refuses as malformed it also notes in
`violations`, so that no test can overlook it. The official SDK signs what it posts and checks what it gets.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.platforms.slack_hands import WEBHOOK, Hands
from tests.platforms.slack_posts import Fault, Posted, Refused
from tests.platforms.slack_rules import MOST_BLOCKS_OF_A_VIEW, faults_of, metadata_is_good

__all__ = ["WEBHOOK", "FakeSlack", "Fault", "Posted"]

_POST = {"channel", "text", "blocks", "metadata", "thread_ts", "unfurl_links", "unfurl_media"}
_FIELDS = {
    "chat.postMessage": _POST,
    "chat.update": {"channel", "ts", "text", "blocks", "metadata"},
    "chat.postEphemeral": {"channel", "user", "text", "blocks"},
    "views.publish": {"user_id", "view", "hash"},
    "conversations.open": {"users", "return_im"},
    "users.info": {"user", "include_locale"},
    "auth.test": set(),
    "conversations.history": {"channel", "limit", "include_all_metadata", "oldest", "latest", "cursor", "inclusive"},
    "conversations.replies": {"channel", "ts", "limit", "include_all_metadata", "cursor"},
}
_READS = frozenset({"users.info", "conversations.history", "conversations.replies"})
BURST, PER_SECOND = 4, 1.0
"""What one channel takes: a short burst, then a message a second."""


class FakeSlack(Hands):
    """One workspace with one app. All methods may be called from any thread."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "xoxb-" + secrets.token_hex(12)
        self.scopes = ["app_mentions:read", "chat:write", "commands", "im:history", "im:read", "im:write", "users:read"]
        self.profiles: dict[str, dict[str, Any]] = {}
        self.members: dict[str, set[str]] = {}
        self.whispered: list[dict[str, Any]] = []
        self.calls: list[tuple[float, str, str]] = []
        self.violations: list[str] = []
        self.limited = 0
        self.faults: list[Fault] = []
        self.slow = 0.0
        self._paid: dict[str, float] = {}
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    # -- its own life --------------------------------------------------------------------------------------------------

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def start(self) -> None:
        routes = [
            Route("/api/{method}", self._api, methods=["GET", "POST"]),
            Route("/hooks/{name}", self._hook, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), "127.0.0.1", self.port, log_level="warning", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < deadline, "the stand-in did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """Nobody is there any more: connections are refused until `start`."""
        assert self._server is not None and self._thread is not None
        self._server.should_exit = True
        self._thread.join(20)

    def join(self, user: str, *, phone: str = "", timezone: str = "America/Toronto", locale: str = "en-US") -> str:
        """A person is in the workspace; the id of their direct message with the app."""
        with self._lock:
            self.profiles[user] = {"phone": phone, "tz": timezone, "locale": locale}
            return self._direct(user)

    # -- the API -------------------------------------------------------------------------------------------------------

    async def _api(self, request: Request) -> Response:
        method = request.path_params["method"]
        try:
            content = await self._content(method, request)
            if self.slow:
                await asyncio.sleep(self.slow)
            with self._lock:
                fault = self._fault(method)
                if fault is not None and not fault.after_doing:
                    raise Refused(fault.error, fault.status, fault.retry_after)
                answer = self._do(method, content)
                if fault is not None:
                    raise Refused(fault.error, fault.status)
        except Refused as error:
            headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
            if error.status >= 500:
                return PlainTextResponse("upstream connect error", error.status, headers)
            return JSONResponse({"ok": False, "error": error.error}, error.status, headers)
        return JSONResponse({"ok": True, **answer}, headers={"X-OAuth-Scopes": ",".join(self.scopes)})

    async def _content(self, method: str, request: Request) -> dict[str, Any]:
        authorization = request.headers.get("authorization", "")
        if not authorization:
            raise Refused("not_authed")
        if authorization != f"Bearer {self.token}":
            raise Refused("invalid_auth")
        if method not in _FIELDS:
            raise Refused("unknown_method")
        kind = request.headers.get("content-type", "")
        if method in _READS:
            content: dict[str, Any] = {**request.query_params, **await request.form()}
        elif kind.startswith("application/json"):
            content = await request.json()
        else:
            content = dict(await request.form())
        unknown = set(content) - _FIELDS[method]
        if unknown:
            self._violated(f"{method}: unknown fields {sorted(unknown)}", "invalid_arguments")
        return content

    def _violated(self, what: str, error: str) -> None:
        self.violations.append(what)
        raise Refused(error)

    def _fault(self, method: str) -> Fault | None:
        fault = next((one for one in self.faults if one.method == method), None)
        if fault is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.faults.remove(fault)
        return fault

    def _do(self, method: str, content: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((time.monotonic(), method, str(content.get("channel") or content.get("user_id") or "")))
        doing = {
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.postEphemeral": self._whisper,
            "views.publish": self._publish,
            "conversations.open": self._open,
            "users.info": self._info,
            "auth.test": self._who_am_i,
        }
        return doing[method](content) if method in doing else self._messages(method, content)

    def _who_am_i(self, _content: dict[str, Any]) -> dict[str, Any]:
        return {"team": "A workspace", "team_id": self.team, "user_id": self.bot_user, "bot_id": "B0RINGBACK"}

    def _check(self, method: str, content: Mapping[str, Any]) -> None:
        text, blocks = content.get("text"), content.get("blocks")
        if not text and not blocks:
            self._violated(f"{method}: nothing to say", "no_text")
        if not text:
            self._violated(f"{method}: no text for the notification", "no_text")
        if len(str(text)) > 4000:
            self._violated(f"{method}: a text of {len(str(text))} characters", "msg_too_long")
        if blocks is not None and (faults := faults_of(blocks)):
            self._violated(f"{method}: {faults}", "invalid_blocks")
        if "metadata" in content and not metadata_is_good(content["metadata"]):
            self._violated(f"{method}: metadata {content['metadata']!r}", "invalid_metadata_format")

    def _post(self, content: dict[str, Any]) -> dict[str, Any]:
        channel = content.get("channel", "")
        if channel not in self.direct.values():
            self._violated(f"a message into {channel}, which is no direct message", "channel_not_found")
        self._check("chat.postMessage", content)
        now = time.monotonic()
        paid = max(self._paid.get(channel, 0.0), now)
        if paid - now > (BURST - 1) / PER_SECOND:
            self.limited += 1
            raise Refused("ratelimited", 429, 1)
        self._paid[channel] = paid + 1 / PER_SECOND
        if content.get("thread_ts") and not any(one.ts == content["thread_ts"] for one in self.posted):
            self._violated("a thread of nothing", "thread_not_found")
        ts = self._ts()
        self.posted.append(Posted(
            ts, channel, content["text"], list(content.get("blocks") or []), content.get("thread_ts", ""),
            dict(content.get("metadata") or {}), [(now, content["text"])],
        ))  # fmt: skip
        return {"channel": channel, "ts": ts, "message": {"type": "message", "text": content["text"], "ts": ts}}

    def _update(self, content: dict[str, Any]) -> dict[str, Any]:
        self._check("chat.update", content)
        for one in self.posted:
            if (one.channel, one.ts) == (content["channel"], content["ts"]):
                one.text, one.blocks = content["text"], list(content.get("blocks") or [])
                one.metadata = dict(content.get("metadata") or one.metadata)
                one.versions.append((time.monotonic(), one.text))
                return {"channel": one.channel, "ts": one.ts, "text": one.text}
        raise Refused("message_not_found")

    def _whisper(self, content: dict[str, Any]) -> dict[str, Any]:
        self._check("chat.postEphemeral", content)
        if content.get("user") not in self.members.get(content.get("channel", ""), ()):
            self._violated("an ephemeral message to somebody who is not there", "user_not_in_channel")
        self.whispered.append(content)
        return {"message_ts": self._ts()}

    def _publish(self, content: dict[str, Any]) -> dict[str, Any]:
        view = content.get("view")
        if not isinstance(view, dict) or view.get("type") != "home" or set(view) - {"type", "blocks"}:
            self._violated(f"no view: {view!r}", "invalid_arguments")
        assert isinstance(view, dict)
        if faults := faults_of(view["blocks"], MOST_BLOCKS_OF_A_VIEW):
            self._violated(f"views.publish: {faults}", "invalid_blocks")
        self.homes[content["user_id"]] = view
        return {"view": {"id": "V1", **view}}

    def _open(self, content: dict[str, Any]) -> dict[str, Any]:
        if content.get("users") not in self.profiles:
            raise Refused("user_not_found")
        return {"channel": {"id": self._direct(content["users"])}}

    def _info(self, content: dict[str, Any]) -> dict[str, Any]:
        user = content.get("user", "")
        if user not in self.profiles:
            raise Refused("user_not_found")
        about = self.profiles[user]
        profile = {"real_name": "Some One", "phone": about["phone"]}
        # Slack tells the locale only to who asks for it.
        locale = {"locale": about["locale"]} if content.get("include_locale") else {}
        person = {"id": user, "team_id": self.team, "tz": about["tz"], "profile": profile, "is_bot": False, **locale}
        return {"user": person}

    def _messages(self, method: str, content: dict[str, Any]) -> dict[str, Any]:
        replies = method == "conversations.replies"
        found = [
            one
            for one in self.posted
            if one.channel == content["channel"]
            and ((content["ts"] in {one.ts, one.thread_ts}) if replies else not one.thread_ts)
        ]
        found = found if replies else found[::-1]
        wants = str(content.get("include_all_metadata", "0")).lower() in {"1", "true"}
        return {
            "messages": [
                {"type": "message", "ts": one.ts, "text": one.text, **({"metadata": one.metadata} if wants else {})}
                for one in found[: int(content.get("limit", 100))]
            ],
            "has_more": False,
        }

    async def _hook(self, request: Request) -> Response:
        name = request.path_params["name"]
        content = await request.json()
        with self._lock:
            if name not in self._urls or self._urls[name] >= 5:
                return PlainTextResponse("expired_url", 404)
            self._urls[name] += 1
            if set(content) - {"response_type", "replace_original", "delete_original", "text", "blocks"}:
                self.violations.append(f"response_url: {sorted(content)}")
            if content.get("response_type") != "ephemeral":
                self.violations.append("a response that everybody in the channel sees")
            self.whispered.append(content)
        return PlainTextResponse("ok")
