"""`rasa`, faster and quieter: `rasa-server/.venv/bin/python rasa-server/launch.py run | train | data validate | …`.

Runs under Python 3.10 from the project's folder. Every change is one that plain `rasa` works without.
"""

from __future__ import annotations

import functools
import gc
import importlib.util
import os
import sqlite3
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

TOKEN_SETTING = "RINGBACK_RASA_TOKEN"  # noqa: S105 - its name
ACTIONS_SETTING = "RINGBACK_ACTIONS_SECRET"
TALKS = (["run"], ["shell"], ["interactive"])
"""What calls the action server."""
LISTENING = frozenset({"-i", "--interface"})
NOISE = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


def silence() -> None:
    """Keep third parties' deprecation notices off the screen; warnings about our own data still show."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    show = warnings.showwarning

    # Filters do not last: some of Rasa's dependencies reset them at import.
    def show_what_matters(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not issubclass(category, NOISE):
            show(message, category, filename, lineno, file, line)

    warnings.showwarning = show_what_matters


def speed_up() -> None:
    """Take out the two hidden costs of Rasa 3.6: one at start, one in every answer of a custom action."""
    # Imported after TensorFlow, skops looks through every module that is loaded: 9 s of CPU instead of a moment.
    import skops.io  # noqa: F401
    from jsonschema import Draft202012Validator

    # Rasa checks its own constant schema of events against the schema of schemas for each answer: 25-50 ms of CPU
    # that block every conversation; without it 1 ms. What the action server sends is still checked.
    def trust_the_schema(*_: object, **__: object) -> None:
        return None

    Draft202012Validator.check_schema = classmethod(trust_the_schema)
    # A thread that writes something down gets its turn after each statement, and platforms wait for it. With Python's
    # 5 ms, a busy server's acknowledgements take ten times as long.
    sys.setswitchinterval(0.0005)


def remember_events() -> None:
    """Let Rasa look up the class of an event once for each kind, and not among all classes for each event it reads.

    It reads a conversation's events from the store for each turn: after 200 turns this is a third of the turn.
    """
    from rasa.shared.core.events import Event

    Event.resolve_by_type = staticmethod(functools.lru_cache(maxsize=None)(Event.resolve_by_type))


def leave_sentences_out() -> None:
    """Let Rasa send an action what the domain says of slots, forms and intents, but not what the bot says.

    It sends the whole domain with each of a form's two calls; with every sentence in three languages that is 110 kB,
    packed and unpacked each time: a third of what a turn costs. No action of ours reads it.
    """
    from rasa.core.actions.action import RemoteAction

    whole = RemoteAction._action_call_format  # noqa: SLF001 - there is no other place

    def without_sentences(self: RemoteAction, tracker: Any, domain: Any) -> dict[str, Any]:
        call: dict[str, Any] = whole(self, tracker, domain)
        if "domain" in call:
            call["domain"] = {name: part for name, part in call["domain"].items() if name != "responses"}
        return call

    RemoteAction._action_call_format = without_sentences  # noqa: SLF001


def let_be_what_stays() -> None:
    """Keep Python's garbage collector from looking through Rasa, TensorFlow and the model again and again.

    Four hundred thousand objects that stay for ever: each full look takes a fifth of a second and more, in which nobody
    is answered, and platforms wait for their acknowledgements.
    """
    import rasa.core.run

    load = rasa.core.run.load_agent_on_start

    @functools.wraps(load)
    async def load_and_let_be(*arguments: Any, **more: Any) -> Any:
        agent = await load(*arguments, **more)
        gc.collect()
        gc.freeze()
        return agent

    rasa.core.run.load_agent_on_start = load_and_let_be


def keep_files_open() -> None:
    """Let Rasa keep its SQLite file open, and write without waiting for the disk.

    It opens the file anew for each thing that it does, and waits for the disk after each: a third of a turn, in which
    every other conversation waits as well. Nothing is lost when a process dies; a power cut may take the last moments.
    """
    import rasa.core.tracker_store as store
    import sqlalchemy as sa

    arguments = store.create_engine_kwargs

    def with_a_pool(url: Any) -> dict[str, Any]:
        if not str(url).startswith("sqlite:///") or ":memory:" in str(url):
            return arguments(url)  # type: ignore[no-any-return]
        in_threads = {"check_same_thread": False, "timeout": 15}
        return {**arguments(url), "poolclass": sa.pool.QueuePool, "connect_args": in_threads}

    def set_up(connection: object, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")

    store.create_engine_kwargs = with_a_pool
    sa.event.listen(sa.engine.Engine, "connect", set_up)


def make_room() -> None:
    """While a turn waits for the action server, let others compute, and go on in order (`channels.chat_base`).

    When the provider is slow a whole crowd waits for the same answer, and would go on at the same moment: a second in
    which nobody is answered, and platforms wait for their acknowledgements.
    """
    from rasa.utils.endpoints import EndpointConfig

    from channels.chat_base.acknowledged import elsewhere

    request = EndpointConfig.request

    @functools.wraps(request)
    async def request_elsewhere(self: EndpointConfig, *arguments: Any, **more: Any) -> Any:
        async with elsewhere():
            return await request(self, *arguments, **more)

    EndpointConfig.request = request_elsewhere


def fail_loudly() -> None:
    """Keep Rasa from going on with an empty memory when the database of its conversations is away.

    It would forget whom it talks to, and what is said meanwhile would never be stored; so the turn fails, and the
    person and the teller of news hear that it did.
    """
    import rasa.core.agent

    rasa.core.agent.FailSafeTrackerStore = lambda store: store


def part_of_ringback(name: str) -> ModuleType:
    """A module of `ringback/` that needs no more than the standard library, without what its package needs."""
    file = Path(__file__).resolve().parents[1] / "ringback" / f"{name}.py"
    found = importlib.util.spec_from_file_location(f"ringback_{name}", file)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def keep_to_ourselves(kept: ModuleType) -> str:
    """Show the action server the secret that it wants to see, and log nothing that must not be seen.

    Returns the token for Rasa's own HTTP API. Both are made at the first start unless they are set.
    """
    token: str = kept.shared_secrets(os.environ.get(TOKEN_SETTING, ""), kept.RASA_TOKEN)[0]
    actions: str = kept.shared_secrets(os.environ.get(ACTIONS_SETTING, ""), kept.ACTIONS_SECRET)[0]
    masking = part_of_ringback("masking")
    masking.mask_records(masking.Masker(masking.secrets_in(os.environ) | {token, actions}))
    show_secret(kept.ACTIONS_HEADER, actions)
    return token


def show_secret(header: str, secret: str) -> None:
    """Send the action server a header with every call, unless endpoints.yml says what to send in it."""
    from rasa.core.utils import AvailableEndpoints

    read = AvailableEndpoints.read_endpoints

    @functools.wraps(read)
    def read_endpoints(*arguments: object, **more: object) -> AvailableEndpoints:
        endpoints = read(*arguments, **more)
        if endpoints.action is not None:
            endpoints.action.headers.setdefault(header, secret)
        return endpoints

    AvailableEndpoints.read_endpoints = staticmethod(read_endpoints)


def stay_here(arguments: list[str]) -> list[str]:
    """Listen on this machine only, unless the command line says where."""
    told = any(part.split("=")[0] in LISTENING for part in arguments)
    return arguments if told or arguments[1:2] != ["run"] else [*arguments, "-i", "127.0.0.1"]


def add_token(arguments: list[str], token: str) -> list[str]:
    """Protect Rasa's HTTP API; in here rather than on the command line, where every user of the machine can read it."""
    if token and arguments[1:2] == ["run"] and not any(part.startswith("--auth-token") for part in arguments):
        return [*arguments, "--auth-token", token]
    return arguments


def main() -> None:
    """Hand over to Rasa's own command line."""
    silence()
    speed_up()
    token = keep_to_ourselves(part_of_ringback("kept_secrets")) if sys.argv[1:2] in TALKS else ""
    sys.argv = stay_here(add_token(sys.argv, token))
    # Rasa adds the current folder, for `channels`, after this file's own folder has had its say.
    sys.path[0] = os.getcwd()
    from rasa.__main__ import main as rasa

    if sys.argv[1:2] == ["run"]:
        fail_loudly()
        remember_events()
        leave_sentences_out()
        let_be_what_stays()
        keep_files_open()
        make_room()

    rasa()


if __name__ == "__main__":
    main()
