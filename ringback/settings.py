"""Every setting in one table: secrets and addresses from the environment, the centre's own facts from desk.yml.

Environment variables are spelt RINGBACK_<NAME> and may stand in a file `.env`; `desk.yml` is named by
RINGBACK_DESK_FILE. docs/operations.md lists them all.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ringback.guard_settings import GuardSettings
from ringback.languages import FALLBACK, Language
from ringback.strict import Strict


class SettingsError(Exception):
    """A setting is missing or wrong. The text says which one and what to write instead."""


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as America/Toronto or Europe/Berlin")
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]


class FonoloSettings(Strict):
    """One Fonolo profile. `names` overrides what we had to assume about the wire (ringback/providers/fonolo.py)."""

    kind: Literal["fonolo"]
    name: str = "fonolo"
    profile: str
    timezone: Zone
    names: dict[str, str] = Field(default_factory=dict)


class TeniosQuestion(Strict):
    """A question asked in the chat; its answer is read out to the agent. Lengths count characters."""

    text: str
    required: bool = False
    min_length: int = Field(default=0, ge=0)
    max_length: int = Field(default=100, gt=0)
    choices: tuple[str, ...] = ()


class TeniosQueue(Strict):
    """A TENIOS callback configuration as a queue; TENIOS itself knows neither names nor hours nor questions.

    `hours` maps days ("mon", "mon-fri", "daily") to spans of local time ("09:00-12:00 13:00-17:00"); `holidays` are
    days on which it is closed. `announcement` is what the agent hears, with `{answers}` where the answers belong.
    """

    name: str
    callback_config_id: str
    hours: dict[str, str] = Field(min_length=1)
    holidays: tuple[date, ...] = ()
    slot_minutes: int = Field(default=30, ge=5, le=240)
    days_ahead: int = Field(default=7, ge=0, le=60)
    questions: tuple[TeniosQuestion, ...] = ()
    announcement: str = ""
    key_to_start: str = Field(default="", pattern=r"^[0-9*#]?$")


class TeniosSettings(Strict):
    """One TENIOS account. `names` overrides what we had to assume (ringback/providers/tenios_names.py)."""

    kind: Literal["tenios"]
    name: str = "tenios"
    timezone: Zone
    names: dict[str, str] = Field(default_factory=dict)
    queues: tuple[TeniosQueue, ...] = Field(min_length=1)


ProviderSettings = Annotated[FonoloSettings | TeniosSettings, Field(discriminator="kind")]


class QueueWords(Strict):
    """Other words by which people ask for a queue."""

    synonyms: tuple[str, ...] = ()


class FollowingSettings(Strict):
    """How often a provider is asked about a call-back. In seconds, but for what counts looks."""

    ringing: float = Field(default=2.0, gt=0, description="between two looks while a phone rings")
    holding: float = Field(
        default=5.0, gt=0, description="the longest pause on hold, when the next to ring is a person"
    )
    waiting: float = Field(default=15.0, gt=0, description="the longest pause while nothing rings")
    scheduled: float = Field(default=21600.0, gt=0, description="the longest pause before a booked time comes near")
    wake_before: float = Field(default=30.0, ge=0, description="before a booked time, from when it is followed closely")
    ordering: float = Field(default=45.0, gt=0, description="an order still unanswered after this long is uncertain")
    grace: float = Field(
        default=60.0, ge=0, description="how long Fonolo's `Error Callback` may still turn into something else"
    )
    lookups_until: float = Field(default=180.0, gt=0, description="how long an uncertain order is looked for")
    give_up_after: float = Field(
        default=21600.0, gt=0, description="a call-back without an ending is given up after this"
    )
    give_up_after_misses: int = Field(default=10, gt=0, description="looks in a row that the provider itself refuses")
    back_off: float = Field(default=60.0, gt=0, description="the longest pause while the provider is down")
    at_once: int = Field(default=50, gt=0, description="looks in flight for each provider")
    per_second: float = Field(default=0.0, ge=0, description="looks begun a second for each provider; 0 is no limit")
    too_late: float = Field(
        default=900.0, gt=0, description="a call for later is not ordered after this long past its time"
    )


class TellingSettings(Strict):
    """How news gets to its conversation. In seconds but `at_once`."""

    time_out: float = Field(default=10.0, gt=0, description="for one delivery")
    back_off: float = Field(default=30.0, gt=0, description="the longest pause between two tries")
    at_once: int = Field(default=20, gt=0, description="conversations told at the same time")
    stuck_after: float = Field(
        default=600.0, gt=0, description="news that one conversation refuses for this long goes to the operator"
    )
    stuck_pause: float = Field(default=900.0, gt=0, description="between two tries of news that is stuck")


class ConsentSettings(Strict):
    """What a person agrees to by booking; noted with each request under `version`, so that it can be shown later."""

    version: str = Field(default="1", max_length=64, description="changes with every change of the wording")
    text: str | dict[Language, str] = Field(
        default="", description="said before the summary of a request; nothing if empty; a text, or one a language"
    )

    def text_in(self, language: Language) -> str:
        """What is said before the summary; empty if nothing is."""
        return self.text if isinstance(self.text, str) else self.text.get(language, "")


class RetentionSettings(Strict):
    """How long what is personal is kept. In days; 0 keeps it for ever."""

    callbacks_days: float = Field(default=90.0, ge=0, description="number and answers, after a call is over")
    conversations_days: float = Field(default=90.0, ge=0, description="a conversation, after its last word")


class DeskFile(Strict):
    """desk.yml: who the centre is, where, and through which provider it calls."""

    centre: str = Field(default="", description="its name; without one it is called our team")
    language: Language = Field(
        default=FALLBACK, description="spoken where neither the person nor the channel says more"
    )
    region: str = Field(default="CA", pattern="^[A-Z]{2}$", description="for numbers written without a country code")
    also_regions: tuple[Annotated[str, Field(pattern="^[A-Z]{2}$")], ...] = Field(
        default=(), description="and for those that do not exist there, in this order"
    )
    person: str | dict[Language, str] = Field(
        default="", description="what is said to somebody who wants a person and no call; a text, or one a language"
    )
    providers: tuple[ProviderSettings, ...] = Field(min_length=1)
    fresh: float = Field(default=20.0, ge=0, description="seconds for which queues, questions and time slots are kept")
    queues: dict[str, QueueWords] = Field(default_factory=dict)
    following: FollowingSettings = FollowingSettings()
    telling: TellingSettings = TellingSettings()
    guard: GuardSettings = GuardSettings()
    consent: ConsentSettings = ConsentSettings()
    retention: RetentionSettings = RetentionSettings()

    @field_validator("providers")
    @classmethod
    def _names_differ(cls, providers: tuple[ProviderSettings, ...]) -> tuple[ProviderSettings, ...]:
        names = [one.name for one in providers]
        if len(set(names)) < len(names):
            raise ValueError(f"give each provider a name of its own: {', '.join(names)}")
        return providers

    def person_in(self, language: Language) -> str:
        """What is said to somebody who wants a person and no call; empty if nothing is."""
        return self.person if isinstance(self.person, str) else self.person.get(language, "")

    @property
    def timezone(self) -> ZoneInfo:
        """The zone in which the centre tells the time when no queue is chosen yet: the first provider's."""
        return ZoneInfo(self.providers[0].timezone)

    def zone_of(self, provider: str) -> ZoneInfo:
        """The zone of a provider's opening hours and time slots; the centre's for one that is gone."""
        return next((ZoneInfo(one.timezone) for one in self.providers if one.name == provider), self.timezone)


class Settings(BaseSettings):
    """The environment's part."""

    model_config = SettingsConfigDict(env_prefix="RINGBACK_", env_file=".env", extra="ignore", frozen=True)

    desk_file: Path = Path("desk.yml")
    domain_file: Path = Path("domain")
    ledger_url: str = "sqlite:///var/ringback.sqlite3"
    chats_url: str = "sqlite:///var/chats.sqlite3"
    endpoints_file: Path = Path("endpoints.yml")
    ledger_key: SecretStr = SecretStr("")
    ledger_encryption_key: SecretStr = SecretStr("")
    rasa_url: str = "http://127.0.0.1:5005"
    rasa_token: SecretStr = SecretStr("")
    actions_secret: SecretStr = SecretStr("")
    fonolo_url: str = "https://api.fonolo.com/3.0/"
    fonolo_account_sid: str = ""
    fonolo_auth_token: SecretStr = SecretStr("")
    tenios_url: str = "https://api.tenios.com/"
    tenios_access_key: SecretStr = SecretStr("")
    verify_url: str = "https://verify.twilio.com/"
    verify_account_sid: str = ""
    verify_auth_token: SecretStr = SecretStr("")
    verify_service_sid: str = ""
    worker_inside: bool = True
    actions_url: str = "http://127.0.0.1:5055"
    worker_host: str = "127.0.0.1"
    worker_port: int = Field(default=0, ge=0, le=65535)
    status_token: SecretStr = SecretStr("")
    log: Literal["", "console", "json"] = ""

    def desk(self) -> DeskFile:
        """Read desk.yml. Raises SettingsError with the line of trouble."""
        try:
            content: Any = yaml.safe_load(self.desk_file.read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError(
                f"{self.desk_file}: cannot be read ({error.strerror}). RINGBACK_DESK_FILE names it."
            ) from error
        except yaml.YAMLError as error:
            raise SettingsError(f"{self.desk_file}: not valid YAML: {error}") from error
        try:
            return DeskFile.model_validate(content)
        except ValidationError as error:
            troubles = "; ".join(
                f"{'.'.join(str(part) for part in trouble['loc']) or 'the file'}: {trouble['msg']}"
                for trouble in error.errors(include_url=False, include_input=False)
            )
            raise SettingsError(f"{self.desk_file}: {troubles}") from error
