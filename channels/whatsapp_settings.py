"""The WhatsApp channel's part of credentials.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.chat_base.tables import database_url

WEBHOOK = "/webhooks/whatsapp/webhook"
STATUS = "/webhooks/whatsapp/status"


@dataclass(frozen=True)
class Approved:
    """An approved template: its Content SID, and its variables with `{text}`, `{queue}`, `{number}`, `{state}`."""

    sid: str
    variables: Mapping[str, str]


@dataclass(frozen=True)
class WhatsAppSettings:
    """Everything the channel is told. `tokens`: all that may sign, the first one is ours for the REST API."""

    account_sid: str = ""
    tokens: tuple[str, ...] = field(default=(), repr=False)
    api_key: str = ""
    api_secret: str = field(default="", repr=False)
    sender: str = ""
    messaging_service: str = ""
    public_url: str = ""
    secret: str = field(default="", repr=False)
    database: str = ""
    language: str = "en"
    templates: Mapping[str, Mapping[str, Approved]] = field(default_factory=dict)
    api_url: str = "https://api.twilio.com"
    content_url: str = "https://content.twilio.com"
    burst: int = 30

    @property
    def missing(self) -> list[str]:
        """The names of settings without which the channel takes nothing and says nothing."""
        needed = {
            "account_sid": self.account_sid,
            "auth_token": self.tokens,
            "twilio_number": self.sender or self.messaging_service,
            "public_url": self.public_url,
            "secret": self.secret,
        }
        return [name for name, value in needed.items() if not value]

    def approved(self, kind: str) -> Approved | None:
        """The template for a kind of news ("completed"), or the language's default one."""
        ours = self.templates.get(self.language) or {}
        return ours.get(kind) or ours.get("default")


def read_settings(credentials: Mapping[str, Any] | None) -> WhatsAppSettings:
    """Read them. Whatever is missing is empty: the channel then refuses everything, and says why."""
    given = {key: value for key, value in (credentials or {}).items() if value is not None}

    def text(name: str, default: str = "") -> str:
        return str(given.get(name, default)).strip()

    sender = text("twilio_number")
    if sender and not sender.startswith("whatsapp:"):
        sender = f"whatsapp:{sender}"
    return WhatsAppSettings(
        account_sid=text("account_sid"),
        tokens=_tokens(given.get("auth_token")),
        api_key=text("api_key"),
        api_secret=text("api_secret"),
        sender=sender,
        messaging_service=text("messaging_service_sid"),
        public_url=text("public_url").rstrip("/"),
        secret=text("secret"),
        database=text("database") or database_url(),
        language=text("language", "en"),
        templates=_templates(given.get("templates")),
        api_url=text("api_url", WhatsAppSettings.api_url),
        content_url=text("content_url", WhatsAppSettings.content_url),
        burst=int(given.get("burst", WhatsAppSettings.burst)),
    )


def _tokens(value: object) -> tuple[str, ...]:
    """One token, or several for the time in which they are exchanged: a list, or a text with spaces or commas."""
    several = [str(one) for one in value] if isinstance(value, list) else re.split(r"[\s,]+", str(value or ""))
    return tuple(one.strip() for one in several if one.strip())


def _templates(value: object) -> dict[str, dict[str, Approved]]:
    if not isinstance(value, Mapping):
        return {}
    found: dict[str, dict[str, Approved]] = {}
    for language, kinds in value.items():
        for kind, one in (kinds or {}).items():
            variables = {str(name): str(text) for name, text in (one.get("variables") or {}).items()}
            found.setdefault(str(language), {})[str(kind)] = Approved(str(one["sid"]), variables)
    return found
