"""Is WhatsApp set up? Asks Twilio with the credentials that are set, and the public address whether it is ours."""

from __future__ import annotations

import aiohttp

from channels.checks import Check, ask
from channels.languages import LANGUAGES
from channels.whatsapp_settings import FOR_ALL, STATUS, TEMPLATE_SETTING, WEBHOOK, Approved, WhatsAppSettings

_TOKEN_NAME = "the account's SID and auth token (or the API key)"  # noqa: S105 - words


async def check_whatsapp(
    settings: WhatsAppSettings | None,
    session: aiohttp.ClientSession,
    *,
    senders_url: str = "https://messaging.twilio.com",
    public_at: str = "",
) -> list[Check]:
    """Every check, in the order in which to mend. `settings` is None when credentials.yml has no such entry.

    `public_at`: where the public address is asked instead, for tests.
    """
    if settings is None:
        return [Check("whatsapp", True, "off")]
    if settings.missing:
        do = "Set them as docs/channels.md, WhatsApp, says; until then every message is refused."
        return [Check("whatsapp", False, f"not set: {', '.join(settings.missing)}", do)]
    auth = _authorization(settings)
    account = await _account(settings, session, auth)
    checks = [account]
    if account.ok:
        checks += [await _sender(settings, session, auth, senders_url)] if settings.sender else []
        checks += [
            await _template(one, f"{language or 'for all'} {kind}", settings, session, auth)
            for language, kinds in settings.templates.items()
            for kind, one in kinds.items()
        ]
    checks += _languages(settings)
    if not settings.templates:
        says = "no template: what happens after 24 hours of silence cannot be told until the person writes again"
        checks.append(Check("whatsapp templates", True, says))
    return [*checks, *await _public(settings, session, public_at or settings.public_url)]


def _languages(settings: WhatsAppSettings) -> list[Check]:
    """Which language speaks through another one's template, and what was not understood of the setting."""
    checks = []
    if settings.unread:
        do = f"Write {TEMPLATE_SETTING} as HX… for all languages, or as en=HX…,de=HX…,fr=HX…"
        checks.append(Check("whatsapp templates", False, f"cannot be read: {', '.join(settings.unread)}", do))
    if settings.templates and FOR_ALL not in settings.templates:
        lacking = [one for one in LANGUAGES if one not in settings.templates]
        others = {
            one: next(other for other in settings.instead_of(one) if other in settings.templates) for one in lacking
        }
        checks += [
            Check(f"whatsapp templates {one}", True, f"none of its own: news goes out by the one for {other}")
            for one, other in others.items()
        ]
    return checks


def _authorization(settings: WhatsAppSettings) -> dict[str, str]:
    key, secret = settings.api_key, settings.api_secret
    if not (key and secret):
        key, secret = settings.account_sid, settings.tokens[0]
    return {"Authorization": aiohttp.BasicAuth(key, secret).encode()}


async def _account(settings: WhatsAppSettings, session: aiohttp.ClientSession, auth: dict[str, str]) -> Check:
    name = "whatsapp account"
    answer = await ask(
        session, f"{settings.api_url.rstrip('/')}/2010-04-01/Accounts/{settings.account_sid}.json", headers=auth
    )
    if answer.trouble:
        return Check(name, False, f"Twilio {answer.trouble}", "Let this machine reach api.twilio.com over HTTPS.")
    if answer.status in (401, 403):
        return Check(
            name, False, "Twilio does not accept the credentials", f"Check {_TOKEN_NAME} in the Twilio console."
        )
    if answer.status != 200:
        return Check(name, False, f"Twilio answers HTTP {answer.status}", "Check account_sid: AC and 32 hex digits.")
    status = str(answer.body.get("status") or "active")
    return Check(
        name, status == "active", status, "" if status == "active" else "Ask Twilio why the account is not active."
    )


async def _sender(
    settings: WhatsAppSettings, session: aiohttp.ClientSession, auth: dict[str, str], senders_url: str
) -> Check:
    name = "whatsapp sender"
    answer = await ask(session, f"{senders_url}/v2/Channels/Senders?Channel=whatsapp&PageSize=100", headers=auth)
    if answer.status != 200:
        says = f"could not be looked up ({answer.trouble or f'HTTP {answer.status}'})"
        return Check(name, True, f"{says}; Twilio's shared sandbox number is on no list")
    senders = {str(one.get("sender_id")): str(one.get("status") or "") for one in answer.body.get("senders") or ()}
    if settings.sender not in senders:
        do = "Set twilio_number to a number under Messaging, WhatsApp senders; the shared sandbox is on no list."
        return Check(name, False, "is no WhatsApp sender of this account", do)
    status = senders[settings.sender].upper()
    good = status.startswith("ONLINE")
    return Check(name, good, status.lower(), "" if good else "Finish its registration under Messaging, Senders.")


async def _template(
    one: Approved, what: str, settings: WhatsAppSettings, session: aiohttp.ClientSession, auth: dict[str, str]
) -> Check:
    name = f"whatsapp template {what}"
    url = f"{settings.content_url.rstrip('/')}/v1/Content/{one.sid}/ApprovalRequests"
    answer = await ask(session, url, headers=auth)
    if answer.status == 404:
        return Check(
            name, False, "Twilio has no such Content", "Copy its SID (HX…) anew from the Content Template Builder."
        )
    if answer.status != 200:
        return Check(name, False, f"could not be looked up ({answer.trouble or f'HTTP {answer.status}'})", "Try again.")
    status = str((answer.body.get("whatsapp") or {}).get("status") or "unsubmitted")
    if status == "approved":
        return Check(name, True, "approved")
    reason = str((answer.body.get("whatsapp") or {}).get("rejection_reason") or "")
    do = "Submit it for WhatsApp's approval, and take it out of credentials.yml until it has it."
    return Check(name, False, f"{status}{f' ({reason})' if reason else ''}", do)


async def _public(settings: WhatsAppSettings, session: aiohttp.ClientSession, where: str) -> list[Check]:
    name = "whatsapp public address"
    if not settings.public_url.startswith("https://"):
        do = "Twilio signs for the address that it calls: set that."
        return [Check(name, False, "does not begin with https://", do)]
    answer = await ask(session, f"{where}/webhooks/whatsapp/")
    if answer.trouble or answer.status != 200 or answer.body.get("status") != "ok":
        seen = answer.trouble or f"HTTP {answer.status}"
        do = "It has to lead to the Rasa server: check the proxy, and that Ringback is running."
        says = f"{settings.public_url}/webhooks/whatsapp/ does not answer as ours ({seen})"
        return [Check(name, False, says, do)]
    return [
        Check(name, True, "answers as ours"),
        await _door(session, where, WEBHOOK, "whatsapp messages"),
        await _door(session, where, STATUS, "whatsapp status callback"),
    ]


async def _door(session: aiohttp.ClientSession, where: str, path: str, name: str) -> Check:
    """What nobody signed is refused there, and that can only be Ringback."""
    answer = await ask(session, f"{where}{path}", method="POST")
    if answer.status == 403:
        return Check(name, True, "refuses what Twilio did not sign, as it should")
    seen = answer.trouble or f"HTTP {answer.status}"
    do = f"Let the proxy pass on POST to {path}, its body and headers unchanged."
    return Check(name, False, f"{path} does not answer as ours ({seen})", do)
