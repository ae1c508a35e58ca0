"""A desk's menu without Rasa and without a provider, and what is said to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ringback.intake import (
    Ask,
    Draft,
    Heard,
    Menu,
    Said,
    hear,
)
from ringback.models import Availability, Question, Queue, TimeSlot
from ringback.understanding.choices import Option

ZONE = ZoneInfo("America/Toronto")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)  # a Sunday, 15:00 in Toronto
ACCOUNT = Question(id="Q1", text="Account?", min_length=4, max_length=12)
TOPIC = Question(id="Q2", text="What about?", required=True, max_length=20)
QUEUES = (
    Queue(id="B", name="Billing"),
    Queue(id="S", name="New orders"),
    Queue(id="T", name="Technical support", availability=Availability.CLOSED),
    Queue(id="M", name="Moving home", availability=Availability.PAUSED),
)


def slot(day: int, hour: int, minute: int = 0) -> TimeSlot:
    starts = datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)
    return TimeSlot(
        start=f"2026-11-{day} {hour:02}:{minute:02}:00", starts_at=starts, ends_at=starts + timedelta(minutes=30)
    )


SLOTS = tuple(slot(day, hour, minute) for day in (23, 24, 25) for hour in (9, 10, 14, 15) for minute in (0, 30))


MENU = Menu(
    queues=QUEUES,
    queue_options=(
        Option(id="B", title="Billing", synonyms=("bill", "invoice")),
        Option(id="S", title="New orders", synonyms=("order",)),
        Option(id="T", title="Technical support", synonyms=("internet",)),
        Option(id="M", title="Moving home", synonyms=("moving",)),
    ),
    questions=(ACCOUNT, TOPIC),
    sms=True,
    schedules=True,
    time_slots=SLOTS,
    region="CA",
    zone=ZONE,
    now=NOW,
)
READY = Draft(queue="B", number="+14165550123", answers={"Q1": "", "Q2": "x"}, sms=False, when="now")


def say(text: str, asked: Ask | None, draft: Draft = READY, intent: str = "inform", confidence: float = 0.9) -> Heard:
    return hear(Said(text=text, intent=intent, confidence=confidence), asked, draft, MENU)


def tap(intent: str = "inform", draft: Draft = READY, **tapped: Any) -> Heard:
    return hear(Said(text="/x", intent=intent, tapped=tapped, is_tap=True), Ask.WHEN, draft, MENU)


def responses(heard: Heard) -> list[str]:
    return [problem.response for problem in heard.problems]


EVERY_QUESTION = [Ask.QUEUE, Ask.NUMBER, Ask.ANSWER, Ask.SMS, Ask.WHEN, Ask.TIME, Ask.CONFIRM, Ask.CHANGE]
OPEN_QUESTION = READY.model_copy(update={"answers": {"Q1": ""}})
WHOLE = "can smb call me abt my invoice tmrw arvo? 0151 2345 6789"
