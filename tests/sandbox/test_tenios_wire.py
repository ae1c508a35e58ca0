"""The bytes that the clients of TENIOS send, to a sandbox in a process of its own."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.tenios.company import ACCESS_KEY, SALES_ID
from tests.sandbox.conftest import Served
from tests.sandbox.line import Line
from tests.sandbox.tenios_client import NUMBER

JSON = "Content-Type: application/json"
PHP = f'{{"access_key":"{ACCESS_KEY}","callback_config_id":"{SALES_ID}","callback_number":"{NUMBER}","delay":0}}'
JAVA = f'{{"access_key":"{ACCESS_KEY}","callback_config_id":"{SALES_ID}","callback_number":"{NUMBER}","delay":"0"}}'
RUBY = f'{{"callback_config_id":"{SALES_ID}","callback_number":"{NUMBER}","delay":"0","access_key":"{ACCESS_KEY}"}}'
TS = f'{{"callback_config_id":"{SALES_ID}","callback_number":"{NUMBER}","delay":0,"access_key":"{ACCESS_KEY}"}}'


def post(line: Line, path: str, body: bytes, *headers: str) -> Any:
    line.send(f"POST {path} HTTP/1.1", "Host: x", *headers, f"Content-Length: {len(body)}", body=body)
    return line.answer()


@pytest.mark.parametrize(
    ("path", "body", "poll"),
    [
        ("/callback/init", PHP, '{{"access_key":"{key}","id":{id}}}'),
        ("/callback/init", JAVA, '{{"access_key":"{key}","id":"{id}"}}'),
        ("/callback/init", RUBY, '{{"id":{id},"access_key":"{key}"}}'),
        ("//callback/init", TS, '{{"id":{id},"access_key":"{key}"}}'),
    ],
    ids=["php", "java", "ruby", "ts"],
)
def test_init_and_status_as_each_client_sends_them(line: Line, path: str, body: str, poll: str) -> None:
    """Numbers or texts, the key first or last, one slash or two: the order is taken and its status told."""
    status, taken = post(line, path, body.encode(), JSON)
    assert (status, list(taken), type(taken["id"])) == (200, ["id"], int)
    asked = poll.format(key=ACCESS_KEY, id=taken["id"]).encode()
    assert post(line, path.replace("init", "status"), asked, JSON) == (200, {"status": "REQUESTED"})


def test_the_example_of_the_documents(line: Line) -> None:
    """The documents' own example, with spaces, line breaks and a raw ü, is taken; it is refused with its own key."""
    example = f"""{{
"access_key": "{ACCESS_KEY}",
"callback_config_id": "{SALES_ID}",
"callback_number": "+491234567890",
"agent_announcement" : "Customer Peter Müller is being called now, please press 1 to start the call.",
"dtmf_key_to_trigger_customer_call" : "1",
"delay": 30
}}"""
    assert post(line, "/callback/init", example.encode(), JSON)[0] == 200
    error = {"error_code": "BAD_CREDENTIALS", "error_message": "Bad credentials", "fields": []}
    for real in (ACCESS_KEY, SALES_ID):
        other = example.replace(real, "XXXXX-XXXX-XXXXXX").encode()
        assert post(line, "/callback/init", other, JSON) == (400, error)


def test_letters_as_php_escapes_them(line: Line) -> None:
    """PHP escapes letters and slashes; what was meant is kept."""
    body = PHP.replace('"delay":0', '"delay":0,"agent_announcement":"M\\u00fcller 1\\/2 \\ud83d\\ude42"')
    found = post(line, "/callback/init", body.encode(), JSON)[1]["id"]
    line.send("GET /sandbox/calls HTTP/1.1", "Host: x")
    calls = {call["sid"]: call for call in line.answer()[1]["calls"]}
    assert calls[str(found)]["extra"]["agent_announcement"] == "Müller 1/2 🙂"


@pytest.mark.parametrize("header", ["Content-Type: application/json; charset=UTF-8", "Accept: */*", "Content-Type: a"])
def test_other_content_types(line: Line, header: str) -> None:
    """A charset, no content type and a wrong one are all taken: what the service does then is not documented."""
    assert post(line, "/callback/init", PHP.encode(), header)[0] == 200


def test_json_in_chunks(line: Line) -> None:
    """A body without a length, cut in the middle of a letter, is one body."""
    body = PHP.replace('"delay":0', '"delay":0,"agent_announcement":"ü"').encode()
    cut = body.index("ü".encode()) + 1
    parts = (body[:cut], body[cut:])
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    line.send("POST /callback/init HTTP/1.1", "Host: x", JSON, "Transfer-Encoding: chunked", body=chunks)
    assert line.answer()[0] == 200


def test_a_missing_method_on_the_wire(line: Line) -> None:
    """GET, as one sentence of the documents has it, is HTTP 404 without a body, and the connection goes on."""
    line.send("GET /callback/status HTTP/1.1", "Host: x")
    status, headers = line.head()
    assert (status, headers["content-length"]) == (404, "0")
    assert post(line, "/callback/init", PHP.encode(), JSON)[0] == 200


def test_a_lost_answer_is_a_taken_order(sandbox: Served, line: Line) -> None:
    """When the client hangs up in the silence after its order, the call is there all the same."""
    impatient = Line(sandbox.port)
    impatient._socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        post(impatient, "/callback/init", PHP.replace(NUMBER, "+493023125053").encode(), JSON)
    impatient.close()
    line.send("GET /sandbox/calls HTTP/1.1", "Host: x")
    assert "+493023125053" in [call["number"] for call in line.answer()[1]["calls"]]
