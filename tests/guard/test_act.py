"""The second door: consents, selling, pressure and hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from regulars.choose import Action, Consent
from regulars.guard import Situation, may_do
from regulars.settings import Settings
from regulars.verdict import Allowed

KNOBS = Settings(zone="Europe/Rome")
ROME = KNOBS.zoneinfo
NOON = datetime(2026, 3, 4, 12, tzinfo=ROME)  # a Wednesday


def action(purpose: str = "care", channel: str = "call", weight: float = 0.25) -> Action:
    return Action("code", "Do it", "Because.", purpose, channel, weight=weight)


def consent(channel: str, purpose: str, *, given: bool = False) -> Consent:
    return Consent(channel, purpose, given, 20_000, "ab" * 16)


def rule(
    what: Action, *consents: Consent, pressure: float = 0.0, at: datetime | None = NOON, knobs: Settings = KNOBS
) -> int:
    """Return the number of the rule that decided; the last and the first are the only ones that let through."""
    verdict = may_do(what, Situation(consents, pressure, knobs, at))
    assert isinstance(verdict, Allowed) == (verdict.rule in (1, 6))
    return verdict.rule


@pytest.mark.parametrize(
    ("withdrawn", "purpose", "channel", "stopped"),
    [
        (("call", "service"), "service", "call", True),
        (("call", "service"), "service", "mail", False),
        (("", "service"), "service", "mail", True),
        (("", ""), "service", "call", True),
        (("all", "everything"), "care", "mail", True),
        (("mail", "marketing"), "service", "mail", False),
        (("mail", "marketing"), "care", "mail", True),
        (("mail", "marketing"), "care", "call", False),
        (("call", "service"), "care", "call", True),
        (("Phone", "service"), "service", "call", True),
        (("e-mail", "offers"), "care", "mail", True),
        (("email", "Service"), "service", "mail", True),
        (("smoke signals", "service"), "service", "call", True),
        (("sms", "service"), "service", "call", False),
        (("call", "birthday cards"), "care", "call", True),
        (("call", "birthday cards"), "service", "call", False),
        (("tracking", "tracking"), "care", "call", False),
    ],
)
def test_a_withdrawal_stops_what_it_covers(
    withdrawn: tuple[str, str], purpose: str, channel: str, stopped: bool
) -> None:
    """A withdrawal stops its channel and purpose, under any name; what we cannot place is taken to be covered."""
    assert rule(action(purpose, channel), consent(*withdrawn)) == (2 if stopped else 6)


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        (("call", "marketing"), True),
        (("", "marketing"), True),
        (("phone", "Offers"), True),
        (("mail", "marketing"), False),
        (("call", "service"), False),
        (("smoke signals", "marketing"), False),
        (("call", "birthday cards"), False),
    ],
)
def test_nobody_is_sold_to_without_a_consent_that_says_so(given: tuple[str, str], allowed: bool) -> None:
    """Selling needs a consent for its very channel and purpose; what we cannot place is no consent."""
    assert rule(action("selling")) == 3
    assert rule(action("selling"), consent(*given, given=True)) == (6 if allowed else 3)


def test_a_withdrawal_outweighs_a_consent() -> None:
    """Agreed to offers by telephone, withdrew everything: nothing is sold."""
    assert rule(action("selling"), consent("call", "marketing", given=True), consent("", "")) == 2


def test_pressure_has_a_cap_that_service_never_meets() -> None:
    """At the cap is allowed, above it not; a service is never held back; no number is no excuse."""
    assert rule(action(), pressure=0.75) == 6
    assert rule(action(), pressure=0.76) == 4
    assert rule(action(), pressure=float("nan")) == 4
    assert rule(action("service"), pressure=99.0) == 6
    assert rule(action("none"), consent("", ""), pressure=99.0) == 1


@pytest.mark.parametrize(
    ("day", "hour", "stopped"),
    [
        (4, 8, True),
        (4, 9, False),
        (4, 19, False),
        (4, 20, True),
        (4, 23, True),
        (4, 0, True),
        (7, 12, False),
        (8, 12, True),
        (8, 0, True),
        (9, 12, False),
    ],
)
def test_nobody_is_called_at_night_or_on_sunday(day: int, hour: int, stopped: bool) -> None:
    """From nine until eight in the evening, Monday to Saturday; a service and doing nothing have no hours."""
    at = datetime(2026, 3, day, hour, 30, tzinfo=ROME)
    assert rule(action(), at=at) == (5 if stopped else 6)
    assert rule(action("service"), at=at) == 6


@pytest.mark.parametrize("sunday", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_the_hours_are_those_of_the_wall_when_the_clock_changes(sunday: datetime) -> None:
    """Around each change of the clock, every half hour of three days is judged by the clock on the wall."""
    for half_hours in range(-48, 96):
        at = (sunday + timedelta(minutes=30 * half_hours)).astimezone(ROME)
        open_now = at.isoweekday() < 7 and 9 <= at.hour < 20
        assert rule(action(), at=at) == (6 if open_now else 5)


def test_quiet_hours_may_be_by_day() -> None:
    """A shop that works at night may be quiet from one until six; the day is then open."""
    knobs = Settings(zone="Europe/Rome", quiet_from_hour=1, quiet_until_hour=6)
    stopped = [hour for hour in range(24) if rule(action(), at=NOON.replace(hour=hour), knobs=knobs) == 5]
    assert stopped == [1, 2, 3, 4, 5]


def test_a_purpose_that_nobody_knows_is_refused() -> None:
    """The door judges four purposes; any other is not done."""
    assert rule(action("winning back")) == 0
