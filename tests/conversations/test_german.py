"""Whole requests in German."""

from __future__ import annotations

from ringback.models import State
from tests.conversations.dialogue import Dialogue
from tests.conversations.languages import english_in, told_texts


async def test_a_call_is_ordered_in_german(dialogue: Dialogue) -> None:
    """A browser that speaks German gets German from the first word to the last piece of news."""
    greeting = await dialogue.say("Hallo", language="de-AT")
    assert list(greeting.buttons) == ["Bitte zurückrufen", "Wo ist mein Anruf?"], greeting
    topics = await dialogue.tap("Bitte zurückrufen")
    assert "Worum geht es?" in topics.text
    assert (await dialogue.tap("Billing")).text == "Unter welcher Nummer sollen wir Sie anrufen?"
    await dialogue.say("416 555 0123")
    await dialogue.tap("Überspringen")
    consent = await dialogue.say("Mir wurde die Rechnung zweimal abgebucht")
    assert list(consent.buttons) == ["Ja, per SMS", "Nein, danke"]
    assert list((await dialogue.tap("Nein, danke")).buttons) == ["Jetzt", "Später"]
    summary = await dialogue.tap("Jetzt")
    assert (
        summary.text
        == "Also: Billing ruft Sie unter +1 416-555-0123 an, und zwar so bald wie möglich. Soll ich das buchen?"
    )
    booked = await dialogue.tap("Buchen")
    assert booked.text.startswith("Gebucht. Billing ruft Sie unter")
    assert list(booked.buttons) == ["Anruf stornieren"]
    [callback] = await dialogue.callbacks()
    assert callback.language == "de"
    await dialogue.news_until("COMPLETED")
    texts = await told_texts(dialogue)
    assert "Sie sind jetzt mit Billing verbunden." in texts
    assert (await dialogue.say("Das hat mir leider nicht geholfen")).responses == ["utter_feedback_bad"]
    assert await dialogue.helped(callback.key) is False
    assert english_in(await dialogue.events()) == []


async def test_corrections_in_german(dialogue: Dialogue) -> None:
    """A number that is too short is explained, another time is booked and said in German, and the call is moved on."""
    await dialogue.say("Hallo", language="de")
    await dialogue.tap("Bitte zurückrufen")
    await dialogue.tap("Billing")
    short = await dialogue.say("416 555")
    assert "Das ist zu kurz für eine Telefonnummer." in short.text
    await dialogue.say("416 555 0123")
    await dialogue.tap("Überspringen")
    await dialogue.say("Es geht um eine Gutschrift, die ich nicht bekommen habe")
    await dialogue.tap("Nein, danke")
    offered = await dialogue.tap("Später")
    assert offered.text == "Welche Zeit passt Ihnen? (Ortszeit Toronto)"
    assert "Spätere Zeiten" in offered.buttons
    later = await dialogue.tap("Spätere Zeiten")
    summary = await dialogue.tap(next(iter(later.buttons)))
    assert "Uhr (Ortszeit Toronto)" in summary.text
    what = await dialogue.tap("Etwas ändern")
    assert list(what.buttons) == ["Das Thema", "Die Nummer", "Die Uhrzeit", "Meine Antworten"]
    await dialogue.tap("Die Nummer")
    summary = await dialogue.say("+49 151 23456789")
    assert "+49 1512 3456789" in summary.text
    assert (await dialogue.tap("Buchen")).text.startswith("Gebucht.")
    [callback] = await dialogue.callbacks()
    assert (callback.state, callback.number) == (State.SCHEDULED, "+4915123456789")
    assert english_in(await dialogue.events()) == []


async def test_german_is_asked_for_in_the_middle(dialogue: Dialogue) -> None:
    """Asked for German, the form goes on with its open question in German, and English words change nothing then."""
    await dialogue.say("call me about my bill please", language="en-US")
    turn = await dialogue.say("auf Deutsch bitte", language="en-US")
    assert turn.texts == [
        "Gern, dann machen wir auf Deutsch weiter.",
        "Unter welcher Nummer sollen wir Sie anrufen?",
    ]
    assert (await dialogue.say("416 555 0123", language="en-US")).buttons.keys() == {"Überspringen"}
    await dialogue.tap("Überspringen")
    consent = await dialogue.say("I was charged twice on the last bill", language="en-US")
    assert list(consent.buttons) == ["Ja, per SMS", "Nein, danke"]


async def test_news_follows_the_language(dialogue: Dialogue) -> None:
    """Who changes the language after booking gets the news of the call in the new one."""
    await dialogue.book()
    turn = await dialogue.say("auf Deutsch bitte")
    assert turn.texts[0] == "Gern, dann machen wir auf Deutsch weiter."
    [callback] = await dialogue.callbacks()
    assert callback.language == "de"
    await dialogue.news_until("COMPLETED")
    assert (await told_texts(dialogue))[-1].startswith("Der Anruf ist beendet.")


async def test_called_off_and_asked_for_again_in_german(dialogue: Dialogue) -> None:
    """A booked call is called off in words, and asked for again with all that was said."""
    await dialogue.say("Können Sie mich wegen Billing unter 416 555 0123 anrufen?", language="de")
    await dialogue.tap("Überspringen")
    await dialogue.run("die Rechnung ist falsch", "nein", "jetzt")
    assert (await dialogue.say("ja")).text.startswith("Gebucht.")
    off = await dialogue.say("sagen Sie den Anruf doch bitte ab")
    assert off.responses[0] in {"utter_cancelled", "utter_cancel_noted"}, off
    again = await dialogue.say("bitte rufen Sie mich doch noch einmal an")
    assert again.responses == ["utter_summary"], again
    assert english_in(await dialogue.events()) == []


async def test_the_topic_in_words_of_ones_own(dialogue: Dialogue) -> None:
    """In German what a call is about may be said with the desk's words for it, in the first sentence."""
    turn = await dialogue.say("Bitte rufen Sie mich wegen meiner Rechnung unter 416 555 0123 an", language="de")
    assert turn.responses == ["utter_ask_question_optional"]
