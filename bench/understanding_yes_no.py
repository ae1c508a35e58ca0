"""How many ways of "yes" and "no" are read right at the summary, by the intake alone, without any model's help."""

from __future__ import annotations

from ringback.intake import Aside, Ask, Said, hear
from tests.intake_menu import MENU, READY
from tests.understanding.summary_answers import NEITHER, NO, YES


def reading(text: str) -> str:
    """ "yes" books, "no" does not and asks what else, "neither" does not book either."""
    heard = hear(Said(text=text, intent="nlu_fallback", confidence=0.3), Ask.CONFIRM, READY, MENU)
    if heard.slots.get(Ask.CONFIRM) is True:
        return "yes"
    refused = heard.slots.get(Ask.CONFIRM) is False or heard.aside is Aside.STOP
    return "no" if refused else "neither"


def misread() -> list[tuple[str, str, str]]:
    """(text, meant, read) of everything that is read otherwise than it was meant."""
    meant = {**dict.fromkeys(NEITHER, "neither"), **dict.fromkeys(NO, "no"), **dict.fromkeys(YES, "yes")}
    return [
        (text, wanted, read)
        for text, wanted in meant.items()
        if ((read := reading(text)) != wanted and {wanted, read} != {"no", "neither"})
        or (wanted == "no" and read != "no")
    ]


def measure() -> dict[str, float]:
    """`understanding.yes_no`: the share of answers that are read right; a "neither" that books is wrong."""
    wrong = misread()
    for text, wanted, read in wrong:
        print(f"{text!r}: meant {wanted}, read {read}")
    count = len(YES) + len(NO) + len(NEITHER)
    return {"understanding.yes_no": 1 - len(wrong) / count, "understanding.n_answers": float(count)}
