"""What the client sends to TENIOS, and what it makes of the answers that the documents show."""

from __future__ import annotations

import json

import httpx
import pytest

from ringback.models import Sighting, State
from ringback.providers.base import (
    NotSupported,
    ProviderError,
    ProviderOffline,
    ProviderRefused,
    UnexpectedAnswer,
    WrongCredentials,
)
from tests.providers.fonolo_double import Answer
from tests.providers.tenios_double import (
    CALL,
    CONFIG,
    KEY,
    NUMBER,
    ORDER,
    OTHER_CONFIG,
    Double,
    complaint,
    says,
    sent,
)

TAKEN = httpx.Response(200, json={"id": 4711})


async def order_error(answer: Answer) -> ProviderError:
    """The error of an order, which is never sent twice."""
    double = Double(answer)
    with pytest.raises(ProviderError) as raised:
        await double.tenios().order(ORDER)
    assert len(double.requests) == 1
    return raised.value


async def test_order() -> None:
    """An order is a JSON object with the key, the configuration, the number with its plus, and no delay."""
    double = Double(TAKEN)
    assert await double.tenios().order(ORDER) == CALL
    assert str(double.only.url) == "https://tenios.example/callback/init"
    assert sent(double.only) == {
        "access_key": KEY,
        "callback_config_id": CONFIG,
        "callback_number": NUMBER,
        "delay": 0,
    }
    assert "authorization" not in double.only.headers


async def test_order_with_everything() -> None:
    """The agent hears the note in raw UTF-8, and presses the queue's key before the customer is rung."""
    double = Double(TAKEN)
    order = ORDER.model_copy(update={"queue_id": OTHER_CONFIG, "note": "Kundin Müller,\nbitte 1 drücken.\ud800"})
    await double.tenios().order(order)
    content = sent(double.only)
    assert content["agent_announcement"] == "Kundin Müller, bitte 1 drücken."
    assert content["dtmf_key_to_trigger_customer_call"] == "1"
    assert "drücken".encode() in double.only.content


async def test_answers_are_announced_without_a_note() -> None:
    """Answers reach the agent in the queue's own words when nobody wrote a note."""
    double = Double(TAKEN)
    tenios = double.tenios()
    about, _name = await tenios.questions(OTHER_CONFIG)
    await tenios.order(ORDER.model_copy(update={"queue_id": OTHER_CONFIG, "answers": {about.id: "my {answers} bill"}}))
    assert sent(double.only)["agent_announcement"] == "A web customer. What is it about: my {answers} bill"


@pytest.mark.parametrize(("start", "ordered"), [("2026-11-23T09:30", True), ("2026-11-23T10:30", False)])
async def test_a_booked_call_is_ordered_when_it_is_due(start: str, ordered: bool) -> None:
    """TENIOS calls at once: a time that has come is ordered, one in the future never."""
    double = Double(TAKEN)
    order = ORDER.model_copy(update={"start": start})
    if ordered:
        assert await double.tenios().order(order) == CALL
        assert sent(double.only)["delay"] == 0
    else:
        with pytest.raises(NotSupported, match="due") as early:
            await double.tenios().order(order)
        assert not early.value.may_have_arrived
        assert not double.requests


@pytest.mark.parametrize(("wire", "ours"), [(4711, "4711"), ("4711", "4711"), (4711.0, "4711"), ("a-7", "a-7")])
async def test_ids_as_numbers_and_strings(wire: object, ours: str) -> None:
    """An id may come as a number or a string, and goes back as a number where it is one."""
    double = Double(httpx.Response(200, json={"id": wire}), says("ACCEPTED"))
    tenios = double.tenios()
    assert await tenios.order(ORDER) == ours
    await tenios.status(ours)
    assert sent(double.requests[1]) == {"access_key": KEY, "id": 4711 if ours == CALL else ours}


@pytest.mark.parametrize("wire", [None, True, 0, -1, "", "0", "../x", [4711], {"id": 1}, 1e400, 4711.5, "9" * 65])
async def test_no_usable_id(wire: object) -> None:
    """A success without a usable id leaves it open whether the call was ordered."""
    error = await order_error(httpx.Response(200, text=json.dumps({"id": wire})))
    assert isinstance(error, UnexpectedAnswer)
    assert error.may_have_arrived


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("REQUESTED", State.QUEUED),
        ("ACCEPTED", State.QUEUED),
        ("CALLING_A", State.CALLING_AGENT),
        ("CALL_A_FAILED", State.FAILED_AGENT),
        ("CALLING_B", State.CALLING_CUSTOMER),
        ("CALL_B_FAILED", State.FAILED_CUSTOMER),
        ("CONNECTED", State.CONNECTED),
        ("DISCONNECTED", State.COMPLETED),
    ],
)
async def test_status_words(word: str, state: State) -> None:
    """Each of TENIOS's eight words has one state, in any case, and comes back in TENIOS's spelling."""
    for spelt in (word, word.lower(), word.replace("_", " ").title()):
        double = Double(says(spelt))
        assert await double.tenios().status(CALL) == Sighting(state=state, word=word)
        assert str(double.only.url) == "https://tenios.example/callback/status"
        assert sent(double.only) == {"access_key": KEY, "id": 4711}


async def test_unknown_word_survives() -> None:
    """A word that nobody knows is handed on without a state, made fit for a log."""
    sighting = await Double(says("ON_HOLD\n+49 151 12345678")).tenios().status(CALL)
    assert sighting == Sighting(state=None, word="ON_HOLD •••")


@pytest.mark.parametrize("body", [{}, {"status": ""}, {"status": 7}, {"status": None}, {"status": ["CONNECTED"]}, []])
async def test_status_without_a_word(body: object) -> None:
    """A status answer without a status word is not one."""
    with pytest.raises(UnexpectedAnswer):
        await Double(httpx.Response(200, json=body)).tenios().status(CALL)


async def test_status_of_another_call_back_is_refused() -> None:
    """News about another call-back is no news about this one."""
    with pytest.raises(UnexpectedAnswer):
        await Double(httpx.Response(200, json={"id": "4712", "status": "CONNECTED"})).tenios().status(CALL)


async def test_a_status_is_a_read_and_tried_once_more() -> None:
    """Asking how a call goes is a POST but harmless: without a connection it is tried once more."""
    double = Double(httpx.ConnectError("no"), says("CONNECTED"))
    assert (await double.tenios().status(CALL)).state is State.CONNECTED
    double = Double(httpx.ReadTimeout("no"))
    with pytest.raises(ProviderOffline) as raised:
        await double.tenios().status(CALL)
    assert len(double.requests) == 1
    assert not raised.value.may_have_arrived


async def test_bad_credentials_name_both_suspects() -> None:
    """BAD_CREDENTIALS to an order can mean the key or the queue's configuration; to a status, only the key."""
    error = await order_error(complaint("BAD_CREDENTIALS", "Bad credentials"))
    assert isinstance(error, WrongCredentials)
    assert not error.may_have_arrived
    assert "RINGBACK_TENIOS_ACCESS_KEY" in str(error)
    assert "callback_config_id of queue 'Billing'" in str(error)
    with pytest.raises(WrongCredentials, match="RINGBACK_TENIOS_ACCESS_KEY") as asked:
        await Double(complaint("BAD_CREDENTIALS")).tenios().status(CALL)
    assert "callback_config_id" not in str(asked.value)


@pytest.mark.parametrize("code", [401, 403])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error_code": "X", "error_message": "no", "fields": []}'])
async def test_wrong_key_by_http(code: int, body: bytes) -> None:
    """HTTP 403 means the key (or the address we call from), whatever the body says."""
    error = await order_error(httpx.Response(code, content=body))
    assert isinstance(error, WrongCredentials)
    assert not error.may_have_arrived


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            complaint("FIELD_IS_REQUIRED", "Parameter 'delay' is required", ["delay"]),
            "FIELD_IS_REQUIRED: Parameter 'delay' is required (delay)",
        ),
        (
            complaint("INVALID_VALUE", fields=["callback_number"]),
            "INVALID_VALUE: Invalid parameter type or format (callback_number)",
        ),
        (complaint("INVALID_FIELD", "Invalid value - '+4915112345678' ."), "INVALID_FIELD: Invalid value - '•••' ."),
        (complaint("SOMETHING_NEW", ""), "SOMETHING_NEW"),
        (complaint("INVALID_JSON", http=422), "INVALID_JSON: Invalid parameter type or format"),
        (complaint("INVALID_VALUE", "No", http=404), "INVALID_VALUE: No"),
        (complaint("INVALID_VALUE", "No", http=200), "INVALID_VALUE: No"),
        (httpx.Response(400, json={"error_code": "X", "success": False}), "X"),
        (httpx.Response(400, json={"error_code": "X", "status": 400, "fields": "delay"}), "X (delay)"),
        (httpx.Response(400, json={"error_code": "X", "field s": ["delay"]}), "X (delay)"),
    ],
)
async def test_refusals(answer: httpx.Response, words: str) -> None:
    """An error code that anybody may add is a refusal in TENIOS's words, and the order certainly was not taken."""
    error = await order_error(answer)
    assert isinstance(error, ProviderRefused)
    assert error.words == words
    assert not error.may_have_arrived


@pytest.mark.parametrize(
    ("answer", "kind", "unsure"),
    [
        (httpx.Response(500), ProviderOffline, True),
        (httpx.Response(502, html="<h1>Bad gateway</h1>"), ProviderOffline, True),
        (complaint("INTERNAL_ERROR", http=500), ProviderOffline, True),
        (httpx.Response(404), UnexpectedAnswer, False),
        (httpx.Response(404, html="<h1>Not found</h1>"), UnexpectedAnswer, False),
        (httpx.Response(400), UnexpectedAnswer, False),
        (httpx.Response(400, text="Bad request"), UnexpectedAnswer, False),
        (httpx.Response(400, json={"id": 4711}), UnexpectedAnswer, False),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example/"}), UnexpectedAnswer, True),
        (httpx.Response(408), UnexpectedAnswer, True),
        (httpx.Response(200), UnexpectedAnswer, True),
        (httpx.Response(204), UnexpectedAnswer, True),
        (httpx.Response(200, html="<h1>Welcome</h1>"), UnexpectedAnswer, True),
        (httpx.Response(200, json={"success": False}), UnexpectedAnswer, True),
        (httpx.Response(200, json={"id": 1, "error_code": "X"}), UnexpectedAnswer, True),
    ],
)
async def test_answers_outside_the_contract(answer: httpx.Response, kind: type[ProviderError], unsure: bool) -> None:
    """An unusable answer to an order leaves it open whether it was taken, except where HTTP rules that out."""
    error = await order_error(answer)
    assert type(error) is kind
    assert error.may_have_arrived is unsure


async def test_too_many_requests() -> None:
    """HTTP 429 is an outage that names its end, and nothing was ordered."""
    error = await order_error(httpx.Response(429, headers={"Retry-After": "30"}))
    assert isinstance(error, ProviderOffline)
    assert (error.retry_after, error.may_have_arrived) == (30.0, False)


async def test_what_tenios_cannot_do() -> None:
    """Cancelling and looking up are refused as not supported, and nothing is sent."""
    double = Double(TAKEN)
    tenios = double.tenios()
    for call in (tenios.cancel(CALL), tenios.find(ORDER)):
        with pytest.raises(NotSupported):
            await call
    assert not double.requests
    assert set(tenios.capabilities.model_dump().values()) == {False}


async def test_a_complaint_repeats_no_answer() -> None:
    """TENIOS quotes bad values; what the customer answered stays out of the error all the same."""
    note = "What is it about: my divorce"
    double = Double(complaint("INVALID_FIELD", f"Invalid value - '{note}' or 'my divorce'", [note]))
    with pytest.raises(ProviderRefused) as raised:
        await double.tenios().order(ORDER.model_copy(update={"note": note, "answers": {"Q1": "my divorce"}}))
    assert "divorce" not in repr(raised.value)
