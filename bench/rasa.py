"""Rasa itself: turns a second with our model and actions against a bot that can only greet, and what length costs.

- **ours**: the real Rasa server with the project's launcher, its SQLite tracker store, action server and sandbox;
- **without the launcher's savings**: the same, but Rasa opens its file anew for everything, checks its own schema,
  looks for the class of each event among all classes and sends every response of the domain with every call;
- **minimal**: two intents, one response each, no actions, conversations in memory, plain `rasa run`: Rasa's own floor.

People talk over the `rest` channel; a turn is over when its answers are there. `rasa.turn_ms_at_200` is a turn of one
person whose conversation has 200 turns already: Rasa reads all of it from the store for each turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from bench.harness_house import scale
from tests.system import RASA_PYTHON, ROOT, Process, System, free_port

PEOPLE, SECONDS = 8, 20.0
LENGTHS = (1, 50, 200)
WORDS = ("hello", "what can you do?")
SLOW = """
import sys
sys.path.insert(0, {folder!r})
import launch
launch.keep_files_open = launch.remember_events = launch.leave_sentences_out = lambda: None
launch.speed_up = lambda: __import__("skops.io")
launch.main()
"""
"""The launcher without what it saves in a turn; what it saves at the start stays."""
MINIMAL = {
    "config.yml": """
recipe: default.v1
language: en
pipeline: [{name: WhitespaceTokenizer}, {name: CountVectorsFeaturizer}, {name: LogisticRegressionClassifier}]
policies: [{name: RulePolicy}]
""",
    "domain.yml": """
version: "3.1"
intents: [greet, ask]
responses:
  utter_greet: [{text: Hello!}]
  utter_ask: [{text: I can greet.}]
""",
    "data/all.yml": """
version: "3.1"
nlu:
  - {intent: greet, examples: "- hello\\n- hi\\n- good morning\\n"}
  - {intent: ask, examples: "- what can you do?\\n- what is this?\\n- help\\n"}
rules:
  - {rule: greet, steps: [{intent: greet}, {action: utter_greet}]}
  - {rule: ask, steps: [{intent: ask}, {action: utter_ask}]}
""",
    "credentials.yml": "rest: {}\n",
    "endpoints.yml": "{}\n",
}
LONGEST_TRAINING = 600.0


def measure() -> dict[str, float]:
    """Run it, print the table and return the figures."""
    figures: dict[str, float] = {}
    ways: dict[str, Callable[[Path], contextlib.AbstractContextManager[str]]] = {
        "ours": lambda home: _ours(home, saving=True),
        "unsaved": lambda home: _ours(home, saving=False),
        "minimal": _minimal,
    }
    titles = {"ours": "ours", "unsaved": "ours, without the savings", "minimal": "a bot that greets"}
    lengths = "".join(f"{f'{count}th turn':>13}" for count in LENGTHS)
    print(f"rasa: {PEOPLE} people over REST\n{'':<28}{'turns/s':>8}{'p50':>9}{'p99':>9}{lengths}")
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder:
        for way, running in ways.items():
            home = Path(folder) / way
            home.mkdir()
            with running(home) as url:
                rate, took = asyncio.run(_crowd(url))
                grown = asyncio.run(_growing(url))
            figures[f"rasa.{way}_turns_per_s"] = rate
            figures |= {f"rasa.{way}_turn_ms_at_{count}": 1000 * grown[count] for count in LENGTHS}
            p50, p99 = statistics.median(took), statistics.quantiles(took, n=100, method="inclusive")[98]
            at = "".join(f"{1000 * grown[count]:>10.0f} ms" for count in LENGTHS)
            print(f"{titles[way]:<28}{rate:>8.1f}{1000 * p50:>6.0f} ms{1000 * p99:>6.0f} ms{at}")
    figures["rasa.turns_per_s"] = figures["rasa.ours_turns_per_s"]
    figures["rasa.vs_minimal"] = figures["rasa.ours_turns_per_s"] / figures["rasa.minimal_turns_per_s"]
    figures["rasa.saved_by_launcher"] = figures["rasa.ours_turns_per_s"] / figures["rasa.unsaved_turns_per_s"]
    figures["rasa.n_people"] = float(PEOPLE)
    return figures


async def _crowd(url: str) -> tuple[float, list[float]]:
    """Turns a second of several people at once, new conversations every ten turns, and the seconds of each turn."""
    took: list[float] = []
    seconds = max(5.0, SECONDS * scale())
    async with httpx.AsyncClient(trust_env=False, timeout=60.0) as http:
        await _say(http, url, "warm-up", WORDS[0])
        until = time.monotonic() + seconds

        async def person(number: int) -> None:
            turn = 0
            while time.monotonic() < until:
                took.append(await _say(http, url, f"crowd-{number}-{turn // 10}", WORDS[turn % 2]))
                turn += 1

        began = time.monotonic()
        await asyncio.gather(*(person(number) for number in range(PEOPLE)))
        return len(took) / (time.monotonic() - began), took


async def _growing(url: str) -> dict[int, float]:
    """Seconds of a turn (median of nine) of a single person, around each length of the conversation."""
    found: dict[int, list[float]] = {count: [] for count in LENGTHS}
    async with httpx.AsyncClient(trust_env=False, timeout=60.0) as http:
        for turn in range(1, max(LENGTHS) + 9):
            took = await _say(http, url, "growing", WORDS[turn % 2])
            for count in LENGTHS:
                if count <= turn < count + 9:
                    found[count].append(took)
    return {count: statistics.median(values) for count, values in found.items()}


async def _say(http: httpx.AsyncClient, url: str, sender: str, text: str) -> float:
    began = time.perf_counter()
    answer = await http.post(f"{url}/webhooks/rest/webhook", json={"sender": sender, "message": text})
    answer.raise_for_status()
    assert answer.json(), (sender, text)
    return time.perf_counter() - began


@contextmanager
def _ours(home: Path, *, saving: bool) -> Iterator[str]:
    system = System(home, desk={"fresh": 20.0})
    if not saving:
        python, _, *rest = system.rasa.command
        slow = SLOW.format(folder=str(ROOT / "rasa-server"))
        system.rasa = replace(system.rasa, command=[python, "-c", slow, *rest])
    try:
        system.start()
        yield system.rasa_url
    finally:
        system.stop()


@contextmanager
def _minimal(home: Path) -> Iterator[str]:
    for name, text in MINIMAL.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    rasa = [str(RASA_PYTHON), "-m", "rasa"]
    subprocess.run(
        [*rasa, "train", "--quiet"],
        cwd=home,
        env=environment,
        check=True,
        timeout=LONGEST_TRAINING,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    port = free_port()
    command = [*rasa, "run", "-i", "127.0.0.1", "-p", str(port), "--enable-api"]
    server = Process("minimal", command, f"http://127.0.0.1:{port}/status", home / "rasa.log", environment, home)
    try:
        server.start()
        server.wait()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
