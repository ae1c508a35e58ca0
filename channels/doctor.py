"""Are the channels set up? `rasa-server/.venv/bin/python -m channels.doctor [--json]`, from the project's folder.

Reads credentials.yml and the environment as the Rasa server does, asks the platforms, and says for each thing whether
it is well and what to do if it is not. Exit code 0 when all is well. Shows no secret; every question has a time-out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from channels.checks import TIME_OUT, Check
from channels.environment import use_environment
from channels.slack_checks import check_slack
from channels.slack_settings import read_settings as slack_settings
from channels.website_checks import check_website
from channels.whatsapp_checks import check_whatsapp
from channels.whatsapp_settings import read_settings as whatsapp_settings

CREDENTIALS = Path("credentials.yml")
_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")


def read_credentials(file: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """The entries of credentials.yml with `${NAME}` filled in as Rasa does; what is not set is empty.

    Raises OSError and YAMLError.
    """
    text = file.read_text(encoding="utf-8")
    filled = _VARIABLE.sub(lambda found: environment.get(found[1] or found[2], ""), text)
    content = YAML(typ="safe").load(filled)
    return dict(content) if isinstance(content, dict) else {}


async def examine(credentials: Mapping[str, Any], *, rasa_url: str, **more: Any) -> list[Check]:
    """Every check of every channel. `more` is for other addresses of the platforms."""
    timeout = aiohttp.ClientTimeout(total=TIME_OUT)
    whatsapp = credentials.get("channels.whatsapp.WhatsAppInput")
    async with aiohttp.ClientSession(timeout=timeout) as session:
        slack, twilio, website = await asyncio.gather(
            check_slack(slack_settings(credentials.get("channels.slack.SlackInput")), session),
            check_whatsapp(None if whatsapp is None else whatsapp_settings(whatsapp), session, **more),
            check_website(credentials.get("channels.website.WebsiteInput"), session, rasa_url=rasa_url),
        )
    return [*website, *twilio, *slack]


def lines(checks: Sequence[Check]) -> list[str]:
    """For people: a line for each check, and what to do below those that are not well."""
    said: list[str] = []
    for check in checks:
        said.append(f"{'ok ' if check.ok else 'BAD'} {check.name}: {check.says}")
        said += [f"    {check.do}"] if check.do else []
    return said


def _main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m channels.doctor", description="Are the channels set up?")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--credentials", type=Path, default=CREDENTIALS, help="another credentials.yml")
    chosen = parser.parse_args(arguments)
    use_environment()
    try:
        credentials = read_credentials(chosen.credentials, os.environ)
    except (OSError, YAMLError) as error:
        kind = error.strerror if isinstance(error, OSError) else "no valid YAML"
        checks = [
            Check("credentials.yml", False, f"{chosen.credentials}: {kind}", "Mend it; docs/channels.md shows it.")
        ]
    else:
        rasa_url = os.environ.get("RINGBACK_RASA_URL") or "http://127.0.0.1:5005"
        checks = asyncio.run(examine(credentials, rasa_url=rasa_url))
    shown = json.dumps([asdict(one) for one in checks]) if chosen.json else "\n".join(lines(checks))
    sys.stdout.write(shown + "\n")
    return 0 if all(one.ok for one in checks) else 1


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
