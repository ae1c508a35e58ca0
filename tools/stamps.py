"""What an environment was built from, kept inside it: with it a second set-up has nothing to do and says so at once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "ringback-stamp.json"


@dataclass(frozen=True)
class Stamp:
    """`lock` is the lock file's sha256; `place` is the environment's path, since an environment cannot be moved.

    `finished` is false while an installation runs: found later, it tells that the installation was interrupted.
    """

    lock_name: str
    lock: str
    python: str
    place: str
    finished: bool


@dataclass(frozen=True)
class NoStamp:
    """The environment is missing, or was not built by us."""


def digest(path: Path) -> str:
    """The sha256 of a file's content, as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(environment: Path) -> Stamp | NoStamp:
    """The stamp of an environment; an unreadable one counts as none."""
    try:
        return Stamp(**json.loads((environment / NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return NoStamp()


def write(environment: Path, stamp: Stamp) -> None:
    """Replace the stamp in one step, so that it is never half written."""
    draft = environment / f"{NAME}.new"
    draft.write_text(json.dumps(asdict(stamp), indent=2) + "\n", encoding="utf-8")
    draft.replace(environment / NAME)
