"""The guard: whether a request may become a call. Its rules are pure; what has to be counted, the ledger counts.

A chat that has phones rung is a weapon for pranksters and a way to make money for fraudsters: whoever asks is a
stranger. So a number is looked at before a provider hears of it (kind, country, block list), and how often a number, a
person, an address, a channel and the whole desk may ask is bounded, over all processes together.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from ringback import metrics
from ringback.guard_settings import GuardSettings, Limit, ProofFrom
from ringback.guarding.counting import Admission, bounds, line_of, subject
from ringback.guarding.numbers import Allowed, why_not
from ringback.guarding.rules import Refusal, Rule
from ringback.models import E164, Callback, CallbackRequest
from ringback.settings import DeskFile
from ringback.understanding.phone import mask

log = structlog.get_logger(__name__)

_WEBSITE = "website"


class Guard:
    """The rules of one desk. `key` keys the digests of what is counted."""

    def __init__(self, settings: GuardSettings, home: tuple[str, ...], key: str) -> None:
        """`home` are the countries that may be called when the settings name none."""
        self.settings = settings
        countries = frozenset(settings.countries or home)
        self._allowed = Allowed(countries=countries, kinds=settings.kinds, blocked=settings.blocked)
        self._key = key

    @classmethod
    def of(cls, config: DeskFile, key: str) -> Guard:
        """The guard that desk.yml asks for."""
        return cls(config.guard, (config.region, *config.also_regions), key)

    def number(self, number: E164) -> Refusal | None:
        """Why the number can never be called; None when it can."""
        rule = why_not(number, self._allowed)
        return Refusal(rule=rule) if rule is not None else None

    def closing(self, request: CallbackRequest, closes_at: datetime | None, now: float) -> Refusal | None:
        """Why a call for now comes too late for its queue, which closes at that time (aware; None: nobody knows)."""
        if request.time_slot is not None or closes_at is None:
            return None
        end = closes_at.timestamp()
        return Refusal(rule=Rule.CLOSING, again_at=end) if now >= end - self.settings.closing * 60 else None

    def wants_proof(self, request: CallbackRequest) -> bool:
        """Whether it must be shown that the number is the person's own, unless that was done before."""
        if self._is_unlimited(request.number):
            return False
        match self.settings.proof:
            case ProofFrom.OFF:
                return False
            case ProofFrom.WEBSITE:
                return request.channel == _WEBSITE and not request.own_number
        return not request.own_number

    def proof_of(self, conversation_id: str, number: E164) -> str:
        """The subject of the proof that a number is theirs who write in that conversation."""
        return self.subject("proof", f"{conversation_id} {number}")

    def admission(self, request: CallbackRequest, *, provider: str, replaces: Callback | None) -> Admission:
        """What the ledger has to check and book with a request whose `queue_id` is the provider's own.

        `replaces` is the call-back that this one takes the place of. It rings no phone a second time: its
        number is not counted again, but who asks is.
        """
        settings, limits = self.settings, self.settings.limits
        unlimited = self._is_unlimited(request.number)
        counted: list[tuple[str, str, Limit, Rule]] = []
        if not unlimited:
            if replaces is None or replaces.number != request.number:
                counted.append(("number", request.number, limits.number, Rule.NUMBER_LIMIT))
            counted.append(("person", request.conversation_id, limits.person, Rule.PERSON_LIMIT))
            if request.address:
                counted.append(("address", request.address, limits.address, Rule.ADDRESS_LIMIT))
            counted += [
                ("channel", request.channel, limits.channel, Rule.CHANNEL_LIMIT),
                ("desk", "", limits.desk, Rule.DESK_LIMIT),
            ]
        wanted = [(subject(self._key, kind, text), limit, rule) for kind, text, limit, rule in counted]
        slot = request.time_slot
        return Admission(
            phone=subject(self._key, "phone", request.number),
            line=subject(self._key, "line", line_of(request.number, provider, request.queue_id)),
            counted=tuple(one for one, limit, _ in wanted if limit.hour or limit.day),
            bounds=tuple(bound for one, limit, rule in wanted for bound in bounds(one, limit, rule)),
            one_open=settings.one_open and not unlimited,
            cool_down=0.0 if unlimited else settings.cool_down,
            starts_at=slot.starts_at.timestamp() if slot else None,
            conversation_id=request.conversation_id,
            replaces=replaces.key if replaces else "",
        )

    def _is_unlimited(self, number: E164) -> bool:
        return number.startswith(self.settings.unlimited)

    def subject(self, kind: str, text: str) -> str:
        """A subject for what else is counted or remembered."""
        return subject(self._key, kind, text)

    def log(self, refusal: Refusal, *, number: str, conversation_id: str, channel: str) -> None:
        """One line for each refusal, without a number or a person in clear."""
        person = self.subject("person", conversation_id).partition(":")[2][:12]
        metrics.request_refused(refusal.rule.value)
        log.warning("guarded", rule=refusal.rule.value, number=mask(number), person=person, channel=channel)
