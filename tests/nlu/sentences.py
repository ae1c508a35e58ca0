"""The sentences of training and test, and what a model made of them."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from channels.payloads import without_command_sign
from tools.train import MODEL

ROOT = Path(__file__).resolve().parents[2]
TRAINING = tuple(sorted((ROOT / "data" / "nlu").rglob("*.yml")))
TEST_SET = ROOT / "tests" / "nlu" / "test_set.yml"
FRESH_SET = ROOT / "tests" / "nlu" / "fresh_set.yml"
OTHER_SETS = {"de": ROOT / "tests" / "nlu" / "german_set.yml", "fr": ROOT / "tests" / "nlu" / "french_set.yml"}
"""The languages beside English."""
FALLBACK = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"
STARTS = frozenset({"request_callback", "change", "inform", "cancel_callback"})
"""Intents that begin or change something: what must not happen by a sentence about something else."""
LONGEST = 300.0
"""Seconds for all sentences, with the start of Rasa."""


@dataclass(frozen=True)
class Sentence:
    """What somebody might type, and what it means."""

    text: str
    intent: str

    @property
    def plain(self) -> str:
        """Without case and punctuation; the text itself if there is nothing else."""
        return " ".join(re.findall(r"\w+", self.text.casefold())) or self.text


@dataclass(frozen=True)
class Reading:
    """What the bot would act on, and what the model thought best before it doubted."""

    sentence: Sentence
    intent: str
    best: str
    confidence: float

    @property
    def right(self) -> bool:
        """Out of scope is also told by not understanding: both offer what the bot can do."""
        meant = self.sentence.intent
        return self.intent == meant or (meant == OUT_OF_SCOPE and self.intent == FALLBACK)

    @property
    def asked_back(self) -> bool:
        """Within scope, but "I did not understand that"."""
        return self.intent == FALLBACK and self.sentence.intent != OUT_OF_SCOPE

    @property
    def started(self) -> bool:
        """Out of scope, and yet something began."""
        return self.sentence.intent == OUT_OF_SCOPE and self.intent in STARTS


def read(*files: Path) -> list[Sentence]:
    """All sentences of files in Rasa's own format."""
    return [
        Sentence(line.removeprefix("- "), entry["intent"])
        for file in files
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        for line in entry["examples"].splitlines()
    ]


def understand(sentences: Sequence[Sentence], model: Path = ROOT / "models" / MODEL) -> tuple[list[Reading], Any]:
    """Let the trained model read them as the channels would hand them over. Also what the script says of itself."""
    command = [str(ROOT / "rasa-server/.venv/bin/python"), "rasa-server/understand.py", str(model)]
    texts = json.dumps([without_command_sign(one.text) for one in sentences])
    done = subprocess.run(command, cwd=ROOT, input=texts, timeout=LONGEST, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    answer = json.loads(done.stdout)
    readings = [
        Reading(sentence, one["intent"], one["best"], one["confidence"])
        for sentence, one in zip(sentences, answer["intents"], strict=True)
    ]
    return readings, answer


def shares(readings: Sequence[Reading]) -> Mapping[str, float]:
    """Between 0 and 1. `right`, `asked_back` and `wrong` add up to 1; `started` is of those out of scope."""
    count = len(readings)
    right, asked = sum(one.right for one in readings), sum(one.asked_back for one in readings)
    outside = [one for one in readings if one.sentence.intent == OUT_OF_SCOPE]
    return {
        "right": right / count,
        "asked_back": asked / count,
        "wrong": (count - right - asked) / count,
        "best": sum(one.best == one.sentence.intent for one in readings) / count,
        "started": sum(one.started for one in outside) / len(outside),
    }


def confusion(readings: Iterable[Reading]) -> list[str]:
    """One line for each intent: how many were right, and what the others were taken for."""
    meant: dict[str, Counter[str]] = {}
    for one in readings:
        taken = one.sentence.intent if one.right else one.intent
        meant.setdefault(one.sentence.intent, Counter())[taken] += 1
    return [
        f"{intent:<17}{taken[intent]:>4} of {taken.total():<4}"
        + ", ".join(f"{other} {count}" for other, count in taken.most_common() if other != intent)
        for intent, taken in sorted(meant.items())
    ]
