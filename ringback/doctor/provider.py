"""A provider's three refusals, told apart: it does not know us, it is not there, or lacks what we ask for."""

from __future__ import annotations

from collections.abc import Sequence

from ringback.doctor.finding import Finding, Visit, bad, good
from ringback.office import provider_of
from ringback.providers.base import (
    NotConfigured,
    ProviderError,
    ProviderOffline,
    ProviderRefused,
    UnexpectedAnswer,
    WrongCredentials,
)
from ringback.readiness import greet
from ringback.settings import FonoloSettings, ProviderSettings, SettingsError

_KEYS = {
    "fonolo": "RINGBACK_FONOLO_ACCOUNT_SID and RINGBACK_FONOLO_AUTH_TOKEN",
    "tenios": "RINGBACK_TENIOS_ACCESS_KEY",
}
_ADDRESS = {"fonolo": "RINGBACK_FONOLO_URL", "tenios": "RINGBACK_TENIOS_URL"}


async def check_provider(visit: Visit, ours: ProviderSettings) -> Sequence[Finding]:
    """Ask it who we are and what it has; orders nothing."""
    name = f"provider {ours.name}"
    try:
        provider = provider_of(visit.provider_http, visit.settings, ours)
        provider.check()
        await greet(provider)
        queues = await provider.queues()
    except (NotConfigured, SettingsError) as error:
        return [bad(name, f"is not set up: {error}", "Put it right in .env or desk.yml; docs/providers.md helps.")]
    except ProviderError as error:
        return [bad(name, *_told_apart(error, ours))]
    offered = sum(queue.is_offered for queue in queues)
    if not queues:
        return [bad(name, "has no queue at all", "Give the profile a call option in the provider's portal.")]
    return [good(name, f"answers; {len(queues)} queue(s), {offered} of them offered now")]


def _told_apart(error: ProviderError, ours: ProviderSettings) -> tuple[str, str]:
    keys, address = _KEYS[ours.kind], _ADDRESS[ours.kind]
    match error:
        case WrongCredentials():
            return f"wrong key: {error}", f"Compare {keys} with the provider's portal."
        case ProviderOffline():
            return (
                f"unreachable: {error}",
                f"Is {address} right, and may this machine reach it? If so, the provider is down: wait.",
            )
        case ProviderRefused() if isinstance(ours, FonoloSettings):
            return (
                f"wrong profile or configuration: {error}",
                f"Compare the profile of {ours.name!r} in desk.yml with the SID in the Fonolo portal.",
            )
        case ProviderRefused():
            return f"wrong configuration: {error}", f"Compare the queues of {ours.name!r} in desk.yml with the portal."
        case UnexpectedAnswer():
            return f"answers something else: {error}", f"Is {address} the address of its API? docs/providers.md has it."
    return str(error), "docs/providers.md says what it needs."
