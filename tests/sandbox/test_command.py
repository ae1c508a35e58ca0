"""`python -m sandbox` as a process: its port, its file, its end."""

from __future__ import annotations

import contextlib
import json
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from sandbox.calls import Call
from sandbox.company import ACCOUNT_SID, AUTH_TOKEN, BILLING_SID
from sandbox.keeping import StateFile, UnreadableStateError
from sandbox.magic import GOOD
from tests.sandbox.asking import NUMBER
from tests.sandbox.conftest import ROOT, Served

Serve = Callable[..., Served]
CALL = Call(sid="CA1", profile="CP1", option="CO1", number=NUMBER, created_at=1000.0, plan=GOOD)


def asking(one: Served) -> httpx.Client:
    return httpx.Client(base_url=one.url, auth=(ACCOUNT_SID, AUTH_TOKEN), trust_env=False, timeout=10)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandbox", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """One line that says what to do, exit code 1, and the state file is left alone."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--port", str(port), "--state", str(tmp_path / "state"))
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "--port" in ended.stderr
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("arguments", [("--speed", "0"), ("--speed", "nan"), ("--port", "70000"), ("--port", "x")])
def test_wrong_options(arguments: tuple[str, str]) -> None:
    """An option that makes no sense is named, without a traceback."""
    ended = run(*arguments)
    assert ended.returncode == 2
    assert arguments[0] in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_state_file_that_is_not_ours(tmp_path: Path) -> None:
    """A foreign file is named with its line, exit code 1, and it is not overwritten."""
    path = tmp_path / "state"
    path.write_text('{"offset": 0}\n{"calls": []}\n')
    ended = run("--port", "0", "--state", str(path))
    assert ended.returncode == 1
    assert "line 2" in ended.stderr
    assert path.read_text() == '{"offset": 0}\n{"calls": []}\n'


def test_a_killed_sandbox_goes_on(serve: Serve, tmp_path: Path) -> None:
    """After a kill, calls, cancellations and skipped time are as they were, and lives have gone on meanwhile."""
    state = str(tmp_path / "state")
    first = serve("--state", state)
    with asking(first) as client:
        sids = [
            client.post("/3.0/callback", data={"fc_number": number, "fc_option": BILLING_SID}).json()["data"]["sid"]
            for number in (NUMBER, "14165550143", "14165550188")
        ]
        client.post(f"/3.0/callback/{sids[2]}/cancel")
        client.post("/sandbox/clock", json={"advance": 30})
        before = client.get("/sandbox/calls").json()["calls"]
    first.kill()
    with asking(serve("--state", state)) as client:
        after = client.get("/sandbox/calls").json()["calls"]
        assert [call["state"] for call in after] == ["Success", "Holding", "Canceled"]
        assert [{**call, "duration": 0} for call in after] == [{**call, "duration": 0} for call in before]
        assert client.get(f"/3.0/callback/{sids[1]}/status").json()["data"]["duration"] >= 30
        client.delete("/sandbox/calls")
    assert StateFile(tmp_path / "state").known == {}


def test_speed_quiet_log_and_a_quick_end(serve: Serve) -> None:
    """`--speed` makes calls fast, requests are not logged, and a request without an answer does not hold up the end."""
    one = serve("--speed", "1000")
    with asking(one) as client:
        form = {"fc_number": NUMBER, "fc_option": BILLING_SID}
        sid = client.post("/3.0/callback", data=form).json()["data"]["sid"]
        time.sleep(0.05)
        assert client.get(f"/3.0/callback/{sid}/status").json()["data"]["status"] == "Success"
        client.post("/sandbox/faults", json={"mode": "silence"})
        with pytest.raises(httpx.ReadTimeout):
            client.get("/3.0/profiles", timeout=0.2)
        hanging = threading.Thread(target=_hang, args=(one.url,))
        hanging.start()
        while len(client.get("/sandbox/requests").json()["requests"]) < 4:
            time.sleep(0.01)
    began = time.monotonic()
    log = one.stop()
    hanging.join()
    assert time.monotonic() - began < 5
    assert "GET" not in log
    assert NUMBER not in log
    assert "Traceback" not in log


def _hang(url: str) -> None:
    with contextlib.suppress(httpx.HTTPError):
        httpx.get(f"{url}/3.0/profiles", trust_env=False, timeout=10)


def test_environment_gives_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """SANDBOX_PORT is the port when none is given, and a wrong one is named like an option."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("SANDBOX_PORT", str(taken.getsockname()[1]))
        assert f":{taken.getsockname()[1]}" in run().stderr
    monkeypatch.setenv("SANDBOX_SPEED", "fast")
    assert "--speed" in run("--port", "0").stderr


def test_a_torn_last_line_is_dropped(tmp_path: Path) -> None:
    """A line without its end was never acknowledged: what stands before it is kept."""
    path = tmp_path / "deep" / "state"
    StateFile(path).keep(CALL)
    with path.open("a") as file:
        file.write('{"call": {"sid": "CA2"')
    again = StateFile(path)
    assert again.known == {"CA1": CALL}
    assert json.loads(path.read_text().splitlines()[-1])["call"]["sid"] == "CA1"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_state_file_that_cannot_be_used(tmp_path: Path) -> None:
    """A folder in its place is a sentence, not a traceback."""
    with pytest.raises(UnreadableStateError, match="cannot use"):
        StateFile(tmp_path)
