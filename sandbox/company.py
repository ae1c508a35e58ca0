"""The seed company: fixed names, identifiers and credentials, made up and published, so that they protect nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from sandbox.hours import Hours

ACCOUNT_SID = "AC5a6d617065746c00000000000000a001"
AUTH_TOKEN = "5a6d6170652d74656c65636f6d2d73616e64626f782d6e6f2d7365637265743a"  # noqa: S105 - published on purpose
PROFILE_SID = "CP5a6d617065746c00000000000000b001"
BILLING_SID = "CO5a6d617065746c00000000000000c001"
NEW_ORDERS_SID = "CO5a6d617065746c00000000000000c002"
SUPPORT_SID = "CO5a6d617065746c00000000000000c003"
MOVING_SID = "CO5a6d617065746c00000000000000c004"
ACCOUNT_QUESTION_SID = "QU5a6d617065746c00000000000000d001"
TOPIC_QUESTION_SID = "QU5a6d617065746c00000000000000d002"
KINDS_PROFILE_SID = "CP5a6d617065746c00000000000000b002"
KINDS_OPTION_SID = "CO5a6d617065746c00000000000000c005"
TEXT_QUESTION_SID = "QU5a6d617065746c00000000000000d003"
DIGITS_QUESTION_SID = "QU5a6d617065746c00000000000000d004"
CHOICE_QUESTION_SID = "QU5a6d617065746c00000000000000d005"
OPTIN_SID = "OI5a6d617065746c00000000000000e001"


@dataclass(frozen=True, slots=True)
class Option:
    """A queue. `status` is active, paused or closed (near-CONFIRMED words)."""

    sid: str
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question before the call. Everything about its form is ASSUMED; lengths count characters, `type` is text,
    digits or choice.
    """

    sid: str
    name: str
    text: str
    type: str
    required: bool
    min_length: int
    max_length: int
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OptIn:
    """A request to be offered a call-back, made elsewhere than in the API (not consent to text messages)."""

    sid: str
    number: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A call-back profile. `status` is active or paused (CONFIRMED words)."""

    sid: str
    name: str
    status: str
    sms: bool
    questions_on: bool
    scheduling: bool
    options: tuple[Option, ...]
    questions: tuple[Question, ...]
    hours: Hours

    def option(self, sid: str) -> Option | None:
        return next((option for option in self.options if option.sid == sid), None)


@dataclass(frozen=True, slots=True)
class Company:
    """A contact centre with its account. Every time stamp on the wire is local to `zone` (INFERRED)."""

    name: str
    zone: ZoneInfo
    account_sid: str
    auth_token: str
    profiles: tuple[Profile, ...]
    optins: tuple[OptIn, ...] = ()

    def profile(self, sid: str) -> Profile | None:
        return next((profile for profile in self.profiles if profile.sid == sid), None)

    def profile_of(self, option_sid: str) -> Profile | None:
        return next((profile for profile in self.profiles if profile.option(option_sid)), None)


def maple_telecom() -> Company:
    """Maple Telecom of Toronto: two open queues, one closed, one paused; open every day, with a lunch break.

    Its second profile has one queue, a question of each kind and no text messages.
    """
    hours = Hours(
        days=(1, 2, 3, 4, 5, 6, 7),
        spans=((time(8), time(12)), (time(13), time(20))),
        minutes=30,
    )
    profile = Profile(
        sid=PROFILE_SID,
        name="Maple Telecom chat",
        status="active",
        sms=True,
        questions_on=True,
        scheduling=True,
        options=(
            Option(BILLING_SID, "Billing", "active"),
            Option(NEW_ORDERS_SID, "New orders", "active"),
            Option(SUPPORT_SID, "Technical support", "closed"),
            Option(MOVING_SID, "Moving home", "paused"),
        ),
        questions=(
            Question(ACCOUNT_QUESTION_SID, "Account number", "What is your account number?", "digits", False, 4, 12),
            Question(TOPIC_QUESTION_SID, "Topic", "What is the call about?", "text", True, 1, 200),
        ),
        hours=hours,
    )
    kinds = Profile(
        sid=KINDS_PROFILE_SID,
        name="Kinds",
        status="active",
        sms=False,
        questions_on=True,
        scheduling=True,
        options=(Option(KINDS_OPTION_SID, "Front desk", "active"),),
        questions=(
            Question(TEXT_QUESTION_SID, "Matter", "What may we prepare for you?", "text", True, 3, 100),
            Question(DIGITS_QUESTION_SID, "Bill", "What are the last five digits of your bill?", "digits", True, 5, 5),
            Question(
                CHOICE_QUESTION_SID,
                "Language",
                "Which language shall we speak?",
                "choice",
                False,
                0,
                0,
                choices=("English", "Français", "Deutsch"),
            ),
        ),
        hours=hours,
    )
    return Company(
        name="Maple Telecom",
        zone=ZoneInfo("America/Toronto"),
        account_sid=ACCOUNT_SID,
        auth_token=AUTH_TOKEN,
        profiles=(profile, kinds),
        optins=(OptIn(OPTIN_SID, "14165550130"),),
    )
