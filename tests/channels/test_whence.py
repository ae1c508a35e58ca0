"""Where a visitor writes from is counted without being known."""

from __future__ import annotations

import pytest

from channels.limits import network
from channels.whence import LENGTH, whence


def test_one_household_is_one() -> None:
    """Addresses of one IPv6 household share a digest; others, other families and other secrets do not."""
    here = whence("s", network("2001:db8:1:2::3"))
    assert here == whence("s", network("2001:db8:1:2:aaaa::"))
    others = [
        whence("s", network("2001:db8:1:3::3")),
        whence("s", network("203.0.113.7")),
        whence("s", network("203.0.113.8")),
        whence("t", network("2001:db8:1:2::3")),
    ]
    assert len({here, *others}) == 5
    assert all(len(one) == LENGTH for one in (here, *others))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "", "unknown", "::ffff:127.0.0.1"])
def test_this_machine_is_nowhere(address: str) -> None:
    """A proxy of ours on this machine, or an address that is none, is not counted as a visitor."""
    assert whence("s", network(address)) == ""
