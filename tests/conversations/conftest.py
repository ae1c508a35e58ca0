"""Runs a module's scripts side by side, and prints how the dialogues went, by behaviour."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.conversations.script import Script, hold_all
from tests.system import System


@pytest.fixture(scope="module")
def outcomes(system: System, request: pytest.FixtureRequest) -> dict[str, AssertionError | None]:
    """What came of each of the module's SCRIPTS."""
    wanted = {item.callspec.params["script"].says for item in request.session.items if _is_ours(item, request.module)}
    scripts: tuple[Script, ...] = request.module.SCRIPTS
    return hold_all(system, [script for script in scripts if script.says in wanted])


def _is_ours(item: Any, module: Any) -> bool:
    return getattr(item, "module", None) is module and "script" in getattr(
        getattr(item, "callspec", None), "params", {}
    )


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
