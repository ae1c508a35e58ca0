"""Understanding the answer to the open question: one function for each question.

Each gets what else the sentence held already (`also`), and gives back only what answers its own question; nothing at
all when there is no answer in the turn.
"""

from __future__ import annotations

import re

from ringback.intake import answers_words as words_of
from ringback.intake.numbers import number_by_other_means, number_problem, read_numbers, without_numbers
from ringback.intake.parts import LATER, NOW, Ask, Draft, Heard, Menu, Problem, Said
from ringback.intake.taking import (
    accept_answer,
    more_times,
    set_answers,
    set_when,
    skip_question,
    take_answer,
    take_queue,
    take_time,
)
from ringback.intake.wishes import wish_in
from ringback.models import Question
from ringback.understanding.choices import Ambiguous, Chosen, Option, match
from ringback.understanding.phone import NotANumber, Reason
from ringback.understanding.yes_no import YesNo, first_word, yes_no
from ringback.wording import say_slot

VERY_SURE = 0.85
"""From this confidence on, a model's "yes" counts as one."""
_NUMBER_OF_TIMES = 3


def queue_answer(said: Said, also: Heard, draft: Draft, menu: Menu) -> Heard:
    """What is it about? By name, by other words, with typing errors, or by the place of its button."""
    text = without_numbers(said.text, read_numbers(said.text, menu.region, menu.also_regions))
    options = [one for one in menu.queue_options if not draft.narrowed or one.id in draft.narrowed]
    # What names a number or a time as well does not mean the place of a button by it.
    found = match(text, options, by_position=not also)
    if not isinstance(found, Chosen) and draft.narrowed:
        found = match(text, menu.queue_options, by_position=False)
    if isinstance(found, Chosen):
        return take_queue(found.id, menu)
    if isinstance(found, Ambiguous):
        return Heard(slots={Ask.QUEUE: None}, narrowed=found.ids)
    return Heard()


def number_answer(said: Said, also: Heard, draft: Draft, menu: Menu) -> Heard:
    """Which number? `also` holds every number that can be read; here are the other ways to name one, and why not."""
    if also.slots.get(Ask.NUMBER) or also.narrowed or also.problems:
        return Heard()
    other = number_by_other_means(said.text, draft)
    if other:
        return other
    found = read_numbers(said.text, menu.region, menu.also_regions)
    if not also and _WOULD_RATHER_NOT.search(said.text) and isinstance(found, NotANumber):
        return Heard(slots={Ask.NUMBER: None}, problems=(Problem(response="utter_number_needed"),))
    if isinstance(found, NotANumber) and found.reason is not Reason.NOTHING_FOUND and not also:
        return number_problem(found)
    return Heard()


_WOULD_RATHER_NOT = re.compile(
    r"\b(?:don'?t|do not|won'?t|not) (?:want|like|wish|going)?\s*(?:to )?(?:give|tell|share|say|hand)\b"
    r"|\bdo i (?:have|need) to\b|\brather not\b|\bnone of your\b|\bwhy (?:do|should|would|must)\b"
    r"|\bwithout (?:a |my )?number\b|^\W*(?:no|nope|why)\W*$"
    r"|\b(?:will|m[öo]chte|mag|gebe)\b.{0,30}\b(?:nicht|keine)\b|\bmuss ich\b|\bgeht sie nichts an\b|\b(?:warum"
    r"|wozu|wieso)\b"
    r"|\bohne (?:meine )?nummer\b|^\W*(?:nein|nö|non)\W*$|\b(?:veux|souhaite|pr[eé]f[eè]re|donne)\b.{0,15}\bpas\b"
    r"|\bpourquoi\b|\bsuis[- ]je oblig[eé]e?\b|\bsans (?:mon )?num[eé]ro\b",
    re.IGNORECASE,
)


def free_answer(said: Said, _: Heard, draft: Draft, menu: Menu) -> Heard:
    """The centre's question: whatever is said is the answer, within the bounds that it sets."""
    question = menu.open_question(draft.answers)
    if question is None:
        return Heard(slots=set_answers(draft.answers, menu))
    text = said.text.strip()
    nothing = re.sub(r"[^\w' ]", "", text.casefold()).strip()
    may_be_an_answer = nothing in words_of.ALSO_ANSWERS and (question.required or _YES_OR_NO.search(question.text))
    has_none = len(nothing.split()) <= _FEW_WORDS and _HAS_NONE.search(nothing)
    if (
        (nothing in words_of.NOTHING_TO_SAY or (has_none and not question.required))
        and not may_be_an_answer
        and not question.choices
    ):
        return skip_question(draft, menu)
    return take_answer(_essence(text, question), draft, menu)


def _essence(text: str, question: Question) -> str:
    """ "It's 48151623" where only the number fits; otherwise the text as it is."""
    if not isinstance(accept_answer(text, question), Problem):
        return text
    with_digits = [one.strip(".,;:!?") for one in text.split() if any(map(str.isdigit, one))]
    fitting = [one for one in with_digits if not isinstance(accept_answer(one, question), Problem)]
    return fitting[0] if len(fitting) == len(with_digits) == 1 else text


_FEW_WORDS = 10
_HAS_NONE = re.compile(
    r"\b(?:don'?t|do not|can'?t|cannot) (?:have|know|remember|find|recall)\b"
    r"|\b(?:wei(?:ß|ss)|habe?|kenne|finde)\b.{0,15}\b(?:nicht|keine?)\b|\b(?:n['’]?\s?)?(?:ai|sais|connais|trouve"
    r"|souviens)(?: plus)? pas\b"
)
_YES_OR_NO = re.compile(
    r"^\W*(?:do|does|did|are|is|was|were|have|has|can|could|will|would|may|"
    r"haben|hast|hat|habt|sind|ist|bist|war|waren|kann|können|möchten|wollen|dürfen|est-ce|avez|as|êtes|es|est|pouvez|"
    r"voulez|souhaitez|y a-t-il)\b",
    re.IGNORECASE,
)


def sms_answer(said: Said, also: Heard, draft: Draft, _menu: Menu) -> Heard:
    """Text messages? Only a clear "yes" opts in."""
    answer = yes_no(said.text)
    if answer is YesNo.UNCLEAR and also:
        answer = first_word(said.text)
        if answer is YesNo.NO and _corrects(also, draft):
            # "No, use my work number" is about the number.
            answer = YesNo.UNCLEAR
    if answer is YesNo.UNCLEAR and said.confidence >= VERY_SURE and not also:
        answer = {"affirm": YesNo.YES, "deny": YesNo.NO}.get(said.intent, YesNo.UNCLEAR)
    place = match(said.text, _YES_THEN_NO)
    if answer is YesNo.UNCLEAR and isinstance(place, Chosen):
        answer = YesNo(place.id)
    words = said.text.casefold()
    by_text = r"(?:texts?|sms|messages?|textos?|textnachrichten?|nachrichten?)"
    if answer is YesNo.UNCLEAR and re.search(rf"\b{by_text}\b", words) and "?" not in words:
        answer = yes_no(re.sub(rf"\b(?:the|some|a|by|per|mit|eine|par|avec|un|des|les|{by_text})\b", " ", words))
    if answer is YesNo.UNCLEAR and re.search(
        rf"\b(?:no|without|keine?|ohne|pas de|pas d['’]|sans) {by_text}\b|\bdon'?t text\b", words
    ):
        answer = YesNo.NO
    if answer is YesNo.UNCLEAR and re.fullmatch(
        r"\W*(?:per |par |mit |avec )?(?:text me|text messages?|sms|textos?)(?: please| too| bitte| gerne?| svp"
        r"| aussi)?\W*",
        words,
    ):
        answer = YesNo.YES
    return Heard() if answer is YesNo.UNCLEAR else Heard(slots={Ask.SMS: answer is YesNo.YES})


_YES_THEN_NO = (Option(id=YesNo.YES, title="¹"), Option(id=YesNo.NO, title="²"))
"""The two buttons, to be told apart by their places only."""


def _corrects(also: Heard, draft: Draft) -> bool:
    """Whether what was said besides takes the place of something that was known."""
    known = {Ask.NUMBER: draft.number, Ask.QUEUE: draft.queue}
    return any(before and slot in also.slots for slot, before in known.items())


def when_answer(said: Said, also: Heard, _draft: Draft, _menu: Menu) -> Heard:
    """Now or later? A time that is named, which `also` holds, means later."""
    if Ask.WHEN in also.slots:
        return Heard()
    words = set(re.findall(r"\w+", said.text.casefold()))
    denied = bool(words & words_of.DENYING)
    answer = yes_no(said.text)
    at_once = bool(words & words_of.AT_ONCE) or {"any", "time"} <= words or {"tout", "suite"} <= words
    place = match(said.text, _NOW_THEN_LATER)
    first, second = (isinstance(place, Chosen) and place.id == one for one in (NOW, LATER))
    if first or (at_once and not denied) or answer is YesNo.YES:
        return Heard(slots=set_when(NOW))
    later = at_once or words & words_of.LATER_WORDS or {"plus", "tard"} <= words
    if second or later or answer is YesNo.NO:
        return Heard(slots=set_when(LATER))
    return Heard()


_NOW_THEN_LATER = (Option(id=NOW, title="¹"), Option(id=LATER, title="²"))
"""The two buttons, to be told apart by their places only."""


def time_answer(said: Said, also: Heard, draft: Draft, menu: Menu) -> Heard:
    """Which of the offered times? By its words, which `also` holds, or by the place of its button."""
    text = said.text.strip().casefold().strip("!. ")
    if re.fullmatch(
        r"(?:any )?(?:more|later|other|others|next|different|another)(?: (?:times?|ones?|day))?(?: please)?"
        r"|(?:bitte )?(?:(?:noch )?(?:mehr|weitere|andere|spätere|spaetere|nächste|keine? davon)(?: (?:zeiten"
        r"|termine|uhrzeiten|tage))?|später"
        r"|ein anderer (?:tag|termin)|eine andere zeit)(?: bitte)?"
        r"|(?:d['’]|les |un |une )?(?:autres?|plus tard|plus|suivants?|prochains?|aucun)(?: (?:horaires?|créneaux?"
        r"|heures?|jours?|dates?|choix))?"
        r"(?: (?:svp|plus tard|s['’]il vous plaît))?",
        text,
    ):
        return more_times(draft, menu)
    shown = {slot.start: slot for slot in menu.time_slots if slot.start in draft.time_choices}
    options = [
        Option(id=start, title=say_slot(shown[start], zone=menu.zone, now=menu.now, language=menu.language))
        for start in draft.time_choices
        if start in shown
    ]
    titled = text in {option.title.casefold() for option in options}
    named = "wish" in also.slots and also.slots["wish"]
    chosen = match(said.text, options) if titled or (options and not named and _short(text)) else None
    if isinstance(chosen, Chosen):
        return take_time(shown[chosen.id]) + Heard(slots={"wish": None})
    if not also and options and re.fullmatch(r"\d{1,2}", text):
        # More than there are buttons: an hour.
        return wish_in(f"{_AT[menu.language]} {text}", draft, menu)
    # A "yes" picks nothing out of several.
    agreed = len(options) == 1 and yes_no(said.text) is YesNo.YES
    if (
        not also
        and options
        and (
            agreed
            or re.search(
                r"\b(?:any|whichever|don'?t mind|egal|irgendein\w*|beliebig\w*|n['’]importe|peu importe"
                r"|m['’]est égal)\b",
                text,
            )
        )
    ):
        return take_time(shown[options[0].id])
    return Heard()


_AT = {"en": "at", "de": "um", "fr": "à"}


def _short(text: str) -> bool:
    return len(text.split()) <= _NUMBER_OF_TIMES + 1
