"""Looks through what the processes of the tests wrote and served for what must not be seen, and knows no masking."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import phonenumbers

ROOT = Path(__file__).resolve().parents[1]
_WRITTEN_OUT = re.compile(r"\+[1-9]\d{9,14}\b")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)(?:%20|[\s()./_\-\u00a0\u2010-\u2015])+(?=\d)")
_SHORTEST = 8


def numbers_in_tests() -> set[str]:
    """The digits of every telephone number (E.164) that stands in a test or in a stand-in for a platform."""
    sources = (*(ROOT / "tests").rglob("*.py"), *(ROOT / "sandbox").rglob("*.py"))
    return {number for file in sources for number in _WRITTEN_OUT.findall(file.read_text(encoding="utf-8"))}


def numbers_in_ledger(folder: Path) -> set[str]:
    """The numbers that were really called."""
    file = folder / "ledger.sqlite3"
    if not file.exists():
        return set()
    with closing(sqlite3.connect(file)) as connection:
        return {str(row[0]) for row in connection.execute("SELECT number FROM callbacks") if row[0]}


def national_digits(number: str) -> str:
    """What of a number is the same in every spelling; empty when that is too short to mean anything."""
    try:
        digits = str(phonenumbers.parse(number, None).national_number)
    except phonenumbers.NumberParseException:
        return ""
    return digits if len(digits) >= _SHORTEST else ""


def find_leaks(files: Iterable[Path], numbers: Iterable[str], secrets: Iterable[str]) -> list[str]:
    """Where a number, in whatever spelling, or a secret stands in clear: "file:line: what"."""
    digits = {found for number in numbers if (found := national_digits(number))}
    known = set(secrets)
    found: list[str] = []
    for file in files:
        for place, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            together = _BETWEEN_DIGITS.sub("", line)
            what = [f"the number ..{one[-4:]}" for one in digits if one in together]
            what += [f"the secret {one[:3]}.." for one in known if one in line]
            found += [f"{file}:{place}: {one}" for one in sorted(what)]
    return found
