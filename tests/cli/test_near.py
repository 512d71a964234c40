"""Who somebody may be, from what they say of themselves, before anything of it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run
from .test_review import home as a_hundred_people

home = a_hundred_people


def test_whom_we_know_is_named_with_the_reasons(home: Run, tmp_path: Path) -> None:
    """The most probable first; the bits add up; nothing that was given is kept."""
    found = home("near", "--name", "Anne Marsh", "--phone", "020 7946 0101", "--json").data
    assert found[0]["label"] in ("Ann Marsh", "A. Marsh")
    assert found[0]["chance"] > 0.5
    assert sum(reason["bits"] for reason in found[0]["reasons"]) == pytest.approx(found[0]["bits"])
    assert [one["chance"] for one in found] == sorted((one["chance"] for one in found), reverse=True)
    assert "same telephone" in home("near", "--phone", "020 7946 0101", "--name", "Ann Marsh").out
    home("near", "--name", "Needle Haystack", "--email", "needle-7f3@example.org")
    kept = [path for path in (tmp_path / "regulars-home").rglob("*") if path.is_file()]
    assert not any(b"needle-7f3" in path.read_bytes() for path in kept)


def test_a_stranger_and_a_blank_are_told_apart(home: Run) -> None:
    """Of somebody new it says so; where nothing says who they are, it says what to give."""
    assert home("near", "--name", "Xaver Unbekannt").out.strip() == "Nobody like this is known."
    refused = home("near", "--email", "na@na.com")
    assert refused.code != 0
    assert "Give a name, an e-mail address or a telephone." in refused.err


def test_who_asked_to_be_left_alone_is_not_named(home: Run) -> None:
    """Somebody restricted is neither named nor hinted at."""
    (one,) = {found["customer"] for found in home("near", "--email", "zoe@example.org", "--json").data}
    assert home("restrict", one).code == 0
    assert one not in home("near", "--email", "zoe@example.org").out
