"""F6: clocks that are wrong, zones, and the days on which clocks change. Every hour of a year, in twenty zones.

What is right is worked out here by whole minutes and the rules that governments publish, without any zone of a library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from regulars.choose import Action
from regulars.dates import date_of, day_number, end_of_day, instant_us
from regulars.guard import Situation, may_do
from regulars.intake import FileHeard, hear
from regulars.listen.times import days_of, microseconds
from regulars.settings import Settings
from regulars.store import Home, make_home

from ..cli.conftest import Run, run  # noqa: F401 - a fixture
from ..store.conftest import counted

YEAR = 2026
MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_MINUTES = 1440
MONDAY, THURSDAY, FRIDAY, SUNDAY = 0, 3, 4, 6
FIRST = instant_us(datetime(YEAR, 1, 1, tzinfo=UTC))
HOURS = [FIRST + hour * HOUR_US for hour in range(8760)]
NOW = datetime(YEAR, 3, 31, 12, tzinfo=UTC)
QUESTION = Action("ask", "Ask", "Because.", "care", "call")


@dataclass(frozen=True)
class Clock:
    """A zone in one year: minutes ahead of UTC when it begins, and each change as an instant and the minutes then."""

    ahead: int
    changes: tuple[tuple[int, int], ...] = ()

    def minutes(self, us: int) -> int:
        """Return how many minutes the zone is ahead of UTC at an instant."""
        return next((ahead for at, ahead in reversed(self.changes) if us >= at), self.ahead)

    def wall(self, us: int) -> tuple[int, int, int]:
        """Return the day since 1970, the hour and the day of the week that a clock on a wall shows."""
        day, minute = divmod(us // MINUTE_US + self.minutes(us), DAY_MINUTES)
        return day, minute // 60, (day + THURSDAY) % 7


def day_in(month: int, weekday: int, *, after: int = 1, last: bool = False) -> date:
    """Return the first such day of the week on or after a day of a month, or the last one of the month."""
    begin = date(YEAR, month + 1, 1) - timedelta(days=7) if last else date(YEAR, month, after)
    return begin + timedelta(days=(weekday - begin.weekday()) % 7)


def at(day: date, minute: int, ahead: int) -> int:
    """Return the instant at which a clock that is so many minutes ahead shows a minute of a day."""
    return (day_number(day) * DAY_MINUTES + minute - ahead) * MINUTE_US


def north(standard: int, spring: tuple[date, int], autumn: tuple[date, int]) -> Clock:
    """Put the clocks forward by an hour in spring and back in autumn; each at a minute as the clocks then show."""
    summer = standard + 60
    return Clock(standard, ((at(*spring, standard), summer), (at(*autumn, summer), standard)))


def south(standard: int, autumn: tuple[date, int], spring: tuple[date, int], *, by: int = 60) -> Clock:
    """Begin the year in summer time, put the clocks back in autumn and forward again in spring."""
    summer = standard + by
    return Clock(summer, ((at(*autumn, summer), standard), (at(*spring, standard), summer)))


def europe(standard: int) -> Clock:
    """Change on the last Sundays of March and October, at one o'clock UTC."""
    return north(
        standard,
        (day_in(3, SUNDAY, last=True), 60 + standard),
        (day_in(10, SUNDAY, last=True), 60 + standard + 60),
    )


def america(standard: int) -> Clock:
    """Change at two on the second Sunday of March and the first of November."""
    return north(standard, (day_in(3, SUNDAY, after=8), 120), (day_in(11, SUNDAY), 120))


CLOCKS = {
    "UTC": Clock(0),
    "Europe/Rome": europe(60),
    "Europe/London": europe(0),
    "Atlantic/Azores": europe(-60),
    "America/New_York": america(-300),
    "America/Los_Angeles": america(-480),
    "America/St_Johns": america(-210),
    "America/Havana": north(-300, (day_in(3, SUNDAY, after=8), 0), (day_in(11, SUNDAY), 60)),
    "America/Santiago": south(-240, (day_in(4, SUNDAY, after=2), 0), (day_in(9, SUNDAY, after=2), 0)),
    "America/Sao_Paulo": Clock(-180),
    # An hour back for the month of Ramadan.
    "Africa/Casablanca": Clock(60, ((at(date(YEAR, 2, 15), 180, 60), 0), (at(date(YEAR, 3, 22), 120, 0), 60))),
    "Africa/Cairo": north(120, (day_in(4, FRIDAY, last=True), 0), (day_in(10, THURSDAY, last=True), DAY_MINUTES)),
    "Asia/Beirut": north(120, (day_in(3, SUNDAY, last=True), 0), (day_in(10, SUNDAY, last=True), 0)),
    "Asia/Kolkata": Clock(330),
    "Asia/Kathmandu": Clock(345),
    "Asia/Tokyo": Clock(540),
    "Australia/Lord_Howe": south(630, (day_in(4, SUNDAY), 120), (day_in(10, SUNDAY), 120), by=30),
    "Australia/Adelaide": south(570, (day_in(4, SUNDAY), 180), (day_in(10, SUNDAY), 120)),
    "Pacific/Chatham": south(765, (day_in(4, SUNDAY), 225), (day_in(9, SUNDAY, last=True), 165)),
    "Pacific/Apia": Clock(780),
}
CHANGING = {name: clock for name, clock in CLOCKS.items() if clock.changes}


def instants(clock: Clock) -> Iterator[int]:
    """Yield every hour of the year, and the microseconds around each change of the clock."""
    yield from HOURS
    for change, _ in clock.changes:
        yield from (change - 1, change, change + 1)


@pytest.mark.parametrize("name", CLOCKS)
def test_quiet_hours_are_those_of_the_wall_in_every_hour_of_the_year(name: str) -> None:
    """From nine until eight, Monday to Saturday, by the clock of the shop: 8,760 hours, wherever it stands."""
    knobs, clock = Settings(zone=name), CLOCKS[name]
    for us in instants(clock):
        _, hour, weekday = clock.wall(us)
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
        wanted = 6 if 9 <= hour < 20 and weekday != SUNDAY else 5
        assert may_do(QUESTION, Situation((), 0.0, knobs, moment)).rule == wanted, moment


@pytest.mark.parametrize("name", CLOCKS)
def test_days_are_those_of_the_wall_in_every_hour_of_the_year(name: str) -> None:
    """The day of an instant, the days since another, and a column of days agree with the clock on the wall."""
    zone, clock = ZoneInfo(name), CLOCKS[name]
    several = sorted(instants(clock))
    wanted = [clock.wall(us)[0] for us in several]
    assert [day_number(date_of(us, zone)) for us in several] == wanted
    assert days_of(np.array(several), zone).tolist() == wanted
    assert {day_number(date_of(several[-1], zone)) - day for day in wanted} == set(range(wanted[-1] - wanted[0] + 1))


@pytest.mark.parametrize("name", CLOCKS)
def test_a_day_ends_where_the_next_begins(name: str) -> None:
    """The last microsecond of a day is that day on the wall, and the one after it is the next day."""
    zone, clock, midnight = ZoneInfo(name), CLOCKS[name], day_number(date(YEAR, 1, 1))
    ends = []
    for day in range(midnight + 2, midnight + 363):
        end = end_of_day(date.fromordinal(day + date(1970, 1, 1).toordinal()), zone)
        assert (clock.wall(end)[0], clock.wall(end + 1)[0]) == (day, day + 1)
        ends.append(end)
    hours = {(after - before) / HOUR_US for before, after in pairwise(ends)}
    assert hours == {24.0, *(24 - step / 60 for step in steps(clock))}


def steps(clock: Clock) -> list[int]:
    """Return by how many minutes each change puts the clock forward."""
    return [after - before for before, after in pairwise([clock.ahead, *(ahead for _, ahead in clock.changes)])]


@pytest.mark.parametrize("name", CHANGING)
def test_a_time_that_was_skipped_is_read_as_if_the_clock_had_not_been_put_forward(name: str) -> None:
    """Every minute that no clock showed; and the minutes before and after it as they were shown."""
    clock, read = CHANGING[name], reader(name)
    for (change, ahead), step in zip(clock.changes, steps(clock), strict=True):
        if step > 0:
            assert read(written(change - MINUTE_US, ahead - step)) == change - MINUTE_US
            assert read(written(change, ahead)) == change
            for us in range(change, change + step * MINUTE_US, MINUTE_US):
                assert read(written(us, ahead - step)) == us


@pytest.mark.parametrize("name", CHANGING)
def test_a_time_that_came_twice_is_the_first_one(name: str) -> None:
    """Every minute that clocks showed twice; and the minute after, which they showed once."""
    clock, read = CHANGING[name], reader(name)
    for (change, ahead), step in zip(clock.changes, steps(clock), strict=True):
        if step < 0:
            assert read(written(change - step * MINUTE_US, ahead)) == change - step * MINUTE_US
            for us in range(change + step * MINUTE_US, change, MINUTE_US):
                assert written(us, ahead - step) == written(us - step * MINUTE_US, ahead)
                assert read(written(us, ahead - step)) == us


def reader(name: str) -> Callable[[str], int]:
    """Return what reads a time without a zone as one of some zone."""
    return lambda text: microseconds(text, zone=ZoneInfo(name), order="year first")


def written(us: int, ahead: int) -> str:
    """Write the time that a clock shows which is so many minutes ahead, without its zone."""
    shown = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us, minutes=ahead)
    return shown.strftime("%Y-%m-%d %H:%M")


def test_a_midnight_that_comes_twice_ends_the_day_once() -> None:
    """In Newfoundland clocks went back at one past midnight: an hour of the day before came again, and counts as it."""
    zone = ZoneInfo("America/St_Johns")
    change = at(date(2006, 10, 29), 1, -150)  # 00:01 in summer time, 2 h 30 behind
    shown = {-2: 28, -1: 29, 0: 28, 58: 28, 59: 29}  # by minutes after the change
    instants_then = [change + minute * MINUTE_US + 1 for minute in shown]
    wanted = [date(2006, 10, day) for day in shown.values()]
    assert [date_of(us, zone) for us in instants_then] == wanted
    assert days_of(np.array(instants_then), zone).tolist() == list(map(day_number, wanted))
    assert end_of_day(date(2006, 10, 28), zone) == change + 59 * MINUTE_US - 1


def test_a_day_that_was_left_out_has_no_length() -> None:
    """Samoa went from 29 to 31 December 2011: two days of the calendar, one night."""
    zone = ZoneInfo("Pacific/Apia")
    change = at(date(2011, 12, 30), 0, -600)
    assert [date_of(us, zone) for us in (change - 1, change)] == [date(2011, 12, 29), date(2011, 12, 31)]
    assert end_of_day(date(2011, 12, 29), zone) == end_of_day(date(2011, 12, 30), zone) == change - 1


def orders(path: Path, times: list[str]) -> Path:
    rows = [f"{number},C{number},{time},5.00" for number, time in enumerate(times)]
    path.write_text("\n".join(["order_id,customer_id,ordered_at,amount", *rows]) + "\n", encoding="utf-8")
    return path


def heard(home: Home, path: Path, **more: Any) -> FileHeard:
    return hear(home, [path], source="shop", now=NOW, **more)[0]


def test_what_lies_more_than_a_day_ahead_is_refused_and_the_rest_is_flagged(home: Home, tmp_path: Path) -> None:
    """Up to twenty-four hours a row is kept and counted as ahead; a second more, and it is refused with its reason."""
    seconds = [-1, 0, 1, 3600, 86_400, 86_401, 400 * 86_400]
    times = [(NOW + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ") for second in seconds]
    file = heard(home, orders(tmp_path / "orders.csv", times))
    assert (file.rows, file.new, file.ahead) == (7, 5, 3)
    assert [(fault.row, fault.column, fault.value) for fault in file.refused] == [
        (7, "ordered_at", times[5]),
        (8, "ordered_at", times[6]),
    ]
    assert {fault.reason for fault in file.refused} == {"the date is still to come"}
    assert len(counted(home)) == 5


@pytest.mark.parametrize("zone", sorted({*CLOCKS, "Pacific/Kiritimati", "Pacific/Pago_Pago"}))
def test_a_date_of_today_is_never_refused(zone: str, tmp_path: Path) -> None:
    """Wherever the shop stands, what it says of today and of this very minute is kept."""
    home = make_home(tmp_path / "home", Settings(zone=zone), now_us=instant_us(NOW))
    here = NOW.astimezone(ZoneInfo(zone))
    file = heard(home, orders(tmp_path / "orders.csv", [f"{here:%Y-%m-%d}", f"{here:%Y-%m-%d %H:%M}"]))
    assert (file.new, file.ahead, file.refused) == (2, 0, ())
    home.close()


MAPPING = """[[table]]
shape = "orders"
{zone}
[table.columns]
order = "order_id"
customer = "customer_id"
ordered_at = "ordered_at"
"""


@pytest.mark.parametrize(
    ("home_zone", "mapped", "wanted"),
    [
        ("Asia/Kathmandu", None, "2026-03-01T04:15"),
        ("Asia/Kathmandu", "", "2026-03-01T04:15"),
        ("Asia/Kathmandu", 'zone = "America/St_Johns"', "2026-03-01T13:30"),
        ("UTC", 'zone = "Australia/Lord_Howe"', "2026-02-28T23:00"),
    ],
)
def test_a_time_without_a_zone_is_meant_in_the_mappings_or_else_in_the_homes(
    home_zone: str, mapped: str | None, wanted: str, tmp_path: Path
) -> None:
    """The zone that a mapping names holds; where it names none, or there is none, the home's; an offset is exact."""
    made = make_home(tmp_path / "home", Settings(zone=home_zone), now_us=instant_us(NOW))
    path = orders(tmp_path / "orders.csv", ["2026-03-01 10:00", "2026-03-01 10:00:00+02:00"])
    given = None
    if mapped is not None:
        given = tmp_path / "given.toml"
        given.write_text(MAPPING.format(zone=mapped), encoding="utf-8")
    heard(made, path, map_path=given)
    instants_of = {trace["happened_at"] for trace in counted(made)}
    exact = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (wanted, "2026-03-01T08:00")]
    assert instants_of == set(map(instant_us, exact))
    days = {trace["day"] for trace in counted(made)}
    assert days == {day_number(date(2026, 3, 1))} or "Lord_Howe" in str(mapped)
    made.close()


def test_the_command_says_which_rows_lie_ahead(run: Run, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    """In words and in JSON, and only where there are some."""
    soon = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    orders(tmp_path / "orders.csv", ["2026-01-01 10:00", soon])
    assert run("hear", "orders.csv", "--dry-run", "--json").data["files"][0]["rows_in_the_future"] == 1
    assert "1 rows lie up to a day in the future" in run("hear", "orders.csv").out
    orders(tmp_path / "orders.csv", ["2026-01-01 10:00"])
    assert "in the future" not in run("hear", "orders.csv").out
