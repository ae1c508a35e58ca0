"""What one turn of the chat adds to a request: the pure core of the request form.

`hear` takes what was said, what was asked, and what is known; it gives back what to fill in, what to take out again,
and the sentences that explain a problem. It knows nothing of Rasa: `actions/request.py` is the thin edge around it.
"""

from ringback.intake.hearing import hear, required
from ringback.intake.parts import CHANGES_THE_ORDER, TIMES_AT_ONCE, Ask, Draft, Heard, Menu, Problem, Said

__all__ = ["CHANGES_THE_ORDER", "TIMES_AT_ONCE", "Ask", "Draft", "Heard", "Menu", "Problem", "Said", "hear", "required"]
