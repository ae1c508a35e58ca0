"""What a channel says by itself, in all languages: one sentence by its name, the same places to fill in each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from channels.languages import FALLBACK, language_in


class Phrasebook:
    """Sentences by name and language. A language that is none of ours gets the fallback's words."""

    def __init__(self, sentences: Mapping[str, Mapping[str, str]]) -> None:
        self._sentences = sentences

    def __iter__(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Each name, and its sentence in every language."""
        return iter(self._sentences.items())

    def __contains__(self, name: object) -> bool:
        return name in self._sentences

    def say(self, name: str, language: str, **values: object) -> str:
        """A sentence in the language of a tag such as "de-AT". Raises KeyError for a name that there is not."""
        sentence = self._sentences[name]
        return sentence.get(language_in(language), sentence[FALLBACK]).format(**values)
