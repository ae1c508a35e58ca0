"""How facts are said to a person, in each language: times with their zone, numbers masked, durations rounded.

What CLDR knows of a language (names of days, lists, cities) comes from Babel; the rest stands in `_PHRASES`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from babel.dates import format_date, get_timezone_location
from babel.lists import format_list

from ringback.languages import Language
from ringback.models import Callback, Frozen, TimeSlot
from ringback.understanding.phone import mask


class Phrases(Frozen):
    """What a language says around a fact. `band` takes {least} and {most}; a count of one has a phrase of its own.

    `clock` is strftime's. `date` and `short_date` are CLDR patterns; `on_date` takes the long one inside a sentence.
    `centre` stands for a centre that desk.yml does not name.
    """

    locale: str
    today: str
    tomorrow: str
    date: str
    short_date: str
    on_date: str
    moment: str
    clock: str
    clock_in_sentence: str
    zone: str
    zone_before_vowel: str
    few_seconds: str
    seconds: str
    minutes: str
    hour: str
    hours: str
    about: tuple[str, str]
    up_to: tuple[str, str]
    band: str
    soon: str
    centre: str


_PHRASES: Mapping[Language, Phrases] = {
    "en": Phrases(
        # British: no comma before "and".
        locale="en_GB",
        today="today",
        tomorrow="tomorrow",
        date="EEE d MMM",
        short_date="EEE d MMM",
        on_date="{date}",
        moment="{day} at {time}",
        clock="%H:%M",
        clock_in_sentence="%H:%M",
        zone="{city} time",
        zone_before_vowel="{city} time",
        few_seconds="a few seconds",
        seconds="{count} seconds",
        minutes="{count} minutes",
        hour="1 hour",
        hours="{count} hours",
        about=("about 1 minute", "about {most} minutes"),
        up_to=("up to 1 minute", "up to {most} minutes"),
        band="{least} to {most} minutes",
        soon="as soon as possible",
        centre="our team",
    ),
    "de": Phrases(
        locale="de",
        today="heute",
        tomorrow="morgen",
        date="EEEE, d. MMMM",
        short_date="EEE, d. MMM",
        on_date="am {date}",
        moment="{day} um {time}",
        clock="%H:%M",
        clock_in_sentence="%H:%M Uhr",
        zone="Ortszeit {city}",
        zone_before_vowel="Ortszeit {city}",
        few_seconds="ein paar Sekunden",
        seconds="{count} Sekunden",
        minutes="{count} Minuten",
        hour="einer Stunde",
        hours="{count} Stunden",
        about=("etwa 1 Minute", "etwa {most} Minuten"),
        up_to=("bis zu 1 Minute", "bis zu {most} Minuten"),
        band="{least} bis {most} Minuten",
        soon="so bald wie möglich",
        centre="unserem Team",
    ),
    "fr": Phrases(
        locale="fr",
        today="aujourd’hui",
        tomorrow="demain",
        date="EEEE d MMMM",
        short_date="EEE d MMM",
        on_date="le {date}",
        moment="{day} à {time}",
        clock="%H\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}%M",
        clock_in_sentence="%H\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}%M",
        zone="heure de {city}",
        zone_before_vowel="heure d’{city}",
        few_seconds="quelques secondes",
        seconds="{count} secondes",
        minutes="{count} minutes",
        hour="1 heure",
        hours="{count} heures",
        about=("environ 1 minute", "environ {most} minutes"),
        up_to=("jusqu’à 1 minute", "jusqu’à {most} minutes"),
        band="{least} à {most} minutes",
        soon="dès que possible",
        centre="notre équipe",
    ),
}
_VOWELS = "aeiouâàéèêëîïôöûüh"


def say_zone(zone: ZoneInfo, language: Language) -> str:
    """The zone as people know it: "Toronto time" for America/Toronto."""
    phrases = _PHRASES[language]
    if language == "en":
        city = zone.key.rsplit("/", maxsplit=1)[-1].replace("_", " ")
    else:
        city = get_timezone_location(zone, locale=phrases.locale, return_city=True)
    pattern = phrases.zone_before_vowel if city[:1].casefold() in _VOWELS else phrases.zone
    return pattern.format(city=city)


def _near_day(moment: datetime, zone: ZoneInfo, now: datetime, phrases: Phrases) -> str:
    ahead = moment.astimezone(zone).date() - now.astimezone(zone).date()
    return {timedelta(0): phrases.today, timedelta(days=1): phrases.tomorrow}.get(ahead, "")


def _date(moment: datetime, zone: ZoneInfo, phrases: Phrases, pattern: str) -> str:
    return format_date(moment.astimezone(zone).date(), pattern, locale=phrases.locale)


def say_day(moment: datetime, *, zone: ZoneInfo, now: datetime, language: Language) -> str:
    """ "today", "tomorrow" or "Wed 25 Nov". Both moments aware."""
    phrases = _PHRASES[language]
    return _near_day(moment, zone, now, phrases) or _date(moment, zone, phrases, phrases.short_date)


def say_clock(moment: datetime, *, zone: ZoneInfo, language: Language) -> str:
    """ "09:00", or "09 h 00" in French."""
    return moment.astimezone(zone).strftime(_PHRASES[language].clock)


def say_moment(moment: datetime, *, zone: ZoneInfo, now: datetime, language: Language) -> str:
    """ "tomorrow at 09:00 (Toronto time)", as it stands inside a sentence. Both moments aware."""
    phrases = _PHRASES[language]
    day = _near_day(moment, zone, now, phrases)
    day = day or phrases.on_date.format(date=_date(moment, zone, phrases, phrases.date))
    time = moment.astimezone(zone).strftime(phrases.clock_in_sentence)
    return f"{phrases.moment.format(day=day, time=time)} ({say_zone(zone, language)})"


def say_slot(slot: TimeSlot, *, zone: ZoneInfo, now: datetime, language: Language) -> str:
    """A time slot as short as a button wants it: "tomorrow 09:00" or "Wed 25 Nov 13:30"."""
    day = say_day(slot.starts_at, zone=zone, now=now, language=language)
    return f"{day} {say_clock(slot.starts_at, zone=zone, language=language)}"


def say_soon(language: Language) -> str:
    """ "as soon as possible"."""
    return _PHRASES[language].soon


def capital(text: str) -> str:
    """With a capital letter at its beginning, and the rest as it is."""
    return text[:1].upper() + text[1:]


def say_number(e164: str) -> str:
    """A number in full, for the person who gave it: "+1 416-555-0123". Raises NumberParseException."""
    return phonenumbers.format_number(phonenumbers.parse(e164, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def say_span(seconds: float, language: Language) -> str:
    """ "a few seconds", "40 seconds", "3 minutes", "2 hours"; in German as it stands after "seit"."""
    phrases = _PHRASES[language]
    if seconds < 10:
        return phrases.few_seconds
    if seconds < 90:
        return phrases.seconds.format(count=round(seconds / 10) * 10)
    if seconds < 5400:
        return phrases.minutes.format(count=round(seconds / 60))
    hours = round(seconds / 3600)
    return phrases.hour if hours == 1 else phrases.hours.format(count=hours)


def say_band(least: int, most: int, language: Language) -> str:
    """ "5 to 10 minutes", "about 5 minutes", "up to 2 minutes"; whole minutes."""
    phrases = _PHRASES[language]
    if least == most:
        return phrases.about[most != 1].format(most=most)
    return phrases.band.format(least=least, most=most) if least else phrases.up_to[most != 1].format(most=most)


def say_list(names: Sequence[str], language: Language, *, either: bool = False) -> str:
    """ "A, B and C", or "A, B or C" if it is `either`; empty for nothing."""
    return format_list(list(names), style="or" if either else "standard", locale=_PHRASES[language].locale)


def describe(callback: Callback, *, zone: ZoneInfo, centre: str, now: datetime, language: Language) -> dict[str, str]:
    """The variables that every sentence about a call-back may use: queue, number (masked), when, centre."""
    if callback.starts_at is None:
        when = say_soon(language)
    else:
        when = say_moment(datetime.fromtimestamp(callback.starts_at, UTC), zone=zone, now=now, language=language)
    return {
        "queue": callback.queue_name,
        "number": mask(callback.number),
        "when": when,
        "centre": centre or _PHRASES[language].centre,
    }
