"""What any provider's wire needs: bodies in any charset, JSON read tolerantly, words made fit for a log. Pure."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ringback.models import Frozen

Json = Mapping[str, Any]

# Question ids have no known shape; this is what needs no quoting in a URL.
_PLAIN_ID = re.compile(r"[A-Za-z0-9_.~-]{1,128}")
_DATE_OR_NUMBER = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?)(?!\d)|[+(]{0,2}\d(?:[\W_]{0,3}\d){6,}")
_LONGEST_WORDS = 200


class NotJson(Frozen):
    """Not JSON at all: a proxy's page, half a body, nothing."""


def read_json(body: bytes, charset: Callable[[], str | None] = lambda: None) -> Any:
    """The content of a body, or NotJson. A wrong or missing charset costs nothing; few bodies need one."""
    try:
        return json.loads(_text(body, charset))
    except (ValueError, RecursionError):
        return NotJson()


def _text(body: bytes, charset: Callable[[], str | None]) -> str:
    """Wrong or missing charset must not cost us the id of a call that was just ordered."""
    for encoding in (lambda: "utf-8-sig", lambda: json.detect_encoding(body), charset):
        try:
            return body.decode(encoding() or "utf-8-sig")
        except (ValueError, LookupError):
            continue
    return body.decode("latin-1")


def clean(words: str, *secrets: str) -> str:
    """Words from outside made fit for a log: one short line without telephone numbers and without `secrets`."""
    for secret in filter(None, secrets):
        words = re.sub(re.escape(secret), "•••", words, flags=re.IGNORECASE)
    words = words[: _LONGEST_WORDS * 10]
    line = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in words)
    line = _DATE_OR_NUMBER.sub(lambda found: found[1] or "•••", " ".join(line.split()))
    return line if len(line) <= _LONGEST_WORDS else line[: _LONGEST_WORDS - 1] + "…"


def hidden_in(note: str, answers: Mapping[str, str]) -> Sequence[str]:
    """What a provider's complaint about an order must not repeat, the longest first; not every "a" or "1"."""
    return sorted((words for words in {note, *answers.values()} if len(words) > 2), key=len, reverse=True)


def is_plain_id(value: str) -> bool:
    """Whether this needs no quoting in a URL or a parameter name, and is no way up in a path."""
    return _PLAIN_ID.fullmatch(value) is not None and value.strip(".") != ""


# -- values ---------------------------------------------------------------------------------------------------------


def string(value: object) -> str:
    """A string or a number as text; anything else as nothing. Half surrogates, which JSON can smuggle in, go."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    try:
        return str(value).encode("utf-8", "replace").decode("utf-8").strip()
    except ValueError:
        return ""


def whole(value: object) -> int | None:
    """A whole number, not negative, from a number or its digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"\s*[0-9]{1,15}\s*", value) else None
    if isinstance(value, float):
        return int(value) if math.isfinite(value) and 0 <= value < 1e15 else None
    return value if isinstance(value, int) and 0 <= value < 10**15 else None


def flag(value: object) -> bool:
    """True for true, "true", 1, "1", "yes", "on", "enabled", "active", and for anything counted or listed."""
    if isinstance(value, str):
        return value.strip().casefold() in {"true", "yes", "on", "y", "enabled", "active"} or bool(whole(value))
    return bool(value)


def pick(item: Json, names: str) -> Any:
    """The value under the first of `a|b|c` that is there and not null."""
    return next((item[name] for name in names.split("|") if item.get(name) is not None), None)
