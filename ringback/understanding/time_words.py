"""The words for times that people use, in English, German and French and with slips of the pen, in one plain English.

Pure. "Übermorgen um halb drei" becomes "overmorrow at halfto 3", "tmrw arvo" becomes "tomorrow afternoon": so that the
grammar in `time_days` and `time_clocks` needs to know one language only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from rapidfuzz.distance import OSA

from ringback.understanding import time_french, time_german
from ringback.understanding.time_rules import Rule
from ringback.understanding.time_vocabulary import MONTHS, NO_SLIP, ORDINALS, TYPED_WRONG, WEEKDAYS, WORDS

_LONGEST_TEXT = 2000

_WEEKDAY = "|".join(WEEKDAYS)
_GERMAN_DAY = (
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|wochenende|morgen|vormittag|nachmittag|"
    "abend|mittag|besten|ersten|zweiten|dritten|vierten|funften"
)


_BEFORE_WORDS = (
    Rule(r"[’`´]", "'"),
    Rule(r"\S+@\S+\.\S+|https?://\S+|www\.\S+", " _ "),
    Rule(r"\b24 ?/ ?7\b", " _ "),
    # Money, shares, and numbers with a name: "order 1430", "room no. 12".
    Rule(
        r"[$€£¥] ?\d[\d.,]*|\b\d[\d.,]* ?(?:[$€£¥%]|(?:euros?|dollars?|pounds?|eur|usd|cad|gbp|bucks|cents?"
        r"|percent)\b)",
        " _ ",
    ),
    Rule(
        r"\b(?:orders?|accounts?|invoices?|bills?|numbers?|tickets?|refs?|reference|rooms?|flats?|flight"
        r"|apartments?|apt|"
        r"suite|errors?|codes?|pin|case|contract|customer|zip|bestellung|rechnung|nummer|kundennummer|numero"
        r"|extension|"
        r"ext|page|line|option|version|unit|floor|gate|platform|id|nr|#)\b(?: (?:number|no|nr|id|is|ist|ba"
        r"|lh))*[ .:#-]*"
        r"\d[\d-]*(?![\d:.]|(?: ?(?:am|pm)\b))",
        " _ ",
    ),
    Rule(
        r"\b(?:good|guten?|have a \w+|have an? \w+ \w+|schonen?|happy|bonne|gute) "
        r"(?:morning|afternoon|evening|night|day|weekend|week|morgen|tag|abend|nacht|wochenende|journee|soiree|monday|"
        r"friday|feierabend)\b",
        " _ ",
    ),
    Rule(r"\bo['h ]{0,2}clock\b", "oclock"),
    Rule(r"\b([ap])\. ?m\b\.?", r"\1m"),
    Rule(rf"\bam (?={_GERMAN_DAY})", "on "),
    Rule(r"\b(\w{5,6}tag|mittwoch|sonnabend|heute|gestern) morgen\b", r"\1 morning"),
    Rule(r"\b(?:on|jeden) morgen\b", "in the morning"),
    Rule(r"\bmorgen\b", "tomorrow"),
    Rule(r"\bheute fruh\b", "today morning"),
    Rule(r"\bapres[- ]demain\b", "overmorrow"),
    Rule(r"\bapres[- ]midi\b", "afternoon"),
    Rule(
        r"\bso (spat|spaet|fruh|frueh"
        r"|bald) wie moglich\b",
        lambda found: f"as {'late' if found[1].startswith('s') else 'early'} as possible",
    ),
    Rule(r"\b(?:d'ici|dans) (\w+) heures?\b", r"in \1 hour"),
    Rule(r"\b(?:d'ici|dans)\b", "in"),
    Rule(r"\bin une hour", "in a hour"),
    Rule(r"(?<=[\dh]) et (?=\d)", " and "),
    Rule(r"\bet demie?\b", "30"),
    Rule(r"\bet quart\b", "15"),
    Rule(r"\bsept (?=heures?|h\b)", "7 "),
    Rule(r"\bdix (?=heures?|h\b)", "10 "),
    Rule(r"\bune? (?=heures?\b)", "1 "),
    Rule(r"\b(semaine|mois|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) prochaine?\b", r"next \1"),
    Rule(r"\b(?:fin|debut) de (?:la )?", lambda found: ("end" if found[0].startswith("fin") else "start") + " of "),
    Rule(r"\b(\d{1,2}) ?h ?([0-5]\d)\b", r"\1:\2"),
    Rule(r"\b(in|within|next) (\d{1,2}) ?h(?:rs?)?\b", r"\1 \2 hour"),
    Rule(r"\b(\d{1,2}) ?h\b", r"\1 oclock"),
    Rule(r"\b(\w{3,6}tag|mittwoch|sonnabend)(fruh|morgen|vormittag|mittag|nachmittag|abend)(?=s?\b)", r"\1 \2"),
    Rule(r"\beinen?r? halben? stunde\b|\b(?:ein)?e?r? ?halben? ?stunde\b|\bune demi[- ]heure\b", "half an hour"),
    Rule(r"\b(?:anderthalb|eineinhalb) stunden\b", "90 minutes"),
    Rule(r"\bein(?:e|er|em|en|es)?\b(?= (?:stunde|tag|woche|monat|minute|viertelstunde)\w*)", "a"),
    Rule(r"\bviertelstunde\b", "15 minutes"),
    Rule(r"\bein (?=uhr)", "1 "),
    Rule(r"\bnachmittag", "afternoon"),
    Rule(r"\bgeht nicht\b|\bpasst nicht\b", "not work"),
    Rule(r"\b(do|so)\.(?= ?\d)", lambda found: {"do": "thursday", "so": "sunday"}[found[1]]),
    Rule(
        r"\b(mo|di|mi|fr"
        r"|sa)\b\.?(?= ?\d|,)",
        lambda found: WEEKDAYS[("mo", "di", "mi", "", "fr", "sa").index(found[1])],
    ),
    Rule(
        r"\b(mon|wed|sat|sun)\b\.?(?=,|$| ?(?:\d|@|(?:[ap]m|at|or|and|the|half|noon|before|between|from|around"
        r"|may|week|next|please|arvo|would|is fine|"
        r"works)\b|morn|afternoon|even|nov|dec|jan|feb|mar|apr|jun|jul|aug|sep|oct))",
        lambda found: _short_day(found[1]),
    ),
    Rule(r"\b(on|this|next|or|until|by) (mon|wed|sat|sun)\b", lambda found: f"{found[1]} {_short_day(found[2])}"),
)
_AFTER_WORDS = (
    Rule(r"\b(20|30|40|50)[ -]([1-9])\b(?! ?(?:pm|am|oclock|:))", lambda found: str(int(found[1]) + int(found[2]))),
    Rule(
        r"\b(at|half|past|to|after|before|around|quarter|until|between|from|halfto|threequarter|by|and"
        r"|make it) one\b",
        r"\1 1",
    ),
    Rule(r"\bone(?= (?:oclock|30|15|45|pm|am|hour|day|week|in the))", "1"),
    Rule(r"\b(?:the )?day (?:after|following) tomorrow\b", "overmorrow"),
    Rule(r"\b(?:this|today's) (morning|afternoon|evening|lunch)\b", r"today \1"),
    Rule(r"\btonight\b", "today evening"),
    Rule(r"\b(?:a )?fortnight\b", "2 week"),
    Rule(
        r"\bfirst thing(?: in the morning)?\b(?! (?:tomorrow|today|on|next"
        r"|[a-z]*day))",
        "earliest tomorrow morning",
    ),
    Rule(r"\bfirst thing\b", "earliest"),
    Rule(
        r"\b(?:close of business|cob|eod|(?:the )?end of (?:the |my |your |business )*day"
        r"|day(?:'s)? end)\b",
        "endofday",
    ),
    Rule(r"\b(tomorrow|today|" + _WEEKDAY + r") endofday\b", r"endofday \1"),
    Rule(r"\b(tomorrow,? (?:or|and)) the day after\b(?! tomorrow)", r"\1 overmorrow"),
    Rule(r"\b12(?=noon|midnight)", "12 "),
    Rule(r"\bwhy not\b", "maybe"),
    Rule(r"\bif not\b", "or"),
    Rule(r"\b(?:any ?day|anything|every ?day|any ?time) (?:but|except)\b", "except"),
    Rule(r"\b(?:instead of|rather than|anything other than|other than)\b", "not"),
    Rule(r"\b(tomorrow|today|noon|lunch)'s\b", r"\1"),
)
_Compiled = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


_OF: Mapping[str, tuple[tuple[Rule, ...], tuple[Rule, ...]]] = {
    "de": (time_german.SOUNDS, time_german.RULES),
    "fr": (time_french.SOUNDS, time_french.RULES),
}
"""What a language writes anew before all others, with its accents and without."""


def plain(text: str, language: str = "en") -> str:
    """The text in plain words and digits: no capitals, accents, foreign or mistyped words for times.

    Words of German and French that are no others in English are known in every `language`; the rest in their own only.
    """
    text = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT])[:_LONGEST_TEXT].casefold()
    sounds, rules = _rules_of(language)
    text = _rewritten(re.sub(r"[’`´]", "'", text) if language != "en" else text, sounds)
    text = re.sub(r"\bà\b", "at", text)
    text = "".join(
        character
        for character in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(character) and unicodedata.category(character) not in {"Co", "Cf"}
    )
    text = re.sub(r"[–—‑]", "-", " ".join(text.split()))
    text = _rewritten(text, rules)
    text = _rewritten(text, _before_words())
    text = re.sub(r"[a-z][a-z']*|2m[a-z]+|2day|2ni[a-z]+", lambda found: _word(found[0]), text)
    return _rewritten(text, _after_words())


def _rewritten(text: str, rules: tuple[_Compiled, ...]) -> str:
    for pattern, new in rules:
        text = pattern.sub(new, text)
    return text


@lru_cache(maxsize=8)
def _rules_of(language: str) -> tuple[tuple[_Compiled, ...], tuple[_Compiled, ...]]:
    sounds, rules = _OF.get(language, ((), ()))
    return tuple((re.compile(one), new) for one, new in sounds), tuple((re.compile(one), new) for one, new in rules)


@lru_cache(maxsize=1)
def _before_words() -> tuple[_Compiled, ...]:
    return tuple((re.compile(pattern), new) for pattern, new in _BEFORE_WORDS)


@lru_cache(maxsize=1)
def _after_words() -> tuple[_Compiled, ...]:
    ordinals = (
        Rule(rf"\b(?:{words})\b(?= (?:of )?(?:{'|'.join(MONTHS)})\b)", f"{place}{'st' if place == 1 else 'th'}")
        for place, words in enumerate(ORDINALS, start=1)
    )
    return tuple((re.compile(pattern), new) for pattern, new in (*_AFTER_WORDS, *ordinals))


@lru_cache(maxsize=4096)
def _word(word: str) -> str:
    known = WORDS.get(word)
    if known is not None:
        return known
    if len(word) < 6 or word in NO_SLIP or word in TYPED_WRONG:
        return WORDS.get(word, word)
    slips = 1 if len(word) < 8 else 2
    near = [
        (OSA.distance(word, right), right)
        for right in TYPED_WRONG
        if word[0] == right[0] and abs(len(word) - len(right)) <= slips
    ]
    distance, right = min(near, default=(9, ""))
    if distance > min(slips, len(right) // 6 + (len(right) > 7)):
        return word
    return WORDS.get(right, right)


def _short_day(short: str) -> str:
    return {"mon": "monday", "wed": "wednesday", "sat": "saturday", "sun": "sunday"}[short]
