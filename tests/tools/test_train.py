"""When Rasa's model is trained, and what is shown meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools import train
from tools.console import Trouble
from tools.train import Needed, UpToDate


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    """A bot with a model that was trained from what lies there."""
    (tmp_path / "data/nlu").mkdir(parents=True)
    (tmp_path / "data/nlu/request.yml").write_text("nlu: []\n")
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain/skeleton.yml").write_text("intents: []\n")
    (tmp_path / "config.yml").write_text("language: en\n")
    (tmp_path / "rasa-server").mkdir()
    (tmp_path / "rasa-server/requirements.lock").write_text("rasa==3.6.21\n")
    (tmp_path / "models").mkdir()
    new = tmp_path / "new.tar.gz"
    new.write_bytes(b"a model")
    train.take(new, tmp_path / "models", train.fingerprint(tmp_path))
    return tmp_path


def decide(bot: Path) -> UpToDate | Needed:
    """What train would do now."""
    return train.decide(bot, bot / "models")


def test_nothing_changed_trains_nothing(bot: Path) -> None:
    """A model made of what lies here is kept."""
    assert decide(bot) == UpToDate()


def test_dates_do_not_count(bot: Path) -> None:
    """A touched file trains nothing."""
    os.utime(bot / "domain/skeleton.yml", (0, 0))
    assert decide(bot) == UpToDate()


@pytest.mark.parametrize(
    "file", ["domain/skeleton.yml", "config.yml", "data/nlu/request.yml", "rasa-server/requirements.lock"]
)
def test_changed_content_means_training(bot: Path, file: str) -> None:
    """Each ingredient counts."""
    (bot / file).write_text("something: else\n")
    assert isinstance(decide(bot), Needed)


def test_a_new_and_a_renamed_file_mean_training(bot: Path) -> None:
    """Names count as well as contents, since Rasa reads every file below data/."""
    (bot / "data/nlu/request.yml").rename(bot / "data/nlu/requests.yml")
    assert isinstance(decide(bot), Needed)


def test_a_missing_model_means_training(bot: Path) -> None:
    """A stamp without its model is worth nothing."""
    (bot / "models" / train.MODEL).unlink()
    assert decide(bot) == Needed("there is no model yet")


def test_a_foreign_or_damaged_model_means_training(bot: Path) -> None:
    """The stamp belongs to one model, byte by byte."""
    (bot / "models" / train.MODEL).write_bytes(b"half a mod")
    assert isinstance(decide(bot), Needed)


def test_a_model_without_its_stamp_means_training(bot: Path) -> None:
    """A training that was killed between its last steps is done again."""
    (bot / "models" / train.STAMP).unlink()
    assert isinstance(decide(bot), Needed)


def fake_rasa(bot: Path, script: str) -> None:
    """Put a shell script where Rasa's Python is expected; it gets `launch.py train --out FOLDER …`."""
    python = bot / "rasa-server/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)


def test_a_failed_training_keeps_the_earlier_model(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rasa's reason is shown in full, the earlier model stays, and the half-made one is gone."""
    fake_rasa(bot, 'echo half > "$4/ringback.tar.gz"; echo "InvalidRule: Contradicting rules" >&2; exit 1')
    (bot / "domain/skeleton.yml").write_text("intents: [new]\n")

    with pytest.raises(Trouble, match="Training failed"):
        train.ensure_trained(bot, bot / "models")

    assert "InvalidRule: Contradicting rules" in capsys.readouterr().out
    assert (bot / "models" / train.MODEL).read_bytes() == b"a model"
    assert not list((bot / "models").glob(".training-*"))
    assert isinstance(decide(bot), Needed)


def test_a_training_is_done_once(bot: Path) -> None:
    """After a training the new model is in place and nothing is left to do."""
    fake_rasa(bot, 'echo new > "$4/ringback.tar.gz"')
    (bot / "domain/skeleton.yml").write_text("intents: [new]\n")

    train.ensure_trained(bot, bot / "models")

    assert (bot / "models" / train.MODEL).read_bytes() == b"new\n"
    assert decide(bot) == UpToDate()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("2026-11-22 22:22:02 INFO     rasa.validator  - Validating intents...\n", ()),
        ("Processed rules:   0%|   | 0/2\rProcessed rules: 100%|███| 2/2 [00:00<00:00, 3661.55it/s]\n", ()),
        ("fatal: bad revision 'HEAD'\n", ()),
        ("\n", ()),
        (
            "2026-11-22 22:22:02 INFO     rasa.engine.training.hooks  - Starting to train component 'RulePolicy'.\n",
            ("training RulePolicy",),
        ),
        (
            "2026-11-22 22:22:09 ERROR    rasa.engine.graph  - Error running graph component.\n",
            ("2026-11-22 22:22:09 ERROR    rasa.engine.graph  - Error running graph component.",),
        ),
        ("\x1b[91mYamlSyntaxException: Failed to read\x1b[0m\n", ("YamlSyntaxException: Failed to read",)),
        ("\t - action_listen\n", ("\t - action_listen",)),
    ],
)
def test_errors_are_shown_and_noise_is_not(line: str, shown: tuple[str, ...]) -> None:
    """Only what a person can use gets through."""
    assert tuple(train.worth_showing(line)) == shown
