"""What Twilio reports late, and what is done about it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from channels.chat_base.outbox import Outbox
from channels.chat_base.outcomes import Later, Never, Sent
from channels.chat_base.records import DELIVERED, FAILED, MADE_UP, READ, SENT
from channels.chat_base.store import Store
from channels.chat_base.tables import people
from channels.whatsapp_carrier import WhatsAppCarrier
from channels.whatsapp_intake import Report
from channels.whatsapp_reports import Reports
from channels.whatsapp_settings import Approved, WhatsAppSettings

TALK = "wa-1"


class Rest:
    """Twilio, with what it is asked to send."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, str]] = []

    async def send(self, form: Mapping[str, str]) -> Sent | Later | Never:
        self.sent.append(form)
        return Sent(f"SM{len(self.sent)}000000000")


class Tracker:
    """The conversation as Rasa keeps it."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    async def events(self, conversation: str) -> list[dict[str, Any]]:
        return [
            {"event": "bot", "text": one["text"], "data": {}, "metadata": {**one, "card": {"queue": "Billing"}}}
            for one in self.told
        ]


class Line:
    """One person's line, with everything that is behind it."""

    def __init__(self, store: Store, templates: Mapping[str, Approved]) -> None:
        self.store, self.rest, self.tracker = store, Rest(), Tracker()
        settings = WhatsAppSettings(
            sender="whatsapp:+14155238886", public_url="https://bot.example", templates={"en": templates}
        )
        carrier = WhatsAppCarrier(settings, self.rest)  # type: ignore[arg-type]
        self.outbox = Outbox(store, carrier)
        self.reports = Reports(store, self.outbox, carrier, self.tracker, pause=0.0)

    async def tell(self, seq: int, kind: str = "holding") -> None:
        message = {
            "text": f"News {seq}",
            "utter_action": f"utter_news_{kind}",
            "news": {"id": f"n{seq}", "callback": "K1", "seq": seq},
        }
        self.tracker.told.append(message)
        await self.outbox.news(TALK, message)

    async def report(self, number: int, status: str, code: str = "", way: str = "free") -> tuple[str, str, str]:
        await self.reports.work(Report(f"SM{number}000000000", status, code), f"{number}.{way}")
        found = await self.store.by_id(number)
        assert found is not None
        return found.status, found.way, found.why


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'chats.sqlite3'}", "whatsapp")
    await opened.take_in("m0", TALK, "whatsapp:+14165550123", {}, time.time(), 60.0)
    yield opened
    opened.close()


@pytest.fixture
def line(store: Store) -> Line:
    return Line(store, {"completed": Approved("HX1", {"1": "{queue}", "2": "{text}"})})


async def test_delivered_and_read_are_written_down(line: Line) -> None:
    """Also when they come in the wrong order, or more than once."""
    await line.tell(1)
    assert (await line.report(1, "read"))[0] == READ
    assert (await line.report(1, "delivered"))[0] == READ
    await line.tell(2)
    assert (await line.report(2, "sent"))[0] == SENT
    assert (await line.report(2, "delivered"))[0] == DELIVERED
    assert len(line.rest.sent) == 2


async def test_a_passing_trouble_is_tried_once_more_and_not_for_ever(line: Line) -> None:
    """WhatsApp's own rate (63018): once again; if that fails too, it is listed."""
    await line.tell(1)
    assert (await line.report(1, "failed", "63018"))[:2] == (SENT, "again")
    assert len(line.rest.sent) == 2
    assert (await line.report(1, "undelivered", "63018", way="again"))[0] == FAILED
    assert len(line.rest.sent) == 2


async def test_a_report_of_an_earlier_try_says_nothing_about_the_later_one(line: Line) -> None:
    """A failure that is reported again (or replayed) starts no third try."""
    await line.tell(1)
    await line.report(1, "failed", "63018")
    assert (await line.report(1, "failed", "63018", way="free"))[:2] == (SENT, "again")
    assert len(line.rest.sent) == 2


async def test_nothing_old_is_sent_after_something_new(line: Line) -> None:
    """If newer news of the same call has gone out, what failed stays unsent: order matters more than completeness."""
    await line.tell(1)
    await line.tell(2)
    assert (await line.report(1, "failed", "63018"))[0] == FAILED
    assert [form["Body"] for form in line.rest.sent] == ["News 1", "News 2"]


async def test_a_closed_window_is_answered_with_the_template_where_there_is_one(line: Line) -> None:
    """63016: the template of this kind, with what the news says; without one it is listed for the operator."""
    await line.tell(1, "holding")
    assert await line.report(1, "undelivered", "63016") == (FAILED, "free", "63016")
    await line.tell(2, "completed")
    assert (await line.report(2, "undelivered", "63016"))[:2] == (SENT, "template")
    assert line.rest.sent[-1]["ContentSid"] == "HX1"
    assert line.rest.sent[-1]["ContentVariables"] == '{"1": "Billing", "2": "News 2"}'
    assert (await line.report(2, "undelivered", "63016", way="template"))[0] == FAILED


async def test_what_never_gets_better_is_only_listed(line: Line) -> None:
    """Not on WhatsApp (63024): no other try."""
    await line.tell(1)
    assert await line.report(1, "failed", "63024") == (FAILED, "free", "63024")
    assert len(line.rest.sent) == 1
    assert [one.news for one in await line.store.undelivered(time.time())] == ["n1"]


async def test_a_report_about_nothing_of_ours_is_ignored(line: Line) -> None:
    """An unknown mark or id changes nothing."""
    await line.reports.work(Report("SM9000000000", "failed", "63018"), "77.free")
    await line.reports.work(Report("SM9000000000", "failed", "63018"), "no number.free")
    assert await line.store.undelivered(time.time()) == []


async def test_what_was_made_up_for_is_not_sent_again(line: Line) -> None:
    """The person has heard it since, in their next message's answer."""
    await line.tell(1)
    await line.report(1, "failed", "63024")
    await line.store.made_up(TALK, time.time())
    assert (await line.report(1, "failed", "63018"))[0] == MADE_UP
    assert len(line.rest.sent) == 1


async def test_a_window_that_is_known_to_be_closed_is_respected(line: Line) -> None:
    """A day after the person's last message only templates go out; news without one is kept, and is no error."""
    yesterday = time.time() - 86_400.0
    line.store.now(lambda connection: connection.execute(people.update().values(wrote_at=yesterday)))
    await line.tell(1, "holding")
    await line.tell(2, "completed")
    assert [form.get("ContentSid") for form in line.rest.sent] == ["HX1"]
    [held_back] = await line.store.undelivered(time.time())
    assert (held_back.news, held_back.why) == ("n1", "24-hour window closed, no template")
    assert await line.store.missed(TALK) == []
