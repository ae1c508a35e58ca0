"""What is counted and measured, in one table, in the manner of Prometheus.

No label holds anything of a person, and each has few values: names from desk.yml, states, outcomes, our own words for
reasons. What comes from elsewhere goes through `bounded`. A process counts what it did itself; what stands in the
ledger (`ringback_callbacks_open` and its like) is read when somebody asks, and is the same in every process.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from ringback.ledger.oversight import Outlook
from ringback.models import Callback, State

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Of what `render` gives."""
_MOST_VALUES = 50
_REGISTRY = CollectorRegistry()
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_WAITS = (5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200)


@dataclass(frozen=True)
class Metric:
    """One line of the table; `name` is as Prometheus shows it, without `_bucket` and the like."""

    name: str
    kind: str
    labels: tuple[str, ...]
    means: str
    buckets: tuple[float, ...] = _SECONDS


TABLE = (
    Metric("ringback_requests_total", "counter", ("channel",), "Requests for a call that were written down"),
    Metric("ringback_refusals_total", "counter", ("reason",), "Requests that were refused before any order, by rule"),
    Metric(
        "ringback_orders_total",
        "counter",
        ("provider", "outcome"),
        "Orders by outcome: ordered, held (waits with us), refused, offline (certainly not taken), unanswered",
    ),
    Metric("ringback_uncertain_total", "counter", ("provider",), "Orders of which nobody knew whether they were taken"),
    Metric("ringback_operator_needed_total", "counter", ("provider",), "Call-backs that were handed to an operator"),
    Metric("ringback_endings_total", "counter", ("provider", "state"), "Call-backs that ended, by their last state"),
    Metric("ringback_order_seconds", "histogram", ("provider",), "From the request to the provider's id", _SECONDS),
    Metric(
        "ringback_connect_seconds",
        "histogram",
        ("provider",),
        "From the request to the connected call, for calls that were not booked for later",
        _WAITS,
    ),
    Metric("ringback_poll_lag_seconds", "histogram", (), "How late a look at a call-back began", _SECONDS),
    Metric("ringback_news_delay_seconds", "histogram", ("channel",), "From a change to its telling", _SECONDS),
    Metric(
        "ringback_deliveries_total",
        "counter",
        ("channel", "outcome"),
        "News by outcome: told, overtaken (something newer came), refused (by its conversation), down (no Rasa)",
    ),
    Metric(
        "ringback_provider_request_seconds", "histogram", ("provider", "operation"), "A provider's answers, good or bad"
    ),
    Metric(
        "ringback_provider_errors_total",
        "counter",
        ("provider", "operation", "kind"),
        "Requests to a provider that failed: offline, refused, credentials, settings, unsupported, unexpected",
    ),
    Metric("ringback_callbacks_open", "gauge", ("state",), "Open call-backs in the ledger"),
    Metric("ringback_operator_list", "gauge", ("kind",), "What waits for an operator: callback, or news that is stuck"),
    Metric("ringback_news_waiting", "gauge", (), "Pieces of news in the ledger that are not told yet"),
    Metric(
        "ringback_news_oldest_seconds", "gauge", (), "The age of the oldest of them that is not stuck; 0 without one"
    ),
    Metric("ringback_part_ready", "gauge", ("part",), "1 when that part was ready when it was looked at last, else 0"),
)
_COUNTERS = {
    one.name: Counter(one.name, one.means, one.labels, registry=_REGISTRY) for one in TABLE if one.kind == "counter"
}
_HISTOGRAMS = {
    one.name: Histogram(one.name, one.means, one.labels, registry=_REGISTRY, buckets=one.buckets)
    for one in TABLE
    if one.kind == "histogram"
}
_values: dict[str, set[str]] = {}


def bounded(label: str, value: str) -> str:
    """The value, or "other" once a label has very many: nobody outside may fill the memory."""
    known = _values.setdefault(label, set())
    if value not in known:
        if len(known) >= _MOST_VALUES:
            return "other"
        known.add(value)
    return value or "none"


def _count(name: str, *labels: str) -> None:
    (_COUNTERS[name].labels(*labels) if labels else _COUNTERS[name]).inc()


def _measure(name: str, seconds: float, *labels: str) -> None:
    (_HISTOGRAMS[name].labels(*labels) if labels else _HISTOGRAMS[name]).observe(max(seconds, 0.0))


def request_noted(channel: str) -> None:
    """A request was written down."""
    _count("ringback_requests_total", bounded("channel", channel))


def request_refused(rule: str) -> None:
    """A request was refused before any order; `rule` is our own word for the reason, such as "daily_limit"."""
    _count("ringback_refusals_total", bounded("reason", rule))


def order_placed(provider: str, outcome: str) -> None:
    """An order was placed, or not: ordered, held, refused, offline, unanswered."""
    _count("ringback_orders_total", provider, outcome)
    if outcome == "unanswered":
        _count("ringback_uncertain_total", provider)


def order_accepted(provider: str, seconds: float) -> None:
    """The provider's id is stored, so long after the request."""
    _measure("ringback_order_seconds", seconds, provider)


def moved(callback: Callback, state: State, *, needs_operator: bool, now: float) -> None:
    """A call-back, as it stood before, is now in `state` (`now` in seconds since the epoch)."""
    if state is State.CONNECTED and callback.starts_at is None:
        _measure("ringback_connect_seconds", now - callback.created_at, callback.provider)
    if state.is_final:
        _count("ringback_endings_total", callback.provider, state.value)
    if needs_operator and not callback.needs_operator:
        _count("ringback_operator_needed_total", callback.provider)


def look_began(seconds_late: float) -> None:
    """A look at a call-back began, so long after it was due."""
    _measure("ringback_poll_lag_seconds", seconds_late)


def news_told(channel: str, seconds: float) -> None:
    """A piece of news was told, so long after its change."""
    _count("ringback_deliveries_total", bounded("channel", channel), "told")
    _measure("ringback_news_delay_seconds", seconds, bounded("channel", channel))


def news_not_told(channel: str, outcome: str) -> None:
    """A piece of news was not told: overtaken, refused, down."""
    _count("ringback_deliveries_total", bounded("channel", channel), outcome)


def provider_asked(provider: str, operation: str, seconds: float, trouble: str = "") -> None:
    """A provider was asked; `trouble` is the kind of its failure, if it was one."""
    _measure("ringback_provider_request_seconds", seconds, provider, operation)
    if trouble:
        _count("ringback_provider_errors_total", provider, operation, trouble)


def render(outlook: Outlook | None, ready: Mapping[str, bool], *, now: float) -> bytes:
    """Everything as Prometheus reads it; `outlook` is None when the ledger cannot be read.

    With PROMETHEUS_MULTIPROC_DIR set, the counters of all processes that share that folder, added up.
    """
    counted = _REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return generate_latest(counted) + generate_latest(_at_this_moment(outlook, ready, now))


def _at_this_moment(outlook: Outlook | None, ready: Mapping[str, bool], now: float) -> CollectorRegistry:
    # Gauges of this one answer: in a registry that lasts, a state that nobody is in any more would stay.
    registry = CollectorRegistry()
    gauges = {
        one.name: Gauge(one.name, one.means, one.labels, registry=registry)
        for one in TABLE
        if one.kind == "gauge" and (outlook is not None or one.name == "ringback_part_ready")
    }
    for part, is_ready in ready.items():
        gauges["ringback_part_ready"].labels(part).set(is_ready)
    if outlook is not None:
        for state in State:
            if not state.is_final:
                gauges["ringback_callbacks_open"].labels(state.value).set(outlook.open_by_state.get(state, 0))
        gauges["ringback_operator_list"].labels("callback").set(outlook.flagged)
        gauges["ringback_operator_list"].labels("news").set(outlook.stuck)
        gauges["ringback_news_waiting"].set(outlook.waiting)
        oldest = outlook.oldest_waiting
        gauges["ringback_news_oldest_seconds"].set(0.0 if oldest is None else max(now - oldest, 0.0))
    return registry
