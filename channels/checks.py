"""What a check of a channel says, and how it asks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

TIME_OUT = 6.0
"""Seconds for one question."""


@dataclass(frozen=True)
class Check:
    """One line for the operator: what was looked at, whether it is well, what was seen, and what to do if it is not."""

    name: str
    ok: bool
    says: str
    do: str = ""


@dataclass(frozen=True)
class Answer:
    """What an address answered; `status` is 0, and `trouble` a sentence, if it did not."""

    status: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""


async def ask(
    session: aiohttp.ClientSession, url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None
) -> Answer:
    """Ask once. Never raises for what the other side does; never shows a secret."""
    try:
        async with session.request(method, url, headers=headers, allow_redirects=False) as answer:
            text = await answer.text(errors="replace")
            return Answer(answer.status, _object(text), {name.lower(): one for name, one in answer.headers.items()})
    except asyncio.TimeoutError:
        return Answer(trouble=f"no answer within {TIME_OUT:.0f} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Answer(trouble=f"cannot be reached ({type(error).__name__})")


def _object(text: str) -> Mapping[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
