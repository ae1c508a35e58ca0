"""What people say of a call that is booked or over is told apart in three languages."""

from __future__ import annotations

import re

import pytest

from actions import said_words

HEARD = {
    "AGAIN": (
        ("call me again", "can we try once more?", "bitte nochmal anrufen", "noch einmal bitte", "noch mal", "erneut"),
        ("encore une fois", "rappelez-moi encore une fois", "de nouveau s'il vous plaît", "on peut réessayer ?"),
    ),
    "ABOUT_SOMETHING": (
        ("call me about my bill", "wegen meiner Rechnung", "weil es nicht geht"),
        ("au sujet de ma facture", "pour une facture", "à propos du contrat", "parce qu'il manque"),
    ),
    "SOLVED": (
        ("I already spoke to them", "it's sorted", "hat sich erledigt", "ich habe schon gesprochen", "ist geklärt"),
        ("c'est réglé", "j'ai déjà parlé à quelqu'un", "problème résolu", "je n'en ai plus besoin"),
    ),
    "CALLING_OFF": (
        ("cancel it", "I don't need it", "bitte stornieren", "sag den Anruf ab", "ich brauche ihn nicht", "doch nicht"),
        ("annulez", "je n'en veux plus", "laissez tomber", "supprimez l'appel", "j'ai changé d'avis"),
    ),
    "ASKED_WHETHER": (
        ("is it cancelled?", "Ist er storniert?", "Wurde der Anruf abgesagt?", "Warum wurde das storniert?"),
        (
            "est-ce annulé ?",
            "est-ce que c'est annulé ?",
            "mon appel est annulé ?",
            "L'appel est-il annulé ?",
            "Pourquoi a-t-il été annulé ?",
        ),
    ),
    "THE_NUMBER": (
        ("use another number", "die Nummer ist falsch", "auf meinem Handy", "andere Rufnummer"),
        ("changer de numéro", "sur mon portable", "un autre téléphone"),
    ),
    "CODE_AGAIN": (
        ("send it again", "I didn't get it", "kein Code da", "noch mal senden", "ich habe nichts bekommen"),
        ("renvoyez le code", "je n'ai rien reçu", "pas encore reçu", "encore une fois", "aucun code"),
    ),
    "OTHER_NUMBER": (
        ("wrong number", "another phone", "falsche Nummer", "ich möchte die Nummer ändern", "eine andere Nummer"),
        ("mauvais numéro", "un autre numéro", "je veux changer"),
    ),
}
NOT_HEARD = {
    "AGAIN": ("call me about my bill", "ich warte gegen Mittag", "merci", "rappelez-moi", "pas encore"),
    "ABOUT_SOMETHING": ("call me again", "noch einmal", "encore une fois"),
    "SOLVED": ("please call me", "ruf mich an", "appelez-moi", "it is not solved", "noch nicht geklärt", "pas réglé"),
    "CALLING_OFF": ("where is my call", "wo bleibt mein Anruf", "où en est mon appel", "notice"),
    "ASKED_WHETHER": (
        "cancel it",
        "storniere den Anruf",
        "annulez l'appel",
        "can you cancel it?",
        "est-ce que vous pouvez annuler ?",
    ),
    "THE_NUMBER": ("make it Thursday", "lieber am Freitag", "plutôt jeudi"),
    "CODE_AGAIN": ("123456", "falsche Nummer", "bonjour"),
    "OTHER_NUMBER": ("what code?", "welcher Code?", "quel code ?"),
}


@pytest.mark.parametrize(("name", "text"), [(name, one) for name, both in HEARD.items() for row in both for one in row])
def test_it_is_heard(name: str, text: str) -> None:
    """Each of these says it."""
    pattern: re.Pattern[str] = getattr(said_words, name)
    assert pattern.search(text)


@pytest.mark.parametrize(("name", "text"), [(name, one) for name, row in NOT_HEARD.items() for one in row])
def test_it_is_not_heard(name: str, text: str) -> None:
    """None of these does."""
    pattern: re.Pattern[str] = getattr(said_words, name)
    assert not pattern.search(text)


@pytest.mark.parametrize(
    ("helped", "texts"),
    [
        (True, ("it helped a lot", "no problem at all, very good", "five stars", "she was pleasant", "excellent")),
        (True, ("hat sehr geholfen", "war nicht schlecht", "das Problem ist jetzt gelöst", "fünf Sterne")),
        (True, ("ça m'a bien aidé", "pas mal du tout", "c’était excellent", "cinq étoiles", "mon souci est réglé")),
        (False, ("it didn't help", "it didn’t help", "it was useless", "nobody could help me", "one star", "unsolved")),
        (False, ("hat leider nicht geholfen", "mir konnte niemand helfen", "einen Stern", "es geht immer noch nicht")),
        (False, ("ça ne m'a pas aidé", "une perte de temps", "le problème est toujours là", "une étoile")),
    ],
)
def test_whether_it_helped(helped: bool, texts: tuple[str, ...]) -> None:
    """What is said of a call that is over is good or bad, in words or in stars."""
    assert [text for text in texts if said_words.sounds_helped(text) is not helped] == []
