"""Between Rasa's tracker and the intake: what was said, what is known, what is offered, and what a turn changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet

from actions.careful import Events, speaking
from ringback.desk import Desk
from ringback.intake import CHANGES_THE_ORDER, Ask, Draft, Failures, Heard, Menu, Said, Wish
from ringback.models import TimeSlot
from ringback.understanding.phone import Numbers, find_numbers

FORM = "request_form"
BOOKING = "action_book_call"
"""What orders the call once the form is full."""
_KNOWS_THE_NUMBER = frozenset({"whatsapp"})
_ANSWERED = frozenset(ask.value for ask in Ask)
FORM_SLOTS = (
    *(ask.value for ask in Ask),
    *("answers", "time_choices", "request_key", "extension", "wish", "narrowed", "code"),
)


def read_said(tracker: Tracker) -> Said:
    """The latest message as the form understands it. Only a payload of one of our buttons starts with a slash here:
    the channels see to that.
    """
    message = tracker.latest_message
    intent = message.get("intent") or {}
    text = message.get("text") or ""
    is_tap = text.startswith("/")
    tapped = {one["entity"]: one["value"] for one in message.get("entities") or ()} if is_tap else {}
    return Said(
        text=text,
        intent=intent.get("name") or "",
        confidence=intent.get("confidence") or 0.0,
        tapped=tapped,
        is_tap=is_tap,
    )


def read_own_number(tracker: Tracker, region: str) -> str:
    """The person's own number (E.164), where their channel knows it, in whatever way it is written there; otherwise
    empty.
    """
    metadata = tracker.latest_message.get("metadata") or {}
    found = find_numbers(str(metadata.get("phone") or ""), region)
    own = found.numbers[0] if isinstance(found, Numbers) else None
    return own.e164 if own is not None and own.can_be_called else ""


def is_own_number(tracker: Tracker, number: str) -> bool:
    """Whether the channel itself knows that the number (E.164) is theirs who write; what people say of themselves in a
    profile is none of that.
    """
    if tracker.get_latest_input_channel() not in _KNOWS_THE_NUMBER:
        return False
    phone = str((tracker.latest_message.get("metadata") or {}).get("phone") or "")
    return "".join(filter(str.isdigit, phone)) == number.removeprefix("+")


def read_address(tracker: Tracker) -> str:
    """The digest that the channel made of where the person writes from; empty where it knows nothing."""
    return str((tracker.latest_message.get("metadata") or {}).get("address") or "")


def read_draft(slots: Mapping[str, Any]) -> Draft:
    """What the form's slots hold so far."""
    time_slot, wish, failures = slots.get(Ask.TIME.value), slots.get("wish"), slots.get("failures")
    return Draft(
        queue=slots.get(Ask.QUEUE.value) or "",
        number=slots.get(Ask.NUMBER.value) or "",
        answers=slots.get("answers") or {},
        sms=slots.get(Ask.SMS.value),
        when=slots.get(Ask.WHEN.value) or "",
        time_slot=TimeSlot.model_validate(time_slot) if time_slot else None,
        time_choices=tuple(slots.get("time_choices") or ()),
        confirmed=slots.get(Ask.CONFIRM.value),
        request_key=slots.get("request_key") or "",
        extension=slots.get("extension") or "",
        wish=Wish.model_validate(wish) if wish else None,
        narrowed=tuple(slots.get("narrowed") or ()),
        last_number=slots.get("last_number") or "",
        failures=Failures.model_validate(failures) if failures else Failures(),
    )


def read_zone(tracker: Tracker) -> ZoneInfo | None:
    """The person's own time zone, where their channel knows it."""
    name = (tracker.latest_message.get("metadata") or {}).get("timezone")
    try:
        return ZoneInfo(str(name)) if name else None
    except (ValueError, OSError, KeyError):
        return None


async def read_menu(desk: Desk, queue: str, *, times: bool, own_zone: ZoneInfo | None = None) -> Menu:
    """What can be asked for now, by the chosen queue if there is one; its free times only when they matter.

    Times are said and understood in `own_zone`, the person's, if it is known. Raises ProviderError.
    """
    queues = await desk.queues()
    now = datetime.now(UTC)
    menu = Menu.model_construct(
        queues=tuple(queues),
        queue_options=tuple(desk.queue_options(queues)),
        region=desk.config.region,
        also_regions=desk.config.also_regions,
        zone=own_zone or desk.config.timezone,
        home=desk.config.timezone if own_zone else None,
        now=now,
        language=speaking(),
    )
    if not queue:
        return menu
    counter = await desk.counter(queue)
    slots = await desk.time_slots(queue) if times and counter.profile.schedules else ()
    return menu.model_copy(
        update={
            "questions": counter.questions,
            "sms": counter.profile.sms,
            "schedules": counter.profile.schedules,
            "time_slots": tuple(slot for slot in slots if slot.starts_at > now),
            "zone": own_zone or counter.zone,
            "home": counter.zone if own_zone else None,
        }
    )


def read_asked(tracker: Tracker) -> Ask | None:
    """The question that is open; None when no request is being collected."""
    slot = tracker.get_slot("requested_slot") if in_form(tracker) else None
    return Ask(slot) if slot in _ANSWERED else None


def in_form(tracker: Tracker) -> bool:
    """Whether a request is being collected."""
    return (tracker.active_loop or {}).get("name") == FORM


def has_acted(tracker: Tracker, action: str) -> bool:
    """Whether the action was run since the person spoke last."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") == action:
            return True
    return False


def last_response(tracker: Tracker) -> str:
    """The name of what was said to the person last, news included."""
    for event in reversed(tracker.events):
        if event.get("event") == "bot":
            return (event.get("metadata") or {}).get("utter_action") or ""
    return ""


def is_about_a_call(response: str) -> bool:
    """Whether a response tells how a call that was ordered stands."""
    return response.split("_")[1:2] in (["news"], ["status"])


def slot_events(heard: Heard, draft: Draft) -> Events:
    """What a turn changes, as Rasa's events."""
    events = [SlotSet(str(slot), value) for slot, value in heard.slots.items()]
    if set(heard.slots) & CHANGES_THE_ORDER:
        # Another order needs another key, so that the button of an older summary cannot book it.
        events.append(SlotSet("request_key", None))
    if heard.time_choices:
        events.append(SlotSet("time_choices", [slot.start for slot in heard.time_choices]))
    if heard.narrowed or draft.narrowed:
        events.append(SlotSet("narrowed", list(heard.narrowed) or None))
    return events


def apply(events: Events, slots: dict[str, Any]) -> None:
    """Write what `events` set into `slots`."""
    slots.update({event["name"]: event["value"] for event in events if event["event"] == "slot"})


def give_up() -> Events:
    """Leave the form but keep what was collected, so that asking again goes on where it stopped."""
    return [SlotSet(Ask.CONFIRM.value, None), SlotSet("requested_slot", None), ActiveLoop(None)]


def forget() -> Events:
    """Empty the form's slots."""
    return [SlotSet(slot, None) for slot in (*FORM_SLOTS, "failures")]


def leave() -> Events:
    """Empty the form's slots and end it."""
    return [*forget(), SlotSet("requested_slot", None), ActiveLoop(None)]
