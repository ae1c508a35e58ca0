"""What people do in the stand-in for Slack, as Slack posts it: messages, taps, commands, each signed."""

from __future__ import annotations

import itertools
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from tests.platforms.slack_posts import Posted
from tests.system import free_port

WEBHOOK = "/webhooks/slack/webhook"


class Hands:
    """One workspace's people, and the app's signing secret."""

    def __init__(self) -> None:
        self.team = "T0RINGBACK"
        self.secret = secrets.token_hex(16)
        self.bot_user = "U0BOT"
        self.bot_url = ""
        self.port = free_port()
        self.direct: dict[str, str] = {}
        self.posted: list[Posted] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self._urls: dict[str, int] = {}
        self._numbers: Iterator[int] = itertools.count(1)
        self._lock = threading.RLock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _direct(self, user: str) -> str:
        return self.direct.setdefault(user, f"D{user[1:]}")

    def _ts(self) -> str:
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def event(self, event: Mapping[str, Any], *, team: str = "", event_id: str = "") -> bytes:
        """The body of an Events API request."""
        return json.dumps({
            "token": "deprecated",
            "team_id": team or self.team,
            "api_app_id": "A0RINGBACK",
            "event": dict(event),
            "type": "event_callback",
            "event_id": event_id or f"Ev0{secrets.token_hex(5).upper()}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": self.team, "user_id": self.bot_user, "is_bot": True}],
        }).encode()  # fmt: skip

    def message(self, user: str, text: str, **more: Any) -> dict[str, Any]:
        """A message in a direct message, as an event."""
        about = {"type": "message", "channel_type": "im", "channel": self._direct(user), "client_msg_id": "x"}
        return {**about, "user": user, "text": text, "ts": self._ts(), "event_ts": self._ts(), **more}

    def tap(self, user: str, posted: Posted, title: str) -> bytes:
        """The body of a tap on something in a message."""
        with self._lock:
            action, _ = next(
                (tap for name, tap in posted.taps.items() if name == title or name.startswith(title)), (None, None)
            )
            assert action is not None, f"{title!r} is not among {list(posted.taps)}"
            message = {
                "type": "message",
                "user": self.bot_user,
                "bot_id": "B0",
                "ts": posted.ts,
                "text": posted.text,
                "blocks": posted.blocks,
                **({"thread_ts": posted.thread_ts} if posted.thread_ts else {}),
            }
        where = {"type": "message", "message_ts": posted.ts, "channel_id": posted.channel, "is_ephemeral": False}
        channel = {"id": posted.channel, "name": "directmessage"}
        more = {"container": where, "channel": channel, "message": message, "response_url": self.response_url()}
        return self.interaction("block_actions", user, actions=[{**action, "action_ts": self._ts()}], **more)

    def tap_at_home(self, user: str, title: str) -> bytes:
        """The body of a tap in the app's home."""
        view = self.homes[user]
        home = Posted("", "", "", view["blocks"])
        action = next(tap for name, (tap, _) in home.taps.items() if name.startswith(title))
        more = {"view": {"id": "V1", "type": "home", "blocks": view["blocks"]}, "container": {"type": "view"}}
        return self.interaction("block_actions", user, actions=[{**action, "action_ts": self._ts()}], **more)

    def interaction(self, kind: str, user: str, **more: Any) -> bytes:
        content = {
            "type": kind,
            "team": {"id": self.team, "domain": "ringback"},
            "user": {"id": user, "name": "someone", "team_id": self.team},
            "api_app_id": "A0RINGBACK",
            "token": "deprecated",
            "trigger_id": self.trigger_id(),
            **more,
        }
        return urlencode({"payload": json.dumps(content)}).encode()

    def command(self, user: str, text: str, channel: str = "") -> bytes:
        """The body of /callback."""
        form = {
            "token": "deprecated",
            "team_id": self.team,
            "team_domain": "ringback",
            "channel_id": channel or self._direct(user),
            "channel_name": "general" if channel else "directmessage",
            "user_id": user,
            "user_name": "someone",
            "command": "/callback",
            "text": text,
            "api_app_id": "A0RINGBACK",
            "is_enterprise_install": "false",
            "response_url": self.response_url(),
            "trigger_id": self.trigger_id(),
        }
        return urlencode(form).encode()

    def trigger_id(self) -> str:
        return f"{next(self._numbers)}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"

    def response_url(self) -> str:
        name = secrets.token_hex(8)
        self._urls[name] = 0
        return f"{self.url}/hooks/{name}"

    def headers(self, body: bytes, *, at: float | None = None, secret: str = "") -> dict[str, str]:
        """Signed by the official SDK's own hand."""
        timestamp = str(int(time.time() if at is None else at))
        signature = SignatureVerifier(secret or self.secret).generate_signature(timestamp=timestamp, body=body)
        kind = "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded"
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature or "", "Content-Type": kind}

    def deliver(self, body: bytes, **more: str) -> httpx.Response:
        """Post a body as Slack does, signed; `more` headers are added."""
        headers = {**self.headers(body), **more}
        return httpx.post(self.bot_url + WEBHOOK, content=body, headers=headers, timeout=15, trust_env=False)

    def to(self, user: str) -> list[Posted]:
        """The messages of a person's direct message as they are now, threads included, in order."""
        with self._lock:
            return [one for one in self.posted if one.channel == self.direct.get(user)]
