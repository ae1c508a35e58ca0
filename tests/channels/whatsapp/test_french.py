"""A whole call in French on WhatsApp, by the words of the person alone."""

from __future__ import annotations

from tests.channels.whatsapp.person import Person
from tests.conversations.languages import english_in, plain
from tests.platforms.english import english_in_texts

DAY = 86_400.0


async def test_a_call_is_ordered_in_french(person: Person) -> None:
    """Who writes French gets French to the end of the call, lists, refusals of pictures, news and template included."""
    await person.say("Bonjour, pouvez-vous me rappeler s’il vous plaît ?")
    assert "De quoi s’agit-il" in plain(person.text)
    await person.post("", NumMedia="1", MediaContentType0="image/jpeg", MediaUrl0="https://x/y", MessageType="image")
    await person.hears("je ne peux pas regarder d’images")
    await person.tap("Billing")
    await person.say("416 555 0197")
    await person.tap("Passer")
    await person.say("On m’a débité deux fois la même facture")
    await person.tap("Non, merci")
    await person.tap("Plus tard")
    times = person.twilio.to(person.address)[-1]
    assert times.kind == "twilio/list-picker"
    assert person.twilio.contents[times.content]["language"] == "fr"
    await person.say("maintenant")
    assert "Dois-je réserver" in plain(person.text)
    await person.tap("Réserver")
    assert "C’est réservé." in person.text
    [callback] = await person.callbacks()
    assert callback.language == "fr"
    person.twilio.pass_time(2 * DAY)
    ended = await person.hears("L’appel est terminé")
    assert ended.body.startswith("Des nouvelles de Billing")
    await person.say("oui, ça m’a bien aidé")
    assert "ravi" in person.text
    assert english_in(await person.events()) == []
    shown = person.twilio.to(person.address)
    assert english_in_texts(text for one in shown for text in (one.body, *one.taps)) == []
