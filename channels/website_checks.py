"""Is the website's channel set up? Looks at its settings, and at the page that a running server hands out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from channels import keys
from channels.checks import Check, ask
from channels.settings import Settings

SHORTEST_SECRET = 32


async def check_website(
    entry: Mapping[str, Any] | None, session: aiohttp.ClientSession, *, rasa_url: str, secret_file: Path = keys.FILE
) -> list[Check]:
    """Every check, in the order in which to mend."""
    name = "website"
    try:
        settings = Settings.of(entry, os.environ)
    except ValueError as error:
        return [Check(name, False, str(error), "Mend the entry channels.website.WebsiteInput of credentials.yml.")]
    checks = [_secret(settings, secret_file), _origins(settings)]
    page = await ask(session, f"{rasa_url.rstrip('/')}/webhooks/website/ui/")
    if page.status == 200:
        return [*checks, Check("website page", True, "answers")]
    do = "Start the Rasa server (`make run`); RINGBACK_RASA_URL says where it is looked for."
    return [*checks, Check("website page", False, page.trouble or f"HTTP {page.status}", do)]


def _secret(settings: Settings, file: Path) -> Check:
    name = "website secret"
    given = settings.secret or os.environ.get(keys.SETTING)
    if not given and not file.exists():
        return Check(name, True, f"none yet: the server makes one and keeps it in {file}")
    try:
        secrets = keys.find(settings.secret, os.environ, file)
    except OSError as error:
        return Check(name, False, f"{file} cannot be read ({error.strerror})", "Let the Rasa server's user read it.")
    if any(len(one) < SHORTEST_SECRET for one in secrets):
        do = f"Take {SHORTEST_SECRET} or more random characters for {keys.SETTING}."
        return Check(name, False, "is too short: sessions could be forged", do)
    return Check(name, True, "long enough")


def _origins(settings: Settings) -> Check:
    listed = sorted(settings.origins.listed)
    if plain := [
        one for one in listed if one.startswith("http://") and "localhost" not in one and "127.0.0.1" not in one
    ]:
        do = "Write https:// in the list of origins: what goes over http can be read and changed on its way."
        return Check("website origins", False, f"not safe: {', '.join(plain)}", do)
    return Check("website origins", True, ", ".join(listed) or "only the server's own page")
