"""Does a real account answer as was assumed? Everything that can be asked without ordering a call is asked once; for
each assumed name it is said whether the answers have it, and the answers are kept with all that is personal masked.

What had to be assumed stands in `FonoloNames` and `TeniosNames`; each name can be overridden in desk.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import httpx

from ringback.models import Frozen
from ringback.providers.base import ProviderError
from ringback.providers.fonolo import Fonolo, FonoloNames
from ringback.providers.fonolo_names import state_of as fonolo_state
from ringback.providers.fonolo_reading import Unreadable, record, records
from ringback.providers.tenios import Tenios, TeniosNames
from ringback.providers.tenios_names import state_of as tenios_state
from ringback.providers.wire import NotJson, pick, read_json

_SID = re.compile(r"([A-Z]{2})[0-9a-f]{32}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?(Z|[+-]\d\d:?\d\d)?")
_CODE = re.compile(r"[A-Z][A-Z_]{2,40}|[a-z]{2,12}")
"""A word of a wire and no word of a person: `BAD_CREDENTIALS`, `active`."""
NOBODYS_ID = "00000000-0000-4000-8000-000000000000"


class Verdict(StrEnum):
    """What became of one assumed name."""

    FOUND = "found"
    MISSING = "not in the answer"
    NOTHING = "nothing to look at"
    ORDER = "only an order shows it"


class Name(Frozen):
    """One assumed name. `seen` is the key that was there, of those that were assumed; empty if none was."""

    name: str
    assumed: str
    verdict: Verdict
    seen: str = ""


class Verification(Frozen):
    """What an account answered. `answers` maps each path to its masked body; `troubles` are answers that made no
    sense, in words.
    """

    provider: str
    names: tuple[Name, ...]
    answers: dict[str, Any]
    troubles: tuple[str, ...]


@dataclass
class Recorder:
    """Keeps what comes back on an `httpx.AsyncClient`, as a hook of its responses."""

    bodies: dict[str, Any] = field(default_factory=dict)

    async def note(self, response: httpx.Response) -> None:
        """Keep the body by the path's end."""
        await response.aread()
        body = read_json(response.content)
        self.bodies[response.request.url.path] = "no JSON" if isinstance(body, NotJson) else body

    def ending(self, path: str) -> Any:
        """What was answered at the path that ends so; None if nothing was."""
        return next((body for asked, body in self.bodies.items() if asked.endswith(path)), None)


# -- masking ----------------------------------------------------------------------------------------------------------


def masked(value: Any) -> Any:
    """An answer with its keys and kinds as they came, and without anything that belongs to a person or an account."""
    match value:
        case dict():
            return {_key(str(key)): masked(one) for key, one in value.items()}
        case list():
            kept = [masked(one) for one in value[:3]]
            return [*kept, f"… and {len(value) - 3} more"] if len(value) > 3 else kept
        case bool() | None:
            return value
        case int() | float():
            return value if abs(value) < 100_000 else f"number, {len(str(abs(int(value))))} digits"
        case str():
            return _masked_text(value)
    return type(value).__name__


def _key(key: str) -> str:
    """Lists may come as objects with ids or numbers for keys."""
    return _masked_text(key) if _SID.search(key) or len(re.findall(r"\d", key)) > 4 else key


def _masked_text(text: str) -> str:
    if _STAMP.fullmatch(text) or _CODE.fullmatch(text) or fonolo_state(text) or tenios_state(text):
        return text
    if found := _SID.fullmatch(text):
        return f"{found[1]}…"
    if len(text) <= 2:
        return text
    digits = len(re.findall(r"\d", text))
    return f"text, {len(text)} characters" + (f", {digits} of them digits" if digits else "")


# -- Fonolo -----------------------------------------------------------------------------------------------------------


class _Place(Frozen):
    """Where a group of names belongs: at which path, under which list, or in a single record if there is none."""

    path: str
    names: tuple[str, ...]
    list_name: str = ""


_CALL = ("call_sid", "call_number", "call_option", "call_start", "call_status", "call_details")
_OPTIN = ("optin_id", "optin_number", "optin_status", "optin_start")
_FONOLO = (
    _Place(path="/profile/{profile}", names=("profile_name", "profile_status", "profile_sms", "profile_questions")),
    _Place(path="/profile/{profile}", names=("profile_scheduling",)),
    _Place(path="/options", list_name="options_list", names=("option_name", "option_position", "option_status")),
    _Place(
        path="/questions",
        list_name="questions_list",
        names=(
            "question_id",
            "question_text",
            "question_required",
            "question_min_length",
            "question_max_length",
            "question_choices",
        ),
    ),
    _Place(path="/schedule", list_name="schedule_list", names=("schedule_start", "schedule_end")),
    _Place(path="/pending", list_name="pending_list", names=_CALL),
    _Place(path="/realtime", list_name="realtime_list", names=_CALL),
    _Place(path="/scheduled", list_name="scheduled_list", names=_CALL),
    _Place(path="/calls", list_name="calls_list", names=_CALL),
    _Place(path="/profiles", list_name="profiles_list", names=("profile_name",)),
    _Place(path="/timezones", list_name="timezones_list", names=("timezone_name",)),
    _Place(path="/optins", list_name="optins_list", names=_OPTIN),
)
_ONLY_ORDERS = ("sms_parameter", "sms_value", "answer_parameter")


async def verify_fonolo(fonolo: Fonolo, names: FonoloNames, profile: str, recorder: Recorder) -> Verification:
    """Ask all that reads. `recorder` hears the client that `fonolo` speaks through."""
    troubles: list[str] = []
    today = datetime.now(UTC).date()
    queues = await _tried("options", fonolo.queues(), troubles)
    for what, question in (
        ("profile", fonolo.profile()),
        ("questions", fonolo.questions()),
        ("scheduling", fonolo.scheduling()),
        *((("schedule", fonolo.time_slots(queues[0].id)),) if queues else ()),
        ("pending", fonolo.pending()),
        ("realtime", fonolo.realtime()),
        ("scheduled", fonolo.scheduled()),
        ("calls", fonolo.calls(today - timedelta(days=7), today)),
        ("profiles", fonolo.profiles()),
        ("timezones", fonolo.timezones()),
        ("optins", fonolo.optins()),
    ):
        await _tried(what, question, troubles)
    found = [one for place in _FONOLO for one in _look(place, names, recorder, profile)]
    orders = [Name(name=one, assumed=str(getattr(names, one)), verdict=Verdict.ORDER) for one in _ONLY_ORDERS]
    return Verification(
        provider=fonolo.name, names=_best(found + orders), answers=_kept(recorder.bodies), troubles=tuple(troubles)
    )


async def _tried(what: str, question: Any, troubles: list[str]) -> Any:
    try:
        return await question
    except ProviderError as error:
        troubles.append(f"{what}: {error}")
        return ()


def _look(place: _Place, names: FonoloNames, recorder: Recorder, profile: str) -> list[Name]:
    body = recorder.ending(place.path.format(profile=profile))
    data = body.get("data") if isinstance(body, Mapping) else None
    looked: list[Name] = []
    if place.list_name:
        looked.append(_list_name(place.list_name, str(getattr(names, place.list_name)), data))
    try:
        items = records(data, str(getattr(names, place.list_name))) if place.list_name else [record(data)]
    except Unreadable:
        items = []
    return [*looked, *(_item_name(name, str(getattr(names, name)), items) for name in place.names)]


def _list_name(name: str, assumed: str, data: Any) -> Name:
    if data is None:
        return Name(name=name, assumed=assumed, verdict=Verdict.NOTHING)
    if isinstance(data, list):
        return Name(name=name, assumed=assumed, verdict=Verdict.FOUND, seen="a list without a name")
    seen = next((one for one in assumed.split("|") if isinstance(data, Mapping) and one in data), "")
    return Name(name=name, assumed=assumed, verdict=Verdict.FOUND if seen else Verdict.MISSING, seen=seen)


def _item_name(name: str, assumed: str, items: Sequence[Mapping[str, Any]]) -> Name:
    if not items:
        return Name(name=name, assumed=assumed, verdict=Verdict.NOTHING)
    seen = next((one for one in assumed.split("|") for item in items if pick(item, one) is not None), "")
    return Name(name=name, assumed=assumed, verdict=Verdict.FOUND if seen else Verdict.MISSING, seen=seen)


_RANK = (Verdict.FOUND, Verdict.MISSING, Verdict.NOTHING, Verdict.ORDER)


def _best(looked: Iterable[Name]) -> tuple[Name, ...]:
    """One line for each name, although several lists may show it: the best that was seen."""
    best: dict[str, Name] = {}
    for one in looked:
        if one.name not in best or _RANK.index(one.verdict) < _RANK.index(best[one.name].verdict):
            best[one.name] = one
    return tuple(best.values())


# -- TENIOS -----------------------------------------------------------------------------------------------------------


async def verify_tenios(tenios: Tenios, names: TeniosNames, recorder: Recorder) -> Verification:
    """TENIOS has nothing to read but the state of a call; asking for nobody's shows what an error looks like."""
    troubles: list[str] = []
    await _tried("status", tenios.status(NOBODYS_ID), troubles)
    answer = recorder.ending("/callback/status")
    items = [answer] if isinstance(answer, Mapping) else []
    looked = [_item_name(name, str(getattr(names, name)), items) for name in ("error_code", "error_message")]
    looked.append(_item_name("error_fields", names.error_fields, items))
    orders = [
        Name(name=one, assumed=str(getattr(names, one)), verdict=Verdict.ORDER)
        for one in ("credentials_codes", "longest_announcement")
    ]
    return Verification(
        provider=tenios.name, names=(*looked, *orders), answers=_kept(recorder.bodies), troubles=tuple(troubles)
    )


def _kept(bodies: Mapping[str, Any]) -> dict[str, Any]:
    return {re.sub(_SID, r"\1…", path): masked(body) for path, body in bodies.items()}
