"""A strict stand-in for Twilio: it speaks the real wire, refuses what the real one refuses, and reports late.

Messages and Content as documented at https://www.twilio.com/docs (lengths, counts, error codes); what the real platform
would cut or only fail later is refused at once here and noted in `violations`, so that no test can overlook it.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.twilio_signature import sign
from tests.platforms.twilio_hands import Hands
from tests.platforms.twilio_shown import Fault, Refused, Shown
from tests.system import free_port

__all__ = ["PAIR_BURST", "FakeTwilio", "Fault", "Refused", "Shown"]

WINDOW = 86_400.0
PAIR_BURST, PAIR_PAUSE = 45, 6.0
"""WhatsApp's rate for one person: a burst, which is then paid for with six seconds a message."""
_FIELDS = frozenset({
    "To", "From", "MessagingServiceSid", "Body", "ContentSid", "ContentVariables", "StatusCallback", "MediaUrl",
})  # fmt: skip
_TYPES = {
    "twilio/text": {"body"},
    "twilio/quick-reply": {"body", "actions"},
    "twilio/list-picker": {"body", "button", "items"},
}
_PLACE = re.compile(r"{{\s*([A-Za-z0-9_]{1,16})\s*}}")
_ADDRESS = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9]{3,128})")


class FakeTwilio(Hands):
    """One account with one WhatsApp sender. All methods may be called from any thread."""

    def __init__(self, public_url: str = "https://bot.example") -> None:
        super().__init__(public_url)
        self.status = "active"
        self.port = free_port()
        self.contents: dict[str, dict[str, Any]] = {}
        self.approved: set[str] = set()
        self.made: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str]] = []
        self.violations: list[str] = []
        self.reports: list[tuple[str, str]] = []
        self.faults: list[Fault] = []
        self.late: list[str] = []
        self.slow = 0.0
        self.mute = 0
        self.refuses_content = False
        self.reports_reading = True
        self._paid_until: dict[str, float] = {}
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    # -- the platform's own life ---------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        app = Starlette(
            routes=[
                Route("/2010-04-01/Accounts/{account}/Messages.json", self._messages, methods=["POST"]),
                Route("/2010-04-01/Accounts/{account}/Messages/{sid}.json", self._message, methods=["GET"]),
                Route("/v1/Content", self._content, methods=["GET", "POST"]),
                Route("/2010-04-01/Accounts/{account}.json", self._look_up, methods=["GET"]),
                Route("/v1/Content/{sid}/ApprovalRequests", self._look_up, methods=["GET"]),
                Route("/v2/Channels/Senders", self._look_up, methods=["GET"]),
            ]
        )
        config = uvicorn.Config(app, "127.0.0.1", self.port, log_level="warning", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < deadline, "the stand-in did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """Nobody is there any more: connections are refused until `start`."""
        assert self._server is not None and self._thread is not None
        self._server.should_exit = True
        self._thread.join(20)

    def pass_time(self, seconds: float) -> None:
        """For the platform, time goes by: its windows close."""
        self._passed += seconds

    def approve(self, body: str, variables: Mapping[str, str]) -> str:
        """A template that WhatsApp approved; its Content SID."""
        sid = "HX" + secrets.token_hex(16)
        self.contents[sid] = {
            "sid": sid,
            "friendly_name": f"approved {sid}",
            "language": "en",
            "variables": dict(variables),
            "types": {"twilio/text": {"body": body}},
        }
        self.approved.add(sid)
        return sid

    # -- the API -------------------------------------------------------------------------------------------------------

    def _authorise(self, request: Request) -> None:
        expected = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            raise Refused(401, 20003, "Authenticate")
        with self._lock:
            self.requests.append((request.method, request.url.path))

    async def _messages(self, request: Request) -> Response:
        import asyncio

        try:
            self._authorise(request)
            if request.path_params["account"] != self.account:
                raise Refused(404, 20404, "The requested resource was not found")
            if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
                raise Refused(415, 20415, "Unsupported media type")
            form = {key: str(value) for key, value in (await request.form()).items()}
            if self.slow:
                await asyncio.sleep(self.slow)
            made = self._create(form)
        except Refused as error:
            return _error(error)
        if self.mute > 0:
            # It has the message, and its answer gets lost.
            self.mute -= 1
            await asyncio.sleep(8)
        return JSONResponse(made, 201)

    def _create(self, form: dict[str, str]) -> dict[str, Any]:
        with self._lock:
            if self.faults:
                fault = self.faults[0]
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.pop(0)
                raise Refused(fault.status, fault.code, "a fault that was asked for", fault.retry_after)
            self._check(form)
            shown = self._show(form)
            to, is_template = form["To"], form.get("ContentSid", "") in self.approved
            open_window = self._now() - self._heard_at.get(to, 0.0) < WINDOW
            ending = "" if open_window or is_template else "63016"
            paid = max(self._paid_until.get(to, 0.0), time.monotonic())
            if paid - time.monotonic() >= PAIR_BURST * PAIR_PAUSE:
                ending = "63018"
                self.violations.append("more messages to one person than WhatsApp takes")
            else:
                self._paid_until[to] = paid + PAIR_PAUSE
            if self.late:
                ending = self.late.pop(0) or ending
            if not ending:
                self.shown.append(shown)
            status = "undelivered" if ending else "delivered"
            code = int(ending) if ending else None
            self.made[shown.sid] = {"sid": shown.sid, "status": status, "error_code": code, "to": to}
        if form.get("StatusCallback"):
            threading.Thread(target=self._report, args=(form, shown.sid, ending), daemon=True).start()
        return {
            "sid": shown.sid,
            "account_sid": self.account,
            "status": "queued",
            "to": to,
            "from": form.get("From", self.sender),
            "body": shown.body,
            "error_code": None,
            "error_message": None,
            "num_media": "0",
            "num_segments": "1",
            "direction": "outbound-api",
            "api_version": "2010-04-01",
            "date_created": "Mon, 23 Nov 2026 00:00:00 +0000",
            "uri": f"/2010-04-01/Accounts/{self.account}/Messages/{shown.sid}.json",
        }

    def _check(self, form: Mapping[str, str]) -> None:
        unknown = set(form) - _FIELDS
        if unknown:
            self._violated(f"unknown fields {sorted(unknown)}")
        if not _ADDRESS.fullmatch(form.get("To", "")):
            raise Refused(400, 21211, "Invalid 'To' phone number")
        if form["To"].endswith("0000000"):
            raise Refused(400, 63003, "Channel could not find To address")
        if form.get("From") != self.sender:
            raise Refused(400, 63007, "Could not find a Channel with the specified From address")
        if "Body" not in form and "ContentSid" not in form:
            raise Refused(400, 21619, "A text message body or media urls must be specified")
        if "ContentVariables" in form and "ContentSid" not in form:
            raise Refused(400, 21654, "ContentSid Required")
        if not form.get("Body", "x").strip():
            self._violated("an empty Body")
        if len(form.get("Body", "")) > 1600:
            raise Refused(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if not re.match(r"https?://", form.get("StatusCallback", "https://x")):
            raise Refused(400, 21609, "Invalid StatusCallback URL")

    def _violated(self, what: str) -> None:
        self.violations.append(what)
        raise Refused(400, 63013, what)

    def _show(self, form: Mapping[str, str]) -> Shown:
        sid = "SM" + secrets.token_hex(16)
        if "ContentSid" not in form:
            return Shown(sid, form["To"], form["Body"], "text", {}, {})
        content = self.contents.get(form["ContentSid"])
        if content is None:
            raise Refused(400, 21655, "The ContentSid is Invalid")
        values = {**content["variables"], **self._variables(form.get("ContentVariables", "{}"))}

        def fill(text: str) -> str:
            return _PLACE.sub(lambda found: values[found[1]], text)

        [(kind, type_)] = content["types"].items()
        body = fill(type_["body"])
        taps, notes = {}, {}
        entries = type_.get("actions") or type_.get("items") or []
        for entry in entries:
            title = fill(entry.get("title") or entry.get("item"))
            if title in taps:
                self._violated(f"the title {title!r} twice")
            taps[title] = fill(entry["id"])
            notes[title] = fill(entry.get("description", ""))
        if len(body) > (1600 if kind == "twilio/text" else 1024):
            self._violated("a body of more than 1024 characters")
        most, longest, longest_id = (3, 20, 256) if kind == "twilio/quick-reply" else (10, 24, 200)
        if len(entries) > most and form["ContentSid"] not in self.approved:
            self._violated(f"{len(entries)} choices of {kind} in a session")
        if len(set(taps.values())) < len(taps):
            self._violated("an id twice")
        for title, identity in taps.items():
            if not 0 < len(title) <= longest or not 0 < len(identity) <= longest_id or len(notes[title]) > 72:
                self._violated(f"a choice that does not fit: {title!r} {identity!r} {notes[title]!r}")
        if len(fill(type_.get("button", ""))) > 20:
            self._violated("a list's button of more than 20 characters")
        return Shown(sid, form["To"], body, kind, taps, notes, form["ContentSid"])

    def _variables(self, text: str) -> dict[str, str]:
        try:
            values = json.loads(text)
        except ValueError:
            raise Refused(400, 21656, "The ContentVariables Parameter is invalid") from None
        for name, value in values.items():
            if not isinstance(value, str) or not value.strip() or re.search(r"[\n\t]| {5}", value) or len(name) > 16:
                self.violations.append(f"variable {name}: {value!r}")
                raise Refused(400, 21656, "The ContentVariables Parameter is invalid")
            if len(value) > 255:
                self.violations.append(f"variable {name} is too long")
                raise Refused(400, 50541, "Content variable value is too long")
        return dict(values)

    def _report(self, form: Mapping[str, str], sid: str, ending: str) -> None:
        url = form["StatusCallback"]
        path = url.removeprefix(self.public_url)
        words = (
            ["sent", "undelivered"] if ending else ["sent", "delivered", *(["read"] if self.reports_reading else [])]
        )
        for word in words:
            report = {
                "SmsSid": sid,
                "SmsStatus": word,
                "MessageStatus": word,
                "ChannelToAddress": form["To"],
                "To": form["To"],
                "ChannelPrefix": "whatsapp",
                "MessageSid": sid,
                "AccountSid": self.account,
                "From": self.sender,
                "ApiVersion": "2010-04-01",
            }
            if word == "undelivered":
                report["ErrorCode"] = ending
            try:
                answer = self._post(path, report, sign(self.token, url, report.items()))
            except httpx.TransportError:
                continue  # as the real one: a report that nobody takes is lost
            with self._lock:
                self.reports.append((word, str(answer.status_code)))

    async def _message(self, request: Request) -> Response:
        try:
            self._authorise(request)
        except Refused as error:
            return _error(error)
        made = self.made.get(request.path_params["sid"])
        if made is not None:
            return JSONResponse(made)
        return _error(Refused(404, 20404, "The requested resource was not found"))

    async def _content(self, request: Request) -> Response:
        try:
            self._authorise(request)
            if request.method == "GET":
                found = list(self.contents.values())
                meta = {"page": 0, "page_size": 500, "next_page_url": None, "key": "contents"}
                here = f"{self.url}/v1/Content"
                return JSONResponse({"contents": found, "meta": {**meta, "first_page_url": here, "url": here}})
            if self.refuses_content:
                raise Refused(400, 92003, "Content creation is refused")
            return JSONResponse(self._create_content(await request.json()), 201)
        except Refused as error:
            return _error(error)

    async def _look_up(self, request: Request) -> Response:
        """What an operator's check asks: the account, a template's approval, the senders."""
        try:
            self._authorise(request)
            if "account" in request.path_params:
                if request.path_params["account"] != self.account:
                    raise Refused(404, 20404, "The requested resource was not found")
                return JSONResponse({"sid": self.account, "status": self.status, "friendly_name": "A centre"})
            if "sid" not in request.path_params:
                return JSONResponse({"senders": [{"sender_id": self.sender, "status": "ONLINE"}], "meta": {}})
            sid = request.path_params["sid"]
            if sid not in self.contents:
                raise Refused(404, 20404, "The requested resource was not found")
            status = "approved" if sid in self.approved else "pending"
            return JSONResponse({"sid": sid, "whatsapp": {"status": status, "rejection_reason": ""}})
        except Refused as error:
            return _error(error)

    def _create_content(self, content: Mapping[str, Any]) -> dict[str, Any]:
        if set(content) - {"friendly_name", "language", "variables", "types"} or not content.get("language"):
            self._violated("a Content with unknown fields or no language")
        for kind, type_ in content["types"].items():
            if kind not in _TYPES or set(type_) != _TYPES[kind]:
                self._violated(f"a Content of an unknown shape: {kind}")
        places = set(_PLACE.findall(json.dumps(content["types"])))
        if places != set(content.get("variables") or {}) or len(places) > 100:
            self._violated("variables without samples, or more than 100")
        sid = "HX" + secrets.token_hex(16)
        made = {**content, "sid": sid, "account_sid": self.account, "url": f"{self.url}/v1/Content/{sid}", "links": {}}
        with self._lock:
            self.contents[sid] = made
        return made


def _error(error: Refused) -> JSONResponse:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    body = {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    return JSONResponse(body, error.status, headers)
