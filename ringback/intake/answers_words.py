"""The words by which answers to the form's questions are known, in English, German and French."""

from __future__ import annotations

from ringback.intake.parts import Ask

ALSO_ANSWERS = frozenset(
    {
        "no",
        "nope",
        "none",
        "later",
        "na",
        "n a",
        "not sure",
        "next",
        "no account",
        "nein",
        "keine",
        "später",
        "weiter",
        "non",
        "aucun",
        "aucune",
        "plus tard",
    }
)

NOTHING_TO_SAY = frozenset({
    "", "skip", "skip it", "skip this", "skip that", "skip this one", "skip please", "none", "no", "nope", "pass",
    "next",
    "don't know", "dont know", "i don't know", "i dont know", "idk", "no idea", "don't have it", "dont have it", "n a",
    "i don't have one", "i dont have one", "i don't have it", "i dont have it", "don't have one", "dont have one", "na",
    "not sure", "no account", "i don't have that", "i don't have it here", "later", "weiss nicht", "keine ahnung",
    "weiss ich nicht", "ich weiss nicht", "ich weiss es nicht", "überspringen", "ueberspringen", "überspring das",
    "das überspringen", "überspringen bitte", "bitte überspringen", "auslassen", "weiter", "nächste", "nächste frage",
    "keine", "keins", "keiner", "keinen", "nichts", "nein", "nö", "habe ich nicht", "hab ich nicht", "ich habe keine",
    "ich habe keins", "ich habe keinen", "gibt es nicht", "später", "nicht sicher", "kein konto", "keine angabe",
    "je ne sais pas", "je sais pas", "jsais pas", "aucune idée", "passer", "passe", "passez", "on passe", "sauter",
    "ignorer", "passer cette question", "suivant", "suivante", "question suivante", "aucun", "aucune", "rien", "non",
    "je n'en ai pas", "je nen ai pas", "j'en ai pas", "je n'ai pas", "je ne l'ai pas", "je ne lai pas", "plus tard",
    "pas de compte", "pas sûr", "je ne sais plus",
})  # fmt: skip

DENYING = frozenset({"not", "no", "dont", "nicht", "nein", "kein", "pas", "non"})
AT_ONCE = frozenset({
    "now", "anytime", "whenever", "jetzt", "sofort", "gleich", "jederzeit", "umgehend", "egal", "maintenant",
    "immédiatement",
    "immediatement",
})  # fmt: skip
LATER_WORDS = frozenset({
    "later", "schedule", "another", "other", "book", "später", "spaeter", "nachher", "termin", "anderer", "andermal",
    "anderes",
    "ander", "vereinbaren", "tard", "autre", "rendez", "planifier", "programmer", "ultérieurement",
})  # fmt: skip

FIELD_WORDS = {
    Ask.QUEUE: (
        "queue",
        "department",
        "team",
        "topic",
        "subject",
        "abteilung",
        "thema",
        "bereich",
        "service",
        "sujet",
        "département",
        "équipe",
    ),
    Ask.NUMBER: (
        "number",
        "phone",
        "phone number",
        "mobile",
        "telephone",
        "nummer",
        "telefonnummer",
        "handynummer",
        "rufnummer",
        "telefon",
        "numéro",
        "numéro de téléphone",
        "portable",
        "téléphone",
    ),
    Ask.WHEN: (
        "time",
        "when",
        "day",
        "hour",
        "date",
        "uhrzeit",
        "zeit",
        "termin",
        "zeitpunkt",
        "tag",
        "datum",
        "wann",
        "horaire",
        "heure",
        "jour",
        "créneau",
        "rendez-vous",
        "quand",
    ),
    Ask.ANSWER: (
        "answer",
        "answers",
        "question",
        "questions",
        "account",
        "account number",
        "antwort",
        "antworten",
        "frage",
        "fragen",
        "kundennummer",
        "réponse",
        "réponses",
    ),
    Ask.SMS: ("sms", "text messages", "texts", "textnachrichten", "textos"),
}

NOTHING_TO_CHANGE = frozenset({
    "nichts", "gar nichts", "passt alles", "doch nichts", "alles gut", "lass es so", "lassen sie es so", "so lassen",
    "rien", "rien du tout",
    "finalement rien", "tout va bien", "laissez comme ça",
})  # fmt: skip
