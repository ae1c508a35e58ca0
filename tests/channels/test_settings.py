"""The website channel's settings and secrets."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from channels import keys
from channels.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_the_entry_may_be_empty() -> None:
    """The channel works without a single setting, as it is shipped, and nobody else may show it."""
    shipped = yaml.safe_load((ROOT / "credentials.yml").read_text(encoding="utf-8"))
    for entry in (None, {}, shipped["channels.website.WebsiteInput"]):
        assert Settings.of(entry, {}) == Settings()
    assert Settings().origins.frame_ancestors == "'self'"


def test_origins_from_both_places() -> None:
    """Sites may stand in the credentials and in the environment."""
    read = Settings.of({"origins": ["https://a.example"]}, {"RINGBACK_WEBSITE_ORIGINS": "https://b.example http://c"})
    assert read.origins.listed == {"https://a.example", "https://b.example", "http://c"}


SENSELESS: list[dict[str, Any]] = [
    {"origin": []},
    {"origins": "https://a"},
    {"origins": ["a"]},
    {"session_days": 0},
    {"proxies": -1},
    {"limits": {"x": 1}},
]


@pytest.mark.parametrize("entry", SENSELESS)
def test_a_senseless_setting_is_named(entry: dict[str, Any]) -> None:
    """What makes no sense stops the start, with a sentence that names it."""
    with pytest.raises(ValueError, match=next(iter(entry)).removesuffix("s")):
        Settings.of(entry, {})


def test_each_setting_is_documented() -> None:
    """docs/channels.md has a line for each setting and each limit."""
    text = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
    for name in ("origins", "proxies", "session_days", "secret"):
        assert f"| `{name}` |" in text
    for name, value in vars(Settings().limits).items():
        number = f"{value:,}".replace(",", "")
        assert f"`limits.{name}`" in text or f"`limits.{name.replace('minute', 'second')}`" in text
        assert number in text


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    """Without a secret one is made, for our own eyes only, and it is the same ever after."""
    file = tmp_path / "var" / "website-secret"
    first = keys.find(None, {}, file)
    assert keys.find("", {}, file) == first
    assert len(first) == 1
    assert len(first[0]) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["website-secret"]


def test_a_given_secret_wins(tmp_path: Path) -> None:
    """The credentials come before the environment, and both before the file, which then is not made."""
    file = tmp_path / "website-secret"
    environment = {keys.SETTING: "new old"}
    assert keys.find(None, environment, file) == ["new", "old"]
    assert keys.find(["a", "b"], environment, file) == ["a", "b"]
    assert not file.exists()
