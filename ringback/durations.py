"""Durations as operators read them."""

from __future__ import annotations


def span(seconds: float) -> str:
    """A duration in its two largest units: 3 s, 4 min 10 s, 2 h 5 min, 3 d 1 h."""
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"
