"""Lists the licence of every part: `python -m tools.licences` writes docs/licences.md, `--check` only compares.

What a package says of itself is read by pip-licenses from the two environments. A licence that nobody has looked at yet
is a complaint, so that a new dependency cannot bring a surprise.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tools.console import ROOT, Trouble, run_tool, say

PAGE = ROOT / "docs" / "licences.md"
LONGEST = 120.0
"""Seconds for reading one environment."""

SAME = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD",
    "BSD License": "BSD",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Public Domain": "public domain",
    "Python Software Foundation License": "PSF-2.0",
}
"""One name for each licence: packages write the same one in several ways. Shape: what they write → what we write."""

LOOKED_AT = {
    "docutils": "BSD, public domain; one file under the GPL, which only an editor uses",
    "httpx-aiohttp": "BSD-3-Clause",  # its metadata hold the text itself
}
"""Packages whose own words are no name of a licence. Shape: package → what its files say."""

HEAD = """# Licences of all parts

Ringback itself is under the Apache licence 2.0. Nothing of others is copied into it but the chat page's libraries in
`web/vendor/`, which are under the MIT licence; their texts lie beside them.

Everything below is installed from its own publisher. The list is written by `python -m tools.licences` from what each
package says of itself, on Linux; `make check` fails when a package is missing here or brings a licence that nobody has
looked at. MPL-2.0 and LGPL ask those who change such a package *itself* and hand it on to share the change; using it
unchanged, as Ringback does, asks for nothing.
"""

PERMISSIVE = frozenset(
    {"0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU"}
    | {"PSF-2.0", "TCL", "public domain"}
)
RECIPROCAL = frozenset({"LGPL", "MPL-2.0"})
"""Who changes such a package itself and hands it on shares the change; using it asks for nothing."""


@dataclass(frozen=True)
class Part:
    """One package of others and its licence."""

    name: str
    licence: str

    @property
    def is_known(self) -> bool:
        """Whether somebody has looked at such a licence."""
        words = re.split(r" AND | OR |, ", self.licence)
        return self.name in LOOKED_AT or all(word in PERMISSIVE | RECIPROCAL for word in words)


def normal(name: str, said: str) -> Part:
    """A package with what it says of its licence, in one spelling.

    >>> normal("x", "MIT License; Public Domain")
    Part(name='x', licence='MIT, public domain')
    """
    words = [SAME.get(word, word) for word in said.split("; ")]
    return Part(name, LOOKED_AT.get(name.lower(), ", ".join(words)))


def installed(python: str, lock: str) -> dict[str, Part]:
    """Every package that is locked and installed in an environment, by its canonical name."""
    command = [".venv/bin/python", "-m", "piplicenses", "--python", python, "--format", "json", "--with-system"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False)
    if done.returncode != 0:
        raise Trouble(f"pip-licenses cannot read {python}: {done.stderr.strip()}")
    found = {canonical(one["Name"]): normal(one["Name"], one["License"]) for one in json.loads(done.stdout)}
    return {name: found[name] for name in sorted(locked(lock)) if name in found}


def locked(lock: str) -> set[str]:
    """The canonical names of the packages in a lock file."""
    named = re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    return {canonical(name) for name in named}


def parts() -> dict[str, list[Part]]:
    """All parts by where they run: the desk, the Rasa server, or neither of them."""
    ours = installed(".venv/bin/python", "requirements-dev.lock")
    running = locked("requirements.lock")
    theirs = installed("rasa-server/.venv/bin/python", "rasa-server/requirements.lock")
    return {
        "The desk, the action server and the sandbox": [part for name, part in ours.items() if name in running],
        "The Rasa server": list(theirs.values()),
        "Tests, checks and this documentation only": [part for name, part in ours.items() if name not in running],
    }


def canonical(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def table(found: Iterable[Part]) -> str:
    """One row for each licence, the commonest first."""
    rows: dict[str, list[str]] = {}
    for part in found:
        rows.setdefault(part.licence, []).append(part.name)
    ordered = sorted(rows.items(), key=lambda row: (-len(row[1]), row[0]))
    lines = [f"| {licence} | {', '.join(sorted(names, key=str.lower))} |" for licence, names in ordered]
    return "\n".join(["| licence | packages |", "|---|---|", *lines])


def page(everything: Mapping[str, list[Part]]) -> str:
    """The whole page."""
    return HEAD + "".join(f"\n## {title}\n\n{table(found)}\n" for title, found in everything.items())


def complaints(everything: Mapping[str, list[Part]], written: str) -> list[str]:
    """What is wrong, a sentence each."""
    found = [part for several in everything.values() for part in several]
    strange = [f"{part.name} is under {part.licence[:80]!r}: look at it" for part in found if not part.is_known]
    cells = re.findall(r"^\| [^|]* \| (.*) \|$", written, re.MULTILINE)
    named = {name for cell in cells for name in cell.split(", ")}
    lost = [part.name for part in found if part.name not in named]
    missing = [f"{name} is not in docs/licences.md: run python -m tools.licences" for name in lost]
    return [*strange, *missing]


def _main() -> int:
    everything = parts()
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(page(everything), encoding="utf-8")
        say(f"{PAGE.relative_to(ROOT)}: {sum(map(len, everything.values()))} packages")
    wrong = complaints(everything, PAGE.read_text(encoding="utf-8"))
    if wrong:
        raise Trouble("\n".join(wrong))
    return 0


if __name__ == "__main__":
    sys.exit(run_tool(_main))
