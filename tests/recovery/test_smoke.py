"""`make smoke` against the running system, whole and with a part missing."""

from __future__ import annotations

import asyncio
import os
import sys

from tests.system import ROOT, System


async def smoke(system: System) -> tuple[int, str]:
    """Run it as a user would; its exit code and everything it printed."""
    environment = {
        **os.environ,
        "RASA_PORT": str(system.rasa_port),
        "ACTIONS_PORT": str(system.actions_port),
        "SANDBOX_PORT": str(system.sandbox_port),
        "RINGBACK_RASA_URL": system.rasa_url,
        "RINGBACK_FONOLO_URL": f"{system.sandbox_url}/3.0/",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tools.smoke",
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode is not None
    return process.returncode, printed.decode()


async def test_whole_conversation(system: System) -> None:
    """With everything up it prints a conversation from the first word to the ending and exits with 0."""
    code, printed = await smoke(system)
    assert code == 0, printed
    for words in ("about my bill?", "Booked.", "[HOLDING]", "[CALLING_CUSTOMER]", "[COMPLETED]"):
        assert words in printed


async def test_sandbox_is_down(system: System) -> None:
    """With the sandbox stopped it says so in a sentence and exits with 1."""
    system.sandbox.stop()
    try:
        code, printed = await smoke(system)
    finally:
        system.sandbox.start()
        await asyncio.to_thread(system.sandbox.wait)
    assert code == 1
    assert "sandbox does not answer" in printed


async def test_action_server_is_down(system: System) -> None:
    """With the action server stopped it names the action server."""
    system.actions.stop()
    try:
        code, printed = await smoke(system)
    finally:
        system.actions.start()
        await asyncio.to_thread(system.actions.wait)
    assert code == 1
    assert "action server does not answer" in printed
