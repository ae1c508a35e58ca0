"""The channel's pure parts: what Slack posts is read, what is off stays off, and what is shown fits Slack."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.chat_base.meaning import Incoming
from channels.languages import LANGUAGES
from channels.slack_blocks import post_of
from channels.slack_cards import card_blocks, home_blocks, newest_cards
from channels.slack_carrier import SPACING, Pace
from channels.slack_intake import SHORTCUT, Message, Nothing, Unreadable, plain, read, who
from channels.slack_settings import read_settings
from channels.slack_signature import is_signed, sign
from channels.slack_taps import DOUBLE_TAP, TAPPED, was_tapped
from channels.slack_words import asked_in_words
from tests.platforms.slack import WEBHOOK
from tests.platforms.slack_rules import MOST_BLOCKS_OF_A_VIEW, faults_of
from tests.system import System

CARD: dict[str, Any] = {
    "callback": "key", "seq": 3, "queue": "Billing", "number": "+1 416 ••• ••23", "state": "HOLDING", "since": 1.8e9,
    "open": True, "starts_at": None, "buttons": [{"title": "Cancel the call", "payload": "/cancel_callback{}"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("call <tel:+14165550123|+1 416 555 0123> &amp; thanks", "call +1 416 555 0123 & thanks"),
        ("<mailto:a@b.example|a@b.example> <https://x.example>", "a@b.example https://x.example"),
        ("<@U0BOT> call me &lt;now&gt;", "call me <now>"),
        ("<!here> hello", "hello"),
        ("&amp;lt;", "&lt;"),
        (None, ""),
    ],
)
def test_mark_up_is_read_as_a_person_reads_it(written: str | None, meant: str) -> None:
    """Links are their labels, mentions are nothing, entities are signs."""
    assert plain(written) == meant


@given(st.binary(max_size=200) | st.dictionaries(st.text(), st.text()).map(lambda one: json.dumps(one).encode()))
@settings(max_examples=200, deadline=None)
def test_nothing_that_is_posted_breaks_the_reading(body: bytes) -> None:
    """Whatever stands in a body, reading it answers and never raises."""
    for kind in ("application/json", "application/x-www-form-urlencoded", ""):
        assert read(body, kind) is not None


@pytest.mark.parametrize(
    "content",
    [
        {"type": "block_actions", "actions": "x"},
        {"type": "block_actions", "actions": [{"value": "x" * 500}]},
        {"type": "block_actions", "actions": [{"value": "c-1", "text": {"text": "a"}}], "channel": {"id": "C0PUBLIC"}},
        {"type": "message_action", "callback_id": "something_else"},
        {"type": "view_submission"},
    ],
)
def test_taps_of_no_use_are_left(content: dict[str, Any]) -> None:
    """Taps without a value, outside of a direct message, or of other shapes are nothing for us."""
    common = {"team": {"id": "T0X"}, "user": {"id": "U0X"}, "trigger_id": "1.2.a"}
    body = urlencode({"payload": json.dumps({**common, **content})}).encode()
    assert isinstance(read(body, "application/x-www-form-urlencoded"), Nothing)


def test_a_command_asks_for_a_call_unless_it_asks_about_one() -> None:
    """What follows the command is its topic, but for a few words about a call that there is."""

    def said(text: str, language: str = "en") -> str:
        form = {"command": "/callback", "team_id": "T0X", "user_id": "U0X", "trigger_id": "1.2.a", "text": text}
        found = read(urlencode(form).encode(), "application/x-www-form-urlencoded")
        assert isinstance(found, Message)
        return asked_in_words(found.asks, found.incoming.text, language)

    assert said("") == "call me back"
    assert said("about my bill") == "call me back, about my bill"
    assert said("where is my call?") == "where is my call?"
    assert said("cancel") == "cancel"
    assert said("wegen meiner Rechnung", "de") == "Bitte rufen Sie mich zurück, wegen meiner Rechnung"
    assert said("wo ist mein Anruf?", "de") == "wo ist mein Anruf?"
    assert said("où est mon appel ?", "fr") == "où est mon appel ?"
    assert said("", "fr") == "Rappelez-moi s’il vous plaît"


def test_a_command_without_a_person_is_unreadable() -> None:
    """An id that is none makes no conversation."""
    form = {"command": "/callback", "team_id": "T0X", "user_id": "../x", "trigger_id": "1.2.a"}
    assert isinstance(read(urlencode(form).encode(), "application/x-www-form-urlencoded"), Unreadable)
    assert who("T0X-../x") is None
    assert who("T0X-U0X") == ("T0X", "U0X")


def test_without_a_secret_nothing_is_signed() -> None:
    """An empty secret does not sign, not even what is rightly signed with it."""
    good = sign("s", "1000", b"x")
    assert is_signed("s", "1000", b"x", good, now=1000)
    assert not is_signed("", "1000", b"x", sign("", "1000", b"x"), now=1000)
    assert not is_signed("s", "1000", b"x", good, now=1301)
    assert not is_signed("s", "१०००", b"x", good, now=1000)
    assert not is_signed("s", "1000", b"x", "v0=é", now=1000)


def test_off_until_both_secrets_are_there() -> None:
    """The channel is on with a token and a signing secret, from credentials or environment; half of it is said."""
    both = {"RINGBACK_SLACK_BOT_TOKEN": "t", "RINGBACK_SLACK_SIGNING_SECRET": "s"}
    assert read_settings({}, both).is_on
    assert read_settings({"slack_token": "t", "slack_signing_secret": "s"}, {}).is_on
    assert not read_settings({}, {}).is_on
    assert read_settings({}, {}).missing == []
    half = read_settings({}, {"RINGBACK_SLACK_BOT_TOKEN": "t"})
    assert not half.is_on
    assert half.missing == ["slack_signing_secret (RINGBACK_SLACK_SIGNING_SECRET)"]
    assert "'t'" not in repr(read_settings({}, both))


def test_off_by_default(system: System) -> None:
    """Without secrets there is no door, also for what is signed with an empty one; the log says once that it is off."""
    url = f"{system.rasa_url}/webhooks/slack"
    assert httpx.get(f"{url}/", trust_env=False).status_code == 404
    body = b'{"type":"url_verification","challenge":"x"}'
    stamp = str(int(time.time()))
    for secret in ("", "-"):
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign(secret, stamp, body),
            "Content-Type": "application/json",
        }
        assert httpx.post(f"{url}/webhook", content=body, headers=headers, trust_env=False).status_code == 404
    log = system.rasa.log.read_text(errors="replace")
    assert log.count("Slack is off") == log.count("Rasa server is up and running")


@given(
    text=st.text(max_size=9000),
    titles=st.lists(st.text(min_size=1, max_size=200).filter(str.strip), max_size=130),
    language=st.sampled_from(LANGUAGES),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_said_fits_slack(text: str, titles: list[str], language: str) -> None:
    """Any text and any choices become blocks that Slack takes."""
    buttons = [{"title": title, "payload": f"/x{place}"} for place, title in enumerate(titles)]
    post = post_of({"text": text, "buttons": buttons}, "", language)
    assert faults_of(post.blocks) == []
    assert len(post.text) <= 4000
    assert "<" not in post.text


def test_cards_fit_slack_and_name_nobody() -> None:
    """A card in each state, and a home full of them, are blocks that Slack takes; a queue's name is no mark-up."""
    cards = [{**CARD, "callback": f"k{n}", "queue": "<!channel> & co"} for n in range(30)]
    for language in LANGUAGES:
        assert faults_of(home_blocks(cards, language), MOST_BLOCKS_OF_A_VIEW) == []
        assert "<!channel>" not in str(home_blocks(cards, language))
        for state in ("SCHEDULED", "COMPLETED", "SOMETHING_NEW"):
            assert faults_of(card_blocks({**CARD, "state": state, "starts_at": 1.8e9}, language)) == []


def test_the_home_shows_each_call_once_as_it_is_now() -> None:
    """Of each call the newest card, newest call first, and none that another one stands for."""
    events = [
        {"event": "bot", "metadata": {"card": {**CARD, "callback": name, "seq": seq, "replaces": replaces}}}
        for name, seq, replaces in (("a", 1, ""), ("b", 1, ""), ("a", 3, ""), ("a", 2, ""), ("c", 1, "b"))
    ]
    assert [(one["callback"], one["seq"]) for one in newest_cards([*events, {"event": "bot"}])] == [("c", 1), ("a", 3)]


def test_a_channel_gets_a_burst_and_then_one_a_second() -> None:
    """The pace of one channel does not slow down another."""
    now = [0.0]
    pace = Pace(3, clock=lambda: now[0])
    assert [pace.wait("D1") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert pace.wait("D1") == pytest.approx(SPACING)
    assert pace.wait("D2") == 0.0
    now[0] = SPACING + 0.01
    assert pace.wait("D1") == 0.0


def test_the_manifest_to_paste_fits_the_channel() -> None:
    """docs/channels.md: the manifest's addresses, shortcut and events are those that the channel answers to."""
    text = Path("docs/channels.md").read_text(encoding="utf-8")
    manifest = yaml.safe_load(text.split("### The manifest")[1].split("```yaml")[1].split("```")[0])
    [command], [shortcut] = manifest["features"]["slash_commands"], manifest["features"]["shortcuts"]
    told = manifest["settings"]
    urls = {command["url"], told["event_subscriptions"]["request_url"], told["interactivity"]["request_url"]}
    assert urls == {f"https://bot.example{WEBHOOK}"}
    assert shortcut["callback_id"] == SHORTCUT
    assert told["event_subscriptions"]["bot_events"] == ["app_home_opened", "app_mention", "message.im"]
    for scope in manifest["oauth_config"]["scopes"]["bot"]:
        assert f"`{scope}`" in text, f"{scope} is not explained"


def test_what_was_tapped_is_read() -> None:
    """A choice in a menu is its value and its title."""
    content = {
        "type": "block_actions", "team": {"id": "T0X"}, "user": {"id": "U0X"}, "trigger_id": "1.2.a",
        "channel": {"id": "D0X"}, "message": {"ts": "1.2", "text": "Which?"},
        "actions": [{"type": "static_select", "block_id": "menu-0", "action_id": "menu-0",
                     "selected_option": {"value": "c-1", "text": {"type": "plain_text", "text": "Nine"}}}],
    }  # fmt: skip
    found = read(urlencode({"payload": json.dumps(content)}).encode(), "application/x-www-form-urlencoded")
    assert isinstance(found, Message) and found.tap is not None
    assert (found.incoming, found.tap.asked) == (Incoming("Nine", "c-1"), "Which?")


def test_a_second_tap_at_another_replica_is_known() -> None:
    """The conversation itself tells whether a question was answered by a tap just before."""
    events = [
        {"event": "user", "timestamp": 100.0, "metadata": {TAPPED: "1.5"}},
        {"event": "bot", "timestamp": 101.0, "metadata": {TAPPED: "2.5"}},
        {"event": "user", "timestamp": 102.0},
    ]
    assert was_tapped("1.5", 100.2, events)
    assert not was_tapped("1.5", 100.0 + DOUBLE_TAP, events)
    assert not was_tapped("2.5", 101.0, events)
    assert not was_tapped("", 102.0, events)
