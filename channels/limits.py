"""How much is too much: messages, new sessions and open sockets, for each session, each address and in all."""

from __future__ import annotations

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

_REMEMBERED = 10_000
"""Keys of which a Pace keeps count; the one that was quiet longest is forgotten first, and by then is full again."""


@dataclass(frozen=True)
class Limits:
    """The numbers of ``limits:`` in the credentials. Each is a whole number above 0."""

    messages_per_second: int = 5
    messages_per_minute: int = 60
    address_messages_per_second: int = 100
    address_messages_per_minute: int = 1_500
    address_new_sessions_per_minute: int = 200
    address_sockets: int = 300
    sockets: int = 3_000
    frame_bytes: int = 100_000

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Limits:
        """Reads the settings. Raises ValueError that names what is wrong."""
        known = {each.name for each in fields(cls)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"limits.{name} is unknown; there are {', '.join(sorted(known))}.")
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"limits.{name} has to be a whole number above 0.")
        return cls(**values)


class Pace:
    """So many in so many seconds, for each key, in one or more spans: ``[(5, 1.0), (60, 60.0)]``.

    Each span is a bucket that refills evenly: a burst as large as the span's number passes, then its average.
    """

    def __init__(self, spans: Sequence[tuple[int, float]], clock: Callable[[], float] = time.monotonic) -> None:
        self._spans = tuple(spans)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, list[float]]] = OrderedDict()

    def wait(self, key: str) -> float:
        """0.0 if one more may pass now, and then it is counted; else the seconds until it may."""
        now = self._clock()
        since, left = self._left.pop(key, (now, [float(count) for count, _ in self._spans]))
        left = [
            min(count, has + (now - since) * count / span) for (count, span), has in zip(self._spans, left, strict=True)
        ]
        waits = [(1 - has) * span / count for (count, span), has in zip(self._spans, left, strict=True)]
        longest = max(0.0, *waits)
        if longest == 0.0:
            left = [has - 1 for has in left]
        self._left[key] = (now, left)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return longest


class Room:
    """Open sockets, counted for each address and in all."""

    def __init__(self, per_address: int, in_all: int) -> None:
        self._per_address = per_address
        self._in_all = in_all
        self._address_of: dict[str, str] = {}
        self._open: Counter[str] = Counter()

    def enter(self, socket: str, address: str) -> bool:
        """Whether there is room for this socket; if so it is counted until it leaves."""
        if len(self._address_of) >= self._in_all or self._open[address] >= self._per_address:
            return False
        self._address_of[socket] = address
        self._open[address] += 1
        return True

    def leave(self, socket: str) -> None:
        """This socket is closed, if it was ever here."""
        address = self._address_of.pop(socket, None)
        if address is not None:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


def network(address: str) -> str:
    """What counts as one address: for IPv6 its /64, because that is what one household gets."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def client_address(peer: str, forwarded: str, proxies: int) -> str:
    """The visitor's network: what the outermost of ``proxies`` own proxies saw, else whoever opened the connection.

    ``forwarded`` is the X-Forwarded-For header; what stands left of our own proxies' entries is anybody's invention.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if proxies > 0 and len(hops) >= proxies:
        return network(hops[-proxies])
    return network(peer)
