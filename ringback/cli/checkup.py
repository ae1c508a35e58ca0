"""`ringback doctor`: green and red lines, and what to do about the red ones."""

from __future__ import annotations

from rich.text import Text

from ringback.cli.console import console, print_json
from ringback.doctor import Finding, examine


async def check_up(*, as_json: bool) -> int:
    """Check everything; the exit code is 1 when anything is not right."""
    findings: list[Finding] = []
    out = console()
    async for finding in examine():
        findings.append(finding)
        if not as_json:
            out.print(Text.assemble(("ok    ", "green") if finding.ok else ("WRONG ", "bold red"), _line(finding)))
            if not finding.ok and finding.do:
                out.print(Text(f"      → {finding.do}"))
    if as_json:
        print_json([finding.model_dump() for finding in findings])
    wrong = sum(not finding.ok for finding in findings)
    if not as_json:
        out.print(
            Text(f"{wrong} of {len(findings)} need your attention.") if wrong else Text("Everything is in order.")
        )
    return 1 if wrong else 0


def _line(finding: Finding) -> str:
    return f"{finding.name}: {finding.says}"
