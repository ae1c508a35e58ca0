"""Is Slack set up? Asks Slack itself with the token that is set; docs/channels.md has the manifest."""

from __future__ import annotations

import aiohttp

from channels.checks import Answer, Check, ask
from channels.slack_settings import SlackSettings

SCOPES = ("app_mentions:read", "chat:write", "commands", "im:history", "im:read", "im:write", "users:read")
_TOKEN_TROUBLE = {
    "invalid_auth": "Slack does not know this token",
    "not_authed": "Slack got no token",
    "token_revoked": "the token was revoked: the app was removed from the workspace",
    "token_expired": "the token has expired: switch token rotation off",
    "account_inactive": "the token belongs to a workspace or user that is gone",
}


async def check_slack(settings: SlackSettings, session: aiohttp.ClientSession) -> list[Check]:
    """Every check, in the order in which to mend."""
    if not settings.is_on:
        if settings.missing:
            missing = ", ".join(settings.missing)
            return [
                Check("slack", False, f"half set up: {missing} not set", "Set both, or none: docs/channels.md, Slack.")
            ]
        return [Check("slack", True, "off")]
    name = "slack token"
    answer = await ask(
        session,
        f"{settings.base_url}auth.test",
        method="POST",
        headers={"Authorization": f"Bearer {settings.token}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    if answer.trouble:
        return [Check(name, False, f"Slack {answer.trouble}", "Let this machine reach slack.com over HTTPS.")]
    if not answer.body.get("ok"):
        error = str(answer.body.get("error") or f"HTTP {answer.status}")
        says = _TOKEN_TROUBLE.get(error, f"Slack says {error}")
        return [
            Check(name, False, says, "Copy the bot token (xoxb-…) anew: OAuth & Permissions, RINGBACK_SLACK_BOT_TOKEN.")
        ]
    checks = [Check(name, True, f"good, in the workspace {answer.body.get('team') or 'without a name'}")]
    if not answer.body.get("bot_id"):
        do = "Use the bot token, which begins with xoxb-."
        checks.append(Check("slack bot", False, "the token is a person's and not the bot's", do))
    return [*checks, _scopes(answer), _secret(settings)]


def _scopes(answer: Answer) -> Check:
    granted = {one.strip() for one in answer.headers.get("x-oauth-scopes", "").split(",") if one.strip()}
    lacking = [one for one in SCOPES if one not in granted]
    if lacking:
        do = "Add them under OAuth & Permissions (or paste the manifest), and install the app anew."
        return Check("slack scopes", False, f"missing: {', '.join(lacking)}", do)
    return Check("slack scopes", True, "all there")


def _secret(settings: SlackSettings) -> Check:
    """Only a request from Slack could prove it; its shape can be looked at."""
    good = len(settings.signing_secret) == 32 and all(one in "0123456789abcdef" for one in settings.signing_secret)
    do = "Copy the signing secret anew: Basic Information, RINGBACK_SLACK_SIGNING_SECRET."
    return Check(
        "slack signing secret", good, "looks right" if good else "is not 32 hexadecimal digits", "" if good else do
    )
