"""Digits in words, as people say or dictate them: "four one six, double five five", "zéro six douze". Pure.

German and French are dictated in pairs as well: "dreiundzwanzig" and "quatre-vingt-douze" are two digits each.
"""

from __future__ import annotations

import re

_DIGITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "null": "0", "eins": "1", "zwei": "2", "zwo": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6",
    "sieben": "7", "acht": "8", "neun": "9", "fuenf": "5",
    "zéro": "0", "un": "1", "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "sept": "7", "huit": "8",
    "neuf": "9",
}  # fmt: skip


def _german() -> dict[str, str]:
    ones = ("", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
    tens = {
        2: "zwanzig",
        3: "dreißig",
        4: "vierzig",
        5: "fünfzig",
        6: "sechzig",
        7: "siebzig",
        8: "achtzig",
        9: "neunzig",
    }
    teens = {
        "zehn": 10, "elf": 11, "zwölf": 12, "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16,
        "siebzehn": 17, "achtzehn": 18, "neunzehn": 19,
    }  # fmt: skip
    pairs = {
        f"{one}und{ten}" if one else ten: f"{tenth}{unit}"
        for tenth, ten in tens.items()
        for unit, one in enumerate(ones)
    }
    pairs |= {word: str(number) for word, number in teens.items()}
    for odd, plain in (("ü", "ue"), ("ö", "oe"), ("ß", "ss")):
        pairs |= {word.replace(odd, plain): digits for word, digits in pairs.items()}
    return pairs


def _french() -> dict[str, str]:
    ones = ("", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
    teens = (
        "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix sept", "dix huit", "dix neuf",
    )  # fmt: skip
    pairs = {word: str(10 + place) for place, word in enumerate(teens)}
    for tenth, ten in {
        2: "vingt",
        3: "trente",
        4: "quarante",
        5: "cinquante",
        6: "soixante",
        8: "quatre vingt",
    }.items():
        pairs |= {f"{ten} {one}".strip(): f"{tenth}{unit}" for unit, one in enumerate(ones)}
        pairs[f"{ten} et un"] = f"{tenth}1"
        if tenth in {6, 8}:
            pairs |= {f"{ten} {teen}": f"{tenth + 1}{unit}" for unit, teen in enumerate(teens)}
    # In Belgium and Switzerland.
    for tenth, ten in {7: "septante", 8: "huitante", 9: "nonante"}.items():
        pairs |= {f"{ten} {one}".strip(): f"{tenth}{unit}" for unit, one in enumerate(ones)}
        pairs[f"{ten} et un"] = f"{tenth}1"
    return pairs | {"soixante et onze": "71", "quatre vingts": "80"}


_PAIRS = {**_german(), **_french()}
_PAIR = "|".join(sorted((re.sub(" ", "[ -]", words) for words in _PAIRS), key=len, reverse=True))
_TOKEN = re.compile(rf"(?:{_PAIR})(?![^\W\d_])|[^\W\d_]+|\d+|\+", re.IGNORECASE)
_TIMES = {
    "double": 2, "triple": 3, "treble": 3, "doppel": 2, "doppelt": 2, "zweimal": 2, "zwomal": 2, "dreifach": 3,
    "dreimal": 3,
}  # fmt: skip
_BETWEEN = frozenset({
    "dash", "hyphen", "space", "and", "strich", "bindestrich", "tiret", "espace", "und", "puis", "dann", "ensuite",
})  # fmt: skip
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
        word = re.sub(r"[ -]+", " ", token.group().lower())
        if start >= 0 and not re.fullmatch(r"[\s,.()-]*", text[end : token.start()]):
            close()
        spoken = _DIGITS.get(word) or _PAIRS.get(word)
        if spoken or word.isdigit():
            digits += (spoken or word) * times
            words, times = words + bool(spoken), 1
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
