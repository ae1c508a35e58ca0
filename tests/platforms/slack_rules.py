"""What Slack refuses in blocks and metadata: the official SDK's models, and the limits that those leave out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

MOST_BLOCKS, MOST_BLOCKS_OF_A_VIEW = 50, 100


def faults_of(blocks: object, most: int = MOST_BLOCKS) -> list[str]:
    """Everything that is wrong with them; empty if Slack would take them."""
    if not isinstance(blocks, list) or len(blocks) > most:
        return [f"no list of at most {most} blocks"]
    found: list[str] = []
    for block in blocks:
        found += _of_block(block)
    for name in ("block_id", "action_id"):
        named = [part[name] for part in _parts(blocks) if name in part]
        found += [f"{name} {one!r} twice" for one, times in Counter(named).items() if times > 1]
        found += [f"{name} too long" for one in named if not 0 < len(one) <= 255]
    return found


def _of_block(block: Any) -> list[str]:
    found: list[str] = []
    try:
        parsed = Block.parse(block)
        if parsed is None:
            return [f"no block: {block!r}"]
        parsed.validate_json()
        for element in getattr(parsed, "elements", None) or ():
            element.validate_json()
        lost = _lost(block, parsed.to_dict())
        if lost:
            found.append(f"unknown to Slack: {lost}")
    except (SlackObjectFormationError, TypeError, AttributeError) as error:
        return [f"{block.get('type') if isinstance(block, dict) else block!r}: {error}"]
    for part in _parts([block]):
        found += _of_part(part)
    return found


def _of_part(part: Mapping[str, Any]) -> Iterator[str]:
    kind = part.get("type")
    if kind == "section" and not 0 < len(part["text"]["text"]) <= 3000:
        yield "a section's text"
    if kind == "header" and (part["text"]["type"] != "plain_text" or not 0 < len(part["text"]["text"]) <= 150):
        yield "a header's text"
    if kind == "actions" and not 0 < len(part["elements"]) <= 25:
        yield "an actions block with no or more than 25 elements"
    if kind == "context" and not 0 < len(part["elements"]) <= 10:
        yield "a context with no or more than 10 elements"
    if kind == "button" and not (0 < _units(part["text"]["text"]) <= 75 and len(part.get("value", "x")) <= 2000):
        yield "a button's text or value"
    if kind == "button" and not part.get("action_id"):
        yield "a button without action_id"
    if kind == "static_select":
        yield from _of_menu(part)
    if "value" in part and "text" in part and kind is None:
        texts = (part["text"]["text"], part.get("description", {}).get("text", "x"))
        if any(not 0 < _units(text) <= 75 for text in texts) or not 0 < len(part["value"]) <= 150:
            yield "an option's text, description or value"


def _of_menu(menu: Mapping[str, Any]) -> Iterator[str]:
    if ("options" in menu) == ("option_groups" in menu):
        yield "a menu needs options or option_groups"
    groups = menu.get("option_groups") or [{"options": menu.get("options") or []}]
    if not 0 < len(groups) <= 100 or any(not 0 < len(group["options"]) <= 100 for group in groups):
        yield "a menu with no or more than 100 options or groups"
    if any(not 0 < len(group["label"]["text"]) <= 75 for group in groups if "label" in group):
        yield "a group's label"
    values = [option["value"] for group in groups for option in group["options"]]
    if len(set(values)) < len(values):
        yield "the same value twice in a menu"
    if len(menu.get("placeholder", {}).get("text", "")) > 150:
        yield "a placeholder"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _parts(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for one in value.values():
            yield from _parts(one)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from _parts(one)


def _lost(given: Any, kept: Any, where: str = "") -> str:
    """The first key that the SDK's model does not know."""
    if isinstance(given, Mapping):
        for key, value in given.items():
            if not isinstance(kept, Mapping) or key not in kept:
                return f"{where}.{key}"
            if lost := _lost(value, kept[key], f"{where}.{key}"):
                return lost
    elif isinstance(given, list):
        for place, value in enumerate(given):
            if not isinstance(kept, list) or place >= len(kept):
                return f"{where}[{place}]"
            if lost := _lost(value, kept[place], f"{where}[{place}]"):
                return lost
    return ""


def metadata_is_good(metadata: object) -> bool:
    """A type and a flat payload of at most 8 kB."""
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        return False
    payload = metadata["event_payload"]
    flat = isinstance(payload, dict) and all(isinstance(one, (str, int, float, bool)) for one in payload.values())
    return flat and isinstance(metadata["event_type"], str) and len(json.dumps(payload)) <= 8000
