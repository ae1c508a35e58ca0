"""`make audit`: are there known vulnerabilities in what is locked? Needs the network.

The action server's environment has to be free of them. Rasa's cannot be: what is known of it stands in
docs/security-rasa-dependencies.md with the reason why it does not reach us, and anything else is a failure.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.console import ROOT, Trouble, child_environment, run_tool, say

CLEAN = ("requirements.lock", "requirements-dev.lock")
"""Locks in which nothing is put up with."""
RASA = "rasa-server/requirements.lock"
KNOWN = ROOT / "docs" / "security-rasa-dependencies.md"
LONGEST = 900.0
"""Seconds for one lock."""
_ADVISORY = re.compile(r"\b(?:CVE-\d{4}-\d+|GHSA(?:-\w{4}){3}|PYSEC-\d{4}-\d+)\b")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """One advisory about one locked package. `names` are all by which the advisory is known."""

    package: str
    version: str
    names: frozenset[str]
    fixed_in: tuple[str, ...] = ()

    def __str__(self) -> str:
        fixed = f", fixed in {', '.join(self.fixed_in)}" if self.fixed_in else ", not fixed anywhere"
        return f"{self.package} {self.version}: {' = '.join(sorted(self.names))}{fixed}"


@dataclass(frozen=True)
class Entry:
    """A row of the table: an advisory that is known and, for the reason given there, put up with."""

    package: str
    version: str
    advisory: str


@dataclass(frozen=True)
class Report:
    """What was found in one lock, and the packages about which nothing could be learnt."""

    findings: tuple[Finding, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Findings that nobody has judged yet, and entries to which nothing corresponds any more."""

    unjudged: tuple[Finding, ...] = ()
    outdated: tuple[Entry, ...] = field(default=())


def read_report(text: str) -> Report:
    """Read pip-audit's JSON. Raises ValueError when it is none."""
    content: Any = json.loads(text)
    packages = content["dependencies"]
    findings = tuple(
        Finding(
            one["name"].lower(),
            one["version"],
            frozenset({found["id"], *found.get("aliases", [])}),
            tuple(found.get("fix_versions", [])),
        )
        for one in packages
        for found in one.get("vulns", [])
    )
    return Report(findings, tuple(sorted(one["name"] for one in packages if "skip_reason" in one)))


def read_table(text: str) -> tuple[Entry, ...]:
    """The rows `| package | version | advisory | …` of the document. Raises Trouble for one without a reason."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) < 3 or not _ADVISORY.fullmatch(cells[2]):
            continue
        if len(cells) != 5 or not all(cells):
            raise Trouble(f"{KNOWN.name}: {cells[2]} needs its package, version, what it is, and what shields us.")
        found.append(Entry(cells[0].strip("`").lower(), cells[1], cells[2]))
    return tuple(found)


def judge(findings: Iterable[Finding], known: Iterable[Entry]) -> Verdict:
    """Compare. An entry is for one version: a new one has to be looked at anew."""
    known, findings = tuple(known), tuple(findings)

    def meets(entry: Entry, finding: Finding) -> bool:
        same = (entry.package, entry.version) == (finding.package, finding.version)
        return same and entry.advisory in finding.names

    return Verdict(
        tuple(one for one in findings if not any(meets(entry, one) for entry in known)),
        tuple(entry for entry in known if not any(meets(entry, one) for one in findings)),
    )


def pinned(text: str) -> dict[str, str]:
    """The versions in a lock, by package."""
    return {name.lower(): version for name, version in _PINNED.findall(text)}


def audit(lock: Path) -> Report:
    """Ask about one lock. Raises Trouble when there is no answer; finding something is an answer."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=child_environment(os.environ),
            timeout=LONGEST,
            check=False,
            capture_output=True,
            text=True,
        )
    except subprocess.TimeoutExpired as error:
        raise Trouble(f"{lock.name}: no answer after {LONGEST / 60:.0f} minutes.") from error
    try:
        return read_report(done.stdout)
    except (ValueError, KeyError, TypeError) as error:
        raise Trouble(f"{lock.name} could not be audited:\n{done.stderr.strip()[-2000:]}") from error


def _show(name: str, report: Report, known: tuple[Entry, ...]) -> list[str]:
    """Say how it went with one lock; what is wrong, in a line each."""
    # pip-audit passes what it could learn nothing about, in silence.
    if report.unknown:
        few = ", ".join(report.unknown[:5])
        return [f"{name}: nothing could be learnt about {len(report.unknown)} packages ({few} …)"]
    verdict = judge(report.findings, known)
    for entry in verdict.outdated:
        say(f"warning  {KNOWN.name}: {entry.advisory} of {entry.package} {entry.version} is not found any more")
    word = "FAILED" if verdict.unjudged else "ok    "
    say(f"{word}  {name}: {len(report.findings)} found, {len(verdict.unjudged)} not judged yet")
    return [f"{name}: {finding}" for finding in verdict.unjudged]


def _main() -> int:
    known = read_table(KNOWN.read_text(encoding="utf-8"))
    wrong: list[str] = []
    for name in (*CLEAN, RASA):
        wrong += _show(name, audit(ROOT / name), known if name == RASA else ())
    if wrong:
        what = "\n  ".join(wrong)
        raise Trouble(
            f"Not clean:\n  {what}\n`make lock` takes newer versions. What Rasa's pins leave no room for is judged in "
            f"docs/{KNOWN.name}: can it be reached, and what shields us?"
        )
    return 0


if __name__ == "__main__":
    sys.exit(run_tool(_main))
