"""What the website channel says by itself, where no turn of Rasa's is behind it, in the page's languages."""

from __future__ import annotations

from typing import Any

from channels.phrasebook import Phrasebook

WORDS = Phrasebook({
    "apology": {
        "en": "Sorry, something went wrong on our side. Please say that again.",
        "de": "Entschuldigung, bei uns ist etwas schiefgegangen. Bitte sagen Sie das noch einmal.",
        "fr": "Désolé, quelque chose n’a pas fonctionné de notre côté. Veuillez répéter.",
    },
    "no_session": {
        "en": "The chat is not connected yet. Please try again in a moment.",
        "de": "Der Chat ist noch nicht verbunden. Bitte versuchen Sie es gleich noch einmal.",
        "fr": "Le chat n’est pas encore connecté. Veuillez réessayer dans un instant.",
    },
    "not_ready": {
        "en": "The assistant is still starting. Please try again in a moment.",
        "de": "Der Assistent startet noch. Bitte versuchen Sie es gleich noch einmal.",
        "fr": "L’assistant démarre encore. Veuillez réessayer dans un instant.",
    },
    "busy": {
        "en": "One moment please, your earlier messages are still being answered.",
        "de": "Einen Moment bitte, Ihre vorigen Nachrichten werden noch beantwortet.",
        "fr": "Un instant, vos messages précédents n’ont pas encore reçu de réponse.",
    },
    "too_fast": {
        "en": "That was a lot at once. Please wait a moment and try again.",
        "de": "Das war viel auf einmal. Bitte warten Sie einen Moment und versuchen Sie es dann noch einmal.",
        "fr": "Cela fait beaucoup à la fois. Veuillez attendre un instant et réessayer.",
    },
    "new_chat": {
        "en": "Your earlier chat has ended, so this is a new one. Calls that you have booked are not affected.",
        "de": "Ihr voriger Chat ist beendet, dies ist ein neuer. Gebuchte Anrufe bleiben bestehen.",
        "fr": "Votre chat précédent est terminé, en voici un nouveau. Les appels réservés restent valables.",
    },
    "unreadable": {
        "en": "That message could not be read.",
        "de": "Diese Nachricht ließ sich nicht lesen.",
        "fr": "Ce message n’a pas pu être lu.",
    },
    "empty": {
        "en": "The message is empty.",
        "de": "Die Nachricht ist leer.",
        "fr": "Le message est vide.",
    },
    "too_long": {
        "en": "Sorry, that is too long. Please keep it under {most:,} characters.",
        "de": "Das ist leider zu lang. Bitte bleiben Sie unter {most} Zeichen.",
        "fr": "Désolé, c’est trop long. Veuillez rester en dessous de {most} caractères.",
    },
})  # fmt: skip


def in_words(what: str, language: str, **values: int) -> str:
    """A sentence by its name, in the language of a tag such as "de-AT"; in English where that is none of ours."""
    return WORDS.say(what, language, **values)


def refusal(reason: str) -> dict[str, Any]:
    """The acknowledgement of a message that is not handled."""
    return {"ok": False, "reason": reason}


def soon(seconds: float) -> float:
    """A wait for the page, in seconds: long enough to be true, and not more exact than it deserves."""
    return round(seconds + 0.1, 1)
