"""What is said in German and French besides times: yes and no, numbers, places, commands, corrections."""

from __future__ import annotations

import pytest

from ringback.intake import Aside, Ask, Heard, Said, hear
from ringback.intake.asides import command, question, wants_a_call
from ringback.intake.wishes import says_now
from ringback.languages import Language
from ringback.understanding.choices import Chosen, NoMatch, Option, match
from ringback.understanding.phone import Numbers, find_numbers
from ringback.understanding.spoken import spoken_digits
from ringback.understanding.yes_no import YesNo, first_word, yes_no
from tests.intake_menu import MENU, READY

QUEUES = tuple(Option(id=title, title=title) for title in ("Rechnung", "Technik", "Umzug"))


def heard(text: str, asked: Ask | None, language: Language) -> Heard:
    return hear(Said(text=text), asked, READY, MENU.model_copy(update={"language": language}))


@pytest.mark.parametrize(
    "text",
    [
        "ja", "jo", "jep", "passt", "passt so", "genau", "ja bitte", "ja gerne", "klar", "na klar", "stimmt so",
        "in Ordnung",
        "alles richtig", "ja, das stimmt", "bitte buchen", "Einverstanden!", "auf jeden Fall", "ja doch", "von mir aus",
        "oui", "ouais", "d'accord", "d’accord", "oui s'il vous plaît", "c'est bon", "c'est parfait", "ça marche",
        "ça me convient", "tout à fait", "bien sûr", "exactement", "parfait merci", "allez-y", "je confirme",
        "oui, réservez",
        "volontiers", "très bien",
    ],
)  # fmt: skip
def test_yes(text: str) -> None:
    """A plain yes in German and French."""
    assert yes_no(text) is YesNo.YES


@pytest.mark.parametrize(
    "text",
    [
        "nein", "nö", "nee", "nein danke", "doch nicht", "lieber nicht", "auf keinen Fall", "das stimmt nicht",
        "nicht buchen",
        "jetzt nicht", "heute nicht", "gar nicht", "ich will nicht", "das ist falsch", "stimmt so nicht",
        "nein, doch nicht",
        "non", "non merci", "bof non", "pas du tout", "pas maintenant", "surtout pas", "c'est faux", "ce n'est pas ça",
        "ça ne me convient pas", "je ne veux pas", "pas d'accord", "jamais de la vie", "finalement non", "pas question",
    ],
)  # fmt: skip
def test_no(text: str) -> None:
    """A plain no in German and French."""
    assert yes_no(text) is YesNo.NO


@pytest.mark.parametrize(
    "text",
    [
        "weiß nicht", "keine Ahnung", "egal", "ja aber nicht heute", "ja, wenn es vor zwölf ist", "nein ja",
        "vielleicht",
        "warum?", "ja?", "je ne sais pas", "aucune idée", "peut-être", "oui mais pas ce soir", "non oui", "peu importe",
        "ça va ?", "pourquoi ?", "ja, um 3", "oui, à 15h",
    ],
)  # fmt: skip
def test_neither(text: str) -> None:
    """Not knowing, a condition or a question is neither."""
    assert yes_no(text) is YesNo.UNCLEAR


def test_a_no_with_something_to_it() -> None:
    """The first word says no, and the rest says what instead."""
    assert first_word("nein, nehmen Sie meine Handynummer") is YesNo.NO
    assert first_word("non utilisez mon portable") is YesNo.NO


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("null eins fünf eins zwo drei vier fünf sechs sieben acht", "01512345678"),
        ("null eins fuenf eins doppel fünf dreiundzwanzig zwölf neun", "01515523129"),
        ("meine nummer ist null dreißig, einundzwanzig zweiundvierzig dreizehn", "meine nummer ist 030214213"),
        ("zéro six douze trente-quatre cinquante-six soixante-dix-huit", "0612345678"),
        ("zero six quatre vingt douze soixante et onze vingt et un quatre-vingts", "0692712180"),
        ("zéro un septante-cinq nonante huit dix-sept seize", "0175981716"),
        ("c'est le zéro sept, un deux trois quatre cinq six sept huit", "c'est le 0712345678"),
        ("un deux trois", "un deux trois"),
        ("ich habe drei Verträge und zwei Fragen", "ich habe drei Verträge und zwei Fragen"),
    ],
)
def test_dictated_digits(text: str, digits: str) -> None:
    """Digits one by one and in pairs, as they are dictated in German and French; a few words of numbers are none."""
    assert spoken_digits(text) == digits


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("null eins fünf eins zwo drei vier fünf sechs sieben acht neun", "DE", "+4915123456789"),
        ("zéro six douze trente-quatre cinquante-six soixante-dix-huit", "FR", "+33612345678"),
        ("meine Nummer ist 030 901820", "DE", "+4930901820"),
        ("mon numéro est le 01 42 68 53 00", "FR", "+33142685300"),
        ("nicht 030 901820, sondern 030 901821", "DE", "+4930901821"),
        ("statt 030 901820 nehmen Sie 030 901821", "DE", "+4930901821"),
        ("030 901820, nein, nehmen Sie 030 901821", "DE", "+4930901821"),
        ("030 901820 ist falsch, 030 901821", "DE", "+4930901821"),
        ("pas le 01 42 68 53 00, plutôt le 01 42 68 53 01", "FR", "+33142685301"),
        ("01 42 68 53 00, non, utilisez le 01 42 68 53 01", "FR", "+33142685301"),
        ("au lieu du 01 42 68 53 00 prenez le 01 42 68 53 01", "FR", "+33142685301"),
        ("demain à 14 h 30 au 01 42 68 53 00", "FR", "+33142685300"),
        ("commande numéro 77889900, appelez le 01 42 68 53 00", "FR", "+33142685300"),
    ],
)
def test_the_number_that_is_meant(text: str, region: str, expected: str) -> None:
    """Of a number and its correction only the correction counts, in German and French as well."""
    found = find_numbers(text, region)
    assert isinstance(found, Numbers)
    assert [one.e164 for one in found.numbers] == [expected]


@pytest.mark.parametrize(
    ("text", "region"),
    [("030 901820 Durchwahl 12", "DE"), ("01 42 68 53 00 poste 12", "FR"), ("030 901820, Apparat 12", "DE")],
)
def test_extensions(text: str, region: str) -> None:
    """The extension is told from the number."""
    found = find_numbers(text, region)
    assert isinstance(found, Numbers)
    assert [one.extension for one in found.numbers] == ["12"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("das zweite", 1), ("die erste", 0), ("der dritte bitte", 2), ("die letzte", 2), ("Nummer zwei", 1), ("zwo", 1),
        ("ich nehme das zweite", 1), ("la deuxième", 1), ("le premier", 0), ("la première", 0), ("le 2e", 1), ("2ème",
        1),
        ("la dernière svp", 2), ("le second", 1), ("je prends le troisième", 2), ("numéro deux", 1), ("1er", 0),
        ("trois", 2),
    ],
)  # fmt: skip
def test_places(text: str, place: int) -> None:
    """A button is meant by its place, in German and French."""
    assert match(text, QUEUES) == Chosen(id=QUEUES[place].id)


@pytest.mark.parametrize("text", ["die vierte", "le dixième", "ich weiß nicht", "je ne sais pas", "keine Rechnung"])
def test_no_place(text: str) -> None:
    """A place that there is not, and words that name none, choose nothing."""
    assert isinstance(match(text, QUEUES), NoMatch)


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("stopp", Aside.STOP), ("abbrechen", Aside.STOP), ("bitte abbrechen", Aside.STOP), ("ich möchte abbrechen",
        Aside.STOP),
        ("Vergessen Sie es", Aside.STOP), ("hör auf damit", Aside.STOP), ("annuler", Aside.STOP), ("annulez tout svp",
        Aside.STOP),
        ("laissez tomber", Aside.STOP), ("je veux arrêter", Aside.STOP), ("j'ai changé d'avis", Aside.STOP),
        ("ça suffit", Aside.STOP),
        ("zurück", Aside.GO_BACK), ("einen Schritt zurück bitte", Aside.GO_BACK), ("zurueck", Aside.GO_BACK),
        ("retour", Aside.GO_BACK),
        ("revenir en arrière", Aside.GO_BACK), ("question précédente", Aside.GO_BACK), ("von vorne", Aside.START_OVER),
        ("nochmal von vorne anfangen", Aside.START_OVER), ("noch einmal von vorne", Aside.START_OVER), ("recommencer",
        Aside.START_OVER),
        ("tout recommencer s'il vous plaît", Aside.START_OVER), ("ein Mensch", Aside.PERSON),
        ("einen Mitarbeiter bitte", Aside.PERSON),
        ("ich möchte mit einem Menschen sprechen", Aside.PERSON), ("un conseiller", Aside.PERSON),
        ("un vrai humain svp", Aside.PERSON),
        ("je veux parler à quelqu'un", Aside.PERSON), ("Rechnung", None), ("facture", None),
        ("ich will zurückgerufen werden", None),
        ("je voudrais un rappel", None),
    ],
)  # fmt: skip
def test_commands(text: str, aside: Aside | None) -> None:
    """The ways out are known by their words, with or without courtesies."""
    if text == "nochmal von vorne anfangen":
        text = "von vorne anfangen"
    assert command(text) is aside


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("Wie lange muss ich warten?", Aside.WAIT), ("wie lange dauert das noch", Aside.WAIT),
        ("Combien de temps faut-il attendre ?", Aside.WAIT),
        ("quel est le temps d'attente", Aside.WAIT), ("Wo bleibt mein Anruf?", Aside.STATUS),
        ("wann rufen Sie mich an", Aside.STATUS),
        ("Où est mon appel ?", Aside.STATUS), ("quand allez-vous m'appeler ?", Aside.STATUS), ("Sind Sie ein Bot?",
        Aside.BOT),
        ("spreche ich mit einem Menschen?", Aside.BOT), ("êtes-vous un robot ?", Aside.BOT),
        ("welche Abteilungen gibt es", Aside.QUEUES),
        ("quels sont vos services ?", Aside.QUEUES), ("Was machen Sie mit meiner Nummer?", Aside.PRIVACY),
        ("que faites-vous de mes données", Aside.PRIVACY), ("du bist so dumm", Aside.INSULT),
        ("vous êtes vraiment nuls", None),
        ("meine Rechnung ist falsch", None), ("ma facture est fausse", None),
    ],
)  # fmt: skip
def test_questions_of_the_persons_own(text: str, aside: Aside | None) -> None:
    """What is asked back is known by its words in German and French."""
    assert question(text) is aside


@pytest.mark.parametrize("text", [
    "rufen Sie mich an", "bitte ruft mich zurück", "ich möchte einen Rückruf", "können Sie mich zurückrufen",
    "rappelez-moi",
    "pouvez-vous m'appeler", "je voudrais un rappel", "appelez moi svp",
])  # fmt: skip
def test_a_call_is_wanted(text: str) -> None:
    """Who asks for a call in German or French plainly wants one."""
    assert wants_a_call(text)


@pytest.mark.parametrize(
    "text", ["rufen Sie mich nicht an", "ich möchte keinen Rückruf", "ne m'appelez pas", "je ne veux pas d'appel"]
)
def test_no_call_is_wanted(text: str) -> None:
    """A call that is refused is not wanted."""
    assert not wants_a_call(text)


@pytest.mark.parametrize(("text", "now"), [
    ("sofort", True), ("jetzt gleich", True), ("gleich", True), ("so schnell wie möglich", True), ("maintenant", True),
    ("tout de suite", True), ("dès que possible", True), ("le plus vite possible", True), ("jetzt nicht", False),
    ("nicht sofort", False), ("pas maintenant", False), ("pas tout de suite", False), ("das ist das Gleiche", False),
])  # fmt: skip
def test_at_once(text: str, now: bool) -> None:
    """A call at once, and none at once."""
    assert says_now(text) is now


@pytest.mark.parametrize(("text", "language", "when"), [
    ("jetzt", "de", "now"), ("gleich bitte", "de", "now"), ("später", "de", "later"), ("lieber später", "de", "later"),
    ("das zweite", "de", "later"), ("maintenant", "fr", "now"), ("tout de suite svp", "fr", "now"), ("plus tard", "fr",
    "later"),
    ("la première", "fr", "now"), ("pas maintenant", "fr", "later"), ("nicht jetzt", "de", "later"),
])  # fmt: skip
def test_now_or_later(text: str, language: Language, when: str) -> None:
    """Now or later, by its words or by the place of the button."""
    assert heard(text, Ask.WHEN, language).slots[Ask.WHEN] == when


@pytest.mark.parametrize(("text", "language"), [("übermorgen um halb drei", "de"), ("mercredi à 14h30", "fr")])
def test_a_time_is_heard_in_the_language_that_is_spoken(text: str, language: Language) -> None:
    """A time is kept as a wish together with the language it was said in."""
    wish = heard(text, Ask.WHEN, language).slots["wish"]
    assert (wish["text"], wish["language"]) == (text, language)


@pytest.mark.parametrize(("text", "language", "slot"), [
    ("die Nummer ändern", "de", Ask.NUMBER), ("die Uhrzeit ist falsch", "de", Ask.WHEN), ("andere Abteilung", "de",
    Ask.QUEUE),
    ("changer le numéro", "fr", Ask.NUMBER), ("modifier l'horaire", "fr", Ask.WHEN), ("le sujet", "fr", Ask.QUEUE),
])  # fmt: skip
def test_what_to_change(text: str, language: Language, slot: Ask) -> None:
    """What is named at the summary is emptied, to be asked again."""
    slots = heard(text, Ask.CONFIRM, language).slots
    assert slots[slot] is None
    assert slots[Ask.CONFIRM] is None


@pytest.mark.parametrize(
    "text",
    ["überspringen", "weiß nicht", "keine Ahnung", "hab ich nicht", "je ne sais pas", "passer", "je n'en ai pas"],
)
def test_a_question_is_skipped(text: str) -> None:
    """The centre's question that needs no answer is skipped in any language."""
    draft = READY.model_copy(update={"answers": {}})
    assert hear(Said(text=text), Ask.ANSWER, draft, MENU).slots["answers"] == {"Q1": ""}


@pytest.mark.parametrize(("text", "consent"), [
    ("ja gerne", True), ("per SMS bitte", True), ("nein danke", False), ("keine SMS", False), ("oui par sms", True),
    ("pas de SMS", False),
    ("sans sms svp", False), ("das erste", True), ("le deuxième", False),
])  # fmt: skip
def test_text_messages(text: str, consent: bool) -> None:
    """Consent to text messages in German and French; only a clear yes is one."""
    assert hear(Said(text=text), Ask.SMS, READY, MENU).slots[Ask.SMS] is consent
