"""Which language a person writes, and whether one is asked for. Pure.

Words are counted that only one of the languages has, with a slip of the pen in the longer ones; what several languages
share, names, numbers and single words of command count for none. A small list of our own was chosen by measuring: on
the 850 sentences of `tests/nlu/`, each heard in the midst of either other language, it goes on in the wrong one less
often than py3langid or lingua limited to the same three, which both must choose and so take "ok", "stop" or "Termin"
for something: docs/understanding.md has the figures.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import OSA

_LONGEST_TEXT = 600
_ENOUGH = 1.5
"""So many words more than of the language spoken now; one is enough if there is no other of that language."""
_LONG_WORD, _FEW_LETTERS = 6, 3

_WORDS = {
    "en": """
        the my your our their is are was were have has had been do does did dont doesn't didn't isn't can't won't i'm
        i'd i'll i've it's that's what's where's you're please thanks thank you what when where which who why how this
        that these those there here with without from about into and but because not call calling called back phone
        ring somebody someone something anyone anything speak talk need want would could should will can might of to
        for at on it be me we they he she his her again still already yet today tomorrow tonight yesterday morning
        afternoon evening week monday tuesday wednesday thursday friday saturday sunday earlier later soon never
        maybe yes sorry hello number bill waiting wait long help make made get got give take know tell give cancel
        order change wrong right instead later much many more less than then if so just only very really too don't
        all good one now like callback let everything last real off bye up new see over another by through them show
        forget going personal open work great other people thing information or ask out before company talked
        nothing fine couldn't different since some else first must hold understand better best goodbye come oh whole
        same okay spoke talking keep stored done late until weekend us away any none can i've haven't sure
        """,
    "de": """
        ich du sie wir ihr mich mir dich dir uns euch ihnen ihm mein meine meiner meinem meinen meines ihre ihrer
        ihren ihrem eure euer unser unsere der das dem den ein eine einen einem einer kein keine keinen und oder aber
        sondern weil dass wenn ob nicht nie noch schon auch nur sehr mal doch bitte danke dankeschön ist sind bin bist
        seid hab habe haben hatte wird werden werde wurde wurden kann können könnte könnten könnt muss müssen soll
        sollen will wollen möchte möchten würde würden geht ging gibt gehen machen mache mach kommt kommen brauche
        brauchen sagen sagt wissen weiß ruf rufe rufen ruft rufst anrufen anruf zurückrufen zurück rückruf angerufen
        telefonieren sprechen spreche mit ohne für bei von vom zum zur über unter wegen nach vor gegen zwischen um auf
        aus wie warum wieso wann wo wer welche welcher welches jemand jemanden niemand etwas nichts alles heute gestern
        morgen übermorgen nachmittag vormittag abend früh später jetzt gleich sofort bald wieder immer nie montag
        dienstag mittwoch donnerstag freitag samstag sonntag woche stunde stunden uhr nummer rechnung guten hallo nein
        ja gut gern gerne lieber vielleicht leider genau stimmt falsch richtig hilfe wartezeit lange dauert worum
        diese dieser dieses diesen euren hier dort da dann denn damit darum dran also
        nö jo passt klar schön tschüss wiedersehen mehr mensch menschen absagen frage verschieben ändern mitarbeiter
        nochmal andere anderen viel viele helfen hilf kannst dank sich handy zeit neu abteilung abteilungen schönen
        weiter bis stornieren gerade besser warten vorne abbrechen zu gespräch einverstanden nötig gar nett wäre
        nehmen nehme nimm thema sein läuft los tun komme lassen lass bestellung drei zwei schnell uhrzeit technik
        verstehe erklären echter rede reden lesen buchen fall vielen freundlich kundendienst melden störung vertrag
        vertrieb eins möglich anfangen verbinden alle halt aufhören schluss beenden hätte welchen hast
        geklappt gibts gehts bräuchte euch tag grüß zusammen sitzt steckt meinst meinen heißt heiße kostet kosten
        """,
    "fr": """
        je j'ai j'aimerais j'attends j'en j'y tu vous nous il elle ils elles on mon ma mes ton ta votre vos notre nos
        leur leurs le les un une de du des au aux et ou où mais donc parce que qu'on qu'il qu'est-ce qui quoi quand
        comment pourquoi combien quel quelle quels quelles ne pas plus jamais rien encore déjà aussi très trop bien
        est suis êtes sont ai as avez avons ont était c'est c'était n'est n'ai d'accord s'il plaît merci oui bonjour
        bonsoir salut revoir avec sans pour dans chez par sur sous avant après vers entre depuis jusqu'à veux veut
        voudrais voulez vouloir peux peut pouvez pourriez pouvons puis dois doit faut faire fait être avoir
        appelez appeler appelle appel appels rappelez rappeler rappelle rappel rappelez-moi appelez-moi téléphone
        téléphoner numéro facture quelqu'un personne parler parlez besoin moi toi lui demain aujourd'hui hier matin
        soir après-midi midi heure heures semaine lundi mardi mercredi jeudi vendredi samedi dimanche maintenant
        tard tôt bientôt plutôt autre autres tout toute tous cette cet ces ce ça cela celui celle là voilà
        d'une d'un l'appel l'heure l'attente m'appeler m'appelle me se si peut-être attendre attente temps longtemps
        non annuler aide aidez svp stp prochain prochaine faites dites savoir sais en rendez rendez-vous humain bon
        bonne annulez arrière conseiller données problème revenir toujours fois sujet début comprends comprend
        finalement retour arrête passe passez ici marche parle portable horaire serait mieux recommencer comme nul
        demande demander allez vraiment sera parfait gentil laisse laissez souhaite aimerais coup dernier dernière
        erreur déplacer décaler mettez peu choix nouveau nouvelles monsieur madame vie juste convient beaucoup sympa
        facturation panne utilisez prenez modifier quelque choisir ils y
        fonctionne quelles écrire vouliez voudriez pourrait faudrait
        """,
}
_GREETINGS = {
    "hallo": "de", "hallöchen": "de", "moin": "de", "servus": "de", "grüezi": "de", "tschüss": "de", "bonjour": "fr",
    "bonsoir": "fr", "salut": "fr", "rückruf": "de", "rappelez-moi": "fr", "bjr": "fr", "dankeschön": "de",
}  # fmt: skip
"""One such word is enough: nobody says it in another language."""
_COMMANDS = frozenset({
    "ok", "okay", "stop", "non", "no", "termin", "start", "ja", "oui", "yes", "nein", "sms", "info", "hi", "hey",
    "super", "me",
    "on", "so", "as", "merci", "danke", "en", "bon", "sein", "late", "los", "halt", "name", "new", "drei", "fall",
    "zu", "data", "or", "du", "si", "plus", "hat", "will", "was", "war", "die", "in", "an", "am", "des", "la",
    "tu", "ton", "pour", "son", "par", "sur", "comment", "est", "personne", "temps", "rappel", "ring", "bill",
    "order", "number", "long", "tout", "dort", "damit", "pas", "de", "da", "le", "ne", "ou", "et",
})  # fmt: skip
"""Words of more than one language, and names: they count half, or not at all where two have them."""
_LETTERS = {"de": re.compile(r"[äöüß]"), "fr": re.compile(r"[éèêëàâçùûîïôœ]")}
_ELIDED = frozenset({"j", "l", "m", "t", "s", "n", "d", "c", "qu", "jusqu", "quelqu", "aujourd"})
_GERMAN_ENDS = re.compile(r"\w{4,}(?:ung|ungen|keit|heit|lich|liche|lichen|ieren|iert)\b")

_NAMES = {
    "en": r"englisch\w*|english|anglais",
    "de": r"deutsch\w*|german|allemand",
    "fr": r"franz(?:ö|oe|o)sisch\w*|french|fran[cç]ais",
}
_ANY = "|".join(_NAMES.values())
_POLITE = (
    r"(?:please|pls|plz|bitte|s['’ ]?il (?:vous|te) pla[iî]t|svp|stp|weiter(?:machen|sprechen|reden)?|instead|now|jetzt"
    r"|then|thanks|danke|merci|if possible|if you can|wenn m(?:ö|oe)glich|wenn das geht|si possible|möglich|possible"
    r"|sprechen|reden|schreiben|antworten|chatten|with me|mit mir|avec moi|lieber|though|better|gern|gerne|rather|ok"
    r"|okay|continue|auch|here|hier|ici|oder)"
)
_ASKING = (
    rf"(?:^(?:(?:no|nein|non|ok|okay|hi|hey|hello|hallo|bonjour|sorry|please|bitte|und|and|et|oh)\b[\s,.!]*)*(?:\W*)"
    r"|\b(?:in|into|auf|ins|en|auch|le|l['’]|(?:you|we|i) (?:speak|use)|do you speak|to speak|speaks?|speaking|talk|"
    r"switch to|change to|use|to|want|parle[rz]?(?:[- ]vous)?|parlons|parlant|(?:k(?:ö|oe)nn(?:en|t|test)|kannst|"
    r"sprechen|spricht|sprichst|spreche|reden|redet)(?: sie| wir| ihr| du| hier| jemand| man)*|sprich|lieber|"
    r"pr[eé]f[eè]re|pr[eé]f[eé]rerais|plut[oô]t|prefer|rather)"
    rf"\s*)(?:(?:please|bitte|auch|also|speak|parler|talk|in|en|auf|some|a little|etwas|un peu)\s+)*(?:{{names}})\b"
    rf"(?:[\s,]*{_POLITE})*\W*$"
)
_DENIED = re.compile(rf"\b(?:not|no|kein|keine|nicht|pas|don['’]?t|doesn['’]?t)\b[^,;.!?]{{0,20}}\b(?:{_ANY})\b")
_ABOUT = re.compile(
    r"\b(?:course|class|lesson|kurs|cours|team|department|queue|abteilung|service|teacher|homework|website|account|"
    r"book|bill|contract|version|from|learn|lernen|apprendre|number)\b"
)
_MOST_WORDS = 9


def language_of(text: str, now: str) -> str:
    """The language to go on with: that of the text if it is plain, otherwise the one spoken `now`.

    Another language must have more words in the text than the one that is spoken; one word by itself is not enough,
    unless it greets.
    """
    text = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).casefold().replace("’", "'")
    words = [word for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text) if word]
    counts, best_word = dict.fromkeys(_WORDS, 0.0), dict.fromkeys(_WORDS, 0.0)
    for word in words:
        for language, weight in _weights(word):
            counts[language] += weight
            best_word[language] = max(weight, best_word[language])
    if len(words) <= _FEW_WORDS:
        for language in filter(None, map(_GREETINGS.get, words)):
            counts[language] += _ENOUGH
    best = max(counts, key=lambda language: (counts[language], language == now))
    second = max(count for language, count in counts.items() if language != best)
    nothing_else = len(words) > 1 and not counts[now] and best_word[best] == 1
    plain = counts[best] > second and (counts[best] >= counts[now] + _ENOUGH or nothing_else)
    return best if plain else now


_FEW_WORDS = 4


@lru_cache(maxsize=1)
def _spellings() -> dict[str, dict[str, float]]:
    """Every word, with and without its accents, and how much it says for which languages."""
    found: dict[str, dict[str, float]] = {}
    for language, words in _WORDS.items():
        for word in words.split():
            # "Nö" without its dots is English.
            for spelling in {word, _bare(word) if len(word) > _FEW_LETTERS else word, _typed_out(word)}:
                found.setdefault(spelling, {})[language] = 0.5 if word in _COMMANDS else 1.0
    return {word: weights for word, weights in found.items() if len(weights) == 1}


@lru_cache(maxsize=4096)
def _weights(word: str) -> tuple[tuple[str, float], ...]:
    known = _spellings().get(word)
    if known is not None:
        return tuple(known.items())
    if word in _COMMANDS or len(word) < 2:
        return ()
    if len(word) >= _LONG_WORD:
        near = {
            language
            for right, weights in _spellings().items()
            if len(right) >= _LONG_WORD and right[0] == word[0] and OSA.distance(word, right, score_cutoff=1) <= 1
            for language in weights
        }
        if len(near) == 1:
            return ((near.pop(), 1.0),)
    before, _, after = word.partition("'")
    if after and before in _ELIDED:
        return (("fr", 1.0),)
    for language, letters in _LETTERS.items():
        if letters.search(word):
            return ((language, 0.75),)
    return (("de", 0.5),) if _GERMAN_ENDS.fullmatch(word) else ()


def _bare(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word)
    return "".join(character for character in plain if not unicodedata.combining(character))


def _typed_out(word: str) -> str:
    for letter, typed in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        word = word.replace(letter, typed)
    return word


def asked_language(text: str) -> str:
    """The language that is asked for ("auf Deutsch bitte"): "en", "de" or "fr"; "" when none is, or two are."""
    plain = " ".join(unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).casefold().split())
    if len(plain.split()) > _MOST_WORDS or _DENIED.search(plain) or _ABOUT.search(plain):
        return ""
    asked = [one for one, names in _NAMES.items() if re.search(_ASKING.replace("{names}", names), plain)]
    return asked[0] if len(asked) == 1 else ""
