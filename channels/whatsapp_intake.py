"""Reads what Twilio posts about WhatsApp: messages and reports of what became of ours. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from channels.chat_base.meaning import Incoming

LONGEST_TEXT = 4096
_NUMBER = re.compile(r"whatsapp:(\+[1-9]\d{6,14})")
_ADDRESS = re.compile(r"whatsapp:[+A-Za-z0-9._-]{3,128}")
_SID = re.compile(r"[A-Za-z0-9]{10,64}")


@dataclass(frozen=True)
class Message:
    """Something a person sent. `kind` names what cannot be read ("image", "audio", …), empty for plain text and taps;
    `number` is E.164, empty where the sender has shown only a user name.
    """

    sid: str
    address: str
    incoming: Incoming
    kind: str = ""
    number: str = ""


@dataclass(frozen=True)
class Report:
    """What became of one of our messages: Twilio's word for it, and its error code if it failed."""

    sid: str
    status: str
    code: str = ""


@dataclass(frozen=True)
class Unreadable:
    """Signed, but nothing that we know what to do with."""


def conversation_of(address: str, secret: str) -> str:
    """The id of a person's conversation: safe in a URL, and without the number for anybody without the secret."""
    digest = hmac.new(secret.encode(), address.encode(), hashlib.sha256).digest()
    return "wa-" + base64.urlsafe_b64encode(digest[:24]).decode()


def read_message(fields: Iterable[tuple[str, str]]) -> Message | Unreadable:
    """A message to us."""
    form = dict(fields)
    sid, address = form.get("MessageSid") or form.get("SmsMessageSid") or "", form.get("From", "")
    if not _SID.fullmatch(sid) or not _ADDRESS.fullmatch(address):
        return Unreadable()
    tapped = form.get("ButtonPayload") or form.get("ListId") or ""
    text = form.get("ButtonText") or form.get("ListTitle") or form.get("Body") or ""
    number = _NUMBER.fullmatch(address)
    incoming = Incoming(text[:LONGEST_TEXT].replace("\x00", "").strip(), tapped[:256])
    return Message(sid, address, incoming, _kind(form, incoming), number[1] if number else "")


def _kind(form: dict[str, str], incoming: Incoming) -> str:
    if form.get("Latitude") and form.get("Longitude"):
        return "location"
    if form.get("NumMedia", "0").strip() not in {"", "0"}:
        media = form.get("MediaContentType0", "").partition("/")[0]
        return media if media in {"image", "video", "audio"} else "file"
    return "" if incoming.text or incoming.tapped else "nothing"


def read_report(fields: Iterable[tuple[str, str]]) -> Report | Unreadable:
    """A report about a message of ours."""
    form = dict(fields)
    sid, status = form.get("MessageSid", ""), (form.get("MessageStatus") or "").lower()
    if not _SID.fullmatch(sid) or not status.isalpha():
        return Unreadable()
    code = form.get("ErrorCode", "")
    return Report(sid, status, code if code.isdigit() else "")
