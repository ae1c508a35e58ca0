"""Fetches the copy of mermaid with which `make docs` draws the diagrams, so that the site loads nothing from elsewhere.

Without npm, or without a network, the site shows the diagrams' text instead; that is said and is no failure.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tools.console import ROOT, Trouble, run_tool, say

VERSION = "11.12.1"
SHA256 = "3bd65ddefe97fb2e01d976a01d4078f8d773bfc56c6a75a9abf08b564ce0f8b2"
FOLDER = ROOT / ".tools" / "mermaid"
LONGEST = 180.0
"""Seconds for the download."""
_WANTED = ("package/dist/mermaid.esm.min.mjs", "package/dist/chunks/mermaid.esm.min/")


def ensure() -> bool:
    """Whether the copy is there, fetched now if need be. Raises Trouble when what came is not what was looked at."""
    if (FOLDER / VERSION).is_file():
        return True
    npm = shutil.which("npm")
    if npm is None:
        say("Without npm the site shows its diagrams as text.")
        return False
    with tempfile.TemporaryDirectory() as scratch:
        command = [npm, "pack", f"mermaid@{VERSION}", "--silent", "--pack-destination", scratch]
        try:
            subprocess.run(command, check=True, timeout=LONGEST, capture_output=True)
        except (subprocess.SubprocessError, OSError):
            say("mermaid could not be fetched: the site shows its diagrams as text.")
            return False
        [archive] = Path(scratch).glob("*.tgz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
            raise Trouble(f"mermaid {VERSION} is not the file that was looked at: its checksum differs.")
        _unpack(archive)
    return True


def _unpack(archive: Path) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    with tarfile.open(archive) as package:
        for member in package:
            if member.isfile() and member.name.startswith(_WANTED) and member.name.endswith(".mjs"):
                target = FOLDER / member.name.removeprefix("package/dist/")
                target.parent.mkdir(parents=True, exist_ok=True)
                content = package.extractfile(member)
                target.write_bytes(content.read() if content else b"")
    (FOLDER / VERSION).touch()


def _main() -> int:
    ensure()
    return 0


if __name__ == "__main__":
    sys.exit(run_tool(_main))
