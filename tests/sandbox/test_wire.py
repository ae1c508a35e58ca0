"""The bytes that the official clients send, to a sandbox in a process of its own."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sandbox.company import ACCOUNT_SID, AUTH_TOKEN, BILLING_SID
from tests.sandbox.asking import NUMBER
from tests.sandbox.conftest import Served
from tests.sandbox.line import Line

AUTH = "Authorization: Basic " + base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
FORM = "Content-Type: application/x-www-form-urlencoded"
BASIC = f"fc_number={NUMBER}&fc_option={BILLING_SID}"


def post(line: Line, path: str, body: str, *headers: str) -> Any:
    raw = body.encode()
    line.send(f"POST {path} HTTP/1.1", "Host: x", AUTH, *headers, f"Content-Length: {len(raw)}", body=raw)
    return line.answer()


def start_of_a_window(line: Line) -> str:
    line.send("GET /sandbox/company HTTP/1.1", "Host: x")
    profile = line.answer()[1]["fonolo"]["profiles"][0]["sid"]
    line.send(f"GET /3.0/profile/{profile}/option/{BILLING_SID}/schedule HTTP/1.1", "Host: x", AUTH)
    return str(line.answer()[1]["data"]["schedule"][3]["start_time"])


@pytest.mark.parametrize(
    ("client", "path", "space", "colon"),
    [
        ("python", "/3.0/callback", "+", "%3A"),
        ("node", "/3.0/callback.json", "%20", "%3A"),
        ("swift", "/3.0/callback", "%20", ":"),
    ],
)
def test_start_with_a_date(line: Line, client: str, path: str, space: str, colon: str) -> None:
    """A space as `+` or `%20` and a colon encoded or bare all book the same window."""
    start = start_of_a_window(line)
    encoded = start.replace(" ", space).replace(":", colon)
    headers = (FORM, "Accept: application/json", "Accept-Encoding: gzip, deflate") if client == "node" else (FORM,)
    status, body = post(line, path, f"{BASIC}&fc_start_date={encoded}", *headers)
    assert (status, body["head"]["status"]) == (200, 200)
    line.send(f"GET {body['data']['status']} HTTP/1.1", "Host: x", AUTH)
    polled = line.answer()[1]["data"]
    assert (polled["status"], polled["start_date"], polled["duration"]) == ("Scheduled", start, 0)


def test_a_bare_plus_breaks_the_number(line: Line) -> None:
    """`fc_number=+1416…` un-encoded is a space and a broken number; so is an encoded plus."""
    for plus in ("+", "%2B"):
        status, body = post(line, "/3.0/callback", f"fc_number={plus}{NUMBER}&fc_option={BILLING_SID}", FORM)
        assert (status, body["head"]["status"]) == (200, 500)


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_cancel_as_python_and_node_do(line: Line, suffix: str) -> None:
    """No content type and a length of 0."""
    sid = post(line, "/3.0/callback", BASIC, FORM)[1]["data"]["sid"]
    assert post(line, f"/3.0/callback/{sid}/cancel{suffix}", "")[1]["head"]["status"] == 200


def test_cancel_as_php_does(line: Line) -> None:
    """Chunked, empty, without a length, and sent only after 100 Continue."""
    sid = post(line, "/3.0/callback", BASIC, FORM)[1]["data"]["sid"]
    line.send(
        f"POST /3.0/callback/{sid}/cancel.json HTTP/1.1",
        "Host: x",
        AUTH,
        FORM,
        "Transfer-Encoding: chunked",
        "Expect: 100-continue",
    )
    assert line.head()[0] == 100
    line.send("0")
    assert line.answer()[1]["head"]["status"] == 200
    line.send(f"GET /3.0/callback/{sid}/status HTTP/1.1", "Host: x", AUTH)
    assert line.answer()[1]["data"]["status"] == "Canceled"


def test_a_form_in_chunks(line: Line) -> None:
    """A form cut in the middle of a name is one form."""
    parts = [BASIC[:7].encode(), BASIC[7:].encode()]
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    line.send("POST /3.0/callback HTTP/1.1", "Host: x", AUTH, FORM, "Transfer-Encoding: chunked", body=body)
    assert line.answer()[1]["head"]["status"] == 200


def test_double_slashes(line: Line) -> None:
    """Repeated slashes count as one, whatever the method; the record keeps what was sent."""
    assert post(line, "//3.0//callback", BASIC, FORM)[1]["head"]["status"] == 200
    line.send("GET /3.0//profiles.json HTTP/1.1", "Host: x", AUTH)
    assert line.answer()[1]["head"]["status"] == 200
    line.send("GET /sandbox/requests HTTP/1.1", "Host: x")
    assert line.answer()[1]["requests"][-2]["path"] == "//3.0//callback"


def test_filters_as_node_sends_them(line: Line) -> None:
    """The SDK's own example of a list with two dates is answered."""
    line.send("GET /3.0/calls.json?start_date=2017-07-01&end_date=2017-08-01 HTTP/1.1", "Host: x", AUTH)
    assert line.answer() == (200, {"head": {"status": 200, "message": "OK"}, "data": {"calls": []}})


def test_the_challenge_on_the_wire(line: Line) -> None:
    """Without credentials: HTTP 401 with a challenge, and an envelope as the body."""
    line.send("GET /3.0/profiles HTTP/1.1", "Host: x")
    status, headers = line.head()
    assert (status, headers["www-authenticate"]) == (401, 'Basic realm="Fonolo API"')


def test_silence_lasts_until_the_client_hangs_up(sandbox: Served, line: Line) -> None:
    """A lost answer leaves the client waiting; when it hangs up, the call is there all the same."""
    impatient = Line(sandbox.port)
    impatient._socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        post(impatient, "/3.0/callback", f"fc_number=14165550153&fc_option={BILLING_SID}", FORM)
    impatient.close()
    line.send("GET /3.0/realtime HTTP/1.1", "Host: x", AUTH)
    assert "14165550153" in [call["client_number"] for call in line.answer()[1]["data"]["realtime"]]
