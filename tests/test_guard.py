"""The guard's rules: which numbers are called, when, and what is counted of a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from structlog.testing import capture_logs

from ringback.altering import order_anew
from ringback.desk import Desk
from ringback.following import Follower
from ringback.guard import Guard
from ringback.guard_settings import CodeSettings, GuardSettings, Limits, NumberKind, ProofFrom
from ringback.guarding.numbers import Allowed, why_not
from ringback.guarding.proofs import Step
from ringback.guarding.rules import Refusal, Rule
from ringback.ledger.store import Ledger
from ringback.models import CallbackRequest, Queue, State
from ringback.ordering import Ordering
from ringback.outcomes import AlreadyRequested, Booked, Guarded, Held, Moved, NotBooked, NotMoved
from ringback.providers.base import ProviderOffline, ProviderRefused
from ringback.settings import DeskFile, Settings
from tests.conftest import NUMBER, Clock, ScriptedProvider

MakeRequest = Callable[..., CallbackRequest]
KEY = "a key for the tests"
CANADA_AND_GERMANY = Allowed(countries=frozenset({"CA", "DE"}), kinds=GuardSettings().kinds)


def config(**guard: Any) -> DeskFile:
    return DeskFile.model_validate(
        {
            "region": "CA",
            "also_regions": ["DE"],
            "providers": [{"kind": "fonolo", "profile": "CP1", "timezone": "America/Toronto"}],
            "guard": guard,
        }
    )


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("+14165550123", None),
        ("+4915123456789", None),
        ("+493012345678", None),
        ("+4932123456789", None),  # VoIP
        ("+12125550123", Rule.COUNTRY),
        ("+18765551234", Rule.COUNTRY),  # Jamaica, which is +1 as well
        ("+33142685300", Rule.COUNTRY),
        ("+5352123456", Rule.COUNTRY),  # Cuba
        ("+23276123456", Rule.COUNTRY),  # Sierra Leone
        ("+19005550123", Rule.PREMIUM),
        ("+499001234567", Rule.PREMIUM),
        ("+33899123456", Rule.PREMIUM),
        ("+979123456789", Rule.PREMIUM),
        ("+491801234567", Rule.SHARED_COST),
        ("+80812345678", Rule.SHARED_COST),
        ("+18005550199", Rule.TOLL_FREE),
        ("+498001234567", Rule.TOLL_FREE),
        ("+80012345678", Rule.TOLL_FREE),
        ("+447012345678", Rule.PERSONAL),
        ("+4970012345678", Rule.PERSONAL),
        ("+447640123456", Rule.PAGER),
        ("+4918112345", Rule.COMPANY),
        ("+881612345678", Rule.SATELLITE),
        ("+87077312345", Rule.SATELLITE),
        ("+883510012345", Rule.SATELLITE),
        ("+1911", Rule.EMERGENCY),
        ("+49112", Rule.EMERGENCY),
        ("+44999", Rule.EMERGENCY),
        ("+1411", Rule.SHORT),
        ("+49116117", Rule.SHORT),
        ("+10000000000", Rule.NOT_A_NUMBER),
        ("+999123456", Rule.NOT_A_NUMBER),
        ("no number", Rule.NOT_A_NUMBER),
        ("", Rule.NOT_A_NUMBER),
    ],
)
def test_numbers_of_many_kinds(number: str, rule: Rule | None) -> None:
    """By default only ordinary numbers of the centre's own countries are called; each other kind has its own rule."""
    assert why_not(number, CANADA_AND_GERMANY) is rule


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_no_country_has_a_number_that_costs(region: str) -> None:
    """Whatever countries are allowed, no premium, shared-cost, pager or voicemail number of theirs is called."""
    everything = Allowed(countries=frozenset({"*"}), kinds=GuardSettings().kinds)
    for kind in (
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PAGER,
        phonenumbers.PhoneNumberType.VOICEMAIL,
    ):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is not None and phonenumbers.number_type(example) == kind:
            e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            assert why_not(e164, everything) is not None
    mobile = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if mobile is not None:
        e164 = phonenumbers.format_number(mobile, phonenumbers.PhoneNumberFormat.E164)
        assert why_not(e164, everything) is None
        home = Allowed(countries=frozenset({region}), kinds=GuardSettings().kinds)
        assert why_not(e164, home) is None


@given(st.text(max_size=20) | st.from_regex(r"\+[0-9]{1,16}", fullmatch=True))
def test_whatever_comes_is_judged(number: str) -> None:
    """Any text gets a verdict, and what is let through is a valid ordinary number of an allowed country."""
    if why_not(number, CANADA_AND_GERMANY) is None:
        parsed = phonenumbers.parse(number, None)
        assert phonenumbers.is_valid_number(parsed)
        assert phonenumbers.region_code_for_number(parsed) in {"CA", "DE"}


@given(st.integers(2, 12))
def test_blocked_by_any_beginning(length: int) -> None:
    """A number is blocked by itself and by everything that it begins with."""
    blocked = CANADA_AND_GERMANY.model_copy(update={"blocked": (NUMBER[:length],)})
    assert why_not(NUMBER, blocked) is Rule.BLOCKED


def test_settings_are_read_as_people_write_them() -> None:
    """A bare `off`, a number without quotes and one with blanks mean what they say; nonsense is an error."""
    read = GuardSettings.model_validate(yaml.safe_load('{proof: off, blocked: [+1900, "+44 70"], kinds: [mobile]}'))
    assert (read.proof, read.blocked, read.kinds) == (ProofFrom.OFF, ("+1900", "+4470"), {NumberKind.MOBILE})
    for wrong in ({"proof": "on"}, {"kinds": []}, {"kinds": ["horn"]}, {"countries": ["Canada"]}, {"blocked": ["911"]}):
        with pytest.raises(ValidationError):
            GuardSettings.model_validate(wrong)


def test_limits_off_book_nothing(request_for: MakeRequest) -> None:
    """A limit of 0 is none, and a test phone of the centre's is never counted."""
    none = {"hour": 0, "day": 0}
    off = Guard.of(config(limits=dict.fromkeys(("number", "person", "address", "channel", "desk"), none)), KEY)
    test_phone = Guard.of(config(unlimited=["+1416"]), KEY)
    for guard in (off, test_phone):
        admission = guard.admission(request_for("k"), provider="p", replaces=None)
        assert (admission.counted, admission.bounds) == ((), ())


def test_nothing_counted_is_in_clear(request_for: MakeRequest) -> None:
    """What the ledger is given to count holds neither number nor conversation, and differs under another key."""
    request = request_for("k", conversation="web-someone").model_copy(update={"address": "a1b2"})
    first, second = (Guard.of(config(), key).admission(request, provider="p", replaces=None) for key in (KEY, "other"))
    text = " ".join(first.subjects)
    assert "5550123" not in text and "someone" not in text and "a1b2" not in text
    assert {one.partition(":")[0] for one in first.subjects} == {
        *("phone", "line", "number", "person", "address", "channel", "desk")
    }
    assert not set(first.subjects) & set(second.subjects)


# -- at the desk ----------------------------------------------------------------------------------------------------


class Centre:
    """A guarded desk over a scripted provider."""

    def __init__(self, ledger: Ledger, provider: ScriptedProvider, clock: Clock, **guard: Any) -> None:
        rules = config(**guard)
        providers = {provider.name: provider}
        self.guard = Guard.of(rules, KEY)
        ordering = Ordering(ledger, providers, guard=self.guard, clock=clock)
        self.follower = Follower(ledger, providers, rules.following, ordering=ordering, clock=clock)
        self.desk = Desk(providers, ledger, ordering, self.follower, rules, guard=self.guard, clock=clock)


def rule_of(outcome: object) -> Rule:
    assert isinstance(outcome, Guarded), outcome
    return outcome.refusal.rule


def to(number: str, request: CallbackRequest) -> CallbackRequest:
    return request.model_copy(update={"number": number})


async def test_refused_before_it_is_stored(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """A number that may not be called reaches neither ledger nor provider; one log line says why, without it."""
    desk = Centre(ledger, provider, clock).desk
    with capture_logs() as lines:
        outcome = await desk.request(to("+19005550123", request_for("k")))
    assert rule_of(outcome) is Rule.PREMIUM
    assert provider.orders == [] and await ledger.everything() == []
    [line] = [one for one in lines if one["event"] == "guarded"]
    assert line["rule"] == "premium" and line["number"].startswith("+1 900")
    assert "5550123" not in str(lines) and "web-1" not in str(lines)


async def test_number_limit_says_when(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """Beyond its limit a number is refused whoever asks, until the oldest call is an hour old; another is called."""
    desk = Centre(ledger, provider, clock, one_open=False).desk
    began = clock()
    for place in range(3):
        assert isinstance(await desk.request(request_for(f"k{place}", conversation=f"web-{place}")), Booked)
        clock.pass_(60)
    outcome = await desk.request(request_for("k4", conversation="web-4"))
    assert isinstance(outcome, Guarded)
    assert outcome.refusal == Refusal(rule=Rule.NUMBER_LIMIT, again_at=began + 3600)
    assert isinstance(await desk.request(to("+16475550188", request_for("k5"))), Booked)
    clock.now = began + 3600
    assert isinstance(await desk.request(request_for("k6")), Booked)


async def test_person_limit(ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest) -> None:
    """One conversation orders so many calls an hour, to whatever numbers."""
    desk = Centre(ledger, provider, clock, limits={"person": {"hour": 2}}).desk
    for place in range(2):
        assert isinstance(await desk.request(to(f"+1416555010{place}", request_for(f"k{place}"))), Booked)
    assert rule_of(await desk.request(to("+14165550109", request_for("k3")))) is Rule.PERSON_LIMIT
    assert isinstance(await desk.request(to("+14165550109", request_for("k4", conversation="web-2"))), Booked)


async def test_address_limit(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """New conversations from one address share its limit; those of whom no address is known do not."""
    desk = Centre(ledger, provider, clock, limits={"address": {"day": 1}}).desk

    def ask(place: int, address: str) -> CallbackRequest:
        request = to(f"+1416555010{place}", request_for(f"k{place}", conversation=f"web-{place}"))
        return request.model_copy(update={"address": address})

    assert isinstance(await desk.request(ask(0, "here")), Booked)
    assert rule_of(await desk.request(ask(1, "here"))) is Rule.ADDRESS_LIMIT
    for place, address in ((2, "there"), (3, ""), (4, "")):
        assert isinstance(await desk.request(ask(place, address)), Booked)


async def test_double_tap_counts_once(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """A key that was booked is answered as already requested, at the limit as well, and takes no second place."""
    desk = Centre(ledger, provider, clock, limits={"number": {"hour": 2}}, one_open=False).desk
    outcomes = await asyncio.gather(*(desk.request(request_for("k")) for _ in range(6)))
    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyRequested"] * 5 + ["Booked"]
    assert isinstance(await desk.request(request_for("k2")), Booked)
    assert isinstance(await desk.request(request_for("k")), AlreadyRequested)
    assert rule_of(await desk.request(request_for("k3"))) is Rule.NUMBER_LIMIT


@pytest.mark.parametrize(
    ("error", "then"), [(ProviderOffline("no route"), Booked), (ProviderRefused("blocked"), Guarded)]
)
async def test_places_of_orders_that_were_not_taken(
    ledger: Ledger,
    provider: ScriptedProvider,
    clock: Clock,
    request_for: MakeRequest,
    error: Exception,
    then: type,
) -> None:
    """An order that never arrived gives all its places back; one that was refused still counts for who asked."""
    desk = Centre(ledger, provider, clock, limits={"number": {"hour": 1}, "person": {"hour": 1}}).desk
    provider.order_answer = error  # type: ignore[assignment]
    assert isinstance(await desk.request(request_for("k")), NotBooked)
    provider.order_answer = "CA2"
    again = await desk.request(request_for("k2"))
    assert isinstance(again, then)
    if then is Guarded:
        assert rule_of(again) is Rule.PERSON_LIMIT
        assert isinstance(await desk.request(request_for("k3", conversation="web-2")), Booked)


async def test_one_open_call_for_a_number_and_queue(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """While one call-back is open there is no second for the same number and queue; whose it is decides the words."""
    desk = Centre(ledger, provider, clock).desk
    assert isinstance(await desk.request(request_for("k")), Booked)
    assert rule_of(await desk.request(request_for("k2"))) is Rule.OPEN
    assert rule_of(await desk.request(request_for("k3", conversation="web-2"))) is Rule.OPEN_ELSEWHERE
    sales = request_for("k4").model_copy(update={"queue_id": "scripted:CO2"})
    assert isinstance(await desk.request(sales), Booked)
    await desk.cancel("k")
    assert isinstance(await desk.request(request_for("k5")), Booked)


async def test_cool_down_after_nobody_answered(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """A number at which nobody answered is left alone for a while, but for a time that lies after it."""
    desk = Centre(ledger, provider, clock).desk
    booked = await desk.request(request_for("k"))
    assert isinstance(booked, Booked)
    failed_at = clock()
    await ledger.change(booked.callback, state=State.FAILED_CUSTOMER, word="", now=failed_at, next_poll_at=None)
    clock.pass_(60)
    outcome = await desk.request(request_for("k2", conversation="web-2"))
    assert isinstance(outcome, Guarded)
    assert outcome.refusal == Refusal(rule=Rule.COOL_DOWN, again_at=failed_at + 120)
    assert isinstance(await desk.request(request_for("k3", later=3600)), Booked)
    clock.pass_(60)
    sales = request_for("k4").model_copy(update={"queue_id": "scripted:CO2"})
    assert isinstance(await desk.request(sales), Booked)


async def test_closing_soon(ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest) -> None:
    """In the last minutes before a queue closes no call for now is taken, but one for later is."""
    closes_at = datetime.fromtimestamp(clock() + 600, UTC)

    async def queues() -> list[Queue]:
        return [Queue(id="CO1", name="Billing", closes_at=closes_at)]

    provider.queues = queues  # type: ignore[method-assign]
    desk = Centre(ledger, provider, clock, closing=5, one_open=False).desk
    assert isinstance(await desk.request(request_for("k")), Booked)
    clock.pass_(300)
    outcome = await desk.request(request_for("k2"))
    assert isinstance(outcome, Guarded)
    assert outcome.refusal == Refusal(rule=Rule.CLOSING, again_at=closes_at.timestamp())
    assert isinstance(await desk.request(request_for("k3", later=timedelta(days=1).total_seconds())), Booked)


async def test_moved_call_keeps_its_place(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """A call that is ordered anew for another time is not in its own way, nor counted twice for its number."""
    desk = Centre(ledger, provider, clock, limits={"number": {"hour": 1}}).desk
    await desk.request(request_for("k", later=3600))
    slot = request_for("other", later=7200).time_slot
    assert slot is not None
    moved = await desk.move(await ledger.get("k"), slot, key="k2")
    assert isinstance(moved, Moved)
    assert (await ledger.get("k")).state is State.CANCELLED
    assert rule_of(await desk.request(request_for("k3", later=9000))) is Rule.OPEN


async def test_another_number_is_looked_at(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """A call is not given a number that may not be called; it stays as it was, and the reason is said."""
    desk = Centre(ledger, provider, clock).desk
    booked = await desk.request(request_for("k"))
    assert isinstance(booked, Booked)
    outcome = await order_anew(desk, booked.callback, key="k2", number="+19005550123")
    assert isinstance(outcome, NotMoved) and outcome.why == Refusal(rule=Rule.PREMIUM)
    assert (await ledger.get("k")).state is State.QUEUED and len(provider.orders) == 1
    assert isinstance(await order_anew(desk, booked.callback, key="k3", number="+16475550188"), Moved)


async def test_waiting_call_is_looked_at_again(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """A call for later that waits in the ledger is not ordered when its number has been blocked meanwhile."""
    provider.capabilities = provider.capabilities.model_copy(update={"time_slots": False})
    assert isinstance(await Centre(ledger, provider, clock).desk.request(request_for("k", later=60)), Held)
    clock.pass_(60)
    await Centre(ledger, provider, clock, blocked=[NUMBER]).follower.look(await ledger.get("k"))
    assert (await ledger.get("k")).state is State.REFUSED
    assert provider.orders == []
    assert [one.news.kind for one in await ledger.waiting_news("web-1")] == ["guarded"]


@pytest.mark.parametrize(
    ("proof", "channel", "own", "wanted"),
    [
        ("off", "website", False, False),
        ("website", "website", False, True),
        ("website", "slack", False, False),
        ("everywhere", "slack", False, True),
        ("everywhere", "whatsapp", True, False),
        ("everywhere", "whatsapp", False, True),
    ],
)
def test_who_has_to_prove(request_for: MakeRequest, proof: str, channel: str, own: bool, wanted: bool) -> None:
    """A proof is wanted where the switch says so, and never for a number that the channel vouches for."""
    request = request_for("k").model_copy(update={"channel": channel, "own_number": own})
    assert Guard.of(config(proof=proof), KEY).wants_proof(request) is wanted


async def test_unproven_number_is_not_called(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """Where a proof is wanted nothing is ordered without it, and with it only in that conversation and for its time."""
    centre = Centre(ledger, provider, clock, proof="website", one_open=False)
    assert rule_of(await centre.desk.request(request_for("k"))) is Rule.UNPROVEN
    await ledger.prove(centre.guard.proof_of("web-1", NUMBER), clock() + 100)
    assert isinstance(await centre.desk.request(request_for("k2")), Booked)
    assert rule_of(await centre.desk.request(request_for("k3", conversation="web-2"))) is Rule.UNPROVEN
    clock.pass_(100)
    assert rule_of(await centre.desk.request(request_for("k4"))) is Rule.UNPROVEN


def test_test_phones_need_no_proof(request_for: MakeRequest) -> None:
    """The centre's own test phones are called without a code."""
    assert not Guard.of(config(proof="everywhere", unlimited=["+1416"]), KEY).wants_proof(request_for("k"))


async def test_no_code_for_a_call_that_would_be_refused(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """A limit is told before a proof is asked for."""
    centre = Centre(ledger, provider, clock, proof="website", limits={"number": {"hour": 1}}, one_open=False)
    await ledger.prove(centre.guard.proof_of("web-1", NUMBER), clock() + 100)
    await centre.desk.request(request_for("k"))
    assert rule_of(await centre.desk.request(request_for("k2", conversation="web-2"))) is Rule.NUMBER_LIMIT


def test_the_projects_own_desk_has_the_default_guard() -> None:
    """The desk.yml that comes with the project guards as the defaults do, but for the sandbox's numbers."""
    ours = Settings().desk().guard
    assert ours.model_copy(update={"unlimited": ()}) == GuardSettings()
    assert all(prefix.startswith("+141655501") for prefix in ours.unlimited)


def test_every_rule_has_its_words_and_its_line() -> None:
    """Each rule and each step of a proof has its own sentence, and the documentation names all rules and settings."""
    files = (Path("domain/responses") / f"{name}.yml" for name in ("guard", "proof"))
    domain = {name for file in files for name in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"]}
    wanted = {f"utter_guard_{rule.value}" for rule in Rule}
    assert wanted - domain == set()
    assert {name for name in domain if name.startswith("utter_guard_")} - wanted == set()
    steps = {f"utter_proof_{step.value}" for step in Step} - {"utter_proof_proven"}
    assert {name for name in domain if name.startswith("utter_proof_")} == steps | {"utter_proof_not_a_code"}
    text = Path("docs/operations.md").read_text(encoding="utf-8")
    names = [f"`{rule.value}`" for rule in Rule]
    names += [f"`guard.{name}`" for name in GuardSettings.model_fields if name not in {"limits", "codes"}]
    names += [f"`guard.limits.{name}`" for name in Limits.model_fields]
    names += [f"`guard.codes.{name}`" for name in CodeSettings.model_fields]
    assert [name for name in names if name not in text] == []
