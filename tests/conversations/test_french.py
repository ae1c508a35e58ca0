"""Whole requests in French."""

from __future__ import annotations

from ringback.models import State
from tests.conversations.dialogue import Dialogue
from tests.conversations.languages import english_in, plain, told_texts


async def test_a_call_is_ordered_in_french(dialogue: Dialogue) -> None:
    """A browser that speaks French gets French from the first word to the last piece of news."""
    greeting = await dialogue.say("Bonjour", language="fr-CA")
    assert [plain(title) for title in greeting.buttons] == ["Rappelez-moi", "Où est mon appel ?"], greeting
    topics = await dialogue.tap("Rappelez-moi")
    assert "De quoi s’agit-il ?" in plain(topics.text)
    assert plain((await dialogue.tap("Billing")).text) == "À quel numéro devons-nous vous appeler ?"
    await dialogue.say("416 555 0123")
    await dialogue.tap("Passer")
    consent = await dialogue.say("On m’a débité deux fois la même facture")
    assert list(consent.buttons) == ["Oui, par SMS", "Non, merci"]
    assert list((await dialogue.tap("Non, merci")).buttons) == ["Maintenant", "Plus tard"]
    summary = await dialogue.tap("Maintenant")
    assert plain(summary.text) == (
        "Donc : Billing vous appelle au +1 416-555-0123, dès que possible. Dois-je réserver ?"
    )
    booked = await dialogue.tap("Réserver")
    assert booked.text.startswith("C’est réservé. Billing vous appellera au")
    assert list(booked.buttons) == ["Annuler l’appel"]
    [callback] = await dialogue.callbacks()
    assert callback.language == "fr"
    await dialogue.news_until("COMPLETED")
    texts = await told_texts(dialogue)
    assert "Vous êtes maintenant en ligne avec Billing." in texts
    assert (await dialogue.say("Oui, ça m’a bien aidé")).responses == ["utter_feedback_good"]
    assert await dialogue.helped(callback.key) is True
    assert english_in(await dialogue.events()) == []


async def test_corrections_in_french(dialogue: Dialogue) -> None:
    """Numbers that cannot be called are explained, a time is booked and said in French, and the call is cancelled."""
    await dialogue.say("Bonjour", language="fr")
    await dialogue.tap("Rappelez-moi")
    await dialogue.tap("Billing")
    wrong = await dialogue.say("416 555")
    assert "C’est trop court pour un numéro de téléphone." in wrong.text
    await dialogue.say("416 555 0123")
    await dialogue.tap("Passer")
    await dialogue.say("Je voudrais un remboursement pour ma dernière facture")
    await dialogue.tap("Non, merci")
    offered = await dialogue.tap("Plus tard")
    assert plain(offered.text) == "Quel horaire vous convient ? (heure de Toronto)"
    summary = await dialogue.tap(next(iter(offered.buttons)))
    assert "(heure de Toronto)" in summary.text
    what = await dialogue.tap("Modifier")
    assert list(what.buttons) == ["Le sujet", "Le numéro", "L’horaire", "Mes réponses"]
    await dialogue.tap("Le numéro")
    abroad = await dialogue.say("+33 6 12 34 56 78")
    assert plain(abroad.texts[0]).startswith("Nous ne pouvons pas appeler de numéros dans ce pays.")
    summary = await dialogue.say("416 555 0188")
    assert "416-555-0188" in summary.text
    booked = await dialogue.tap("Réserver")
    assert booked.text.startswith("C’est réservé.")
    cancelled = await dialogue.tap("Annuler l’appel")
    assert plain(cancelled.text).startswith("C’est annulé : Billing ne vous appellera pas.")
    [callback] = await dialogue.callbacks()
    assert (callback.state, callback.number) == (State.CANCELLED, "+14165550188")
    assert english_in(await dialogue.events()) == []


async def test_french_is_asked_for_in_the_middle(dialogue: Dialogue) -> None:
    """Asked for French at the summary, the summary comes again in French, and what was said is kept."""
    await dialogue.to_summary()
    turn = await dialogue.say("en français s’il vous plaît")
    assert turn.responses == ["utter_language", "utter_summary"]
    assert plain(turn.texts[1]).startswith("Donc : Billing vous appelle au +1 416-555-0123, dès que possible.")
    assert (await dialogue.tap("Réserver")).text.startswith("C’est réservé.")


async def test_french_outside_a_request(dialogue: Dialogue) -> None:
    """Asked for French before anything else, the assistant asks in French what it can do, and stays with French."""
    turn = await dialogue.say("parlez-vous français ?")
    assert [plain(text) for text in turn.texts] == [
        "Très bien, continuons en français.",
        "Que puis-je faire pour vous ?",
    ]
    assert "Vous n’avez pas d’appel" in (await dialogue.say("where is my call?")).text


async def test_called_off_and_asked_for_again_in_french(dialogue: Dialogue) -> None:
    """A booked call is called off in words, and asked for again with all that was said."""
    await dialogue.say("Pouvez-vous m’appeler au sujet de Billing au 416 555 0123 ?", language="fr")
    await dialogue.tap("Passer")
    await dialogue.run("la facture est fausse", "non", "maintenant")
    assert (await dialogue.say("oui")).text.startswith("C’est réservé.")
    off = await dialogue.say("annulez l’appel s’il vous plaît")
    assert off.responses[0] in {"utter_cancelled", "utter_cancel_noted"}, off
    again = await dialogue.say("rappelez-moi encore une fois")
    assert again.responses == ["utter_summary"], again
    assert english_in(await dialogue.events()) == []


async def test_the_topic_in_words_of_ones_own(dialogue: Dialogue) -> None:
    """In French what a call is about may be said with the desk's words for it, in the first sentence."""
    turn = await dialogue.say("Bonjour, rappelez-moi pour ma facture au 416 555 0123", language="fr")
    assert turn.responses == ["utter_ask_question_optional"]
