"""What the WhatsApp channel says by itself, where no turn of Rasa's is behind it."""

from __future__ import annotations

APOLOGY = "Sorry, something went wrong on our side. Please say that again."
BUSY = "One moment please, your earlier messages are still being answered."
CHOOSE = "Please choose:"
CHOOSE_BUTTON = "Choose"
MORE = "More …"
TYPE_MORE = 'Type "more" to see all.'
MISSED = "Meanwhile, when I could not write to you: {text}"
MISSED_UNKNOWN = 'There was news of your call that I could not send. Say "where is my call?" to hear how it stands.'

CANNOT_TAKE = {
    "image": "Sorry, I cannot look at pictures. Please write it in words.",
    "video": "Sorry, I cannot watch videos. Please write it in words.",
    "audio": "Sorry, I cannot listen to voice messages. Please write it in words.",
    "location": "Thank you, but I do not need a location. Please write it in words.",
    "file": "Sorry, I cannot open files or contacts. Please write it in words.",
    "nothing": "That message was empty.",
}
