"""The words of domain/, for news that reaches a person outside a turn of Rasa's.

Rasa renders its own turns; the teller renders news from the same responses, so every sentence lives in one place.
Only what news needs is kept: text, buttons, a variation by channel and language, and variables in braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ringback.languages import FALLBACK, Language
from ringback.models import Frozen
from ringback.settings import SettingsError

_VARIABLE = re.compile(r"{([a-z_]+)}")


class Button(Frozen):
    """A choice under a message: what it says and what it sends."""

    title: str
    payload: str


class Sentence(Frozen):
    """One rendered response."""

    response: str
    text: str
    buttons: tuple[Button, ...] = ()


class Words:
    """The responses of one domain."""

    def __init__(self, responses: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self._responses = responses

    @classmethod
    def read(cls, domain: Path) -> Words:
        """Read the responses of a domain: a file, or a folder with several. Raises SettingsError if there are none."""
        files = sorted(domain.rglob("*.yml")) if domain.is_dir() else [domain]
        responses: dict[str, Any] = {}
        try:
            for file in files:
                responses |= yaml.safe_load(file.read_text(encoding="utf-8")).get("responses") or {}
        except (OSError, yaml.YAMLError, AttributeError, TypeError) as error:
            raise SettingsError(f"{domain}: no responses can be read from it ({error})") from error
        if not responses:
            raise SettingsError(f"{domain}: no responses are in it")
        return cls(responses)

    def __iter__(self) -> Iterator[str]:
        return iter(self._responses)

    def __contains__(self, response: object) -> bool:
        return response in self._responses

    def say(self, response: str, channel: str, variables: Mapping[str, str], language: Language = FALLBACK) -> Sentence:
        """Render a response. Raises KeyError for one that the domain does not have.

        Variations are chosen as Rasa does it: one for channel and language, one for the channel, one for the language,
        the general one. An unknown variable stays as it is written, so that a typing error in the domain costs a brace
        and not a piece of news.
        """
        variations = self._responses[response]
        chosen = _chosen(variations, channel, language)

        def fill(text: str) -> str:
            filled = _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), text)
            # A brace that is meant as one is written twice, as in Rasa.
            return filled.replace("{{", "{").replace("}}", "}")

        return Sentence(
            response=response,
            text=fill(str(chosen.get("text", ""))).strip(),
            buttons=tuple(
                Button(title=fill(str(one["title"])), payload=fill(str(one.get("payload", one["title"]))))
                for one in chosen.get("buttons", ())
            ),
        )


def _chosen(variations: Sequence[Mapping[str, Any]], channel: str, language: Language) -> Mapping[str, Any]:
    fitting = [one for one in variations if one.get("channel") in (None, channel) and _holds(one, language)]
    ranks = [("channel" in one, bool(one.get("condition"))) for one in fitting]
    return fitting[ranks.index(max(ranks))] if fitting else variations[0]


def _holds(variation: Mapping[str, Any], language: Language) -> bool:
    """Whether its conditions do; of all slots news knows the language only."""
    return all(one["name"] == "language" and one["value"] == language for one in variation.get("condition") or ())
