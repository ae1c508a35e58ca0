"""`ringback doctor --verify-provider`: what a real account answers, beside what was assumed of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from ringback.cli.console import console, print_json
from ringback.office import provider_of
from ringback.providers.fonolo import Fonolo, FonoloNames
from ringback.providers.tenios import Tenios, TeniosNames
from ringback.settings import FonoloSettings, ProviderSettings, Settings
from ringback.transport import provider_client
from ringback.verifying import Recorder, Verdict, Verification, verify_fonolo, verify_tenios

FOLDER = Path("var")


async def verify_providers(settings: Settings, *, as_json: bool, folder: Path = FOLDER) -> int:
    """Ask every provider of desk.yml; exit code 1 when a name is not as assumed or an answer made no sense."""
    told = [await _verify(settings, ours) for ours in settings.desk().providers]
    _keep(told, folder)
    if as_json:
        print_json([one.model_dump(mode="json") for one in told])
    else:
        for one in told:
            _show(one, folder)
    names = [name for one in told for name in one.names]
    return int(any(one.troubles for one in told) or any(name.verdict is Verdict.MISSING for name in names))


async def _verify(settings: Settings, ours: ProviderSettings) -> Verification:
    recorder = Recorder()
    async with provider_client() as http:
        http.event_hooks = {"response": [recorder.note]}
        match provider_of(http, settings, ours):
            case Fonolo() as fonolo:
                profile = ours.profile if isinstance(ours, FonoloSettings) else ""
                return await verify_fonolo(fonolo, FonoloNames(**ours.names), profile, recorder)
            case Tenios() as tenios:
                return await verify_tenios(tenios, TeniosNames.model_validate(ours.names), recorder)


def _keep(told: Sequence[Verification], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for one in told:
        _file(one, folder).write_text(one.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _file(told: Verification, folder: Path) -> Path:
    return folder / f"verify-{told.provider}.json"


def _show(told: Verification, folder: Path) -> None:
    table = Table("name", "assumed", "", title=told.provider)
    for one in told.names:
        words = f"found: {one.seen}" if one.seen and one.seen != one.assumed else one.verdict.value
        table.add_row(one.name, one.assumed, words, style="red" if one.verdict is Verdict.MISSING else "")
    screen = console()
    screen.print(table)
    for trouble in told.troubles:
        screen.print(f"[red]{trouble}[/]")
    screen.print(f"What was answered, with all that is personal masked, stands in {_file(told, folder)}.")
