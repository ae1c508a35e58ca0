"""The words of the command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ringback.cli.privacy import add_parsers
from ringback.models import State
from ringback.operating import CALLED, NOT_CALLED, SEEN

_SPAN = re.compile(r"(\d{1,5})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def since(text: str) -> float:
    """A moment in seconds since the epoch, from "90m", "2h", "3d", or an ISO date or time (UTC without a zone)."""
    span = _SPAN.fullmatch(text)
    if span:
        return (datetime.now(UTC) - timedelta(seconds=int(span[1]) * _SECONDS[span[2]])).timestamp()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a span such as 2h nor a date such as 2026-11-23"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def state(text: str) -> State:
    """A state in any spelling: holding, CALLING_AGENT, calling-agent."""
    try:
        return State(text.upper().replace("-", "_"))
    except ValueError:
        known = ", ".join(one.value.lower() for one in State)
        raise argparse.ArgumentTypeError(f"{text!r} is no state; there are {known}") from None


def make_parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    parser = argparse.ArgumentParser(prog="ringback", description="Look after call-backs.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    doctor = commands.add_parser("doctor", help="check everything that Ringback needs; says what to do")
    doctor.add_argument("--json", action="store_true", help="for scripts")
    doctor.add_argument(
        "--verify-provider", action="store_true", help="compare what the account answers with what was assumed of it"
    )

    listing = commands.add_parser("list", help="the open call-backs, newest first")
    listing.add_argument("--state", type=state, help="in this state only")
    listing.add_argument("--queue", default="", help="of the queue with this name or id")
    listing.add_argument("--channel", default="", help="asked for there: website, whatsapp, slack")
    listing.add_argument("--since", type=since, default=0.0, help="asked for since: 90m, 2h, 3d, or a date")
    listing.add_argument("--needs-operator", action="store_true", help="what nobody but you can put right")
    listing.add_argument("--all", action="store_true", help="those that are over as well")
    listing.add_argument("--limit", type=int, default=200, help="at most so many (200)")
    listing.add_argument("--watch", action="store_true", help="stay and show what changes; Ctrl-C ends it")
    listing.add_argument("--json", action="store_true", help="for scripts")

    showing = _about_one(commands, "show", "everything that happened to one call-back")
    showing.add_argument("--json", action="store_true", help="for scripts")
    _about_one(commands, "cancel", "call it off; the person is told")
    _about_one(commands, "retry-news", "tell at once what waits in its conversation")
    resolving = _about_one(
        commands, "resolve", "say what became of an order that nobody knows about; the person is told"
    )
    resolving.add_argument(
        "--as",
        dest="verdict",
        required=True,
        metavar="WHAT",
        help=f"{CALLED}, {NOT_CALLED}, the provider's id for it, or {SEEN} for one that is over",
    )
    add_parsers(commands)
    commands.add_parser("worker", help="follow call-backs and tell news, without an action server")
    return parser


def _about_one(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about)
    parser.add_argument("key", help="its key, as `ringback list` shows it")
    return parser


def with_keys_last(arguments: Sequence[str]) -> list[str]:
    """A key may begin with a hyphen: such a word is put where it cannot be taken for an option."""
    keys = [one for one in arguments if len(one) > 2 and one[0] == "-" and one[1] != "-"]
    return [one for one in arguments if one not in keys] + (["--", *keys] if keys else [])
