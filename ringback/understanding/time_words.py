"""The words for times that people use, in English, German and French and with slips of the pen, in one plain English.

Pure. "Übermorgen um halb drei" becomes "overmorrow at halfto 3", "tmrw arvo" becomes "tomorrow afternoon": so that the
grammar in `time_days` and `time_clocks` needs to know one language only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from rapidfuzz.distance import OSA

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_LONGEST_TEXT = 2000

# One "word: its spellings" a line. What two languages spell alike is told apart by the phrases below.
_SPELLINGS = """
monday: montag montags lundi mondays
tuesday: tue tues dienstag dienstags mardi tuesdays
wednesday: weds mittwoch mittwochs mercredi wednesdays
thursday: thu thur thurs donnerstag donnerstags jeudi thursdays
friday: fri freitag freitags vendredi fridays
saturday: samstag samstags sonnabend samedi saturdays
sunday: sonntag sonntags dimanche sundays
january: jan januar janner janvier
february: feb februar fevrier
march: maerz marz mars
april: apr avril
may: mai
june: jun juni juin
july: jul juli juillet
august: aug aout
september: sep sept septembre
october: oct oktober okt octobre
november: nov novembre
december: dec dez dezember decembre
tomorrow: tmrw tmr tmw tmrow tomoz tomo 2morrow 2moro 2mrw 2mro morrow demain
overmorrow: ubermorgen uebermorgen overmorgen
today: toady tday 2day heute heut aujourd'hui aujourdhui
yesterday: gestern hier
tonight: tonite 2night 2nite
morning: mornings morn vormittag vormittags morgens matin matinee fruh frueh mornin
afternoon: afternoons arvo nachmittag nachmittags aprem afternon
evening: evenings abend abends soir soiree
noon: midday midi noontime
lunch: lunchtime lunchbreak mittag mittags
midnight: mitternacht minuit
week: weeks wk wks woche wochen semaine semaines
weekend: weekends wochenende
month: months monat monats mois
day: days tag tage tagen jour jours
hour: hours hr hrs stunde stunden
minute: minutes min mins minuten
oclock: uhr heure heures
half: halfpast
halfto: halb halber
quarter: viertel
threequarter: dreiviertel
past: nach
before: vor avant ahead
after: apres
until: till til bis jusque jusqu'a
from: ab von
at: um
around: gegen vers circa roughly approx approximately about bout
between: zwischen entre btwn
and: und
or: oder ou
not: nicht kein keine keinen isn't isnt doesn't doesnt don't dont can't cant cannot won't wont wouldn't couldn't pas
next: nachste naechste nachsten naechsten nachster naechster prochain prochaine nxt
coming: kommende kommenden kommender upcoming
this: diese diesen dieser cette ce cet
last: letzte letzten letzter dernier derniere
latest: spatestens spaetestens
earliest: fruhestens fruehestens soonest
end: ende fin
start: anfang debut beginning
mid: mitte middle
please: bitte pls plz
possible: moglich moeglich
late: spat spaet tard
early: tot bald
but: sondern aber
"""
_NUMBERS = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "eins": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "funf": 5, "fuenf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "neun": 9, "zehn": 10, "elf": 11, "zwolf": 12, "zwoelf": 12, "dreizehn": 13, "vierzehn": 14, "funfzehn": 15,
    "fuenfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "zwanzig": 20, "dreissig": 30,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "huit": 8, "neuf": 9, "onze": 11, "douze": 12, "quinze": 15,
}  # fmt: skip
_ORDINALS = (
    "first|ersten|erster", "second|zweiten|zweiter", "third|dritten|dritter", "fourth|vierten", "fifth|funften",
    "sixth|sechsten", "seventh|siebten", "eighth|achten", "ninth|neunten", "tenth|zehnten",
)  # fmt: skip
_WORDS = {word: line.split(":")[0] for line in _SPELLINGS.strip().splitlines() for word in line.split(":")[1].split()}
_WORDS |= {word: str(number) for word, number in _NUMBERS.items()}
# Long enough for one slip in 6 or 7 letters and two in more; "morning" itself has a neighbour in "moaning", no more.
_TYPED_WRONG = (
    *WEEKDAYS, *(month for month in MONTHS if len(month) > 6), "tomorrow", "morning", "afternoon", "evening", "tonight",
    "weekend", "quarter", "between", "midday", "midnight", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
    "samstag", "sonntag", "vormittag", "nachmittag", "ubermorgen", "vendredi", "mercredi", "yesterday", "earliest",
)  # fmt: skip
_NO_SLIP = frozenset({
    "moaning", "mourning", "sundry", "quartet", "quarters", "midway", "midweek", "leaving", "opening", "remember",
    "weekday", "weekdays", "insight", "weekends", "fridge", "moving", "warning", "forenoon", "weaken", "weakened",
    "somebody", "someday", "evenings", "member", "earlier", "easiest", "sunny", "samsung", "quartier",
})  # fmt: skip

_WEEKDAY = "|".join(WEEKDAYS)
_GERMAN_DAY = (
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|wochenende|morgen|vormittag|nachmittag|"
    "abend|mittag|besten|ersten|zweiten|dritten|vierten|funften"
)
_BEFORE_WORDS: tuple[tuple[str, str], ...] = (
    (r"[’`´]", "'"),
    (r"\S+@\S+\.\S+|https?://\S+|www\.\S+", " _ "),
    (r"\b24 ?/ ?7\b", " _ "),
    # Money, shares, and numbers with a name: "order 1430", "room no. 12".
    (r"[$€£¥] ?\d[\d.,]*|\b\d[\d.,]* ?(?:[$€£¥%]|(?:euros?|dollars?|pounds?|eur|usd|cad|gbp|bucks|cents?|percent)\b)", " _ "),
    (
        r"\b(?:orders?|accounts?|invoices?|bills?|numbers?|tickets?|refs?|reference|rooms?|flats?|flight|apartments?|apt|"
        r"suite|errors?|codes?|pin|case|contract|customer|zip|bestellung|rechnung|nummer|kundennummer|numero|extension|"
        r"ext|page|line|option|version|unit|floor|gate|platform|id|nr|#)\b(?: (?:number|no|nr|id|is|ist|ba|lh))*[ .:#-]*"
        r"\d[\d-]*(?![\d:.]|(?: ?(?:am|pm)\b))",
        " _ ",
    ),
    (r"\b(?:good|guten?|have a \w+|have an? \w+ \w+|schonen?|happy|bonne|gute) "
     r"(?:morning|afternoon|evening|night|day|weekend|week|morgen|tag|abend|nacht|wochenende|journee|soiree|monday|"
     r"friday|feierabend)\b", " _ "),
    (r"\bo['h ]{0,2}clock\b", "oclock"),
    (r"\b([ap])\. ?m\b\.?", r"\1m"),
    (rf"\bam (?={_GERMAN_DAY})", "on "),
    (r"\b(\w{5,6}tag|mittwoch|sonnabend|heute|gestern) morgen\b", r"\1 morning"),
    (r"\b(?:on|jeden) morgen\b", "in the morning"),
    (r"\bmorgen\b", "tomorrow"),
    (r"\bheute fruh\b", "today morning"),
    (r"\bapres[- ]demain\b", "overmorrow"),
    (r"\bapres[- ]midi\b", "afternoon"),
    (r"\bso (spat|spaet|fruh|frueh|bald) wie moglich\b", lambda found: f"as {'late' if found[1].startswith('s') else 'early'} as possible"),
    (r"\b(?:d'ici|dans) (\w+) heures?\b", r"in \1 hour"),
    (r"\b(?:d'ici|dans)\b", "in"),
    (r"\bin une hour", "in a hour"),
    (r"(?<=[\dh]) et (?=\d)", " and "),
    (r"\bet demie?\b", "30"),
    (r"\bet quart\b", "15"),
    (r"\bsept (?=heures?|h\b)", "7 "),
    (r"\bdix (?=heures?|h\b)", "10 "),
    (r"\bune? (?=heures?\b)", "1 "),
    (r"\b(semaine|mois|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) prochaine?\b", r"next \1"),
    (r"\b(?:fin|debut) de (?:la )?", lambda found: ("end" if found[0].startswith("fin") else "start") + " of "),
    (r"\b(\d{1,2}) ?h ?([0-5]\d)\b", r"\1:\2"),
    (r"\b(in|within|next) (\d{1,2}) ?h(?:rs?)?\b", r"\1 \2 hour"),
    (r"\b(\d{1,2}) ?h\b", r"\1 oclock"),
    (r"\b(\w{3,6}tag|mittwoch|sonnabend)(fruh|morgen|vormittag|mittag|nachmittag|abend)(?=s?\b)", r"\1 \2"),
    (r"\beinen?r? halben? stunde\b|\b(?:ein)?e?r? ?halben? ?stunde\b|\bune demi[- ]heure\b", "half an hour"),
    (r"\b(?:anderthalb|eineinhalb) stunden\b", "90 minutes"),
    (r"\bein(?:e|er|em|en|es)?\b(?= (?:stunde|tag|woche|monat|minute|viertelstunde)\w*)", "a"),
    (r"\bviertelstunde\b", "15 minutes"),
    (r"\bein (?=uhr)", "1 "),
    (r"\bnachmittag", "afternoon"),
    (r"\bgeht nicht\b|\bpasst nicht\b", "not work"),
    (r"\b(do|so)\.(?= ?\d)", lambda found: {"do": "thursday", "so": "sunday"}[found[1]]),
    (r"\b(mo|di|mi|fr|sa)\b\.?(?= ?\d|,)", lambda found: WEEKDAYS[("mo", "di", "mi", "", "fr", "sa").index(found[1])]),
    (r"\b(mon|wed|sat|sun)\b\.?(?=,|$| ?(?:\d|@|(?:[ap]m|at|or|and|the|half|noon|before|between|from|around|may|week|next|please|arvo|would|is fine|"
     r"works)\b|morn|afternoon|even|nov|dec|jan|feb|mar|apr|jun|jul|aug|sep|oct))",
     lambda found: _short_day(found[1])),
    (r"\b(on|this|next|or|until|by) (mon|wed|sat|sun)\b", lambda found: f"{found[1]} {_short_day(found[2])}"),
)  # fmt: skip
_AFTER_WORDS: tuple[tuple[str, str], ...] = (
    (r"\b(20|30|40|50)[ -]([1-9])\b(?! ?(?:pm|am|oclock|:))", lambda found: str(int(found[1]) + int(found[2]))),
    (
        r"\b(at|half|past|to|after|before|around|quarter|until|between|from|halfto|threequarter|by|and|make it) one\b",
        r"\1 1",
    ),
    (r"\bone(?= (?:oclock|30|15|45|pm|am|hour|day|week|in the))", "1"),
    (r"\b(?:the )?day (?:after|following) tomorrow\b", "overmorrow"),
    (r"\b(?:this|today's) (morning|afternoon|evening|lunch)\b", r"today \1"),
    (r"\btonight\b", "today evening"),
    (r"\b(?:a )?fortnight\b", "2 week"),
    (r"\bfirst thing(?: in the morning)?\b(?! (?:tomorrow|today|on|next|[a-z]*day))", "earliest tomorrow morning"),
    (r"\bfirst thing\b", "earliest"),
    (r"\b(?:close of business|cob|eod|(?:the )?end of (?:the |my |your |business )*day|day(?:'s)? end)\b", "endofday"),
    (r"\b(tomorrow|today|" + _WEEKDAY + r") endofday\b", r"endofday \1"),
    (r"\bwhy not\b", "maybe"),
    (r"\bif not\b", "or"),
    (r"\b(?:any ?day|anything|every ?day|any ?time) (?:but|except)\b", "except"),
    (r"\b(?:instead of|rather than|anything other than|other than)\b", "not"),
    (r"\b(tomorrow|today|noon|lunch)'s\b", r"\1"),
)  # fmt: skip
_Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def plain(text: str) -> str:
    """The text in plain words and digits: no capitals, accents, foreign or mistyped words for times."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).casefold()
    text = re.sub(r"\bà\b", "at", text)
    text = "".join(
        character
        for character in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(character) and unicodedata.category(character) not in {"Co", "Cf"}
    )
    text = re.sub(r"[–—‑]", "-", " ".join(text.split()))
    text = _rewritten(text, _before_words())
    text = re.sub(r"[a-z][a-z']*|2m[a-z]+|2day|2ni[a-z]+", lambda found: _word(found[0]), text)
    return _rewritten(text, _after_words())


def _rewritten(text: str, rules: tuple[_Rule, ...]) -> str:
    for pattern, new in rules:
        text = pattern.sub(new, text)
    return text


@lru_cache(maxsize=1)
def _before_words() -> tuple[_Rule, ...]:
    return tuple((re.compile(pattern), new) for pattern, new in _BEFORE_WORDS)


@lru_cache(maxsize=1)
def _after_words() -> tuple[_Rule, ...]:
    ordinals = (
        (rf"\b(?:{words})\b(?= (?:of )?(?:{'|'.join(MONTHS)})\b)", f"{place}{'st' if place == 1 else 'th'}")
        for place, words in enumerate(_ORDINALS, start=1)
    )
    return tuple((re.compile(pattern), new) for pattern, new in (*_AFTER_WORDS, *ordinals))


@lru_cache(maxsize=4096)
def _word(word: str) -> str:
    known = _WORDS.get(word)
    if known is not None:
        return known
    if len(word) < 6 or word in _NO_SLIP or word in _TYPED_WRONG:
        return _WORDS.get(word, word)
    slips = 1 if len(word) < 8 else 2
    near = [
        (OSA.distance(word, right), right)
        for right in _TYPED_WRONG
        if word[0] == right[0] and abs(len(word) - len(right)) <= slips
    ]
    distance, right = min(near, default=(9, ""))
    if distance > min(slips, len(right) // 6 + (len(right) > 7)):
        return word
    return _WORDS.get(right, right)


def _short_day(short: str) -> str:
    return {"mon": "monday", "wed": "wednesday", "sat": "saturday", "sun": "sunday"}[short]
