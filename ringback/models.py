"""The words of the trade as types: queues, questions, time slots, requests and the states of a call-back.

Times are either aware `datetime` objects in UTC or, in the ledger, seconds since the epoch. A provider's own time
stamps are kept beside them as the strings they came as, because they are echoed back unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ringback.languages import FALLBACK, Language

E164 = Annotated[str, StringConstraints(pattern=r"^\+[1-9]\d{6,14}$")]


NOTE = "note"
"""Among a request's answers: what the agent is told besides; no question has this id."""


class State(StrEnum):
    """Where a call-back stands, in our words (docs/architecture.md maps each provider's words to them)."""

    ORDERING = "ORDERING"
    UNCERTAIN = "UNCERTAIN"
    QUEUED = "QUEUED"
    SCHEDULED = "SCHEDULED"
    CALLING_AGENT = "CALLING_AGENT"
    HOLDING = "HOLDING"
    CALLING_CUSTOMER = "CALLING_CUSTOMER"
    CONNECTED = "CONNECTED"
    COMPLETED = "COMPLETED"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"
    FAILED_AGENT = "FAILED_AGENT"
    FAILED_CUSTOMER = "FAILED_CUSTOMER"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"

    @property
    def is_final(self) -> bool:
        """No further state can follow; the call-back is over."""
        return self in FINAL


FINAL = frozenset(
    {
        State.COMPLETED,
        State.REFUSED,
        State.CANCELLED,
        State.FAILED_AGENT,
        State.FAILED_CUSTOMER,
        State.FAILED,
        State.EXPIRED,
    }
)


class Frozen(BaseModel):
    """A value: compared by content, never changed."""

    # What is wrong with a value is said without the value: it may be a number.
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Availability(StrEnum):
    """Whether a queue or a profile takes call-backs at this moment."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


class Profile(Frozen):
    """What a provider's profile can do. `sms`: the person may opt in to text messages about the call."""

    id: str
    name: str
    availability: Availability = Availability.ACTIVE
    sms: bool = False
    asks_questions: bool = False
    schedules: bool = False


class Queue(Frozen):
    """A group of agents that a person can ask for (Fonolo: call option; TENIOS: callback configuration).

    `bookable`: closed at this moment, but a call for later can be booked. `closes_at`: when an open queue closes,
    aware; None when nobody knows.
    """

    id: str
    name: str
    availability: Availability = Availability.ACTIVE
    position: int = 0
    bookable: bool = False
    closes_at: datetime | None = None

    @property
    def is_offered(self) -> bool:
        """Whether a person can choose it."""
        return self.availability is Availability.ACTIVE or self.bookable


class Question(Frozen):
    """A question that the centre wants answered before the call. Lengths count characters."""

    id: str
    text: str
    required: bool = False
    min_length: int = 0
    max_length: int | None = None
    choices: tuple[str, ...] = ()


class TimeSlot(Frozen):
    """A window in which a call can be booked.

    `start` is the provider's own string and goes back to it unchanged; `starts_at` and `ends_at` are the same
    moments, aware and in UTC.
    """

    start: str
    starts_at: datetime
    ends_at: datetime


class Order(Frozen):
    """Everything a provider needs to place one call. `start` is a `TimeSlot.start`, or None for "now"; `note` is what
    the agent is told before the customer is rung, where the provider can say it.
    """

    queue_id: str
    number: E164 = Field(repr=False)
    start: str | None = None
    sms: bool = False
    answers: Mapping[str, str] = Field(default_factory=dict, repr=False)
    note: str = Field(default="", repr=False)


class Sighting(Frozen):
    """What a provider said about one call-back when it was asked.

    `word` is its own word for the state. `state` is None when we do not know that word: the call-back is then taken
    to be in progress. `timer` is the provider's running timer in seconds (Fonolo `duration`; unit ASSUMED).
    """

    state: State | None
    word: str
    timer: int | None = None


class CallbackRequest(Frozen):
    """What a person asked for and confirmed. `key` is made before the first try and names this request for ever:
    the same key never orders twice. `address` stands for where they are asking from, as a digest that their channel
    made, and is empty where it knows none; `own_number`: the channel vouches that the number is theirs. Neither is
    kept. `wording_version`: of what they agreed to; nothing is noted of that if it is empty.
    """

    key: str
    conversation_id: str
    channel: str
    queue_id: str
    queue_name: str
    number: E164 = Field(repr=False)
    time_slot: TimeSlot | None = None
    sms: bool = False
    answers: Mapping[str, str] = Field(default_factory=dict, repr=False)
    address: str = Field(default="", repr=False)
    own_number: bool = False
    wording_version: str = ""
    language: Language = FALLBACK


class Callback(Frozen):
    """One row of the ledger: a request, what became of it, and when to look at it next.

    Times are seconds since the epoch. `seq` counts the changes; `provider_id` is empty until the provider gave one;
    `number` is empty once it was erased;
    `word` is the provider's last word and `word_since` when it was first seen; `misses` counts looks in a row that
    brought no usable answer. `cancel_wanted`: the person called it off while nobody knew whether it was ordered.
    `language` is the conversation's, for the news.
    """

    key: str
    conversation_id: str
    channel: str
    provider: str
    provider_id: str
    queue_id: str
    queue_name: str
    number: E164 | Literal[""] = Field(repr=False)
    start: str
    starts_at: float | None
    sms: bool
    answers: Mapping[str, str] = Field(repr=False)
    state: State
    state_since: float
    word: str
    word_since: float
    seq: int
    misses: int
    needs_operator: bool
    cancel_wanted: bool
    next_poll_at: float | None
    created_at: float
    language: Language = FALLBACK

    @property
    def waits_in_ledger(self) -> bool:
        """A call for later that the provider cannot hold: it is ordered when it is due, and ours to move until then."""
        return self.state is State.SCHEDULED and not self.provider_id

    @property
    def order(self) -> Order:
        """The order as it goes, or went, to the provider."""
        return Order(
            queue_id=self.queue_id,
            number=self.number,
            start=self.start or None,
            sms=self.sms,
            answers={one: answer for one, answer in self.answers.items() if one != NOTE},
            note=self.answers.get(NOTE, ""),
        )


class News(Frozen):
    """A change of state worth telling, waiting in the outbox of its conversation.

    `kind` names the response `utter_news_<kind>`; times are seconds since the epoch.
    """

    id: str
    key: str
    conversation_id: str
    channel: str
    seq: int
    kind: str
    state: State
    made_at: float
    tries: int
    outcome: str = "waiting"
