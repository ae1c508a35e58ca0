"""Runs a module's scripts side by side."""

from __future__ import annotations

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
