"""How the commands print: one console, one way to write a moment and a call-back."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from ringback.models import Callback
from ringback.understanding.phone import mask

_WIDE = 160
"""Columns for what goes into a pipe or a file, where nobody's window sets a limit."""


def console() -> Console:
    """Where to print for people."""
    to_a_person = sys.stdout.isatty()
    return Console(width=None if to_a_person else _WIDE, highlight=False, soft_wrap=not to_a_person)


def complain(sentence: str) -> int:
    """Say it beside the output; the exit code 1."""
    print(sentence, file=sys.stderr)
    return 1


def print_json(content: Any) -> None:
    """One document for scripts."""
    print(json.dumps(content, ensure_ascii=False, indent=2))


def clock(moment: float, zone: ZoneInfo) -> str:
    """A moment as a person reads it; `moment` in seconds since the epoch."""
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M:%S")


def iso(moment: float | None) -> str | None:
    """A moment as a script reads it: ISO 8601 in UTC."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")


def for_scripts(callback: Callback, *, news_stuck: bool = False) -> Mapping[str, Any]:
    """A call-back without its number and its answers in clear."""
    return {
        "key": callback.key,
        "state": callback.state.value,
        "state_since": iso(callback.state_since),
        "asked_at": iso(callback.created_at),
        "starts_at": iso(callback.starts_at),
        "queue": callback.queue_name,
        "number": mask(callback.number),
        "channel": callback.channel,
        "provider": callback.provider,
        "provider_id": callback.provider_id,
        "word": callback.word,
        "needs_operator": callback.needs_operator,
        "news_stuck": news_stuck,
        "cancel_wanted": callback.cancel_wanted,
    }
