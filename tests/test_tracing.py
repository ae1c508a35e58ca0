"""Traces: one for each call-back, linked to the chat's turn, and nothing at all when they are off."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from ringback import tracing
from ringback.desk import Desk
from ringback.following import Follower
from ringback.ledger.store import Ledger
from ringback.models import CallbackRequest, Sighting, State
from ringback.ordering import Ordering
from ringback.providers.base import ProviderRefused
from ringback.providers.watched import Watched
from ringback.settings import FollowingSettings, Settings, TellingSettings
from ringback.telling import RasaDoor, Teller
from ringback.words import Words
from tests.conftest import NUMBER, Clock, ScriptedProvider

MakeRequest = Callable[..., CallbackRequest]


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Traces are on, and stay here."""
    exporter = InMemorySpanExporter()
    tracing.open_tracing(SimpleSpanProcessor(exporter))
    yield exporter
    tracing.close_tracing()


async def test_from_the_turn_to_the_news(
    spans: InMemorySpanExporter,
    ledger: Ledger,
    provider: ScriptedProvider,
    request_for: MakeRequest,
    clock: Clock,
) -> None:
    """Order, change and telling are one trace, which the call-back's key names and to which the turn is linked."""
    providers = {"scripted": Watched(provider)}
    ordering = Ordering(ledger, providers, clock=clock)
    follower = Follower(ledger, providers, FollowingSettings(), ordering=ordering, clock=clock)
    desk = Desk(providers, ledger, ordering, follower, Settings(desk_file=Path("desk.yml")).desk(), clock=clock)
    rasa = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, json={})))
    teller = Teller(
        ledger,
        RasaDoor(rasa, "http://rasa.test", "", 5.0),
        Words({"utter_news_holding": [{"text": "On hold"}]}),
        TellingSettings(),
        variables=lambda _: {},
        card=lambda _: {},
        clock=clock,
    )
    with tracing.span("action_book_call"):
        await desk.request(request_for("k1"))
    provider.sightings = [Sighting(state=State.HOLDING, word="Holding")]
    await follower.look(await ledger.get("k1"))
    for turn in await ledger.claim_news(clock(), 1, lease=15):
        await teller.tell(turn)
    done = {one.name: one for one in spans.get_finished_spans()}
    assert set(done) == {"action_book_call", "order", "provider order", "seen HOLDING", "tell holding"}
    trace = tracing.trace_id_of("k1")
    assert {name for name, one in done.items() if f"{one.context.trace_id:032x}" == trace} == set(done) - {
        "action_book_call"
    }
    assert [link.context.span_id for link in done["order"].links] == [done["action_book_call"].context.span_id]
    parent = done["provider order"].parent
    assert parent is not None
    assert parent.span_id == done["order"].context.span_id
    everything = "".join(one.to_json() for one in done.values())
    assert NUMBER not in everything
    assert "my bill" not in everything


async def test_a_failure_is_its_type(spans: InMemorySpanExporter, provider: ScriptedProvider) -> None:
    """A failed request marks its spans with the kind of error, and never with its words."""
    provider.order_answer = ProviderRefused("no calls to +14165550123")
    with pytest.raises(ProviderRefused), tracing.span("order", callback="k1"):
        await Watched(provider).order(None)  # type: ignore[arg-type]
    for one in spans.get_finished_spans():
        assert (one.attributes or {})["error.type"] == "ProviderRefused"
        assert "5550123" not in one.to_json()


def test_off_means_not_even_loaded() -> None:
    """Without the variable nothing of the SDK is imported, and a span is nothing."""
    script = (
        "import sys; from ringback import tracing; tracing.open_tracing()\n"
        "with tracing.span('x', callback='k'): pass\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120, env={"PYTHONPATH": ":".join(sys.path)})


def test_spans_arrive_where_the_variable_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the variable set, spans are sent by OTLP over HTTP when the process ends at the latest."""
    bodies: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        tracing.open_tracing()
        with tracing.span("order", callback="k1"):
            pass
        tracing.close_tracing()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    [request] = [ExportTraceServiceRequest.FromString(one) for one in bodies]
    [sent] = [one for part in request.resource_spans for scope in part.scope_spans for one in scope.spans]
    assert (sent.name, sent.trace_id.hex()) == ("order", tracing.trace_id_of("k1"))
