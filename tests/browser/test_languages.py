"""The page in the language of the conversation, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.person import LABELS, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_german_page_holds_a_german_conversation(person: Person) -> None:
    """A suggestion, a tapped topic, a number and a tapped time book a call in German, and so does its card."""
    person.labels = LABELS["de"]
    await person.open("?language=de")
    await person.tap("Bitte zurückrufen", "Worum geht es?")
    await person.tap("Billing", "Unter welcher Nummer sollen wir Sie anrufen?")
    await person.give_number("416 555 0123", "account number")
    await person.tap("Überspringen", "What is the call about?")
    await person.type("Mir wurde die Rechnung zweimal abgebucht", "SMS erhalten?")
    await person.tap("Nein, danke", "Wann sollen wir anrufen?")
    await person.tap("Jetzt", "Soll ich das buchen?")
    await person.tap("Buchen", "Gebucht.")
    await expect(person.cards.last.get_by_role("button")).to_have_text("Anruf stornieren")


async def test_the_page_follows_the_conversation(person: Person) -> None:
    """Asked for French, the assistant and the page's own words are French, also after a reload."""
    await person.open()
    await person.type("en français s’il vous plaît", "Que puis-je faire pour vous")
    for _ in range(2):
        await expect(person.page.locator("#connection")).to_have_text("Connecté")
        await expect(person.page.locator("html")).to_have_attribute("lang", "fr")
        await expect(person.page.get_by_role("textbox", name="Votre message")).to_be_visible()
        await expect(person.page.locator("#messages")).to_contain_text("Je peux vous faire rappeler")
        await person.page.reload()
        await person.connected()
    person.labels = LABELS["fr"]
    await person.tap("Rappelez-moi", "De quoi s’agit-il")
