"""French sentences in the words that the grammar of times knows: "onze heures moins le quart" is "10:45". Pure.

Only for conversations in French: "a" stands for "à" here, "midi et demi" is 12:30, and "3/12" is 3 December.
"""

from __future__ import annotations

import re

from ringback.understanding.time_rules import Rule

_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50}
_ONES = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
}  # fmt: skip
_TEENS = {
    "dix-sept": 17, "dix-huit": 18, "dix-neuf": 19, "dix sept": 17, "dix huit": 18, "dix neuf": 19, "dix": 10,
    "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
}  # fmt: skip
NUMBERS = {
    **{f"{tens}{joint}{one}": value + place for tens, value in _TENS.items() for one, place in _ONES.items()
       for joint in ("-", " ", " et ", "-et-")},
    **_TENS, **_TEENS, **{word: value for word, value in _ONES.items() if value > 1},
}  # fmt: skip
_NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True))
_DAYS = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_SHORT = dict(zip(("lun", "mar", "mer", "jeu", "ven", "sam", "dim"), _DAYS.split("|"), strict=True))
_SHORT_MONTHS = {"janv": "janvier", "fevr": "fevrier", "avr": "avril", "juil": "juillet"}
_MONTHS = (
    r"janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|janv|fevr|avr|juil|sept|oct"
    r"|nov|dec"
)
_HOUR = r"(\d{1,2}) ?(?:h|heures?)"
_PARTS = {"matin": "morning", "matinee": "morning", "midi": "lunch", "soir": "evening", "soiree": "evening"}
_CANNOT = (
    r"(?:(?:je|ca|cela|ce|c') ?)?(?:ne |n')?(?:me |m')?(?:peux|suis|serai|convient|conviendrait|va|vais pouvoir|irait"
    r"|arrange|marche|est|sera|serait)(?: vraiment)? pas"
    r"(?: (?:libre|disponible|dispo|possible|bon|bien|la|pratique|ideal|du tout|vraiment|etre la))*"
)

SOUNDS = (
    Rule(r"\bdès que\b", "aussitot que"),
    Rule(r"\bdès (?=\d|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|midi|le )", "a partir de "),
    Rule(r"\boù\b", "where"),
    Rule(r"\bjusqu['’](?:à|au|a)\b", "until"),
    Rule(r"\bdu\b", "du"),
    Rule(r"(?<=\d) sept\b\.?(?! ?(?:h\b|heures?))", " septembre"),
)
"""What would be another word without its accents, and a month that is a number as well."""


def _clock(hour: str, minutes: int) -> str:
    """ "10:45" for eleven less fifteen; one digit stays one, for either half of the day."""
    whole = int(hour) * 60 + minutes
    return f"{whole // 60 % 24}:{whole % 60:02}"


def _after(found: re.Match[str]) -> str:
    return _clock(found[1], {"quart": 15, "demi": 30, "demie": 30}[found[2]])


def _until_then(found: re.Match[str]) -> str:
    return f"in {int(found[1]) * 60 + {'demie': 30, 'quart': 15}[found[2]]} minutes"


RULES = (
    Rule(r"(?<=\d )sept\b\.?(?! ?(?:h\b|heures?))", "septembre"),
    Rule(rf"\b(?:{_NUMBER})\b", lambda found: str(NUMBERS[found[0]])),
    Rule(r"\bat\b", "a"),
    Rule(r"\bweek-end\b", "weekend"),
    Rule(r"\b(?:demin|demian|deamin|demains|dmain)\b", "demain"),
    Rule(r"\bentre ([^,]{1,25}?) et (?=\d|midi|minuit)", r"between \1 and "),
    Rule(r"\bbetween midi and (?:2|14)\b(?: ?(?:heures|h)\b)?", "lunch"),
    # See you then, and good day: no time for a call.
    Rule(rf"^(?:\W*(?:ok|merci|bien|super|tres|bon|salut|au revoir|d'accord|parfait|alors|bonne journee|et)\b)*\W*"
         rf"a (?:demain|plus|plus tard|bientot|tout a l'heure|tout de suite|la prochaine|(?:{_DAYS}))(?: alors)?\W*$",
         " _ "),
    Rule(r"\b(?:bon|bonne|belle|excellente?) (?:journee|soiree|apres[- ]midi|matinee|matin|week-?end|weekend|semaine"
         r"|fin de \w+)\b", " _ "),
    Rule(r"\b\d{1,4}(?: (?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|route|allee|impasse)\b"
         r"|\b(?:chambre|appartement|porte|etage|code postal|contrat|compte|client|facture|numero|n°) (?:n° ?)?\d+",
         " _ "),
    Rule(r"\b\d+ (?:contrats?|personnes?|fois|enfants?|appareils?|factures?|appels?|questions?|problemes?|clients?)\b",
         " _ "),
    Rule(r"\btous les (?:\d+ )?(?:jours|semaines|mois|heures|minutes)\b", " _ "),
    Rule(r"\b(?:il y a|y a|ca fait) (?:\S+ ){0,3}?(?:minutes?|heures?|jours?|semaines?|mois|ans?)\b", " 2 day ago "),
    Rule(r"\bavant[- ]hier\b", "hier"),
    Rule(r"\b(\d{1,2})/(\d{1,2})(?:/((?:20)?\d\d))?(?![\d/])", lambda found: f"{found[1]}.{found[2]}.{found[3] or ''}"),
    Rule(r"\b(lun|mar|mer|jeu|ven|sam|dim)(?:\.|(?= \d))", lambda found: _SHORT[found[1]]),
    Rule(r"\b(?:janv|fevr|avr|juil)\b", lambda found: _SHORT_MONTHS[found[0]]),
    Rule(r"\b1er\b", "1"),
    # How long until then.
    Rule(r"\b(?:dans|d'ici) (?:une|1) (?:petite )?demi[- ]?heure\b", "in 30 minutes"),
    Rule(r"\b(?:dans|d'ici) (?:un|1) quart d'heure\b", "in 15 minutes"),
    Rule(r"\b(?:dans|d'ici) 3 quarts? d'heure\b", "in 45 minutes"),
    Rule(r"\b(?:dans|d'ici) une heure et (demie|quart)\b",
         lambda found: f"in {60 + {'demie': 30, 'quart': 15}[found[1]]} minutes"),
    Rule(rf"\b(?:dans|d'ici) {_HOUR} et (demie|quart)\b", _until_then),
    Rule(r"\b(?:dans|d'ici) (\d{1,2}) ?h(?:eures?)? ?([0-5]\d)\b",
         lambda found: f"in {int(found[1]) * 60 + int(found[2])} minutes"),
    Rule(r"\b(?:dans|d'ici|pendant|au cours de) (?:les|des) (?:(\d+) )?prochaines (?:(\d+) )?(heures?|minutes?)\b",
         lambda found: f"within the next {found[1] or found[2] or 3} {'hours' if found[3][0] == 'h' else 'minutes'}"),
    Rule(r"\b(?:dans|d'ici) l'heure\b|\bdans la prochaine heure\b", "within 1 hour"),
    Rule(r"\b(?:dans|d'ici) quelques heures\b", "in a few hours"),
    Rule(r"\b(?:dans|d'ici) (?:une|1) heure\b", "in 1 hour"),
    Rule(r"\b(?:dans|d'ici) une (minute|semaine)\b", r"in a \1"),
    Rule(r"\b(?:dans|d'ici) un jour\b", "in a day"),
    Rule(r"\bdans 8 jours\b", "in a week or in 8 day"),
    Rule(r"\bdans 15 jours\b", "in 2 week or in 15 day"),
    Rule(r"\bsous (\d+) heures?\b", r"within \1 hours"),
    Rule(rf"\b({_DAYS}) en (?:8|huit)\b", r"\1 in 1 week"),
    Rule(rf"\b({_DAYS}) en (?:15|quinze)\b", r"\1 in 2 week"),
    # The earliest and the latest.
    Rule(r"\b(?:le )?plus tard possible\b|\b(?:aussi|le plus) tard (?:que|qu'il est) possible\b",
         "as late as possible"),
    Rule(r"\b(?:le )?plus (?:tot|vite|rapidement) possible\b|\b(?:aussitot|aussi tot|aussi vite) (?:que )?possible\b"
         r"|\bau plus vite\b|\bdes que (?:possible|vous pouvez)\b|\baussitot que vous pouvez\b",
         "as early as possible"),
    Rule(r"\b(?:le |au )?dernier (?:creneau|rendez-vous|horaire|moment)(?: (?:libre|disponible|possible))?",
         "last slot"),
    Rule(r"\b(?:le |au )?premier (?:creneau|rendez-vous|horaire|moment)(?: (?:libre|disponible|possible))?",
         "first slot"),
    Rule(r"\b(?:le |au )?prochain (?:creneau|rendez-vous|horaire)(?: (?:libre|disponible|possible))?",
         "next available"),
    Rule(r"\b(?:a |aux )(?:la )?premieres? heures?\b|\ben tout debut de (?:journee|matinee)\b", "earliest"),
    Rule(r"\bau plus tard (?:a|vers|pour)? ?(?=\d|midi)", "latest at "),
    Rule(r"\b(?:au plus tot|pas avant) (?:a|vers|des)? ?(?=\d|midi)", "earliest at "),
    Rule(rf"\b(?:au plus tard|d'ici(?: a)?) (?:le )?(?={_DAYS})", "by "),
    Rule(r"\bau plus tard\b", "at latest"),
    Rule(r"\bau plus tot\b", "at earliest"),
    # Clocks.
    Rule(r"\bmidi et (demie?|quart)\b", lambda found: "12:30" if found[1] != "quart" else "12:15"),
    Rule(r"\bmidi moins (?:le )?quart\b", "11:45"),
    Rule(r"\bmidi (trente|30|15|quinze)\b", lambda found: "12:30" if found[1] in {"30", "trente"} else "12:15"),
    Rule(r"\bune (?=heures?\b|h\b)", "1 "),
    Rule(rf"\b{_HOUR} et (quart|demie?)\b", _after),
    Rule(rf"\b{_HOUR} moins (?:le )?quart\b", lambda found: _clock(found[1], -15)),
    Rule(rf"\b{_HOUR} moins (5|10|20|25)\b", lambda found: _clock(found[1], -int(found[2]))),
    Rule(r"\b(\d{1,2}) ?heures? ([0-5]?\d)\b(?! ?(?:h|heures?|minutes?|jours?)\b)",
         lambda found: _clock(found[1], int(found[2]))),
    Rule(r"\b(\d{1,2}) ?h ?([0-5]\d)\b", lambda found: f"{found[1]}:{found[2]}"),
    Rule(r"\b(\d{1,2}(?::\d\d)?) ?(?:h|heures?)? (?:de l'|l'|de |dans l')(?:apres[- ]midi|aprem)\b", r"\1 pm"),
    Rule(r"\b(\d{1,2}(?::\d\d)?) ?(?:h|heures?)? du soir\b", r"\1 pm"),
    Rule(r"\b(\d{1,2}(?::\d\d)?) ?(?:h|heures?)? du mat(?:in)?\b", r"\1 am"),
    Rule(rf"\b(?:de|des) {_HOUR}? ?(?:a|et|jusqu'a|until) (?=\d)", r"from \1:00 to "),
    Rule(r"\bfrom (\d{1,2}):00 to (\d{1,2})(?: ?(?:heures?|h))?(?![\d:h]| ?h)", r"between \1 oclock and \2 oclock"),
    Rule(r"\bfrom (\d{1,2}):00 to (?=\d)", r"between \1 oclock and "),
    Rule(r"\bce midi\b", "today lunch"),
    Rule(r"\b(?:pendant |durant )?(?:la )?pause (?:de )?(?:midi|dejeuner)\b", "lunch"),
    Rule(r"\b(avant|apres) (?:le )?dejeuner\b", r"\1 lunch"),
    # Parts of the day.
    Rule(r"\b(?:en |a la |la )?fin d(?:e l)?'(?:apres[- ]midi|aprem)\b", "late afternoon"),
    Rule(r"\b(?:en |au |le )?debut d(?:e l)?'(?:apres[- ]midi|aprem)\b", "early afternoon"),
    Rule(r"\b(?:en |au |le )?milieu d(?:e l)?'(?:apres[- ]midi|aprem)\b", "mid afternoon"),
    Rule(r"\b(?:en |a la |la )?fin de (?:la )?(matinee|soiree)\b", lambda found: f"late {_PARTS[found[1]]}"),
    Rule(r"\b(?:en |au |le )?debut de (?:la )?(matinee|soiree)\b", lambda found: f"early {_PARTS[found[1]]}"),
    Rule(r"\b(?:en |au |le )?milieu de (?:la )?matinee\b", "mid morning"),
    Rule(r"\b(?:en |a la )?fin de journee\b", "late afternoon"),
    Rule(r"\b(?:dans|en|pendant|durant) (?:la |l'|le )?(?=matin|apres|aprem|soir)", "in the "),
    Rule(r"\bl'(?=apres[- ]midi|aprem)", "the "),
    Rule(r"\bce(?:t|tte)? (matin|soir)\b", lambda found: f"today {_PARTS[found[1]]}"),
    Rule(r"\bcet (?:apres[- ]midi|aprem)\b", "today afternoon"),
    Rule(r"\ben (?=debut|fin|milieu)", ""),
    # No, and none of these.
    Rule(rf"\b{_CANNOT}\b", "not work"),
    Rule(rf"\b(demain|{_DAYS}),? non\b", r"\1 not work"),
    Rule(r"\bau lieu (?:de |du |d')|\bplutot que\b", "not "),
    Rule(r"\bsauf\b|\ba part\b", "except"),
    Rule(r"^\W*non\b[, ]*", ""),
    Rule(r"\bmais\b", "but"),
    # At any time.
    Rule(r"\bn'importe (?:quand|quelle heure)\b|\ba (?:tout moment|n'importe quelle heure)\b"
         r"|\bpeu importe(?: l'heure)?\b|\bquand vous (?:voulez|pouvez)\b", "any time"),
    # Days.
    Rule(r"\b(?:a partir|a compter) (?:de |du |d')(?:a )?", "from "),
    Rule(rf"\b({_DAYS})(?: le)? (\d{{1,2}})(?! ?(?:h\b|h\d|heures?|:|/|\.\d|\d|am\b|pm\b|{_MONTHS}))", r"\1 \2th"),
    Rule(rf"\ble (\d{{1,2}})(?:er)?(?! ?(?:h\b|h\d|heures?|:|/|\.\d|\d|er\b|{_MONTHS}))\b", r"on the \1th"),
    Rule(rf"\ble (\d{{1,2}}|1er) (?={_MONTHS})", r"on the \1 "),
    Rule(rf"\b(?:le|ce) (?={_DAYS})", ""),
    Rule(rf"\b({_DAYS}) de (?=la semaine)", r"\1 "),
    Rule(r"\bla semaine d'apres\b|\bdans 2 semaines\b", "in 2 week"),
    Rule(r"\b(?:jours|jour)\b", "day"),
    Rule(r"\bsemaines\b", "semaine"),
    # I have time; I have an appointment; I am busy until then.
    Rule(r"\bj'ai (?:le temps|du temps)\b", "free"),
    Rule(r"\bj'ai besoin (?:d'|de |d'etre )", "besoin "),
    Rule(r"\b(?:je travaille|je suis|occupee?|reunion)\b([^,.;]{0,30}) until", r"busy\1 until"),
    Rule(r"\ba (?=\d|midi|minuit|noon)", "at "),
    Rule(r"(?<=oclock) a (?=\d)|(?<=\d) a (?=\d)", " to "),
)  # fmt: skip

_VERBS = (
    r"appelee?s?|telephone|rappelee?s?|payee?s?|commandee?s?|recue?s?|attendu|essaye|parle|demandee?s?|ecrit|envoyee?s?"
    r"|annulee?s?|changee?s?|signee?s?|ratee?s?|manquee?s?|achetee?s?|eu|resilie|debitee?s?|facturee?s?|prelevee?s?"
    r"|contactee?s?|joint|laissee?s?|tente|coupee?s?|raccroche|passee?s?|livree?s?|installee?s?|signalee?s?|dit|prise?"
    r"|promis|oublie|perdu|vu|fait|arrivee?s?|venue?s?"
)
PAST = (
    rf"\b(?:j'ai|j'avais|ai|as|a|avons|avez|ont|on m'a|m'a|m'avez|vous m'avez|l'ai|n'a|n'ai|n'avez|est|sont|ete)\b"
    rf"(?: (?!etre)\w+){{0,3}} (?:{_VERBS})\b"
    r"|\b(?:etait|j'etais|avait|avais|depuis|since|dure|ne le|naissance|anniversaire)\b"
    r"|\b(?:facture|commande|lettre|courrier|livraison|e?-?mail|message|contrat|paiement|appel) (?:du|de|date|from)\b"
)
"""What tells of something that is over."""

HARMLESS = frozenset(
    """
    aimerais alentours aller allez alors appel appeler appelez appelle arrange au auquel aura aurais aussi autre autres
    aux avancer avec avoir besoin bien bon bonjour bonne bonsoir ca ce cela celui cet cette chez choisir choisis
    choisissez chose client comme conseiller conseillere contacter convenable conviendrait convient correct creneau d
    dans de decaler decalez deplacer deplacez des devrait dire disons dispo disponible dois donc donner du elle en
    encore entendu entretien environ est et ete etes etre eventuellement exactement excellent faire fait faites
    finalement fixer fixez genial hein heure hop horaire ici ideal il irait j je joignable joindre juste l la le les
    libre lui m ma mais marche me meme merci met mets mettez mettons mettre mieux moi moment mon n nickel non note
    noter notez nous numero ok on ou ouais oui p par parfait parfaitement parler pas peut peux placer plait plus plutot
    possible pour pourra pourrais pourrait pourriez pouvait pouvez pouvons pratique prefere preference prefererais
    prendrais prendre prends prenez prenons propose qu quand que quelqu quelque qui rappel rappele rappelee rappeler
    rappelez rappelle rendez reporter repousser reserve reserver reservez s sa sais salut savoir se sera serai serais
    serait si simple simplement sms soit souhaite souhaiterais stp suis suite super sur svp sympa t tard te telephone
    telephoner telephonique temps tot tout toute toutes tres un une va vais vas vers veuillez veux voila voir
    volontiers voudrais voulez vous vrai y
    """.split()  # noqa: SIM905 - as in the English list
)
"""Words beside a time that leave no doubt that it is the one for the call."""
