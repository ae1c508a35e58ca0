"""What was said of the time, kept until the free times are known, and then found among them. Pure."""

from __future__ import annotations

import re

from ringback.intake.parts import LATER, NOW, Ask, Draft, Heard, Menu, Problem, Wish
from ringback.intake.taking import set_time, set_when, take_time
from ringback.models import Availability, TimeSlot
from ringback.understanding.times import NoTime, NotOffered, OneOfThese, Past, ThisSlot, TimeReading, find_slot

_NOW = re.compile(
    r"\b(?:right now|right away|straight ?away|immediately|asap|a\.s\.a\.p|as soon as (?:possible|you can)|at once|"
    r"soonest|earliest possible|(?:as )?early as possible|"
    r"(?:call|ring|phone) (?:me )?(?:back )?now|now please|soon as possible|first thing you can|sofort|jetzt"
    r"|umgehend|bitte gleich|am besten gleich|"
    r"so (?:bald|schnell|fr(?:ü|ue)h) (?:wie|als) m(?:ö|oe)glich|schnellstm(?:ö|oe)glich|m(?:ö|oe)glichst (?:bald"
    r"|schnell)|"
    r"maintenant|tout de suite|imm[eé]diatement|sur le champ|d[eè]s que (?:possible|vous pouvez)|au plus vite|"
    r"(?:le )?plus (?:vite|t[oô]t|rapidement) possible)\b"
    r"|^\W*(?:now|do it now|make it now|rather now|better now|actually now|gleich|gleich bitte)\W*$",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"\bnot (?:right )?(?:now|away)\b|\b(?:jetzt|sofort|gleich) nicht\b"
    r"|\bnicht (?:jetzt|sofort|gleich)\b|\bpas (?:maintenant|tout de suite|imm[eé]diatement)\b",
    re.IGNORECASE,
)


# A place in a list, although "first" and "last" are also said of times.
_PLACE = re.compile(
    r"^\W*(?:(?:the|das|die|den|der|le|la|l['’]|ich nehme|je prends)\s*)*(?:very\s+)?(?:first|second|third|last"
    r"|next|1st|2nd|"
    r"3rd|(?:erst|zweit|dritt|letzt|n[äa]chst)e[rns]?|premi(?:er|[eè]re)|deuxi[eè]me|second|troisi[eè]me|derni(?:er"
    r"|[eè]re)|"
    r"prochaine?)(?:\s+(?:one|option|number|button))?(?:\s+(?:please|bitte|svp|s['’]il vous pla[iî]t))?\W*$",
    re.IGNORECASE,
)


_BARE_HOUR = re.compile(
    r"\b(make (?:it|that)|to|rather|say|around|better|lieber|dann|besser|sagen wir|auf|plut[oô]t"
    r"|disons)\s+(\d{1,2})\b(?!\s*(?:[ap]\.?m|[:./]|\d|st|nd|rd|th))",
    re.IGNORECASE,
)


def says_now(text: str) -> bool:
    """Whether a call at once is asked for."""
    return bool(_NOW.search(text)) and not _NOT_NOW.search(text)


def wish_in(text: str, draft: Draft, menu: Menu) -> Heard:
    """A time that is named in a text, as a wish; "now" needs no wish."""
    # "As soon as possible tomorrow" names a day; "as soon as possible" alone is now.
    if says_now(text) and isinstance(_times_in(_NOW.sub(" , ", text), menu), NoTime):
        return Heard(slots={**set_when(NOW), "wish": None})
    if draft.when == LATER:
        # "Make it 4", when it was to be 3:30.
        text = _BARE_HOUR.sub(r"\1 at \2", text)
    if _PLACE.search(text) or isinstance(_times_in(text, menu), NoTime):
        return Heard()
    before = draft.time_slot.starts_at if draft.time_slot else None
    wish = Wish(text=text[:300], at=menu.now, before=before, language=menu.language)
    return Heard(slots={**set_when(LATER), "wish": wish.model_dump(mode="json")})


def _times_in(text: str, menu: Menu) -> TimeReading:
    return find_slot(text, (), zone=menu.zone, home=menu.home, now=menu.now, language=menu.language)


def settle(draft: Draft, menu: Menu) -> Heard:
    """Find the wish among the times of the chosen queue, and a time chosen before among those of another queue.

    `menu` is that of the chosen queue, with its times.
    """
    if not menu.schedules:
        return _no_later(draft, menu)
    heard = _settle_wish(draft, menu) if draft.wish else Heard()
    kept = draft.time_slot
    if kept and not draft.wish and all(slot.start != kept.start for slot in menu.time_slots):
        problem = Problem(response="utter_time_gone")
        return Heard(slots=set_time(None), problems=(problem,))
    return heard


def _no_later(draft: Draft, menu: Menu) -> Heard:
    if not (draft.wish or draft.when == LATER):
        return Heard()
    queue = menu.queue(draft.queue)
    problem = Problem(response="utter_queue_calls_now_only", variables={"queue": queue.name if queue else ""})
    return Heard(slots={**set_when(""), "wish": None}, problems=(problem,))


def _settle_wish(draft: Draft, menu: Menu) -> Heard:
    assert draft.wish is not None  # noqa: S101 - narrows the type; the caller has looked
    done = {"wish": None}
    as_before = _as_before(draft.wish, menu)
    if as_before is not None:
        return take_time(as_before) + Heard(slots=done)
    shown = [slot for slot in menu.time_slots if slot.start in draft.time_choices]
    found = find_slot(
        draft.wish.text,
        menu.time_slots,
        zone=menu.zone,
        home=menu.home,
        now=draft.wish.at,
        shown=shown,
        language=draft.wish.language,
    )
    match found:
        case ThisSlot(slot=slot):
            return take_time(slot) + Heard(slots=done)
        case OneOfThese(slots=slots):
            return Heard(slots={**set_time(None), **done}, time_choices=slots)
        case NotOffered(nearest=nearest) | Past(nearest=nearest):
            response = "utter_time_past" if isinstance(found, Past) else "utter_time_not_free"
            free = (Problem(response=response),) if nearest else ()
            return Heard(slots={**set_time(None), **done}, problems=free, time_choices=nearest)
    return Heard(slots=done)


def _as_before(wish: Wish, menu: Menu) -> TimeSlot | None:
    """The slot that is wished for if the day, or else the hour, is to stay as it was chosen before."""
    if wish.before is None:
        return None
    before = wish.before.astimezone(menu.zone)
    same_day = [slot for slot in menu.time_slots if slot.starts_at.astimezone(menu.zone).date() == before.date()]
    same_hour = [slot for slot in menu.time_slots if slot.starts_at.astimezone(menu.zone).time() == before.time()]
    for slots in (same_day, same_hour):
        found = find_slot(wish.text, slots, zone=menu.zone, home=menu.home, now=wish.at, language=wish.language)
        if isinstance(found, ThisSlot):
            return found.slot
    return None


def only_when_open(heard: Heard, draft: Draft, menu: Menu) -> Heard:
    """Nobody can be called now by a queue that is closed now: what is left is to book a time."""
    queue = menu.queue(heard.slots.get(Ask.QUEUE) or draft.queue)
    if queue is None or queue.availability is Availability.ACTIVE or not queue.bookable:
        return heard
    later = heard.slots.get(Ask.TIME) or heard.slots.get("wish") or heard.slots.get(Ask.WHEN, draft.when) == LATER
    if later or not (heard.slots.get(Ask.QUEUE) or heard.slots.get(Ask.WHEN) == NOW):
        return heard
    problem = Problem(response="utter_queue_closed_book", variables={"queue": queue.name})
    return heard + Heard(slots=set_when(LATER), problems=(problem,))
