"""How a language writes times anew in the words of the grammar. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class Rule(NamedTuple):
    """What is written anew, a regular expression, and how."""

    pattern: str
    new: str | Callable[[re.Match[str]], str]
