"""Which language a person writes, and whether one is asked for. Pure."""

from __future__ import annotations

import re

_NAMES = {
    "en": r"englisch|english|anglais",
    "de": r"deutsch|german|allemand",
    "fr": r"franz(?:ö|oe)sisch|french|fran[cç]ais",
}
_ASKING = (
    r"(?:^|\b(?:in|auf|en|speak|talk|switch to|use|parle[rz]?(?:-vous)?|parlons|sprechen(?: sie)?|sprich|lieber|plutôt)"
    r"\s+)(?:please\s+|bitte\s+)?(?:{names})\b(?:,?\s*(?:please|bitte|s['’]il vous pla[iî]t|svp|weiter))*\W*$"
)
_MOST_WORDS = 9
_WORDS = {
    "en": "the is my a please call me i want to you your about what when where how can someone it and not for of with",
    "de": "ich sie mein meine meiner bitte anrufen ruft rufen der die das ein eine ist und nicht für wegen mit möchte "
    "rückruf guten tag hallo wann wo wie können kann mich mir jetzt heute morgen später nein danke um uhr",
    "fr": "je vous mon ma mes le la les un une est et pas pour avec bonjour appelez rappelez moi veux voudrais quand "
    "où comment pouvez s'il plaît merci oui non maintenant demain facture de des du au à d'une c'est j'ai",
}
_SEEN = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_ENOUGH = 2


def language_of(text: str, now: str) -> str:
    """The language to go on with: that of the text if it is plain, otherwise the one spoken `now`."""
    words = re.findall(r"[\w'’]+", text.casefold().replace("’", "'"))
    counts = {language: sum(word in seen for word in words) for language, seen in _SEEN.items()}
    best = max(counts, key=lambda language: (counts[language], language == now))
    others = max(count for language, count in counts.items() if language != best)
    return best if counts[best] >= _ENOUGH and counts[best] > others else now


def asked_language(text: str) -> str:
    """The language that is asked for ("auf Deutsch bitte"): "en", "de" or "fr"; "" when none is."""
    plain = text.strip().casefold()
    if len(plain.split()) > _MOST_WORDS:
        return ""
    asked = (one for one, names in _NAMES.items() if re.search(_ASKING.replace("{names}", names), plain))
    return next(asked, "")
