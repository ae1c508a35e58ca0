"""Calls on disk: one JSON line for each order and cancellation, so that an order costs the same however many there are.

The newest line about a call wins. At the start the file is read and written anew without the old lines, by renaming a
finished copy over it. A last line without its end is an answer that was never given: it is dropped.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from sandbox.calls import Call, from_json, to_json


class UnreadableStateError(Exception):
    """The state file is not one of ours, or cannot be opened; the message says which file and line."""


class StateFile:
    """Where calls and the clock's offset (seconds) outlive the process. Written with the owner's rights alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.offset = 0.0
        try:
            self.known = self._read()
            self._rewrite()
        except OSError as error:
            raise UnreadableStateError(f"cannot use {path}: {error.strerror}") from error

    def keep(self, call: Call) -> None:
        self._append({"call": to_json(call)})

    def keep_offset(self, seconds: float) -> None:
        self.offset = seconds
        self._append({"offset": seconds})

    def forget_all(self) -> None:
        self.known = {}
        self._rewrite()

    def _append(self, record: dict[str, Any]) -> None:
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)

    def _read(self) -> dict[str, Call]:
        found: dict[str, Call] = {}
        if not self.path.exists():
            return found
        # What follows the last line break is empty, or was cut off while it was written.
        lines = self.path.read_bytes().split(b"\n")[:-1]
        for place, line in enumerate(lines, start=1):
            try:
                record = json.loads(line)
                if "offset" in record:
                    self.offset = float(record["offset"])
                else:
                    call = from_json(record["call"])
                    found[call.sid] = call
            except (ValueError, KeyError, TypeError) as error:
                raise UnreadableStateError(f"{self.path}, line {place} is not a sandbox call") from error
        return found

    def _rewrite(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        records: list[dict[str, Any]] = [{"offset": self.offset}]
        records += [{"call": to_json(call)} for call in self.known.values()]
        draft = self.path.with_name(self.path.name + ".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(record, separators=(",", ":")) + "\n" for record in records)
        draft.replace(self.path)
