"""Secrets that our own processes share with each other: from the settings, or made here once and kept in a file.

Only the standard library and Python 3.10: the Rasa server, which has an environment of its own, loads this very file.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

RASA_TOKEN = Path("var") / "rasa-token"
"""Opens Rasa's HTTP API; the action server's teller shows it."""
ACTIONS_SECRET = Path("var") / "actions-secret"
"""Opens the action server; Rasa shows it."""
ACTIONS_HEADER = "X-Ringback-Secret"


def shared_secrets(setting: str, file: Path) -> list[str]:
    """The secrets, newest first: those of `setting`, separated by blanks, or else the one in `file`.

    The file is made if it is missing, for our own eyes only; of several processes that make it at the same moment all
    end up with the same one. Raises OSError when it can be neither read nor made.
    """
    return setting.split() or _kept(file)


def _kept(file: Path) -> list[str]:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        with os.fdopen(handle, "w", encoding="ascii") as writing:
            writing.write(secrets.token_urlsafe(32) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(scratch, file)
        Path(scratch).unlink()
    return file.read_text(encoding="ascii").split()
