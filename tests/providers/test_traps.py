"""Traps of the two wires into which a client could fall, one test for each that no other test names."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from ringback.models import Callback, State
from ringback.providers.base import ProviderRefused, UnexpectedAnswer, WrongCredentials
from ringback.states import Moved, step
from tests.providers import fonolo_double as fonolo
from tests.providers import tenios_double as tenios
from tests.providers.test_fonolo_more import SCHEDULING


class TestFonolo:
    """Fonolo's traps."""

    async def test_200_with_a_500_inside_is_a_failure(self) -> None:
        """HTTP 200 is no success when the envelope says 500, not even with data and an id in it."""
        answer = fonolo.envelope({"sid": fonolo.CALL}, status=500, message="Unable to start call-back.", code=200)
        with pytest.raises(ProviderRefused, match="Unable to start"):
            await fonolo.Double(answer).fonolo().order(fonolo.ORDER)

    async def test_status_is_an_address_first_and_a_word_later(self) -> None:
        """The address in `data.status` of a start is never taken for a state."""
        address = f"/3.0/call/{fonolo.CALL}/status.json"
        double = fonolo.Double(
            fonolo.envelope({"sid": fonolo.CALL, "status": address}),
            fonolo.envelope({"sid": fonolo.CALL, "status": address}),
            fonolo.envelope({"sid": fonolo.CALL, "status": "Pending"}),
        )
        client = double.fonolo()
        assert await client.order(fonolo.ORDER) == fonolo.CALL
        with pytest.raises(UnexpectedAnswer):
            await client.status(fonolo.CALL)
        assert (await client.status(fonolo.CALL)).state is State.QUEUED

    async def test_the_address_of_a_start_is_not_followed(self) -> None:
        """The poll address is built from the SID: `/3.0/` stands in it once, and no host of an answer is called."""
        double = fonolo.Double(
            fonolo.envelope({"sid": fonolo.CALL, "status": "https://elsewhere.example/3.0/call/x/status.json"}),
            fonolo.envelope({"status": "Pending"}),
        )
        client = double.fonolo()
        await client.status(await client.order(fonolo.ORDER))
        assert str(double.requests[1].url) == f"https://fonolo.example/3.0/callback/{fonolo.CALL}/status"

    async def test_a_plus_in_a_form_is_a_space(self) -> None:
        """No bare plus stands for anything but a space in the form's bytes, and the number has none at all."""
        double = fonolo.Double(fonolo.envelope({"sid": fonolo.CALL}))
        order = fonolo.ORDER.model_copy(update={"start": "2026-11-23 10:30:00", "answers": {"QU1": "1+1"}})
        await double.fonolo().order(order)
        fields = dict(field.split("=") for field in double.only.content.decode().split("&"))
        assert fields["fc_number"] == "14165550123"
        assert fields["fc_start_date"].replace("+", "%20").replace("%3A", ":") == "2026-11-23%2010:30:00"
        assert fields["fc_answer%5BQU1%5D"] == "1%2B1"

    async def test_settings_and_windows_share_their_keys(self) -> None:
        """The scheduling settings, asked or answered in place of windows, are an error and no window."""
        with pytest.raises(UnexpectedAnswer):
            await fonolo.Double(fonolo.envelope(SCHEDULING)).fonolo().time_slots(fonolo.OPTION)
        windows = {"schedule": [{"start_time": "2026-11-23 10:00:00", "end_time": "2026-11-23 10:30:00"}]}
        assert (await fonolo.Double(fonolo.envelope(windows)).fonolo().scheduling()).entries == ()

    @pytest.mark.parametrize("word", ["Canceled", "Cancelled", "CANCELED", "canceled"])
    async def test_cancelled_has_one_l(self, word: str) -> None:
        """Fonolo writes one L; two are understood."""
        sighting = await fonolo.Double(fonolo.envelope({"status": word})).fonolo().status(fonolo.CALL)
        assert (sighting.state, sighting.word) == (State.CANCELLED, "Canceled")

    async def test_paths_have_no_suffix(self) -> None:
        """JSON is the default: no path ends in a format."""
        double = fonolo.Double(fonolo.envelope({"sid": fonolo.CALL, "status": "Pending"}))
        client = double.fonolo()
        await client.status(await client.order(fonolo.ORDER))
        await client.cancel(fonolo.CALL)
        assert not any("." in request.url.path.removeprefix("/3.0/") for request in double.requests)

    async def test_filters_that_are_ignored(self) -> None:
        """A list that ignores the days that were asked for brings no old call into a lookup."""
        old = {"sid": fonolo.CALL, "number": "14165550123", "option": fonolo.OPTION, "status": "Success"}
        double = fonolo.Double(fonolo.envelope([old | {"start_date": "2026-10-01 10:00:00"}]))
        assert await double.fonolo().find(fonolo.ORDER) == []


class TestTenios:
    """TENIOS's traps."""

    async def test_a_status_is_a_post(self) -> None:
        """The prose says GET; it is a POST with the key in its body and nothing in its address."""
        double = tenios.Double(tenios.says("ACCEPTED"))
        await double.tenios().status(tenios.CALL)
        assert (double.only.method, double.only.url.query) == ("POST", b"")
        assert tenios.sent(double.only)["access_key"] == tenios.KEY

    async def test_numbers_out_numbers_in(self) -> None:
        """`delay` and `id` go out as the numbers of the examples, though the table calls them strings."""
        double = tenios.Double(httpx.Response(200, json={"id": "4711"}), tenios.says("ACCEPTED"))
        client = double.tenios()
        await client.status(await client.order(tenios.ORDER))
        order, status = map(tenios.sent, double.requests)
        assert (order["delay"], type(order["delay"])) == (0, int)
        assert (status["id"], type(status["id"])) == (4711, int)

    async def test_captions_are_no_codes(self) -> None:
        """BAD_CREDENTIALS_1 is a heading: the code has no suffix, and nothing is matched by its beginning."""
        with pytest.raises(WrongCredentials):
            await tenios.Double(tenios.complaint("BAD_CREDENTIALS")).tenios().order(tenios.ORDER)
        with pytest.raises(ProviderRefused):
            await tenios.Double(tenios.complaint("BAD_CREDENTIALS_CACHE")).tenios().order(tenios.ORDER)

    @pytest.mark.parametrize(
        ("words", "endings"),
        [
            (["REQUESTED", "DISCONNECTED"], [State.COMPLETED]),
            (["ACCEPTED", "CALLING_A", "CONNECTED"], [State.CALLING_AGENT, State.CONNECTED]),
            (["CALLING_B", "CONNECTED", "DISCONNECTED"], [State.CALLING_CUSTOMER, State.CONNECTED, State.COMPLETED]),
        ],
    )
    async def test_connected_is_not_the_end(self, words: list[str], endings: list[State]) -> None:
        """Only DISCONNECTED is the good end, and it may be all that a slow poller sees."""
        client = tenios.Double(*map(tenios.says, words)).tenios()
        callback, told = _queued(), []
        for _ in words:
            match step(callback, await client.status(tenios.CALL), now=1.0, grace=60.0, grace_words=()):
                case Moved(state=state, word=word):
                    told.append(state)
                    callback = callback.model_copy(update={"state": state, "word": word})
        assert told == endings
        assert callback.state.is_final is (endings[-1] is State.COMPLETED)

    async def test_a_is_the_agent_and_b_the_customer(self) -> None:
        """Partner A is the agent and B the customer, unlike in TENIOS's other API."""
        client = tenios.Double(*map(tenios.says, ("CALLING_A", "CALL_A_FAILED", "CALLING_B", "CALL_B_FAILED"))).tenios()
        states = [(await client.status(tenios.CALL)).state for _ in range(4)]
        assert states == [State.CALLING_AGENT, State.FAILED_AGENT, State.CALLING_CUSTOMER, State.FAILED_CUSTOMER]

    @pytest.mark.parametrize("write", [json.dumps, lambda text: json.dumps(text, ensure_ascii=False)])
    async def test_umlauts_escaped_or_raw(self, write: Callable[[str], str]) -> None:
        """An answer may write its umlauts as escapes or as they are."""
        body = f'{{"error_code": "INVALID_VALUE", "error_message": {write("Ungültig")}}}'
        with pytest.raises(ProviderRefused, match="Ungültig"):
            await tenios.Double(httpx.Response(400, content=body.encode())).tenios().order(tenios.ORDER)


async def test_one_number_two_spellings() -> None:
    """The same number goes to Fonolo as bare digits and to TENIOS with its plus."""
    to_fonolo = fonolo.Double(fonolo.envelope({"sid": fonolo.CALL}))
    to_tenios = tenios.Double(httpx.Response(200, json={"id": 1}))
    for number in ("+14165550123", "+4915112345678"):
        await to_fonolo.fonolo().order(fonolo.ORDER.model_copy(update={"number": number}))
        await to_tenios.tenios().order(tenios.ORDER.model_copy(update={"number": number}))
        assert fonolo.form(to_fonolo.requests[-1])["fc_number"] == number[1:]
        assert tenios.sent(to_tenios.requests[-1])["callback_number"] == number


async def test_a_start_is_never_repeated() -> None:
    """After a time-out nobody rings a person a second time: the client sends an order once, whatever happens."""
    for trouble in (httpx.ReadTimeout("no"), httpx.ConnectError("no"), httpx.Response(503), httpx.Response(429)):
        for send in (_to_fonolo, _to_tenios):
            assert await send(trouble) == 1


async def _to_fonolo(trouble: fonolo.Answer) -> int:
    double = fonolo.Double(trouble)
    with pytest.raises(Exception, match=r"connection|HTTP|broke off"):
        await double.fonolo().order(fonolo.ORDER)
    return len(double.requests)


async def _to_tenios(trouble: fonolo.Answer) -> int:
    double = tenios.Double(trouble)
    with pytest.raises(Exception, match=r"connection|HTTP|broke off"):
        await double.tenios().order(tenios.ORDER)
    return len(double.requests)


def _queued() -> Callback:
    return Callback(
        key="k",
        conversation_id="web-1",
        channel="website",
        provider="tenios",
        provider_id=tenios.CALL,
        queue_id=tenios.CONFIG,
        queue_name="Billing",
        number=tenios.NUMBER,
        start="",
        starts_at=None,
        sms=False,
        answers={},
        state=State.QUEUED,
        state_since=0.0,
        word="",
        word_since=0.0,
        seq=1,
        misses=0,
        needs_operator=False,
        cancel_wanted=False,
        next_poll_at=None,
        created_at=0.0,
    )
