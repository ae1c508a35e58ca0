"""Yes, no, or neither, out of a short answer. Pure; a yes with a condition is not a yes."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class YesNo(StrEnum):
    """What a short answer says."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


_YES = (
    "yes", "y", "ya", "yea", "yeah", "yeh", "yep", "yup", "yess", "aye", "sure", "sure thing", "for sure", "ok", "okay",
    "okey", "k", "kk", "alright", "all right", "fine", "thats fine", "go ahead", "go for it", "do it", "do that",
    "please do", "i do", "of course", "certainly", "absolutely", "definitely", "exactly", "indeed", "correct",
    "thats correct", "right", "thats right", "confirm", "confirmed", "i confirm", "agreed", "i agree", "i accept",
    "accept", "perfect", "great", "good", "sounds good", "looks good", "all good", "lgtm", "book it", "order it",
    "send it", "why not", "by all means", "not wrong", "ja", "jawohl", "jo", "jep", "klar", "genau", "gerne", "gern",
    "stimmt", "passt", "richtig", "einverstanden", "oui", "si", "👍", "✅", "✔", "👌",
)  # fmt: skip
_NO = (
    "no", "n", "nope", "nah", "naw", "no way", "not", "not now", "not yet", "not today", "not really", "not right",
    "not right now", "not correct", "not ok", "not okay", "not good", "not fine", "thats not right",
    "thats not correct", "dont", "do not", "dont do it", "dont do that", "do not do it", "please dont", "i dont",
    "i do not", "i wouldnt", "id rather not", "rather not", "never", "negative", "wrong", "thats wrong", "incorrect",
    "thats incorrect", "false", "no good", "nein", "ne", "nee", "noe", "lieber nicht", "nicht", "noch nicht",
    "jetzt nicht", "falsch", "stimmt nicht", "passt nicht", "nicht richtig", "non", "👎", "❌",
)  # fmt: skip
_FILLERS = (
    "please", "thanks", "thank you", "many thanks",
    "thx", "ty", "pls", "plz", "it", "is", "that", "thats", "this", "it is",
    "oh", "uh", "um", "hm", "well", "the", "i", "would", "like", "love", "to", "you", "call", "call me",
    "text", "text me",
    "me", "sir", "madam", "mate", "danke", "bitte", "das", "ist", "es", "so", "very", "much",
)  # fmt: skip
_NEITHER = ("not sure", "not certain", "no idea", "no problem", "no worries", "i dont know", "dont know", "dont mind")

_MEANINGS: dict[tuple[str, ...], YesNo | None] = {
    **{tuple(phrase.split()): None for phrase in _FILLERS},
    **{tuple(phrase.split()): YesNo.YES for phrase in _YES},
    **{tuple(phrase.split()): YesNo.NO for phrase in _NO},
    **{tuple(phrase.split()): YesNo.UNCLEAR for phrase in _NEITHER},
}
_LONGEST_PHRASE = max(map(len, _MEANINGS))
_MOST_WORDS = 12


def yes_no(text: str) -> YesNo:
    """YES or NO when the text says that and nothing else of weight; UNCLEAR for everything else."""
    words = _words(text[:200])
    if len(words) > _MOST_WORDS:
        return YesNo.UNCLEAR
    meant: set[YesNo] = set()
    while words:
        for length in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
            phrase = tuple(words[:length])
            if phrase in _MEANINGS:
                meaning = _MEANINGS[phrase]
                meant |= {meaning} if meaning else set()
                words = words[length:]
                break
        else:
            return YesNo.UNCLEAR
    return meant.pop() if len(meant) == 1 else YesNo.UNCLEAR


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = re.sub(r"['’`]", "", plain)
    # Skin tones and the like are no words of their own.
    plain = "".join(character for character in plain if unicodedata.category(character) not in ("Mn", "Sk", "Cf"))
    return re.findall(r"[^\W\d_]+|[👍👎✅✔👌❌]|\d+|\?", plain)
