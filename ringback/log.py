"""How Ringback logs: one readable line for each thing that matters, through structlog."""

from __future__ import annotations

import structlog


def configure_logging() -> None:
    """Set structlog up for a process. Values are logged as they are given: give no phone numbers and no keys."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        cache_logger_on_first_use=True,
    )
