"""Reads what a browser sends: times and messages. Everything from outside is doubtful until it is here."""

from __future__ import annotations

import math
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.payloads import without_command_sign
from channels.website_words import in_words

MAX_MESSAGE_CHARACTERS = 5_000

_MESSAGE_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_TIMEZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_TYPED = re.compile(r"no")


@dataclass(frozen=True)
class Accepted:
    """A message that may be handled: its text as typed, its id, and ``timezone`` / ``language`` where given;
    ``typed`` is "no" for what was tapped and is nobody's own words.

    ``at``: when it came, in seconds since 1970.
    """

    text: str
    message_id: str
    metadata: dict[str, str] = field(default_factory=dict)
    at: float = field(default_factory=time.time, compare=False)


@dataclass(frozen=True)
class Refused:
    """A message that is not handled, with a sentence for the person."""

    reason: str


def token(data: object) -> object:
    """The token that a ``session_request`` shows, whatever it is; None if it shows none."""
    return data.get("token") if isinstance(data, Mapping) else None


def after(data: object) -> float:
    """The time (seconds since 1970) of the newest message the page already shows; 0 if it shows none."""
    value = data.get("after") if isinstance(data, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return 0.0
    return float(value)


def language(data: object) -> str:
    """The language (a tag) in which the page speaks; empty if it does not say."""
    return _metadata(data).get("language", "")


def message(data: object) -> Accepted | Refused:
    """What a ``user_uttered`` event asks for. Any session id in it is ignored: a socket speaks for its own session."""
    if not isinstance(data, Mapping):
        return Refused(in_words("unreadable", ""))
    metadata = _metadata(data.get("metadata"))
    spoken = metadata.get("language", "")
    text = data.get("message")
    if not isinstance(text, str) or not without_command_sign(text):
        return Refused(in_words("empty", spoken))
    if len(text) > MAX_MESSAGE_CHARACTERS:
        return Refused(in_words("too_long", spoken, most=MAX_MESSAGE_CHARACTERS))
    named = data.get("id")
    if named is None:
        named = uuid.uuid4().hex
    if not isinstance(named, str) or not _MESSAGE_ID.fullmatch(named):
        return Refused(in_words("unreadable", spoken))
    return Accepted(text, named, metadata)


def _metadata(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    kept: dict[str, str] = {}
    for key, pattern in (("timezone", _TIMEZONE), ("language", _LANGUAGE), ("typed", _TYPED)):
        text = value.get(key)
        if isinstance(text, str) and pattern.fullmatch(text):
            kept[key] = text
    return kept
