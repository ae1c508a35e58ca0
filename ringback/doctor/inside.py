"""What stands in the ledger: whether it can be read at all, news that nobody got, and what waits for an operator."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import make_url

from ringback.doctor.finding import Finding, Visit, bad, good
from ringback.durations import span
from ringback.ledger.database import open_database
from ringback.ledger.schema import VERSION, version_of
from ringback.ledger.sealing import Sealing
from ringback.ledger.store import Ledger, LedgerDown
from ringback.settings import Settings, SettingsError

_URL = "RINGBACK_LEDGER_URL"
_OLD_NEWS = 120.0
"""Seconds after which news that waits is a sign of trouble; Rasa's restart takes less."""
_SHOWN = 5


class Opened:
    """Where the ledger is put if it can be used."""

    def __init__(self) -> None:
        self.ledger: Ledger | None = None


async def look_at_ledger(settings: Settings, opened: Opened) -> Sequence[Finding]:
    """Whether the database answers, and has a version that this code knows. Makes and migrates nothing."""
    try:
        sealing = Sealing.of(settings)
        database = open_database(settings.ledger_url)
    except SettingsError as error:
        return [bad("ledger", str(error), f"Put {_URL} or the keys right: docs/operations.md has examples.")]
    missing = _no_file(settings.ledger_url)
    if missing is not None:
        await database.close()
        return [missing]
    try:
        version = await database.read(version_of)
    except LedgerDown as error:
        await database.close()
        return [bad("ledger", f"cannot be reached ({error})", f"Is the database running, and is {_URL} right?")]
    except BaseException:
        await database.close()
        raise
    if version == VERSION:
        opened.ledger = Ledger(database, sealing)
        return [good("ledger", f"{database.kind}, version {version}")]
    await database.close()
    if version > VERSION:
        return [
            bad(
                "ledger",
                f"has version {version}, and this Ringback knows versions up to {VERSION}",
                f"A newer Ringback has used it: run that one, or give {_URL} the copy that was made before it.",
            )
        ]
    return [good("ledger", f"{database.kind}, will be brought to version {VERSION} when Ringback starts")]


def _no_file(url: str) -> Finding | None:
    """SQLite would make the file just to look into it."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database is None:
        return None
    file = Path(parsed.database)
    if file.exists():
        return None
    if not file.parent.is_dir():
        return bad("ledger", f"there is no folder {file.parent}", f"Make it, or let {_URL} name another file.")
    return good("ledger", f"{file} will be made when Ringback starts")


async def check_news(visit: Visit) -> Sequence[Finding]:
    """News that is stuck, or that waits for longer than it should."""
    if visit.ledger is None:
        return []
    outlook = await visit.ledger.outlook()
    found: list[Finding] = []
    if outlook.stuck:
        keys = sorted(await visit.ledger.stuck_keys())
        found.append(
            bad(
                "news",
                f"{outlook.stuck} piece(s) not taken by their conversations: {_some(keys)}",
                "`ringback show KEY` tells more, Rasa's log why; `ringback retry-news KEY` tries at once.",
            )
        )
    age = visit.clock() - outlook.oldest_waiting if outlook.oldest_waiting is not None else 0.0
    if age > _OLD_NEWS:
        found.append(
            bad(
                "news",
                f"{outlook.waiting - outlook.stuck} piece(s) wait to be told, the oldest for {span(age)}",
                "Is a worker running (the action server, or `ringback worker`), and is Rasa up?",
            )
        )
    return found or [good("news", f"{outlook.waiting} piece(s) under way" if outlook.waiting else "all told")]


async def check_operators_list(visit: Visit) -> Sequence[Finding]:
    """Call-backs that nobody but an operator can put right."""
    if visit.ledger is None:
        return []
    flagged = [one for one in await visit.ledger.operators_list() if one.needs_operator]
    if not flagged:
        return [good("operator's list", "empty")]
    return [
        bad(
            "operator's list",
            f"{len(flagged)} call-back(s) need an operator: {_some([one.key for one in flagged])}",
            "`ringback list --needs-operator` shows them, `ringback resolve KEY --as …` settles one.",
        )
    ]


def _some(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return ", ".join(keys[:_SHOWN]) + more
