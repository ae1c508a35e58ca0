"""How Ringback logs: one line for each thing that matters, through structlog, with nothing in it that must not be seen.

What other libraries log goes the same way. A line's thread is `callback`, the key of the call-back that it is about: an
action, the follower and the teller bind it, or give it.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from pydantic import SecretStr

from ringback.masking import HIDDEN, Masker, mask_records, secrets_in
from ringback.settings import Settings

Event = MutableMapping[str, Any]

_NEVER = frozenset(
    {
        *("number", "phone", "phone_number", "answers", "note", "text", "body", "address", "code"),
        *("token", "secret", "password", "authorization", "access_key", "headers"),
    }
)
"""Names of values that are never written, whatever is in them."""
_OUR_WORDS = frozenset({"level", "callback", "news", "conversation"})
"""Names of values that are our own: keys that are random may look like a number."""


def configure_logging(settings: Settings | None = None, stream: TextIO | None = None) -> None:
    """Set logging up for a process. How a line looks is said by `settings.log`: `console`, `json`, or empty for the
    first on a terminal and the second anywhere else. Lines go to `stream`, standard output if there is none.
    """
    settings, stream = settings or Settings(), stream or sys.stdout
    masker = Masker(secrets_in(os.environ) | secrets_of(settings))
    mask_records(masker)
    in_json = settings.log == "json" or (not settings.log and not stream.isatty())
    shared: list[Callable[..., Any]] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        masking(masker),
        structlog.processors.TimeStamper(fmt="iso" if in_json else "%H:%M:%S", utc=in_json),
    ]
    render: Callable[..., Any] = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if in_json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    structlog.configure(
        processors=[*shared, render],
        logger_factory=structlog.PrintLoggerFactory(stream),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    _take_over(structlog.stdlib.ProcessorFormatter(processor=render, foreign_pre_chain=[_named, *shared]), stream)


def secrets_of(settings: Settings) -> set[str]:
    """Every secret among the settings, wherever it was set."""
    values = [getattr(settings, name) for name in type(settings).model_fields]
    return {piece for one in values if isinstance(one, SecretStr) for piece in one.get_secret_value().split()}


def shortened(conversation: str) -> str:
    """A conversation's id for a line, as the channels write it: enough to tell two apart, too little to open one."""
    return conversation[:8] + "…"


def masking(masker: Masker) -> Callable[[Any, str, Event], Event]:
    """The processor that takes out of a line what must not be seen."""

    def mask(_logger: Any, _method: str, event: Event) -> Event:
        return {name: _masked(masker, name, value) for name, value in event.items()}

    return mask


def _masked(masker: Masker, name: str, value: Any) -> Any:
    if name in _NEVER and value:
        return HIDDEN
    if name.startswith("_") or name in _OUR_WORDS:
        return value
    if isinstance(value, Mapping):
        return {one: _masked(masker, str(one), inner) for one, inner in value.items()}
    return masker.value(value)


def _named(_logger: Any, _method: str, event: Event) -> Event:
    """Whose line it is, where it is not ours."""
    record = event.get("_record")
    if record is not None:
        event["logger"] = record.name
        if record.exc_text:
            event["exception"] = record.exc_text
    return event


def _take_over(formatter: logging.Formatter, stream: TextIO) -> None:
    """One way out for the standard library's logging: no library keeps a handler of its own."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    for name in ("httpx", "httpcore"):  # a line for each request, with its whole address
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in list(logging.root.manager.loggerDict):
        library = logging.getLogger(name)
        if library.handlers:
            library.handlers, library.propagate = [], True
