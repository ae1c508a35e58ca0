"""How to reach one profile of one Fonolo account, and what can be wrong with that."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr

from ringback.models import Frozen
from ringback.providers.base import NotConfigured
from ringback.providers.fonolo_names import FonoloNames
from ringback.providers.fonolo_wire import is_sid
from ringback.providers.http_line import check_address, zone_of

_TOKEN = re.compile(r"[0-9a-f]{64}")


class FonoloAccount(Frozen):
    """How to reach one profile of one account. Nothing is checked before it is used (`check`).

    `timezone` is the IANA name of the zone of the profile's time stamps. Time-outs are in seconds: to get a
    connection, to read an answer, and for the answer to an order.
    """

    name: str = "fonolo"
    base_url: str = "https://api.fonolo.com/3.0/"
    account_sid: str = Field("", repr=False)
    auth_token: SecretStr = SecretStr("")
    profile: str = ""
    timezone: str = "UTC"
    names: FonoloNames = FonoloNames()
    connect_time_out: float = 3.0
    answer_time_out: float = 10.0
    order_time_out: float = 15.0

    def check(self) -> None:
        """Raises NotConfigured, naming the setting, when a setting is missing or cannot be right."""
        if not is_sid(self.account_sid):
            raise NotConfigured("RINGBACK_FONOLO_ACCOUNT_SID must be AC and 32 hex digits, from the Fonolo portal")
        if not _TOKEN.fullmatch(self.auth_token.get_secret_value()):
            raise NotConfigured("RINGBACK_FONOLO_AUTH_TOKEN must be 64 hex digits, from the Fonolo portal")
        if not is_sid(self.profile):
            raise NotConfigured(f"profile of {self.name!r} in desk.yml must be CP and 32 hex digits")
        if "{question}" not in self.names.answer_parameter:
            raise NotConfigured(f"names.answer_parameter of {self.name!r} in desk.yml must hold {{question}}")
        check_address(self.base_url, "RINGBACK_FONOLO_URL", "https://api.fonolo.com/3.0/")
        self.zone()

    def zone(self) -> ZoneInfo:
        """The zone of the time stamps. Raises NotConfigured."""
        return zone_of(self.timezone, self.name)
