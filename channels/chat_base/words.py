"""What all chat channels say by themselves, where no turn of Rasa's is behind it."""

from __future__ import annotations

from channels.phrasebook import Phrasebook

WORDS = Phrasebook({
    "apology": {
        "en": "Sorry, something went wrong on our side. Please say that again.",
        "de": "Entschuldigung, bei uns ist etwas schiefgegangen. Bitte sagen Sie das noch einmal.",
        "fr": "Désolé, quelque chose n’a pas fonctionné de notre côté. Veuillez répéter.",
    },
    "busy": {
        "en": "One moment please, your earlier messages are still being answered.",
        "de": "Einen Moment bitte, Ihre vorigen Nachrichten werden noch beantwortet.",
        "fr": "Un instant, vos messages précédents n’ont pas encore reçu de réponse.",
    },
    "missed": {
        "en": "Meanwhile, when I could not write to you: {text}",
        "de": "Inzwischen, als ich Ihnen nicht schreiben konnte: {text}",
        "fr": "Entre-temps, alors que je ne pouvais pas vous écrire\N{NO-BREAK SPACE}: {text}",
    },
    "missed_unknown": {
        "en": 'There was news of your call that I could not send. Say "where is my call?" to hear how it stands.',
        "de": "Zu Ihrem Anruf gab es Neues, das ich nicht senden konnte. Fragen Sie „Wo ist mein Anruf?“, dann "
        "sage ich Ihnen, wie es steht.",
        "fr": "Il y a eu du nouveau pour votre appel, que je n’ai pas pu envoyer. Demandez "
        "«\N{NO-BREAK SPACE}Où est mon appel\N{NO-BREAK SPACE}?\N{NO-BREAK SPACE}» pour savoir où il en est.",
    },
    "empty": {
        "en": "That message was empty.",
        "de": "Diese Nachricht war leer.",
        "fr": "Ce message était vide.",
    },
    "choose": {"en": "Please choose:", "de": "Bitte wählen Sie:", "fr": "Veuillez choisir\N{NO-BREAK SPACE}:"},
})  # fmt: skip

STATES = Phrasebook({
    "ORDERING": {"en": "Being ordered", "de": "Wird gebucht", "fr": "Réservation en cours"},
    "UNCERTAIN": {
        "en": "Not clear yet whether it is booked",
        "de": "Noch unklar, ob er gebucht ist",
        "fr": "On ne sait pas encore s’il est réservé",
    },
    "QUEUED": {"en": "Booked, in the queue", "de": "Gebucht, in der Warteschlange", "fr": "Réservé, en file d’attente"},
    "SCHEDULED": {"en": "Booked for later", "de": "Für später gebucht", "fr": "Réservé pour plus tard"},
    "CALLING_AGENT": {"en": "Ringing our team", "de": "Wir rufen unser Team an", "fr": "Nous appelons notre équipe"},
    "HOLDING": {"en": "On hold for you", "de": "Wir warten für Sie", "fr": "Nous patientons pour vous"},
    "CALLING_CUSTOMER": {
        "en": "Your phone is ringing",
        "de": "Ihr Telefon klingelt",
        "fr": "Votre téléphone sonne",
    },
    "CONNECTED": {"en": "You are connected", "de": "Sie sind verbunden", "fr": "Vous êtes en ligne"},
    "COMPLETED": {"en": "Over", "de": "Beendet", "fr": "Terminé"},
    "CANCELLED": {"en": "Cancelled", "de": "Storniert", "fr": "Annulé"},
    "REFUSED": {"en": "Not accepted", "de": "Nicht angenommen", "fr": "Non accepté"},
    "FAILED_AGENT": {
        "en": "Our team could not be reached",
        "de": "Unser Team war nicht zu erreichen",
        "fr": "Notre équipe n’a pas pu être jointe",
    },
    "FAILED_CUSTOMER": {
        "en": "Nobody answered your phone",
        "de": "An Ihrem Telefon nahm niemand ab",
        "fr": "Personne n’a répondu sur votre téléphone",
    },
    "FAILED": {"en": "Did not work out", "de": "Hat nicht geklappt", "fr": "N’a pas abouti"},
    "EXPIRED": {
        "en": "Nothing was heard of it any more",
        "de": "Es war nichts mehr davon zu hören",
        "fr": "Plus aucune nouvelle",
    },
    "": {"en": "In progress", "de": "In Bearbeitung", "fr": "En cours"},
})  # fmt: skip
"""How a call-back stands, by the state on its card; "" for a state that is new to us."""


def state_in_words(state: object, language: str) -> str:
    """How a call-back stands."""
    return STATES.say(str(state) if state in STATES else "", language)
