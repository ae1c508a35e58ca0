"""Puts the parts together: settings in, a working desk with its follower and teller out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import httpx
import structlog
from pydantic import ValidationError

from ringback import tracing
from ringback.card import Card, with_buttons
from ringback.desk import Desk
from ringback.following import Follower
from ringback.guard import Guard
from ringback.guard_settings import ProofFrom
from ringback.guarding.proofs import Proofs
from ringback.guarding.sweeping import Sweeper
from ringback.housekeeping import Housekeeper
from ringback.kept_secrets import RASA_TOKEN, shared_secrets
from ringback.ledger.store import Ledger
from ringback.models import Callback
from ringback.ordering import Ordering
from ringback.providers.base import NotConfigured, Provider
from ringback.providers.fonolo import GRACE_WORDS, Fonolo, FonoloAccount, FonoloNames
from ringback.providers.tenios import Tenios, TeniosAccount, TeniosNames
from ringback.providers.watched import Watched
from ringback.proving.verify import TwilioVerify, VerifyAccount
from ringback.settings import DeskFile, FonoloSettings, ProviderSettings, Settings, SettingsError, TeniosSettings
from ringback.telling import RasaDoor, Teller
from ringback.transport import fast_client, provider_client
from ringback.wording import describe
from ringback.words import Words

log = structlog.get_logger(__name__)
Names = TypeVar("Names", FonoloNames, TeniosNames)


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Desk]:
    """The desk, with its follower and teller at work unless `settings.worker_inside` is off.

    Leaving the context finishes the orders, looks and deliveries in flight. Raises SettingsError.
    """
    config = settings.desk()
    words = Words.read(settings.domain_file)
    tracing.open_tracing()
    ledger = await Ledger.of(settings)
    # Provider and Rasa addresses are explicit settings; a proxy from the environment would only get in the way.
    async with provider_client() as http, fast_client() as rasa:
        providers = {ours.name: _checked(provider_of(http, settings, ours)) for ours in config.providers}
        guard = Guard.of(config, settings.ledger_key.get_secret_value())
        ordering = Ordering(ledger, providers, guard=guard)
        follower = Follower(ledger, providers, config.following, ordering=ordering, grace_words=GRACE_WORDS)
        proofs = Proofs(ledger, guard, TwilioVerify(http, _verify(settings, config)))
        desk = Desk(providers, ledger, ordering, follower, config, guard=guard, proofs=proofs)
        door = RasaDoor(rasa, settings.rasa_url, rasa_token(settings), config.telling.time_out)
        teller = Teller(
            ledger, door, words, config.telling, variables=partial(_variables, config), card=partial(_card, desk, words)
        )
        workers = (follower, teller, Sweeper(ledger), Housekeeper(ledger, settings, config.retention))
        loops = [asyncio.create_task(one.run()) for one in workers] if settings.worker_inside else []
        log.info("desk_open", providers=list(providers), worker_inside=settings.worker_inside)
        try:
            yield desk
        finally:
            await desk.finish_orders()
            for one in workers:
                await one.stop()
            await asyncio.gather(*loops)
            await ledger.close()
            await asyncio.to_thread(tracing.close_tracing)


def _verify(settings: Settings, config: DeskFile) -> VerifyAccount:
    """Who sends codes; one that is wanted and not set up right says so at once."""
    account = VerifyAccount(
        url=settings.verify_url,
        account_sid=settings.verify_account_sid,
        auth_token=settings.verify_auth_token,
        service_sid=settings.verify_service_sid,
    )
    if config.guard.proof is not ProofFrom.OFF:
        try:
            account.check()
        except NotConfigured as error:
            log.error("proof_not_configured", why=str(error))  # noqa: TRY400 - a sentence
    return account


def rasa_token(settings: Settings) -> str:
    """What opens Rasa's HTTP API: the setting, or what the processes of this machine share. Raises SettingsError."""
    try:
        return shared_secrets(settings.rasa_token.get_secret_value(), RASA_TOKEN)[0]
    except (OSError, IndexError) as error:
        raise SettingsError(f"{RASA_TOKEN} cannot be used. Remove it, or set RINGBACK_RASA_TOKEN.") from error


def _checked(provider: Fonolo | Tenios) -> Provider:
    """A provider that is not set up right says so at once; the others work all the same."""
    try:
        provider.check()
    except NotConfigured as error:
        log.error("provider_not_configured", provider=provider.name, why=str(error))  # noqa: TRY400 - a sentence
    return Watched(provider)


def provider_of(http: httpx.AsyncClient, settings: Settings, ours: ProviderSettings) -> Fonolo | Tenios:
    """The client of one provider of desk.yml; nothing is asked yet. Raises SettingsError."""
    match ours:
        case FonoloSettings():
            return _fonolo(http, settings, ours)
        case TeniosSettings():
            return _tenios(http, settings, ours)


def _fonolo(http: httpx.AsyncClient, settings: Settings, ours: FonoloSettings) -> Fonolo:
    account = FonoloAccount(
        name=ours.name,
        base_url=settings.fonolo_url,
        account_sid=settings.fonolo_account_sid,
        auth_token=settings.fonolo_auth_token,
        profile=ours.profile,
        timezone=ours.timezone,
        names=_names(FonoloNames, ours),
    )
    return Fonolo(http, account)


def _tenios(http: httpx.AsyncClient, settings: Settings, ours: TeniosSettings) -> Tenios:
    account = TeniosAccount(
        name=ours.name,
        base_url=settings.tenios_url,
        access_key=settings.tenios_access_key,
        timezone=ours.timezone,
        queues=ours.queues,
        names=_names(TeniosNames, ours),
    )
    return Tenios(http, account)


def _names(table: type[Names], ours: ProviderSettings) -> Names:
    try:
        return table.model_validate(ours.names)
    except ValidationError as error:
        wrong = ", ".join(str(trouble["loc"][0]) for trouble in error.errors(include_input=False) if trouble["loc"])
        raise SettingsError(f"desk.yml: providers, {ours.name}, names: not known or not text: {wrong}") from error


def _variables(config: DeskFile, callback: Callback) -> dict[str, str]:
    now = datetime.now(UTC)
    facts = describe(
        callback, zone=config.zone_of(callback.provider), centre=config.centre, now=now, language=callback.language
    )
    return {**facts, "callback": callback.key}


def _card(desk: Desk, words: Words, callback: Callback) -> Card:
    titles = {
        does: words.say(f"utter_label_{does}", callback.channel, {}, callback.language).text
        for does in ("cancel", "move")
    }
    return with_buttons(desk.card(callback), **titles)
