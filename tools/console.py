"""How every tool speaks: lines as things happen, one sentence when something is wrong, no traceback for Ctrl-C."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder; every tool and every child works from here."""

INTERRUPTED = 130
"""The exit code that shells expect after Ctrl-C."""


class Trouble(Exception):
    """Something a person has to know and can act on. The text says what happened and what to do."""


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def run_tool(main: Callable[[], int]) -> int:
    """Run a tool's main and turn its troubles into an exit code: 1 after a Trouble, 130 after Ctrl-C."""
    try:
        return main()
    except Trouble as trouble:
        print(str(trouble), file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def child_environment(env: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child: without what would bind it to another Python or keep it from writing byte code."""
    unwanted = {
        "PYTHONDONTWRITEBYTECODE",  # byte code halves Rasa's start
        "PYTHONHOME",
        "VIRTUAL_ENV",
        "PYENV_VERSION",
    }
    return {name: value for name, value in env.items() if name not in unwanted}


def in_project(path: Path) -> str:
    """A path as a person would type it from the project's folder."""
    return os.path.relpath(path, ROOT) if path.is_relative_to(ROOT) else str(path)
