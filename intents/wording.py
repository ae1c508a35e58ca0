"""Typed text brought to the forms a classifier can learn from: `Can u call me tmrw!!` → can you call me tomorrow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

SHORT = {
    "u": "you",
    "ur": "your",
    "r": "are",
    "pls": "please",
    "plz": "please",
    "abt": "about",
    "re": "about",
    "sb": "somebody",
    "smb": "somebody",
    "smone": "someone",
    "tmr": "tomorrow",
    "tmrw": "tomorrow",
    "tmw": "tomorrow",
    "thx": "thanks",
    "wanna": "want to",
    "gonna": "going to",
    "gotta": "got to",
    "gimme": "give me",
    "bck": "back",
    "nr": "number",
    "n": "and",
    "cn": "can",
    "wld": "would",
    "appt": "appointment",
    "msg": "message",
    "txt": "text",
    # Apostrophes left out.
    "im": "i am",
    "ive": "i have",
    "whats": "what is",
    "wheres": "where is",
    "hows": "how is",
    "dont": "do not",
    "didnt": "did not",
    "doesnt": "does not",
    "isnt": "is not",
    "wasnt": "was not",
    "hasnt": "has not",
    "havent": "have not",
    "wont": "will not",
    "cant": "can not",
    "couldnt": "could not",
    "cannot": "can not",
    "can't": "can not",
    "won't": "will not",
}
BEGINNING, END, UNKNOWN, SIGNS = "^", "$", "_unknown_", "_signs_"

_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_LONG_NUMBER = re.compile(r"\d{3}\W+\d{3}\W+\d{4}|\d{5,}")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[\w']+")
_ENDINGS = (
    (re.compile(r"n't$"), " not"),
    (re.compile(r"'m$"), " am"),
    (re.compile(r"'re$"), " are"),
    (re.compile(r"'ve$"), " have"),
    (re.compile(r"'ll$"), " will"),
    (re.compile(r"'d$"), " would"),
    (re.compile(r"^(what|where|how|who|when|it|that|there|he|she)'s$"), r"\1 is"),
    (re.compile(r"'"), ""),
)


def words(text: str) -> list[str]:
    """The words of a text in small letters, short forms written out, each digit as 0; none for signs alone."""
    small = _REPEATED.sub(r"\1\1", text.casefold().replace("’", "'"))
    small = _DIGIT.sub("0", _LONG_NUMBER.sub(" _number_ ", small))
    return [part for word in _WORD.findall(small) for part in _written_out(word).split()]


def known_words(texts: Iterable[Sequence[str]]) -> set[str]:
    """The words that more than one of the texts has. What only one has stands in training for what none has."""
    found = Counter(word for text in texts for word in set(text))
    return {word for word, count in found.items() if count > 1}


def marked(text: Sequence[str], known: set[str]) -> list[str]:
    """The words between marks for beginning and end, with one mark for whatever is not known."""
    inner = [word if word in known else UNKNOWN for word in text] or [SIGNS]
    return [BEGINNING, *inner, END]


def _written_out(word: str) -> str:
    if word in SHORT:
        return SHORT[word]
    for ending, long in _ENDINGS:
        word = ending.sub(long, word)
    return word
