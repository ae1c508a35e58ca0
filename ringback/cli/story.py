"""`ringback show`: the whole story of one call-back, as a timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from ringback.cli.console import clock, complain, console, for_scripts, iso, print_json
from ringback.ledger.outbox import STUCK
from ringback.ledger.oversight import Agreed, Told
from ringback.ledger.store import Ledger
from ringback.models import Callback, Frozen
from ringback.settings import Settings
from ringback.tracing import trace_id_of
from ringback.understanding.phone import mask


class Moment(Frozen):
    """One line of the timeline. `at` is in seconds since the epoch; `what` is asked, state, news or consent."""

    at: float
    what: str
    text: str


class Story(Frozen):
    """Everything that is known about one call-back."""

    callback: Callback
    moments: tuple[Moment, ...]
    news: tuple[Told, ...]
    helped: bool | None


async def show(settings: Settings, key: str, *, as_json: bool) -> int:
    """Print the story of one call-back."""
    zone = settings.desk().timezone
    ledger = await Ledger.of(settings)
    try:
        story = await read_story(ledger, key)
    except KeyError:
        return complain(f"There is no call-back {key}; `ringback list --all` shows them.")
    finally:
        await ledger.close()
    if as_json:
        print_json(_document(story))
    else:
        _print(story, zone)
    return 0


async def read_story(ledger: Ledger, key: str) -> Story:
    """Everything about one call-back. Raises KeyError when there is none."""
    callback = await ledger.get(key)
    news, consents = await ledger.told(key), await ledger.agreed(key)
    return Story(
        callback=callback,
        moments=tuple(_moments(callback, await ledger.history(key), news, consents)),
        news=tuple(news),
        helped=await ledger.helped(key),
    )


def _moments(
    callback: Callback, history: Sequence[Mapping[str, Any]], news: Sequence[Told], consents: Sequence[Agreed]
) -> list[Moment]:
    moments = [
        Moment(
            at=callback.created_at, what="asked", text=f"{callback.queue_name}, on {callback.channel or 'no channel'}"
        )
    ]
    moments += [
        Moment(at=one.given_at, what="consent", text=f"{one.what}, wording {one.wording_version}, on {one.channel}")
        for one in consents
    ]
    for seen in history:
        word = f"the provider says {seen['word']!r}" if seen["word"] else ""
        text = "  ".join(one for one in (seen["state"], word, seen["note"]) if one)
        moments.append(Moment(at=seen["seen_at"], what="state", text=text))
    moments += [Moment(at=one.told_at or one.made_at, what="news", text=_delivery(one)) for one in news]
    # What happened at the same moment stays in the order of telling: asked, agreed, seen, told.
    return sorted(moments, key=lambda one: one.at)


def _delivery(news: Told) -> str:
    tries = f" after {news.tries} failed tries" if news.tries else ""
    if news.told_at is not None:
        return f"told: {news.kind} ({news.told_at - news.made_at:.1f} s later){tries}"
    if news.outcome == STUCK:
        return f"STUCK: {news.kind}, the conversation does not take it{tries}; `ringback retry-news` tries at once"
    if news.outcome == "waiting":
        return f"waiting to be told: {news.kind}{tries}"
    return f"not told, something newer came: {news.kind}"


def _print(story: Story, zone: ZoneInfo) -> None:
    callback, out = story.callback, console()
    heading = Text(f"{callback.key}  {callback.state.value}  {callback.queue_name}, {mask(callback.number)}", "bold")
    if callback.needs_operator:
        heading.append("  needs an operator", "red")
    out.print(heading)
    out.print(
        Text(f"at {callback.provider} as {callback.provider_id or 'nothing yet'}, trace {trace_id_of(callback.key)}")
    )
    if callback.starts_at is not None:
        out.print(Text(f"booked for {clock(callback.starts_at, zone)} ({zone.key})"))
    table = Table(box=None, pad_edge=False, show_header=False)
    for one in story.moments:
        table.add_row(clock(one.at, zone), one.what, Text(one.text, "red" if one.text.startswith("STUCK") else ""))
    out.print(table)
    if story.helped is not None:
        out.print(f"the person said that it {'helped' if story.helped else 'did not help'}")


def _document(story: Story) -> Mapping[str, Any]:
    return {
        **for_scripts(story.callback, news_stuck=any(one.outcome == STUCK for one in story.news)),
        "trace_id": trace_id_of(story.callback.key),
        "timeline": [{"at": iso(one.at), "what": one.what, "text": one.text} for one in story.moments],
        "news": [
            {
                "kind": one.kind,
                "made_at": iso(one.made_at),
                "tries": one.tries,
                "told_at": iso(one.told_at),
                "outcome": one.outcome,
            }
            for one in story.news
        ],
        "helped": story.helped,
    }
