"""What becomes of a message that goes out, and what a platform has to be able to do for the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from channels.chat_base.records import Person


class NotYet(Exception):
    """This piece of news could not be sent now, and may be later."""


@dataclass(frozen=True)
class Sent:
    """The platform has taken it and calls it `sid`."""

    sid: str


@dataclass(frozen=True)
class Later:
    """Not now. `after`: seconds to wait at least, 0 if the platform did not say."""

    why: str
    after: float = 0.0


@dataclass(frozen=True)
class Never:
    """It will not get better by trying again."""

    why: str


Outcome = Sent | Later | Never


@dataclass(frozen=True)
class Parts:
    """What a bot message becomes on the platform. `way`: "free", "template" or whatever the platform knows."""

    parts: Sequence[Any]
    way: str = "free"


class Carrier(Protocol):
    """The platform's side."""

    async def render(self, person: Person, message: Mapping[str, Any], way: str) -> Parts | Never:
        """The platform's messages for one bot message. `way`: the one that is wanted, "" for the platform's choice."""
        ...

    async def send(self, person: Person, part: Any, mark: str) -> Outcome:
        """Hand one of them over. Never raises for what the platform does; bounded in time (about 5 s).

        `mark` ("<delivery>.<way>") names this try, for a platform that reports later what became of it.
        """
        ...
