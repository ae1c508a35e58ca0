"""Reads what Slack posts: events, taps, commands and shortcuts. All of it is doubtful until it is here. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from channels.chat_base.meaning import Incoming
from channels.slack_cards import BLOCK as CARD_BLOCK

LONGEST_TEXT = 4096
LONGEST_QUOTE = 300
SHORTCUT = "call_me_about_this"
_TEAM, _USER, _CHANNEL = (re.compile(rf"[{first}][A-Z0-9]{{2,30}}") for first in ("TE", "UW", "CDG"))
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_TS = re.compile(r"\d{1,15}\.\d{1,10}")
_CONVERSATION = re.compile(r"([TE][A-Z0-9]{2,30})-([UW][A-Z0-9]{2,30})")
_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_LIKE_A_NUMBER = re.compile(r"\+?\d(?:[\s()./-]{0,3}\d){6,}")
_NOT_A_TOPIC = frozenset({
    "where", "status", "cancel", "stop", "help", "change", "move", "how",
    "wo", "wann", "wie", "stornieren", "storniere", "absagen", "abbrechen", "stopp", "hilfe", "ändern", "verschieben",
    "où", "ou", "quand", "comment", "statut", "annuler", "annule", "annulez", "arrêter", "arrêtez", "aide", "changer",
    "changez", "modifier", "déplacer", "déplacez",
})  # fmt: skip
_PEOPLE_S_MESSAGES = frozenset({None, "file_share", "thread_broadcast"})


@dataclass(frozen=True)
class Tap:
    """Where something was tapped: the message's moment and text, and the title of what was chosen."""

    ts: str
    asked: str
    title: str


@dataclass(frozen=True)
class Message:
    """Something a person said or tapped. `direct` is their direct message's id, where Slack has told it; `elsewhere`
    the channel in which it was said, if that was not the direct message, and `response_url` a way to answer there.
    `asks` says what is asked for without words of theirs: "call", "about" (somebody's words) or "hello".
    """

    id: str
    team: str
    user: str
    incoming: Incoming
    direct: str = ""
    elsewhere: str = ""
    response_url: str = field(default="", repr=False)
    by: str = "message"
    asks: str = ""
    has_file: bool = False
    tap: Tap | None = None


@dataclass(frozen=True)
class HomeOpened:
    """A person looks at the app's home."""

    team: str
    user: str


@dataclass(frozen=True)
class Challenge:
    """Slack asks whether we are there."""

    text: str


@dataclass(frozen=True)
class Nothing:
    """Signed, but nothing for us."""


@dataclass(frozen=True)
class Unreadable:
    """Not what Slack posts."""


Read = Message | HomeOpened | Challenge | Nothing | Unreadable


def conversation_of(team: str, user: str) -> str:
    """The id of a person's conversation in a workspace: safe in a URL."""
    return f"{team}-{user}"


def who(conversation: str) -> tuple[str, str] | None:
    """Team and user of a conversation; None if it is no such id."""
    found = _CONVERSATION.fullmatch(conversation)
    return (found[1], found[2]) if found else None


def read(body: bytes, content_type: str) -> Read:
    """What was posted; never raises."""
    try:
        if content_type.startswith("application/json"):
            content = json.loads(body)
            return _event(content) if isinstance(content, dict) else Unreadable()
        if content_type.startswith("application/x-www-form-urlencoded"):
            form = {key: values[0] for key, values in parse_qs(body.decode(), max_num_fields=50).items()}
            if "payload" in form:
                content = json.loads(form["payload"])
                return _interaction(content) if isinstance(content, dict) else Unreadable()
            return _command(form) if "command" in form else Unreadable()
    except (ValueError, RecursionError):
        pass
    return Unreadable()


def plain(text: object) -> str:
    """Slack's mark-up as a person reads it: labels of links, no mentions, no entities."""
    shown = _MARKUP.sub(_unwrapped, text if isinstance(text, str) else "")
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(entity, sign)
    return shown.replace("\x00", "")[:LONGEST_TEXT].strip()


def _unwrapped(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    if target.startswith(("@", "!")):
        return label if target.startswith("!") else ""
    return label or target.removeprefix("mailto:").removeprefix("tel:").removeprefix("#")


def _event(content: Mapping[str, Any]) -> Read:
    if content.get("type") == "url_verification":
        challenge = content.get("challenge")
        return Challenge(challenge[:512]) if isinstance(challenge, str) else Unreadable()
    event = _part(content, "event")
    team, user = content.get("team_id"), event.get("user")
    if content.get("type") != "event_callback" or not (_is(_TEAM, team) and _is(_USER, user)) or event.get("bot_id"):
        return Nothing()
    if event.get("type") == "app_home_opened":
        return HomeOpened(str(team), str(user)) if event.get("tab", "home") == "home" else Nothing()
    return _said(str(content.get("event_id")), str(team), event)


def _said(name: str, team: str, event: Mapping[str, Any]) -> Message | Nothing:
    channel, user, text = event.get("channel"), event["user"], plain(event.get("text"))
    if not _is(_ID, name) or not _is(_CHANNEL, channel):
        return Nothing()
    if event.get("type") == "app_mention":
        asks = "" if text else "hello"
        return Message(name, team, user, Incoming(text), elsewhere=str(channel), by="mention", asks=asks)
    is_theirs = event.get("type") == "message" and event.get("subtype") in _PEOPLE_S_MESSAGES
    if not is_theirs or event.get("channel_type") != "im":
        return Nothing()
    return Message(name, team, user, Incoming(text), direct=str(channel), has_file=bool(event.get("files")))


def _interaction(content: Mapping[str, Any]) -> Read:
    user = _part(content, "user")
    team = _part(content, "team").get("id") or user.get("team_id")
    if not (_is(_TEAM, team) and _is(_USER, user.get("id")) and _is(_ID, content.get("trigger_id"))):
        return Unreadable()
    common = (str(content["trigger_id"]), team, user["id"])
    channel = _part(content, "channel").get("id")
    url = str(content.get("response_url") or "")
    if content.get("type") == "block_actions":
        return _tap(common, content, channel)
    if content.get("type") == "message_action" and content.get("callback_id") == SHORTCUT:
        quote = _LIKE_A_NUMBER.sub("…", plain(_part(content, "message").get("text")))[:LONGEST_QUOTE]
        where = _elsewhere(channel)
        url = url if where else ""
        return Message(*common, Incoming(quote), elsewhere=where, response_url=url, by="shortcut", asks="about")
    if content.get("type") == "shortcut":
        return Message(*common, Incoming(), by="shortcut", asks="call")
    return Nothing()


def _tap(common: tuple[str, str, str], content: Mapping[str, Any], channel: object) -> Read:
    actions = content.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    chosen = _part(action, "selected_option") or action
    tapped, title = chosen.get("value"), plain(_part(chosen, "text").get("text"))
    if not isinstance(tapped, str) or not _is(_ID, tapped):
        return Nothing()
    if content.get("view"):
        if tapped == "ask":
            return Message(*common, Incoming(), by="home", asks="call")
        return Message(*common, Incoming(title, tapped), by="home")
    message = _part(content, "message")
    ts = message.get("ts")
    if not _is(_CHANNEL, channel) or _elsewhere(channel) or not _is(_TS, ts):
        return Nothing()
    is_card = str(action.get("block_id") or "").startswith(CARD_BLOCK)
    tap = None if is_card else Tap(str(ts), plain(message.get("text")), title)
    return Message(*common, Incoming(title, tapped), direct=str(channel), by="tap", tap=tap)


def _command(form: Mapping[str, str]) -> Read:
    team, user, trigger = form.get("team_id"), form.get("user_id"), form.get("trigger_id")
    if not (_is(_TEAM, team) and _is(_USER, user) and _is(_ID, trigger)):
        return Unreadable()
    where = _elsewhere(form.get("channel_id", ""))
    text = plain(form.get("text"))
    asks = "call" if _is_a_topic(text) else ""
    return Message(str(trigger), str(team), str(user), Incoming(text), elsewhere=where, by="command", asks=asks)


def _is_a_topic(text: str) -> bool:
    """The command itself says that a call is wanted, unless what follows it is about one that was."""
    first = text.casefold().split(maxsplit=1)[:1]
    return not (first and first[0] in _NOT_A_TOPIC)


def _elsewhere(channel: object) -> str:
    """The channel, unless it is a direct message."""
    return channel if isinstance(channel, str) and _is(_CHANNEL, channel) and not channel.startswith("D") else ""


def _part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = content.get(name)
    return found if isinstance(found, Mapping) else {}


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
