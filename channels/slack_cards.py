"""The one message that shows a call-back: what it looks like, and where it stands.

Which message that is has to outlive a restart and is shared by all replicas, so it is a row of the channels' database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from channels.chat_base.choices import Choice, shorten
from channels.chat_base.store import Store
from channels.chat_base.tables import metadata
from channels.chat_base.words import STATES, state_in_words
from channels.payloads import buttons_of
from channels.slack_words import SIGNS, WORDS

Block = dict[str, Any]

BLOCK = "card-"
EVENT_TYPE = "ringback_card"
_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_REPLACED = 2**31 - 1
MOST_AT_HOME = 10

cards = sa.Table(
    "slack_cards",
    metadata,
    sa.Column("conversation", sa.String(128), primary_key=True),
    sa.Column("callback", sa.String(64), primary_key=True),
    sa.Column("ts", sa.String(32), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
)


@dataclass(frozen=True)
class Place:
    """Where a card is: its message, and the `seq` it shows."""

    ts: str
    seq: int


class CardPlaces:
    """The rows. Every method may raise SQLAlchemyError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, conversation: str, callback: str) -> Place | None:
        """Where the card of a call-back is; None if it was never shown."""
        mine = (cards.c.conversation == conversation) & (cards.c.callback == callback)
        wanted = sa.select(cards).where(mine)
        row = await self._store.run(lambda connection: connection.execute(wanted).first())
        return Place(row.ts, row.seq) if row else None

    async def put(self, conversation: str, callback: str, place: Place, *, replaces: str = "") -> None:
        """The card is there and shows this; what it `replaces` shows nothing of its own any more."""

        def work(connection: sa.engine.Connection) -> None:
            _write(connection, conversation, callback, place)
            if replaces and replaces != callback:
                _write(connection, conversation, replaces, Place(place.ts, _REPLACED))

        await self._store.run(work)


def _write(connection: sa.engine.Connection, conversation: str, callback: str, place: Place) -> None:
    values = {"conversation": conversation, "callback": callback, "ts": place.ts, "seq": place.seq}
    insert = _INSERTS[connection.dialect.name](cards).values(values)
    changed = {"ts": insert.excluded.ts, "seq": insert.excluded.seq}
    connection.execute(insert.on_conflict_do_update(index_elements=["conversation", "callback"], set_=changed))


def escaped(text: str) -> str:
    """Text that Slack's mark-up leaves alone."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def state_line(card: Mapping[str, Any], language: str) -> str:
    """The state in Slack's mark-up: a sign, words, and a moment in each reader's own time zone."""
    state = str(card.get("state")) if card.get("state") in STATES else ""
    is_later = card.get("state") == "SCHEDULED" and card.get("starts_at")
    moment = card.get("starts_at") if is_later else card.get("since")
    when = ""
    if isinstance(moment, (int, float)) and moment > 0:
        form = "{date_short_pretty} {time}" if is_later else "{time}"
        shown = f"<!date^{int(moment)}^{form}|–>"
        if is_later or card.get("open"):
            when = WORDS.say("booked_for" if is_later else "since", language, moment=shown)
        else:
            when = f", {shown}"
    return f"{SIGNS[state]} *{state_in_words(state, language)}*{when}"


def card_blocks(card: Mapping[str, Any], language: str) -> list[Block]:
    """The card as blocks: the team, the state, the masked number and what can be done."""
    key = str(card.get("callback"))
    return [
        {
            "type": "section",
            "block_id": f"{BLOCK}{key}"[:255],
            "text": {
                "type": "mrkdwn",
                "text": f"*{escaped(shorten(str(card.get('queue') or ''), 150))}*\n{state_line(card, language)}",
            },
        },
        {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": f"☎ {escaped(str(card.get('number') or ''))}"}],
        },
        *_controls(card, f"{BLOCK}do-{key}"),
    ]


def _controls(card: Mapping[str, Any], block_id: str) -> Sequence[Block]:
    choices = [Choice(one["title"], one["payload"]) for one in buttons_of(card)]
    if not choices:
        return []
    elements = [
        {
            "type": "button",
            "action_id": f"{block_id[:250]}-{place}",
            "text": {"type": "plain_text", "text": shorten(one.title, 75)},
            "value": one.id,
        }
        for place, one in enumerate(choices[:5])
    ]
    return [{"type": "actions", "block_id": block_id[:255], "elements": elements}]


def card_metadata(card: Mapping[str, Any]) -> dict[str, Any]:
    """By which the card is found again in the direct message, should its row be lost."""
    return {"event_type": EVENT_TYPE, "event_payload": {"callback": str(card.get("callback"))}}


def newest_cards(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The newest card of each call-back in a tracker's events, newest call-back first; none that was replaced."""
    found: dict[str, dict[str, Any]] = {}
    replaced = set()
    for event in events:
        card = (event.get("metadata") or {}).get("card") if event.get("event") == "bot" else None
        if not isinstance(card, dict):
            continue
        key = str(card.get("callback"))
        replaced.add(str(card.get("replaces") or ""))
        if key not in found or card.get("seq", 0) >= found[key].get("seq", 0):
            found[key] = card
    return [found[key] for key in reversed(found) if key not in replaced]


def home_blocks(shown: Sequence[Mapping[str, Any]], language: str) -> list[Block]:
    """The app's home: a button to ask for a call, and how each call stands."""
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": WORDS.say("home_title", language)}},
        {"type": "section", "text": {"type": "plain_text", "text": WORDS.say("home_hello", language)}},
        {
            "type": "actions",
            "block_id": "home",
            "elements": [
                {
                    "type": "button",
                    "action_id": "ask",
                    "style": "primary",
                    "text": {"type": "plain_text", "text": WORDS.say("ask_for_a_call", language)},
                    "value": "ask",
                }
            ],
        },
    ]
    for card in shown[:MOST_AT_HOME]:
        blocks += [{"type": "divider"}, *card_blocks(card, language)]
    if not shown:
        blocks.append({"type": "section", "text": {"type": "plain_text", "text": WORDS.say("home_none", language)}})
    return blocks
