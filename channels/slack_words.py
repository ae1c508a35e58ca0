"""What the Slack channel says by itself, where no turn of Rasa's is behind it."""

from __future__ import annotations

APOLOGY = "Sorry, something went wrong on our side. Please say that again."
BUSY = "One moment please, your earlier messages are still being answered."
ELSEWHERE = "I have written to you in a direct message, so that nothing private stands here."
NO_FILES = "Sorry, I cannot open files. Please write it in words."
EMPTY = "That message was empty."
MISSED = "Meanwhile, when I could not write to you: {text}"
MISSED_UNKNOWN = 'There was news of your call that I could not send. Say "where is my call?" to hear how it stands.'
CALL_ME = "call me back"
HELLO = "hello"
CHOSEN = "You chose: {title}"
CHOOSE = "Please choose:"
CHOOSE_FROM = "Choose …"
OTHER_TIMES = "All free times …"
LOCAL_TIME = "{time} your time"
FALLBACK_CARD = "Your call from {queue}"

HOME_TITLE = "Your calls"
HOME_HELLO = "I have our team call you, and tell you here how your call stands."
HOME_NONE = "You have not asked for a call here yet."
ASK_FOR_A_CALL = "Ask for a call"

STATES = {
    "ORDERING": ("⏳", "Being ordered"),
    "UNCERTAIN": ("❓", "Not clear yet whether it is booked"),
    "QUEUED": ("🕓", "Booked, in the queue"),
    "SCHEDULED": ("📅", "Booked for later"),
    "CALLING_AGENT": ("📞", "Ringing our team"),
    "HOLDING": ("🎵", "On hold for you"),
    "CALLING_CUSTOMER": ("🔔", "Your phone is ringing"),
    "CONNECTED": ("🟢", "You are connected"),
    "COMPLETED": ("✅", "Over"),
    "CANCELLED": ("🚫", "Cancelled"),
    "REFUSED": ("⚠️", "Not accepted"),
    "FAILED_AGENT": ("⚠️", "Our team could not be reached"),
    "FAILED_CUSTOMER": ("⚠️", "Nobody answered your phone"),
    "FAILED": ("⚠️", "Did not work out"),
    "EXPIRED": ("⚠️", "Nothing was heard of it any more"),
}
UNKNOWN_STATE = ("📞", "In progress")
