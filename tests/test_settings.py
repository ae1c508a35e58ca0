"""Settings: what is wrong is said, and nothing is undocumented."""

from __future__ import annotations

from pathlib import Path

import pytest

from ringback.settings import (
    DeskFile,
    FollowingSettings,
    FonoloSettings,
    Settings,
    SettingsError,
    TellingSettings,
    TeniosQueue,
    TeniosSettings,
)

GOOD = "providers: [{kind: fonolo, profile: CP1, timezone: America/Toronto}]\n"


def read(tmp_path: Path, text: str) -> DeskFile:
    file = tmp_path / "desk.yml"
    file.write_text(text, encoding="utf-8")
    return Settings(desk_file=file).desk()


def test_the_projects_own_file_is_good() -> None:
    """The desk.yml that comes with the project can be used as it is."""
    assert Settings(desk_file=Path("desk.yml")).desk().providers[0].timezone == "America/Toronto"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (GOOD + "cenntre: Maple\n", "cenntre"),
        (GOOD.replace("Toronto", "Torotno"), "time zone"),
        (GOOD + "following: {ringing: 0}\n", "following.ringing"),
        ("providers: []\n", "providers"),
        ("providers: [{kind: horn}]\n", "fonolo"),
        (GOOD.replace("}]", "}, {kind: fonolo, profile: CP2, timezone: America/Toronto}]"), "name of its own"),
        ("[", "YAML"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, complaint: str) -> None:
    """A mistake in desk.yml is an error that names the file and the key."""
    with pytest.raises(SettingsError, match=complaint) as caught:
        read(tmp_path, text)
    assert "desk.yml" in str(caught.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A missing desk.yml is an error that says which setting names it."""
    with pytest.raises(SettingsError, match="RINGBACK_DESK_FILE"):
        Settings(desk_file=tmp_path / "nowhere.yml").desk()


def test_secrets_do_not_show() -> None:
    """Printing the settings prints no token."""
    assert "sesame" not in repr(Settings(fonolo_auth_token="sesame", rasa_token="sesame"))  # type: ignore[arg-type]


def test_every_setting_is_documented() -> None:
    """docs/operations.md has a line for each setting."""
    text = Path("docs/operations.md").read_text(encoding="utf-8")
    expected = [f"`RINGBACK_{name.upper()}`" for name in Settings.model_fields]
    expected += [f"`{name}" for name in DeskFile.model_fields]
    expected += [f"`following.{name}`" for name in FollowingSettings.model_fields]
    expected += [f"`telling.{name}`" for name in TellingSettings.model_fields]
    expected += [f"`providers[].{name}`" for name in FonoloSettings.model_fields]
    expected += [f"`providers[].{name}`" for name in TeniosSettings.model_fields if name != "queues"]
    expected += [f"`providers[].queues[].{name}`" for name in TeniosQueue.model_fields]
    expected += ["`queues.<name>.synonyms`"]
    assert [name for name in expected if name not in text] == []
