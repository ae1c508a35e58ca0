"""How the tests ask TENIOS."""

from __future__ import annotations

from typing import Any

import httpx

from sandbox.tenios.company import ACCESS_KEY, SALES_ID

NUMBER = "+493023125077"
GOOD: dict[str, Any] = {
    "access_key": ACCESS_KEY,
    "callback_config_id": SALES_ID,
    "callback_number": NUMBER,
    "delay": 0,
}


class TeniosClient:
    """The two methods, with a good order unless something is said to be otherwise (`...` leaves a field out)."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def init(self, **more: Any) -> httpx.Response:
        body = {name: value for name, value in {**GOOD, **more}.items() if value is not ...}
        return await self.http.post("/callback/init", json=body)

    async def ordered(self, **more: Any) -> int:
        """The id of a call that was taken."""
        answer = await self.init(**more)
        assert answer.status_code == 200, answer.text
        assert list(answer.json()) == ["id"]
        found = answer.json()["id"]
        assert type(found) is int
        return found

    async def status(self, id_: Any, **more: Any) -> httpx.Response:
        return await self.http.post("/callback/status", json={"access_key": ACCESS_KEY, "id": id_, **more})

    async def state(self, id_: Any) -> str:
        answer = await self.status(id_)
        assert answer.status_code == 200, answer.text
        assert list(answer.json()) == ["status"]
        return str(answer.json()["status"])


def wrong(answer: httpx.Response, http_status: int = 400) -> tuple[str, list[str]]:
    """The code and the fields of an error."""
    assert answer.status_code == http_status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error_code", "error_message", "fields"}
    assert body["error_message"]
    return body["error_code"], body["fields"]
