"""Words by which people say what they mean about a call that is booked or over: English, German, French. Pure.

The model tells intents apart; these tell what it cannot, and what is too grave to do on its word alone.
"""

from __future__ import annotations

import re


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


AGAIN = _any(
    "again|once more|another try|retry|try once more|one more time|redo",
    "noch ?mal(?:s)?|noch einmal|nochmals|erneut|wieder anrufen|neuer versuch|noch (?:ein|einen) (?:versuch|anlauf)",
    "encore(?: une fois)?|de nouveau|à nouveau|une nouvelle fois|rappelez|rappeler|réessay\\w*|autre essai",
)
"""A call is to be repeated …"""
ABOUT_SOMETHING = _any(
    "about|regarding|concerning|for a|for my|because",
    "wegen|betreffend|bezüglich|weil|zu mein\\w*|über|um mein\\w*|zum thema",
    "à propos|au sujet|concernant|parce qu['’ ]?|pour (?:un|une|ma|mon|mes)|sur (?:ma|mon|mes)",
)
"""… unless it says what about, and so is a call of its own."""
SOLVED = _any(
    "got through|got hold|already (?:spoke|talked|reached|sorted|solved|called)|solved|sorted|resolved|fixed",
    "erledigt|gelöst|geklärt|hat sich geklärt|(?:schon|bereits) (?:gesprochen|erreicht|telefoniert|angerufen)"
    "|durchgekommen",
    "résolue?|réglée?|déjà (?:parlé|appelé|joint|eu quelqu['’]un)|arrangée?|plus besoin|plus nécessaire",
)
"""Nobody has to call any more: things went well."""
CALLING_OFF = _any(
    r"cancel\w*|don'?t|do not|doesn'?t|not|no|never ?mind|stop|forget|abort|remove|drop|delete|off|undo|unbook"
    "|already|changed my mind|without|one",
    r"storn\w*|absag\w*|sag\w* .{0,25}ab|abbrech\w*|abbestell\w*|lösch\w*|nicht|kein\w*|nein|stop\w*|lass\w*"
    "|vergiss|vergessen|schon|bereits|doch nicht|ohne|rückgängig",
    r"annul\w*|pas|plus|non|stop|arrêt\w*|supprim\w*|laissez? tomber|oubli\w*|déjà|sans|changé d['’]avis",
)
"""Without one of these, a call is not taken away on the model's word alone."""
ASKED_WHETHER = re.compile(
    r"^\W*(?:(?:is|was|are|were|did|has|have|why|when|how|what|will"
    r"|ist|war|sind|wurde|wird|hat|haben|warum|wieso|wann|wie|was"
    r"|est|a-t|as-tu|avez|pourquoi|quand|comment|qu['’]est|est-ce)\b.*\?"
    # French puts the subject first: "L'appel est-il annulé ?"
    r"|.*\best-(?:il|elle|ce)\b.*\?)\s*$",
    re.IGNORECASE,
)
"""A question about a cancellation cancels nothing."""
THE_NUMBER = _any(
    "number|phone|mobile|cell",
    "nummer|rufnummer|telefonnummer|handynummer|handy|telefon|festnetz",
    "numéro|téléphone|portable|mobile|fixe",
)
"""What is to be changed is the number, and not the time."""
CODE_AGAIN = _any(
    "again|resend|re-send|another code|new code|no code|nothing (?:came|arrived|yet)|once more",
    r"(?:did not|didn'?t|have not|haven'?t|not) (?:get|got|receive|arrive|come)\w*",
    "noch ?mal(?:s)?|noch einmal|erneut|neuer code|neuen code|kein(?:en)? code|nichts (?:gekommen|angekommen|erhalten)",
    "(?:nicht|nichts) (?:be|er)kommen|nicht (?:an)?gekommen|nicht erhalten",
    r"encore|de nouveau|à nouveau|renvoy\w*|nouveau code|autre code|(?:pas|aucun) (?:de )?code|rien (?:reçu|eu)",
    "pas (?:encore )?(?:reçu|eu)|pas arrivé",
)
"""The code is to be sent once more."""
OTHER_NUMBER = _any(
    "(?:other|another|different|wrong|new) (?:phone|number|one)|change",
    "(?:andere|falsche|neue) (?:nummer|rufnummer|telefonnummer|handynummer)|ändern|nummer wechseln",
    "(?:autre|mauvais|nouveau|faux) (?:numéro|téléphone)|chang\\w*|modifi\\w*",
)
"""Another number is to be called."""
