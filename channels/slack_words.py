"""What the Slack channel says by itself, beside what all chat channels say."""

from __future__ import annotations

from datetime import datetime

from channels.languages import FALLBACK, language_in
from channels.phrasebook import Phrasebook

NBSP = "\N{NO-BREAK SPACE}"

WORDS = Phrasebook({
    "elsewhere": {
        "en": "I have written to you in a direct message, so that nothing private stands here.",
        "de": "Ich habe Ihnen eine Direktnachricht geschrieben, damit hier nichts Privates steht.",
        "fr": "Je vous ai écrit en message direct, pour que rien de privé ne figure ici.",
    },
    "no_files": {
        "en": "Sorry, I cannot open files. Please write it in words.",
        "de": "Dateien kann ich leider nicht öffnen. Bitte schreiben Sie es in Worten.",
        "fr": "Désolé, je ne peux pas ouvrir de fichiers. Veuillez l’écrire.",
    },
    "chosen": {"en": "You chose: {title}", "de": "Ihre Wahl: {title}", "fr": f"Votre choix{NBSP}: {{title}}"},
    "choose_from": {"en": "Choose …", "de": "Auswählen …", "fr": "Choisir …"},
    "other_times": {"en": "All free times …", "de": "Alle freien Zeiten …", "fr": "Tous les horaires libres …"},
    "local_time": {"en": "{time} your time", "de": "{time} Ihrer Zeit", "fr": "{time} à votre heure"},
    "card": {"en": "Your call from {queue}", "de": "Ihr Anruf von {queue}", "fr": f"Votre appel{NBSP}: {{queue}}"},
    "since": {"en": ", since {moment}", "de": ", seit {moment}", "fr": ", depuis {moment}"},
    "booked_for": {"en": ": {moment}", "de": ": {moment}", "fr": f"{NBSP}: {{moment}}"},
    "home_title": {"en": "Your calls", "de": "Ihre Anrufe", "fr": "Vos appels"},
    "home_hello": {
        "en": "I have our team call you, and tell you here how your call stands.",
        "de": "Ich lasse Sie von unserem Team anrufen und sage Ihnen hier, wie es um Ihren Anruf steht.",
        "fr": "Je vous fais appeler par notre équipe et vous dis ici où en est votre appel.",
    },
    "home_none": {
        "en": "You have not asked for a call here yet.",
        "de": "Sie haben hier noch keinen Anruf angefordert.",
        "fr": "Vous n’avez pas encore demandé d’appel ici.",
    },
    "ask_for_a_call": {"en": "Ask for a call", "de": "Anruf anfordern", "fr": "Demander un appel"},
})  # fmt: skip

ASKED = Phrasebook({
    "hello": {"en": "hello", "de": "Hallo", "fr": "Bonjour"},
    "call": {"en": "call me back", "de": "Bitte rufen Sie mich zurück", "fr": "Rappelez-moi s’il vous plaît"},
    "call_and": {
        "en": "call me back, {text}",
        "de": "Bitte rufen Sie mich zurück, {text}",
        "fr": "Rappelez-moi s’il vous plaît, {text}",
    },
    "call_about": {
        "en": "call me back about this: {text}",
        "de": "Bitte rufen Sie mich deswegen zurück: {text}",
        "fr": f"Rappelez-moi s’il vous plaît à ce sujet{NBSP}: {{text}}",
    },
})  # fmt: skip
"""What somebody asks who taps, gives a command or uses a shortcut; said to Rasa as if they had written it."""

SIGNS = {
    "ORDERING": "⏳", "UNCERTAIN": "❓", "QUEUED": "🕓", "SCHEDULED": "📅", "CALLING_AGENT": "📞", "HOLDING": "🎵",
    "CALLING_CUSTOMER": "🔔", "CONNECTED": "🟢", "COMPLETED": "✅", "CANCELLED": "🚫", "REFUSED": "⚠️",
    "FAILED_AGENT": "⚠️", "FAILED_CUSTOMER": "⚠️", "FAILED": "⚠️", "EXPIRED": "⚠️", "": "📞",
}  # fmt: skip

DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
SHORT_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
}
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
           "November", "Dezember"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre"),
}  # fmt: skip
_DAY = {"en": "{day} {date} {month}", "de": "{day}, {date}. {month}", "fr": "{day} {date} {month}"}
_CLOCK = {"en": "%H:%M", "de": "%H:%M", "fr": f"%H{NBSP}h{NBSP}%M"}


def day_in_words(moment: datetime, language: str) -> str:
    """ "Monday 23 November"; the moment's own zone counts."""
    spoken = language_in(language) or FALLBACK
    day, month = DAYS[spoken][moment.weekday()], MONTHS[spoken][moment.month - 1]
    return _DAY[spoken].format(day=day, date=moment.day, month=month)


def clock_in_words(moment: datetime, language: str) -> str:
    """ "Mon 15:00"; the moment's own zone counts."""
    spoken = language_in(language) or FALLBACK
    return f"{SHORT_DAYS[spoken][moment.weekday()]} {moment.strftime(_CLOCK[spoken])}"


def asked_in_words(asks: str, text: str, language: str) -> str:
    """What a tap, a command or a shortcut asks for: `asks` is "call", "about" (somebody's words) or "hello", and `text`
    what was said with it; the text itself where it `asks` nothing.
    """
    if not asks:
        return text
    name = "hello" if asks == "hello" else {"call": "call_and", "about": "call_about"}[asks] if text else "call"
    return ASKED.say(name, language, text=text)
