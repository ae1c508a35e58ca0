"""The look for leaks finds some."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.leaks import find_leaks, numbers_in_tests

NUMBER = "+14165550123"


@pytest.mark.parametrize(
    "leak",
    [
        *("to +14165550123", "4165550123", "416 555 0123", "(416) 555-0123", "416.555.0123", "?to=%2B14165550123"),
        *('{"number": "+1 416-555-0123"}', "a 416%20555%200123", "token=hush-hush&x=1"),
    ],
)
def test_a_leak_is_found_with_its_place(tmp_path: Path, leak: str) -> None:
    """File and line of a number in any spelling, or of a secret."""
    log = tmp_path / "rasa.log"
    log.write_text(f"started\n2026-11-23 04:42:21 {leak}\n", encoding="utf-8")
    [found] = find_leaks([log], [NUMBER], ["hush-hush"])
    assert found.startswith(f"{log}:2: the ")
    assert "5550123" not in found and "hush-hush" not in found


def test_innocent_lines_are_none(tmp_path: Path) -> None:
    """Moments, ids, masked numbers and other digits are no leak."""
    log = tmp_path / "rasa.log"
    log.write_text("2026-11-23 04:42:21,123 CA5a6d61 [number ..23] +1 416 ••• ••23 port 5005 1763871862.123\n")
    assert find_leaks([log], numbers_in_tests(), ["hush-hush"]) == []


def test_the_numbers_of_the_tests_are_known() -> None:
    """Those that the dialogues use are among what is looked for."""
    assert {NUMBER, "+16475550188"} <= numbers_in_tests()
