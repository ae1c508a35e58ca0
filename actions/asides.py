"""What is answered in one line, in the middle of a request or outside of one: how long, which teams, who are you."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events, button, label, speaking
from actions.turn import in_form, read_draft, read_menu
from ringback.intake import Aside, Draft, Menu
from ringback.models import Callback
from ringback.waiting_time import Band, usual_wait
from ringback.wording import say_band, say_clock, say_list, say_span

_LINES = {
    Aside.BOT: "utter_iamabot",
    Aside.PRIVACY: "utter_privacy",
    Aside.THANKS: "utter_welcome",
    Aside.GREET: "utter_hello_again",
    Aside.HELP: "utter_help",
    Aside.INSULT: "utter_sorry",
    Aside.BEYOND: "utter_beyond",
}
_MOST_QUEUES = 4


async def answer_aside(
    action: CarefulAction, aside: Aside, say: CollectingDispatcher, tracker: Tracker, draft: Draft, menu: Menu
) -> None:
    """Answer what is no answer. The open question is asked again by whoever calls this."""
    match aside:
        case Aside.WAIT:
            await say_wait(action, say, tracker, draft, menu)
        case Aside.STATUS:
            await say_status(action, say, tracker)
        case Aside.QUEUES:
            say_queues(say, menu)
        case Aside.PERSON:
            say_person(action, say, in_request=True)
        case _:
            say.utter_message(response=_LINES[aside])


async def say_status(action: CarefulAction, say: CollectingDispatcher, tracker: Tracker) -> None:
    """Where each open call-back of this conversation stands, or how the last one ended."""
    callbacks = await action.desk.in_conversation(tracker.sender_id)
    to_tell = [one for one in callbacks if not one.state.is_final] or callbacks[:1]
    if not to_tell:
        say.utter_message(response="utter_no_call_yet" if in_form(tracker) else "utter_no_call")
    for callback in to_tell:
        tell_status(action, say, callback)


def tell_status(action: CarefulAction, say: CollectingDispatcher, callback: Callback) -> None:
    """Where one call-back stands."""
    since = say_span(datetime.now(UTC).timestamp() - callback.state_since, speaking())
    response = f"utter_status_{callback.state.value.lower()}"
    buttons = action.cancel_button(callback)
    say.utter_message(response=response, buttons=buttons, since=since, **action.facts(callback))


async def say_wait(
    action: CarefulAction, say: CollectingDispatcher, tracker: Tracker, draft: Draft, menu: Menu
) -> None:
    """How long it usually takes: for the call that is under way, for the chosen queue, or for every open queue."""
    under_way = [one for one in await action.desk.in_conversation(tracker.sender_id) if not one.state.is_final]
    if under_way and not in_form(tracker):
        for callback in under_way:
            tell_status(action, say, callback)
            if callback.starts_at is None:
                await _tell_waits(action, say, menu, [f"{callback.provider}:{callback.queue_id}"])
        return
    chosen = [draft.queue] if draft.queue else [queue.id for queue in menu.offered_queues[:_MOST_QUEUES]]
    await _tell_waits(action, say, menu, chosen)


async def _tell_waits(action: CarefulAction, say: CollectingDispatcher, menu: Menu, queue_ids: Sequence[str]) -> None:
    now = datetime.now(UTC)
    known: list[str] = []
    for queue_id in queue_ids:
        provider, _, own_id = queue_id.partition(":")
        zone = action.desk.config.zone_of(provider)
        seen = await action.desk.ledger.waits(provider, own_id, now.timestamp())
        usual = usual_wait(seen, zone=zone, now=now.timestamp())
        queue = menu.queue(queue_id)
        if isinstance(usual, Band) and queue is not None:
            known.append(label("usual_wait", queue=queue.name, band=say_band(usual.least, usual.most, menu.language)))
    if known:
        at = say_clock(now, zone=menu.zone, language=menu.language)
        say.utter_message(response="utter_wait", waits="; ".join(known), at=at)
    else:
        say.utter_message(response="utter_wait_unknown")


def say_queues(say: CollectingDispatcher, menu: Menu) -> None:
    """Which teams there are, and which of them do not take calls at the moment."""
    resting = [queue.name for queue in menu.queues if not queue.is_offered]
    response = "utter_queues_some_closed" if resting else "utter_queues"
    offered = say_list([queue.name for queue in menu.offered_queues], menu.language)
    say.utter_message(response=response, queues=offered, closed=say_list(resting, menu.language))


def say_person(action: CarefulAction, say: CollectingDispatcher, *, in_request: bool) -> None:
    """Where there is a person to turn to, in the centre's own words; a call is offered unless it is being asked for."""
    person = action.desk.config.person_in(speaking())
    buttons = [] if in_request else [button(label("call_me"), "request_callback")]
    say.utter_message(response="utter_person" if person else "utter_person_by_phone", person=person, buttons=buttons)


class SayStatus(CarefulAction):
    """ "Where is my call?" """

    def name(self) -> str:
        return "action_say_status"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        await say_status(self, say, tracker)
        return []


class SayWait(CarefulAction):
    """ "How long will it take?" """

    def name(self) -> str:
        return "action_say_wait"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        draft = read_draft(tracker.slots)
        await say_wait(self, say, tracker, draft, await read_menu(self.desk, draft.queue, times=False))
        return []


class SayQueues(CarefulAction):
    """ "Which departments are there?" """

    def name(self) -> str:
        return "action_say_queues"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        say_queues(say, await read_menu(self.desk, "", times=False))
        return []


class SayPerson(CarefulAction):
    """ "I want a human." """

    def name(self) -> str:
        return "action_say_person"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        say_person(self, say, in_request=False)
        return []
