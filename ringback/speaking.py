"""In which language a conversation goes on. Pure.

A wish beats the person's words, these beat what the browser or the platform says, and that beats the centre's own.
"""

from __future__ import annotations

import re

import phonenumbers

from ringback.languages import Language, language_in
from ringback.models import Frozen
from ringback.understanding.language import asked_language, language_of

_LONGEST_WISH = 9
"""Words; in more than that something else is said as well."""
_SPOKEN_IN = {"DE": "de", "AT": "de", "LI": "de", "FR": "fr", "MC": "fr", "GB": "en", "IE": "en", "US": "en"}
"""Countries whose numbers give away a language; Canada, Switzerland and Belgium have several."""


class Spoken(Frozen):
    """The language of a conversation, and whether the person asked for it."""

    language: Language
    asked: bool = False


def wish_in(text: str, *, free_text: bool = False) -> Language | None:
    """The language that is asked for, and nothing else besides; None for any other text.

    `free_text`: a question of the centre's is open, to which "German" may be the answer.
    """
    words = len(text.split())
    if words > _LONGEST_WISH or re.search(r"\d", text) or (free_text and words == 1):
        return None
    return language_in(asked_language(text))


def go_on(text: str, before: Spoken | None, hint: Language, *, free_text: bool = False) -> Spoken:
    """The language after a turn. `text` is empty for a tap; `hint` is what counts as long as nobody said anything."""
    wish = wish_in(text, free_text=free_text)
    if wish is not None:
        return Spoken(language=wish, asked=True)
    if before is not None and before.asked:
        return before
    now = before.language if before is not None else hint
    return Spoken(language=language_in(language_of(text, now)) or now if text else now)


def of_number(e164: str) -> Language | None:
    """The language of the country that a number belongs to; None where that is anybody's guess."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(e164, None))
    except phonenumbers.NumberParseException:
        return None
    return language_in(_SPOKEN_IN.get(region or ""))
