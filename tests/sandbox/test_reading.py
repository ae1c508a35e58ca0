from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from sandbox.app import Sandbox, create_app
from sandbox.clock import Clock
from sandbox.company import (
    ACCOUNT_QUESTION_SID,
    ACCOUNT_SID,
    AUTH_TOKEN,
    BILLING_SID,
    KINDS_PROFILE_SID,
    MOVING_SID,
    OPTIN_SID,
    PROFILE_SID,
    SUPPORT_SID,
    TOPIC_QUESTION_SID,
    maple_telecom,
)
from tests.sandbox.asking import NUMBER, PROFILE, data, ordered, refused

BILLING = {"sid": BILLING_SID, "name": "Billing", "order": 1, "status": "active"}


async def test_a_profile(client: httpx.AsyncClient) -> None:
    """The profile tells its status, how many options it has, and which features are on."""
    expected = {
        "sid": PROFILE_SID,
        "name": "Maple Telecom chat",
        "status": "active",
        "total_options": 4,
        "sms": True,
        "questions": True,
        "scheduling": True,
    }
    assert data(await client.get(PROFILE)) == expected
    kinds = data(await client.get(f"/3.0/profile/{KINDS_PROFILE_SID}"))
    assert (kinds["name"], kinds["total_options"], kinds["sms"]) == ("Kinds", 1, False)
    assert data(await client.get("/3.0/profiles")) == {"profiles": [expected, kinds]}


async def test_options_in_their_order(client: httpx.AsyncClient) -> None:
    """The queues come in order with name and status; one alone looks the same."""
    options = data(await client.get(f"{PROFILE}/options"))["options"]
    assert [(o["order"], o["name"], o["status"]) for o in options] == [
        (1, "Billing", "active"),
        (2, "New orders", "active"),
        (3, "Technical support", "closed"),
        (4, "Moving home", "paused"),
    ]
    assert options[0] == BILLING
    assert data(await client.get(f"{PROFILE}/option/{BILLING_SID}")) == BILLING


async def test_questions(client: httpx.AsyncClient) -> None:
    """Two questions with their requirements; one alone looks the same."""
    questions = data(await client.get(f"{PROFILE}/questions"))["questions"]
    assert [(q["sid"], q["question"], q["required"], q["min_length"], q["max_length"]) for q in questions] == [
        (ACCOUNT_QUESTION_SID, "What is your account number?", False, 4, 12),
        (TOPIC_QUESTION_SID, "What is the call about?", True, 1, 200),
    ]
    assert data(await client.get(f"{PROFILE}/question/{TOPIC_QUESTION_SID}")) == questions[1]


async def test_questions_of_each_kind(client: httpx.AsyncClient) -> None:
    """The second profile asks for a text, for digits and for one of several choices."""
    questions = data(await client.get(f"/3.0/profile/{KINDS_PROFILE_SID}/questions"))["questions"]
    assert [(q["type"], q["required"], q["choices"]) for q in questions] == [
        ("text", True, []),
        ("digits", True, []),
        ("choice", False, ["English", "Français", "Deutsch"]),
    ]


async def test_scheduling_types(client: httpx.AsyncClient) -> None:
    """The interval is a string, the maxima are integers, days are integers, times are parallel lists of HH:MM."""
    scheduling = data(await client.get(f"{PROFILE}/scheduling"))
    assert scheduling["profile_sid"] == PROFILE_SID
    assert scheduling["offer_interval"] == "30"
    assert isinstance(scheduling["daily_overflow"], str)
    assert [type(scheduling[name]) for name in ("max_scheduled", "max_options")] == [int, int]
    assert scheduling["entries"] == [
        {
            "status": "active",
            "day_of_week": [1, 2, 3, 4, 5, 6, 7],
            "start_time": ["08:00", "13:00"],
            "end_time": ["12:00", "20:00"],
        }
    ]


async def test_schedule(client: httpx.AsyncClient) -> None:
    """An open option lists its next windows as local stamps; one that takes no orders lists none."""
    schedule = data(await client.get(f"{PROFILE}/option/{BILLING_SID}/schedule"))["schedule"]
    assert schedule[0] == {"start_time": "2026-11-23 09:30:00", "end_time": "2026-11-23 10:00:00"}
    assert len(schedule) == 19 + 6 * 22
    for sid in (SUPPORT_SID, MOVING_SID):
        assert data(await client.get(f"{PROFILE}/option/{sid}/schedule")) == {"schedule": []}


async def test_time_zones_and_opt_ins(client: httpx.AsyncClient) -> None:
    """Time zones are IANA names; an opt-in is listed and found by its SID."""
    assert {"America/Toronto", "Europe/Berlin"} < set(data(await client.get("/3.0/timezones"))["timezones"])
    optins = data(await client.get("/3.0/optins"))["optins"]
    assert data(await client.get(f"/3.0/optin/{OPTIN_SID}")) == optins[0]


@pytest.mark.parametrize(
    "path",
    [
        "profile/CP00000000000000000000000000000000",
        f"profile/{PROFILE_SID}/option/CO00000000000000000000000000000000",
        f"profile/{PROFILE_SID}/option/CO00000000000000000000000000000000/schedule",
        f"profile/{PROFILE_SID}/question/QU0",
        "call/CA00000000000000000000000000000000",
        "call/CA00000000000000000000000000000000/status",
        "callback/CA00000000000000000000000000000000/status",
        "optin/OI0",
    ],
)
async def test_unknown_sids(client: httpx.AsyncClient, path: str) -> None:
    """An unknown SID is HTTP 200 with head.status 500."""
    assert refused(await client.get(f"/3.0/{path}"))


@pytest.mark.parametrize(
    "path", ["", "nothing", "profile", "call", f"profile/{PROFILE_SID}/nothing", "callback/X/stat"]
)
async def test_unknown_paths(client: httpx.AsyncClient, path: str) -> None:
    """An unknown path is HTTP 404 with an envelope."""
    assert refused(await client.get(f"/3.0/{path}"), 404)


async def test_a_path_is_for_its_method_alone(client: httpx.AsyncClient) -> None:
    """A call cannot be started or cancelled by GET, nor a profile be posted."""
    sid = await ordered(client)
    assert refused(await client.get(f"/3.0/callback/{sid}/cancel"), 404)
    assert refused(await client.get("/3.0/callback"), 404)
    assert refused(await client.post(PROFILE), 404)
    assert refused(await client.put(PROFILE), 404)


@pytest.mark.parametrize("path", ["profiles", f"profile/{PROFILE_SID}", f"profile/{PROFILE_SID}/options", "calls"])
async def test_suffixes(client: httpx.AsyncClient, path: str) -> None:
    """`.json` changes nothing; `.xml` is refused honestly."""
    assert data(await client.get(f"/3.0/{path}.json")) == data(await client.get(f"/3.0/{path}"))
    assert "not simulated" in refused(await client.get(f"/3.0/{path}.xml"))


@pytest.mark.parametrize(
    "auth",
    [None, (ACCOUNT_SID, "0" * 64), ("AC" + "0" * 32, AUTH_TOKEN), ("", "")],
    ids=["none", "token", "account", "empty"],
)
async def test_wrong_credentials(app: Sandbox, auth: tuple[str, str] | None) -> None:
    """Without the right credentials everything is HTTP 401 with a challenge and an envelope."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://sandbox", auth=auth
    ) as client:
        for answer in (await client.get("/3.0/profiles"), await client.post("/3.0/callback")):
            assert refused(answer, 401)
            assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("header", ["Bearer abc", "Basic ???", "Basic", "Basic w6TDtg=="])
async def test_broken_credentials(app: Sandbox, header: str) -> None:
    """A header that is no HTTP Basic is refused like a wrong one."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sandbox") as client:
        assert refused(await client.get("/3.0/profiles", headers={"Authorization": header}), 401)


async def test_features_that_are_off(clock: Clock) -> None:
    """Without questions or scheduling the profile says so and their lists are empty."""
    company = maple_telecom()
    profile = replace(company.profiles[0], questions_on=False, scheduling=False, sms=False)
    app = create_app(company=replace(company, profiles=(profile,)), clock=clock)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://sandbox", auth=(ACCOUNT_SID, AUTH_TOKEN)
    ) as client:
        shape = data(await client.get(PROFILE))
        assert [shape[name] for name in ("sms", "questions", "scheduling")] == [False, False, False]
        assert data(await client.get(f"{PROFILE}/questions")) == {"questions": []}
        assert data(await client.get(f"{PROFILE}/scheduling"))["entries"] == []
        assert data(await client.get(f"{PROFILE}/option/{BILLING_SID}/schedule")) == {"schedule": []}


async def test_live_views(client: httpx.AsyncClient, clock: Clock) -> None:
    """Calls under way, waiting for capacity and waiting for their date are in one view each; finished ones in none."""
    now = await ordered(client)
    pending = await ordered(client, "14165550146")
    scheduled = await ordered(client, fc_start_date="2026-11-23 10:00:00")
    clock.advance(4)

    async def view(name: str) -> list[str]:
        return [entry["sid"] for entry in data(await client.get(f"/3.0/{name}"))[name]]

    assert [await view(name) for name in ("realtime", "pending", "scheduled")] == [[now], [pending], [scheduled]]
    assert await view("calls") == [now, pending, scheduled]
    clock.advance(100)
    assert [await view(name) for name in ("realtime", "pending", "scheduled")] == [[], [], [scheduled]]


async def test_a_list_entry(client: httpx.AsyncClient) -> None:
    """An entry tells whose call it is, for which option, when it was ordered and when it starts."""
    sid = await ordered(client, fc_start_date="2026-11-23 10:00:00", fc_sms="1")
    entry = {
        "sid": sid,
        "status": "Scheduled",
        "profile_sid": PROFILE_SID,
        "option_sid": BILLING_SID,
        "client_number": NUMBER,
        "created": "2026-11-23 09:02:00",
        "start_date": "2026-11-23 10:00:00",
        "duration": 0,
    }
    assert data(await client.get("/3.0/scheduled"))["scheduled"] == [entry]
    detail = data(await client.get(f"/3.0/call/{sid}"))
    assert {name: detail[name] for name in entry} == entry
    assert (detail["sms"], detail["scheduled"]) == (True, True)


async def test_calls_between_days(client: httpx.AsyncClient, clock: Clock) -> None:
    """Both filter days are included, each filter works alone, and a date in another form is refused."""
    monday = await ordered(client)
    clock.advance(86400)
    tuesday = await ordered(client)

    async def listed(query: str) -> list[str]:
        return [call["sid"] for call in data(await client.get(f"/3.0/calls.json?{query}"))["calls"]]

    assert await listed("start_date=2026-11-23&end_date=2026-11-24") == [monday, tuesday]
    assert await listed("start_date=2026-11-24") == [tuesday]
    assert await listed("end_date=2026-11-23") == [monday]
    assert await listed("start_date=2017-07-01&end_date=2017-08-01") == []
    assert await listed("start_date=&other=1") == [monday, tuesday]
    assert refused(await client.get("/3.0/calls?start_date=yesterday"))
    assert refused(await client.get("/3.0/calls?start_date=2026-13-01"))
