"""The website channel's entry in ``credentials.yml``, checked before the server starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.limits import Limits
from channels.origins import Origins

ORIGINS_SETTING = "RINGBACK_WEBSITE_ORIGINS"
_KEYS = ("limits", "origins", "proxies", "secret", "session_days", "socketio_path")


@dataclass(frozen=True)
class Settings:
    """``session_days``: how long a session lasts after its last use; ``proxies``: how many of ours stand in front."""

    origins: Origins = field(default_factory=Origins)
    limits: Limits = field(default_factory=Limits)
    session_days: float = 30.0
    proxies: int = 0
    secret: object = None
    socketio_path: str = "/socket.io"

    @property
    def session_seconds(self) -> float:
        """The lifetime of a session, in seconds."""
        return self.session_days * 86_400

    @classmethod
    def of(cls, credentials: Mapping[str, Any] | None, environment: Mapping[str, str]) -> Settings:
        """Reads the entry; an empty one is fine. The environment may name further origins.

        Raises ValueError with a sentence that names what is wrong.
        """
        given = dict(credentials or {})
        unknown = sorted(set(given) - set(_KEYS))
        if unknown:
            raise ValueError(f"The website channel knows no setting {unknown[0]!r}; there are {', '.join(_KEYS)}.")
        days = given.get("session_days", cls.session_days)
        if isinstance(days, bool) or not isinstance(days, (int, float)) or not 0 < days <= 366:
            raise ValueError("session_days has to be a number of days, above 0 and at most 366.")
        proxies = given.get("proxies", cls.proxies)
        if isinstance(proxies, bool) or not isinstance(proxies, int) or proxies < 0:
            raise ValueError("proxies has to be a whole number: how many of your own proxies stand in front of Rasa.")
        origins = given.get("origins") or []
        if not isinstance(origins, list):
            raise ValueError("origins has to be a list, such as `- https://www.example.com`.")  # noqa: TRY004 - one kind
        return cls(
            origins=Origins.of([*origins, *environment.get(ORIGINS_SETTING, "").split()]),
            limits=Limits.of(given.get("limits") or {}),
            session_days=float(days),
            proxies=proxies,
            secret=given.get("secret"),
            socketio_path=str(given.get("socketio_path", cls.socketio_path)),
        )
