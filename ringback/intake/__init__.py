"""What one turn of the chat adds to a request: the pure core of the request form.

`hear` takes what was said, what was asked, and what is known; it gives back what to fill in, what to take out again,
the sentences that explain a problem, and what else the turn was about. `settle` then finds a time that was wished for
among those that are free. It knows nothing of Rasa: `actions/form.py` is the thin edge around it.
"""

from ringback.intake.guarded import guarded
from ringback.intake.hearing import hear
from ringback.intake.parts import (
    CHANGES_THE_ORDER,
    TIMES_AT_ONCE,
    Aside,
    Ask,
    Draft,
    Failures,
    Heard,
    Menu,
    Problem,
    Said,
    Wish,
)
from ringback.intake.patience import with_patience
from ringback.intake.steps import next_ask, required
from ringback.intake.wishes import settle

__all__ = [
    "CHANGES_THE_ORDER",
    "TIMES_AT_ONCE",
    "Aside",
    "Ask",
    "Draft",
    "Failures",
    "Heard",
    "Menu",
    "Problem",
    "Said",
    "Wish",
    "guarded",
    "hear",
    "next_ask",
    "required",
    "settle",
    "with_patience",
]
