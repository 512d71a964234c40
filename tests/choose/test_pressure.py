"""Contact pressure, consents and touches: the formula, and each definition's sentence against its query."""

from __future__ import annotations

import pytest

from regulars.choose import CONSENTS, TOUCHES, Touch, pressure_of
from regulars.choose.pressure import WEIGHTS

from ..understand.tiny import DAY_US, TODAY, said_by, trace

NOW = TODAY * DAY_US


def touch(days_ago: float, channel: str = "call", purpose: str = "selling") -> Touch:
    return Touch(NOW - int(days_ago * DAY_US), channel, purpose, "")


def test_pressure_halves_every_fortnight() -> None:
    """F = sum of w 2^(-days / 14), by hand."""
    assert pressure_of([], now_us=NOW) == 0.0
    assert pressure_of([touch(0)], now_us=NOW) == 0.6
    assert pressure_of([touch(14)], now_us=NOW) == pytest.approx(0.3)
    assert pressure_of([touch(7, "mail"), touch(28, "visit")], now_us=NOW) == pytest.approx(0.4 * 2**-0.5 + 0.15)
    assert pressure_of([touch(-1)], now_us=NOW) == 0.0


def test_only_what_they_did_not_ask_for_weighs() -> None:
    """Service weighs nothing; an unknown channel weighs as much as the heaviest; an unnamed purpose weighs."""
    assert pressure_of([touch(0, purpose="service")], now_us=NOW) == 0.0
    assert pressure_of([touch(0, "smoke signals")], now_us=NOW) == max(WEIGHTS.values())
    assert pressure_of([touch(0, "Mail", "")], now_us=NOW) == 0.4


def test_touches_count_since_they_last_came_themselves() -> None:
    """A visit, a question or a rating of theirs wipes the slate; a web visit, or somebody else's visit, does not."""
    called = [
        trace("contacted", TODAY - day, channel="call", attributes='{"purpose": "selling"}') for day in (2, 10, 90)
    ]
    assert [row["day"] for row in said_by(TOUCHES, called)] == [TODAY - 10, TODAY - 2]
    assert said_by(TOUCHES, called)[0]["purpose"] == "selling"
    for kind in ("ordered", "bought", "returned", "asked", "complained", "rated", "reviewed"):
        assert [row["day"] for row in said_by(TOUCHES, [*called, trace(kind, TODAY - 5)])] == [TODAY - 2]
    for other in (trace("viewed", TODAY - 5), trace("ordered", TODAY - 5, of="Bob"), trace("delivered", TODAY - 5)):
        assert len(said_by(TOUCHES, [*called, other])) == 2


def test_the_latest_decision_wins_and_of_two_at_once_the_stricter() -> None:
    """Per channel and purpose the latest counts; given and withdrawn at one instant means withdrawn."""

    def decided(kind: str, day: int, channel: str | None = "mail", hour: int = 12) -> dict[str, object]:
        return trace(kind, day, channel=channel, hour=hour, attributes='{"purpose": "marketing"}')

    def given_(*traces: dict[str, object]) -> list[tuple[str, bool]]:
        return [(row["channel"], row["given"]) for row in said_by(CONSENTS, traces)]

    assert given_(decided("consented", TODAY - 9), decided("withdrew", TODAY - 1)) == [("mail", False)]
    assert given_(decided("withdrew", TODAY - 9), decided("consented", TODAY - 1)) == [("mail", True)]
    channels = [f"mail {number}" for number in range(8)]
    at_once = [decided(kind, TODAY, channel) for channel in channels for kind in ("consented", "withdrew")]
    assert given_(*at_once) == [(channel, False) for channel in channels]
    assert given_(decided("withdrew", TODAY, None), decided("consented", TODAY)) == [("", False), ("mail", True)]
