"""What a sentence holds besides the answer that was asked for: queue, number, time, consent and answers. Pure.

A person may say things before they are asked, several at once, or otherwise than before. What would change something
that is known already has to be said as a change, so that a word in passing changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ringback.intake.numbers import (
    number_of_the_call_before,
    number_problem,
    numbers_said,
    read_numbers,
    tried_a_number,
    without_numbers,
)
from ringback.intake.parts import Ask, Draft, Heard, Menu
from ringback.intake.taking import accept_answer, set_answers, take_queue
from ringback.intake.wishes import wish_in
from ringback.models import Question
from ringback.understanding.choices import Ambiguous, Chosen, match
from ringback.understanding.phone import NotANumber, Reason

_CHANGE = re.compile(
    r"\b(?:no|nope|nah|actually|instead|rather|sorry|i mean|i meant|make (?:it|that)|change|switch|correction|wrong|"
    r"not|wait|oops|should be|different|other|another|better|move|i said|in fact|but|"
    r"nein|nee|nö|lieber|(?:an)?statt(?:dessen)?|sondern|anders|andere[rns]?|[äa]ndern|[äa]ndere|"
    r"quatsch|ich mein(?:e|te)|besser|nehmen sie|vielmehr|verschieben|korrektur|entschuldigung|"
    r"non|plut[oô]t|finalement|en fait|au lieu|pardon|d[eé]sol[eé]e?|je voulais dire|changer|changez|autre|utilisez"
    r"|prenez|"
    r"mettez|corriger|attendez|mieux)\b",
    re.IGNORECASE,
)
_NO_AT_THE_START = re.compile(r"^\W*(?:no|nope|nah|not that|nein|nee|nö|non|nan)\b[\s,.!:;-]*", re.IGNORECASE)
_FEW_WORDS = 5
_NO_TEXTS = re.compile(
    r"\b(?:no|without|dont want|don't want|do not want|not)\s+(?:any\s+)?(?:sms|text messages?|texts|messages)\b"
    r"|\b(?:do not|don'?t)\s+text\b"
    r"|\b(?:keine?|ohne)\s+(?:sms|textnachrichten?|nachrichten?)\b|\b(?:pas de|sans|aucun)\s+(?:sms|textos?"
    r"|messages?)\b",
    re.IGNORECASE,
)
_TEXTS = re.compile(
    r"\b(?:text me|send (?:me )?(?:a )?(?:text|sms)|with (?:sms|text messages?|texts)|sms (?:too|as well|please)|"
    r"(?:auch |gerne? )?per sms|mit sms|sms (?:bitte|auch|gerne?)|(?:schicken|senden) sie (?:mir )?(?:eine )?sms|"
    r"par (?:sms|texto)|avec (?:des )?sms|envoyez[- ]moi (?:un |des )?(?:sms|textos?)|sms (?:aussi|svp))\b",
    re.IGNORECASE,
)  # fmt: skip
_NO_KEYS = frozenset({
    "about", "call", "could", "does", "give", "have", "know", "last", "please", "shall", "should", "tell", "that",
    "their", "there", "these", "this", "want", "what", "when", "where", "which", "with", "would", "your", "number",
    "prepare", "speak", "phone", "mobile", "bitte", "haben", "ihre", "ihrer", "ihnen", "welche", "nummer", "können",
    "wollen", "geht", "soll", "sollen", "votre", "quel", "quelle", "numéro", "avez", "voulez", "pouvez", "vous",
    "telefon",
    "téléphone", "portable", "rappel", "anruf",
})  # fmt: skip


def is_change(text: str) -> bool:
    """Whether a text says that something is to be otherwise than before."""
    return bool(_CHANGE.search(text))


def mentioned(text: str, asked: Ask | None, draft: Draft, menu: Menu) -> Heard:
    """Everything that a free sentence holds; `asked` itself is left to whoever understands its answers, but for a
    number, which is one wherever it stands.
    """
    heard, rest = _answers(text, draft, menu)
    numbers = read_numbers(rest, menu.region, menu.also_regions)
    heard += _numbers(numbers, rest, asked, draft)
    rest = without_numbers(rest, numbers)
    if asked is not Ask.QUEUE:
        heard += _queue(rest, draft, menu)
    heard += wish_in(_NO_TEXTS.sub(" , ", _TEXTS.sub(" , ", _without_names(rest, menu))), draft, menu)
    if asked is not Ask.SMS:
        heard += _texts(rest)
    return heard


def _without_names(text: str, menu: Menu) -> str:
    """The text without what queues are called: "night desk" names no time, and "bill" makes none doubtful."""
    for option in menu.queue_options:
        for name in (option.title, *option.synonyms):
            # Not any number of them: thousands of "a" in a row would take seconds.
            text = re.sub(
                rf"(?:\b(?:about|for|my|the|a|an)\s{{1,9}}){{0,4}}\b{re.escape(name)}\b",
                " , ",
                text,
                flags=re.IGNORECASE,
            )
    return text


def _numbers(found: object, text: str, asked: Ask | None, draft: Draft) -> Heard:
    if not isinstance(found, NotANumber):
        heard = numbers_said(found)  # type: ignore[arg-type]
        known = heard.slots.get(Ask.NUMBER) == draft.number and asked is not Ask.NUMBER
        return Heard() if known and not heard.slots.get("extension") else heard
    before = number_of_the_call_before(text, draft) if asked is not Ask.NUMBER and not draft.number else Heard()
    if before:
        return before
    meant = asked is None or (asked is not Ask.NUMBER and is_change(text))
    if meant and found.reason is not Reason.NOTHING_FOUND and tried_a_number(text):
        heard = number_problem(found)
        # What was known stays known: only a number that can be called takes its place.
        return heard if not draft.number else Heard(problems=heard.problems)
    return Heard()


def _queue(text: str, draft: Draft, menu: Menu) -> Heard:
    # "No, billing" is not "no billing".
    found = match(_NO_AT_THE_START.sub("", text), menu.queue_options, by_position=False)
    if isinstance(found, Ambiguous) and not draft.queue:
        return Heard(slots={Ask.QUEUE: None}, narrowed=found.ids)
    if not isinstance(found, Chosen) or found.id == draft.queue:
        return Heard()
    if draft.queue and not is_change(text) and len(text.split()) > _FEW_WORDS:
        return Heard()
    taken = take_queue(found.id, menu)
    # One that cannot be had does not take the place of one that can.
    return Heard(problems=taken.problems) if draft.queue and taken.problems else taken


def names_the_queue_again(text: str, draft: Draft, menu: Menu) -> bool:
    """ "No, billing", when it is billing already: not a way out, and nothing to change."""
    rest = _NO_AT_THE_START.sub("", text)
    if rest == text or not draft.queue or len(rest.split()) > _FEW_WORDS:
        return False
    found = match(rest, menu.queue_options, by_position=False)
    return isinstance(found, Chosen) and found.id == draft.queue


def _texts(text: str) -> Heard:
    if _NO_TEXTS.search(text):
        return Heard(slots={Ask.SMS: False})
    return Heard(slots={Ask.SMS: True}) if _TEXTS.search(text) else Heard()


def answers_by_name(text: str, draft: Draft, menu: Menu) -> Heard:
    """Answers that are given by name, once it is known which questions there are."""
    return _answers(text, draft, menu)[0]


def _answers(text: str, draft: Draft, menu: Menu) -> tuple[Heard, str]:
    """Answers to the centre's questions that are given by name ("my account number is 48151623"), and the rest."""
    answers = dict(draft.answers)
    problems: Heard = Heard()
    for question in menu.questions:
        for key in _keys(question):
            found = re.search(
                rf"\b(?:(?:my|the|our|meine?|die|unsere?|mon|ma|notre|le|la)\s+)?{key}(?:\s*(?:number|no\.?|nr"
                rf"|id))?\s*"
                rf"(?:(?:is|:|=|to|should be|was|ist|lautet|est)\s+|#?\s*(?=\d))"
                rf"(?P<value>[^,;.!?]+?)(?=\s+(?:and|but|und|aber|et|mais)\b|[,;.!?]|$)",
                text,
                re.IGNORECASE,
            )
            if found is None:
                continue
            taken = accept_answer(found["value"].strip(), question)
            if isinstance(taken, str):
                answers[question.id] = taken
            else:
                problems += Heard(problems=(taken,))
            text = f"{text[: found.start()]} , {text[found.end() :]}"
            break
    if answers == dict(draft.answers):
        return problems, text
    return problems + Heard(slots=set_answers(answers, menu)), text


def _keys(question: Question) -> Iterator[str]:
    """Words of a question by which its answer may be named."""
    for word in re.findall(r"[^\W\d_]{4,}", question.text.casefold()):
        if word not in _NO_KEYS:
            yield re.escape(word)
