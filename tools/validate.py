"""`rasa data validate`, strict: every warning is a failure, and a response that nobody says is one too.

Rasa cannot see which responses the custom actions say, so it calls most of ours unused. Those are looked up in the
sources: by their whole name, or by the beginning of an f-string such as `utter_status_{…}`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import yaml

from tools.console import ROOT, Trouble, child_environment, run_tool
from tools.train import worth_showing

SPEAKERS = ("actions", "ringback", "channels")
LONGEST = 300.0
"""Seconds."""

_UNUSED = re.compile(r"The utterance '(\w+)' is not used in any story or rule")
_NAME = re.compile(r"\butter_\w+")
_BEGINNING = re.compile(r"\b(utter_\w*_)\{")


def unsaid(unused: Iterable[str], sources: str, slots: Iterable[str]) -> list[str]:
    """Which of the responses that no rule uses are not said by the sources either, nor by a form asking for a slot."""
    names = {*_NAME.findall(sources), *(f"utter_ask_{slot}" for slot in slots)}
    beginnings = tuple(set(_BEGINNING.findall(sources)))
    return sorted(name for name in unused if name not in names and not name.startswith(beginnings))


def read_output(output: str) -> tuple[list[str], list[str]]:
    """Split Rasa's output into the responses it calls unused, and everything else that is not noise."""
    unused: list[str] = []
    rest: list[str] = []
    for line in output.splitlines():
        match = _UNUSED.search(line)
        if match:
            unused.append(match[1])
        else:
            rest += worth_showing(line)
    return unused, rest


def _main() -> int:
    command = [
        str(ROOT / "rasa-server/.venv/bin/python"),
        "rasa-server/launch.py",
        "data",
        "validate",
        "--domain",
        "domain",
    ]
    done = subprocess.run(
        [*command, "--fail-on-warnings"],
        cwd=ROOT,
        env=child_environment(os.environ),
        timeout=LONGEST,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    unused, rest = read_output(done.stdout)
    sources = "\n".join(_python_in(ROOT / folder) for folder in SPEAKERS)
    forgotten = unsaid(unused, sources, _slots())
    findings = [*rest, *(f"domain/: nobody says {name}" for name in forgotten)]
    if done.returncode != 0 or findings:
        raise Trouble("\n".join([*findings, "The bot's data is not in order; see above."]))
    return 0


def _slots() -> list[str]:
    skeleton = yaml.safe_load((ROOT / "domain" / "skeleton.yml").read_text(encoding="utf-8"))
    return list(skeleton.get("slots") or ())


def _python_in(folder: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.py")))


if __name__ == "__main__":
    sys.exit(run_tool(_main))
