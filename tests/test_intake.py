"""What one turn adds to a request, without Rasa."""

from __future__ import annotations

from typing import Any

import pytest

from ringback.intake import (
    Aside,
    Ask,
    Draft,
    Failures,
    Said,
    Wish,
    hear,
    next_ask,
    required,
    settle,
    with_patience,
)
from ringback.intake.extension import answers_with_extension
from tests.intake_menu import (
    ACCOUNT,
    EVERY_QUESTION,
    MENU,
    OPEN_QUESTION,
    READY,
    SLOTS,
    TOPIC,
    WHOLE,
    responses,
    say,
    tap,
)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("can someone call me about my bill?", {Ask.QUEUE: "B"}),
        ("call me on 416 555 0123", {Ask.NUMBER: "+14165550123", "extension": None}),
        (
            "call 416 555 0123 ext. 22 about an invoice",
            {Ask.QUEUE: "B", Ask.NUMBER: "+14165550123", "extension": "22"},
        ),
        ("call me", {}),
        ("call me 2 times", {}),
        ("call me on 416 555 0123 or 647 555 0188", {Ask.NUMBER: None}),
        ("call me on 647 555 0188, not on 416 555 0123", {Ask.NUMBER: "+16475550188", "extension": None}),
        ("call me now about my bill, no texts", {Ask.QUEUE: "B", Ask.WHEN: "now", Ask.TIME: None, Ask.SMS: False}),
    ],
)
def test_first_sentence(text: str, slots: dict[Ask, str]) -> None:
    """The sentence that starts a request fills what it holds, and guesses nothing."""
    heard = say(text, None, Draft(), intent="request_callback")
    assert {slot: value for slot, value in heard.slots.items() if slot != "wish"} == slots


def test_first_sentence_names_a_closed_queue() -> None:
    """A closed queue is explained as soon as it is named."""
    heard = say("my internet is down, call me", None, Draft(), intent="request_callback")
    assert (heard.slots, responses(heard)) == ({Ask.QUEUE: None}, ["utter_queue_closed"])


@pytest.mark.parametrize(
    ("asked", "text", "slots"),
    [
        (Ask.QUEUE, "2", {Ask.QUEUE: "S"}),
        (Ask.QUEUE, "biling", {Ask.QUEUE: "B"}),
        (Ask.QUEUE, "billing, on 647 555 0123", {Ask.QUEUE: "B", Ask.NUMBER: "+16475550123", "extension": None}),
        (Ask.NUMBER, "(416) 555-0123", {Ask.NUMBER: "+14165550123", "extension": None}),
        (Ask.NUMBER, "+49 151 23456789", {Ask.NUMBER: "+4915123456789", "extension": None}),
        (Ask.SMS, "yes please", {Ask.SMS: True}),
        (Ask.SMS, "nope", {Ask.SMS: False}),
        (Ask.SMS, "yes texts please", {Ask.SMS: True}),
        (Ask.SMS, "the second one", {Ask.SMS: False}),
        (Ask.SMS, "do i get texts?", {Ask.SMS: None}),
        (Ask.WHEN, "now", {Ask.WHEN: "now", Ask.TIME: None, "wish": None}),
        (Ask.WHEN, "as soon as possible", {Ask.WHEN: "now", Ask.TIME: None, "wish": None}),
        (Ask.WHEN, "not now", {Ask.WHEN: "later", Ask.TIME: None}),
        (Ask.WHEN, "later please", {Ask.WHEN: "later", Ask.TIME: None}),
        (Ask.CONFIRM, "yes", {Ask.CONFIRM: True}),
        (Ask.CONFIRM, "book it", {Ask.CONFIRM: True}),
        (Ask.CONFIRM, "no", {Ask.CONFIRM: False}),
        (Ask.CONFIRM, "1", {Ask.CONFIRM: True}),
        (Ask.CONFIRM, "2", {Ask.CONFIRM: False}),
        (Ask.CONFIRM, "actually new orders", {Ask.QUEUE: "S"}),
        (Ask.CONFIRM, "no, call 647 555 0188", {Ask.NUMBER: "+16475550188", "extension": None}),
        (
            Ask.CONFIRM,
            "change the number",
            {Ask.NUMBER: None, "extension": None, Ask.CONFIRM: None, Ask.CHANGE: None},
        ),
        (Ask.CONFIRM, "no, that is not what I said", {Ask.CONFIRM: False}),
        (Ask.CHANGE, "the time", {Ask.WHEN: None, Ask.TIME: None, Ask.CONFIRM: None, Ask.CHANGE: None}),
        (Ask.CHANGE, "nothing", {Ask.CONFIRM: None, Ask.CHANGE: None}),
    ],
)
def test_answers(asked: Ask, text: str, slots: dict[Ask, Any]) -> None:
    """An answer in ordinary words is taken."""
    assert say(text, asked).slots == slots


@pytest.mark.parametrize(
    ("asked", "text", "response"),
    [
        (Ask.QUEUE, "the aquarium", "utter_queue_unknown"),
        (Ask.QUEUE, "moving home", "utter_queue_paused"),
        (Ask.NUMBER, "12", "utter_number_too_short"),
        (Ask.NUMBER, "911", "utter_guard_emergency"),
        (Ask.NUMBER, "my mobile", "utter_number_missing"),
        (Ask.NUMBER, "I don't want to give my number", "utter_number_needed"),
        (Ask.NUMBER, "do I have to?", "utter_number_needed"),
        (Ask.CONFIRM, "is this the right number? 416 555 0123", "utter_not_understood"),
        (Ask.NUMBER, "1 900 555 0123", "utter_guard_premium"),
        (Ask.SMS, "purple", "utter_not_understood"),
        (Ask.WHEN, "purple", "utter_not_understood"),
        (Ask.CONFIRM, "purple", "utter_not_understood"),
        (Ask.CHANGE, "purple", "utter_not_understood"),
    ],
)
def test_problems(asked: Ask, text: str, response: str) -> None:
    """What cannot be taken is explained, and the question stays open."""
    heard = say(text, asked)
    assert responses(heard) == [response]
    assert heard.slots.get(asked) is None


@pytest.mark.parametrize("asked", EVERY_QUESTION)
@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("stop", Aside.STOP),
        ("oh, forget it please", Aside.STOP),
        ("let's start over", Aside.START_OVER),
        ("can we go back please?", Aside.GO_BACK),
        ("I want to talk to a human", Aside.PERSON),
        ("agent", Aside.PERSON),
        ("how long will it take?", Aside.WAIT),
        ("what's the wait time", Aside.WAIT),
        ("are you a robot?", Aside.BOT),
        ("which departments are there?", Aside.QUEUES),
        ("what do you do with my number?", Aside.PRIVACY),
        ("you are so stupid", Aside.INSULT),
    ],
)
def test_ways_out_and_questions(asked: Ask, text: str, aside: Aside) -> None:
    """A way out, or a question back, is known by its words at every question, whatever the model makes of it."""
    heard = say(text, asked, OPEN_QUESTION, intent="inform", confidence=0.99)
    if aside is Aside.GO_BACK:
        assert (heard.slots or responses(heard) == ["utter_first_question"]) and not heard.aside
    else:
        assert (heard.aside, heard.slots) == (aside, {})


@pytest.mark.parametrize("asked", [one for one in EVERY_QUESTION if one is not Ask.ANSWER])
@pytest.mark.parametrize(
    ("intent", "aside"),
    [
        ("stop", Aside.STOP),
        ("ask_status", Aside.STATUS),
        ("help", Aside.HELP),
        ("cancel_callback", Aside.STOP),
        ("thanks", Aside.THANKS),
        ("out_of_scope", Aside.BEYOND),
    ],
)
def test_what_the_model_is_sure_of(asked: Ask, intent: str, aside: Aside) -> None:
    """A turn without an answer is what the model is sure that it is."""
    assert say("whatever somebody else said", asked, intent=intent, confidence=0.95).aside is aside


@pytest.mark.parametrize(
    "text", ["cancel my contract", "I want to stop my subscription", "thanks for nothing, it broke"]
)
def test_answer_that_looks_like_a_command(text: str) -> None:
    """What a call is about may be stopping or cancelling something."""
    for intent in ("stop", "cancel_callback"):
        heard = say(text[:20], Ask.ANSWER, OPEN_QUESTION, intent=intent, confidence=0.99)
        assert heard.slots[Ask.ANSWER] == "done"


@pytest.mark.parametrize(
    ("asked", "text", "intent", "slots"),
    [
        (Ask.QUEUE, "hi, billing please", "greet", {Ask.QUEUE: "B"}),
        (Ask.NUMBER, "thanks, it is 416 555 0188", "thanks", {Ask.NUMBER: "+14165550188", "extension": None}),
        (Ask.CONFIRM, "yes, thank you", "thanks", {Ask.CONFIRM: True}),
    ],
)
def test_polite_answers(asked: Ask, text: str, intent: str, slots: dict[Ask, Any]) -> None:
    """An answer with a greeting or thanks around it is an answer."""
    assert say(text, asked, intent=intent, confidence=0.95).slots == slots


def test_explained_answer_is_no_aside() -> None:
    """A closed queue is explained even if the model takes its name for small talk."""
    assert responses(say("moving home", Ask.QUEUE, intent="greet", confidence=0.95)) == ["utter_queue_paused"]
    assert say("good day to you", Ask.QUEUE, intent="greet", confidence=0.95).aside is Aside.GREET


def test_unsure_aside_is_an_answer() -> None:
    """A free answer is not lost to a model that only suspects something else in it."""
    draft = READY.model_copy(update={"answers": {"Q1": ""}})
    heard = say("stop my contract", Ask.ANSWER, draft, intent="stop", confidence=0.7)
    assert heard.slots == {"answers": {"Q1": "", "Q2": "stop my contract"}, Ask.ANSWER: "done"}


def test_half_sure_yes_is_no_consent() -> None:
    """A model that only suspects a "yes" opts nobody in to text messages."""
    heard = say("purple", Ask.SMS, intent="affirm", confidence=0.6)
    assert heard.slots == {Ask.SMS: None}
    assert responses(heard) == ["utter_not_understood"]


def test_questions_in_turn() -> None:
    """Each answer goes to the open question; the form goes on when none is open."""
    first = say("48151623", Ask.ANSWER, Draft())
    assert first.slots == {"answers": {"Q1": "48151623"}, Ask.ANSWER: None}
    second = say("a refund", Ask.ANSWER, Draft(answers={"Q1": "48151623"}))
    assert second.slots == {"answers": {"Q1": "48151623", "Q2": "a refund"}, Ask.ANSWER: "done"}


@pytest.mark.parametrize(
    ("answers", "text", "response"),
    [
        ({}, "123", "utter_answer_too_short"),
        ({}, "1234567890123", "utter_answer_too_long"),
        ({"Q1": ""}, "x" * 21, "utter_answer_too_long"),
    ],
)
def test_answers_out_of_bounds(answers: dict[str, str], text: str, response: str) -> None:
    """An answer that the centre would not accept is explained."""
    assert responses(say(text, Ask.ANSWER, Draft(answers=answers))) == [response]


def test_skip() -> None:
    """A question that is not required can be skipped, a required one cannot."""
    assert say("skip", Ask.ANSWER, Draft()).slots == {"answers": {"Q1": ""}, Ask.ANSWER: None}
    assert responses(tap(skip=True, draft=Draft(answers={"Q1": ""}))) == ["utter_answer_required"]


def test_account_number_is_no_phone_number() -> None:
    """While a question is asked, digits are its answer and change no phone number."""
    assert Ask.NUMBER not in say("4165550188", Ask.ANSWER, Draft(number="+14165550123")).slots


@pytest.mark.parametrize(
    ("text", "response"),
    [("actually technical support", "utter_queue_closed"), ("no, moving home", "utter_queue_paused")],
)
def test_another_queue_while_a_question_is_asked(text: str, response: str) -> None:
    """A queue that cannot be had is explained, and neither becomes the answer nor takes the place of the other."""
    heard = say(text, Ask.ANSWER, Draft(queue="B", answers={"Q1": ""}))
    assert (dict(heard.slots), responses(heard)) == ({}, [response])


@pytest.mark.parametrize("intent", ["stop", "deny", "inform"])
def test_no_and_the_same_queue_again_is_no_way_out(intent: str) -> None:
    """Who says "no, billing" when billing was understood keeps the request, and hears the open question again."""
    heard = say("no, billing questions", Ask.NUMBER, Draft(queue="B"), intent=intent, confidence=0.99)
    assert (heard.aside, heard.slots, responses(heard)) == (None, {Ask.NUMBER: None}, [])
    assert say("no, stop it", Ask.NUMBER, Draft(queue="B"), intent="stop", confidence=0.99).aside is Aside.STOP


def test_a_word_is_no_sentence_beyond_us() -> None:
    """A word or two that answer nothing are no answer; a sentence about something else is said to be beyond us."""
    assert responses(say("purple", Ask.CONFIRM, intent="out_of_scope", confidence=0.95)) == ["utter_not_understood"]
    heard = say("what is the capital of France", Ask.CONFIRM, intent="out_of_scope", confidence=0.95)
    assert heard.aside is Aside.BEYOND


def test_a_correction_is_no_answer() -> None:
    """ "No, use my work number" at another question changes the number and leaves that question open."""
    heard = say("no, use my work number 647 555 0199", Ask.SMS, READY.model_copy(update={"sms": None}))
    assert heard.slots == {Ask.NUMBER: "+16475550199", "extension": None}


def test_booking_needs_its_own_summary() -> None:
    """The booking button counts while its own summary is open, and never for another request or another question."""
    draft = READY.model_copy(update={"request_key": "k2"})
    fresh = Said(text="/affirm", intent="affirm", tapped={"request": "k2"}, is_tap=True)
    stale = Said(text="/affirm", intent="affirm", tapped={"request": "k1"}, is_tap=True)
    assert hear(fresh, Ask.CONFIRM, draft, MENU).slots == {Ask.CONFIRM: True}
    assert responses(hear(stale, Ask.CONFIRM, draft, MENU)) == ["utter_old_button"]
    assert responses(hear(fresh, Ask.NUMBER, draft, MENU)) == ["utter_old_button"]


def test_required_follows_the_profile() -> None:
    """Only what the profile offers is asked, and a time only for a call that is for later."""
    plain = MENU.model_copy(update={"questions": (), "sms": False, "schedules": False})
    assert required(Draft(), plain) == [Ask.QUEUE, Ask.NUMBER, Ask.CONFIRM]
    assert Ask.TIME not in required(READY, MENU)
    assert Ask.TIME in required(READY.model_copy(update={"when": "later"}), MENU)


def test_everything_in_one_sentence() -> None:
    """Queue, time and number of one hurried sentence are all taken."""
    german = MENU.model_copy(update={"also_regions": ("DE",)})
    heard = hear(Said(text=WHOLE, intent="request_callback", confidence=0.8), None, Draft(), german)
    assert (heard.slots[Ask.QUEUE], heard.slots[Ask.NUMBER]) == ("B", "+4915123456789")
    draft = Draft(queue="B", wish=Wish.model_validate(heard.slots["wish"]))
    found = settle(draft, german)
    assert {one.start for one in found.time_choices} == {one.start for one in SLOTS[4:8]}


@pytest.mark.parametrize("asked", [Ask.QUEUE, Ask.NUMBER, Ask.SMS, Ask.WHEN, Ask.TIME, Ask.CONFIRM, Ask.CHANGE])
def test_corrections_at_every_question(asked: Ask) -> None:
    """Another number, queue or answer is taken wherever it is said."""
    assert say("no, use my work number 647 555 0199", asked).slots[Ask.NUMBER] == "+16475550199"
    assert say("actually new orders", asked).slots[Ask.QUEUE] == "S"
    assert say("my account number is 48151623", asked).slots["answers"]["Q1"] == "48151623"


def test_corrections_while_the_centre_asks() -> None:
    """Even at a question that takes any answer, what is plainly a correction is one."""
    assert say("no, use my work number 647 555 0199", Ask.ANSWER, OPEN_QUESTION).slots[Ask.NUMBER] == "+16475550199"
    assert say("actually new orders", Ask.ANSWER, OPEN_QUESTION).slots == {Ask.QUEUE: "S"}
    assert say("a bill, invoice 12", Ask.ANSWER, OPEN_QUESTION).slots[Ask.ANSWER] == "done"


def test_word_in_passing_changes_nothing() -> None:
    """A queue that is named in passing takes no other one's place."""
    heard = say("I am moving all the time so please use 647 555 0199", Ask.NUMBER)
    assert heard.slots == {Ask.NUMBER: "+16475550199", "extension": None}
    assert not heard.problems


def test_slip_at_home_is_no_number_abroad() -> None:
    """A number that is too short at home is not taken for one of another country where it would exist."""
    german = MENU.model_copy(update={"also_regions": ("DE",)})
    heard = hear(Said(text="416-555-01", intent="inform", confidence=0.9), Ask.NUMBER, Draft(queue="B"), german)
    assert responses(heard) == ["utter_number_too_short"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("it's 481516230042", "481516230042"),
        ("account 48151623", "48151623"),
        ("My account number: 48151623", "48151623"),
    ],
)
def test_answer_with_words_around_it(text: str, answer: str) -> None:
    """Where only a number fits, the words around it are left out."""
    assert say(text, Ask.ANSWER, Draft(number="+14165550123")).slots["answers"]["Q1"] == answer


def test_consent_while_the_centre_asks() -> None:
    """ "Don't text me" is no answer to what the call is about."""
    assert say("don't text me", Ask.ANSWER, OPEN_QUESTION).slots == {Ask.SMS: False}


def test_has_none() -> None:
    """Who does not have what an optional question asks for skips it."""
    assert say("i dont have my account number here", Ask.ANSWER, Draft(number="+1")).slots["answers"] == {"Q1": ""}


def test_nothing_to_say() -> None:
    """ "Skip" is no answer to a question that has to be answered; "no" may be one."""
    assert responses(say("skip", Ask.ANSWER, OPEN_QUESTION)) == ["utter_answer_required"]
    assert say("no", Ask.ANSWER, OPEN_QUESTION).slots["answers"]["Q2"] == "no"


def test_two_answers_at_once() -> None:
    """Two questions answered in one sentence are both answered."""
    heard = say("no thanks, and call me now", Ask.SMS)
    assert (heard.slots[Ask.SMS], heard.slots[Ask.WHEN]) == (False, "now")


def test_which_number() -> None:
    """Of two numbers one is chosen by its place or its last digits, and nothing is guessed."""
    both = say("416 555 0123 or 647 555 0188", Ask.NUMBER)
    assert (both.slots, both.narrowed) == ({Ask.NUMBER: None}, ("+14165550123", "+16475550188"))
    draft = READY.model_copy(update={"number": "", "narrowed": both.narrowed})
    for text in ("the second one", "2", "the one ending in 88"):
        assert say(text, Ask.NUMBER, draft).slots[Ask.NUMBER] == "+16475550188"


def test_same_number_as_before() -> None:
    """The number of the call before need not be said again."""
    draft = Draft(queue="B", last_number="+14165550123")
    assert say("the same number please", Ask.NUMBER, draft).slots[Ask.NUMBER] == "+14165550123"
    assert responses(say("the same number please", Ask.NUMBER, Draft(queue="B"))) == ["utter_number_missing"]


def test_between_two_queues() -> None:
    """Two queues that are equally near lead to one question back, and its answer is one of the two."""
    heard = say("a bill for a new order", Ask.QUEUE, Draft())
    assert heard.narrowed == ("B", "S")
    draft = Draft(narrowed=("B", "S"))
    assert say("the second", Ask.QUEUE, draft).slots == {Ask.QUEUE: "S"}


def test_yes_with_a_change_books_nothing() -> None:
    """A "yes" with a change in it changes, and does not book."""
    for text in ("yes but tomorrow at 9:30", "yes, but on 647 555 0199", "ok, for new orders instead"):
        assert say(text, Ask.CONFIRM).slots.get(Ask.CONFIRM) is not True


@pytest.mark.parametrize(
    ("asked", "emptied"),
    [
        (Ask.NUMBER, Ask.QUEUE),
        (Ask.SMS, Ask.ANSWER),
        (Ask.WHEN, Ask.SMS),
        (Ask.TIME, Ask.WHEN),
        (Ask.CONFIRM, Ask.WHEN),
    ],
)
def test_one_step_back(asked: Ask, emptied: Ask) -> None:
    """ "Back" asks the question before again."""
    heard = say("go back", asked)
    assert heard.slots[emptied] is None
    assert responses(say("go back", Ask.QUEUE, Draft())) == ["utter_first_question"]


def test_shall_it_be_dropped() -> None:
    """Whether to drop the request takes a "yes" or a "no"; an answer to the question before goes on with it."""
    draft = READY.model_copy(update={"sms": None})
    assert say("yes", Ask.LEAVE, draft).aside is Aside.STOP
    assert say("stop", Ask.LEAVE, draft).aside is Aside.STOP
    assert say("no, go on", Ask.LEAVE, draft).aside is Aside.GO_ON
    assert say("use 647 555 0199", Ask.LEAVE, draft).slots[Ask.NUMBER] == "+16475550199"
    assert next_ask(draft, MENU) is Ask.SMS


def test_patience() -> None:
    """The first failure says why, the second how a number is written, the third offers ways out and begins anew."""
    failures, told = Failures(), []
    for _ in range(4):
        heard, failures = with_patience(say("12", Ask.NUMBER, Draft(queue="B")), Ask.NUMBER, failures)
        told += responses(heard)
    assert told == ["utter_number_too_short", "utter_number_how", "utter_stuck_phone_number", "utter_number_too_short"]


def test_patience_is_not_lost_to_questions() -> None:
    """A question of the person's own is no failure, and an answer ends the count."""
    once = Failures(asked="phone_number", count=1)
    assert with_patience(say("are you a robot?", Ask.NUMBER), Ask.NUMBER, once)[1] == once
    assert with_patience(say("416 555 0199", Ask.NUMBER), Ask.NUMBER, once)[1] == Failures()


def test_extension_reaches_the_agent() -> None:
    """An extension goes with the last answer that has room for it, else as a note of its own."""
    questions = (ACCOUNT, TOPIC)
    assert answers_with_extension({"Q2": "a refund"}, questions, "")["Q2"] == "a refund"
    roomy = (ACCOUNT, TOPIC.model_copy(update={"max_length": 60}))
    assert answers_with_extension({"Q2": "a refund"}, roomy, "22") == {"Q2": "a refund (extension 22)"}
    assert answers_with_extension({"Q2": "a refund"}, questions, "22") == {"Q2": "a refund", "note": "(extension 22)"}


@pytest.mark.parametrize("asked", EVERY_QUESTION)
@pytest.mark.parametrize(
    "text", ["", "   ", "🙂", "😀😀😀", "asdfgh", "x" * 5000, "1 2 3 4 5 6 7 8 9", "\u202e\ud83d", "null"]
)
def test_anything_at_all(asked: Ask, text: str) -> None:
    """Whatever is typed gets an outcome, and none of it books."""
    assert say(text, asked, OPEN_QUESTION, intent="nlu_fallback", confidence=0.3).slots.get(Ask.CONFIRM) is not True
