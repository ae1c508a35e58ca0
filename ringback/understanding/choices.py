"""Which of a few options a person means: by title, by another word for it, by its place in the list, with typos.

Pure. Rather no answer than a wrong one: what is near to two options is given back as ambiguous, and everyday words
that happen to look like a title are not taken for one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from ringback.models import Frozen

_LONGEST_TEXT = 500
# Measured on the table in tests/understanding/test_choices.py: one slip in 5 to 9 letters, two from 10 on.
ALIKE = 0.8
_FEWEST_LETTERS = 5
_EQUALLY_NEAR = 0.04

Words = tuple[str, ...]


class Option(Frozen):
    """Something to choose. `synonyms` are other words or phrases for the title."""

    id: str
    title: str
    synonyms: tuple[str, ...] = ()


class Chosen(Frozen):
    """Exactly one option is meant."""

    id: str


class Ambiguous(Frozen):
    """Several options fit equally well, in the order of the list."""

    ids: tuple[str, ...]


class NoMatch(Frozen):
    """No option is meant."""


Choice = Chosen | Ambiguous | NoMatch


def match(text: str, options: Sequence[Option], *, by_position: bool = True) -> Choice:
    """Find what `text` means among `options`.

    `by_position=False` takes "2" or "the last one" for no answer; for texts that answer another question.
    """
    text = text[:_LONGEST_TEXT]
    said = _words(text)
    exact = [option.id for option in options if option.id.strip().casefold() == text.strip().casefold()]
    exact = exact or [option.id for option in options if said and _words(option.title) == said]
    exact = exact or [option.id for option in options if said and said in map(_words, option.synonyms)]
    if exact:
        return _outcome(exact)
    place = _place(said, len(options))
    if place is not None:
        return Chosen(id=options[place].id) if by_position and 0 <= place < len(options) else NoMatch()
    singular = tuple(map(_singular, said))
    mentioned = _mentioned(singular, options)
    if mentioned is not None:
        return _outcome(mentioned)
    return _outcome(_partly(singular, options) or _nearly(singular, options))


def _outcome(ids: Sequence[str]) -> Choice:
    distinct = tuple(dict.fromkeys(ids))
    if not distinct:
        return NoMatch()
    return Chosen(id=distinct[0]) if len(distinct) == 1 else Ambiguous(ids=distinct)


# -- words ----------------------------------------------------------------------------------------------------------


def _words(text: str) -> Words:
    """The words without case, accents and punctuation; "&" is "and", an apostrophe joins, "#" stands before a place."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    # "L'horaire" is the word "horaire".
    plain = re.sub(r"\b[ldjmnsc]['’](?=\w{2})", " ", plain)
    plain = re.sub(r"['’`]", "", plain).replace("&", " and ")
    return tuple(re.findall(r"[^\W_]+|#(?=\s*\d)", plain))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _phrases(option: Option) -> Iterator[Words]:
    for phrase in (option.title, *option.synonyms):
        words = tuple(map(_singular, _words(phrase)))
        if words:
            yield words


# -- by place -------------------------------------------------------------------------------------------------------

_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ERSTE = ("erste", "zweite", "dritte", "vierte", "funfte", "sechste", "siebte", "achte", "neunte", "zehnte")
_EINS = ("eins", "zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun", "zehn")
_UN = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
_PREMIER = (
    "premier", "deuxieme", "troisieme", "quatrieme", "cinquieme", "sixieme", "septieme", "huitieme", "neuvieme",
    "dixieme",
)  # fmt: skip
_PLACES = {
    **{word: place for words in (_CARDINALS, _ORDINALS, _EINS, _UN, _PREMIER) for place, word in enumerate(words)},
    **{f"{word}{ending}": place for ending in ("", "r", "s", "n", "ns") for place, word in enumerate(_ERSTE)},
    "premiere": 0, "seconde": 1, "zwo": 1, "une": 0,
}  # fmt: skip
_LAST = frozenset({"last", "letzte", "letzter", "letztes", "letzten", "dernier", "derniere"})
_AROUND = frozenset({
    "the", "a", "please", "option", "number", "nr", "#", "choice", "die", "der", "das", "den", "dem", "bitte", "nummer",
    "ich", "nehme", "nimm", "nehmen", "sie", "wahl", "moglichkeit", "le", "la", "l", "les", "numero", "choix", "svp",
    "sil",
    "vous", "te", "plait", "je", "prends", "prenez", "celui", "celle", "veux", "will", "mochte",
})  # fmt: skip


def _place(said: Words, count: int) -> int | None:
    """The place (from 0) when the text says nothing but a place; a number in a longer sentence is not one."""
    if len(said) == 2 and said[0] == "no" and said[1].isdecimal():
        said = said[1:]
    rest = [word for word in said if word not in _AROUND]
    if len(rest) == 2 and rest[1] in ("one", "option"):
        rest = rest[:1]
    if len(rest) != 1:
        return None
    word = rest[0]
    if word in _LAST:
        return count - 1
    if word in _PLACES:
        return _PLACES[word]
    number = re.fullmatch(r"([0-9]{1,3})(?:st|nd|rd|th|er|ere|eme|e|te[rsn]?)?", word)
    return int(number[1]) - 1 if number else None


# -- by words -------------------------------------------------------------------------------------------------------

_NOT = frozenset({
    "not", "no", "nicht", "kein", "keine", "keinen", "isnt", "except", "statt", "anstatt", "pas", "sauf", "aucun",
    "ausser",
})  # fmt: skip
_AFTER_NOT = frozenset(
    {
        "about",
        "the",
        "my",
        "for",
        "a",
        "an",
        "to",
        "with",
        "it",
        "uber",
        "die",
        "der",
        "das",
        "meine",
        "meiner",
        "wegen",
        "fur",
        "den",
        "dem",
        "zu",
        "mit",
        "la",
        "le",
        "les",
        "l",
        "pour",
        "de",
        "du",
        "des",
        "ma",
        "mon",
        "avec",
    }
)


def _mentioned(said: Words, options: Sequence[Option]) -> list[str] | None:
    """Options of which a phrase stands in the text as whole words; None when there is no such phrase at all.

    A phrase inside a longer one does not count ("order" in "new order"), nor one that is denied ("not billing").
    """
    spans = [
        (start, start + len(phrase), option.id)
        for option in options
        for phrase in _phrases(option)
        for start in range(len(said) - len(phrase) + 1)
        if said[start : start + len(phrase)] == phrase
    ]
    if not spans:
        return None
    longest = [
        one
        for one in spans
        if not any(
            other[0] <= one[0] and one[1] <= other[1] and other[1] - other[0] > one[1] - one[0] for other in spans
        )
    ]
    return _in_order((option for start, _, option in longest if not _denied(said[:start])), options)


def _denied(before: Words) -> bool:
    while before and before[-1] in _AFTER_NOT:
        before = before[:-1]
    return bool(before) and (before[-1] in _NOT or before[-2:] in (("instead", "of"), ("rather", "than")))


def _in_order(ids: Iterable[str], options: Sequence[Option]) -> list[str]:
    wanted = set(ids)
    return [option.id for option in options if option.id in wanted]


_EMPTY_WORDS = frozenset(
    {
        "a", "about", "an", "and", "call", "can", "could", "for", "from", "have", "help", "hello", "hey", "hi", "i",
        "id", "im", "in", "is", "it", "its", "just", "like", "me", "my", "need", "of", "on", "one", "or", "please",
        "queue", "some", "someone", "speak", "talk", "team", "thank", "thanks", "that", "the", "this", "to", "want",
        "with", "would", "you", "your", "yes", "no", "ok", "okay", "department", "bitte", "die", "der", "das", "ich",
        "mit", "wegen", "uber", "meine", "meiner", "meinem", "meinen", "mein", "eine", "einen", "einer", "und", "fur",
        "zum",
        "zur", "bei", "geht", "will", "mochte", "brauche", "hilfe", "frage", "ruckruf", "anruf", "sprechen",
        "abteilung",
        "jemand", "jemandem", "nein", "doch", "lieber", "pour", "mon", "mes", "une", "les", "des", "avec", "sur",
        "parler",
        "besoin", "aide", "appel", "rappel", "voudrais", "veux", "concernant", "propos", "plutot", "non", "oui",
        "service",
        "cest", "vous", "est",
    }
)  # fmt: skip


def _partly(said: Words, options: Sequence[Option]) -> list[str]:
    """Options whose title has every word that matters in the text: "support" for "Technical support"."""
    content = {word for word in said if word not in _EMPTY_WORDS and len(word) >= 3}
    if not content or any(word in _NOT for word in said):
        return []
    return [option.id for option in options if content <= set(map(_singular, _words(option.title)))]


# -- by likeness ----------------------------------------------------------------------------------------------------

# Words of every day that are one slip away from words that queues are likely to have.
_EVERYDAY = frozenset(
    {
        "about", "above", "after", "again", "amount", "answer", "border", "cancel", "chance", "change", "check",
        "could", "discount", "great", "hello", "house", "hours", "interest", "large", "later", "leave", "maybe",
        "minute", "money", "never", "older", "other", "outer", "people", "phone", "place", "please", "point", "print",
        "quite", "ready", "report", "right", "route", "sells", "shall", "should", "since", "small", "sorry", "start",
        "still", "suppose", "thank", "thanks", "their", "there", "these", "thing", "think", "those", "three", "times",
        "today", "under", "until", "using", "where", "which", "while", "willing", "world", "would", "write", "wrong",
    }
)  # fmt: skip


def alike(word: str, wanted: str) -> float:
    """How alike two words are, 0 to 1; below `ALIKE` is 0, and short or everyday words are alike only to themselves."""
    if word == wanted:
        return 1.0
    if min(len(word), len(wanted)) < _FEWEST_LETTERS or word[0] != wanted[0] or word in _EVERYDAY:
        return 0.0
    return OSA.normalized_similarity(word, wanted, score_cutoff=ALIKE)


def _nearly(said: Words, options: Sequence[Option]) -> list[str]:
    """The options with the likeliest slip of the pen, and those as near as makes no difference."""
    if any(word in _NOT for word in said):
        return []
    nearness = {option.id: _nearness(said, option) for option in options}
    best = max(nearness.values(), default=0.0)
    if best == 0.0:
        return []
    return [option for option, near in nearness.items() if near >= best - _EQUALLY_NEAR]


def _nearness(said: Words, option: Option) -> float:
    best = max((_window(said, phrase) for phrase in _phrases(option)), default=0.0)
    # Words run together, or a word broken in two.
    joined = "".join(said)
    best = max(best, *(alike(joined, "".join(phrase)) for phrase in _phrases(option)), 0.0)
    content = [word for word in said if word not in _EMPTY_WORDS and len(word) >= 3]
    title = tuple(map(_singular, _words(option.title)))
    if content:
        best = max(best, min(max((alike(word, wanted) for wanted in title), default=0.0) for word in content))
    return best


def _window(said: Words, phrase: Words) -> float:
    """The best place of `phrase` in the text; every word of it must be alike."""
    windows = (said[start : start + len(phrase)] for start in range(len(said) - len(phrase) + 1))
    return max((min(map(alike, window, phrase)) for window in windows), default=0.0)
