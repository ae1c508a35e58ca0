"""Which web sites may show the chat and speak to it. Pure functions over header values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

SELF = "self"
_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?|\[[0-9a-f:.]+\](:[0-9]{1,5})?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def normal(origin: str) -> str:
    """An origin as browsers write it: scheme and host in small letters, no default port. Raises ValueError."""
    parts = urlsplit(origin.strip().lower())
    trailing = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(parts.netloc) or trailing:
        raise ValueError(f"{origin!r} is no origin: write it as https://www.example.com")
    port = "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    host = parts.netloc if parts.port is None else parts.netloc.rpartition(":")[0]
    return f"{parts.scheme}://{host}{port}"


def _normal_or_none(origin: str) -> str | None:
    try:
        return normal(origin)
    except ValueError:
        return None


@dataclass(frozen=True)
class Origins:
    """The sites on the list, beside the server's own address, which is always allowed."""

    listed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, values: Iterable[str]) -> Origins:
        """Reads the list of the settings. Raises ValueError for what is no origin."""
        return cls(frozenset(normal(str(value)) for value in values))

    def recognise(self, origin: str | None, hosts: Iterable[str]) -> str | None:
        """Who is asking: ``"self"``, an origin of the list, or None for everybody else.

        ``hosts`` is what the request says it was sent to. A browser leaves the origin out only towards the page's own
        server; programs that are no browser leave it out too.
        """
        if origin is None:
            return SELF
        asking = _normal_or_none(origin)
        if asking is None:
            return None
        scheme = asking.partition("://")[0]
        if asking in {_normal_or_none(f"{scheme}://{host}") for host in hosts}:
            return SELF
        return asking if asking in self.listed else None

    @property
    def frame_ancestors(self) -> str:
        """The sources of the ``frame-ancestors`` directive."""
        return " ".join(["'self'", *sorted(self.listed)])
