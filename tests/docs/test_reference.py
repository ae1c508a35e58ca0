"""What the pages say of commands, states, magic numbers and links is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.__main__ import ALL
from ringback import metrics
from ringback.cli.entry import _COMMANDS
from ringback.models import State
from ringback.providers import fonolo_names, tenios_names
from ringback.settings import Settings
from sandbox.magic import MAGIC as FONOLO
from sandbox.tenios.magic import MAGIC as TENIOS
from tests.docs.pages import DOCS, anchors, blocks, every_page, in_code, links, table_column
from tests.system import ROOT

ELSEWHERE = ("http://", "https://", "mailto:")
SETTING = re.compile(r"\bRINGBACK_[A-Z0-9_]+\b")
PAGES = every_page()


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def test_every_make_target_is_told() -> None:
    """docs/commands.md has each target of the Makefile and no other, with the words that `make help` has."""
    targets = dict(re.findall(r"^([a-z-]+):.*?## (.*)$", text("Makefile"), re.MULTILINE))
    told = in_code(table_column(text("docs/commands.md").split("\n## ")[1]))
    assert {f"make {target}" for target in targets} == {word for word in told if word.startswith("make ")}
    phony = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(targets)


def test_every_command_of_the_operator_is_told() -> None:
    """docs/operations.md has each command of `ringback` and no other."""
    told = {
        words.split()[1] for words in in_code(table_column(text("docs/operations.md"))) if words.startswith("ringback ")
    }
    assert told == {*_COMMANDS, "doctor"}


def test_no_setting_is_invented() -> None:
    """Every RINGBACK_… on any page is a setting of the desk, or stands in a file that Rasa or a deployment reads."""
    read_by_others = (
        ".env.example",
        "channels/settings.py",
        "credentials.yml",
        "deploy/compose.yml",
        "deploy/endpoints-cluster.yml",
        "Procfile",
    )
    known = {f"RINGBACK_{name.upper()}" for name in Settings.model_fields}
    for name in read_by_others:
        known |= set(SETTING.findall(text(name)))
    told = {name for page in PAGES for name in SETTING.findall(page.read_text(encoding="utf-8"))}
    assert {name for name in told - known if not any(one.startswith(name) for one in known)} == set()


def test_no_metric_is_invented() -> None:
    """Every `ringback_…` on any page is a metric, or the beginning of the names of several."""
    told = {name for page in PAGES for name in re.findall(r"`(ringback_[a-z_]+)", page.read_text(encoding="utf-8"))}
    known = [one.name for one in metrics.TABLE]
    assert {name for name in told if not any(one.startswith(name) for one in known)} == set()


def test_every_state_is_told() -> None:
    """docs/states.md has each state, and says rightly which of them are over."""
    first = text("docs/states.md").split("\n## ")[0]
    rows = dict(zip(table_column(first), table_column(first, 2), strict=True))
    assert {name.strip("`"): over == "yes" for name, over in rows.items()} == {
        state.value: state.is_final for state in State
    }


def test_every_word_of_a_provider_is_told() -> None:
    """docs/states.md has each word of both providers beside the state that it means."""
    second = text("docs/states.md").split("\n## ")[1]
    ours = [in_code([cell]).pop() for cell in table_column(second)]
    for column, names in ((1, fonolo_names), (2, tenios_names)):
        told = {
            (word, state)
            for state, cell in zip(ours, table_column(second, column), strict=True)
            for word in in_code([cell])
            if "." not in word
        }
        known = {(word, state.value) for word, state in names._STATES.items()}
        # Whose leg failed is told by the state before; the table says so in words.
        assert known <= told | {("Failed", "FAILED")}
        assert {word for word, _ in told} == {word for word, _ in known}


def test_every_magic_number_is_told() -> None:
    """docs/magic-numbers.md has each number of the sandbox with its name and what happens."""
    page = text("docs/magic-numbers.md")
    rows = list(zip(table_column(page), table_column(page, 1), table_column(page, 2), strict=True))
    there = [(f"`+{one.number.lstrip('+')}`", f"`{one.name}`", one.sentence) for one in (*FONOLO, *TENIOS)]
    assert rows == there


def test_every_measurement_is_told() -> None:
    """bench/README.md has each measurement that `make bench` runs."""
    told = in_code(table_column(text("bench/README.md")))
    assert [name for name in ALL if name not in told] == []


def test_every_page_is_in_the_contents() -> None:
    """Each page of docs/ can be found from the first one."""
    named = {
        str((index.parent / entry).relative_to(DOCS))
        for index in (DOCS / "index.md", DOCS / "decisions" / "index.md")
        for block in blocks(index, "{toctree}")
        for entry in block.splitlines()
        if entry and not entry.startswith(":")
    }
    pages = {str(page.relative_to(DOCS).with_suffix("")) for page in DOCS.rglob("*.md") if "_build" not in page.parts}
    assert pages - {"index"} == named


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    """Each link to a file of the project, with its anchor if it has one, leads to something."""
    lost = []
    for link in links(page):
        if link.startswith(ELSEWHERE):
            continue
        name, _, anchor = link.partition("#")
        target = page if not name else (page.parent / name).resolve()
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_named_files_are_there(page: Path) -> None:
    """A path of the project that stands `in code` is there."""
    paths = re.findall(
        r"`((?:actions|bench|channels|data|deploy|docs|intents|rasa-server|ringback|sandbox|tests|tools|web)/[\w./-]*)`",
        page.read_text(encoding="utf-8"),
    )
    made_later = {"docs/_build/html", "rasa-server/.venv/bin/rasa", "rasa-server/.venv/bin/python"}
    assert [path for path in paths if path not in made_later and not (ROOT / path).exists()] == []
