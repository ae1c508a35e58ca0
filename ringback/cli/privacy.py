"""`ringback erase NUMBER` and `ringback export NUMBER`: what a person may ask of whoever keeps their data."""

from __future__ import annotations

import argparse
import json
import sys

from ringback.conversations import open_stores
from ringback.ledger.store import Ledger
from ringback.office import open_office
from ringback.privacy import Forgotten, StillOnItsWay, forget_number, known, read_number
from ringback.settings import Settings


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the two commands."""
    erasing = commands.add_parser("erase", help="erase everything that is known about a number, everywhere")
    exporting = commands.add_parser("export", help="everything that is known about a number, as JSON")
    for parser in (erasing, exporting):
        parser.add_argument("number", help="+14165550123, or as it is written in the centre's own country")


async def export(settings: Settings, chosen: argparse.Namespace) -> int:
    """Print everything about a number as JSON. Raises SettingsError and LedgerDown."""
    number = _number(settings, chosen)
    if not number:
        return 1
    ledger = await Ledger.of(settings)
    try:
        async with open_stores(settings) as stores:
            found = await known(number, ledger, stores)
    finally:
        await ledger.close()
    print(json.dumps(found, indent=2, ensure_ascii=False, default=str))
    return 0


async def erase(settings: Settings, chosen: argparse.Namespace) -> int:
    """Erase everything about a number. Raises SettingsError and LedgerDown."""
    number = _number(settings, chosen)
    if not number:
        return 1
    quiet = settings.model_copy(update={"worker_inside": False})
    async with open_office(quiet) as desk, open_stores(settings) as stores:
        outcome = await forget_number(number, desk.ledger, stores, desk.cancel)
    match outcome:
        case StillOnItsWay(callbacks=callbacks):
            keys = ", ".join(one.key for one in callbacks)
            print(
                f"Nothing was erased: {keys} is under way and cannot be called off. Erase again when it is over.",
                file=sys.stderr,
            )
            return 1
        case Forgotten(callbacks=count, cancelled=cancelled, conversations=conversations):
            called_off = f", {cancelled} of them called off before" if cancelled else ""
            print(f"Erased: {count} call-backs{called_off}, {conversations} conversations.")
            print("What stays: that there was a call, to which queue and how it went, without number, answers or name.")
            print("The provider keeps records of its own: ask it to erase the number as well.")
    return 0


def _number(settings: Settings, chosen: argparse.Namespace) -> str:
    number = read_number(chosen.number, settings.desk())
    if not number:
        print("That is not one telephone number. Write it with its country code: +14165550123.", file=sys.stderr)
    return number
