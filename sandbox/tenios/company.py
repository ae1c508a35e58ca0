"""The seed company for TENIOS: fixed names, identifiers and a key, made up and published, so that they protect nothing.

Its numbers are of the range that Germany keeps for fiction (+49 30 23125 000 to 999).
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

ACCESS_KEY = "7e5a10c5-0000-4000-8000-00000000a001"
SALES_ID = "7e5a10c5-0000-4000-8000-00000000c001"
SERVICE_ID = "7e5a10c5-0000-4000-8000-00000000c002"


@dataclass(frozen=True, slots=True)
class Configuration:
    """A callback configuration of the portal (fields CONFIRMED). `destination_number` is partner A, the agent, who is
    called first and for `ring_seconds` at most; numbers are E.164.
    """

    id: str
    name: str
    destination_number: str
    displayed_number: str
    ring_seconds: float


@dataclass(frozen=True, slots=True)
class Company:
    """A TENIOS customer. Nothing on the wire depends on `zone`."""

    name: str
    zone: ZoneInfo
    access_key: str
    configurations: tuple[Configuration, ...]

    def configuration(self, config_id: object) -> Configuration | None:
        return next((one for one in self.configurations if one.id == config_id), None)


def beispiel() -> Company:
    """Beispiel GmbH of Berlin: a sales line that rings for 20 seconds and a service line that rings for 30."""
    return Company(
        name="Beispiel GmbH",
        zone=ZoneInfo("Europe/Berlin"),
        access_key=ACCESS_KEY,
        configurations=(
            Configuration(SALES_ID, "Vertrieb", "+493023125901", "+493023125900", 20.0),
            Configuration(SERVICE_ID, "Kundendienst", "+493023125902", "+493023125900", 30.0),
        ),
    )
