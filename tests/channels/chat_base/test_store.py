"""What the chat channels remember, on both databases they can use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import sqlalchemy as sa

from channels.chat_base.records import DELIVERED, FAILED, READ, SENDING, SENT, UNSENT, Person
from channels.chat_base.store import Store
from channels.chat_base.tables import metadata
from channels.undelivered import report


def news(number: int, seq: int, callback: str = "K1") -> dict[str, Any]:
    return {
        "text": "…",
        "utter_action": f"utter_news_{number}",
        "news": {"id": f"n{number}", "callback": callback, "seq": seq},
    }


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'below' / 'chats.sqlite3'}", "whatsapp")
    yield opened
    opened.close()


async def test_a_message_is_taken_in_once(store: Store, tmp_path: Path) -> None:
    """Whoever gets it first has it: a second time, also at another replica, it is known."""
    other = Store(f"sqlite:///{tmp_path / 'below' / 'chats.sqlite3'}", "whatsapp")
    taken = await asyncio.gather(
        *(one.take_in("m1", "wa-1", "whatsapp:+1", {}, 100.0, 60.0) for one in (store, other) * 5)
    )
    assert sorted(taken) == [False] * 9 + [True]
    assert await other.person("wa-1") == Person("whatsapp:+1", 100.0)
    assert await other.person("wa-2") is None
    other.close()


async def test_a_crowd_with_repetitions_is_taken_in_once_each(store: Store) -> None:
    """Of messages that come at the same moment, some twice and some known, each is new once; senders stay apart."""
    await store.take_in("m0", "wa-0", "whatsapp:+0", {}, 50.0, 60.0)
    crowd = [f"m{number}" for number in range(250)] + [f"m{number}" for number in range(0, 250, 5)]
    taken = await asyncio.gather(
        *(store.take_in(one, f"wa-{one[1:]}", f"whatsapp:+{one[1:]}", {"text": one}, 100.0, 60.0) for one in crowd)
    )
    assert taken == [False] + [True] * 249 + [False] * 50
    assert await store.person("wa-249") == Person("whatsapp:+249", 100.0)
    left = await store.left_over(200.0, 60.0)
    assert {(one.message_id, one.content.get("text")) for one in left if one.message_id != "m0"} == {
        (one, one) for one in crowd if one != "m0"
    }


async def test_what_another_replica_takes_at_the_same_moment_is_told_apart(store: Store) -> None:
    """When one of a crowd turns out to be known by the insert itself, the others are new all the same."""
    known = {"m1", "m3"}
    for one in known:
        await store.take_in(one, "wa-1", "a", {}, 100.0, 60.0)
    with mock.patch(
        "channels.chat_base.taking_in._new", lambda _, arrivals: list(range(len(arrivals)))
    ):  # as if they came in since
        taken = await asyncio.gather(
            *(store.take_in(f"m{number}", "wa-1", "a", {}, 100.0, 60.0) for number in range(1, 5))
        )
    assert taken == [False, True, False, True]


async def test_what_a_dead_process_left_is_taken_over_once(store: Store) -> None:
    """After its lease, by one; not for ever, because it may be what kills; and what is done is not kept."""
    await store.take_in("m1", "wa-1", "a", {"text": "hello"}, 100.0, 60.0)
    await store.take_in("m2", "wa-1", "a", {"text": "done"}, 101.0, 60.0)
    await store.handled("m2")
    assert await store.left_over(150.0, 60.0) == []
    [left] = await store.left_over(200.0, 60.0)
    assert (left.message_id, left.content) == ("m1", {"text": "hello"})
    assert await store.left_over(210.0, 60.0) == []
    assert await store.left_over(300.0, 60.0) == []
    assert not await store.take_in("m1", "wa-1", "a", {}, 400.0, 60.0)


async def test_a_status_never_goes_backwards(store: Store) -> None:
    """Reports overtake each other: what was read is not "sent" again; what failed stays so until it is sent again."""
    one = await store.begin("wa-1", news(1, 1), 1.0)
    for status in (SENT, READ, DELIVERED, SENT):
        await store.set(one, 2.0, status=status, sid="SM1")
    found = await store.by_sid("SM1")
    assert found is not None
    assert found.status == READ
    two = await store.begin("wa-1", news(2, 2), 1.0)
    await store.set(two, 2.0, status=FAILED, why="63016")
    await store.set(two, 2.0, status=SENT)
    assert not await store.is_on_its_way(two)
    await store.again(two, 3.0, "template")
    await store.set(two, 4.0, status=SENT)
    assert await store.is_on_its_way(two)


async def test_only_the_newest_news_of_a_call_is_missed(store: Store) -> None:
    """What was overtaken by something that arrived is not told again; two calls are two."""
    for number, seq, callback, status in (
        (1, 1, "K1", UNSENT),
        (2, 2, "K1", FAILED),
        (3, 1, "K2", UNSENT),
        (4, 2, "K2", DELIVERED),
        (5, 1, "K3", UNSENT),
    ):
        delivery = await store.begin("wa-1", news(number, seq, callback), 1.0)
        await store.set(delivery, 2.0, status=status, why="because")
    assert [one.news for one in await store.missed("wa-1")] == ["n2", "n5"]
    await store.made_up("wa-1", 3.0)
    assert await store.missed("wa-1") == []


async def test_the_operator_sees_what_did_not_arrive(store: Store, tmp_path: Path) -> None:
    """Failed, never sent, or hanging for minutes; not what newer news has overtaken, nor a whole conversation's id."""
    failed = await store.begin("wa-123456789", news(1, 1), 1.0)
    await store.set(failed, 2.0, status=FAILED, why="63016")
    held_up = await store.begin("wa-123456789", news(2, 1, "K2"), 1.0)
    later = await store.begin("wa-123456789", news(3, 2, "K2"), 1.0)
    await store.set(later, 2.0, status=SENT)
    hanging = await store.begin("wa-123456789", {"text": "Hello", "utter_action": "utter_greet"}, 1.0)
    found = await store.undelivered(1000.0)
    assert [one.id for one in found] == [hanging, failed]
    assert found[0].status == SENDING
    assert held_up not in {one.id for one in found}
    lines = await report(f"sqlite:///{tmp_path / 'below' / 'chats.sqlite3'}")
    assert len(lines) == 2
    assert "63016" in lines[1]
    assert "wa-123456789" not in "".join(lines)


async def test_old_things_are_forgotten(store: Store) -> None:
    """A month later nothing of it is left, but what has not been handled."""
    await store.take_in("m1", "wa-1", "a", {"text": "x"}, 1.0, 60.0)
    await store.take_in("m2", "wa-1", "a", {"text": "x"}, 1.0, 60.0)
    await store.handled("m1")
    delivery = await store.begin("wa-1", news(1, 1), 1.0)
    await store.tidy(40 * 86_400.0)
    assert await store.by_id(delivery) is None
    assert await store.take_in("m1", "wa-1", "a", {}, 2.0, 60.0)
    assert not await store.take_in("m2", "wa-1", "a", {}, 2.0, 60.0)


async def test_an_error_of_the_database_names_nobody(store: Store) -> None:
    """What ends in a log holds no address and no words."""
    store.now(metadata.drop_all)
    with pytest.raises(sa.exc.SQLAlchemyError) as caught:
        await store.take_in("m1", "wa-1", "whatsapp:+14165550123", {"text": "Rhododendron"}, 100.0, 60.0)
    store.now(metadata.create_all)
    with pytest.raises(sa.exc.SQLAlchemyError) as refused:
        await store.take_in("m1", "wa-1", None, {"text": "Rhododendron"}, 100.0, 60.0)  # type: ignore[arg-type]
    for error in (caught, refused):
        assert "4165550123" not in str(error.value)
        assert "Rhododendron" not in str(error.value)
