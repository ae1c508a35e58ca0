"""Metrics: what is counted where, what the names promise, and what stays out of them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from ringback import metrics
from ringback.cli.work import _served
from ringback.desk import Desk
from ringback.following import Follower
from ringback.guard import Guard
from ringback.guarding.rules import Refusal, Rule
from ringback.ledger.store import Ledger
from ringback.models import CallbackRequest, Sighting, State
from ringback.ordering import Ordering
from ringback.providers.base import ProviderOffline, ProviderRefused, WrongCredentials
from ringback.providers.watched import Watched
from ringback.readiness import KEPT, RasaStatus, Readiness
from ringback.settings import FollowingSettings, Settings
from ringback.watch import Watch
from tests.conftest import Clock, ScriptedProvider
from tests.system import Process, free_port

MakeRequest = Callable[..., CallbackRequest]
MONITORING = Path("deploy/monitoring")


def value(name: str, **labels: str) -> float:
    """What a metric stands at in this process."""
    for family in text_string_to_metric_families(metrics.render(None, {}, now=0.0).decode()):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return sample.value
    return 0.0


@pytest.fixture
def desk(ledger: Ledger, provider: ScriptedProvider, clock: Clock) -> Desk:
    providers = {"scripted": Watched(provider)}
    ordering = Ordering(ledger, providers, clock=clock)
    follower = Follower(ledger, providers, FollowingSettings(), ordering=ordering, clock=clock)
    return Desk(providers, ledger, ordering, follower, Settings(desk_file=Path("desk.yml")).desk(), clock=clock)


class Counted:
    """How much each of some metrics grew."""

    def __init__(self, *wanted: tuple[str, dict[str, str]]) -> None:
        self._wanted = wanted
        self._before = self._now()

    def _now(self) -> list[float]:
        return [value(name, **labels) for name, labels in self._wanted]

    @property
    def growth(self) -> list[float]:
        return [round(now - before, 6) for now, before in zip(self._now(), self._before, strict=True)]


async def test_a_call_from_asking_to_its_end(
    desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest, clock: Clock
) -> None:
    """A request, its order, the time until it connects and its ending are each counted once."""
    counted = Counted(
        ("ringback_requests_total", {"channel": "website"}),
        ("ringback_orders_total", {"provider": "scripted", "outcome": "ordered"}),
        ("ringback_order_seconds_count", {"provider": "scripted"}),
        ("ringback_connect_seconds_sum", {"provider": "scripted"}),
        ("ringback_endings_total", {"provider": "scripted", "state": "COMPLETED"}),
        ("ringback_provider_request_seconds_count", {"provider": "scripted", "operation": "status"}),
    )
    await desk.request(request_for("k1"))
    await desk.request(request_for("k1"))
    for state in (State.CONNECTED, State.COMPLETED):
        clock.pass_(45)
        provider.sightings = [Sighting(state=state, word=state.value)]
        await desk._follower.look(await ledger.get("k1"))
    assert counted.growth == [1, 1, 1, 45, 1, 2]


@pytest.mark.parametrize(
    ("error", "outcome", "kind"),
    [
        (ProviderRefused("closed"), "refused", "refused"),
        (ProviderOffline("away"), "offline", "offline"),
        (WrongCredentials("who?"), "offline", "credentials"),
        (ProviderOffline("lost", may_have_arrived=True), "unanswered", "offline"),
    ],
)
async def test_orders_by_outcome(
    desk: Desk, provider: ScriptedProvider, request_for: MakeRequest, error: Any, outcome: str, kind: str
) -> None:
    """An order that failed is counted by how, and one of which nobody knows is counted as such besides."""
    counted = Counted(
        ("ringback_orders_total", {"provider": "scripted", "outcome": outcome}),
        ("ringback_uncertain_total", {"provider": "scripted"}),
        ("ringback_provider_errors_total", {"provider": "scripted", "operation": "order", "kind": kind}),
    )
    provider.order_answer = error
    await desk.request(request_for("k1"))
    assert counted.growth == [1, int(outcome == "unanswered"), 1]


async def test_what_needs_an_operator(
    desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest, clock: Clock
) -> None:
    """An order that is found nowhere is counted as handed over, and stands in the ledger's gauges."""
    counted = Counted(("ringback_operator_needed_total", {"provider": "scripted"}))
    provider.order_answer = ProviderOffline("lost", may_have_arrived=True)
    await desk.request(request_for("k1"))
    clock.pass_(1000)
    await desk._follower.look(await ledger.get("k1"))
    assert counted.growth == [1]
    shown = metrics.render(await ledger.outlook(), {"rasa": False}, now=clock() + 5).decode()
    assert 'ringback_operator_list{kind="callback"} 1.0' in shown
    assert 'ringback_callbacks_open{state="UNCERTAIN"} 1.0' in shown
    assert 'ringback_callbacks_open{state="HOLDING"} 0.0' in shown
    assert "ringback_news_waiting 1.0" in shown
    assert "ringback_news_oldest_seconds 5.0" in shown
    assert 'ringback_part_ready{part="rasa"} 0.0' in shown


def test_what_the_guard_refuses() -> None:
    """Each refusal of the guard is counted by its rule, in our own word for it."""
    counted = Counted(("ringback_refusals_total", {"reason": Rule.CLOSING.value}))
    guard = Guard.of(Settings(desk_file=Path("desk.yml")).desk(), "k" * 32)
    guard.log(Refusal(rule=Rule.CLOSING), number="+14165550123", conversation_id="web-1", channel="website")
    assert counted.growth == [1]


def test_names_keep_the_convention() -> None:
    """Each name has our prefix and its unit or `_total`, and no label could hold a person's."""
    for one in metrics.TABLE:
        assert one.name.startswith("ringback_")
        assert one.name.endswith("_total") == (one.kind == "counter")
        assert one.kind != "histogram" or one.name.endswith("_seconds")
        assert not set(one.labels) & {"number", "conversation", "callback", "key", "text", "person"}
    assert len({one.name for one in metrics.TABLE}) == len(metrics.TABLE)


def test_no_label_grows_for_ever() -> None:
    """What comes from outside has at most fifty values; the rest is `other`."""
    for number in range(80):
        metrics.request_refused(f"rule{number}")
    families = text_string_to_metric_families(metrics.render(None, {}, now=0.0).decode())
    [refusals] = [one for one in families if one.name == "ringback_refusals"]
    reasons = {one.labels["reason"] for one in refusals.samples}
    assert "other" in reasons
    assert len(reasons) <= 52


def test_every_metric_is_documented() -> None:
    """docs/operations.md has each name with its labels and its meaning."""
    text = Path("docs/operations.md").read_text(encoding="utf-8")
    missing = [one.name for one in metrics.TABLE if f"`{one.name}`" not in text or one.means.split(":")[0] not in text]
    assert missing == []


def names_in(expression: str) -> set[str]:
    """The metrics of ours that an expression of Prometheus's names."""
    found = set(re.findall(r"\bringback_[a-z_]+", expression))
    return {re.sub(r"_(bucket|sum|count)$", "", one) for one in found}


def test_dashboard_and_alerts_know_our_metrics() -> None:
    """Dashboard and rules ask for metrics that exist, by labels that these have, and each alert is explained."""
    known = {one.name for one in metrics.TABLE}
    dashboard = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    asked += [rule["expr"] for rule in alerts]
    assert all(names_in(expression) for expression in asked)
    assert set().union(*(names_in(expression) for expression in asked)) <= known
    # What is measured and neither seen nor alarmed at would not be worth measuring.
    assert known <= set().union(*(names_in(expression) for expression in asked))
    text = Path("docs/operations.md").read_text(encoding="utf-8")
    for rule in alerts:
        assert f"### {rule['alert']}\n" in text, f"{rule['alert']} has no section"
        assert rule["annotations"]["do"].endswith(f"#{rule['alert'].lower()}")
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_several_processes_add_up(tmp_path: Path) -> None:
    """With PROMETHEUS_MULTIPROC_DIR set, one process tells what all of them counted."""
    count = "from ringback import metrics; metrics.request_noted('website')"
    tell = f"{count}; print(metrics.render(None, {{}}, now=0.0).decode())"
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for script in (count, count):
        subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=120)
    told = subprocess.run(
        [sys.executable, "-c", tell], env=environment, check=True, timeout=120, capture_output=True, text=True
    ).stdout
    assert 'ringback_requests_total{channel="website"} 3.0' in told


# -- /ready -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def watched(ledger: Ledger, provider: ScriptedProvider, rasa: httpx.Response) -> AsyncIterator[tuple[Any, Clock]]:
    asked: list[str] = []
    clock = Clock()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return rasa

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        status = RasaStatus(http, "http://rasa.test", "sesame")
        watch = Watch(ledger, Readiness(ledger, {"scripted": provider}, status, clock=clock))
        yield (watch, asked), clock


MODEL = httpx.Response(200, json={"model_file": "m.tar.gz"})


async def test_ready(ledger: Ledger, provider: ScriptedProvider) -> None:
    """With everything in place every part says so, and who asks again at once asks nobody."""
    async with watched(ledger, provider, MODEL) as ((watch, asked), clock):
        for _ in range(20):
            answer = await watch.ready()
        assert (answer.status, len(asked)) == (200, 1)
        assert set(answer.document()["parts"]) == {"ledger", "rasa", "provider:scripted"}
        clock.pass_(KEPT)
        await watch.ready()
        assert len(asked) == 2


@pytest.mark.parametrize(
    ("status", "says"),
    [(401, "does not accept"), (409, "no model"), (404, "no HTTP API"), (500, "HTTP 500"), (200, "no model")],
)
async def test_rasa_is_not_ready(ledger: Ledger, provider: ScriptedProvider, status: int, says: str) -> None:
    """A Rasa that cannot serve makes the whole not ready, and its part says why."""
    async with watched(ledger, provider, httpx.Response(status, json={})) as ((watch, _), _clock):
        answer = await watch.ready()
        assert answer.status == 503
        assert says in answer.parts["rasa"].says
        assert answer.parts["ledger"].ready


async def test_a_part_that_does_not_answer(
    ledger: Ledger, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider that hangs is not ready after its time, and holds up no other part."""

    async def hang() -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(provider, "profile", hang)
    monkeypatch.setattr("ringback.readiness.LONGEST", 0.2)
    async with watched(ledger, provider, MODEL) as ((watch, _), _clock):
        answer = await watch.ready()
    assert (answer.parts["provider:scripted"].ready, answer.parts["rasa"].ready) == (False, True)


# -- who serves them ------------------------------------------------------------------------------------------------


async def test_the_worker_answers(ledger: Ledger, provider: ScriptedProvider) -> None:
    """A worker of its own answers /health, /ready and /metrics on its port, and nothing else."""
    port = free_port()
    async with (
        watched(ledger, provider, MODEL) as ((watch, _), _clock),
        _served(watch, "127.0.0.1", port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
    ):
        assert (await http.get("/health")).json() == {"status": "ok"}
        assert (await http.get("/ready")).json()["ready"] is True
        measured = await http.get("/metrics")
        assert measured.headers["content-type"] == metrics.CONTENT_TYPE
        assert 'ringback_part_ready{part="ledger"} 1.0' in measured.text
        assert (await http.get("/")).status_code == 404


@pytest.fixture
def action_server(tmp_path: Path) -> Iterator[str]:
    """A real action server whose provider and Rasa are away; its address."""
    port, nowhere = free_port(), free_port()
    environment = {
        **{name: one for name, one in os.environ.items() if not name.startswith("RINGBACK_")},
        "RINGBACK_LEDGER_URL": f"sqlite:///{tmp_path / 'ledger.sqlite3'}",
        "RINGBACK_FONOLO_URL": f"http://127.0.0.1:{nowhere}/3.0/",
        "RINGBACK_RASA_URL": f"http://127.0.0.1:{nowhere}",
        "RINGBACK_STATUS_TOKEN": "sesame",
        "SANIC_HOST": "127.0.0.1",
    }
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    server = Process("actions", command, f"{address}/health", tmp_path / "log", environment)
    try:
        server.start()
        server.wait()
        yield address
    finally:
        server.stop()


def test_the_action_server_answers(action_server: str) -> None:
    """Alive is not ready: the action server says which part is missing; metrics and page are there all the same."""
    with httpx.Client(base_url=action_server, trust_env=False, timeout=30) as http:
        assert http.get("/health").json() == {"status": "ok"}
        ready = http.get("/ready")
        assert (ready.status_code, ready.json()["ready"]) == (503, False)
        assert {name: part["ready"] for name, part in ready.json()["parts"].items()} == {
            "ledger": True,
            "rasa": False,
            "provider:fonolo": False,
        }
        assert 'ringback_part_ready{part="rasa"} 0.0' in http.get("/metrics").text
        assert "sesame" not in http.get("/status").text
        assert http.post("/status/enter", data={"token": "sesame"}).status_code == 303
        assert "Open call-backs" in http.get("/status/").text
