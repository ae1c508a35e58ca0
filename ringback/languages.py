"""The languages in which Ringback speaks. docs/languages.md says what a further one needs."""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["en", "de", "fr"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
FALLBACK: Language = "en"
"""What is spoken where nobody knows better; in the domain, the variation without a condition."""


def language_in(tag: object) -> Language | None:
    """Our language of a tag as browsers and platforms write it ("de-AT", "fr_CA", "EN"); None if it is none of ours."""
    short = str(tag or "").replace("_", "-").partition("-")[0].casefold()
    return next((one for one in LANGUAGES if one == short), None)
