"""`ringback list`: call-backs as a table, once or live."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from rich.live import Live
from rich.table import Table
from rich.text import Text

from ringback.cli.console import clock, console, for_scripts, print_json
from ringback.durations import span
from ringback.ledger.oversight import Wanted
from ringback.ledger.store import Ledger
from ringback.models import Callback, State
from ringback.settings import Settings
from ringback.understanding.phone import mask

EVERY = 1.0
"""Seconds between two looks of `--watch`."""
_COLOURS = {State.CONNECTED: "green", State.COMPLETED: "green", State.UNCERTAIN: "yellow"}


async def list_callbacks(settings: Settings, chosen: argparse.Namespace) -> int:
    """Print what was asked for; with `--watch` until Ctrl-C."""
    zone = settings.desk().timezone
    wanted = Wanted(
        state=chosen.state,
        queue=chosen.queue,
        channel=chosen.channel,
        since=chosen.since,
        needs_operator=chosen.needs_operator,
        ended=chosen.all,
    )
    ledger = await Ledger.of(settings)
    try:
        if chosen.watch:
            await _watch(ledger, wanted, chosen.limit, zone, as_json=chosen.json)
        else:
            await _once(ledger, wanted, chosen.limit, zone, as_json=chosen.json)
    finally:
        await ledger.close()
    return 0


async def _once(ledger: Ledger, wanted: Wanted, limit: int, zone: ZoneInfo, *, as_json: bool) -> None:
    callbacks = await ledger.search(wanted, limit=limit)
    stuck = await ledger.stuck_keys()
    if as_json:
        print_json([for_scripts(one, news_stuck=one.key in stuck) for one in callbacks])
    elif callbacks:
        console().print(_table(callbacks, stuck, zone))
    else:
        print(_nothing(wanted))


async def _watch(ledger: Ledger, wanted: Wanted, limit: int, zone: ZoneInfo, *, as_json: bool) -> None:
    if as_json:
        seen: dict[str, tuple[int, bool]] = {}
        while True:
            stuck = await ledger.stuck_keys()
            for one in reversed(await ledger.search(wanted, limit=limit)):
                now = (one.seq, one.key in stuck)
                if seen.get(one.key) != now:
                    seen[one.key] = now
                    line = json.dumps(for_scripts(one, news_stuck=now[1]), ensure_ascii=False)
                    print(line, flush=True)
            await asyncio.sleep(EVERY)
    with Live(console=console(), auto_refresh=False) as live:
        while True:
            callbacks, stuck = await ledger.search(wanted, limit=limit), await ledger.stuck_keys()
            live.update(_table(callbacks, stuck, zone) if callbacks else Text(_nothing(wanted)), refresh=True)
            await asyncio.sleep(EVERY)


def _nothing(wanted: Wanted) -> str:
    if wanted.needs_operator:
        return "Nothing needs an operator."
    if wanted.state or wanted.queue or wanted.channel or wanted.since:
        return "No such call-backs."
    return "No call-backs yet." if wanted.ended else "No open call-backs."


def _table(callbacks: Sequence[Callback], stuck: Collection[str], zone: ZoneInfo) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("KEY", "STATE", "SINCE", "FOR", "QUEUE", "NUMBER", "CHANNEL", ""):
        table.add_column(heading, no_wrap=heading != "")
    now = time.time()
    for one in callbacks:
        table.add_row(
            Text(one.key),
            Text(one.state.value, _COLOURS.get(one.state, "")),
            clock(one.state_since, zone),
            span(now - one.state_since),
            Text(one.queue_name),
            mask(one.number),
            Text(one.channel),
            Text(_remark(one, one.key in stuck), "red"),
        )
    return table


def _remark(callback: Callback, news_stuck: bool) -> str:
    remarks = (callback.needs_operator and "needs an operator", news_stuck and "its news is stuck")
    return ", ".join(one for one in remarks if one)
