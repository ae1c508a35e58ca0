"""Counts what became of a crowd of call-backs: endings lost, orders doubled, news out of order or twice. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ringback.models import FINAL

_FINAL = {state.value for state in FINAL}
UNKNOWN = "utter_news_unknown"


@dataclass(frozen=True)
class Account:
    """What was counted; the keys of the call-backs concerned, or ids of news, for a closer look.

    `unknown` were told "nobody knows": right only for an order that never reached the provider, otherwise it is lost.
    """

    lost: tuple[str, ...]
    double: tuple[str, ...]
    out_of_order: tuple[str, ...]
    duplicates: int
    unknown: int
    told: int

    @property
    def sound(self) -> bool:
        """Nothing lost, nothing ordered twice, nothing out of order."""
        return not (self.lost or self.double or self.out_of_order)


def account(
    numbers: Mapping[str, str], told: Sequence[Mapping[str, Any]], calls: Sequence[Mapping[str, Any]]
) -> Account:
    """`numbers` maps each key to its own phone number (E.164), `told` is in order of arrival, `calls` the sandbox's."""
    taken = Counter("+" + str(call["number"]) for call in calls)
    by_key: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in told:
        by_key[one["callback"]].append(one)
    unknown = {key for key in numbers if any(one["response"] == UNKNOWN for one in by_key[key])}
    ended = {key for key in numbers if any(one["state"] in _FINAL for one in by_key[key])}
    honest = {key for key in unknown if not taken[numbers[key]]}
    return Account(
        lost=tuple(sorted(set(numbers) - ended - honest)),
        double=tuple(sorted(key for key, number in numbers.items() if taken[number] > 1)),
        out_of_order=tuple(sorted(key for key, news in by_key.items() if _falls([one["seq"] for one in news]))),
        duplicates=len(told) - len({one["id"] for one in told}),
        unknown=len(unknown),
        told=len(told),
    )


def told_endings(told: Collection[Mapping[str, Any]]) -> set[str]:
    """Keys of call-backs of which an ending, or "nobody knows", has arrived."""
    return {str(one["callback"]) for one in told if one["state"] in _FINAL or one["response"] == UNKNOWN}


def _falls(numbers: Sequence[int]) -> bool:
    highest = -1
    for number in numbers:
        if number < highest:
            return True
        highest = max(highest, number)
    return False
