"""What runs beside: Rasa and its channels, the action server, and the clock by which booked calls are made."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import yaml
from pydantic import TypeAdapter, ValidationError

from ringback.doctor.finding import Finding, Visit, bad, good
from ringback.ledger.oversight import Wanted
from ringback.office import rasa_token
from ringback.readiness import RasaStatus

_SKEW = 10.0
"""Seconds by which clocks may differ; a Date header counts whole seconds, and the answer took its time."""
_PATIENCE = 5.0
_CHANNELS_PATIENCE = 15.0
_FINDINGS = TypeAdapter(list[Finding])
_WEBSITE = "channels.website.WebsiteInput"
_NO_HOOK = frozenset({"", "rest", "cmdline", "callback", "socketio"})
"""Channels of Rasa's own, to which no news is sent, or which have no page that says that they are there."""


async def check_clock(visit: Visit) -> Sequence[Finding]:
    """This machine's clock against a provider's: calls for later are made by it."""
    settings = visit.settings
    kinds = {one.kind for one in visit.desk.providers} if visit.desk else set()
    addresses = {"fonolo": settings.fonolo_url, "tenios": settings.tenios_url}
    for kind in sorted(kinds):
        try:
            answer = await visit.http.head(addresses[kind], timeout=_PATIENCE)
            theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
        except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError, TypeError):
            continue
        skew = visit.clock() - theirs
        if abs(skew) <= _SKEW:
            return [good("clock", f"agrees with {kind}'s")]
        side = "ahead of" if skew > 0 else "behind"
        return [
            bad("clock", f"is {abs(skew):.0f} s {side} {kind}'s", "Let NTP set this machine's clock: `timedatectl`.")
        ]
    return [good("clock", "could not be compared: no provider told the time")]


async def check_rasa(visit: Visit) -> Sequence[Finding]:
    """Whether Rasa answers us, has a model, and has the channels to which news goes."""
    settings = visit.settings
    rasa = RasaStatus(visit.http, settings.rasa_url, rasa_token(settings))
    part = await rasa.look()
    if not part.ready:
        return [bad("Rasa", part.says, _REMEDY.get(part.says, _OTHERWISE))]
    wanted = _channels_of_the_file(visit.folder) | await _channels_of_the_ledger(visit)
    missing = [name for name in sorted(wanted) if not await _has_channel(visit, name)]
    if missing:
        return [
            good("Rasa", part.says),
            bad(
                "Rasa's channels",
                f"Rasa runs without {', '.join(missing)}",
                "Start Rasa with --credentials credentials.yml, and see there that the channel is switched on.",
            ),
        ]
    return [good("Rasa", part.says), good("Rasa's channels", ", ".join(sorted(wanted)) or "none is needed")]


_REMEDY = {
    "does not accept RINGBACK_RASA_TOKEN": "It must be the same as Rasa's --auth-token.",
    "has no model loaded": "`make train`, and start Rasa again; its log says why a model could not be loaded.",
    "has no HTTP API (--enable-api)": "Start Rasa with --enable-api: news is handed over by it.",
}
_OTHERWISE = "Is Rasa running, and is RINGBACK_RASA_URL right?"


def _channels_of_the_file(folder: Path) -> set[str]:
    try:
        content = yaml.safe_load((folder / "credentials.yml").read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return set()
    return {"website"} if isinstance(content, dict) and _WEBSITE in content else set()


async def _channels_of_the_ledger(visit: Visit) -> set[str]:
    if visit.ledger is None:
        return set()
    return {one.channel for one in await visit.ledger.search(Wanted())} - _NO_HOOK


async def _has_channel(visit: Visit, name: str) -> bool:
    try:
        answer = await visit.http.get(f"{visit.settings.rasa_url.rstrip('/')}/webhooks/{name}/", timeout=_PATIENCE)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


async def check_actions(visit: Visit) -> Sequence[Finding]:
    """Whether the action server is up, and what it says about itself."""
    name, address = "action server", visit.settings.actions_url.rstrip("/")
    try:
        health = await visit.http.get(f"{address}/health", timeout=_PATIENCE)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        do = "Is it running, and is RINGBACK_ACTIONS_URL right? `make run` starts everything."
        return [bad(name, f"does not answer ({type(error).__name__})", do)]
    if health.status_code != httpx.codes.OK:
        return [bad(name, f"answers HTTP {health.status_code}", "Is RINGBACK_ACTIONS_URL the action server's address?")]
    return [good(name, "answers")]


async def check_channels(visit: Visit) -> Sequence[Finding]:
    """What the channels' own doctor says; they live in Rasa's environment."""
    python = visit.folder / "rasa-server" / ".venv" / "bin" / "python"
    if not python.exists() or not (visit.folder / "channels" / "doctor.py").exists():
        return []
    process = await asyncio.create_subprocess_exec(
        *(str(python), "-m", "channels.doctor", "--json"),
        cwd=visit.folder,
        env=dict(visit.environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_CHANNELS_PATIENCE):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return [bad("channels", f"no answer within {_CHANNELS_PATIENCE:g} s", "A channel's platform does not answer.")]
    try:
        found: Any = json.loads(output)
        findings = _FINDINGS.validate_python(found)
    except (ValueError, ValidationError):
        do = "Run `rasa-server/.venv/bin/python -m channels.doctor` by itself and read what it says."
        return [bad("channels", "their doctor gave no answer that can be read", do)]
    return [one.model_copy(update={"name": f"channel {one.name}"}) for one in findings]
