"""Words by which people say what they mean about a call that is booked or over: English, German, French. Pure.

The model tells intents apart; these tell what it cannot, and what is too grave to do on its word alone.
"""

from __future__ import annotations

import re


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def _not_denied(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!not )(?<!nicht )(?<!pas )(?<!toujours )\b(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


AGAIN = _any(
    "again|once more|another try|retry|try once more|one more time|redo",
    "noch ?mal(?:s)?|noch einmal|nochmals|erneut|wieder anrufen|neuer versuch|noch (?:ein|einen) (?:versuch|anlauf)",
    "encore une fois|de nouveau|à nouveau|une nouvelle fois|réessay\\w*|(?:autre|nouvel) essai",
)
"""A call is to be repeated …"""
ABOUT_SOMETHING = _any(
    "about|regarding|concerning|for a|for my|because",
    "wegen|betreffend|bezüglich|weil|zu mein\\w*|über|um mein\\w*|zum thema",
    "à propos|au sujet|concernant|parce qu['’ ]?|pour (?:un|une|ma|mon|mes)|sur (?:ma|mon|mes)",
)
"""… unless it says what about, and so is a call of its own."""
SOLVED = _not_denied(
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
    r"|est(?!-ce)|a-t|as-tu|avez|pourquoi|quand|comment|qu['’]est"
    # What somebody may or can do is a wish.
    r"|est-ce(?!.*\b(?:pouvez|pourriez|peux|pourrais|peut)\b))\b.*\?"
    # French puts the subject first: "L'appel est-il annulé ?"
    r"|.*\best-(?:il|elle)\b.*\?|(?:der|mein) \w+ (?:ist|wurde)\b.*\?|(?:mon|le) r?appel (?:est|a)\b.*\?)\s*$",
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
NO_HELP = _any(
    r"not|\w+n['’]t|(?:did|do|does|was|is|could|would|has|have)nt|no|nope|nah|never|nobody|nothing|hardly|useless|rude",
    r"un(?:helpful|solved|resolved|happy)|pointless|terrible|awful|bad|waste\w*|disappointed|clueless|wrong",
    "still (?:there|broken|open|exists?|have)|(?:one|two|1|2) stars?",
    r"nicht|nein|nee|nie|niemals|niemand|kein\w*|nichts|leider|kaum|nutzlos|vergeblich|umsonst|zeitverschwendung",
    "unfreundlich|schlecht|immer noch|weiterhin|(?:einen|ein|zwei|1|2) sterne?",
    r"pas|non|jamais|rien|personne|aucun\w*|inutile|hélas|malheureusement|nulle?|perte de temps|désagréable|mauvais\w*",
    "toujours|persiste|(?:une|deux|1|2) étoiles?",
)
"""It did not help …"""
NO_TROUBLE = _any(
    "no (?:problem|trouble|issue)s?|not bad|never better|nothing wrong",
    r"keine? problem\w*|nicht (?:schlecht|übel)|nichts zu meckern",
    "pas mal|pas de (?:problèmes?|soucis?)|aucun (?:problème|souci)|rien à redire",
)
"""… though these say that it did."""


def sounds_helped(text: str) -> bool:
    """Whether what is said of a call that is over sounds as if it helped."""
    return NO_HELP.search(NO_TROUBLE.sub("", text)) is None
