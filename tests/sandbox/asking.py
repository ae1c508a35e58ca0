"""How the tests ask."""

from __future__ import annotations

from typing import Any

import httpx

from sandbox.company import BILLING_SID, PROFILE_SID

NUMBER = "14165550123"
PROFILE = f"/3.0/profile/{PROFILE_SID}"


async def order(client: httpx.AsyncClient, number: str = NUMBER, **more: str) -> httpx.Response:
    return await client.post("/3.0/callback", data={"fc_number": number, "fc_option": BILLING_SID, **more})


async def ordered(client: httpx.AsyncClient, number: str = NUMBER, **more: str) -> str:
    """The SID of a call that was taken."""
    return str(data(await order(client, number, **more))["sid"])


async def state(client: httpx.AsyncClient, sid: str) -> str:
    return str(data(await client.get(f"/3.0/callback/{sid}/status"))["status"])


def data(answer: httpx.Response) -> Any:
    """What a good envelope carries."""
    body = answer.json()
    assert answer.status_code == 200
    assert body["head"]["status"] == 200
    assert set(body) == {"head", "data"}
    assert set(body["head"]) == {"status", "message"}
    return body["data"]


def refused(answer: httpx.Response, http_status: int = 200) -> str:
    """The message of a refusal."""
    body = answer.json()
    assert answer.status_code == http_status
    assert body["head"]["status"] == 500
    assert body["data"] == {}
    return str(body["head"]["message"])
