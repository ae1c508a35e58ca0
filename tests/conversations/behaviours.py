"""How the dialogues went, by behaviour: a table at the end of a test run."""

from __future__ import annotations

from collections import Counter
from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A table of dialogues by behaviour."""
    passed, failed = Counter[str](), Counter[str]()
    for outcome, counter in (("passed", passed), ("failed", failed), ("error", failed)):
        for report in terminalreporter.stats.get(outcome, ()):
            if "tests/conversations/test_" in report.nodeid and getattr(report, "when", "call") != "teardown":
                counter[report.nodeid.split("/test_")[1].split(".py")[0].replace("_", " ")] += 1
    behaviours = sorted({*passed, *failed})
    if behaviours:
        terminalreporter.section("dialogues by behaviour")
        for behaviour in behaviours:
            terminalreporter.line(f"{behaviour:<20} {passed[behaviour]:>4} as expected {failed[behaviour]:>4} not")
        terminalreporter.line(f"{'together':<20} {sum(passed.values()):>4} as expected {sum(failed.values()):>4} not")
