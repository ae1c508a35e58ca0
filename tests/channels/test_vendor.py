"""The vendored libraries are the files we looked at."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def vendor_web() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor_web", ROOT / "tools" / "vendor_web.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_committed_files_are_unchanged(vendor_web: ModuleType) -> None:
    """Every file has the checksum in the table, and the notice names the checksum of each library."""
    assert vendor_web.complaints() == []
    notice = (ROOT / "web" / "vendor" / "NOTICE.md").read_text()
    for package in vendor_web.PACKAGES[:2]:
        assert f"{package.name} {package.version}" in notice
        assert package.members[0].sha256 in notice


def test_a_changed_or_missing_file_is_noticed(vendor_web: ModuleType, tmp_path: Path) -> None:
    """One byte more, or a file gone, is a complaint each."""
    for folder in ("web/vendor", "tests/browser/axe"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    with (tmp_path / "web/vendor/deepChat.bundle.js").open("a") as file:
        file.write(" ")
    (tmp_path / "web/vendor/socket.io.esm.min.js").unlink()
    (tmp_path / "tests/browser/axe/axe.min.js").unlink()
    assert len(vendor_web.complaints(tmp_path)) == 3
