"""`feeds` and `listen`: what is asked, what came of it, and which sources have gone quiet."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from regulars.dates import instant_us
from regulars.store import open_home

from .conftest import ORDERS, Run

HOME = Path("regulars-home")
FEED = '[feed.drop]\nkind = "folder"\npath = "../inbox"\nevery = "1 day"\n'


@pytest.fixture
def inbox(tmp_path: Path, run: Run) -> Path:
    """A home with a feed of one folder, in which there are orders that came a minute ago."""
    assert run("init").code == 0
    (tmp_path / HOME / "feeds.toml").write_text(FEED, encoding="utf-8")
    made = tmp_path / "inbox"
    made.mkdir()
    (made / "orders.csv").write_text(ORDERS, encoding="utf-8")
    os.utime(made / "orders.csv", (time.time() - 60, time.time() - 60))
    return made


def test_a_folder_is_listened_to(run: Run, inbox: Path) -> None:
    """Asked, heard once, listed."""
    before = run("feeds")
    assert "drop  folder, expected every day" in before.out
    assert "last heard never, last answered never, next try at once" in before.out
    heard = run("listen")
    assert heard.code == 0
    assert "drop: 3 rows: 5 traces new, 0 corrected" in heard.out
    assert "Next: regulars turn" in heard.out
    assert "No feed is due" in run("listen").out
    assert "drop: nothing new" in run("listen", "--now").out
    again = run("listen", "--afresh", "--json")
    assert [(feed["feed"], [file["new"] for file in feed["files"]]) for feed in again.data] == [("drop", [0])]
    (listed,) = run("feeds", "--json").data
    assert (listed["kind"], listed["every_seconds"], listed["failures"], listed["fault"]) == ("folder", 86400, 0, "")
    assert listed["last_heard"] is not None
    assert listed["next_try"] > listed["last_answered"]


def test_a_failing_feed_is_named_and_ends_with_one(run: Run, inbox: Path) -> None:
    """The reason in words, how often, and by the doctor too."""
    (inbox / "orders.csv").unlink()
    inbox.rmdir()
    failed = run("listen", "--only", "drop")
    assert failed.code == 1
    assert "'inbox' cannot be read (No such file or directory)." in failed.err
    assert "failed 1 time: 'inbox' cannot be read" in run("feeds").out
    assert run("listen").code == 0  # it waits
    assert run("listen", "--now").code == 1
    assert "failed 2 times" in run("feeds").out
    assert "LOOK  the feed drop: 'inbox' cannot be read" in run("doctor").out


def test_a_home_without_feeds_says_how_to_write_one(run: Run) -> None:
    """No feeds, and a file with mistakes."""
    run("init")
    assert "docs/feeds.md" in run("feeds").out
    assert "No feed is due" in run("listen").out
    (HOME / "feeds.toml").write_text('[feed.a]\nkind = "pigeon"\n', encoding="utf-8")
    for word in ("feeds", "listen"):
        wrong = run(word)
        assert wrong.code == 78
        assert "kind is 'pigeon'" in wrong.err
    assert "kind is 'pigeon'" in run("doctor").out


def test_a_source_that_goes_quiet_is_named(run: Run, orders: Path) -> None:
    """Expected every day and silent for three: by today, brief and doctor, in words and in JSON; then never."""
    assert run("hear", str(orders), "--as", "till", "--every", "1 day").code == 0
    run("turn", "--as-of", "2026-03-01")
    assert "Quiet" not in run("today").out
    days_ago("till", 3)
    for words in (("today",), ("brief", "A1")):
        assert run(*words).out.count("Quiet. Nothing from till since ") == 1
        assert run(*words, "--json").data["quiet"][0].endswith("something is expected every day.")
    assert run("brief", "A1", "--html", "page.html").code == 0
    assert "something is expected every day." in Path("page.html").read_text(encoding="utf-8")
    assert "LOOK  Nothing from till since" in run("doctor").out
    assert run("hear", str(orders), "--as", "till", "--every", "never").code == 0
    assert "Quiet" not in run("today").out


def test_an_interval_that_is_none_is_refused_before_anything_is_heard(run: Run, orders: Path) -> None:
    """A wrong word on the command line."""
    wrong = run("hear", str(orders), "--every", "sometimes")
    assert wrong.code == 2
    assert "'sometimes' is no interval" in wrong.err
    assert not HOME.exists()


def test_watching_goes_on_until_it_is_stopped(run: Run, inbox: Path, tmp_path: Path) -> None:
    """A program that watches hears what is there, and ends cleanly when it is interrupted."""
    program = """
import signal, sys
from regulars.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs these tests may have it ignored
sys.argv = ["regulars", "listen", "--watch"]
main()
"""
    words = [sys.executable, "-c", program]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        assert "drop: 3 rows: 5 traces new" in watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        try:
            assert watching.wait(timeout=60) == 130
        finally:
            watching.kill()


def test_a_program_that_is_killed_before_it_notes_its_bookmark_hears_the_same_once(run: Run, tmp_path: Path) -> None:
    """A real program, killed between the commit and the bookmark; afterwards every row counts once."""
    run("init")
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("create table orders (order_id integer, customer_id text, ordered_at text)")
        shop.executemany(
            "insert into orders values (?, ?, ?)", [(n, f"C{n % 3}", f"2026-01-{n + 1:02}") for n in range(20)]
        )
    shop.close()
    feed = f'[feed.shop]\nkind = "sql"\naddress = "sqlite:///{tmp_path}/shop.db"\ntable = "orders"\n'
    (HOME / "feeds.toml").write_text(feed + 'bookmark = "order_id"\n', encoding="utf-8")
    program = """
import os, sys
from regulars import listening
from regulars.cli import main

def dies(home, feeds, after=listening.expected):
    if home.catalogue.all("select 1 as one from batch where state = 'kept'"):
        os.kill(os.getpid(), 9)
    after(home, feeds)

listening.expected = dies
sys.argv = ["regulars", "listen"]
main()
"""
    killed = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    home = open_home(HOME)
    assert home.catalogue.one("select bookmark from feed")["bookmark"] == ""
    home.close()
    (again,) = run("listen", "--json").data
    assert [(file["rows"], file["new"], file["same"]) for file in again["files"]] == [(20, 0, 20)]
    assert run("listen", "--now", "--json").data[0]["files"] == []


def days_ago(source: str, days: int) -> None:
    """Let a source have spoken last some days ago."""
    from datetime import UTC, datetime, timedelta

    home = open_home(HOME)
    with home.catalogue.transaction() as write:
        at = instant_us(datetime.now(UTC) - timedelta(days=days))
        write.change("update source set last_us = ? where name = ?", (at, source))
    home.close()


def test_a_mistake_in_the_file_does_not_end_the_watching(
    run: Run, inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """While somebody writes in feeds.toml, the watching says what is wrong and goes on."""
    from regulars.cli import listen

    home = open_home(HOME)
    (HOME / "feeds.toml").write_text("[feed.drop", encoding="utf-8")
    assert listen.asked(home, None) == []
    assert "is not readable as TOML" in capsys.readouterr().err
    assert listen.sleep_seconds(home, None) == listen.LONGEST_SLEEP
    (HOME / "feeds.toml").write_text(FEED, encoding="utf-8")
    assert [one.feed.name for one in listen.asked(home, None)] == ["drop"]
    assert 1 <= listen.sleep_seconds(home, "drop") <= listen.LONGEST_SLEEP
    home.close()
