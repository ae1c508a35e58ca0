"""The audit: what is found and not judged is a failure, and silence is not an all-clear."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools import audit
from tools.audit import Entry, Finding, judge, pinned, read_report, read_table
from tools.console import ROOT, Trouble

ROW = "| `sanic` | 1.0 | CVE-2020-0001 | it opens the door | there is no door |\n"
KNOWN = Entry("sanic", "1.0", "CVE-2020-0001")


def report(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


def vulnerable(version: str = "1.0", *names: str) -> dict[str, Any]:
    first, *aliases = names or ("PYSEC-2020-7", "CVE-2020-0001")
    return {"name": "Sanic", "version": version, "vulns": [{"id": first, "aliases": aliases, "fix_versions": ["1.1"]}]}


def test_an_advisory_is_known_by_any_of_its_names() -> None:
    """A row names an advisory by one of its names; the database may put another one first."""
    verdict = judge(read_report(report(vulnerable())).findings, read_table(ROW))
    assert (verdict.unjudged, verdict.outdated) == ((), ())


def test_a_new_advisory_is_a_failure() -> None:
    """An advisory without a row is reported with the version that mends it."""
    (finding,) = judge(read_report(report(vulnerable("1.0", "GHSA-aaaa-bbbb-cccc"))).findings, [KNOWN]).unjudged
    assert str(finding) == "sanic 1.0: GHSA-aaaa-bbbb-cccc, fixed in 1.1"


def test_another_version_has_to_be_looked_at_anew() -> None:
    """A row holds for its version; of another one the same advisory is new and the row is outdated."""
    verdict = judge(read_report(report(vulnerable("1.0.1"))).findings, [KNOWN])
    assert len(verdict.unjudged) == 1
    assert verdict.outdated == (KNOWN,)


def test_a_row_without_a_reason_is_refused() -> None:
    """Who puts up with something has to say why."""
    with pytest.raises(Trouble, match="CVE-2020-0001"):
        read_table(ROW.replace(" there is no door ", " "))


def test_a_package_that_nobody_knows_is_no_all_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database told nothing, the audit fails instead of passing."""
    skipped = read_report(report({"name": "sanic", "skip_reason": "not found"}))
    monkeypatch.setattr(audit, "audit", lambda _lock: skipped)
    with pytest.raises(Trouble, match="nothing could be learnt about 1 packages"):
        audit._main()


def test_the_action_servers_environment_has_to_be_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is put up with in Rasa's environment is a failure in the other one."""
    row = read_table(audit.KNOWN.read_text())[0]
    found = Finding(row.package, row.version, frozenset({row.advisory}))
    monkeypatch.setattr(audit, "audit", lambda lock: audit.Report((found,) if lock.parent == ROOT else ()))
    with pytest.raises(Trouble) as caught:
        audit._main()
    assert all(f"{name}: {found}" in str(caught.value) for name in audit.CLEAN)
    assert audit.RASA not in str(caught.value)


def test_no_answer_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When pip-audit cannot run, its own words are shown."""
    monkeypatch.setattr(audit.sys, "executable", "/bin/echo")
    with pytest.raises(Trouble, match="could not be audited"):
        audit.audit(tmp_path / "requirements.lock")


def test_rows_are_of_what_is_locked() -> None:
    """Each row is about a package in the version that Rasa's lock holds, and none stands there twice."""
    versions = pinned((ROOT / audit.RASA).read_text())
    rows = read_table(audit.KNOWN.read_text(encoding="utf-8"))
    assert len(rows) > 20
    assert [row for row in rows if versions.get(row.package) != row.version] == []
    assert len(set(rows)) == len(rows)
