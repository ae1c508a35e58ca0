"""Trains Rasa's model when what it is made of has changed: `python -m tools.train`.

What counts is content, not dates, so that a fresh checkout or a touched file trains nothing anew. A model is taken for
good only when training has ended well; until then the earlier one stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.console import ROOT, Trouble, child_environment, run_tool, say

INGREDIENTS = ("config.yml", "domain", "data", "intents", "rasa-server/requirements.lock")
"""Files and folders below the project's folder that decide what the model is."""
MODEL = "ringback.tar.gz"
STAMP = "ringback.json"
LONGEST = 1800.0
"""Seconds a training may take."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_INFO = re.compile(r"^\S+ \S+ (?:INFO|DEBUG)\s")
_STEP = re.compile(r"(Starting to train|Restored) component '(\w+)'")
# Progress bars, and git's complaint in a folder without commits.
_NOISE = re.compile(
    r"^(Processed (rules|trackers|actions|story blocks)|fatal: |Epochs:)"
    # Our actions say most responses, which Rasa cannot know; tools/validate.py can.
    r"|The utterance '\w+' is not used in any story or rule"
)


@dataclass(frozen=True)
class UpToDate:
    """The model in models/ was made of exactly what lies here."""


@dataclass(frozen=True)
class Needed:
    """Training is needed; `why` completes the sentence "Training: …"."""

    why: str


def fingerprint(root: Path) -> str:
    """A sha256 over names and contents of all ingredients."""
    total = hashlib.sha256()
    for file in _files(root):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.relative_to(root).as_posix()}\0{content}\n".encode())
    return total.hexdigest()


def decide(root: Path, models: Path) -> UpToDate | Needed:
    """Whether the model has to be trained, from its stamp and the ingredients."""
    model = models / MODEL
    if not model.exists():
        return Needed("there is no model yet")
    try:
        stamp = json.loads((models / STAMP).read_text(encoding="utf-8"))
        made_of, checksum = stamp["made_of"], stamp["model"]
    except (OSError, ValueError, KeyError, TypeError):
        return Needed("it is not known what the model was made of")
    if checksum != _checksum(model):
        return Needed("the model is not the one that was trained here")
    if made_of != fingerprint(root):
        return Needed("what people say, the domain or the settings have changed")
    return UpToDate()


def ensure_trained(root: Path = ROOT, models: Path = ROOT / "models") -> None:
    """Train if needed. Raises Trouble after showing what Rasa said."""
    decision = decide(root, models)
    if isinstance(decision, UpToDate):
        return
    say(f"Training: {decision.why}. This takes about a quarter of a minute …")
    started = time.monotonic()
    made_of = fingerprint(root)
    models.mkdir(exist_ok=True)
    with _workshop(models) as workshop:
        _train(root, workshop, started)
        take(workshop / MODEL, models, made_of)
    say(f"  {time.monotonic() - started:3.0f} s  trained: {models.name}/{MODEL}")


def take(new: Path, models: Path, made_of: str) -> None:
    """Put a finished model in place. Between the steps there is at most no stamp, which only means training again."""
    (models / STAMP).unlink(missing_ok=True)
    checksum = _checksum(new)
    new.replace(models / MODEL)
    draft = models / f"{STAMP}.new"
    draft.write_text(json.dumps({"made_of": made_of, "model": checksum}, indent=2) + "\n", encoding="utf-8")
    draft.replace(models / STAMP)


def worth_showing(line: str) -> Iterable[str]:
    """What of a line of Rasa's output a person should see: steps in short, all warnings and errors, no noise."""
    line = _COLOUR.sub("", line).rstrip().rpartition("\r")[2]
    step = _STEP.search(line)
    if step:
        return (f"{'training' if step[1].startswith('Starting') else 'kept'} {step[2]}",)
    if not line or _INFO.match(line) or _NOISE.search(line) or "is trained and saved at" in line:
        return ()
    return (line,)


def _train(root: Path, workshop: Path, started: float) -> None:
    command = [
        str(root / "rasa-server/.venv/bin/python"),
        *(
            "rasa-server/launch.py",
            "train",
            "--out",
            str(workshop),
            "--domain",
            "domain",
            "--fixed-model-name",
            MODEL.removesuffix(".tar.gz"),
        ),
    ]
    env = {**child_environment(os.environ), "PYTHONUNBUFFERED": "1"}
    try:
        process = subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        raise Trouble("Rasa's environment is not there: `make setup` makes it.") from error
    overdue = threading.Timer(LONGEST, process.kill)
    overdue.start()
    try:
        for raw in process.stdout or ():
            for text in worth_showing(raw.decode(errors="replace")):
                say(f"  {time.monotonic() - started:3.0f} s  {text}")
        code = process.wait()
    finally:
        overdue.cancel()
        process.kill()
        process.wait()
    if code != 0 or not (workshop / MODEL).exists():
        raise Trouble("Training failed; Rasa's reason stands above. No model was changed.")


@contextmanager
def _workshop(models: Path) -> Iterator[Path]:
    # Inside models/, to be moved into place in one step, and hidden, because Rasa takes the newest file it sees there.
    folder = Path(tempfile.mkdtemp(prefix=".training-", dir=models))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _files(root: Path) -> list[Path]:
    found: list[Path] = []
    for name in INGREDIENTS:
        place = root / name
        inside = (path for path in place.rglob("*") if path.suffix in {".yml", ".yaml", ".py"} and path.is_file())
        found += [place] if place.is_file() else inside
    return sorted(found)


def _checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _main() -> int:
    ensure_trained()
    return 0


if __name__ == "__main__":
    sys.exit(run_tool(_main))
