"""Commands and questions in German and French, in the plain spelling of `asides`: no accents, no apostrophes."""

from __future__ import annotations

import re

from ringback.intake.parts import Aside

COURTESIES = (
    r"bitte|bitte bitte|danke|also|ach|nein|na gut|jetzt|einfach|ich (?:mochte|will|wurde gerne?|muss)|kann ich"
    r"|konnen wir|"
    r"konnte ich|konnen sie|lass uns|lassen sie uns|geben sie mir|gib mir|s ?il vous plait|sil te plait|svp|stp|non"
    r"|bon|alors|"
    r"je (?:veux|voudrais|souhaite|dois)|jaimerais|puis je|peut on|pouvez vous|est ce que je peux|donnez moi"
    r"|passez moi|on peut"
)
AFTER = r"bitte|danke|jetzt|lieber|doch|sil vous plait|sil te plait|svp|stp|merci|maintenant|plutot|alors|nochmal"

COMMANDS: dict[Aside, tuple[str, ...]] = {
    Aside.STOP: (
        "stopp", "halt", "abbruch", "abbrechen", "das abbrechen", "alles abbrechen", "brechen sie ab",
        "brechen sie das ab", "ich breche ab",
        "aufhoren", "hor auf", "horen sie auf", "hor auf damit", "schluss", "schluss damit", "ende", "beenden",
        "chat beenden",
        "das gesprach beenden", "vergiss es", "vergessen sie es", "vergessen wir es", "lass es", "lass mal",
        "lassen sie es", "lassen wir es",
        "lassen wir das", "lass gut sein", "genug", "es reicht", "keine fragen mehr", "stornieren", "alles stornieren",
        "absagen",
        "doch nicht anrufen", "nicht anrufen", "nicht mehr anrufen", "kein anruf", "doch kein anruf",
        "ich will keinen anruf",
        "ich mochte keinen anruf", "ich will nicht mehr", "ich mochte nicht mehr", "ich will das nicht mehr",
        "hat sich erledigt",
        "es hat sich erledigt", "das hat sich erledigt", "ich habe es mir anders uberlegt", "tschuss",
        "auf wiedersehen", "ciao",
        "arreter", "arrete", "arretez", "arretez ca", "arretez tout", "arrete ca", "tout arreter", "annuler", "annule",
        "annulez", "annuler tout", "tout annuler",
        "annulez tout", "annuler la demande", "annulez la demande", "annuler ma demande", "annulez ma demande",
        "laisse tomber", "laissez tomber",
        "oublie", "oubliez", "oubliez ca", "fin", "terminer", "quitter", "abandonner", "jabandonne", "ca suffit",
        "assez", "plus de questions",
        "ne mappelez pas", "ne mappelez plus", "pas dappel", "je ne veux plus", "je ne veux pas dappel",
        "jai change davis", "au revoir",
        "adieu", "cest bon laissez tomber",
    ),
    Aside.START_OVER: (
        "von vorne", "von vorn", "nochmal von vorne", "noch mal von vorne", "noch einmal von vorne", "alles von vorne",
        "von vorne anfangen",
        "von vorn anfangen", "von vorne beginnen", "nochmal anfangen", "neu anfangen", "neu starten", "neustart",
        "neu beginnen",
        "alles neu", "alles nochmal", "zuruck zum anfang", "zuruck an den anfang", "an den anfang", "zurucksetzen",
        "neue anfrage", "nochmal alles",
        "recommencer", "recommence", "recommencez", "tout recommencer", "on recommence", "recommencons",
        "depuis le debut", "du debut", "des le debut",
        "recommencer depuis le debut", "recommencer au debut", "reprendre depuis le debut", "reprendre au debut",
        "retour au debut",
        "revenir au debut", "repartir de zero", "recommencer a zero", "reinitialiser", "nouvelle demande",
        "tout refaire",
    ),
    Aside.GO_BACK: (
        "zuruck", "zurueck", "gehen sie zuruck", "geh zuruck", "wieder zuruck", "einen schritt zuruck",
        "ein schritt zuruck", "eins zuruck", "schritt zuruck",
        "zur vorherigen frage", "vorherige frage", "die vorherige frage", "zuruck zur vorherigen frage",
        "letzte frage", "zur letzten frage",
        "zuruck zur letzten frage", "ruckgangig", "ruckgangig machen", "das ruckgangig machen",
        "retour", "retour en arriere", "en arriere", "revenir", "revenez", "revenir en arriere", "revenez en arriere",
        "reviens en arriere", "une etape en arriere",
        "etape precedente", "question precedente", "la question precedente", "revenir a la question precedente",
        "retour a la question precedente",
        "precedent", "precedente",
    ),
    Aside.PERSON: (
        "mensch", "ein mensch", "einen menschen", "einem menschen", "echter mensch", "ein echter mensch",
        "einen echten menschen", "person", "eine person",
        "eine echte person", "mitarbeiter", "ein mitarbeiter", "einen mitarbeiter", "einem mitarbeiter",
        "mitarbeiterin", "berater", "einen berater", "ein berater",
        "kundenberater", "sachbearbeiter", "mit einem menschen sprechen", "mit einem menschen reden",
        "einen menschen sprechen",
        "mit einem echten menschen sprechen", "mit einem mitarbeiter sprechen", "mit einem mitarbeiter reden",
        "mit jemandem sprechen",
        "mit jemandem reden", "mit einem berater sprechen", "mit einer person sprechen", "jemand echtes",
        "mit jemand echtem sprechen",
        "kein bot", "nicht mit einem bot reden", "verbinden sie mich", "verbinde mich",
        "verbinden sie mich mit einem menschen",
        "verbinden sie mich mit einem mitarbeiter", "gibt es hier einen menschen", "gibt es hier menschen",
        "humain", "un humain", "un vrai humain", "etre humain", "un etre humain", "personne reelle", "une personne",
        "une vraie personne", "vraie personne",
        "une personne reelle", "conseiller", "un conseiller", "une conseillere", "conseillere", "un agent",
        "un operateur", "operateur",
        "quelquun de reel", "parler a quelquun", "parler a un humain", "parler avec un humain",
        "parler a une personne", "parler a une vraie personne",
        "parler avec une personne", "parler a un conseiller", "parler avec un conseiller", "parler a un agent",
        "parler a un etre humain",
        "parler a un operateur", "pas un robot", "pas un bot", "passez moi un conseiller", "passez moi quelquun",
        "mettez moi en relation",
        "mettez moi en relation avec un conseiller", "transferez moi", "il y a un humain", "y a til un humain",
    ),
}  # fmt: skip

_WHAT_WE_ARE = r"(?:bot|roboter|menschen|mensch|person|maschine|computer|ki|echt)\b"
_CE_QUON_EST = r"(?:bot|robot|humain|humaine|personne|machine|ordinateur|ia|vrai|vraie)\b"
QUESTIONS: tuple[tuple[Aside, re.Pattern[str]], ...] = (
    (Aside.WAIT, re.compile(
        r"\bwie lange?\b.*\b(?:dauert|warten|warte|wartet|wartezeit|schlange|anruf|noch)|^wie lange(?: noch)?$"
        r"|\bwartezeit\b"
        r"|\bwie ?viele\b.*\bvor mir\b|\bwann bin ich dran\b|\bwann komme ich dran\b"
        r"|\bcombien de temps\b|\btemps dattente\b|\bcombien de personnes\b.*\bavant moi\b"
        r"|\bfaut il attendre longtemps\b"
        r"|\bcest long\b.*\?|\bdelai dattente\b"
    )),
    (Aside.STATUS, re.compile(
        r"\bwo (?:ist|bleibt) (?:mein|der|denn mein) (?:anruf|ruckruf)\b|^wo bleibt (?:er|sie)$"
        r"|\bwann (?:ruft|rufen|werde) (?:sie|ihr|ich|man|mich|jemand|es)\b.*\b(?:an|zuruck|angerufen|zuruckgerufen)\b"
        r"|\bou (?:est|en est|reste) mon (?:appel|rappel)\b|\bquand (?:allez vous|mappelez vous|mappelle|serai je"
        r"|vais je etre)\b"
        r"|\bquand est ce quon mappelle\b"
    )),
    (Aside.BOT, re.compile(
        rf"\b(?:bist du|sind sie|seid ihr|ist das|rede ich mit|spreche ich mit|schreibe ich mit) (?:hier |denn "
        rf"|wirklich |etwa )?"
        rf"(?:ein|eine|einem|einer)?\s?(?:echte[rs]?n? )?{_WHAT_WE_ARE}"
        rf"|\b(?:etes vous|es tu|tu es|vous etes|est ce que (?:vous etes|tu es)|cest|je parle (?:a"
        rf"|avec)) (?:vraiment )?"
        rf"(?:un|une)?\s?(?:vraie? )?{_CE_QUON_EST}"
    )),
    (Aside.QUEUES, re.compile(
        r"\bwelche (?:anderen )?(?:abteilungen|teams|themen|bereiche)\b|\bquels? (?:sont (?:les|vos) )?(?:autres )?"
        r"(?:services|departements|sujets|equipes)\b|\bquelles? (?:sont (?:les|vos) )?(?:autres )?(?:equipes|files)\b"
    )),
    (Aside.PRIVACY, re.compile(
        r"\b(?:was|wozu|warum|wofur)\b.*\b(?:meiner?|die) (?:nummer|telefonnummer|daten)\b.*\b(?:machen|macht"
        r"|gemacht|braucht|brauchen|passiert|wollt|wollen)"
        r"|\bwas (?:passiert|geschieht|machen|macht)\b.{0,12}\bmit meine[nr]? (?:daten|nummer)\b"
        r"|\bwarum (?:brauchen|wollen|braucht"
        r"|wollt) (?:sie|ihr) meine (?:nummer|daten)\b"
        r"|\b(?:speichern|verkaufen|teilen|speichert|verkauft) (?:sie|ihr) meine (?:nummer|daten)\b"
        r"|\bsind meine daten sicher\b"
        r"|\b(?:que|quallez vous|que faites vous|pourquoi)\b.*\b(?:mon numero|mes donnees)\b"
        r"|\bmes donnees sont elles\b"
        r"|\b(?:gardez|vendez|stockez|conservez|partagez) vous (?:mon numero|mes donnees)\b"
    )),
    (Aside.INSULT, re.compile(
        r"\b(?:du|sie|bot|das) (?:bist |sind |ist )?(?:ein |so |echt |total |vollig |einfach )*"
        r"(?:idiot|dumm|doof|blod|bescheuert|nutzlos|scheisse|mist|depp|trottel|wertlos)\b"
        r"|^(?:idiot|depp|trottel|scheisse|leck mich|halt die klappe|fick dich|arschloch|dummer bot|blod(?:er bot"
        r"|mann))$"
        r"|\b(?:tu es|vous etes|cest|ce bot est|bot) (?:un |une |vraiment |trop |completement )*"
        r"(?:idiot|idiote|stupide|debile|nul|nulle|con|conne|inutile|bete|naze|pourri)\b"
        r"|^(?:idiot|connard|con|merde|va te faire (?:foutre|voir)|ta gueule|ferme la|stupide(?: bot)?|salaud)$"
    )),
)  # fmt: skip

CALL_ME = (
    r"\b(?:ruf|rufe?n?|ruft)\s+(?:sie\s+)?(?:mich|uns)\b|\b(?:mich|uns)\b.{0,30}\b(?:zur(?:ü|ue|u)ck)?(?:an)?rufen\b"
    r"|\b(?:m(?:ö|oe|o)chte|will|brauche|h(?:ä|ae|a)tte|w(?:ü|ue|u)nsche)\b.{0,25}\b(?:r(?:ü|ue|u)ckruf|anruf)|\br(?:ü"
    r"|ue|u)ckruf (?:bitte|erw(?:ü|ue|u)nscht)"
    r"|\b(?:r)?appele[zr]?[- ](?:moi|nous)\b|\bme (?:r)?appel(?:er|le|ez)\b|\bm['’]appel(?:er|le|ez)\b"
    r"|\b(?:voudrais|veux|aimerais|souhaite)\b.{0,25}\b(?:r)?appel"
)
DO_NOT = r"\b(?:nicht|kein(?:e|en)?|nie|niemand|pas|plus|jamais|personne|annule[rz]?)\b"
NOT_AFTER = re.compile(r"(?:\s+\w+)?\s*\b(?:nicht|pas|plus|jamais)\b", re.IGNORECASE)
"""In German and French the "not" comes after."""
