"""What can come of asking the desk for something: one type for each, and none of them is an exception."""

from __future__ import annotations

from ringback.guarding.rules import Refusal
from ringback.models import Callback, Frozen


class Outcome(Frozen):
    """Something came of it; the call-back as it stands now."""

    callback: Callback


class Booked(Outcome):
    """The provider took the order and its id is stored."""


class Held(Outcome):
    """A call for later that the provider cannot hold: it waits with us and is ordered when it is due."""


class AlreadyRequested(Outcome):
    """This request was made before; nothing was ordered again."""


class NotBooked(Outcome):
    """The provider certainly did not take the order. `refused`: it said no; otherwise it could not be reached."""

    refused: bool


class Unsure(Outcome):
    """Nobody knows whether the provider took the order. It is being looked for and is not sent again."""


class Cancelled(Outcome):
    """The call will not be made."""


class CancelNoted(Outcome):
    """It is not known whether the call was ordered; if it is found, it is cancelled."""


class TooLate(Outcome):
    """It was over before."""


class CannotCancel(Outcome):
    """The provider has no way to cancel. The call is still on."""


class NotCancelled(Outcome):
    """The provider refused to cancel, or did not answer. The call is still on."""


class Moved(Outcome):
    """The call has its new time."""


class NotMoved(Outcome):
    """The call keeps its old time, or its old number. `why`: the guard's reason, if it was the guard."""

    why: Refusal | None = None


class Guarded(Frozen):
    """The guard lets no call be ordered; nothing was stored. `queue_name` is that of the request."""

    refusal: Refusal
    queue_name: str


RequestOutcome = Booked | Held | AlreadyRequested | NotBooked | Unsure | Guarded
CancelOutcome = Cancelled | CancelNoted | TooLate | CannotCancel | NotCancelled
MoveOutcome = Moved | NotMoved
