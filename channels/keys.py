"""The secrets that sign sessions: from the settings, or one made here once and kept in a file that only we can read."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

SETTING = "RINGBACK_WEBSITE_SECRET"
FILE = Path("var") / "website-secret"


def find(setting: object, environment: Mapping[str, str], file: Path = FILE) -> list[str]:
    """The secrets, newest first: ``secret:`` in the credentials, the environment, else the file (made if missing).

    Several are separated by blanks, or a list. Raises OSError when the file can be neither read nor made.
    """
    given = " ".join(str(one) for one in setting) if isinstance(setting, list) else str(setting or "")
    named = (given or environment.get(SETTING, "")).split()
    return named or _kept(file)


def _kept(file: Path) -> list[str]:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=file.parent, prefix=".website-secret-")  # for our own eyes only
        with os.fdopen(handle, "w", encoding="ascii") as writing:
            writing.write(secrets.token_urlsafe(48) + "\n")
        # Another process that starts at the same moment must end up with the same secret: the first link wins.
        with contextlib.suppress(FileExistsError):
            os.link(scratch, file)
        Path(scratch).unlink()
    return file.read_text(encoding="ascii").split()
