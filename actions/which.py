"""Which of several call-backs a person means: the tapped one, the one of the queue that is named, or the only one."""

from __future__ import annotations

from collections.abc import Sequence

from ringback.intake import Said
from ringback.models import Callback
from ringback.understanding.choices import Chosen, Option, match


def meant(said: Said, callbacks: Sequence[Callback], *, by_position: bool = False) -> Sequence[Callback]:
    """The call-backs that may be meant, newest first; one if it is plain which. `by_position`: they stand on buttons in
    this order, so that "2" or "the first one" is one of them.
    """
    tapped = said.tapped.get("callback")
    if tapped or len(callbacks) < 2:
        return [one for one in callbacks if one.key == tapped] if tapped else callbacks
    found = match(said.text, [Option(id=one.key, title=one.queue_name) for one in callbacks], by_position=by_position)
    return [one for one in callbacks if one.key == found.id] if isinstance(found, Chosen) else callbacks
