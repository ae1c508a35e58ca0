"""A number's extension, which no provider dials: the agent is told it with the answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ringback.models import NOTE, Question


def answers_with_extension(answers: Mapping[str, str], questions: Sequence[Question], extension: str) -> dict[str, str]:
    """The answers with the extension behind the last one that has room for it; else as a note of its own."""
    told = dict(answers)
    if not extension:
        return told
    words = f"(extension {extension})"
    for question in reversed(questions):
        longer = f"{told.get(question.id, '')} {words}".strip()
        fits = question.max_length is None or len(longer) <= question.max_length
        if not question.choices and fits and told.get(question.id):
            return {**told, question.id: longer}
    return {**told, NOTE: words}
