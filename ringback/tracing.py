"""Traces: from the turn of a chat to the provider and to the news, when OTEL_EXPORTER_OTLP_ENDPOINT is set.

A call-back lives for hours and in several processes, so its trace is not carried along: its id is made from the
call-back's key. Whoever looks, orders or tells begins there, and `ringback show` prints it. A turn of the chat is a
trace of its own, and what it ordered is linked to it. Without the variable nothing is loaded and nothing is recorded.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.trace import Tracer

_LONGEST = 3
"""Seconds for one delivery of spans: a server that is away must not hold up the end of a process."""
_SWITCH = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class _Current:
    """The tracer of this process, if traces are on."""

    def __init__(self) -> None:
        self.provider: TracerProvider | None = None
        self.tracer: Tracer | None = None


_current = _Current()


def trace_id_of(key: str) -> str:
    """The trace of one call-back: 32 hexadecimal digits."""
    return hashlib.sha256(b"ringback:" + key.encode()).hexdigest()[:32]


def open_tracing(processor: SpanProcessor | None = None) -> None:
    """Switch traces on if the environment says where they go; `processor` takes them instead (for tests)."""
    if _current.tracer is not None or (processor is None and not any(os.environ.get(one) for one in _SWITCH)):
        return
    # The SDK costs a tenth of a second to import, and most installations have nowhere to send traces to.
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    if processor is None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        processor = BatchSpanProcessor(OTLPSpanExporter(timeout=_LONGEST))
    name = os.environ.get("OTEL_SERVICE_NAME", "ringback")
    # A provider of our own: Rasa SDK may have set up another one for itself.
    _current.provider = TracerProvider(resource=Resource.create({"service.name": name}), shutdown_on_exit=False)
    _current.provider.add_span_processor(processor)
    _current.tracer = _current.provider.get_tracer("ringback")


def close_tracing() -> None:
    """Send what is recorded and switch traces off. May take some seconds when nobody takes them."""
    provider, _current.provider, _current.tracer = _current.provider, None, None
    if provider is not None:
        provider.shutdown()


@contextmanager
def span(name: str, *, callback: str = "", inner: bool = False, **attributes: str | float) -> Iterator[None]:
    """A span around a piece of work; with `callback`, a key, in that call-back's trace.

    `inner`: only as a part of a span that is open, for what happens too often to be told each time.

    Attributes hold names of ours, never a person's words or number. An exception marks the span by its type alone.
    """
    tracer = _current.tracer
    if tracer is None:
        yield
        return
    from opentelemetry.trace import Link, Status, StatusCode, get_current_span

    links, context, turn = [], None, get_current_span().get_span_context()
    if inner and not turn.is_valid:
        yield
        return
    if callback:
        if turn.is_valid and f"{turn.trace_id:032x}" != trace_id_of(callback):
            links, context = [Link(turn)], _root_of(callback)
        elif not turn.is_valid:
            context = _root_of(callback)
        attributes["ringback.callback"] = callback
    with tracer.start_as_current_span(
        name, context=context, links=links, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as ours:
        try:
            yield
        except BaseException as error:
            # The text of an exception may hold what a person typed.
            ours.set_attribute("error.type", type(error).__name__)
            ours.set_status(Status(StatusCode.ERROR))
            raise


def _root_of(callback: str) -> Context:
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    trace_id = trace_id_of(callback)
    root = SpanContext(
        trace_id=int(trace_id, 16),
        span_id=int(trace_id[:16], 16) or 1,
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    return set_span_in_context(NonRecordingSpan(root))
