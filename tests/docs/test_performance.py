"""The figures on the page are those that were measured, and its formulas are those that it states."""

from __future__ import annotations

import math

from bench import report


def test_the_page_is_in_step() -> None:
    """docs/performance.md is what `python -m bench.report` makes of bench/results.json."""
    text = report.PAGE.read_text(encoding="utf-8")
    assert report.page(text, report.read()) == text


def test_every_table_stands_on_the_page() -> None:
    """No table is made for nothing."""
    text = report.PAGE.read_text(encoding="utf-8")
    assert [name for name in (*report.TABLES, "politeness", "centres") if f"<!-- {name} -->" not in text] == []


def test_a_centres_needs() -> None:
    """With a figure for each cost, the numbers follow by the page's formulas; nobody needs less than one of each."""
    figures = {
        "politeness.requests_5_15": 120.0,
        "rasa.ours_turns_per_s": 50.0,
        "understanding.turn_cpu_ms": 10.0,
        "following.cost_ms": 0.5,
        "scale.ledger_kb_each": 1.0,
    }
    large = report.need(100_000, figures)
    assert large.an_hour == 15_000
    assert math.isclose(large.open_at_once, 2250)
    assert math.isclose(large.turns_per_s, 41.666, rel_tol=1e-3)
    assert large.looks_per_s == 500
    assert (large.rasa_servers, large.action_servers, large.workers) == (2, 1, 1)
    assert math.isclose(large.ledger_mb_a_month, 2929.7, rel_tol=1e-3)
    small = report.need(10, figures)
    assert (small.rasa_servers, small.action_servers, small.workers) == (1, 1, 1)
