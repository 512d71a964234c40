"""F4 and F11: several programs write at once, and the same traces come several times. Each is kept, and kept once."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.errors import Busy
from regulars.settings import Settings
from regulars.store import Home, make_home, open_home
from regulars.store.compact import compact

from ..store.made import NOW_US, begun, brought, made, tail, tails
from .children import Notes, child, done, told, use
from .scale import chance, scaled

PROGRAMS = 4
DELIVERED = {"sqlite": 90_000, "postgres": 10_000}  # traces, each one to five times
WRITTEN = {"sqlite": 9_000, "postgres": 1_000}  # by each program, one by one
SEEDS = ["first"]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_delivered_several_times_is_kept_once(database: str, seed: str, tmp_path: Path) -> None:
    """Each trace one to five times, by four programs, in files and by feeds, while the inbox is folded."""
    make_home(tmp_path / "home", Settings(), now_us=NOW_US).close()
    count = scaled(DELIVERED["postgres" if database else "sqlite"])
    done(*[child(deliver, str(tmp_path / "home"), database, seed, count, number) for number in range(PROGRAMS)])
    home = open_home(tmp_path / "home")
    found = tails(home)
    assert len(found) == len(set(found)) == count, f"seed {seed}"
    assert set(found) == {tail(number) for number in range(count)}, f"seed {seed}"
    home.close()


def deliver(home: str, database: str, seed: str, count: int, program: int) -> None:
    """Deliver this program's share, in deliveries of any size and in any order."""
    use(database)
    opened, mine, random = open_home(Path(home)), shares(seed, count)[program], chance(seed, program)
    while mine:
        if random.random() < 0.2:
            delivery, mine = mine[:1500], mine[1500:]
            brought(opened, made(delivery))
            compact(opened.stock, opened.staging, now_us=NOW_US)
        else:
            size = random.randint(1, 60)
            delivery, mine = mine[:size], mine[size:]
            opened.keep(made(delivery), now_us=NOW_US)
    opened.close()


def shares(seed: str, count: int) -> list[list[int]]:
    """Say which traces each program delivers: every one is delivered one to five times, by any of them."""
    random = chance("shares", seed)
    found: list[list[int]] = [[] for _ in range(PROGRAMS)]
    for number in range(count):
        for _ in range(random.randint(1, 5)):
            random.choice(found).append(number)
    for mine in found:
        random.shuffle(mine)
    return found


def test_programs_that_write_at_once_wait_for_each_other(database: str, tmp_path: Path) -> None:
    """Four programs keep traces one by one: none is lost, and none of them is shown a lock."""
    make_home(tmp_path / "home", Settings(), now_us=NOW_US).close()
    count = scaled(WRITTEN["postgres" if database else "sqlite"])
    done(*[child(write, str(tmp_path / "home"), database, number * count, count) for number in range(PROGRAMS)])
    home = open_home(tmp_path / "home")
    assert sorted(tails(home)) == sorted(tail(number) for number in range(PROGRAMS * count))
    home.close()


def write(home: str, database: str, first: int, count: int) -> None:
    """Keep traces one by one; any error ends this program badly. Now and then the inbox is folded."""
    use(database)
    opened = open_home(Path(home))
    for number in range(first, first + count):
        assert opened.keep(made([number]), now_us=NOW_US) == 1
        if number % 2000 == 0:
            opened.compact(now_us=NOW_US)
    opened.close()


def test_who_waits_in_vain_is_told_whom_they_waited_for(database: str, tmp_path: Path) -> None:
    """A program that hears a file holds the catalogue for long; the sentence names it and its file."""
    home = make_home(tmp_path / "home", Settings(), now_us=NOW_US)
    other = child(hold, str(home.path), database, str(tmp_path / "book"))
    statement = "set lock_timeout = '100ms'" if database else "pragma busy_timeout=100"
    home.catalogue.door.connection.execute(statement)  # type: ignore[attr-defined]
    while not list(told(tmp_path / "book")):
        other.join(0.01)
        assert other.is_alive()
    with pytest.raises(Busy, match="Another program has been writing") as caught:
        home.keep(made([1]), now_us=NOW_US)
    holder = next(told(tmp_path / "book"))[0]
    assert caught.value.now == f"Let it finish, then try again. At work: {holder} (made.csv)."
    other.kill()
    other.join()
    assert home.keep(made([1]), now_us=NOW_US) == 1
    home.close()


def hold(home: str, database: str, book: str) -> None:
    """Begin to hear a file, and stay in the middle of a change until killed."""
    from threading import Event

    from regulars.store.holder import me

    use(database)
    opened: Home = open_home(Path(home))
    begun(opened, made(range(3)))
    with opened.catalogue.transaction():
        Notes(Path(book)).say(me())
        Event().wait()
