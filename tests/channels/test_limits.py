"""What is too much, and from where it comes."""

from __future__ import annotations

import pytest

from channels.limits import Limits, Pace, Room, client_address


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_its_average() -> None:
    """As many as the number pass at once; then each has to wait for its share of the time, and no longer."""
    clock = Clock()
    pace = Pace([(3, 1.0)], clock)
    assert [pace.wait("a") for _ in range(3)] == [0.0, 0.0, 0.0]
    wait = pace.wait("a")
    assert wait == pytest.approx(1 / 3)
    assert pace.wait("b") == 0.0
    clock.now += wait + 0.001
    assert pace.wait("a") == 0.0
    assert pace.wait("a") > 0.0


def test_the_longer_span_counts_too() -> None:
    """Who keeps to the limit of a second still meets the limit of a minute; a refusal costs nothing."""
    clock = Clock()
    pace = Pace([(2, 1.0), (5, 60.0)], clock)
    passed = 0
    for _ in range(20):
        passed += pace.wait("a") == 0.0
        clock.now += 0.5
    assert passed == 5
    clock.now += 60.0
    assert pace.wait("a") == 0.0


def test_room_for_each_and_for_all() -> None:
    """One address fills its own room only, all together fill the whole; who leaves makes room, once."""
    room = Room(per_address=2, in_all=3)
    assert [room.enter(name, "a") for name in ("1", "2", "3")] == [True, True, False]
    assert room.enter("4", "b")
    assert not room.enter("5", "c")
    room.leave("1")
    room.leave("1")
    room.leave("never here")
    assert room.enter("5", "c")
    assert not room.enter("6", "a")


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9, 198.51.100.7", 1, "198.51.100.7"),
        ("192.0.2.1", "invented, 203.0.113.9, 198.51.100.7", 2, "203.0.113.9"),
        ("192.0.2.1", "", 1, "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("x" * 500, "", 0, "x" * 64),
    ],
)
def test_whose_address_counts(peer: str, forwarded: str, proxies: int, address: str) -> None:
    """Only what our own proxies saw is believed; of IPv6 a household's network counts."""
    assert client_address(peer, forwarded, proxies) == address


@pytest.mark.parametrize("values", [{"sockets": 0}, {"sockets": True}, {"sockets": "9"}, {"socket": 9}])
def test_a_senseless_limit_is_named(values: dict[str, object]) -> None:
    """A limit that is unknown or no whole number stops the start with its name."""
    with pytest.raises(ValueError, match=next(iter(values))):
        Limits.of(values)
