"""How the wires of our two providers look, for the contract and for fuzzing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
from pydantic import SecretStr

from ringback.models import State
from ringback.providers.base import Provider
from ringback.providers.fonolo import Fonolo
from tests.providers import fonolo_double as fonolo
from tests.providers import tenios_double as tenios
from tests.providers.contract_wire import SECRET_ANSWER, Transport, Wire


class FonoloWire(Wire):
    """Fonolo 3.0."""

    name = "fonolo"
    secrets = (fonolo.TOKEN, fonolo.ACCOUNT)
    order = fonolo.ORDER.model_copy(update={"answers": {"QU1": SECRET_ANSWER}})
    provider_id = fonolo.CALL
    ids = ((fonolo.CALL, fonolo.CALL),)
    states = (
        ("Initialization", State.QUEUED),
        ("Scheduled", State.SCHEDULED),
        ("Calling Target", State.CALLING_AGENT),
        ("Holding", State.HOLDING),
        ("Calling Client", State.CALLING_CUSTOMER),
        ("Call In Progress", State.CONNECTED),
        ("Success", State.COMPLETED),
        ("Canceled", State.CANCELLED),
        ("Failed", State.FAILED),
    )

    def provider(self, transport: Transport, **changes: Any) -> Provider:
        http = httpx.AsyncClient(transport=httpx.MockTransport(transport), trust_env=False)
        return Fonolo(http, fonolo.account(**changes), clock=lambda: fonolo.NOW)

    def taken(self, call_id: Any) -> httpx.Response:
        return fonolo.envelope({"sid": call_id, "status": "/3.0/call/x/status.json"})

    def state(self, word: str) -> httpx.Response:
        return fonolo.envelope({"sid": fonolo.CALL, "status": word})

    def refused(self, words: str) -> httpx.Response:
        return fonolo.envelope(status=500, message=words)

    def unknown_to_us(self) -> Sequence[httpx.Response]:
        return (httpx.Response(401), httpx.Response(403, html="<h1>"), fonolo.envelope(status=401))

    def without_credentials(self) -> dict[str, Any]:
        return {"auth_token": SecretStr("")}


class TeniosWire(Wire):
    """TENIOS's Callback API."""

    name = "tenios"
    secrets = (tenios.KEY,)
    order = tenios.ORDER.model_copy(update={"note": f"About: {SECRET_ANSWER}", "answers": {"Q1": SECRET_ANSWER}})
    provider_id = tenios.CALL
    ids = ((4711, "4711"), ("4711", "4711"), (4711.0, "4711"), ("c-4711", "c-4711"), (2**63, str(2**63)))
    states = (
        ("REQUESTED", State.QUEUED),
        ("ACCEPTED", State.QUEUED),
        ("CALLING_A", State.CALLING_AGENT),
        ("CALL_A_FAILED", State.FAILED_AGENT),
        ("CALLING_B", State.CALLING_CUSTOMER),
        ("CALL_B_FAILED", State.FAILED_CUSTOMER),
        ("CONNECTED", State.CONNECTED),
        ("DISCONNECTED", State.COMPLETED),
    )

    def provider(self, transport: Transport, **changes: Any) -> Provider:
        return tenios.tenios(transport, **changes)

    def taken(self, call_id: Any) -> httpx.Response:
        return httpx.Response(200, json={"id": call_id})

    def state(self, word: str) -> httpx.Response:
        return tenios.says(word)

    def refused(self, words: str) -> httpx.Response:
        return tenios.complaint("INVALID_VALUE", words)

    def unknown_to_us(self) -> Sequence[httpx.Response]:
        return (tenios.complaint("BAD_CREDENTIALS"), httpx.Response(403), httpx.Response(401, html="<h1>"))

    def without_credentials(self) -> dict[str, Any]:
        return {"access_key": SecretStr("")}
