"""Where the parts listen, and what is said when they cannot."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from honcho.printer import Message

from tools import announce, ports, run
from tools.console import Trouble
from tools.places import Part, answers, kinds_in, places, with_env_file

SANDBOX = {"RINGBACK_FONOLO_URL": "http://127.0.0.1:8900/3.0/"}


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def part_at(port: int) -> Part:
    """The Rasa server, wherever it is wanted."""
    return Part("rasa", "the Rasa server", "127.0.0.1", port, "/", "RASA_PORT")


def test_defaults() -> None:
    """Without settings everything is where the documents say."""
    where = places(SANDBOX)
    assert [(part.name, part.port) for part in where.parts] == [("sandbox", 8900), ("actions", 5055), ("rasa", 5005)]
    assert where.rasa_url == "http://127.0.0.1:5005"
    assert where.providers == SANDBOX
    assert where.real == ()
    assert where.chat_page == "http://localhost:5005/webhooks/website/ui/"


def test_ports_move_the_addresses_with_them() -> None:
    """RASA_PORT and SANDBOX_PORT win over the addresses that .env holds for this machine."""
    where = places(
        {
            "RASA_PORT": "6005",
            "SANDBOX_PORT": "9900",
            "RINGBACK_RASA_URL": "http://localhost:5005",
            "RINGBACK_FONOLO_URL": "http://127.0.0.1:8900/3.0/",
        }
    )
    assert where.rasa_url == "http://127.0.0.1:6005"
    assert where.providers == {"RINGBACK_FONOLO_URL": "http://127.0.0.1:9900/3.0/"}
    assert where.rasa.port == 6005


def test_addresses_alone_set_the_ports() -> None:
    """Who writes only addresses of this machine gets the parts there."""
    where = places({"RINGBACK_RASA_URL": "http://127.0.0.1:7005", "RINGBACK_FONOLO_URL": "http://localhost:7900/3.0/"})
    assert where.rasa.port == 7005
    assert where.sandbox[0].port == 7900


def test_a_real_provider_needs_no_sandbox() -> None:
    """With the provider's own address the sandbox is left out, and the address stays as it is."""
    where = places({"RINGBACK_FONOLO_URL": "https://api.fonolo.com/3.0/"})
    assert where.sandbox == ()
    assert where.providers == {"RINGBACK_FONOLO_URL": "https://api.fonolo.com/3.0/"}
    assert where.real == ("fonolo",)
    assert set(run.commands("sandbox: a\nactions: b\n", where)) == {"actions"}


def test_a_provider_without_an_address_is_real() -> None:
    """Who leaves the address out means the provider itself, and is told that phones will ring."""
    where = places({})
    assert where.real == ("fonolo",)
    assert "phones will ring" in announce.banner(where)


def test_one_real_and_one_sandbox() -> None:
    """With both kinds in desk.yml the sandbox is started for one, and the banner warns of the other."""
    where = places({"RINGBACK_TENIOS_URL": "http://127.0.0.1:8900/"}, ["fonolo", "tenios"])
    assert where.real == ("fonolo",)
    assert [part.name for part in where.sandbox] == ["sandbox"]
    assert "Calls through fonolo are real" in announce.banner(where)


def test_kinds_come_from_the_desk_file(tmp_path: Path) -> None:
    """The providers of desk.yml count, each kind once; a file that cannot be read counts as Fonolo."""
    file = tmp_path / "desk.yml"
    file.write_text("providers: [{kind: tenios}, {kind: fonolo}, {kind: fonolo}]")
    assert kinds_in(file) == ("tenios", "fonolo")
    assert kinds_in(tmp_path / "nowhere.yml") == ("fonolo",)


@pytest.mark.parametrize("text", ["five", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    """The setting is named."""
    with pytest.raises(Trouble, match="RASA_PORT"):
        places({"RASA_PORT": text})


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """.env fills what the environment leaves open."""
    (tmp_path / ".env").write_text("A=file\nB=file\n")
    assert with_env_file({"A": "environment"}, tmp_path / ".env") == {"A": "environment", "B": "file"}


def test_another_port_of_the_action_server_reaches_rasa(tmp_path: Path) -> None:
    """Rasa gets a copy of endpoints.yml that differs in that address alone."""
    original = tmp_path / "endpoints.yml"
    original.write_text("action_endpoint: {url: http://127.0.0.1:5055/webhook}\ntracker_store: {type: SQL}\n")

    assert run.endpoints_file(places({}), original, tmp_path / "var/endpoints.yml") == original

    copy = run.endpoints_file(places({"ACTIONS_PORT": "6055"}), original, tmp_path / "var/endpoints.yml")
    assert yaml.safe_load(copy.read_text()) == {
        "action_endpoint": {"url": "http://127.0.0.1:6055/webhook"},
        "tracker_store": {"type": "SQL"},
    }


def test_children_are_told_everything() -> None:
    """Every part gets the ports and the addresses that follow from them."""
    where = places({**SANDBOX, "RASA_PORT": "6005"})
    settings = run.child_settings({"KEPT": "1"}, where, Path("endpoints.yml"))
    assert settings["KEPT"] == "1"
    assert settings["RINGBACK_RASA_URL"] == "http://127.0.0.1:6005"
    assert (settings["RASA_PORT"], settings["ACTIONS_PORT"], settings["SANDBOX_PORT"]) == ("6005", "5055", "8900")


def test_a_free_port_needs_no_words() -> None:
    """Nothing is said when nothing is in the way."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert ports.messages([part_at(port)]) == []


def test_a_taken_port_is_explained(listener: socket.socket) -> None:
    """The message tells which part wanted it, who has it, and what to do."""
    port = listener.getsockname()[1]

    [message] = ports.messages([part_at(port)])

    assert f"Port {port}, where the Rasa server wants to listen, is taken" in message
    assert "make run RASA_PORT=" in message
    if sys.platform == "linux":
        assert f"process {os.getpid()}" in message
        assert "python" in message


def test_an_unknown_holder_is_admitted() -> None:
    """Where the system does not tell who listens, the message still helps."""
    message = ports.describe(part_at(5005), ports.Unknown())
    assert "does not tell" in message
    assert "RASA_PORT=5105" in message


def test_a_running_ringback_is_recognised(monkeypatch: pytest.MonkeyPatch, listener: socket.socket) -> None:
    """When the ports are taken by this very project the advice is to stop that, not to kill one of its parts."""
    monkeypatch.setattr(ports, "holder", lambda _port: ports.Holder(12, "python -m rasa_sdk", "/here", ours=11))

    [message] = ports.messages([part_at(listener.getsockname()[1])] * 3)

    assert "running already" in message
    assert "`kill 11`" in message


def test_a_part_that_does_not_answer_is_down(listener: socket.socket) -> None:
    """Neither silence nor a closed port is taken for an answer, and both are known within the patience."""
    assert not answers(part_at(listener.getsockname()[1]), patience=0.1)
    listener.close()
    assert not answers(part_at(5), patience=0.1)


def test_only_farewells_are_kept_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """honcho's remarks and Rasa's complaint about open chat pages at the end are dropped; errors are not."""
    printer = run.QuietPrinter(sys.stdout)

    def line(name: str, data: bytes | str) -> None:
        printer.write(Message("line", data, datetime(2026, 11, 22, 9, 5, tzinfo=UTC), name, None))

    line("rasa", b"ERROR asyncio - Task was destroyed but it is pending!\n")
    line("system", "rasa started (pid=7)\n")
    line("system", "SIGINT received\n")
    line("rasa", b"ERROR asyncio - Task was destroyed but it is pending!\n")
    line("rasa", b"ERROR something else\n")

    assert capsys.readouterr().out.splitlines() == [
        "09:05:00 rasa | ERROR asyncio - Task was destroyed but it is pending!",
        "",
        "Stopping …",
        "09:05:00 rasa | ERROR something else",
    ]
