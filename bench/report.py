"""Writes the tables of docs/performance.md from bench/results.json: `python -m bench.report`. Pure but for `write`."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

RESULTS = Path(__file__).with_name("results.json")
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"

Figures = Mapping[str, float]
"""What was measured, by name; bench/README.md says how."""


class Line(NamedTuple):
    """One row of a table: what it says, the figures in it as a format, and what was aimed at."""

    says: str
    value: str
    target: str = ""


TABLES: Mapping[str, Sequence[Line]] = {
    "turns": (
        Line("our turns, 32 people at once, provider takes 200 ms", "{turn.shipped_per_s_32:.0f} turns/s"),
        Line("a synchronous action with `requests`, as demos have it", "{turn.sync_per_s_32:.1f} turns/s"),
        Line("**ours against that**", "**{turn.vs_sync_baseline:.0f} ×**", "≥ 10 ×"),
        Line("with nothing kept: every call asks the provider anew", "{turn.nothing_kept_vs_sync_baseline:.1f} ×"),
        Line(
            "a call that needs no provider, 1, 8, 32 people: p50",
            "{turn.kept_p50_ms_1:.0f}, {turn.kept_p50_ms_8:.0f}, {turn.kept_p50_ms_32:.0f} ms",
        ),
        Line("… p99", "{turn.kept_p99_ms_1:.0f}, {turn.kept_p99_ms_8:.0f}, {turn.kept_p99_ms_32:.0f} ms"),
        Line(
            "an action that does nothing, 1, 8, 32 people: p99",
            "{turn.noop_p99_ms_1:.0f}, {turn.noop_p99_ms_8:.0f}, {turn.noop_p99_ms_32:.0f} ms",
        ),
        Line("**p99 of ours against it, 32 people**", "**{turn.vs_noop_p99:.1f} ×**", "≤ 3 ×"),
        Line("CPU of a turn of the form in the action server", "{understanding.turn_cpu_ms:.1f} ms"),
    ),
    "rasa": (
        Line("whole turns through Rasa, 8 people", "{rasa.ours_turns_per_s:.0f} turns/s"),
        Line("without what the launcher saves", "{rasa.unsaved_turns_per_s:.0f} turns/s"),
        Line("**saved by the launcher**", "**{rasa.saved_by_launcher:.1f} ×**"),
        Line("a bot that can only greet, in memory: Rasa's own floor", "{rasa.minimal_turns_per_s:.0f} turns/s"),
        Line(
            "a turn of ours, the 1st, 50th, 200th of a conversation",
            "{rasa.ours_turn_ms_at_1:.0f}, {rasa.ours_turn_ms_at_50:.0f}, {rasa.ours_turn_ms_at_200:.0f} ms",
        ),
        Line(
            "… without the savings",
            "{rasa.unsaved_turn_ms_at_1:.0f}, {rasa.unsaved_turn_ms_at_50:.0f}, {rasa.unsaved_turn_ms_at_200:.0f} ms",
        ),
        Line(
            "… of the bot that greets",
            "{rasa.minimal_turn_ms_at_1:.0f}, {rasa.minimal_turn_ms_at_50:.0f}, {rasa.minimal_turn_ms_at_200:.0f} ms",
        ),
    ),
    "news": (
        Line("browser: p95", "{news.browser_p95_over_interval_s:+.2f} s", "≤ +0.7 s"),
        Line("browser: p99", "{news.browser_p99_over_interval_s:+.2f} s"),
        Line("Slack: p99", "{news.slack_p99_over_interval_s:+.2f} s"),
        Line("WhatsApp: p99", "{news.whatsapp_p99_over_interval_s:+.2f} s"),
        Line(
            "a page among 1, 100, 1,000 open ones: p99",
            "{news.socket_1_open_p99_over_interval_s:+.2f}, {news.socket_100_open_p99_over_interval_s:+.2f}, "
            "{news.socket_1000_open_p99_over_interval_s:+.2f} s",
        ),
        Line(
            "Slack's and Twilio's request answered, 50 at once, provider takes 5 s: p99",
            "{acknowledge.slack_p99_s:.3f} and {acknowledge.whatsapp_p99_s:.3f} s",
            "< 0.1 s",
        ),
    ),
    "following": (
        Line("one worker, 10,000 open, 500 of them ringing", "{following.polls_per_second:.0f} looks/s"),
        Line("CPU of a look, news and ledger included", "{following.cost_ms:.2f} ms"),
        Line("against a bare loop with the same client", "{following.cost_ratio:.2f} ×", "≤ 1.5 ×"),
        Line("lag over the interval, p99", "{following.lag_p99_over_interval_s:+.2f} s", "≤ +0.5 s"),
        Line("memory for each open call-back", "{following.kb_each:.1f} KB", "≤ 12 KB"),
        Line("**two workers against one**", "**{following.scaling_two_workers:.2f} ×**", "≥ 1.8 ×"),
        Line(
            "a look with 100, 10,000, 100,000 call-backs in the ledger",
            "{scale.look_ms_100:.2f}, {scale.look_ms_10000:.2f}, {scale.look_ms_100000:.2f} ms",
        ),
        Line(
            "100,000 booked for next week: CPU, memory",
            "{sleepers.cpu_percent:.1f} %, {sleepers.mb:.0f} MB",
            "< 2 %, < 40 MB",
        ),
        Line("a killed worker's call-backs are looked at again after", "{takeover.seconds:.1f} s", "≤ 15 s"),
        Line(
            "100 kills: endings lost, ordered twice, out of order",
            "{chaos.lost_endings:.0f}, {chaos.double_orders:.0f}, {chaos.out_of_order:.0f}",
            "0, 0, 0",
        ),
    ),
    "cluster": (
        Line("endings lost", "{cluster.lost_endings:.0f}", "0"),
        Line("ordered twice", "{cluster.double_orders:.0f}", "0"),
        Line("chats that got no answer any more", "{cluster.stuck_chats:.0f}", "0"),
        Line("sentences that had to be said again", "{cluster.apologies:.0f}"),
        Line("longest that a page was without its conversation", "{cluster.away_s:.1f} s", "≤ 5 s"),
    ),
    "start": (
        Line(
            "until the sandbox, the action server, Rasa answer",
            "{start.sandbox_s:.1f}, {start.actions_s:.1f}, {start.rasa_s:.1f} s",
        ),
        Line("their memory", "{start.sandbox_mb:.0f}, {start.actions_mb:.0f}, {start.rasa_mb:.0f} MB"),
        Line("time to train, size of the model", "{start.train_s:.0f} s, {start.model_mb:.1f} MB"),
    ),
}
CURVE = ("2_2", "3_15", "5_15", "10_15", "15_15", "30_30")
SHIPPED = "5_15"
DAYS = (1_000, 10_000, 100_000)
BUSIEST_HOUR, TURNS, MINUTES_OPEN, HEADROOM = 0.15, 10, 9.0, 0.5


def page(text: str, figures: Figures) -> str:
    """The page with every table between its markers written anew. Raises KeyError for a marker of no table."""
    made = {name: table(lines, figures) for name, lines in TABLES.items()}
    for name, make in (("politeness", curve), ("centres", centres)):
        try:
            made[name] = make(figures)
        except KeyError as missing:
            made[name] = f"Not measured yet: {missing}."

    def anew(found: re.Match[str]) -> str:
        return f"<!-- {found[1]} -->\n{made[found[1]]}\n<!-- end -->"

    return re.sub(r"<!-- (\w+) -->\n.*?<!-- end -->", anew, text, flags=re.DOTALL)


def table(lines: Sequence[Line], figures: Figures) -> str:
    """One Markdown table."""
    rows = [f"| {line.says} | {_filled(line.value, figures)} | {line.target} |" for line in lines]
    return "\n".join(["| what | measured | aimed at |", "|---|---|---|", *rows])


def curve(figures: Figures) -> str:
    """Requests for a call-back against how late a person hears that their phone rings."""
    rows = [f"| every 2 s, whatever happens | {figures['politeness.requests_fixed']:.0f} | 1.9 s | 0 % |"]
    for name in CURVE:
        holding, waiting = name.split("_")
        values = (
            f"{figures[f'politeness.requests_{name}']:.0f}",
            f"{figures[f'politeness.ringing_late_p95_s_{name}']:.1f} s",
            f"{100 * figures[f'politeness.ringing_unseen_{name}']:.0f} %",
        )
        what = f"`holding` {holding}, `waiting` {waiting}{' (as shipped)' if name == SHIPPED else ''}"
        rows.append(f"| {what} | {' | '.join(values)} |")
    head = '| looks | requests for a call-back | "your phone is ringing" is late: p95 | never seen |\n|---|---|---|---|'
    return "\n".join([head, *rows])


class Need(NamedTuple):
    """What a centre with so many call-backs a day needs in its busiest hour."""

    a_day: int
    an_hour: float
    open_at_once: float
    turns_per_s: float
    looks_per_s: float
    rasa_servers: int
    action_servers: int
    workers: int
    ledger_mb_a_month: float


def need(a_day: int, figures: Figures) -> Need:
    """The formulas of the page, with the figures of the machine that measured them."""
    an_hour = a_day * BUSIEST_HOUR
    turns = an_hour * TURNS / 3600
    looks = an_hour * figures[f"politeness.requests_{SHIPPED}"] / 3600
    return Need(
        a_day=a_day,
        an_hour=an_hour,
        open_at_once=an_hour * MINUTES_OPEN / 60,
        turns_per_s=turns,
        looks_per_s=looks,
        rasa_servers=_at_least_one(turns / (figures["rasa.ours_turns_per_s"] * HEADROOM)),
        action_servers=_at_least_one(turns * figures["understanding.turn_cpu_ms"] / 1000 / HEADROOM),
        workers=_at_least_one(looks * figures["following.cost_ms"] / 1000 / HEADROOM),
        ledger_mb_a_month=a_day * 30 * figures["scale.ledger_kb_each"] / 1024,
    )


def centres(figures: Figures) -> str:
    """One row for each size of centre."""
    head = (
        "| call-backs a day | in the busiest hour | open at once | turns/s | looks/s | Rasa servers | action servers "
        "| workers | ledger, a month |\n|---|---|---|---|---|---|---|---|---|"
    )
    rows = []
    for one in (need(count, figures) for count in DAYS):
        counts = f"{one.rasa_servers} | {one.action_servers} | {one.workers}"
        flow = f"{one.open_at_once:,.0f} | {one.turns_per_s:.1f} | {one.looks_per_s:,.0f}"
        rows.append(f"| {one.a_day:,} | {one.an_hour:,.0f} | {flow} | {counts} | {one.ledger_mb_a_month:,.0f} MB |")
    return "\n".join([head, *rows])


def _at_least_one(servers: float) -> int:
    return max(1, math.ceil(servers))


def _filled(template: str, figures: Figures) -> str:
    def one(found: re.Match[str]) -> str:
        return format(figures[found[1]], found[2][1:]) if found[1] in figures else "not measured"

    return re.sub(r"{([\w.]+)(:[^}]*)}", one, template)


def read() -> Figures:
    """The figures as they were last measured."""
    found: dict[str, float] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {name: value for name, value in found.items() if name != "_runs"}


def write() -> None:
    """Bring the page up to date."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), read()), encoding="utf-8")


if __name__ == "__main__":
    write()
