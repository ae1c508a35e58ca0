"""The operator's commands."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
import yaml

from ringback.cli import main
from ringback.cli.parsing import make_parser, since
from ringback.ledger.store import Ledger, Overtaken
from ringback.models import Callback, CallbackRequest, State
from tests.system import free_port

T = TypeVar("T")
MakeRequest = Callable[..., CallbackRequest]
NOW = 1_800_000_000.0


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty ledger, as the environment names it; the provider of desk.yml cannot be reached."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    monkeypatch.setenv("RINGBACK_LEDGER_URL", url)
    monkeypatch.setenv("RINGBACK_FONOLO_URL", f"http://127.0.0.1:{free_port()}/3.0/")
    monkeypatch.setenv("RINGBACK_FONOLO_ACCOUNT_SID", "AC" + "a" * 32)
    monkeypatch.setenv("RINGBACK_FONOLO_AUTH_TOKEN", "b" * 64)
    return url


def in_ledger(url: str, work: Callable[[Ledger], Awaitable[T]]) -> T:
    async def run() -> T:
        ledger = await Ledger.open(url)
        try:
            return await work(ledger)
        finally:
            await ledger.close()

    return asyncio.run(run())


def fill(
    url: str,
    request: CallbackRequest,
    state: State = State.HOLDING,
    *,
    operator: bool = False,
    news: str = "",
    provider_id: str = "CA1",
    at: float = NOW,
) -> None:
    """One call-back in that state."""

    async def work(ledger: Ledger) -> None:
        begun = await ledger.begin(request, provider="fonolo", now=at, look_at=at + 45)
        await ledger.change(
            begun.callback,
            state=state,
            word=state.value.title(),
            now=at + 10,
            next_poll_at=None if state.is_final or operator else at + 20,
            provider_id=provider_id,
            needs_operator=operator,
            news_kind=news,
        )

    in_ledger(url, work)


def stored(url: str, key: str) -> Callback:
    return in_ledger(url, lambda ledger: ledger.get(key))


def test_list_and_show(url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """`list` and `show` tell where a call-back stands and what happened to it, with the number masked."""
    fill(url, request_for("k1"), news="holding")
    assert main(["list"]) == 0
    assert main(["show", "k1"]) == 0
    printed = capsys.readouterr().out
    assert "k1" in printed
    assert "HOLDING" in printed
    assert "the provider says 'Holding'" in printed
    assert "waiting to be told: holding" in printed
    assert "5550123" not in printed


def test_nothing_to_show(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty ledger and an unknown key are said in a sentence."""
    assert main(["list"]) == 0
    assert main(["list", "--needs-operator"]) == 0
    assert [main([command, "nope"]) for command in ("show", "cancel", "retry-news")] == [1, 1, 1]
    assert main(["resolve", "nope", "--as", "called"]) == 1
    printed = capsys.readouterr()
    assert printed.out == "No open call-backs.\nNothing needs an operator.\n"
    assert printed.err.count("There is no call-back nope") == 4


def test_filters(url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """Each filter of `list` leaves what fits and nothing else."""
    fill(url, request_for("holds"), at=1_700_000_000.0)
    fill(url, request_for("over"), State.COMPLETED, at=1_700_000_000.0)
    fill(url, request_for("lost"), State.EXPIRED, operator=True, at=1_700_000_000.0)
    fill(url, request_for("late"), State.QUEUED, at=time.time())

    def listed(*arguments: str) -> set[str]:
        assert main(["list", "--json", *arguments]) == 0
        return {one["key"] for one in json.loads(capsys.readouterr().out)}

    assert listed() == {"holds", "late"}
    assert listed("--all") == {"holds", "over", "lost", "late"}
    assert listed("--state", "holding") == {"holds"}
    assert listed("--state", "COMPLETED") == {"over"}
    assert listed("--needs-operator") == {"lost"}
    assert listed("--all", "--since", "1h") == {"late"}
    assert listed("--all", "--queue", "billing") == {"holds", "over", "lost", "late"}
    assert listed("--queue", "sales") == set()
    assert listed("--channel", "slack") == set()
    assert listed("--all", "--limit", "1") == {"late"}


def test_for_scripts(url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` is one document with times in ISO 8601, and no number in clear."""
    fill(url, request_for("k1"), news="holding")
    assert main(["show", "k1", "--json"]) == 0
    printed = capsys.readouterr().out
    story = json.loads(printed)
    assert story["asked_at"] == "2027-01-15T08:00:00.000+00:00"
    assert [one["what"] for one in story["timeline"]] == ["asked", "state", "state", "news"]
    assert story["news"][0]["outcome"] == "waiting"
    assert story["number"] == "+1 416 ••• ••23"
    assert "5550123" not in printed


def test_the_whole_story(url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` tells of consent, delivery and feedback, in the order in which they happened."""
    agreed = request_for("k1").model_copy(update={"wording_version": "v1"})
    fill(url, agreed, State.COMPLETED, news="completed")

    async def go_on(ledger: Ledger) -> None:
        [turn] = await ledger.claim_news(NOW + 10, 1, lease=5)
        await ledger.settle_news(turn, {"k1-1": "told"}, now=NOW + 12.5)
        await ledger.note_feedback("k1", helped=True, now=NOW + 60)

    in_ledger(url, go_on)
    assert main(["show", "k1"]) == 0
    printed = capsys.readouterr().out
    places = [
        printed.index(one) for one in ("Billing, on website", "call, wording v1", "ORDERING", "told: completed (2.5")
    ]
    assert places == sorted(places)
    assert "it helped" in printed


def test_a_key_may_begin_with_a_hyphen(url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """A key that looks like an option is found all the same."""
    fill(url, request_for("-k1x"))
    assert main(["show", "-k1x", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["key"] == "-k1x"


def test_retry_news(url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """News that is stuck stands on the operator's list; `retry-news` makes it due at once and takes it off."""
    fill(url, request_for("k1"), news="holding")

    async def stick(ledger: Ledger) -> None:
        [turn] = await ledger.claim_news(NOW + 10, 1, lease=5)
        await ledger.delay_news(turn, next_try_at=time.time() + 900, stuck=True)

    in_ledger(url, stick)
    assert main(["list", "--needs-operator"]) == 0
    assert main(["show", "k1"]) == 0
    printed = capsys.readouterr().out
    assert "its news is stuck" in printed
    assert "STUCK: holding" in printed
    assert in_ledger(url, lambda ledger: ledger.claim_news(time.time(), 1, lease=5)) == []
    assert main(["retry-news", "k1"]) == 0
    assert main(["list", "--needs-operator"]) == 0
    assert "Nothing needs an operator." in capsys.readouterr().out
    assert len(in_ledger(url, lambda ledger: ledger.claim_news(time.time(), 1, lease=5))) == 1


@pytest.mark.parametrize(
    ("verdict", "state", "kind"), [("called", State.COMPLETED, "completed"), ("not-called", State.FAILED, "failed")]
)
def test_resolve_an_uncertain_order(url: str, request_for: MakeRequest, verdict: str, state: State, kind: str) -> None:
    """An operator's word ends an uncertain order, with a sighting and news for the person."""
    fill(url, request_for("k1"), State.UNCERTAIN, operator=True, provider_id="")
    assert main(["resolve", "k1", "--as", verdict]) == 0
    ended = stored(url, "k1")
    assert (ended.state, ended.needs_operator, ended.next_poll_at) == (state, False, None)
    [told] = in_ledger(url, lambda ledger: ledger.told("k1"))
    assert (told.kind, told.state) == (kind, state)
    assert in_ledger(url, lambda ledger: ledger.history("k1"))[-1]["note"] == "resolved by an operator"


def test_resolve_what_is_over(url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """An ended call-back keeps its ending; it is only taken off the operator's list, once."""
    fill(url, request_for("k1"), State.EXPIRED, operator=True)
    assert main(["resolve", "k1", "--as", "called"]) == 1
    assert main(["resolve", "k1", "--as", "seen"]) == 0
    assert (stored(url, "k1").state, stored(url, "k1").needs_operator) == (State.EXPIRED, False)
    assert main(["resolve", "k1", "--as", "seen"]) == 1
    assert "--as seen takes it off" in capsys.readouterr().err


def test_what_is_followed_is_not_resolved(url: str, request_for: MakeRequest) -> None:
    """A call-back that is being followed is left to its provider's word."""
    fill(url, request_for("k1"))
    assert main(["resolve", "k1", "--as", "called"]) == 1
    assert stored(url, "k1").state is State.HOLDING


def test_an_id_is_asked_about_first(url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """An id is believed only when the provider knows it, and when it is no other call-back's."""
    fill(url, request_for("other"), provider_id="CA" + "1" * 32)
    fill(url, request_for("k1"), State.UNCERTAIN, operator=True, provider_id="")
    assert main(["resolve", "k1", "--as", "CA" + "1" * 32]) == 1
    assert main(["resolve", "k1", "--as", "CA" + "2" * 32]) == 1
    said = capsys.readouterr().err
    assert "another call-back of ours" in said
    assert "no connection" in said
    assert stored(url, "k1").state is State.UNCERTAIN


def test_cancel_tells_the_person(
    url: str, request_for: MakeRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that waits in the ledger is cancelled there, and the person, who did not ask for it, is told."""
    fill(url, request_for("k1", later=3600), State.SCHEDULED, provider_id="")
    assert main(["cancel", "k1"]) == 0
    assert stored(url, "k1").state is State.CANCELLED
    assert [one.kind for one in in_ledger(url, lambda ledger: ledger.told("k1"))] == ["cancelled"]
    assert main(["cancel", "k1"]) == 0


def test_a_provider_that_is_away_cancels_nothing(
    url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """`cancel` does not pretend: the call-back stays as it is, and the exit code says so."""
    fill(url, request_for("k1"), provider_id="CA" + "1" * 32)
    assert main(["cancel", "k1"]) == 1
    assert "did not cancel k1" in capsys.readouterr().err
    assert stored(url, "k1").state is State.HOLDING


async def test_watch_shows_what_changes(url: str, request_for: MakeRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """`list --watch --json` prints a line for each call-back, and another one when it moves."""
    from ringback.cli.listing import list_callbacks
    from ringback.settings import Settings

    ledger = await Ledger.open(url)
    begun = await ledger.begin(request_for("k1"), provider="fonolo", now=NOW, look_at=NOW)
    chosen = make_parser().parse_args(["list", "--watch", "--json"])
    watching = asyncio.create_task(list_callbacks(Settings(), chosen))
    lines: list[str] = []

    async def until(count: int) -> None:
        async with asyncio.timeout(30):
            while len(lines) < count:
                await asyncio.sleep(0.05)
                lines.extend(capsys.readouterr().out.splitlines())

    await until(1)
    moved = await ledger.change(begun.callback, state=State.HOLDING, word="", now=NOW, next_poll_at=NOW)
    assert not isinstance(moved, Overtaken)
    await until(2)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await ledger.close()
    assert [json.loads(line)["state"] for line in lines] == ["ORDERING", "HOLDING"]


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("30m", 1800), ("2h", 7200), ("3d", 259_200)])
def test_spans(text: str, seconds: int) -> None:
    """A span counts back from now."""
    assert since(text) == pytest.approx(time.time() - seconds, abs=5)


@pytest.mark.parametrize(
    "words", [["list", "--since", "soon"], ["list", "--state", "flying"], ["resolve", "k"], ["fly"]]
)
def test_wrong_words(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A word that means nothing ends with 2 and a sentence that says what could stand there."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_a_ledger_that_cannot_be_reached(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A database that is away is a sentence and not a traceback."""
    monkeypatch.setenv("RINGBACK_LEDGER_URL", f"sqlite:///{tmp_path / 'nowhere' / 'x.sqlite3'}")
    assert main(["list"]) == 1
    assert "RINGBACK_LEDGER_URL" in capsys.readouterr().err


def test_a_setting_of_the_wrong_kind(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A setting that cannot be read is named."""
    monkeypatch.setenv("RINGBACK_WORKER_PORT", "many")
    assert main(["list"]) == 1
    assert "RINGBACK_WORKER_PORT" in capsys.readouterr().err


def test_every_command_is_documented() -> None:
    """docs/operations.md tells of each command and each of its options."""
    text = Path("docs/operations.md").read_text(encoding="utf-8")
    [commands] = [one for one in make_parser()._actions if one.dest == "command"]
    assert commands.choices
    missing = []
    for name, parser in dict(commands.choices).items():
        missing += [name] * (f"`ringback {name}" not in text)
        options = [option for one in parser._actions for option in one.option_strings if option.startswith("--")]
        missing += [option for option in options if option != "--help" and f"`{option}" not in text]
    assert missing == []


def test_the_desk_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A desk.yml with a mistake is a sentence with the mistake's place."""
    (tmp_path / "desk.yml").write_text(yaml.safe_dump({"providers": []}), encoding="utf-8")
    monkeypatch.setenv("RINGBACK_DESK_FILE", str(tmp_path / "desk.yml"))
    assert main(["list"]) == 1
    assert "providers" in capsys.readouterr().err
