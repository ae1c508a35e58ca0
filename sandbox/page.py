"""The page at `/sandbox/`: the calls of all providers, and buttons to move them by hand.

Written on the server, so that it says the same without a script; the script only fetches it again every second. Nothing
comes from another host, and the browser is told so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from sandbox.calls import Call, Seen
from sandbox.hand import GESTURES
from sandbox.world import masked

MOST_LIVE = 200
MOST_ENDED = 20
MOST_TEXTS = 5
_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One call, when it starts in words, and what a hand can do to it."""

    call: Call
    seen: Seen
    start: str
    gestures: tuple[str, ...]


def page(rows: list[Row], now: str, texts: list[tuple[str, str, str]]) -> Response:
    """The whole page. Every word of it is escaped, the number masked. `texts` are messages: when, to whom, and what."""
    body = "".join(_row(row) for row in rows)
    said = "".join(f"<li>{escape(at)}, to {escape(masked(to))}: {escape(text)}" for at, to, text in texts)
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sandbox: calls</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/sandbox/page.css">'
        '<script src="/sandbox/page.js" defer></script>'
        '<noscript><meta http-equiv="refresh" content="1"></noscript></head><body><h1>Calls in the sandbox</h1>'
        f'<p id="now">{escape(now)}. Nobody’s phone rings.</p><p id="trouble" role="status"></p>'
        f'<ul id="texts" aria-label="Text messages">{said}</ul>'
        "<table><thead><tr><th>Provider<th>Call<th>Start<th>Number<th>State<th>Duration<th>By hand</thead>"
        f"<tbody>{body}</tbody></table></body></html>"
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"})


async def script(_: Request) -> Response:
    """Fetches the page every second and sends what a button says."""
    return FileResponse(_HERE / "page.js", media_type="text/javascript")


async def style(_: Request) -> Response:
    """A few lines of CSS."""
    return FileResponse(_HERE / "page.css", media_type="text/css")


def _row(row: Row) -> str:
    call, seen = row.call, row.seen
    cells = (call.provider, call.sid, row.start, masked(call.number), seen.state, f"{seen.duration} s")
    buttons = "" if seen.over else "".join(_buttons(call, row.gestures))
    over = ' class="over"' if seen.over else ""
    return (
        f'<tr id="call-{escape(call.sid)}"{over}>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + f"<td>{buttons}</td></tr>"
    )


def _buttons(call: Call, can: tuple[str, ...]) -> Iterable[str]:
    for gesture in GESTURES:
        words = "fail it" if gesture == "fail" else gesture.replace("_", " ")
        off = "" if gesture in can else " disabled"
        yield (f'<button data-call="{escape(call.sid)}" data-to="{escape(gesture)}"{off}>{escape(words)}</button> ')
