"""The status page as HTML. Pure; everything that comes from outside is escaped, and no number is shown in clear."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape
from statistics import median
from zoneinfo import ZoneInfo

from ringback.durations import span
from ringback.models import Callback, State
from ringback.status.charts import columns, rows
from ringback.status.snapshot import Away, Snapshot, by_hour
from ringback.understanding.phone import mask

_FAILURES = {
    State.FAILED_AGENT: "no agent answered",
    State.FAILED_CUSTOMER: "the customer did not answer",
    State.FAILED: "failed otherwise",
    State.REFUSED: "the provider refused",
    State.EXPIRED: "nothing was heard",
    State.CANCELLED: "cancelled",
}
_REASONS = {
    State.UNCERTAIN: "nobody knows whether it was ordered",
    State.EXPIRED: "nothing was heard of it",
    State.REFUSED: "the provider refused it when its time came",
    State.FAILED: "it was lost, or could not be ordered in time",
}
_BANDS = ((60, "under 1 min"), (300, "1 to 5 min"), (900, "5 to 15 min"), (3600, "15 to 60 min"))
_REFRESH = 10


def entrance(*, wrong: bool = False, wait: bool = False) -> str:
    """The form that asks for the token."""
    remark = ""
    if wait:
        remark = '<p class="wrong" role="alert">Too many wrong tokens. Wait a minute.</p>'
    elif wrong:
        remark = '<p class="wrong" role="alert">That is not the token.</p>'
    form = (
        '<form method="post" action="/status/enter"><label for="token">The token of this page '
        "(<code>RINGBACK_STATUS_TOKEN</code>)</label>"
        '<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>'
        f"<button>Open</button>{remark}</form>"
    )
    return _document("Ringback status", f'<main class="narrow"><h1>Ringback status</h1>{form}</main>', live=False)


def page(shown: Snapshot | Away) -> str:
    """The whole page; what changes stands in `#live`."""
    leave = '<form method="post" action="/status/leave"><button class="plain">Leave</button></form>'
    body = (
        f"<header><h1>{escape(shown.centre)} <small>call-backs</small></h1>{leave}</header>"
        f'<main id="live">{part(shown)}</main>'
        '<p id="connection" class="quiet" role="status"></p>'
    )
    return _document(f"{shown.centre}: call-backs", body, live=True)


def part(shown: Snapshot | Away) -> str:
    """The part that changes."""
    if isinstance(shown, Away):
        return '<p class="wrong">The ledger cannot be read at this moment. <code>ringback doctor</code> says more.</p>'
    zone = ZoneInfo(shown.timezone)
    return "".join(
        (_figures(shown), _needs_operator(shown, zone), _open(shown, zone), _charts(shown), _foot(shown, zone))
    )


def _figures(shown: Snapshot) -> str:
    today, outlook = shown.today, shown.outlook
    failed = sum(
        count for state, count in today.by_state.items() if state in _FAILURES and state is not State.CANCELLED
    )
    connect = span(median(today.connect_seconds)) if today.connect_seconds else "–"
    figures = (
        ("requests today", str(len(today.asked_at)), ""),
        ("answered", str(today.connected), ""),
        ("failed", str(failed), ""),
        ("time to connect, median", connect, ""),
        ("open now", str(sum(outlook.open_by_state.values())), ""),
        ("need an operator", str(outlook.flagged + outlook.stuck), "alarm" if outlook.flagged + outlook.stuck else ""),
    )
    tiles = "".join(f'<div class="{look}"><dt>{name}</dt><dd>{value}</dd></div>' for name, value, look in figures)
    return f'<dl class="figures">{tiles}</dl>'


def _needs_operator(shown: Snapshot, zone: ZoneInfo) -> str:
    if not shown.operators_list:
        return ""
    lines = "".join(
        f'<tr><td><code>{escape(one.key)}</code></td><td data-label="state">{_state(one)}</td>'
        f'<td data-label="why">{_why(one, one.key in shown.stuck)}</td>'
        f'<td data-label="queue">{escape(one.queue_name)}</td><td data-label="number">{mask(one.number)}</td>'
        f'<td data-label="asked">{_clock(one.created_at, zone)}</td></tr>'
        for one in shown.operators_list
    )
    head = _head(("key", "state", "why", "queue", "number", "asked"))
    return (
        f'<section class="alarm"><h2>The operator\'s list</h2><table>{head}<tbody>{lines}</tbody></table>'
        "<p class=quiet><code>ringback show KEY</code> tells the whole story, <code>ringback resolve</code> and "
        "<code>ringback retry-news</code> settle it.</p></section>"
    )


def _open(shown: Snapshot, zone: ZoneInfo) -> str:
    total = sum(shown.outlook.open_by_state.values())
    if not shown.open_callbacks:
        return "<section><h2>Open call-backs</h2><p>None at this moment.</p></section>"
    lines = "".join(
        f'<tr><td><code>{escape(one.key)}</code></td><td data-label="state">{_state(one)}</td>'
        f'<td data-label="for">{span(shown.at - one.state_since)}</td>'
        f'<td data-label="queue">{escape(one.queue_name)}</td><td data-label="number">{mask(one.number)}</td>'
        f'<td data-label="channel">{escape(one.channel)}</td>'
        f'<td data-label="asked">{_clock(one.created_at, zone)}</td></tr>'
        for one in shown.open_callbacks
    )
    more = (
        f"<p class=quiet>… and {total - len(shown.open_callbacks)} more.</p>"
        if total > len(shown.open_callbacks)
        else ""
    )
    states = ", ".join(f"{count} {_words(state)}" for state, count in sorted(shown.outlook.open_by_state.items()))
    head = _head(("key", "state", "for", "queue", "number", "channel", "asked"))
    return (
        f"<section><h2>Open call-backs</h2><p class=quiet>{states}</p>"
        f"<table>{head}<tbody>{lines}</tbody></table>{more}</section>"
    )


def _charts(shown: Snapshot) -> str:
    today, hours = shown.today, by_hour(shown.today, shown.day)
    length = max(24, *(hour + 1 for hour in hours)) if hours else 24
    asked = columns(
        [hours.get(hour, 0) for hour in range(length)],
        [f"{hour}:00" for hour in range(length)],
        title=f"Requests today by hour, {len(today.asked_at)} together",
    )
    failures = {words: today.by_state.get(state, 0) for state, words in _FAILURES.items()}
    return (
        f'<div class="charts"><section><h2>Requests by hour</h2>{asked}</section>'
        f"<section><h2>Not connected</h2>{rows(failures, title='Today, by reason')}</section>"
        f"<section><h2>Time to connect</h2>{rows(_bands(today.connect_seconds), title='Today, calls for at once')}"
        "</section></div>"
    )


def _bands(seconds: Iterable[float]) -> dict[str, int]:
    bands = {**{name: 0 for _, name in _BANDS}, "over an hour": 0}
    for one in seconds:
        bands[next((name for limit, name in _BANDS if one < limit), "over an hour")] += 1
    return bands


def _foot(shown: Snapshot, zone: ZoneInfo) -> str:
    waiting = shown.outlook.waiting
    news = f"{waiting} piece(s) of news under way" if waiting else "all news told"
    return f'<p class="quiet">As of {_clock(shown.at, zone)} ({escape(shown.timezone)}); {news}.</p>'


def _why(callback: Callback, stuck: bool) -> str:
    reasons = []
    if callback.needs_operator:
        reasons.append(_REASONS.get(callback.state, "it went wrong"))
    if stuck:
        reasons.append("its conversation takes no news")
    return ", ".join(reasons)


def _state(callback: Callback) -> str:
    return f'<span class="state {callback.state.value.lower()}">{_words(callback.state)}</span>'


def _words(state: State) -> str:
    return state.value.lower().replace("_", " ")


def _head(names: Iterable[str]) -> str:
    return "<thead><tr>" + "".join(f'<th scope="col">{name}</th>' for name in names) + "</tr></thead>"


def _clock(moment: float, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M:%S")


def _document(title: str, body: str, *, live: bool) -> str:
    script = '<script src="/status/status.js" defer></script>' if live else ""
    reload = f'<noscript><meta http-equiv="refresh" content="{_REFRESH}"></noscript>' if live else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/status/status.css">{reload}{script}</head>'
        f"<body>{body}</body></html>"
    )
