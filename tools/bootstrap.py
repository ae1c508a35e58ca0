"""Sets the project up: `python3 -m tools.bootstrap run-env | dev-env | lock`. Needs nothing but Python 3.11 or newer.

An older Python may start it: it hands over to a newer one on PATH, or says that there is none. So this file's own
syntax stays old, and everything else is imported late.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def _hand_over() -> int:
    for name in NEWER:
        command = shutil.which(name)
        if command is None or subprocess.call([command, "-c", "import ssl"], stderr=subprocess.DEVNULL) != 0:
            continue
        os.execv(command, [command, "-m", "tools.bootstrap", *sys.argv[1:]])  # noqa: S606
    sys.stderr.write(
        f"Ringback needs Python {OLDEST[0]}.{OLDEST[1]} or newer to set itself up; this is {sys.version.split()[0]}. "
        "Install a newer one, or name it: `make PYTHON=/path/to/python3.12 …`.\n"
    )
    return 1


def _main() -> int:
    from tools import browser, envfile, environments, locks
    from tools.console import Trouble, say

    what = sys.argv[1] if len(sys.argv) == 2 else ""
    if what == "lock":
        locks.make()
        return 0
    recipes = {
        "run-env": (environments.RUN, environments.RASA),
        "dev-env": (environments.DEV, environments.RASA),
    }
    if what not in recipes:
        raise Trouble("Say what to set up: run-env (to run Ringback), dev-env (to test it too) or lock.")
    did_something = False
    for recipe in recipes[what]:
        did_something |= environments.ensure(recipe)
    envfile.create_missing()
    if what == "dev-env":
        browser.ensure()
    if did_something:
        say("Everything is set up.")
    return 0


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.exit(_hand_over())
    from tools.console import run_tool

    sys.exit(run_tool(_main))
