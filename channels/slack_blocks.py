"""A bot message as Slack can show it: sections, buttons, menus. Pure.

Slack's limits: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from channels.chat_base.choices import Choice, choices_of, shorten, titles
from channels.chat_base.words import WORDS as ALL_WORDS
from channels.slack_cards import Block, escaped
from channels.slack_words import WORDS, clock_in_words, day_in_words

LONGEST_SECTION = 3000
LONGEST_TEXT = 3900
MOST_SECTIONS = 20
TITLE = 75
MOST_BUTTONS = 5
MOST_OPTIONS = 100


@dataclass(frozen=True)
class Post:
    """One message: `text` for notifications and readers aloud, `blocks` for the eye."""

    text: str
    blocks: list[Block]


def post_of(message: Mapping[str, Any], zone: str, language: str) -> Post:
    """A bot message with what it offers. `zone`: the person's own (IANA, may be empty), for times of a centre in
    another one; `language`: that of our own words around it.
    """
    text = str(message.get("text") or "").strip()
    choices = choices_of(message)
    times = _times(message, language)
    controls = _time_menu(choices, times, zone, language) if len(times) > MOST_BUTTONS else _controls(choices, language)
    said = text or (ALL_WORDS.say("choose", language) if controls else "")
    return Post(escaped(said)[:LONGEST_TEXT], [*sections(said), *controls])


def sections(text: str) -> list[Block]:
    """The text in sections; plain, so that nobody's words become mark-up."""
    pieces = [text[place : place + LONGEST_SECTION] for place in range(0, len(text), LONGEST_SECTION)]
    return [{"type": "section", "text": _plain(piece)} for piece in pieces[:MOST_SECTIONS] if piece.strip()]


def answered(asked: str, title: str, language: str) -> Post:
    """A question whose controls gave way to what was chosen."""
    chosen = WORDS.say("chosen", language, title=shorten(title, TITLE))
    context = {"type": "context", "elements": [_plain(f"✓ {chosen}")]}
    return Post(escaped(f"{asked} – {chosen}")[:LONGEST_TEXT], [*sections(asked), context])


def _controls(choices: Sequence[Choice], language: str) -> list[Block]:
    if not choices:
        return []
    if len(choices) <= MOST_BUTTONS:
        return [_buttons(choices)]
    menus = [choices[place : place + MOST_OPTIONS] for place in range(0, len(choices), MOST_OPTIONS)]
    invites = WORDS.say("choose_from", language)
    return [_menu({"options": _options(some)}, place, invites) for place, some in enumerate(menus[:5])]


def _buttons(choices: Sequence[Choice]) -> Block:
    elements = [
        {"type": "button", "action_id": f"button-{place}", "text": _plain(title), "value": one.id}
        for place, (one, title) in enumerate(zip(choices, titles(choices, TITLE), strict=True))
    ]
    return {"type": "actions", "block_id": "buttons", "elements": elements}


def _menu(content: Mapping[str, Any], place: int, placeholder: str) -> Block:
    element = {"type": "static_select", "action_id": f"menu-{place}", "placeholder": _plain(placeholder), **content}
    return {"type": "actions", "block_id": f"menu-{place}", "elements": [element]}


def _options(choices: Sequence[Choice]) -> list[Block]:
    return [_option(title, one.id, one.note) for one, title in zip(choices, titles(choices, TITLE), strict=True)]


def _option(title: str, value: str, note: str) -> Block:
    option = {"text": _plain(title), "value": value}
    return {**option, "description": _plain(shorten(note, TITLE))} if note.strip() else option


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


@dataclass(frozen=True)
class _Time:
    choice: Choice
    day: str
    local: datetime


def _times(message: Mapping[str, Any], language: str) -> list[_Time]:
    """The free times that the message's hint knows, in order; none if there are no facts about times."""
    hint = message.get("hint") or (message.get("metadata") or {}).get("hint")
    if not isinstance(hint, Mapping) or hint.get("ask") != "time_slot":
        return []
    zone = _zone(str(hint.get("zone") or "")) or timezone.utc
    found = []
    for option in hint.get("options") or ():
        if not isinstance(option, Mapping) or not option.get("payload") or not option.get("starts_at"):
            continue
        local = datetime.fromtimestamp(float(option["starts_at"]), zone)
        choice = Choice(str(option.get("title") or f"{local:%H:%M}"), str(option["payload"]))
        found.append(_Time(choice, day_in_words(local, language), local))
    return sorted(found, key=lambda one: one.local)


def _zone(name: str) -> ZoneInfo | None:
    if not re.fullmatch(r"[A-Za-z0-9_+/-]{1,64}", name):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def _time_menu(choices: Sequence[Choice], times: Sequence[_Time], zone: str, language: str) -> list[Block]:
    """The next few times as buttons, and all of them in a menu by days."""
    known = {one.choice.payload for one in times}
    quick = [one for one in choices if one.payload in known][:MOST_BUTTONS]
    theirs = _zone(zone)
    groups = []
    for day, of_day in groupby(times, key=lambda one: one.day):
        options = [
            _option(shorten(one.choice.title, TITLE), one.choice.id, _note(one, theirs, language)) for one in of_day
        ]
        groups += [
            {"label": _plain(day), "options": options[place : place + MOST_OPTIONS]}
            for place in range(0, len(options), MOST_OPTIONS)
        ]
    menu = _menu({"option_groups": groups[:MOST_OPTIONS]}, 0, WORDS.say("other_times", language))
    return [*([_buttons(quick)] if quick else []), menu]


def _note(one: _Time, theirs: ZoneInfo | None, language: str) -> str:
    """The time on the person's own clock, if that shows another one."""
    if theirs is None:
        return ""
    there = one.local.astimezone(theirs)
    if there.utcoffset() == one.local.utcoffset():
        return ""
    return WORDS.say("local_time", language, time=clock_in_words(there, language))
