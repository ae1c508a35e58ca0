"""The secrets between our own processes."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

from ringback.kept_secrets import shared_secrets


def test_a_setting_wins_and_leaves_no_file(tmp_path: Path) -> None:
    """What is set is used, newest first."""
    assert shared_secrets("new old", tmp_path / "secret") == ["new", "old"]
    assert list(tmp_path.iterdir()) == []


def test_one_is_made_and_kept_for_our_eyes_only(tmp_path: Path) -> None:
    """Without a setting a long one is made once, in a file that nobody else can read."""
    file = tmp_path / "var" / "secret"
    [first] = shared_secrets("", file)
    assert shared_secrets("", file) == [first] and len(first) >= 40
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["secret"]


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    """Whoever makes it first makes it for all."""
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.extend(shared_secrets("", tmp_path / "s"))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 8 and len(set(found)) == 1
