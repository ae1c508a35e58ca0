"""A ledger that keeps numbers and answers encrypted, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from ringback.ledger.sealing import PLAIN, Sealing, check_seal
from ringback.ledger.store import Begun, Ledger, LedgerUnusable
from ringback.ledger.tables import callbacks
from ringback.models import CallbackRequest
from ringback.settings import SettingsError

OLD, NEW = "an-old-key-of-more-than-32-characters!", "a-new-key-of-more-than-32-characters!!"
DIGESTS = "the-key-of-the-digests, 32 characters or more"
Requests = Callable[..., CallbackRequest]


async def begin(ledger: Ledger, request: CallbackRequest) -> Begun:
    return await ledger.begin(request, provider="scripted", now=1_800_000_000.0, look_at=1_800_000_045.0)


async def stored(ledger: Ledger) -> list[dict[str, Any]]:
    """The rows as they are in the database."""
    query = select(callbacks).order_by(callbacks.c.key)
    return await ledger._database.read(lambda connection: [dict(one) for one in connection.execute(query).mappings()])


async def test_nothing_personal_stands_in_the_tables(ledger_url: str, request_for: Requests) -> None:
    """Number and answers are encrypted, each time anew; whoever opens the ledger with the key reads them."""
    ledger = await Ledger.open(ledger_url, Sealing(NEW, DIGESTS))
    begun = await begin(ledger, request_for("k1"))
    await begin(ledger, request_for("k2"))
    first, second = await stored(ledger)
    assert "555" not in str(first) and "my bill" not in str(first)
    assert first["number"] != second["number"] and first["number_digest"] == second["number_digest"] != ""
    assert begun.callback == await ledger.get("k1")
    assert (begun.callback.number, begun.callback.answers) == ("+14165550123", {"Q1": "my bill"})
    claimed = await ledger.claim(1_800_000_100.0, 10, lambda _: 1.0)
    assert {one.number for one in claimed.callbacks} == {"+14165550123"}
    await ledger.close()


async def test_an_old_ledger_is_encrypted_when_it_is_opened(ledger_url: str, request_for: Requests) -> None:
    """Rows from before there was a key are encrypted too, also when several processes open it at once."""
    plain = await Ledger.open(ledger_url)
    for number in range(5):
        await begin(plain, request_for(f"k{number}"))
    await plain.close()
    sealing = Sealing(NEW, DIGESTS)
    ledger, other = await asyncio.gather(Ledger.open(ledger_url, sealing), Ledger.open(ledger_url, sealing))
    assert "555" not in str(await stored(ledger))
    assert [one.number for one in await other.everything()] == ["+14165550123"] * 5
    await asyncio.gather(ledger.close(), other.close())


async def test_a_key_is_replaced(ledger_url: str, request_for: Requests) -> None:
    """With the new key before the old one everything is encrypted anew, and then the old one is not needed any more."""
    before = await Ledger.open(ledger_url, Sealing(OLD, DIGESTS))
    await begin(before, request_for("k1"))
    await before.close()
    await (await Ledger.open(ledger_url, Sealing(f"{NEW} {OLD}", DIGESTS))).close()
    after = await Ledger.open(ledger_url, Sealing(NEW, DIGESTS))
    assert (await after.get("k1")).number == "+14165550123"
    await after.close()


@pytest.mark.parametrize(
    ("sealing", "sentence"),
    [
        (Sealing(OLD, DIGESTS), "RINGBACK_LEDGER_ENCRYPTION_KEY is not the key"),
        (Sealing(NEW, DIGESTS + "x"), "RINGBACK_LEDGER_KEY is not the key"),
        (PLAIN, "The ledger is encrypted: set RINGBACK_LEDGER_ENCRYPTION_KEY"),
    ],
)
async def test_a_wrong_key_is_said_at_once(
    ledger_url: str, request_for: Requests, sealing: Sealing, sentence: str
) -> None:
    """And nothing is changed: with the right key all is as it was."""
    right = Sealing(NEW, DIGESTS)
    before = await Ledger.open(ledger_url, right)
    await begin(before, request_for("k1"))
    rows = await stored(before)
    await before.close()
    with pytest.raises(LedgerUnusable, match=sentence):
        await Ledger.open(ledger_url, sealing)
    again = await Ledger.open(ledger_url, right)
    assert await stored(again) == rows
    await again.close()


async def test_what_was_interrupted_is_finished(ledger_url: str, request_for: Requests) -> None:
    """A process that dies while it encrypts leaves a ledger that the next one finishes."""
    ledger = await Ledger.open(ledger_url)
    sealing = Sealing(NEW, DIGESTS)
    await begin(ledger, request_for("k1"))
    await check_seal(ledger._database, sealing)
    await begin(ledger, request_for("k2"))  # as if it had not been reached
    await ledger._database.write(
        lambda connection: connection.execute(text("UPDATE seal SET value = '' WHERE name = 'done'"))
    )
    await ledger.close()
    finished = await Ledger.open(ledger_url, sealing)
    assert "555" not in str(await stored(finished))
    assert len(await finished.everything()) == 2
    await finished.close()


@pytest.mark.parametrize(("keys", "digests"), [("short", DIGESTS), (NEW, ""), (NEW, "short")])
def test_weak_keys_are_refused(keys: str, digests: str) -> None:
    """With a sentence that names the setting and holds no key."""
    with pytest.raises(SettingsError, match="RINGBACK_LEDGER") as caught:
        Sealing(keys, digests)
    assert "short" not in str(caught.value)
