"""The intake in types: what is asked, known and offered, what was said, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field

from ringback.languages import FALLBACK, Language
from ringback.models import Availability, Frozen, Question, Queue, TimeSlot
from ringback.understanding.choices import Option

SKIPPED = ""
TIMES_AT_ONCE = 6


class Ask(StrEnum):
    """What the form asks for, in this order. The values are the names of the form's slots."""

    QUEUE = "queue"
    NUMBER = "phone_number"
    ANSWER = "answer"
    SMS = "sms_consent"
    WHEN = "when"
    TIME = "time_slot"
    CONFIRM = "confirmed"
    CHANGE = "change"
    LEAVE = "leaving"


class Aside(StrEnum):
    """What a turn can be about besides the request's own answers."""

    STOP = "stop"
    START_OVER = "start_over"
    GO_BACK = "go_back"
    GO_ON = "go_on"
    PERSON = "person"
    WAIT = "wait"
    QUEUES = "queues"
    STATUS = "status"
    BOT = "bot"
    PRIVACY = "privacy"
    HELP = "help"
    THANKS = "thanks"
    GREET = "greet"
    INSULT = "insult"
    BEYOND = "beyond"


NOW, LATER = "now", "later"
CHANGES_THE_ORDER = frozenset({Ask.QUEUE, Ask.NUMBER, "answers", "extension", Ask.SMS, Ask.WHEN, Ask.TIME})


class Wish(Frozen):
    """What was said of the time before anybody could tell which times are free, and in which language. `at`: when it
    was said, aware;
    `before`: when the time began that was chosen before; another day alone leaves its hour, another hour its day.
    """

    text: str
    at: datetime
    before: datetime | None = None
    language: Language = FALLBACK


class Failures(Frozen):
    """How often in a row the open question was answered in a way that could not be taken."""

    asked: str = ""
    count: int = 0


class Draft(Frozen):
    """A request as far as it is known. `answers` maps question ids to answers, `SKIPPED` for a skipped one;
    `time_choices` are the `TimeSlot.start`s that the person was shown last, in that order; `narrowed` are the few queue
    ids or numbers between which the last answer left the choice; `last_number` is the one of the call before.
    """

    queue: str = ""
    number: str = Field(default="", repr=False)
    answers: Mapping[str, str] = Field(default_factory=dict, repr=False)
    sms: bool | None = None
    when: str = ""
    time_slot: TimeSlot | None = None
    time_choices: tuple[str, ...] = ()
    confirmed: bool | None = None
    request_key: str = ""
    extension: str = Field(default="", repr=False)
    wish: Wish | None = None
    narrowed: tuple[str, ...] = Field(default=(), repr=False)
    last_number: str = Field(default="", repr=False)
    failures: Failures = Failures()

    @property
    def holds_something(self) -> bool:
        """Whether something would be lost that took the person some trouble to say."""
        return bool(self.number or self.answers or self.time_slot)


class Menu(Frozen):
    """What the centre offers at this moment. `queue_options` stand in the order of the buttons, open queues first.
    A number without a country code is read as one of `region`, or else of the first of `also_regions` where it exists.
    """

    queues: tuple[Queue, ...]
    queue_options: tuple[Option, ...]
    questions: tuple[Question, ...] = ()
    sms: bool = False
    schedules: bool = False
    time_slots: tuple[TimeSlot, ...] = ()
    region: str = "US"
    also_regions: tuple[str, ...] = ()
    zone: ZoneInfo
    home: ZoneInfo | None = None
    now: datetime
    language: Language = FALLBACK

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    def queue(self, queue_id: str) -> Queue | None:
        """The queue of that id, if it is offered."""
        return next((queue for queue in self.queues if queue.id == queue_id), None)

    @property
    def offered_queues(self) -> tuple[Queue, ...]:
        """The queues that can be chosen, those that take calls now first."""
        offered = (queue for queue in self.queues if queue.is_offered)
        return tuple(sorted(offered, key=lambda queue: queue.availability is not Availability.ACTIVE))

    def open_question(self, answers: Mapping[str, str]) -> Question | None:
        """The first question that is neither answered nor skipped."""
        return next((question for question in self.questions if question.id not in answers), None)


class Said(Frozen):
    """One turn: the text, Rasa's reading of it, and the entities of a tapped button."""

    text: str = Field(repr=False)
    intent: str = ""
    confidence: float = 0.0
    tapped: Mapping[str, Any] = Field(default_factory=dict, repr=False)
    is_tap: bool = False


class Problem(Frozen):
    """A sentence that explains why something was not taken: a response of the domain and its variables."""

    response: str
    variables: Mapping[str, str] = Field(default_factory=dict)


class Heard(Frozen):
    """What a turn changes. `slots` maps form slots to new values (None empties one); `time_choices` are the slots to
    offer next, when the person narrowed them down, and `narrowed` the queues or numbers; `aside` is what else the turn
    was about.
    """

    slots: Mapping[str, Any] = Field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()
    time_choices: tuple[TimeSlot, ...] = ()
    narrowed: tuple[str, ...] = Field(default=(), repr=False)
    aside: Aside | None = None

    def __bool__(self) -> bool:
        return bool(self.slots or self.problems or self.narrowed or self.aside)

    def __add__(self, other: Heard) -> Heard:
        """Both; where they disagree, the other."""
        return Heard(
            slots={**self.slots, **other.slots},
            problems=(*self.problems, *other.problems),
            time_choices=other.time_choices or self.time_choices,
            narrowed=other.narrowed or self.narrowed,
            aside=other.aside or self.aside,
        )
