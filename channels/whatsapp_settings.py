"""The WhatsApp channel's part of credentials.yml."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.centre import centres_language
from channels.chat_base.tables import database_url
from channels.languages import LANGUAGES, language_in

WEBHOOK = "/webhooks/whatsapp/webhook"
STATUS = "/webhooks/whatsapp/status"
FOR_ALL = ""
"""The language of a template that is used for every language without one of its own."""
TEMPLATE_SETTING = "RINGBACK_WHATSAPP_TEMPLATE"
_ONE_TEMPLATE = re.compile(r"(?:([A-Za-z]{2})(?:[-_][A-Za-z]{2,4})?\s*=\s*)?(HX[0-9a-fA-F]{4,64})")


@dataclass(frozen=True)
class Approved:
    """An approved template: its Content SID, and its variables with `{text}`, `{queue}`, `{number}`, `{state}`."""

    sid: str
    variables: Mapping[str, str]


@dataclass(frozen=True)
class WhatsAppSettings:
    """Everything the channel is told. `tokens`: all that may sign, the first one is ours for the REST API. `language`
    is spoken to whose language is not known; `templates` are by language and kind of news; `unread` is what could not
    be read of the setting `template`.
    """

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
    unread: tuple[str, ...] = ()
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

    def approved(self, kind: str, language: str) -> Approved | None:
        """The template for a kind of news ("completed") in a language, or that language's default one; where it has
        neither, one that is there for all, the centre's own, or any.
        """
        for one in (language, *self.instead_of(language)):
            ours = self.templates.get(one) or {}
            found = ours.get(kind) or ours.get("default")
            if found is not None:
                return found
        return None

    def instead_of(self, language: str) -> list[str]:
        """The languages whose templates are taken, in this order, where `language` has none that fits."""
        return [one for one in dict.fromkeys((FOR_ALL, self.language, *LANGUAGES, *self.templates)) if one != language]


def read_settings(
    credentials: Mapping[str, Any] | None, environment: Mapping[str, str] = os.environ
) -> WhatsAppSettings:
    """Read them. Whatever is missing is empty: the channel then refuses everything, and says why."""
    given = {key: value for key, value in (credentials or {}).items() if value is not None}

    def text(name: str, default: str = "") -> str:
        return str(given.get(name, default)).strip()

    sender = text("twilio_number")
    if sender and not sender.startswith("whatsapp:"):
        sender = f"whatsapp:{sender}"
    one_each, unread = _one_each(text("template") or environment.get(TEMPLATE_SETTING, ""))
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
        language=language_in(text("language")) or centres_language(environment),
        templates=_templates(given.get("templates"), one_each),
        unread=unread,
        api_url=text("api_url", WhatsAppSettings.api_url),
        content_url=text("content_url", WhatsAppSettings.content_url),
        burst=int(given.get("burst", WhatsAppSettings.burst)),
    )


def _tokens(value: object) -> tuple[str, ...]:
    """One token, or several for the time in which they are exchanged: a list, or a text with spaces or commas."""
    several = [str(one) for one in value] if isinstance(value, list) else re.split(r"[\s,]+", str(value or ""))
    return tuple(one.strip() for one in several if one.strip())


def _one_each(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The Content SID of each language out of "HX…" (for all) or "en=HX…, de=HX…", and what is neither."""
    found, unread = {}, []
    for part in filter(None, re.split(r"[\s,;]+", re.sub(r"\s*=\s*", "=", text.strip()))):
        read = _ONE_TEMPLATE.fullmatch(part)
        language = language_in(read[1]) if read else ""
        if read is None or (read[1] and not language):
            unread.append(part)
        else:
            found[language or FOR_ALL] = read[2]
    return found, tuple(unread)


def _templates(value: object, one_each: Mapping[str, str]) -> dict[str, dict[str, Approved]]:
    found = {language: {"default": Approved(sid, {"1": "{text}"})} for language, sid in one_each.items()}
    for language, kind, one in _entries(value):
        variables = {str(name): str(text) for name, text in (one.get("variables") or {}).items()}
        found.setdefault(language_in(language) or language, {})[kind] = Approved(str(one["sid"]), variables)
    return found


def _entries(value: object) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for language, kinds in value.items() if isinstance(value, Mapping) else ():
        for kind, one in (kinds or {}).items():
            yield str(language), str(kind), one
