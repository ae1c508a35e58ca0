"""What the ledger keeps encrypted: a person's number and answers, when a key is set. A number is found by its digest.

The first key encrypts, all of them decrypt, so that a key can be replaced: the ledger is written anew with the first
one when it is opened next. The table `seal` says which key that was, and that the keys are the right ones at all.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, text, update

from ringback.digests import digest
from ringback.ledger.database import Database, LedgerUnusable
from ringback.ledger.tables import callbacks, seal
from ringback.settings import Settings, SettingsError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

SHORTEST_KEY = 32
"""Characters."""

_KEYS, _DIGESTS, _DONE = "keys", "digests", "done"
_WORD = "ringback"
_BATCH = 200
_LOCK = 7_264_225_002  # any number of our own


class Sealing:
    """Encrypts and decrypts. Without keys it does neither, and everything is kept as it is."""

    def __init__(self, keys: str = "", digest_key: str = "") -> None:
        """`keys` are separated by blanks, newest first. Raises SettingsError for keys that are too short."""
        self._keys = keys.split()
        self._digest_key = digest_key
        if any(len(one) < SHORTEST_KEY for one in self._keys):
            raise SettingsError(f"RINGBACK_LEDGER_ENCRYPTION_KEY needs {SHORTEST_KEY} or more random characters.")
        if self._keys and len(digest_key) < SHORTEST_KEY:
            raise SettingsError(
                "RINGBACK_LEDGER_ENCRYPTION_KEY also needs RINGBACK_LEDGER_KEY, of 32 or more random characters: by it "
                "an encrypted number is found again."
            )
        self._fernet = _fernet(self._keys) if self._keys else None

    @classmethod
    def of(cls, settings: Settings) -> Sealing:
        """As the settings say. Raises SettingsError."""
        return cls(settings.ledger_encryption_key.get_secret_value(), settings.ledger_key.get_secret_value())

    @property
    def is_on(self) -> bool:
        """Whether anything is encrypted."""
        return self._fernet is not None

    def seal(self, plain: str) -> str:
        """The text as it is stored."""
        return self._fernet.encrypt(plain.encode()).decode() if self._fernet else plain

    def open(self, stored: str) -> str:
        """The text as it was. Raises LedgerUnusable when none of the keys opens it."""
        if self._fernet is None:
            return stored
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(stored.encode()).decode()
        except InvalidToken as error:
            raise _wrong_key("RINGBACK_LEDGER_ENCRYPTION_KEY") from error

    def digest(self, number: str) -> str:
        """By what an encrypted number is found; empty when numbers are kept as they are."""
        return digest(self._digest_key, number) if self._fernet else ""

    @property
    def newest(self) -> str:
        """Tells the first key from others without telling it."""
        return digest(self._keys[0], _WORD)

    @property
    def of_digests(self) -> str:
        """Tells the key of the digests from others without telling it."""
        return digest(self._digest_key, _WORD)

    def sealed(self, number: str, answers: Mapping[str, str]) -> dict[str, Any]:
        """The columns of a call-back that hold something personal, as they are stored."""
        kept: Any = self.seal(json.dumps(dict(answers))) if self._fernet else dict(answers)
        return {"number": self.seal(number), "number_digest": self.digest(number), "answers": kept}

    def opened(self, row: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
        """A row of the table `callbacks` as it was before it was sealed; columns that are not there stay away."""
        plain = dict(row)
        if self._fernet is None or plain.get("number_digest", "") == "":
            return plain
        plain["number"] = self.open(plain["number"]) if plain["number"] else ""
        if isinstance(plain["answers"], str):
            plain["answers"] = json.loads(self.open(plain["answers"]))
        return plain


PLAIN = Sealing()
"""Encrypts nothing."""


def _fernet(keys: list[str]) -> MultiFernet:
    # It takes a while to import, and most ledgers have no key.
    from cryptography.fernet import Fernet, MultiFernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    def derive(key: str) -> Fernet:
        made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ringback ledger").derive(key.encode())
        return Fernet(base64.urlsafe_b64encode(made))

    return MultiFernet([derive(key) for key in keys])


async def check_seal(database: Database, sealing: Sealing) -> None:
    """See that the keys fit this ledger, and encrypt what is not encrypted with the first of them yet.

    Costs one look when there is nothing to do. Raises LedgerUnusable, and then nothing was changed.
    """
    found = await database.read(_read)
    if not sealing.is_on:
        if found:
            raise LedgerUnusable("The ledger is encrypted: set RINGBACK_LEDGER_ENCRYPTION_KEY and RINGBACK_LEDGER_KEY.")
        return
    if found:
        sealing.open(found[_KEYS])
        if found[_DIGESTS] != sealing.of_digests:
            raise _wrong_key("RINGBACK_LEDGER_KEY")
    if found.get(_DONE) == sealing.newest:
        return
    # From the first encrypted row on nobody may come without a key; only at the end it is done.
    await database.write(lambda connection: _write(connection, sealing, done=""))
    last = ""
    while True:
        last = await database.write(partial(_seal_batch, sealing=sealing, after=last))
        if not last:
            break
    await database.write(lambda connection: _write(connection, sealing, done=sealing.newest))
    await database.compact((callbacks.name,))


def _wrong_key(setting: str) -> LedgerUnusable:
    return LedgerUnusable(
        f"{setting} is not the key with which this ledger was encrypted. Put the right one back; of the encryption key "
        "the old one may stand behind the new one, after a blank."
    )


def _read(connection: Connection) -> dict[str, str]:
    return {str(name): str(value) for name, value in connection.execute(select(seal.c.name, seal.c.value))}


def _write(connection: Connection, sealing: Sealing, *, done: str) -> None:
    if connection.dialect.name == "postgresql":  # SQLite: BEGIN IMMEDIATE
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    connection.execute(delete(seal))
    values = {_KEYS: sealing.seal(_WORD), _DIGESTS: sealing.of_digests, _DONE: done}
    connection.execute(insert(seal), [{"name": name, "value": value} for name, value in values.items()])


def _seal_batch(connection: Connection, sealing: Sealing, after: str) -> str:
    """Write some rows anew; the key of the last of them, empty when there were none."""
    columns = (callbacks.c.key, callbacks.c.number, callbacks.c.number_digest, callbacks.c.answers)
    query = select(*columns).where(callbacks.c.key > after).order_by(callbacks.c.key).limit(_BATCH).with_for_update()
    rows = connection.execute(query).mappings().all()
    for row in rows:
        if row["number"] == "":  # erased
            continue
        plain = sealing.opened(row)
        values = sealing.sealed(plain["number"], plain["answers"])
        connection.execute(update(callbacks).where(callbacks.c.key == row["key"]).values(**values))
    return str(rows[-1]["key"]) if rows else ""
