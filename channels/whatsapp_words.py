"""What the WhatsApp channel says by itself, beside what all chat channels say."""

from __future__ import annotations

from channels.phrasebook import Phrasebook

NBSP = "\N{NO-BREAK SPACE}"

WORDS = Phrasebook({
    "choose_button": {"en": "Choose", "de": "Auswählen", "fr": "Choisir"},
    "more": {"en": "More …", "de": "Mehr …", "fr": "Plus …"},
    "type_more": {
        "en": 'Type "more" to see all.',
        "de": "Schreiben Sie „mehr“, um alle zu sehen.",
        "fr": f"Écrivez «{NBSP}plus{NBSP}» pour tout voir.",
    },
    "no_image": {
        "en": "Sorry, I cannot look at pictures. Please write it in words.",
        "de": "Bilder kann ich leider nicht ansehen. Bitte schreiben Sie es in Worten.",
        "fr": "Désolé, je ne peux pas regarder d’images. Veuillez l’écrire.",
    },
    "no_video": {
        "en": "Sorry, I cannot watch videos. Please write it in words.",
        "de": "Videos kann ich leider nicht ansehen. Bitte schreiben Sie es in Worten.",
        "fr": "Désolé, je ne peux pas regarder de vidéos. Veuillez l’écrire.",
    },
    "no_audio": {
        "en": "Sorry, I cannot listen to voice messages. Please write it in words.",
        "de": "Sprachnachrichten kann ich leider nicht anhören. Bitte schreiben Sie es in Worten.",
        "fr": "Désolé, je ne peux pas écouter de messages vocaux. Veuillez l’écrire.",
    },
    "no_location": {
        "en": "Thank you, but I do not need a location. Please write it in words.",
        "de": "Danke, aber einen Standort brauche ich nicht. Bitte schreiben Sie es in Worten.",
        "fr": "Merci, mais je n’ai pas besoin de votre position. Veuillez l’écrire.",
    },
    "no_file": {
        "en": "Sorry, I cannot open files or contacts. Please write it in words.",
        "de": "Dateien oder Kontakte kann ich leider nicht öffnen. Bitte schreiben Sie es in Worten.",
        "fr": "Désolé, je ne peux ouvrir ni fichiers ni contacts. Veuillez l’écrire.",
    },
})  # fmt: skip
