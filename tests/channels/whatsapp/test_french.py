"""A whole call in French on WhatsApp, by the words of the person alone."""

from __future__ import annotations

from channels import whatsapp_words
from channels.chat_base import words
from tests.channels.whatsapp.person import Person
from tests.conversations.languages import english_in, plain

BOOKS = (words.WORDS, whatsapp_words.WORDS)
OURS = {said["en"].split("{")[0].strip(":, ") for book in BOOKS for _, said in book} - {""}


async def test_a_call_is_ordered_in_french(person: Person) -> None:
    """Who writes French gets French to the end of the call, lists, refusals of pictures and news included."""
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
    await person.say("maintenant")
    assert "Dois-je réserver" in plain(person.text)
    await person.tap("Réserver")
    assert "C’est réservé." in person.text
    [callback] = await person.callbacks()
    assert callback.language == "fr"
    await person.hears("L’appel est terminé")
    assert english_in(await person.events()) == []
    everything = " ".join(one.body for one in person.twilio.to(person.address))
    assert [text for text in OURS if text in everything] == []
