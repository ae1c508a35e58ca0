"""The proof journey: the code that was sent to the number is asked for before a stranger's number is called.

It is asked for after the summary's "yes" and not when the number is given: by then the number stands, the guard has
found nothing else against the call, and nobody is sent a message for a request that is dropped half way. It has a form
of its own, so that six digits are never taken for a time, an answer or a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.asides import say_person
from actions.careful import CarefulAction, Events, speaking
from actions.guarded import hear_guarded
from actions.language import is_wish
from actions.said_words import CODE_AGAIN, OTHER_NUMBER
from actions.turn import FORM as REQUEST_FORM
from actions.turn import forget, read_address, read_draft, read_said
from ringback.guarding.proofs import Done, Step, code_in
from ringback.intake import Aside, Ask, Heard, Said
from ringback.intake.asides import command
from ringback.intake.numbers import numbers_said, read_numbers
from ringback.understanding.phone import mask
from ringback.wording import say_moment

FORM = "proof_form"
CODE = "code"
"""The form's slot. It never holds a code: "proven", "other" when another number is wanted, or nothing."""
OTHER = "other"
NO_NUMBER = Heard(slots={Ask.NUMBER: None, "extension": None})


async def begin_proof(action: CarefulAction, say: CollectingDispatcher, tracker: Tracker, number: str) -> Events:
    """Send a code to the number and ask for it; when none can be sent, say why and what else can be done."""
    done = await _send(action, tracker, number)
    _say(action, say, done, number)
    if done.step in (Step.SENT, Step.WAIT):
        return [SlotSet(CODE, None), FollowupAction(FORM)]
    again: Events = [SlotSet("request_key", None), SlotSet(Ask.CONFIRM.value, None)]
    if done.step is Step.TROUBLE:
        return again
    return [*again, SlotSet(Ask.NUMBER.value, None), SlotSet("extension", None), FollowupAction(REQUEST_FORM)]


async def _send(action: CarefulAction, tracker: Tracker, number: str) -> Done:
    proofs = action.desk.proofs
    if proofs is None:
        return Done(step=Step.TROUBLE)
    return await proofs.send(number, conversation_id=tracker.sender_id, address=read_address(tracker))


def _say(action: CarefulAction, say: CollectingDispatcher, done: Done, number: str) -> None:
    now = datetime.now(UTC)
    when = ""
    if done.again_at is not None:
        moment = datetime.fromtimestamp(done.again_at, UTC) + timedelta(seconds=59)
        when = say_moment(moment, zone=action.desk.config.timezone, now=now, language=speaking())
    say.utter_message(response=f"utter_proof_{done.step.value}", number=mask(number), when=when)


class ValidateProofForm(CarefulAction, FormValidationAction):
    """Hears the code, or what was said instead of it."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        number = read_draft(tracker.slots).number
        if tracker.get_slot("requested_slot") != CODE or not number:
            # The form begins; the "yes" before it is no code.
            return [SlotSet(CODE, None), SlotSet("requested_slot", CODE if number else None)]
        said = read_said(tracker)
        code = "" if said.is_tap else code_in(said.text)
        if code:
            return await self._check(say, tracker, number, code)
        if is_wish(tracker):
            say.utter_message(response="utter_language")
            return _ask_again()
        return await self._instead(say, tracker, said, number)

    async def _instead(self, say: CollectingDispatcher, tracker: Tracker, said: Said, number: str) -> Events:
        """A way out, another number, or the code once more."""
        wanted = _wish(said)
        if wanted == Aside.STOP.value:
            say.utter_message(response="utter_stopped")
            return [*forget(), *_over()]
        if wanted == Aside.PERSON.value:
            say_person(self, say, in_request=True)
            return _ask_again()
        if other := self._other_number(said, tracker, number):
            return _another(other)
        if wanted == OTHER:
            return _another(NO_NUMBER)
        if wanted == "resend":
            return await self._send_again(say, tracker, number)
        say.utter_message(response="utter_proof_not_a_code")
        return _ask_again()

    async def _send_again(self, say: CollectingDispatcher, tracker: Tracker, number: str) -> Events:
        done = await _send(self, tracker, number)
        _say(self, say, done, number)
        return _later() if done.step is Step.TROUBLE else _ask_again()

    async def _check(self, say: CollectingDispatcher, tracker: Tracker, number: str, code: str) -> Events:
        proofs = self.desk.proofs
        if proofs is None:
            done = Done(step=Step.TROUBLE)
        else:
            done = await proofs.check(number, code, conversation_id=tracker.sender_id)
        if done.step is Step.PROVEN:
            # What comes next says that it is booked.
            return _over(code="proven")
        _say(self, say, done, number)
        if done.step is Step.NO_MORE_GUESSES:
            return _another(NO_NUMBER)
        if done.step is Step.EXPIRED:
            return await self._send_again(say, tracker, number)
        return _later() if done.step is Step.TROUBLE else _ask_again()

    def _other_number(self, said: Said, tracker: Tracker, number: str) -> Heard | None:
        config = self.desk.config
        heard = Heard() if said.is_tap else numbers_said(read_numbers(said.text, config.region, config.also_regions))
        if heard.slots.get(Ask.NUMBER) in (None, number):
            return None
        # One that may not be called is asked for again by the request's own form.
        return hear_guarded(self, heard, tracker)

    async def trouble(self, tracker: Tracker) -> Events:
        return _later()


def _wish(said: Said) -> str:
    """What is wanted instead: "stop", "person", "other", "resend", or nothing that could be told."""
    if said.is_tap:
        tapped = str(said.tapped.get(CODE) or "")
        return tapped or {"stop": Aside.STOP.value, "human": Aside.PERSON.value}.get(said.intent, "")
    aside = command(said.text)
    if aside in (Aside.STOP, Aside.PERSON):
        return aside.value
    if aside in (Aside.GO_BACK, Aside.START_OVER) or OTHER_NUMBER.search(said.text):
        return OTHER
    return "resend" if CODE_AGAIN.search(said.text) else ""


def _ask_again() -> Events:
    return [SlotSet(CODE, None), SlotSet("requested_slot", CODE)]


def _over(code: str | None = None) -> Events:
    return [SlotSet(CODE, code), SlotSet("requested_slot", None), ActiveLoop(None)]


def _later() -> Events:
    """Leave the proof and keep the request, so that asking again leads straight to the summary."""
    return [SlotSet("request_key", None), SlotSet(Ask.CONFIRM.value, None), *_over()]


def _another(heard: Heard) -> Events:
    """Back to the request, with this number or without any."""
    slots = [SlotSet(str(slot), value) for slot, value in heard.slots.items()]
    return [*slots, SlotSet("request_key", None), SlotSet(Ask.CONFIRM.value, None), *_over(OTHER)]


def wants_another_number(tracker: Tracker) -> bool:
    """Whether the proof was left for another number."""
    return bool(tracker.get_slot(CODE) == OTHER)
