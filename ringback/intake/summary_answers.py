"""Understanding the answers about a whole request: book it, change something, drop it.

As in `answers.py`, each function gets what else the sentence held already (`also`) and gives back only what answers its
own question.
"""

from __future__ import annotations

import re

from ringback.intake import answers_words as words_of
from ringback.intake.mentions import is_change
from ringback.intake.parts import Aside, Ask, Draft, Heard, Menu, Said
from ringback.intake.taking import take_change
from ringback.understanding.choices import Chosen, Option, match
from ringback.understanding.yes_no import YesNo, first_word, yes_no


def confirm_answer(said: Said, also: Heard, _draft: Draft, _menu: Menu) -> Heard:
    """Book it? Only a plain "yes" books; a "no" asks what to change, and what is named is asked again at once."""
    answer = yes_no(said.text)
    if also:
        return Heard()
    place = said.text.strip(" .#)")
    if answer is YesNo.YES or place == "1":
        return Heard(slots={Ask.CONFIRM: True})
    if place == "3":
        return Heard(aside=Aside.STOP)
    field = mentioned_field(said.text)
    # "Is the number right?" is no wish to change it.
    if field is not None and ("?" not in said.text or is_change(said.text)):
        return take_change(field.value)
    answer = YesNo.NO if place == "2" else answer
    if answer is YesNo.NO or first_word(said.text) is YesNo.NO or said.intent in {"change", "deny"}:
        return Heard(slots={Ask.CONFIRM: False})
    return Heard()


def mentioned_field(text: str) -> Ask | None:
    """What of the request is named, as in "change the number"."""
    options = [Option(id=ask.value, title=words[0], synonyms=words[1:]) for ask, words in words_of.FIELD_WORDS.items()]
    found = match(text, options, by_position=False)
    return Ask(found.id) if isinstance(found, Chosen) else None


_CHANGING = re.compile(
    r"\b(?:change|wrong|different|edit|correct|fix|mistake in|another|other|new|redo|update|"
    r"(?:ver)?[äa]ndern?|falsch\w*|andere[rns]?|korrigieren|fehler|neue?n?|anpassen|stimmt nicht|"
    r"changer|changez|modifier|modifiez|corriger|corrigez|autre|erreur|fau(?:x|sse)|nouve(?:au|lle)|incorrecte?)\b",
    re.IGNORECASE,
)


def field_to_change(said: Said) -> Heard:
    """ "Change the number", at any question but the centre's own."""
    if (
        not (_CHANGING.search(said.text) and is_change(f"{said.text} change"))
        or len(said.text.split()) > _LONGEST_CHANGE
    ):
        return Heard()
    field = mentioned_field(said.text)
    return take_change(field.value) if field is not None else Heard()


_LONGEST_CHANGE = 8


def change_answer(said: Said, also: Heard, _draft: Draft, _menu: Menu) -> Heard:
    """What to change? A thing by its name or by the place of its button, or nothing after all."""
    if also:
        return Heard(slots={Ask.CONFIRM: None, Ask.CHANGE: None})
    place = re.sub(r"\W", "", said.text)
    if place in {"1", "2", "3", "4"}:
        return take_change((Ask.QUEUE, Ask.NUMBER, Ask.WHEN, Ask.ANSWER)[int(place) - 1].value)
    field = mentioned_field(said.text)
    if field is not None:
        return take_change(field.value)
    nothing = said.text.strip().casefold().strip("!. ")
    if yes_no(said.text) is not YesNo.UNCLEAR or nothing in {
        "nothing",
        "none",
        "it's fine",
        "all fine",
        "leave it",
        *words_of.NOTHING_TO_CHANGE,
    }:
        # Nothing after all: back to the summary, which asks once more before anything is booked.
        return Heard(slots={Ask.CONFIRM: None, Ask.CHANGE: None})
    return Heard()


def leave_answer(said: Said) -> YesNo:
    """Shall it be dropped?"""
    text = said.text.casefold()
    if re.search(
        r"\b(?:go on|continue|carry on|keep (?:it|going)|stay|resume|proceed|weiter|weitermachen|fortfahren"
        r"|fortsetzen|bleiben|"
        r"continuer?|continuez|continuons|poursuivre|reprendre|rester)\b",
        text,
    ):
        return YesNo.NO
    dropped = re.search(
        r"\b(?:drop it|stop|stopp|quit|start over|leave|abbrechen|verwerfen|aufhören|beenden|abandonner|annuler"
        r"|annulez|arrêter|arrêtez)\b",
        text,
    )
    if dropped and not re.search(r"don|\bnot|\bnicht\b|\bpas\b", text):
        return YesNo.YES
    return yes_no(said.text)
