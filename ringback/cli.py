"""`ringback …`, for the operator: look at the ledger, or run a worker of one's own."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ringback.ledger.store import Ledger
from ringback.log import configure_logging
from ringback.models import Callback
from ringback.office import open_office
from ringback.settings import Settings, SettingsError
from ringback.understanding.phone import mask


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    chosen = _parser().parse_args(arguments)
    settings = Settings()
    try:
        match chosen.command:
            case "list":
                asyncio.run(_list(settings, open_only=not chosen.all))
            case "show":
                return asyncio.run(_show(settings, chosen.key))
            case "worker":
                configure_logging()
                asyncio.run(_work(settings))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ringback", description="Look after call-backs.")
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="the open call-backs, newest first")
    listing.add_argument("--all", action="store_true", help="those that are over as well")
    showing = commands.add_parser("show", help="everything that happened to one call-back")
    showing.add_argument("key", help="its key, as `ringback list` shows it")
    commands.add_parser("worker", help="follow call-backs and tell news, without an action server")
    return parser


async def _list(settings: Settings, *, open_only: bool) -> None:
    zone = settings.desk().timezone
    ledger = await Ledger.open(settings.ledger_url)
    try:
        callbacks = await ledger.everything(open_only=open_only)
    finally:
        await ledger.close()
    for callback in callbacks:
        print(_line(callback, zone))
    if not callbacks:
        print("No open call-backs." if open_only else "No call-backs yet.")


def _line(callback: Callback, zone: ZoneInfo) -> str:
    flag = "  needs an operator" if callback.needs_operator else ""
    since = _clock(callback.state_since, zone)
    return (
        f"{callback.key:<18} {callback.state.value:<17} since {since}  "
        f"{callback.queue_name}, {mask(callback.number)}{flag}"
    )


async def _show(settings: Settings, key: str) -> int:
    zone = settings.desk().timezone
    ledger = await Ledger.open(settings.ledger_url)
    try:
        callback = await ledger.get(key)
        history = await ledger.history(key)
        helped = await ledger.helped(key)
    except KeyError:
        print(f"There is no call-back {key}; `ringback list --all` shows them.", file=sys.stderr)
        return 1
    finally:
        await ledger.close()
    print(_line(callback, zone))
    print(f"at {callback.provider} as {callback.provider_id or 'nothing yet'}, asked for on {callback.channel}")
    for seen in history:
        note = f"  ({seen['note']})" if seen["note"] else ""
        print(f"  {_clock(seen['seen_at'], zone)}  {seen['state']:<17} {seen['word']}{note}")
    if helped is not None:
        print(f"the person said that it {'helped' if helped else 'did not help'}")
    return 0


def _clock(moment: float, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M:%S")


async def _work(settings: Settings) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with open_office(settings.model_copy(update={"worker_inside": True})):
        await stopped.wait()
