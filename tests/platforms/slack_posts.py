"""What the stand-in for Slack holds: messages as they are, and the ways in which its calls fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Posted:
    """One message as it is now; `versions` are the texts it had, with their moments (monotonic seconds)."""

    ts: str
    channel: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    versions: list[tuple[float, str]] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """All words that a person sees, controls aside."""
        words = []
        for block in self.blocks:
            words += [block["text"]["text"]] if block["type"] in {"section", "header"} else []
            words += [one["text"] for one in block["elements"]] if block["type"] == "context" else []
        return "\n".join(words or [self.text])

    @property
    def said(self) -> str:
        """All that it ever said, also what has given way to something newer."""
        former = [text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for _, text in self.versions]
        return "\n".join([self.shown, *former])

    @property
    def taps(self) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        """What can be tapped: title to (action as Slack would post it, its block)."""
        found = {}
        for block in self.blocks:
            for element in block["elements"] if block["type"] == "actions" else ():
                common = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
                if element["type"] == "button":
                    action = {**common, "text": element["text"], "value": element.get("value", "")}
                    found[element["text"]["text"]] = (action, block)
                groups = element.get("option_groups") or [{"options": element.get("options") or []}]
                for option in [one for group in groups for one in group["options"]]:
                    found.setdefault(option["text"]["text"], ({**common, "selected_option": option}, block))
        return found


@dataclass
class Fault:
    """How the next calls of a method fail: with an HTTP status, or 200 and Slack's error."""

    status: int
    error: str
    times: int
    method: str = "chat.postMessage"
    retry_after: int | None = None
    after_doing: bool = False


class Refused(Exception):
    """Slack's error answer."""

    def __init__(self, error: str, status: int = 200, retry_after: int | None = None) -> None:
        super().__init__(error)
        self.error, self.status, self.retry_after = error, status, retry_after
