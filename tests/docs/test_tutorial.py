"""The tutorial, followed to the letter: its desk.yml is the running system's, its words are typed into the chat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from tests.conversations.dialogue import open_dialogue
from tests.docs.pages import DOCS, blocks
from tests.system import System

TUTORIAL = DOCS / "tutorial.md"


@pytest.fixture(scope="module")
def own_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system with the tutorial's desk and nothing of the demo's."""
    [desk] = blocks(TUTORIAL, "yaml")
    running = System(tmp_path_factory.mktemp("tutorial"), desk={"also_regions": [], **yaml.safe_load(desk)})
    try:
        running.start()
        yield running
    finally:
        running.stop()


async def test_the_tutorial_works(own_desk: System) -> None:
    """With the desk of the page, the conversation of the page goes as the page says, and ends with a call."""
    [conversation] = blocks(TUTORIAL, "text")
    lines = [line.split(": ", 1) for line in conversation.splitlines()]
    assert lines[0][0] == "You"
    async with open_dialogue(own_desk) as person:
        answer = ""
        for who, words in lines:
            if who == "You":
                answer = (await person.say(words)).text
            else:
                pieces = [piece.strip() for piece in words.split("…")]
                assert all(piece.casefold() in answer.casefold() for piece in pieces), f"{words!r} is not in {answer!r}"
        [callback] = await person.callbacks()
        assert callback.queue_name == "Repairs"
        assert await person.news_until("COMPLETED")
