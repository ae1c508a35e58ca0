"""What every provider has to keep, as tests. A new provider subclasses `Wire` (contract_wire.py) and
`ProviderContract`, and runs them all.

class MyWire(Wire):
    ...                         # how its answers look

class TestMyProvider(ProviderContract):
    wire = MyWire()
"""

from __future__ import annotations

import json
import logging
import traceback
from typing import Any, ClassVar

import httpx
import pytest

from ringback.models import Sighting
from ringback.providers.base import (
    NotConfigured,
    NotSupported,
    ProviderError,
    ProviderOffline,
    ProviderRefused,
    UnexpectedAnswer,
    WrongCredentials,
)
from tests.providers.contract_wire import (
    BROKEN_OFF,
    GARBAGE,
    METHODS,
    NOTHING_SENT,
    RESULTS,
    SECRET_ANSWER,
    SERVER_BROKEN,
    TROUBLE,
    Answer,
    Drip,
    Scripted,
    Wire,
    outcome_of,
)


class ProviderContract:
    """The contract of `ringback.providers.base.Provider`."""

    wire: ClassVar[Wire]

    async def order_error(self, answer: Answer) -> ProviderError:
        """The error of an order, which is never sent twice."""
        line = Scripted(answer)
        with pytest.raises(ProviderError) as raised:
            await self.wire.provider(line).order(self.wire.order)
        assert len(line.requests) == 1
        return raised.value

    def told_by(self, error: BaseException) -> str:
        """Everything that a log could show of an error."""
        return "".join(traceback.format_exception(error)) + repr(error) + repr(error.args) + repr(vars(error))

    def assert_no_secret(self, told: str) -> None:
        """No key, no number and no answer of a person."""
        for secret in (*self.wire.secrets, self.wire.order.number.removeprefix("+"), SECRET_ANSWER):
            assert secret not in told

    # -- errors -----------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("trouble", TROUBLE, ids=repr)
    async def test_only_provider_errors_come_out(self, method: str, trouble: Answer) -> None:
        """Whatever happens to the exchange, a method gives its result or raises a ProviderError without a cause."""
        outcome = await outcome_of(METHODS[method](self.wire.provider(Scripted(trouble)), self.wire))
        if isinstance(outcome, ProviderError):
            assert outcome.__cause__ is None
            assert method in {"order", "cancel"} or not outcome.may_have_arrived
        else:
            items = outcome if isinstance(outcome, (list, tuple)) else [outcome]
            assert method != "order"
            assert all(item is None or isinstance(item, RESULTS) for item in items)

    @pytest.mark.parametrize("trouble", NOTHING_SENT, ids=repr)
    async def test_nothing_was_sent(self, trouble: Exception) -> None:
        """Without a connection nothing was ordered, and the order is not tried again in there."""
        error = await self.order_error(trouble)
        assert isinstance(error, ProviderOffline)
        assert not error.may_have_arrived

    @pytest.mark.parametrize("trouble", BROKEN_OFF, ids=repr)
    async def test_nobody_knows(self, trouble: Exception) -> None:
        """When the exchange breaks off after the connection, the order may have arrived."""
        error = await self.order_error(trouble)
        assert isinstance(error, ProviderOffline)
        assert error.may_have_arrived

    @pytest.mark.parametrize("answer", SERVER_BROKEN, ids=repr)
    async def test_a_broken_server_may_have_taken_it(self, answer: httpx.Response) -> None:
        """A server that breaks may have taken the order before."""
        error = await self.order_error(answer)
        assert isinstance(error, ProviderOffline)
        assert error.may_have_arrived

    @pytest.mark.parametrize("answer", GARBAGE, ids=repr)
    async def test_garbage_may_be_a_yes(self, answer: httpx.Response) -> None:
        """An answer that nobody understands may have been a yes."""
        error = await self.order_error(answer)
        assert isinstance(error, UnexpectedAnswer)
        assert error.may_have_arrived

    async def test_a_refusal_is_certain(self) -> None:
        """A no in the provider's own words is a no."""
        error = await self.order_error(self.wire.refused("Not today."))
        assert isinstance(error, ProviderRefused)
        assert "Not today." in error.words
        assert not error.may_have_arrived

    @pytest.mark.parametrize("code", [400, 404, 405, 413, 422])
    async def test_a_page_in_front_of_the_provider_took_nothing(self, code: int) -> None:
        """An HTTP refusal without the provider's own words was not acted upon."""
        error = await self.order_error(httpx.Response(code, html="<h1>No</h1>"))
        assert not error.may_have_arrived

    async def test_wrong_credentials(self) -> None:
        """Every way of not knowing us is WrongCredentials, for orders and for reads, and nothing was ordered."""
        for answer in self.wire.unknown_to_us():
            error = await self.order_error(answer)
            assert isinstance(error, WrongCredentials)
            assert not error.may_have_arrived
            with pytest.raises(WrongCredentials):
                await self.wire.provider(Scripted(answer)).status(self.wire.provider_id)

    @pytest.mark.parametrize(("header", "seconds"), [("30", 30.0), ("soon", None), (None, None)])
    async def test_too_many_requests(self, header: str | None, seconds: float | None) -> None:
        """HTTP 429 is an outage that may name its end, and nothing was ordered."""
        error = await self.order_error(httpx.Response(429, headers={"Retry-After": header} if header else {}))
        assert isinstance(error, ProviderOffline)
        assert (error.retry_after, error.may_have_arrived) == (seconds, False)

    @pytest.mark.parametrize("method", METHODS)
    async def test_without_credentials_nothing_is_sent(self, method: str) -> None:
        """Without credentials every method says so before it sends anything."""
        line = Scripted(self.wire.taken(self.wire.provider_id))
        with pytest.raises((NotConfigured, NotSupported)):
            await METHODS[method](self.wire.provider(line, **self.wire.without_credentials()), self.wire)
        assert not line.requests

    # -- time -------------------------------------------------------------------------------------------------------

    async def test_a_dripping_answer_ends(self) -> None:
        """An answer that comes in drops is given up when its time is over, and the order may have arrived."""
        line = Scripted(lambda _request: httpx.Response(200, stream=Drip()))
        with pytest.raises(ProviderOffline) as raised:
            await self.wire.provider(line, order_time_out=0.03, connect_time_out=0.01).order(self.wire.order)
        assert raised.value.may_have_arrived

    async def test_every_request_has_time_outs(self) -> None:
        """No request waits for ever, for a connection or for an answer."""
        line = Scripted(self.wire.taken(self.wire.provider_id), self.wire.state("x"))
        provider = self.wire.provider(line)
        await provider.order(self.wire.order)
        await provider.status(self.wire.provider_id)
        for request in line.requests:
            assert all(request.extensions["timeout"][part] for part in ("connect", "read", "write", "pool"))

    async def test_reads_are_tried_once_more_without_a_connection(self) -> None:
        """A read gets a second chance at a connection, and no third."""
        word, state = self.wire.states[0]
        line = Scripted(httpx.ConnectError("no"), self.wire.state(word))
        assert (await self.wire.provider(line).status(self.wire.provider_id)).state is state
        line = Scripted(httpx.ConnectError("no"))
        with pytest.raises(ProviderOffline):
            await self.wire.provider(line).status(self.wire.provider_id)
        assert len(line.requests) == 2

    # -- states and ids ---------------------------------------------------------------------------------------------

    async def test_ids_in_every_form(self) -> None:
        """An id is read in every form the provider writes it in, also under a wrong HTTP charset."""
        for wire_id, ours in self.wire.ids:
            line = Scripted(self.wire.taken(wire_id))
            assert await self.wire.provider(line).order(self.wire.order) == ours
            body = self.wire.taken(wire_id).content
            headers = {"Content-Type": "application/json; charset=no-such-charset"}
            line = Scripted(httpx.Response(200, content=body, headers=headers))
            assert await self.wire.provider(line).order(self.wire.order) == ours

    @pytest.mark.parametrize("call_id", [None, "", True, [], {}, "../x", "a b", "x" * 500])
    async def test_a_yes_without_an_id_is_open(self, call_id: Any) -> None:
        """A yes without a usable id leaves it open what was ordered; it is never "booked"."""
        error = await self.order_error(self.wire.taken(call_id))
        assert isinstance(error, UnexpectedAnswer)
        assert error.may_have_arrived

    async def test_every_word_has_its_state(self) -> None:
        """The provider's words lead to our states in any case, and come back in its own spelling."""
        for word, state in self.wire.states:
            for spelt in (word, word.lower(), word.upper()):
                line = Scripted(self.wire.state(spelt))
                assert await self.wire.provider(line).status(self.wire.provider_id) == Sighting(state=state, word=word)

    async def test_an_unknown_word_survives(self) -> None:
        """A word that nobody knows is in progress, fit for a log, and no error."""
        number = self.wire.order.number
        sighting = await self.wire.provider(Scripted(self.wire.state(f"Thinking\n{number} {'x' * 900}"))).status(
            self.wire.provider_id
        )
        assert sighting.state is None
        assert sighting.word.startswith("Thinking •••")
        assert len(sighting.word) <= 200

    @pytest.mark.parametrize("call_id", ["", "../x", "a b", "x\n", "x" * 500, "?"])
    async def test_no_request_for_what_is_no_id(self, call_id: str) -> None:
        """What cannot be an id of the provider is refused before anything is sent."""
        line = Scripted(self.wire.state("x"))
        with pytest.raises(ProviderError):
            await self.wire.provider(line).status(call_id)
        assert not line.requests

    # -- what it can and cannot do ----------------------------------------------------------------------------------

    async def test_capabilities_are_true(self) -> None:
        """What a provider cannot do is NotSupported and sends nothing; what it can do is sent."""
        for can, method in (("cancel", "cancel"), ("lookup", "find")):
            line = Scripted(httpx.Response(500))
            provider = self.wire.provider(line)
            with pytest.raises(ProviderError) as raised:
                await METHODS[method](provider, self.wire)
            able = getattr(provider.capabilities, can)
            assert isinstance(raised.value, NotSupported) is not able
            assert bool(line.requests) is able

    async def test_a_cancellation_is_never_tried_again(self) -> None:
        """Neither a refused nor an unanswered cancellation is repeated."""
        for trouble in (httpx.ConnectError("no"), httpx.ReadTimeout("no"), httpx.Response(500)):
            line = Scripted(trouble)
            with pytest.raises(ProviderError):
                await self.wire.provider(line).cancel(self.wire.provider_id)
            assert len(line.requests) <= 1

    def test_has_the_name_of_desk_yml(self) -> None:
        """It goes by the name that desk.yml gives it."""
        assert self.wire.provider(Scripted(), name="ours").name == "ours"
        assert "ours" in repr(self.wire.provider(Scripted(), name="ours"))

    # -- secrets ----------------------------------------------------------------------------------------------------

    async def test_secrets_stay_inside(self, caplog: pytest.LogCaptureFixture) -> None:
        """No error, traceback, repr, address or log line holds a key, the number or an answer."""
        caplog.set_level(logging.DEBUG)
        number = self.wire.order.number
        leak = f"{' '.join(self.wire.secrets)} {number} {number[1:]} {number[:4]} {number[4:]} {SECRET_ANSWER}"
        answers: list[Answer] = [
            httpx.ConnectError(leak),
            httpx.ReadTimeout(leak),
            OSError(leak),
            self.wire.refused(leak),
            self.wire.refused(leak.upper()),
            self.wire.refused(" " * 1990 + leak),
            self.wire.taken(leak),
            *(httpx.Response(code, text=leak) for code in (200, 302, 400, 401, 403, 404, 429, 500)),
            *(httpx.Response(code, text=json.dumps(leak)) for code in (200, 400, 500)),
        ]
        for answer in answers:
            line = Scripted(answer)
            provider = self.wire.provider(line)
            with pytest.raises(ProviderError) as raised:
                await provider.order(self.wire.order)
            told = [self.told_by(raised.value), repr(provider), repr(vars(provider)), str(line.requests[0].url)]
            self.assert_no_secret("\n".join((*told, caplog.text)))
            self.assert_no_secret(self.told_by(raised.value).lower())

    async def test_redirects_are_not_followed(self) -> None:
        """Credentials never travel on to another address."""
        line = Scripted(httpx.Response(307, headers={"Location": "https://elsewhere.example/"}))
        with pytest.raises(UnexpectedAnswer):
            await self.wire.provider(line).status(self.wire.provider_id)
        assert "elsewhere.example" not in {request.url.host for request in line.requests}
