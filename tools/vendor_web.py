"""Fetches the chat page's two libraries and the tests' axe-core, and checks that the committed copies are the very
files we looked at.

    .venv/bin/python tools/vendor_web.py            # fetch with npm and write the files (needs npm on PATH)
    .venv/bin/python tools/vendor_web.py --check    # compare them with the checksums below; needs no network

To move to another version: change ``PACKAGES``, run the first command, and copy the checksum it complains about into
the table once you have looked at what changed. Nothing is written unless every checksum agrees.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NPM_TIMEOUT = 120.0
"""Seconds one download may take."""


@dataclass(frozen=True)
class Member:
    """A file inside a package, where it goes in the project, and its SHA-256."""

    path: str
    target: str
    sha256: str


@dataclass(frozen=True)
class Package:
    """An npm package at an exact version, with the files that are taken from it."""

    name: str
    version: str
    members: tuple[Member, ...]


def _licence(name: str, sha256: str) -> Member:
    return Member("LICENSE", f"web/vendor/licences/{name}.txt", sha256)


PACKAGES = (
    Package(
        "deep-chat",
        "2.4.2",
        (
            Member(
                "dist/deepChat.bundle.js",
                "web/vendor/deepChat.bundle.js",
                "4be8e65b12c0678ccc06fd157a402be4dc7c01f910056166518781f1de2d6ad7",
            ),
            _licence("deep-chat", "12d11204300c461fc3ba872703c1f15e8dc8e07fb58a3111d476ae6903db5388"),
        ),
    ),
    Package(
        "socket.io-client",
        "4.8.4",
        (
            Member(
                "dist/socket.io.esm.min.js",
                "web/vendor/socket.io.esm.min.js",
                "771c3872e7d9bf81020615fda67ef0fd2aa61fcaf1990100714a46fa2c39f8a1",
            ),
            _licence("socket.io-client", "73cb68c437d59e066f9386ef97be57298df4db119fdbd7d7150817c6dbd9f189"),
        ),
    ),
    # Only the tests use it.
    Package(
        "axe-core",
        "4.12.1",
        (
            Member(
                "axe.min.js",
                "tests/browser/axe/axe.min.js",
                "66a8aaa95a8b044a7fd74a5435873bf04ff65a1ca75567c921b7509742085a14",
            ),
            Member(
                "LICENSE",
                "tests/browser/axe/LICENSE.txt",
                "af175b9d96ee93c21a036152e1b905b0b95304d4ae8c2c921c7609100ba8df7e",
            ),
        ),
    ),
    # Compiled into the page's two files; only their licences are needed.
    Package(
        "remarkable",
        "2.0.1",
        (_licence("remarkable", "1cabe5f706e86a0767d2d894bcd3a8e836760fbad8d29e850f4d65e160186949"),),
    ),
    Package(
        "@microsoft/fetch-event-source",
        "2.0.1",
        (_licence("fetch-event-source", "c2cfccb812fe482101a8f04597dfc5a9991a6b2748266c47ac91b6a5aae15383"),),
    ),
    Package(
        "engine.io-client",
        "6.6.8",
        (_licence("engine.io-client", "70aebb46c7195354683546b0ffebd5989cb18e726e715d9ba71d964f929f0075"),),
    ),
    Package(
        "engine.io-parser",
        "5.2.3",
        (_licence("engine.io-parser", "d96e657000a00ad35280309c8a3d66db9c575efaa652720b82e619185581c835"),),
    ),
    Package(
        "socket.io-parser",
        "4.2.7",
        (_licence("socket.io-parser", "7fcf6b69636551493328a8cd9a5241843d7b246b3c42ed7b06c777fc5f044b86"),),
    ),
    Package(
        "@socket.io/component-emitter",
        "3.1.2",
        (_licence("component-emitter", "0f0b408b8b871d983e767528c6dc51e0ad7efaa022890c449fe2b2e1ee24dbb7"),),
    ),
)


def sha256_of(content: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def complaints(root: Path = ROOT) -> list[str]:
    """One sentence for each committed file that is missing or is not the file it should be."""
    found: list[str] = []
    for package in PACKAGES:
        for member in package.members:
            file = root / member.target
            if not file.is_file():
                found.append(f"{member.target} is missing ({package.name} {package.version}).")
            elif (actual := sha256_of(file.read_bytes())) != member.sha256:
                found.append(f"{member.target} has SHA-256 {actual}, expected {member.sha256}.")
    return found


def _fetch(package: Package, folder: Path) -> dict[str, bytes]:
    spec = f"{package.name}@{package.version}"
    done = subprocess.run(
        ["npm", "pack", "--silent", "--ignore-scripts", spec],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=NPM_TIMEOUT,
    )
    archive = folder / done.stdout.split()[-1]
    contents: dict[str, bytes] = {}
    with tarfile.open(archive) as tar:
        for member in package.members:
            source = tar.extractfile(f"package/{member.path}")
            if source is None:
                raise SystemExit(f"{spec} holds no {member.path}.")
            content = source.read()
            if (actual := sha256_of(content)) != member.sha256:
                raise SystemExit(f"{spec}: {member.path} has SHA-256 {actual}, expected {member.sha256}.")
            contents[member.target] = content
    return contents


def refresh(root: Path = ROOT) -> None:
    """Fetch every package with npm and write its files; raises SystemExit and writes nothing if a checksum differs."""
    contents: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            contents.update(_fetch(package, Path(scratch)))
    for target, content in contents.items():
        file = root / target
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Refresh or check the vendored libraries.")
    parser.add_argument("--check", action="store_true", help="only compare the committed files with their checksums")
    if not parser.parse_args(arguments).check:
        refresh()
    problems = complaints()
    print("\n".join(problems) or f"{sum(len(package.members) for package in PACKAGES)} vendored files as expected.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
