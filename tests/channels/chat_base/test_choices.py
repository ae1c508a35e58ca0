"""What a platform is given to show: pages, titles, ids."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.chat_base.choices import Choice, choices_of, fingerprint, numbered, page_of, read_more, shorten, titles


def choices(count: int) -> list[Choice]:
    return [Choice(f"Team {number}", f'/inform{{"queue":"{number}"}}') for number in range(count)]


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=10), st.sampled_from([20, 24, 75]))
def test_titles_fit_and_differ(words: list[str], most: int) -> None:
    """Whatever the titles, what is shown fits, is not empty, and no two are alike."""
    shown = titles([Choice(word, str(place)) for place, word in enumerate(words)], most)
    assert all(0 < len(title.encode("utf-16-le")) // 2 <= most for title in shown)
    assert len({title.casefold() for title in shown}) == len(words)


def test_titles_are_cut_between_words() -> None:
    """A long title loses whole words; a word that alone is too long is cut."""
    assert shorten("Same as before: +1 416 ••• ••23", 20) == "Same as before: +1…"
    assert shorten("Technical support and outages", 20) == "Technical support…"
    assert shorten("Donaudampfschifffahrtsgesellschaft", 20) == "Donaudampfschifffah…"
    assert shorten("Billing", 20) == "Billing"


def test_every_choice_is_on_exactly_one_page() -> None:
    """However many there are, paging shows each of them once, and never a "More" that leads to a single one."""
    for count in range(1, 60):
        all_of_them, seen, number = choices(count), [], 0
        while True:
            page = page_of(all_of_them, number, 10)
            assert len(page.choices) + bool(page.more_id) <= 10
            assert page.first == len(seen) + 1
            seen += page.choices
            if not page.more_id:
                break
            number, named = read_more(page.more_id) or (0, "")
            assert named == fingerprint(all_of_them)
        assert seen == all_of_them


def test_ids_are_short_and_say_nothing() -> None:
    """An id tells nothing of the payload, and the same payload always has the same one."""
    one = Choice("Use it", '/inform{"number":"+14165550123"}')
    assert "416" not in one.id
    assert len(one.id) <= 20
    assert one.id == Choice("Another title", one.payload).id


def test_a_card_offers_where_the_message_itself_offers_nothing() -> None:
    """Move and cancel come from the card, but not under news, which is no question."""
    card = {"buttons": [{"title": "Cancel the call", "payload": "/cancel_callback"}]}
    assert [one.title for one in choices_of({"text": "Booked.", "card": card})] == ["Cancel the call"]
    assert choices_of({"text": "Ringing.", "card": card, "news": {"id": "n1"}}) == ()
    asked = {"text": "Sure?", "card": card, "buttons": [{"title": "Yes", "payload": "/affirm"}]}
    assert [one.title for one in choices_of(asked)] == ["Yes"]


def test_the_lines_carry_the_numbers_that_can_be_typed() -> None:
    """The second page goes on counting."""
    assert numbered(page_of(choices(12), 1, 10)).splitlines() == ["10. Team 9", "11. Team 10", "12. Team 11"]
