"""Yes, no, or neither, out of a short answer. Pure; a yes with a condition is not a yes."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from ringback.understanding import yes_no_words as others


class YesNo(StrEnum):
    """What a short answer says."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


_YES = (
    "yes", "y", "ya", "yea", "yeah", "yeh", "yep", "yup", "yas", "yah", "yeap", "yse", "yees", "yessir", "aye",
    "affirmative", "roger", "sure", "sure thing", "for sure", "ok", "okay", "okey", "okey dokey", "k", "kk",
    "alright", "all right", "fine", "thats fine", "go", "go ahead", "go for it", "do it", "do it now", "do that",
    "do so", "lets go", "lets do it", "lets do that", "make it so", "please do", "i do", "i would", "of course",
    "certainly", "absolutely", "definitely", "totally", "exactly", "indeed", "correct", "thats correct",
    "all correct", "right", "thats right", "quite right", "looks right", "seems right", "spot on", "confirm",
    "confirmed", "i confirm", "i confirm it", "confirm it", "agreed", "i agree", "i accept", "accept", "deal",
    "perfect", "great", "good", "excellent", "wonderful", "lovely", "brilliant", "awesome", "super", "cool",
    "sounds good", "sounds great", "sounds perfect", "looks good", "looks great", "looks fine", "looks ok",
    "looks okay", "seems fine", "all good", "thats good", "thats great", "thats perfect", "thats it", "good to go",
    "lgtm", "sgtm", "works", "works for me", "that works", "that works for me", "suits me", "that suits me",
    "no changes", "nothing to change", "book", "book it", "book it now", "book that", "book me in", "order",
    "order it", "order that", "place it", "place the order", "schedule it", "send it", "submit", "submit it",
    "proceed", "i want it", "i want that", "you bet", "why not", "you may", "by all means", "not wrong", "mhm",
    "uh huh", "yes we can", "with pleasure", "gladly", "happy to", "id love to", "call away", "please call",
    "please call me", "you can call", "you can call me", "get them to call", "hell yes", "hell yeah", "damn right",
    "ja", "jawohl", "jo", "jep", "klar", "na klar", "genau", "gerne", "gern", "stimmt", "passt", "richtig",
    "einverstanden", "in ordnung", "geht klar", "alles klar", "mach das", "buchen", "bitte buchen", "oui", "daccord",
    "si", "claro", "👍", "✅", "✔", "👌", "💯", "🆗", "☑", "jup", "jawoll", "go right ahead", "i guess so", "guess so",
    "i think so", "nothing wrong with that", "you got it", "sounds right", "that sounds right", "i said yes",
    "i am happy with that", "im happy with that", "happy with that", "thats me", "thats my number", "thats mine",
    "fine by me", "fine with me", "ok by me", "ok with me", "okay by me", "okay with me", "you can book it",
    "you may book it", "you can book", "please book", "please book it", "please order it", "id love that",
    "id like that", "i would like that", "i would love that", "that all looks right", "all looks right",
    "looks right to me", "looks good to me",
)  # fmt: skip
_NO = (
    "no", "n", "nope", "nah", "naw", "nay", "nno", "no way", "no sir", "no chance", "no deal", "no go", "no need",
    "not", "not now", "not yet", "not today", "not really", "not right", "not right now", "not correct", "not ok",
    "not okay", "not good", "not fine", "not at all", "not interested", "not needed", "not for me", "not like that",
    "not like this", "not that", "not this", "not a chance", "not what i want", "not what i wanted",
    "not what i said", "not so fast", "thats not right", "thats not correct", "thats not it", "thats not what i said",
    "thats not what i want", "thats not what i wanted", "thats no good", "dont", "do not", "dont do it",
    "dont do that", "do not do it", "do not do that", "dont you dare", "dont bother", "dont book", "dont book it",
    "dont book that", "do not book", "do not book it", "dont order", "dont order it", "dont call", "dont call me",
    "do not call", "do not call me", "dont want it", "dont want that", "dont want to", "i dont want it",
    "i dont want that", "i dont want to", "i do not want it", "i do not want that", "i do not want to", "please dont",
    "please no", "i dont", "i do not", "i dont think so", "dont think so", "i wouldnt", "id rather not",
    "i would rather not", "rather not", "better not", "id prefer not to", "i prefer not to", "never", "never ever",
    "negative", "wrong", "thats wrong", "all wrong", "incorrect", "thats incorrect", "false", "no good",
    "absolutely not", "definitely not", "certainly not", "of course not", "hell no", "under no circumstances",
    "by no means", "i refuse", "i disagree", "disagree", "i decline", "decline", "reject", "im good", "no im good",
    "nein", "ne", "nee", "noe", "nix", "lieber nicht", "nicht", "noch nicht", "jetzt nicht", "auf keinen fall",
    "falsch", "stimmt nicht", "passt nicht", "nicht richtig", "non", "👎", "❌", "✖", "🙅", "⛔", "🚫", "please do not",
    "not correct at all", "not right at all", "nah leave it", "no can do",
)  # fmt: skip
_FILLERS = (
    "please", "thanks", "thank you", "many thanks", "cheers", "kindly", "just", "thx", "ty", "pls", "plz", "it", "is",
    "that", "thats", "this", "it is", "oh", "uh", "um", "hm", "hmm", "well", "the", "i", "would", "like", "love",
    "to", "you", "call", "call me", "text", "text me", "man", "dude", "buddy", "my friend", "lol", "then", "and",
    "for me", "so", "very", "much", "me", "sir", "madam", "maam", "mate", "danke", "bitte", "das", "ist", "es",
    "sorry", "everything", "all of it", "finally", "mmm", "to me",
)  # fmt: skip
_NEITHER = (
    "not sure", "not certain", "not so sure", "no idea", "no problem", "no worries", "no matter", "i dont know",
    "dont know", "dont mind", "i dont mind", "dont care", "i dont care", "not bad", "no doubt", "no question",
)  # fmt: skip

_MEANINGS: dict[tuple[str, ...], YesNo | None] = {
    **{tuple(phrase.split()): None for phrase in (*_FILLERS, *others.FILLERS)},
    **{tuple(phrase.split()): YesNo.YES for phrase in (*_YES, *others.YES)},
    **{tuple(phrase.split()): YesNo.NO for phrase in (*_NO, *others.NO)},
    **{tuple(phrase.split()): YesNo.UNCLEAR for phrase in (*_NEITHER, *others.NEITHER)},
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


def first_word(text: str) -> YesNo:
    """What the first clause of a longer answer says: "no, use my work number" is a NO with something to it."""
    clause = re.split(
        r"[,;.!:\u2013\u2014\n]|\s-\s|\b(?:and|but|please|just|only|make|use|call|text|und|aber|bitte|nehmen|et|mais|prenez|utilisez)\b",
        text[:200],
        maxsplit=1,
    )[0]
    found = yes_no(clause)
    if found is YesNo.UNCLEAR and "?" not in clause:
        # Without a comma: "no use my work number", but neither "no problem" nor "not sure".
        words = _words(clause)
        if (
            words[:1] in (["no"], ["nope"], ["nah"], ["nein"], ["nee"], ["non"], ["nan"])
            and tuple(words[:2]) not in _MEANINGS
        ):
            return YesNo.NO
    return found


def _words(text: str) -> list[str]:
    # "Yesss" and "nooo" are the same words, only louder.
    text = re.sub(r"(\w)\1{2,}", r"\1", text)
    text = re.sub(r"\b(yes|no|yeah|yep|yup)[sohp]+\b", r"\1", text, flags=re.IGNORECASE)
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = re.sub(r"['’`]", "", plain)
    # Skin tones and the like are no words of their own.
    plain = "".join(character for character in plain if unicodedata.category(character) not in ("Mn", "Sk", "Cf"))
    return re.findall(r"[^\W\d_]+|[👍👎✅✔👌❌💯🆗☑✖🙅⛔🚫]|\d+|\?", plain)
