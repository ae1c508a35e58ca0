"""What the Rasa server's launcher adds to Rasa."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tests.system import RASA_PYTHON, ROOT

LAUNCHER = Path(__file__).resolve().parents[1] / "rasa-server" / "launch.py"


@pytest.fixture
def launch() -> ModuleType:
    found = importlib.util.spec_from_file_location("launch", LAUNCHER)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize("told", [["-i", "0.0.0.0"], ["--interface", "::"], ["--interface=10.0.0.1"]])
def test_rasa_listens_on_this_machine_unless_told(launch: ModuleType, told: list[str]) -> None:
    """The command line wins; other commands than `run` are left alone."""
    assert launch.stay_here(["launch.py", "run"]) == ["launch.py", "run", "-i", "127.0.0.1"]
    assert launch.stay_here(["launch.py", "run", *told]) == ["launch.py", "run", *told]
    assert launch.stay_here(["launch.py", "train"]) == ["launch.py", "train"]


def test_rasas_api_has_a_token(launch: ModuleType) -> None:
    """Unless the command line has one of its own."""
    assert launch.add_token(["launch.py", "run"], "t") == ["launch.py", "run", "--auth-token", "t"]
    own = ["launch.py", "run", "--auth-token=x"]
    assert launch.add_token(own, "t") == own


def test_the_launcher_finds_the_shared_modules(launch: ModuleType, tmp_path: Path) -> None:
    """They need nothing of our environment."""
    kept = launch.part_of_ringback("kept_secrets")
    assert kept.shared_secrets("a b", tmp_path / "x") == ["a", "b"]
    assert launch.part_of_ringback("masking").Masker().text("+14165550123") == "[number ..23]"


_CONVERSATIONS = """
import json, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, "rasa-server")
import launch
launch.silence()
launch.keep_files_open()
from rasa.core.tracker_store import SQLTrackerStore
store = SQLTrackerStore(db=sys.argv[1])
with store.engine.connect() as connection:
    first = connection.connection.dbapi_connection
    told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    print(json.dumps(told))
with store.engine.connect() as connection:
    assert connection.connection.dbapi_connection is first
"""


def test_rasas_file_of_conversations_stays_open(tmp_path: Path) -> None:
    """It is opened once, and a turn does not wait for the disk."""
    file = tmp_path / "conversations.sqlite3"
    command = [str(RASA_PYTHON), "-c", _CONVERSATIONS, str(file)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout) == ["wal", 1]


_EVENTS = """
import sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, "rasa-server")
import launch
launch.silence()
from rasa.shared.core import events
from rasa.shared.utils.common import all_subclasses
plain = {one.type_name: events.Event.resolve_by_type(one.type_name) for one in all_subclasses(events.Event)}
launch.remember_events()
assert len(plain) > 10
for _ in range(2):
    assert {name: events.Event.resolve_by_type(name) for name in plain} == plain
    assert events.Event.resolve_by_type("topic") is None
    assert events.Event.resolve_by_type("nonsense", events.SlotSet) is events.SlotSet
    try:
        events.Event.resolve_by_type("nonsense")
    except ValueError:
        continue
    raise AssertionError("an event of no kind was taken")
read = events.Event.from_parameters({"event": "slot", "name": "language", "value": "de"})
assert read == events.SlotSet("language", "de")
events.Event.resolve_by_type.cache_info()
"""


def test_events_are_read_as_rasa_reads_them() -> None:
    """What is remembered of the kinds of events is what Rasa would find anew for each of them."""
    command = [str(RASA_PYTHON), "-c", _EVENTS]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr[-2000:]


_CALLS = """
import json, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, "rasa-server")
import launch
launch.silence()
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
domain = Domain.load("domain")
tracker = DialogueStateTracker.from_events("x", [], slots=domain.slots)
action = RemoteAction("validate_request_form", None)
before = action._action_call_format(tracker, domain)
launch.leave_sentences_out()
after = action._action_call_format(tracker, domain)
assert "responses" in before["domain"] and len(json.dumps(before)) > 4 * len(json.dumps(after))
assert after == {**before, "domain": {k: v for k, v in before["domain"].items() if k != "responses"}}
assert "utter_booked" in domain.responses
"""


def test_actions_get_a_domain_without_its_sentences() -> None:
    """Everything else that Rasa sends with the call of an action is sent, and Rasa itself keeps the sentences."""
    command = [str(RASA_PYTHON), "-c", _CALLS]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr[-2000:]


_ROOM = """
import asyncio, sys, warnings
warnings.simplefilter("ignore")
sys.path[:0] = ["rasa-server", "."]
import launch
launch.silence()
from rasa.utils.endpoints import EndpointConfig
from channels.chat_base import acknowledged
acknowledged.LONGEST = 3600.0

async def main():
    asked, answer, happened = asyncio.Event(), asyncio.Event(), []
    async def request(self, method="post", **_):
        asked.set()
        await answer.wait()
        return {"events": [], "method": method}
    EndpointConfig.request = request
    launch.make_room()
    first = acknowledged.AcknowledgedFirst()
    async def ask():
        async with first.turn():
            assert await EndpointConfig("http://x").request(method="put") == {"events": [], "method": "put"}
            happened.append("went on")
    asking = asyncio.create_task(ask())
    await asked.wait()
    async with first.turn():
        answer.set()
        await asyncio.sleep(0.1)
        happened.append("another")
    await asking
    assert happened == ["another", "went on"], happened

asyncio.run(asyncio.wait_for(main(), 60))
"""


def test_a_turn_that_asks_the_action_server_makes_room() -> None:
    """Another turn computes while it waits, and it goes on with the same answer when that one is done."""
    command = [str(RASA_PYTHON), "-c", _ROOM]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr[-2000:]
