"""A watched folder: what is new or changed comes, whatever else lies in it is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from regulars.errors import InputError
from regulars.listen import folder as watched
from regulars.listen.feed import Feed, Fetched
from regulars.listen.folder import fetch, fetch_file

ORDERS = "order_id,customer_id,ordered_at\n1,A,2026-01-02\n"
NOW_US = 1_800_000_000_000_000
SECOND_NS = 1_000_000_000


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder."""
    made = tmp_path / "inbox"
    made.mkdir()
    return made


def put(path: Path, text: str = ORDERS, *, ago: float = 60) -> Path:
    """Write a file that last changed so many seconds ago."""
    path.write_text(text, encoding="utf-8")
    at = NOW_US * 1000 - int(ago * SECOND_NS)
    os.utime(path, ns=(at, at))
    return path


def ask(inbox: Path, bookmark: str = "", **knobs: str) -> Fetched:
    """Ask a folder."""
    return fetch(Feed("drop", "folder", knobs={"path": str(inbox), **knobs}), bookmark, now_us=NOW_US)


def names(fetched: Fetched) -> list[str]:
    """Return the names of what came."""
    return [file.name for file in fetched.files]


def test_new_and_changed_files_come_once(inbox: Path) -> None:
    """A file comes when it is new, again when it has grown, and not when only its time has changed."""
    put(inbox / "a.csv")
    first = ask(inbox)
    assert names(first) == ["a.csv"]
    assert names(ask(inbox, first.bookmark)) == []
    put(inbox / "b.csv", ago=50)
    put(inbox / "a.csv", ago=40)
    second = ask(inbox, first.bookmark)
    assert names(second) == ["b.csv"]
    put(inbox / "a.csv", ORDERS + "2,B,2026-01-03\n", ago=30)
    assert names(ask(inbox, second.bookmark)) == ["a.csv"]


def test_a_file_that_is_still_being_written_waits(inbox: Path) -> None:
    """What changed a second ago comes the next time."""
    put(inbox / "a.csv", ago=1)
    first = ask(inbox)
    assert names(first) == []
    put(inbox / "b.csv", ago=-3_600)  # from a computer whose clock is ahead
    assert names(ask(inbox, first.bookmark)) == ["b.csv"]
    put(inbox / "a.csv", ago=6)
    (inbox / "b.csv").unlink()
    assert names(ask(inbox, first.bookmark)) == ["a.csv"]


def test_what_is_not_meant_is_passed_over(inbox: Path, tmp_path: Path) -> None:
    """Hidden and temporary names, empty files, folders and links."""
    for name in (".a.csv", "a.csv.part", "~$a.xlsx", "a.csv~", "a.tmp"):
        put(inbox / name)
    put(inbox / "empty.csv", "")
    (inbox / "sub").mkdir()
    (inbox / "link.csv").symlink_to(put(tmp_path / "elsewhere.csv"))
    assert names(ask(inbox)) == []
    put(inbox / "a.csv")
    put(inbox / "a.txt")
    assert names(ask(inbox, pattern="*.csv")) == ["a.csv"]


def test_nothing_is_moved_changed_or_deleted(inbox: Path) -> None:
    """The folder is afterwards what it was before."""
    put(inbox / "a.csv")
    put(inbox / "b.csv", "\0\1\2")
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in inbox.iterdir()}
    ask(inbox, ask(inbox).bookmark)
    assert {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in inbox.iterdir()} == before


def test_a_file_that_cannot_be_read_is_named_and_holds_up_no_other(inbox: Path) -> None:
    """It is passed over with its reason until it changes."""
    put(inbox / "a.csv")
    put(inbox / "b.csv", 'order_id,order_id\n"')
    first = ask(inbox)
    assert names(first) == ["a.csv"]
    assert "b.csv was passed over" in first.notes[0]
    assert ask(inbox, first.bookmark).notes == first.notes
    put(inbox / "b.csv", ago=30)
    mended = ask(inbox, first.bookmark)
    assert (names(mended), mended.notes) == (["b.csv"], ())


def test_hostile_names_are_names(inbox: Path) -> None:
    """Marks, line breaks, statements, bytes that are no UTF-8: each is heard as what it is, and remembered."""
    hostile = [b"a\nb.csv", b"; rm -rf .csv", b"$(id).csv", b"' or 1=1.csv", b"\xff\xfe.csv", "\u202egpj.csv".encode()]
    for name in hostile:
        put(inbox / os.fsdecode(name))
    first = ask(inbox)
    assert len(first.files) == len(hostile)
    first.bookmark.encode()
    assert names(ask(inbox, first.bookmark)) == []


def test_what_is_gone_is_forgotten(inbox: Path) -> None:
    """The bookmark is never longer than the folder."""
    put(inbox / "a.csv")
    first = ask(inbox)
    (inbox / "a.csv").unlink()
    assert "a.csv" not in ask(inbox, first.bookmark).bookmark


def test_a_large_folder_comes_in_parts(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files at once; the rest is there already."""
    monkeypatch.setattr(watched, "FILES_AT_ONCE", 2)
    for number in range(5):
        put(inbox / f"{number}.csv")
    bookmark, parts, more = "", [], True
    while more:
        fetched = ask(inbox, bookmark)
        parts.append(names(fetched))
        bookmark, more = fetched.bookmark, fetched.more
    assert parts == [["0.csv", "1.csv"], ["2.csv", "3.csv"], ["4.csv"]]


def test_too_large_a_folder_is_refused(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be remembered is not watched."""
    monkeypatch.setattr(watched, "MOST_FILES", 1)
    put(inbox / "a.csv")
    put(inbox / "b.csv")
    with pytest.raises(InputError, match="at most 1"):
        ask(inbox)


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    """A folder that is not there, and a path that is none."""
    with pytest.raises(InputError, match="cannot be read"):
        ask(tmp_path / "gone")
    with pytest.raises(InputError, match="cannot be read"):
        ask(Path("a\0b"))


def test_one_file_comes_again_when_it_grows(tmp_path: Path) -> None:
    """A mailbox, a calendar or an address book is one file."""
    path = put(tmp_path / "a.csv")
    feed = Feed("mail", "mbox", knobs={"path": str(path)})
    first = fetch_file(feed, "", now_us=NOW_US)
    assert names(first) == ["a.csv"]
    assert names(fetch_file(feed, first.bookmark, now_us=NOW_US)) == []
    put(path, ORDERS + "2,B,2026-01-03\n", ago=30)
    assert names(fetch_file(feed, first.bookmark, now_us=NOW_US)) == ["a.csv"]
    with pytest.raises(InputError, match="is no file"):
        fetch_file(Feed("mail", "mbox", knobs={"path": str(tmp_path)}), "", now_us=NOW_US)
