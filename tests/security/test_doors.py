"""Every HTTP door of ours, knocked at with whatever comes: an answer within seconds, no error of ours, no traceback.

The same cases every time, so that a failure can be seen again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringback.kept_secrets import ACTIONS_HEADER
from tests.platforms.slack import WEBHOOK
from tests.system import ACTIONS_SECRET, System
from tests.visitor import Visitor

LONGEST = 5.0
PAGES = ("", "ui/", "ui/chat.js", "ui/../../domain", "demo/", "embed.js", "nothing", "ui/%2e%2e/%2e%2e/credentials.yml")
RASA = (*(f"/webhooks/website/{page}" for page in PAGES), WEBHOOK, "/webhooks/slack/", "/webhooks/nobody/", "/status")
ACTIONS = ("/webhook", "/actions", "/health", "/ready", "/metrics", "/status", "/status/live", "/nothing")
SANDBOX = (
    "/3.0/profiles",
    "/3.0/callback",
    "/3.0/callback/CA0/status",
    "/3.0/callback/CA0/cancel",
    "/3.0/calls",
    "/callback/init",
    "/callback/status",
    "/sandbox/calls",
    "/sandbox/faults",
    "/sandbox/clock",
    "/sandbox/company",
    "/sandbox/texts",
    "/v2/Services/VA0/Verifications",
)
odd = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
bodies = st.one_of(
    st.binary(max_size=400),
    odd.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(
        st.sampled_from(["payload", "fc_number", "fc_option", "mode", "advance", "to", "sender_id", "tracker", "type"]),
        odd,
        max_size=5,
    ).map(lambda value: json.dumps(value).encode()),
)
kinds = st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain", "x", ""])
methods = st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
queries = st.dictionaries(
    st.sampled_from(["token", "title", "color", "start_date", "x"]), st.text(max_size=40), max_size=3
)
knocks = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Knock = Callable[..., httpx.Response]


@pytest.fixture
def knock() -> Iterator[Knock]:
    with httpx.Client(trust_env=False, timeout=LONGEST) as http:

        def once(method: str, url: str, **more: Any) -> httpx.Response:
            began = time.monotonic()
            answer = http.request(method, url, **more)
            assert time.monotonic() - began < LONGEST
            assert "Traceback" not in answer.text
            return answer

        yield once


@knocks
@given(method=methods, path=st.sampled_from(RASA), query=queries, kind=kinds, body=bodies)
def test_the_rasa_servers(
    system: System, knock: Knock, method: str, path: str, query: dict[str, str], kind: str, body: bytes
) -> None:
    """The website's pages and the platforms' webhooks."""
    headers = {"Content-Type": kind, "X-Slack-Signature": "v0=0", "X-Slack-Request-Timestamp": str(int(time.time()))}
    answer = knock(method, system.rasa_url + path, params=query, headers=headers, content=body)
    assert answer.status_code < 500, (method, path, answer.text[:300])


@knocks
@given(method=methods, path=st.sampled_from(ACTIONS), known=st.booleans(), kind=kinds, body=bodies)
def test_the_action_servers(
    system: System, knock: Knock, method: str, path: str, known: bool, kind: str, body: bytes
) -> None:
    """The webhook, with its secret and without, health, metrics and the operators' page."""
    headers = {"Content-Type": kind, **({ACTIONS_HEADER: ACTIONS_SECRET} if known else {})}
    url = f"http://127.0.0.1:{system.actions_port}{path}"
    answer = knock(method, url, headers=headers, content=body)
    # What Rasa itself would never send is refused by its SDK with an error that we give no words.
    assert answer.status_code < 500 or (known and path == "/webhook") or path == "/ready", (
        method,
        path,
        answer.text[:300],
    )
    if answer.status_code >= 500 and path == "/webhook":
        assert set(answer.json()) <= {"error", "action_name"}


@knocks
@given(method=methods, path=st.sampled_from(SANDBOX), kind=kinds, query=queries, body=bodies)
def test_the_sandboxs(
    system: System, knock: Knock, method: str, path: str, kind: str, query: dict[str, str], body: bytes
) -> None:
    """Both providers' wires, Verify's, and the control."""
    if path in ("/sandbox/faults", "/sandbox/clock") and method == "POST":
        body = b"[" + body  # what would be taken is for others to set
    answer = knock(method, system.sandbox_url + path, params=query, headers={"Content-Type": kind}, content=body)
    assert answer.status_code < 500, (method, path, answer.text[:300])


@pytest.mark.parametrize(
    ("part", "method", "path", "header"),
    [
        ("actions", "POST", "/webhook", ACTIONS_HEADER),
        ("actions", "GET", "/status", "Authorization"),
        ("actions", "GET", "/status", "Cookie"),
        ("rasa", "POST", WEBHOOK, "X-Slack-Signature"),
        ("rasa", "POST", WEBHOOK, "X-Slack-Request-Timestamp"),
        ("rasa", "GET", "/conversations/x/tracker", "Authorization"),
        ("rasa", "GET", "/webhooks/website/socket/?EIO=4&transport=polling", "Origin"),
        ("sandbox", "GET", "/3.0/profiles", "Authorization"),
    ],
)
@pytest.mark.parametrize(
    "odd", [b"\xff\xfe", "ключ".encode(), b"Bearer \xe9", b"Basic \xff", b"ringback_status=1.\xff"]
)
def test_keys_of_odd_bytes(
    system: System, knock: Knock, part: str, method: str, path: str, header: str, odd: bytes
) -> None:
    """A key, signature or origin of bytes that no text has is a wrong one, and no error."""
    port = {"rasa": system.rasa_port, "actions": system.actions_port, "sandbox": system.sandbox_port}[part]
    answer = knock(
        method, f"http://127.0.0.1:{port}{path}", headers={header: odd}, content=b"{}" if method == "POST" else b""
    )
    assert 400 <= answer.status_code < 500, answer.text[:300]


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /webhooks/slack/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /webhooks/slack/webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5_000 + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
@pytest.mark.parametrize("part", ["rasa", "actions", "sandbox"])
def test_what_is_no_http(system: System, knock: Knock, part: str, raw: bytes) -> None:
    """Broken requests end the connection or get a 4xx, and the next visitor is served."""
    port = {"rasa": system.rasa_port, "actions": system.actions_port, "sandbox": system.sandbox_port}[part]
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError, TimeoutError):
            assert b"Traceback" not in line.recv(4096)
    healthy = {"rasa": "/webhooks/website/", "actions": "/health", "sandbox": "/sandbox/health"}[part]
    assert knock("GET", f"http://127.0.0.1:{port}{healthy}").status_code == 200


async def test_the_sockets(system: System) -> None:
    """Events of every shape on the website's socket are refused or ignored, and the conversation goes on."""
    visitor = Visitor(system.rasa_url)
    await visitor.connect()
    shapes: list[Any] = [
        None,
        7,
        "x",
        [],
        {},
        {"message": None},
        {"message": {"a": 1}},
        {"message": "x", "metadata": []},
    ]
    shapes += [{"message": "hi", "message_id": value} for value in (7, "x" * 500, {"a": 1}, "")]
    for shape in shapes:
        for event in ("user_uttered", "session_request", "nonsense", "connect", "bot_uttered"):
            await visitor.emit(event, shape)
    await asyncio.sleep(1.5)  # what came too fast is forgiven
    other = Visitor(system.rasa_url)
    await other.connect()
    assert (await other.say("hello", message_id="after-the-storm"))["ok"]
    await other.disconnect()
    await visitor.disconnect()
