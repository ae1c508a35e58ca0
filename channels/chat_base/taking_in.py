"""Writes down the messages that came in at the same moment, in a handful of statements however many they are.

The platforms of a whole crowd wait for it, and at each statement a thread of a busy process waits for its turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from channels.chat_base.tables import INSERT, incoming, people

AT_ONCE = 100
"""Messages that are looked up in one statement: SQLite before 3.32 takes 999 values."""


class Arrival(NamedTuple):
    """A row of `incoming`, and the row of `people` of who sent it."""

    message: Mapping[str, Any]
    sender: Mapping[str, Any]


class RacedError(Exception):
    """Another replica took one of them in at this very moment: one by one they can be told apart."""


def take_in(connection: sa.engine.Connection, arrivals: Sequence[Arrival]) -> list[bool]:
    """Note these messages and their senders; for each whether it is new. Raises RacedError, but not for one alone."""
    is_new = [False] * len(arrivals)
    for first in range(0, len(arrivals), AT_ONCE):
        part = arrivals[first : first + AT_ONCE]
        new = _new(connection, part)
        if not new:
            continue
        note = INSERT[connection.dialect.name](incoming).on_conflict_do_nothing()
        written = connection.execute(note, [dict(part[place].message) for place in new]).rowcount
        if written == len(new):
            _note_senders(connection, [part[place].sender for place in new])
            for place in new:
                is_new[first + place] = True
        elif len(new) > 1:
            raise RacedError
    return is_new


def _new(connection: sa.engine.Connection, arrivals: Sequence[Arrival]) -> list[int]:
    """The places of those that nobody has taken in, of each message the first; one alone is looked up by its insert."""
    places: dict[str, int] = {}
    for place, (message, _) in enumerate(arrivals):
        places.setdefault(message["message_id"], place)
    if len(places) > 1:
        ours = (incoming.c.channel == arrivals[0].message["channel"]) & incoming.c.message_id.in_(list(places))
        for row in connection.execute(sa.select(incoming.c.message_id).where(ours)):
            del places[row.message_id]
    # In an order that all replicas keep, or they would wait for each other.
    return [places[message_id] for message_id in sorted(places)]


def _note_senders(connection: sa.engine.Connection, senders: Iterable[Mapping[str, Any]]) -> None:
    latest = {sender["conversation"]: dict(sender) for sender in senders}
    note = INSERT[connection.dialect.name](people)
    change = {"address": note.excluded.address, "wrote_at": note.excluded.wrote_at}
    connection.execute(
        note.on_conflict_do_update(index_elements=["channel", "conversation"], set_=change),
        [latest[conversation] for conversation in sorted(latest)],
    )
