"""Twilio's own library, as Rasa brings it, against the stand-in and our signatures: both speak the real wire."""

from __future__ import annotations

import json
import subprocess

from tests.platforms.twilio import FakeTwilio
from tests.system import RASA_PYTHON, ROOT

_PROGRAM = """
import json, sys
from urllib.parse import urlsplit
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from channels.twilio_signature import is_signed, sign

account, token, sender, content, here = sys.argv[1:6]

class Here(TwilioHttpClient):
    def request(self, method, url, *args, **kwargs):
        parts = urlsplit(url)
        query = "?" + parts.query if parts.query else ""
        return super().request(method, here + parts.path + query, *args, **kwargs)

def refused(**message):
    try:
        client.messages.create(**message)
    except TwilioRestException as error:
        return [error.status, error.code]

client = Client(account, token, http_client=Here(timeout=5))
to = "whatsapp:+14165550123"
made = client.messages.create(to=to, from_=sender, body="Hello")
form = {"Body": "", "From": to, "ß": "ü & =", "A": "b"}
answers = {
    "made": [made.status, made.sid[:2]],
    "out of the window": [client.messages(made.sid).fetch().status, client.messages(made.sid).fetch().error_code],
    "contents": [one.sid for one in client.content.v1.contents.list()],
    "template": client.messages.create(to=to, from_=sender, content_sid=content, content_variables='{"1":"x"}').status,
    "too long": refused(to=to, from_=sender, body="x" * 1601),
    "no number": refused(to="416", from_=sender, body="x"),
    "variables": refused(to=to, from_=sender, content_sid=content, content_variables='{"1":"two\\\\nlines"}'),
    "no content": refused(to=to, from_=sender, content_sid="HX" + "0" * 32),
    "signature": [
        RequestValidator(token).validate(url, form, sign(token, url, form.items()))
        for url in ("https://bot.example/a?mark=1.free", "http://bot.example:8080/a")
    ],
    "checked": [
        is_signed(["old", token], url, list(form.items()), RequestValidator(token).compute_signature(signed, form))
        for url, signed in (
            ("https://bot.example/a", "https://bot.example/a"),
            ("https://bot.example/a", "https://bot.example:443/a"),
            ("https://bot.example:443/a", "https://bot.example/a"),
            ("https://bot.example:8443/a", "https://bot.example:8443/a"),
            ("https://bot.example/a", "https://bot.example/b"),
            ("https://bot.example/a", "http://bot.example/a"),
        )
    ],
}
client = Client(account, "wrong", http_client=Here(timeout=5))
answers["wrong token"] = refused(to=to, from_=sender, body="x")
print(json.dumps(answers))
"""


def test_the_real_library_takes_it_for_twilio() -> None:
    """It creates, fetches, lists and gets the documented error codes; it accepts our signatures and we accept its."""
    platform = FakeTwilio()
    platform.start()
    try:
        content = platform.approve("Your call: {{1}}.", {"1": "soon"})
        arguments = [platform.account, platform.token, platform.sender, content, platform.url]
        ran = subprocess.run(
            [str(RASA_PYTHON), "-c", _PROGRAM, *arguments],
            cwd=ROOT,
            capture_output=True,
            check=False,
            timeout=60,
        )
    finally:
        platform.stop()
    assert ran.returncode == 0, ran.stderr.decode()[-2000:]
    assert json.loads(ran.stdout) == {
        "made": ["queued", "SM"],
        "out of the window": ["undelivered", 63016],
        "contents": [content],
        "template": "queued",
        "too long": [400, 21617],
        "no number": [400, 21211],
        "variables": [400, 21656],
        "no content": [400, 21655],
        "signature": [True, True],
        "checked": [True, True, True, True, False, False],
        "wrong token": [401, 20003],
    }
