"""Keys, on the command line: made, shown once, listed, ended."""

from __future__ import annotations

from pathlib import Path

from .conftest import Run

HOME = "regulars-home"


def test_a_key_is_shown_once_and_only_its_digest_is_kept(run: Run, tmp_path: Path) -> None:
    """No file of the home holds the key, and the list does not show it."""
    run("init")
    made = run("keys", "new", "web")
    key = made.out.strip()
    assert made.code == 0
    assert len(key) >= 32
    assert key not in made.err
    assert "web" in run("keys", "list").out
    assert key not in run("keys", "list").out
    for path in (tmp_path / HOME).rglob("*"):
        assert not path.is_file() or key.encode() not in path.read_bytes(), path


def test_keys_end_by_source_or_by_name(run: Run) -> None:
    """An ended key stays in the list; what is no key is told."""
    run("init")
    assert "There is no key yet" in run("keys", "list").out
    for source in ("web", "web", "app"):
        assert run("keys", "new", source).code == 0
    name = next(key["name"] for key in run("keys", "list", "--json").data if key["source"] == "app")
    assert run("keys", "end", name).out == f"Ended: {name}  app\n"
    assert run("keys", "end", "web").out.count("Ended") == 2
    assert run("keys", "list").out.count(", ended ") == 3
    again = run("keys", "end", "web")
    assert (again.code, "No key that counts is called 'web'." in again.err) == (66, True)
    assert run("keys", "new", "../x").code == 66


def test_the_door_alone_needs_a_key(run: Run) -> None:
    """A door to which nobody could send is not opened."""
    run("init")
    told = run("serve", "--door-only", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - it is not opened
    assert told.code == 69
    assert "regulars keys new SOURCE" in told.err
