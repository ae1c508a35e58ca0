"""How a bot message looks on WhatsApp, whatever it says: everything is inside Twilio's documented limits."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from channels.languages import LANGUAGES
from channels.whatsapp_carrier import PairRate
from channels.whatsapp_intake import Message, Report, Unreadable, conversation_of, read_message, read_report
from channels.whatsapp_messages import Pick, Text, fill_template, parts_of
from channels.whatsapp_settings import read_settings
from tests.platforms.twilio import FakeTwilio, Refused

_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1)


def message(text: str, *titles: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "buttons": [{"title": one, "payload": f'/x{{"v":"{one}"}}'} for one in titles], **more}


def shown(part: Text | Pick) -> Any:
    """The part as the strict platform shows it."""
    platform = FakeTwilio()
    form = {"To": "whatsapp:+14165550123", "From": platform.sender}
    if isinstance(part, Text):
        form |= {"Body": part.body}
    else:
        samples = dict.fromkeys(part.variables, "a sample")
        content = {"friendly_name": part.friendly_name, "language": "en", "variables": samples, "types": part.types}
        import json

        form |= {
            "ContentSid": platform._create_content(content)["sid"],
            "ContentVariables": json.dumps(dict(part.variables)),
        }
    platform._check(form)
    try:
        return platform._show(form)
    except Refused as error:
        raise AssertionError(error.message) from error


@given(_WORDS, st.lists(_WORDS, max_size=25, unique=True), st.integers(0, 3))
def test_whatever_is_said_fits(text: str, titles: list[str], page: int) -> None:
    """Any text, any titles, any page: the strict platform takes it."""
    for part in parts_of(message(text, *[one for one in titles if one.strip()]), page):
        shown(part)  # type: ignore[arg-type]


def test_three_are_buttons_and_more_are_a_list() -> None:
    """Up to three quick replies, up to ten rows, then pages."""
    for count, kind, taps in (
        (1, "quick-reply", 1),
        (3, "quick-reply", 3),
        (4, "list-picker", 4),
        (12, "list-picker", 10),
    ):
        [part] = parts_of(message("Which?", *[f"Team {number}" for number in range(count)]))
        assert isinstance(part, Pick)
        seen = shown(part)
        assert seen.kind == f"twilio/{kind}"
        assert len(seen.taps) == taps
        assert seen.body == "Which?"


def test_what_a_button_cuts_stands_in_the_body() -> None:
    """A title that does not fit is written out above, with its number."""
    [part] = parts_of(message("Which number?", "Same as before: +1 416 ••• ••23", "Use +1 416 ••• ••99"))
    seen = shown(part)  # type: ignore[arg-type]
    assert seen.body == "Which number?\n\n1. Same as before: +1 416 ••• ••23\n2. Use +1 416 ••• ••99"


def test_messages_of_one_shape_share_a_content() -> None:
    """What differs between people stands in variables only: nobody's number is stored in a Content."""
    [one] = parts_of(message("Call +1 416 555 0123?", "Yes", "No"))
    [two] = parts_of(message("Something else", "A", "B"))
    assert isinstance(one, Pick) and isinstance(two, Pick)
    assert one.friendly_name == two.friendly_name
    assert "416" not in str(one.types)


def test_a_long_text_goes_before_what_is_tapped() -> None:
    """Twilio takes 1600 characters of text and 1024 above a choice; nothing is lost."""
    text = "word " * 500
    parts = parts_of(message(text.strip(), "Yes", "No"))
    assert [type(part) for part in parts] == [Text, Text, Pick]
    assert " ".join(part.body for part in parts if isinstance(part, Text)).split() == text.split()


def test_a_template_says_what_the_news_says() -> None:
    """In one line, cut to what a variable takes, and never empty."""
    news = message(
        "It is\nover. " + "x" * 400, card={"queue": "Billing", "number": "+1 416 ••• ••23", "state": "COMPLETED"}
    )
    made = fill_template("HX1", {"1": "{queue}", "2": "{text}", "3": "{unknown} {number}", "4": ""}, news)
    assert made.variables["1"] == "Billing"
    assert made.variables["2"].startswith("It is over.")
    assert len(made.variables["2"]) <= 255
    assert made.variables["3"] == "{unknown} +1 416 ••• ••23"
    assert made.variables["4"].strip()


def test_a_burst_is_allowed_and_then_one_in_six_seconds() -> None:
    """WhatsApp's pair rate, for each person alone."""
    now = [0.0]
    rate = PairRate(3, lambda: now[0])
    assert [rate.wait("a") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert rate.wait("a") == 6.0
    assert rate.wait("b") == 0.0
    now[0] = 6.0
    assert rate.wait("a") == 0.0
    assert rate.wait("a") > 0


def test_an_address_is_never_taken_for_a_number_unless_it_is_one() -> None:
    """A user name's id is an address, and a conversation's id shows neither."""
    for address, number in (
        ("whatsapp:+14165550123", "+14165550123"),
        ("whatsapp:US.1416555012345", ""),
        ("whatsapp:+0123", ""),
    ):
        read = read_message([("MessageSid", "SM" + "1" * 32), ("From", address), ("Body", "hi")])
        assert isinstance(read, Message)
        assert read.number == number
        conversation = conversation_of(address, "secret")
        assert "416" not in conversation.replace("-", "") or conversation != address
        assert conversation == conversation_of(address, "secret") != conversation_of(address, "another")
    for address in ("", "+14165550123", "whatsapp:", "whatsapp:+1 416", "sms:+14165550123", "whatsapp:x\ny"):
        assert read_message([("MessageSid", "SM" + "1" * 32), ("From", address), ("Body", "hi")]) == Unreadable()


@given(st.lists(st.tuples(st.sampled_from(["MessageSid", "From", "Body", "ButtonPayload", "ListId", "NumMedia",
       "MediaContentType0", "Latitude", "Longitude", "MessageStatus", "ErrorCode"]), st.text())))  # fmt: skip
def test_any_form_can_be_read(fields: list[tuple[str, str]]) -> None:
    """Whatever stands in a signed form, reading it raises nothing."""
    assert isinstance(read_message(fields), (Message, Unreadable))
    assert isinstance(read_report(fields), (Report, Unreadable))


def test_without_secrets_everything_is_missing() -> None:
    """The channel knows what it lacks, and names no value."""
    assert read_settings(None).missing == ["account_sid", "auth_token", "twilio_number", "public_url", "secret"]
    whole = read_settings({
        "account_sid": "AC1", "auth_token": "old new", "twilio_number": "+14155238886", "public_url": "https://x/",
        "secret": "s",
    })  # fmt: skip
    assert whole.missing == []
    assert whole.tokens == ("old", "new")
    assert whole.sender == "whatsapp:+14155238886"
    assert "old" not in repr(whole)


def test_a_list_has_a_content_for_each_language_and_buttons_have_one() -> None:
    """The word on a list's button is part of its Content, so each language has one; buttons hold no word of ours."""
    many = [f"Team {number}" for number in range(12)]
    lists, buttons = {}, {}
    for language in LANGUAGES:
        [lists[language]] = parts_of(message("Which?", *many, language=language))
        [buttons[language]] = parts_of(message("Which?", "A", "B", language=language))
    assert len({one.friendly_name for one in lists.values() if isinstance(one, Pick)}) == 3
    assert len({one.friendly_name for one in buttons.values() if isinstance(one, Pick)}) == 1
    german = lists["de"]
    assert isinstance(german, Pick)
    assert german.types["twilio/list-picker"]["button"] == "Auswählen"
    assert "Mehr …" in german.variables.values()
    assert german.in_words[0].body.endswith("Schreiben Sie „mehr“, um alle zu sehen.")
    for part in (*lists.values(), *buttons.values()):
        shown(part)  # type: ignore[arg-type]


def template(kind: str, language: str, setting: str = "", **more: Any) -> str:
    found = read_settings({"template": setting, "language": "de", **more}, {}).approved(kind, language)
    return found.sid if found else ""


def test_a_template_for_all_or_one_for_each_language() -> None:
    """One Content SID serves all languages, or each has its own; without one, the centre's language's is taken."""
    assert template("completed", "fr") == ""
    assert template("completed", "fr", "HX" + "1" * 32) == "HX" + "1" * 32
    three = "en=HX1111, de = HX2222,fr-CA=HX3333"
    assert [template("failed", one, three) for one in (*LANGUAGES, "")] == ["HX1111", "HX2222", "HX3333", "HX2222"]
    assert template("failed", "fr", "en=HX1111,de=HX2222") == "HX2222"
    assert template("failed", "fr", "en=HX1111") == "HX1111"
    assert template("failed", "fr", "HX4444,de=HX2222") == "HX4444"
    by_kind = {"en": {"completed": {"sid": "HX5555"}}}
    assert template("completed", "en", "HX4444", templates=by_kind) == "HX5555"
    assert template("failed", "en", "HX4444", templates=by_kind) == "HX4444"
    assert template("completed", "de", "de=HX2222", templates=by_kind) == "HX2222", "the language before the kind"
    assert read_settings({}, {"RINGBACK_WHATSAPP_TEMPLATE": "HX4444"}).approved("failed", "en") is not None
    wrong = read_settings({"template": "es=HX1111 hello de=HX2222"}, {})
    assert (wrong.unread, list(wrong.templates)) == (("es=HX1111", "hello"), ["de"])


def test_a_template_is_filled_in_the_language_of_the_news() -> None:
    """What it says of the call is in the person's language: the sentence as it is, the state in words."""
    news = message("Der Anruf ist beendet.", card={"queue": "Billing", "state": "COMPLETED"}, language="de")
    made = fill_template("HX1", {"1": "{text}", "2": "{state}"}, news)
    assert made.variables == {"1": "Der Anruf ist beendet.", "2": "Beendet"}
