"""`ringback …`, for the operator: look at the ledger, put things right, or run a worker of one's own."""

from __future__ import annotations

from ringback.cli.entry import main

__all__ = ["main"]
