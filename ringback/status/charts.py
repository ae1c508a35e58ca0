"""Small charts as inline SVG, made on the server. Colours come from the page's style; each has a text besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_HEIGHT, _BAR, _GAP, _AXIS = 64, 12, 3, 14


def columns(values: Sequence[int], labels: Sequence[str], *, title: str) -> str:
    """One column for each value, with every sixth label under it; `title` says it to who cannot see it."""
    highest, step = max([*values, 1]), _BAR + _GAP
    width = max(len(values) * step - _GAP, 1)
    bars = []
    for place, value in enumerate(values):
        height = round(value / highest * _HEIGHT, 1)
        bars.append(
            f'<rect class="bar" x="{place * step}" y="{_HEIGHT - height}" width="{_BAR}" height="{height}" rx="2">'
            f"<title>{escape(labels[place])}: {value}</title></rect>"
        )
        if place % 6 == 0:
            bars.append(
                f'<text class="tick" x="{place * step}" y="{_HEIGHT + _AXIS - 2}">{escape(labels[place])}</text>'
            )
    return (
        f'<svg class="columns" viewBox="0 0 {width} {_HEIGHT + _AXIS}" role="img" aria-label="{escape(title)}">'
        f'<line class="axis" x1="0" y1="{_HEIGHT}" x2="{width}" y2="{_HEIGHT}"/>{"".join(bars)}</svg>'
    )


def rows(values: Mapping[str, int], *, title: str) -> str:
    """One bar for each name, as a table that can be read without its bars."""
    highest = max([*values.values(), 1])
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="count">{value}</td><td class="track" aria-hidden="true">'
        f'<svg viewBox="0 0 100 8" preserveAspectRatio="none"><rect class="bar" width="{value * 100 / highest:.1f}" '
        f'height="8" rx="2"/></svg></td></tr>'
        for name, value in values.items()
    )
    return f'<table class="rows"><caption class="quiet">{escape(title)}</caption><tbody>{lines}</tbody></table>'
