"""Everything that Fonolo's official Python client can do, with the client itself against a served sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import fonolo
import httpx
import pytest
from fonolo.exception import FonoloException

from sandbox.company import (
    ACCOUNT_QUESTION_SID,
    ACCOUNT_SID,
    AUTH_TOKEN,
    BILLING_SID,
    KINDS_PROFILE_SID,
    PROFILE_SID,
    SUPPORT_SID,
    TOPIC_QUESTION_SID,
)
from tests.sandbox.asking import NUMBER
from tests.sandbox.conftest import Served

Client = Any  # it comes without types
Connect = Callable[..., Client]


@pytest.fixture
def connect(sandbox: Served, monkeypatch: pytest.MonkeyPatch) -> Connect:
    # The client takes a proxy from the environment, even for this machine.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    def client(account: str = ACCOUNT_SID, token: str = AUTH_TOKEN) -> Client:
        one = fonolo.Client(account, token)
        one.options["url"] = f"{sandbox.url}/3.0/"
        return one

    return client


@pytest.fixture
def sdk(connect: Connect) -> Client:
    return connect()


@pytest.fixture
def control(sandbox: Served) -> Any:
    with httpx.Client(base_url=sandbox.url, trust_env=False, timeout=10) as client:
        yield client


def good(answer: Any) -> Any:
    assert answer["head"]["status"] == 200
    assert isinstance(answer["head"]["message"], str)
    return answer["data"]


def refused(answer: Any) -> str:
    assert answer["head"]["status"] == 500
    return str(answer["head"]["message"])


def started(sdk: Client, **more: str) -> str:
    return str(good(sdk.callback().start({"fc_number": NUMBER, "fc_option": BILLING_SID, **more}))["sid"])


def test_start_and_status(sdk: Client) -> None:
    """A started call-back has a SID and an address, and its status names the state."""
    taken = good(sdk.callback().start({"fc_number": NUMBER, "fc_option": BILLING_SID}))
    assert taken["status"] == f"/3.0/call/{taken['sid']}/status.json"
    status = good(sdk.callback(taken["sid"]).status())
    assert (status["sid"], status["status"]) == (taken["sid"], "Initialization")
    assert type(status["duration"]) is int


def test_a_scheduled_call_back(sdk: Client) -> None:
    """The start of a window of the option's schedule can be booked as it is, is listed, and can be cancelled."""
    schedule = good(sdk.profile(PROFILE_SID).option(BILLING_SID).schedule.get())["schedule"]
    sid = started(sdk, fc_start_date=schedule[2]["start_time"])
    status = good(sdk.callback(sid).status())
    assert (status["status"], status["start_date"]) == ("Scheduled", schedule[2]["start_time"])
    assert sid in [call["sid"] for call in good(sdk.scheduled.get())["scheduled"]]
    good(sdk.callback(sid).cancel())
    assert sid not in [call["sid"] for call in good(sdk.scheduled.get())["scheduled"]]


def test_cancel(sdk: Client) -> None:
    """A call-back can be cancelled once; the second time is a refusal, which the client hands back without raising."""
    callback = sdk.callback(started(sdk))
    good(callback.cancel())
    assert good(callback.status())["status"] == "Canceled"
    assert "over" in refused(callback.cancel())


def test_answers_and_consent(sdk: Client, control: httpx.Client) -> None:
    """Answers to questions and the wish for text messages arrive as they were given."""
    answer = {f"fc_answer[{TOPIC_QUESTION_SID}]": "a bill & a “question”", "fc_sms": "1"}
    sid = started(sdk, **answer)
    call = next(one for one in control.get("/sandbox/calls").json()["calls"] if one["sid"] == sid)
    assert (call["answers"], call["sms"]) == ({TOPIC_QUESTION_SID: "a bill & a “question”"}, True)


def test_profiles(sdk: Client) -> None:
    """Both profiles are listed; one alone looks the same."""
    profiles = good(sdk.profiles.get())["profiles"]
    assert [profile["sid"] for profile in profiles] == [PROFILE_SID, KINDS_PROFILE_SID]
    assert good(sdk.profile(PROFILE_SID).get()) == profiles[0]


def test_options(sdk: Client) -> None:
    """The queues of a profile are listed in order; one alone looks the same."""
    options = good(sdk.profile(PROFILE_SID).options.get())["options"]
    assert [option["order"] for option in options] == [1, 2, 3, 4]
    assert good(sdk.profile(PROFILE_SID).option(BILLING_SID).get()) == options[0]


def test_questions(sdk: Client) -> None:
    """The questions of a profile are listed; one alone looks the same."""
    profile = sdk.profile(PROFILE_SID)
    questions = good(profile.questions.get())["questions"]
    assert [question["sid"] for question in questions] == [ACCOUNT_QUESTION_SID, TOPIC_QUESTION_SID]
    assert good(profile.question(TOPIC_QUESTION_SID).get()) == questions[1]


def test_scheduling(sdk: Client) -> None:
    """The scheduling of a profile names its days and hours."""
    scheduling = good(sdk.profile(PROFILE_SID).scheduling.get())
    assert scheduling["profile_sid"] == PROFILE_SID
    assert len(scheduling["entries"][0]["start_time"]) == len(scheduling["entries"][0]["end_time"]) == 2


def test_calls(sdk: Client) -> None:
    """A call is found alone, among all calls and among those under way."""
    sid = started(sdk)
    assert good(sdk.call(sid).get())["client_number"] == NUMBER
    # This version of the client drops the filters.
    assert sid in [call["sid"] for call in good(sdk.calls.get({"start_date": "2017-07-01"}))["calls"]]
    assert sid in [call["sid"] for call in good(sdk.realtime.get())["realtime"]]


def test_time_zones(sdk: Client) -> None:
    """The time zones are IANA names."""
    assert "America/Toronto" in good(sdk.timezones.get())["timezones"]


def test_a_whole_life(sdk: Client, control: httpx.Client) -> None:
    """Polled while the time is moved on, a call-back goes through every documented state to Success."""
    callback = sdk.callback(started(sdk))
    seen = []
    while not seen or seen[-1] != "Success":
        seen.append(good(callback.status())["status"])
        assert len(seen) < 20
        control.post("/sandbox/clock", json={"advance": 3})
    assert list(dict.fromkeys(seen)) == [
        "Initialization",
        "Calling Target",
        "Holding",
        "Calling Client",
        "Call In Progress",
        "Success",
    ]


@pytest.mark.parametrize("failure_http", [200, 500])
def test_refusals(sdk: Client, control: httpx.Client, failure_http: int) -> None:
    """A closed queue, a broken number and unknown SIDs are refusals, whatever their HTTP status."""
    control.post("/sandbox/settings", json={"failure_http": failure_http})
    try:
        assert refused(sdk.callback().start({"fc_number": NUMBER, "fc_option": SUPPORT_SID}))
        assert refused(sdk.callback().start({"fc_number": "+" + NUMBER, "fc_option": BILLING_SID}))
        assert refused(sdk.callback().start({}))
        assert refused(sdk.callback("CA" + "0" * 32).status())
        assert refused(sdk.profile("CP" + "0" * 32).get())
        assert refused(sdk.profile(PROFILE_SID).option("CO" + "0" * 32).schedule.get())
    finally:
        control.post("/sandbox/settings", json={"failure_http": 200})


def test_credentials(connect: Connect) -> None:
    """The client insists on a shape, which the sandbox's credentials have; wrong ones of that shape are refused."""
    assert refused(connect(token="0" * 64).profiles.get())
    with pytest.raises(FonoloException):
        connect(token="short")


def test_what_is_no_json(sdk: Client, control: httpx.Client) -> None:
    """A proxy's page and a broken answer are the client's own exception."""
    for mode in ("bad_gateway", "garbage"):
        control.post("/sandbox/faults", json={"mode": mode, "only": "/3.0/profiles"})
        try:
            with pytest.raises(FonoloException):
                sdk.profiles.get()
        finally:
            control.post("/sandbox/faults", json={"mode": "none"})
