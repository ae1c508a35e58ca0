"""Which command is run, and how its trouble is told."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import structlog
from pydantic import ValidationError

from ringback.cli import deeds, listing, privacy, story, work
from ringback.cli.checkup import check_up
from ringback.cli.parsing import make_parser, with_keys_last
from ringback.cli.verifying import verify_providers
from ringback.ledger.store import LedgerDown
from ringback.settings import Settings, SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 when it did what it should, 1 with a sentence when not, 2 for a wrong word."""
    given = sys.argv[1:] if arguments is None else arguments
    chosen = make_parser().parse_args(with_keys_last(given))
    try:
        return _run(_command(chosen), quiet=chosen.command != "worker")
    except SettingsError as error:
        print(error, file=sys.stderr)
    except ValidationError as error:
        wrong = ", ".join(f"RINGBACK_{'_'.join(map(str, one['loc'])).upper()}" for one in error.errors())
        print(f"Not usable as it is set: {wrong}.", file=sys.stderr)
    except LedgerDown as error:
        print(f"The ledger cannot be reached ({error}): is RINGBACK_LEDGER_URL right?", file=sys.stderr)
    return 1


def _command(chosen: argparse.Namespace) -> Coroutine[Any, Any, int]:
    if chosen.command == "doctor" and chosen.verify_provider:
        return verify_providers(Settings(), as_json=chosen.json)
    if chosen.command == "doctor":
        # It looks at the settings itself, and says so if they cannot be read.
        return check_up(as_json=chosen.json)
    return _COMMANDS[chosen.command](Settings(), chosen)


_COMMANDS: Mapping[str, Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]]] = {
    "list": listing.list_callbacks,
    "show": lambda settings, chosen: story.show(settings, chosen.key, as_json=chosen.json),
    "cancel": lambda settings, chosen: deeds.cancel(settings, chosen.key),
    "retry-news": lambda settings, chosen: deeds.retry_news(settings, chosen.key),
    "resolve": lambda settings, chosen: deeds.resolve_one(settings, chosen.key, chosen.verdict),
    "erase": privacy.erase,
    "export": privacy.export,
    "worker": lambda settings, _: work.work(settings),
}


def _run(command: Coroutine[Any, Any, int], *, quiet: bool) -> int:
    with _logs_kept_apart() if quiet else nullcontext():
        try:
            return asyncio.run(command)
        except KeyboardInterrupt:
            return 130


@contextmanager
def _logs_kept_apart() -> Iterator[None]:
    """What a command prints is for people and scripts; lines of log go beside it, and only the grave ones."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.configure(**before)
