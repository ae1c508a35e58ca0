"""The Slack channel's settings: its part of credentials.yml, or the environment where that is silent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.centre import centres_language
from channels.chat_base.tables import database_url
from channels.languages import FALLBACK, language_in

SLACK_API = "https://slack.com/api/"
_FROM_ENVIRONMENT = {
    "slack_token": "RINGBACK_SLACK_BOT_TOKEN",
    "slack_signing_secret": "RINGBACK_SLACK_SIGNING_SECRET",
}


@dataclass(frozen=True)
class SlackSettings:
    """Everything the channel is told. `tokens` are those of further workspaces, by team id; `language` is spoken
    to whose language is not known.
    """

    token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    database: str = ""
    language: str = FALLBACK
    base_url: str = SLACK_API
    response_urls: str = "https://hooks.slack.com/"
    burst: int = 3

    @property
    def is_on(self) -> bool:
        """Whether there is what it takes; without it the channel takes nothing and says nothing."""
        return bool(self.token and self.signing_secret)

    @property
    def missing(self) -> list[str]:
        """What was forgotten, if something was given; empty for a channel that is on, or off altogether."""
        given = {"slack_token": self.token, "slack_signing_secret": self.signing_secret}
        lacking = [f"{name} ({_FROM_ENVIRONMENT[name]})" for name, value in given.items() if not value]
        return lacking if len(lacking) < len(given) else []

    def token_of(self, team: str) -> str:
        """The bot token for a workspace."""
        return self.tokens.get(team) or self.token


def read_settings(credentials: Mapping[str, Any] | None, environment: Mapping[str, str] = os.environ) -> SlackSettings:
    """Read them. Whatever is missing is empty."""
    given = {key: value for key, value in (credentials or {}).items() if value is not None}

    def text(name: str, default: str = "") -> str:
        return str(given.get(name) or environment.get(_FROM_ENVIRONMENT.get(name, ""), "") or default).strip()

    tokens = given.get("tokens")
    return SlackSettings(
        token=text("slack_token"),
        signing_secret=text("slack_signing_secret"),
        tokens={str(team): str(token) for team, token in tokens.items()} if isinstance(tokens, Mapping) else {},
        database=text("database") or database_url(),
        language=language_in(given.get("language")) or centres_language(environment),
        base_url=text("base_url", SLACK_API).rstrip("/") + "/",
        response_urls=text("response_urls", SlackSettings.response_urls),
        burst=int(given.get("burst", SlackSettings.burst)),
    )
