"""What the client sends to Fonolo, and what it makes of the answers that the documents show."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from ringback.models import Availability, Order, Sighting, State
from ringback.providers.base import NotConfigured, UnexpectedAnswer
from ringback.providers.fonolo import GRACE_WORDS, FonoloNames, state_of
from tests.providers.fonolo_double import (
    ACCOUNT,
    CALL,
    NUMBER,
    OPTION,
    ORDER,
    OTHER_OPTION,
    PROFILE,
    TOKEN,
    Double,
    envelope,
    form,
)


def assert_authorised(request: httpx.Request) -> None:
    """The request carries HTTP Basic credentials, unasked."""
    credentials = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert request.headers["authorization"] == f"Basic {credentials}"
    assert request.url.userinfo == b""


async def test_profile() -> None:
    """The profile is read from `profile/{CP}`."""
    data = {"sid": PROFILE, "name": "Web", "status": "active", "sms": True, "questions": True, "scheduling": False}
    double = Double(envelope(data))
    profile = await double.fonolo().profile()
    assert (double.only.method, str(double.only.url)) == ("GET", f"https://fonolo.example/3.0/profile/{PROFILE}")
    assert_authorised(double.only)
    assert (profile.id, profile.name, profile.availability) == (PROFILE, "Web", Availability.ACTIVE)
    assert (profile.sms, profile.asks_questions, profile.schedules) == (True, True, False)


@pytest.mark.parametrize("yes", [True, "true", "True", 1, "1", "yes", 1.0])
@pytest.mark.parametrize("no", [False, "false", "FALSE", 0, "0", "", None, "no"])
async def test_booleans_in_every_form(yes: object, no: object) -> None:
    """True and false are understood as JSON booleans, words and numbers."""
    profile = await Double(envelope({"sms": yes, "questions": no, "scheduling": yes})).fonolo().profile()
    assert (profile.sms, profile.asks_questions, profile.schedules) == (True, False, True)


async def test_queues_in_fonolos_order() -> None:
    """Options are read from `profile/{CP}/options`, sorted by position, closed and paused ones included."""
    options = [
        {"sid": OTHER_OPTION, "name": "Sales", "order": "2", "status": "Closed", "new_field": {}},
        {"sid": OPTION, "name": "Billing", "order": 1, "status": "ACTIVE"},
        {"sid": "CO" + "2d" * 16, "name": "Other", "order": 3, "status": "on holiday"},
        {"sid": "nonsense", "name": "Not to be ordered"},
    ]
    double = Double(envelope({"options": options}))
    queues = await double.fonolo().queues()
    assert (double.only.method, double.only.url.path) == ("GET", f"/3.0/profile/{PROFILE}/options")
    assert [queue.name for queue in queues] == ["Billing", "Sales", "Other"]
    assert [queue.availability for queue in queues] == [Availability.ACTIVE, Availability.CLOSED, Availability.PAUSED]
    assert queues[0].id == OPTION


@pytest.mark.parametrize(
    "data",
    [
        [{"sid": OPTION, "name": "Billing"}],
        {"options": [{"sid": OPTION, "name": "Billing"}]},
        {"call_options": [{"sid": OPTION, "name": "Billing"}], "total": 1},
        {"options": {"0": {"sid": OPTION, "name": "Billing"}}},
        {OPTION: {"sid": OPTION, "name": "Billing"}},
    ],
)
async def test_lists_in_every_container(data: object) -> None:
    """A list may be bare, under the assumed key, under another one, or a PHP array with holes."""
    queues = await Double(envelope(data)).fonolo().queues()
    assert [(queue.id, queue.name) for queue in queues] == [(OPTION, "Billing")]


@pytest.mark.parametrize("data", [[], {}, {"options": []}, {"options": None}, {"options": [], "total": 0}])
async def test_no_options_at_all(data: object) -> None:
    """An empty list is an answer."""
    assert await Double(envelope(data)).fonolo().queues() == []


@pytest.mark.parametrize("data", ["text", 7, {"total": 1}, [1, 2], [{"name": "no sid"}], {"options": "text"}])
async def test_lists_that_are_none(data: object) -> None:
    """A success without a usable list is not taken for an empty one."""
    with pytest.raises(UnexpectedAnswer):
        await Double(envelope(data)).fonolo().queues()


async def test_questions() -> None:
    """Questions are read from `profile/{CP}/questions`, numbers as numbers or digits."""
    questions = [
        {"sid": "QU1", "name": "Account", "required": "true", "min_length": "4", "max_length": 8},
        {"sid": 12, "question": "Which product?", "choices": ["Phone", 2]},
    ]
    double = Double(envelope({"questions": questions}))
    first, second = await double.fonolo().questions()
    assert double.only.url.path == f"/3.0/profile/{PROFILE}/questions"
    assert (first.id, first.text, first.required, first.min_length, first.max_length) == ("QU1", "Account", True, 4, 8)
    assert (second.id, second.text, second.required, second.max_length) == ("12", "Which product?", False, None)
    assert second.choices == ("Phone", "2")


async def test_time_slots() -> None:
    """Windows are local to the account's zone, echoed as they came, sorted, and past ones are left out."""
    windows = [
        {"start_time": "2026-11-23 10:30:00", "end_time": "2026-11-23 11:00:00"},
        {"start_time": "2026-11-23 09:30:00", "end_time": "2026-11-23 10:00:00"},
        {"start_time": "2026-11-23 08:30:00", "end_time": "2026-11-23 09:00:00"},
        {"start_time": ["09:00"], "end_time": ["12:00"]},
        {"start_time": "2026-11-23 09:30:00", "end_time": "2026-11-23 10:00:00"},
    ]
    double = Double(envelope({"schedule": windows}))
    slots = await double.fonolo().time_slots(OPTION)
    assert double.only.url.path == f"/3.0/profile/{PROFILE}/option/{OPTION}/schedule"
    assert [slot.start for slot in slots] == ["2026-11-23 09:30:00", "2026-11-23 10:30:00"]
    assert slots[0].starts_at == datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert slots[0].ends_at == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # Clocks go from 02:00 to 03:00 on 14 March 2027 in Toronto and back from 02:00 to 01:00 on 1 November.
        ("2027-03-14 02:30:00", "2027-03-14 03:00:00", None),
        ("2027-03-14 01:30:00", "2027-03-14 02:00:00", ("06:30", "07:00")),
        ("2027-03-14 03:00:00", "2027-03-14 03:30:00", ("07:00", "07:30")),
        ("2027-11-07 01:30:00", "2027-11-07 01:45:00", ("05:30", "05:45")),
        ("2027-11-07 02:00:00", "2027-11-07 02:30:00", ("07:00", "07:30")),
        ("2027-06-01T09:00", None, ("13:00", "13:00")),
        ("2027-06-01 09:00:00+00:00", "2027-06-01 10:00:00+00:00", ("09:00", "10:00")),
    ],
)
async def test_clock_changes(start: str, end: str | None, expected: tuple[str, str] | None) -> None:
    """A start that the clocks skip is dropped, one that comes twice is the first; an end in the gap is the gap."""
    slots = await Double(envelope([{"start_time": start, "end_time": end}])).fonolo().time_slots(OPTION)
    found = [(f"{slot.starts_at:%H:%M}", f"{slot.ends_at:%H:%M}") for slot in slots]
    assert found == ([expected] if expected else [])


async def test_order_now() -> None:
    """An order for now is a form with bare digits and the option, and nothing else."""
    double = Double(envelope({"sid": CALL, "status": f"/3.0/call/{CALL}/status.json"}))
    assert await double.fonolo().order(ORDER) == CALL
    assert (double.only.method, double.only.url.path, double.only.url.query) == ("POST", "/3.0/callback", b"")
    assert double.only.headers["content-type"] == "application/x-www-form-urlencoded"
    assert_authorised(double.only)
    assert form(double.only) == {"fc_number": "14165550123", "fc_option": OPTION}


async def test_order_with_everything() -> None:
    """A booked order echoes the window's start; consent and answers go under the assumed names."""
    order = Order(
        queue_id=OPTION,
        number="+4915123456789",
        start="2026-11-23 10:30:00",
        sms=True,
        answers={"QU1": "Käse & Brot = 1+1", "QU2": ""},
    )
    double = Double(envelope({"sid": CALL}))
    await double.fonolo().order(order)
    assert form(double.only) == {
        "fc_number": "4915123456789",
        "fc_option": OPTION,
        "fc_start_date": "2026-11-23 10:30:00",
        "fc_sms": "1",
        "fc_answer[QU1]": "Käse & Brot = 1+1",
    }


async def test_assumed_names_can_be_overridden() -> None:
    """Every assumed name is one entry of one table."""
    names = FonoloNames(
        sms_parameter="fc_text", sms_value="true", answer_parameter="fc_q_{question}", option_name="title"
    )
    order = Order(queue_id=OPTION, number=NUMBER, sms=True, answers={"QU1": "a"})
    double = Double(envelope({"sid": CALL}))
    await double.fonolo(names=names).order(order)
    assert form(double.only).items() >= {"fc_text": "true", "fc_q_QU1": "a"}.items()
    queues = await Double(envelope([{"sid": OPTION, "title": "Billing"}])).fonolo(names=names).queues()
    assert queues[0].name == "Billing"


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Initialization", State.QUEUED),
        ("Pending", State.QUEUED),
        ("Scheduled", State.SCHEDULED),
        ("Calling Target", State.CALLING_AGENT),
        ("Holding", State.HOLDING),
        ("Calling Client", State.CALLING_CUSTOMER),
        ("Call In Progress", State.CONNECTED),
        ("Success", State.COMPLETED),
        ("Canceled", State.CANCELLED),
        ("Deleted", State.CANCELLED),
        ("Failed", State.FAILED),
        ("Error Callback", State.FAILED),
    ],
)
async def test_status_words(word: str, state: State) -> None:
    """Each of Fonolo's twelve words has one state, in any case, and comes back in Fonolo's spelling."""
    for spelt in (word, word.upper(), word.replace(" ", "_").lower()):
        data = {"sid": CALL, "status": spelt, "start_date": "2026-11-23 15:30:00", "duration": 31, "details": "…"}
        double = Double(envelope(data))
        assert await double.fonolo().status(CALL) == Sighting(state=state, word=word, timer=31)
        assert (double.only.method, double.only.url.path) == ("GET", f"/3.0/callback/{CALL}/status")
        assert_authorised(double.only)


def test_the_grace_word_is_a_word_of_the_table() -> None:
    """The word with a grace period looks like a failure."""
    assert [state_of(word) for word in GRACE_WORDS] == [State.FAILED]


async def test_unknown_word_survives() -> None:
    """A word that nobody knows is handed on without a state, made fit for a log."""
    sighting = await Double(envelope({"status": "Awaiting\n+1 416 555 0123", "duration": "7"})).fonolo().status(CALL)
    assert sighting == Sighting(state=None, word="Awaiting •••", timer=7)


@pytest.mark.parametrize(
    "data", [None, [], {}, {"status": ""}, {"status": 7.5e400}, {"status": f"/3.0/call/{CALL}/status.json"}]
)
async def test_status_without_a_word(data: object) -> None:
    """A status answer without a status word is not one; a URL is no word."""
    with pytest.raises(UnexpectedAnswer):
        await Double(httpx.Response(200, text=_json(data))).fonolo().status(CALL)


def _json(data: object) -> str:
    return json.dumps({"head": {"status": 200}, "data": data})


async def test_status_of_another_call_back_is_refused() -> None:
    """News about another call-back is no news about this one."""
    with pytest.raises(UnexpectedAnswer):
        await Double(envelope({"sid": "CA" + "ff" * 16, "status": "Success"})).fonolo().status(CALL)


async def test_cancel() -> None:
    """A cancellation is a POST without a body; the answer needs no data."""
    double = Double(envelope())
    await double.fonolo().cancel(CALL)
    assert (double.only.method, double.only.url.path) == ("POST", f"/3.0/callback/{CALL}/cancel")
    assert double.only.headers["content-length"] == "0"
    assert_authorised(double.only)


@pytest.mark.parametrize(
    "sid", ["", "CA", CALL.upper(), CALL + "\n", f"../{CALL}", CALL + "/x", "CA" + "g" * 32, CALL[:-1]]
)
async def test_no_url_from_anything_but_a_sid(sid: str) -> None:
    """What is not a SID is refused before anything is sent."""
    double = Double(envelope({}))
    fonolo = double.fonolo()
    for call in (fonolo.status(sid), fonolo.cancel(sid), fonolo.time_slots(sid)):
        with pytest.raises(UnexpectedAnswer):
            await call
    with pytest.raises(UnexpectedAnswer) as refused:
        await fonolo.order(ORDER.model_copy(update={"queue_id": sid}))
    assert not refused.value.may_have_arrived
    with pytest.raises(UnexpectedAnswer):
        await fonolo.order(ORDER.model_copy(update={"answers": {"a]&fc_number": "1"}}))
    assert not double.requests


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"account_sid": ""}, "RINGBACK_FONOLO_ACCOUNT_SID"),
        ({"account_sid": "AC123"}, "RINGBACK_FONOLO_ACCOUNT_SID"),
        ({"auth_token": ""}, "RINGBACK_FONOLO_AUTH_TOKEN"),
        ({"auth_token": "secret-but-short"}, "RINGBACK_FONOLO_AUTH_TOKEN"),
        ({"profile": ""}, "profile"),
        ({"profile": "../calls"}, "profile"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"base_url": ""}, "RINGBACK_FONOLO_URL"),
        ({"base_url": "ftp://fonolo.example/"}, "RINGBACK_FONOLO_URL"),
        ({"base_url": "https://user:pass@fonolo.example/"}, "RINGBACK_FONOLO_URL"),
        ({"base_url": "https://[::1"}, "RINGBACK_FONOLO_URL"),
        ({"names": FonoloNames(answer_parameter="fc_answer")}, "answer_parameter"),
    ],
)
async def test_missing_settings_are_named_when_used(changes: dict[str, Any], setting: str) -> None:
    """A missing or malformed setting is an error at the first use, which names the setting and sends nothing."""
    double = Double(envelope({}))
    fonolo = double.fonolo(**changes)
    for call in (fonolo.profile(), fonolo.status(CALL), fonolo.order(ORDER), fonolo.cancel(CALL), fonolo.find(ORDER)):
        with pytest.raises(NotConfigured, match=setting) as missing:
            await call
        assert "secret-but-short" not in str(missing.value)
        assert "pass@" not in str(missing.value)
    assert not double.requests


async def test_base_url_with_or_without_a_slash() -> None:
    """The address works however it ends."""
    for base_url in ("https://fonolo.example/3.0", "https://fonolo.example/3.0/"):
        double = Double(envelope({}))
        await double.fonolo(base_url=base_url).profile()
        assert double.only.url.path == f"/3.0/profile/{PROFILE}"


def test_says_what_it_can_do() -> None:
    """Fonolo can do everything that a provider may be able to do."""
    fonolo = Double(envelope()).fonolo(name="ours")
    assert fonolo.name == "ours"
    assert set(fonolo.capabilities.model_dump().values()) == {True}
