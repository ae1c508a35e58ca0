"""What `POST callback` may carry, and when Fonolo says no."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.company import Company, Profile
from sandbox.fonolo.wire import Refused
from sandbox.hours import booked, is_open

NUMBER = "fc_number"
OPTION = "fc_option"
START = "fc_start_date"
SMS = "fc_sms"  # ASSUMED name
ANSWER = re.compile(r"fc_answer\[([^\]]+)\]")  # ASSUMED form: the one PHP's http_build_query makes

UNABLE = "Unable to start call-back."

_DIGITS = re.compile(r"[1-9][0-9]{7,14}")
_WITHOUT_ONE = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}")
_WITH_ONE = re.compile(r"1[2-9][0-9]{2}[2-9][0-9]{6}")


@dataclass(frozen=True, slots=True)
class Order:
    """An order as understood. `start_at` is seconds since the epoch, None for now.

    `unanswered` names required questions without an answer: the documents do not say that they are enforced, so they
    are only recorded. `extra` holds fields that no document names.
    """

    profile: str
    option: str
    number: str
    start_at: float | None
    sms: bool
    answers: dict[str, str]
    unanswered: tuple[str, ...]
    extra: dict[str, str]


def read_order(form: dict[str, str], company: Company, now: float, *, by_hours: bool = False) -> Order:
    """The order in a decoded form, at `now` (seconds since the epoch). Refused when Fonolo would not take it.

    With `by_hours` a queue outside its opening hours takes orders for later only.
    """
    number = form.get(NUMBER, "")
    _check_number(number)
    profile = company.profile_of(form.get(OPTION, ""))
    if profile is None:
        raise Refused(f"{UNABLE} The call option does not exist.")
    _check_open(profile, form[OPTION])
    start_at = _start(form.get(START, ""), profile, company, now)
    if by_hours and start_at is None and not is_open(profile.hours, company.zone, now):
        raise Refused(f"{UNABLE} The call option is closed.")
    answers = {found[1]: text for name, text in form.items() if (found := ANSWER.fullmatch(name))}
    return Order(
        profile=profile.sid,
        option=form[OPTION],
        number=number,
        start_at=start_at,
        sms=profile.sms and form.get(SMS, "").lower() in {"1", "true", "yes", "on"},
        answers=answers,
        unanswered=tuple(q.sid for q in profile.questions if q.required and not answers.get(q.sid, "").strip()),
        extra={k: v for k, v in form.items() if k not in {NUMBER, OPTION, START, SMS} and not ANSWER.fullmatch(k)},
    )


def _check_number(number: str) -> None:
    """Bare digits, country code first (CONFIRMED); ten digits that look North American want their leading 1
    (CONFIRMED-3P). Other countries' numbers are not looked at closely (ASSUMED).
    """
    if not number:
        raise Refused(f"{UNABLE} The phone number is missing.")
    if not _DIGITS.fullmatch(number):
        raise Refused(f"{UNABLE} The phone number must be digits only, with its country code.")
    if _WITHOUT_ONE.fullmatch(number):
        raise Refused(f"{UNABLE} The phone number lacks its country code.")
    if number.startswith("1") and not _WITH_ONE.fullmatch(number):
        raise Refused(f"{UNABLE} The phone number is not valid.")


def _check_open(profile: Profile, option_sid: str) -> None:
    """Whether a paused profile or a closed queue refuses is ASSUMED: documents only say not to offer it."""
    if profile.status != "active":
        raise Refused(f"{UNABLE} The call-back profile is paused.")
    option = profile.option(option_sid)
    if option is None or option.status != "active":
        raise Refused(f"{UNABLE} The call option is {option.status if option else 'unknown'}.")


def _start(text: str, profile: Profile, company: Company, now: float) -> float | None:
    if not text:
        return None
    if not profile.scheduling:
        raise Refused(f"{UNABLE} Scheduled call-backs are not enabled.")
    moment = booked(text, profile.hours, company.zone, now)
    if isinstance(moment, str):
        raise Refused(f"{UNABLE} {moment}")
    return moment
