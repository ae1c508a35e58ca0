from __future__ import annotations

import asyncio
import base64
import json
from collections import Counter
from typing import Any

from sandbox.company import ACCOUNT_SID, AUTH_TOKEN, BILLING_SID
from sandbox.tenios.company import ACCESS_KEY, SALES_ID
from tests.sandbox.conftest import Served

CONNECTIONS = 200
REQUESTS = 10_000
AT_MOST_SECONDS = 30
AUTH = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()


class Caller:
    """One kept connection that orders calls at both providers and polls them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.answers: Counter[str] = Counter()

    async def work(self, requests: int) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        done = 0
        while done < requests:
            done += 4
            form = f"fc_number=14165550123&fc_option={BILLING_SID}"
            sid = (await self._ask("POST /3.0/callback", form, "application/x-www-form-urlencoded"))["data"]["sid"]
            status = await self._ask(f"GET /3.0/callback/{sid}/status")
            self.answers["fonolo " + status["data"]["status"]] += 1
            order = {"access_key": ACCESS_KEY, "callback_config_id": SALES_ID, "delay": 60}
            taken = await self._ask("POST /callback/init", json.dumps({**order, "callback_number": "+493023125077"}))
            polled = await self._ask("POST /callback/status", json.dumps({"access_key": ACCESS_KEY, "id": taken["id"]}))
            self.answers["tenios " + polled["status"]] += 1
        self._writer.close()

    async def _ask(self, what: str, body: str = "", kind: str = "application/json") -> Any:
        head = f"{what} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {AUTH}\r\nContent-Type: {kind}\r\n"
        self._writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        status = answer.split(maxsplit=2)[1]
        assert status == "200", answer
        length = next(line for line in answer.lower().split("\r\n") if line.startswith("content-length"))
        return json.loads(await self._reader.readexactly(int(length.split(":")[1])))


async def test_ten_thousand_requests_at_once(sandbox: Served) -> None:
    """Two hundred connections that order and poll ten thousand times get a right answer to each, within 30 seconds."""
    callers = [Caller(sandbox.port) for _ in range(CONNECTIONS)]
    async with asyncio.timeout(AT_MOST_SECONDS):
        await asyncio.gather(*(caller.work(REQUESTS // CONNECTIONS) for caller in callers))
    answers = sum((caller.answers for caller in callers), Counter[str]())
    assert answers.total() >= REQUESTS // 2
    assert answers["tenios REQUESTED"] >= REQUESTS // 4
    assert {state for state in answers if state.startswith("fonolo")} <= {
        "fonolo Initialization",
        "fonolo Calling Target",
        "fonolo Holding",
    }
