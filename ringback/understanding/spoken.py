"""Digits in words, as people say or dictate them: "four one six, double five five, oh one two three". Pure."""

from __future__ import annotations

import re

_DIGITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "null": "0", "eins": "1", "zwei": "2", "zwo": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6",
    "sieben": "7", "acht": "8", "neun": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3, "doppel": 2}
_BETWEEN = frozenset({"dash", "hyphen", "space", "and"})
_TOKEN = re.compile(r"[^\W\d_]+|\d+|\+")
_FEWEST_DIGITS = 7


def spoken_digits(text: str) -> str:
    """Write every run of at least seven spoken digits as figures; the rest of the text stays as it is."""
    pieces: list[str] = []
    done, start, digits, words, times = 0, -1, "", 0, 1
    end = 0

    def close() -> None:
        nonlocal done, start, digits, words, times
        if words and sum(character != "+" for character in digits) >= _FEWEST_DIGITS:
            pieces.extend((text[done:start], digits))
            done = end
        start, digits, words, times = -1, "", 0, 1

    for token in _TOKEN.finditer(text):
        word = token.group().casefold()
        if start >= 0 and not re.fullmatch(r"[\s,.()-]*", text[end : token.start()]):
            close()
        if word in _DIGITS or word.isdigit():
            digits += _DIGITS.get(word, word) * times
            words, times = words + (word in _DIGITS), 1
        elif word in ("plus", "+") and not digits:
            digits, words = "+", words + (word == "plus")
        elif word in _TIMES:
            times = _TIMES[word]
        elif not (word in _BETWEEN and digits):
            close()
            continue
        else:
            continue
        start = token.start() if start < 0 else start
        end = token.end()
    close()
    return "".join((*pieces, text[done:]))
