"""Who is who in a cluster on one machine, without starting it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tools.cluster import free_ports, secrets
from tools.cluster_layout import ENDPOINTS, Engines, Member, Ports, members
from tools.console import ROOT

PORTS = Ports(front=1, actions_front=2, rasas=(11, 12), actions=(21, 22), sandbox=3)
ENGINES = Engines("postgresql:///ringback", "postgresql:///conversations", "postgresql:///chats", "redis://r")


def layout(ports: Ports = PORTS) -> dict[str, Member]:
    return {one.name: one for one in members({"RINGBACK_WEBSITE_SECRET": "s"}, ports, ENGINES)}


def test_two_of_each_behind_one_address() -> None:
    """Two Rasa servers, two action servers and two workers; news and actions go through the balancers."""
    found = layout()
    roles = [one.role for one in found.values()]
    assert {role: roles.count(role) for role in roles} == {
        "sandbox": 1,
        "actions": 2,
        "balancer": 2,
        "rasa": 2,
        "worker": 2,
    }
    assert found["balance"].command[-6:] == ("--listen", "1", "--to", "11", "--to", "12")
    assert found["worker1"].environment["RINGBACK_RASA_URL"] == "http://127.0.0.1:1"
    assert found["rasa1"].environment["RINGBACK_ACTIONS_URL"] == "http://127.0.0.1:2"
    assert found["rasa2"].command[-2:] == ("--endpoints", "deploy/endpoints-cluster.yml")


def test_nothing_listens_to_the_network() -> None:
    """Rasa and the action servers listen on the loopback interface only; followers run in the workers only."""
    found = layout()
    assert found["rasa1"].command[found["rasa1"].command.index("-i") + 1] == "127.0.0.1"
    assert found["actions1"].environment["SANIC_HOST"] == "127.0.0.1"
    assert found["actions1"].environment["RINGBACK_WORKER_INSIDE"] == "false"
    assert "RINGBACK_WORKER_INSIDE" not in found["worker1"].environment


def test_a_real_provider_needs_no_sandbox() -> None:
    """Without a port there is no sandbox."""
    assert "sandbox" not in layout(Ports(1, 2, (11,), (21,), 0))


def test_endpoints_name_only_what_the_rasa_servers_are_given() -> None:
    """Each variable of the endpoints file is set for a Rasa server, and each class in it exists."""
    text = ENDPOINTS.read_text(encoding="utf-8")
    given = layout()["rasa1"].environment
    assert [name for name in re.findall(r"\$\{(\w+)\}", text) if name not in given] == []
    for entry in ("tracker_store", "lock_store"):
        module, _, name = yaml.safe_load(text)[entry]["type"].rpartition(".")
        assert f"class {name}(" in (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")


def test_members_share_one_secret(tmp_path: Path) -> None:
    """The key of the page's sessions is the same for all, and the same again with the next start."""
    made = secrets({}, tmp_path)["RINGBACK_WEBSITE_SECRET"]
    assert len(made) >= 32
    assert secrets({}, tmp_path)["RINGBACK_WEBSITE_SECRET"] == made
    assert secrets({"RINGBACK_WEBSITE_SECRET": "mine"}, tmp_path)["RINGBACK_WEBSITE_SECRET"] == "mine"


def test_free_ports_differ() -> None:
    """Ports that are asked for together are different ones."""
    assert len(set(free_ports(20))) == 20


@pytest.mark.parametrize("variable", ["RINGBACK_REDIS_URL", "RINGBACK_TRACKER_URL", "RINGBACK_ACTIONS_URL"])
def test_the_cluster_s_settings_are_documented(variable: str) -> None:
    """What only a cluster needs stands in the table of settings, in docs/cluster.md and in .env.example."""
    for file in ("docs/operations.md", "docs/cluster.md", ".env.example"):
        assert variable in (ROOT / file).read_text(encoding="utf-8")
