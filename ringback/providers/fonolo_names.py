"""Fonolo's names: the keys that had to be assumed, and its words for the state of a call-back.

The public reference shows the envelope, the paths, the start parameters and the status words; most other key names
could not be read anywhere. Each of those is ASSUMED and stands in `FonoloNames`, once.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from ringback.models import State


class FonoloNames(BaseModel):
    """The ONE table of what had to be ASSUMED about the wire; any of it can be overridden in desk.yml.

    `a|b` means: the first of these keys that is there. `{question}` stands for a question's id.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Parameters of `POST callback`. (fc_number, fc_option and fc_start_date are CONFIRMED and not in this table.)
    sms_parameter: str = "fc_sms"
    sms_value: str = "1"
    answer_parameter: str = "fc_answer[{question}]"

    # GET profile/{CP}. `status` and `sms` are all but CONFIRMED.
    profile_name: str = "name"
    profile_status: str = "status"
    profile_sms: str = "sms"
    profile_questions: str = "questions"
    profile_scheduling: str = "scheduling"

    # GET profile/{CP}/options
    options_list: str = "options"
    option_name: str = "name"
    option_position: str = "order|position"
    option_status: str = "status"

    # GET profile/{CP}/questions
    questions_list: str = "questions"
    question_id: str = "sid|id"
    question_text: str = "question|text|name|label"
    question_required: str = "required"
    question_min_length: str = "min_length|min"
    question_max_length: str = "max_length|max"
    question_choices: str = "choices"

    # GET profile/{CP}/option/{CO}/schedule: CONFIRMED by a third-party client.
    schedule_list: str = "schedule"
    schedule_start: str = "start_time"
    schedule_end: str = "end_time"

    # GET pending, realtime, scheduled, calls
    pending_list: str = "pending|callbacks|calls"
    realtime_list: str = "realtime|callbacks|calls"
    scheduled_list: str = "scheduled|callbacks|calls"
    calls_list: str = "calls|callbacks"
    call_sid: str = "sid|call_sid|callback_sid"
    call_number: str = "client_number|number|fc_number|phone|phone_number|client"
    call_option: str = "option|option_sid|call_option|call_option_sid|fc_option"
    call_start: str = "start_date|fc_start_date|start_time|created|date"
    call_status: str = "status"
    call_details: str = "details"

    # GET profiles, timezones, optins, optin/{id}
    profiles_list: str = "profiles"
    timezones_list: str = "timezones"
    timezone_name: str = "timezone|name|id|value"
    optins_list: str = "optins|opt_ins"
    optin_id: str = "sid|id|optin_sid"
    optin_number: str = "client_number|number|fc_number|phone|phone_number|client"
    optin_status: str = "status"
    optin_start: str = "created|date|start_date|start_time"


# CONFIRMED by a third-party client; the meanings are INFERRED from the order of the product's calls.
_STATES: Mapping[str, State] = {
    "Initialization": State.QUEUED,
    "Pending": State.QUEUED,
    "Scheduled": State.SCHEDULED,
    "Calling Target": State.CALLING_AGENT,
    "Holding": State.HOLDING,
    "Calling Client": State.CALLING_CUSTOMER,
    "Call In Progress": State.CONNECTED,
    "Success": State.COMPLETED,
    "Canceled": State.CANCELLED,
    "Deleted": State.CANCELLED,
    "Failed": State.FAILED,
    "Error Callback": State.FAILED,
}

# Words that look like an ending and may not be one: to be believed only after they have stood for a while.
GRACE_WORDS = frozenset({"Error Callback"})


def _letters(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalpha())


_SPELLINGS = {_letters(word): word for word in _STATES} | {"cancelled": "Canceled"}


def state_of(word: str) -> State | None:
    """Our state for Fonolo's word, whatever its case; None for a word that is not in the table."""
    return _STATES.get(spelling_of(word))


def spelling_of(word: str) -> str:
    """Fonolo's own spelling of a word of the table, whatever its case; empty for any other word."""
    return _SPELLINGS.get(_letters(word), "")
