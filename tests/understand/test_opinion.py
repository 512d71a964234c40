"""Opinions among colleagues' notes, on labelled sentences and on the town's notes."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from regulars.town import write
from regulars.understand.opinion import reads_as_opinion

DATA = Path(os.environ.get("REGULARS_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
HIDDEN_IN_TOWN = ("seemed", "appeared", "probably", "i think", "sounded pleased")


def test_labelled_sentences_are_told_apart() -> None:
    """Of the labelled sentences, 19 in 20 interpretations are found and 19 in 20 of those found are interpretations."""
    file = DATA / "voice" / "notes" / "notes_dev.csv"
    if not file.exists():
        pytest.skip(f"{file} is not here; set REGULARS_DATA")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [(row["kind"] == "interpretation", reads_as_opinion(row["text"])) for row in csv.DictReader(lines)]
    both = sum(truth and found for truth, found in rows)
    precision, recall = both / sum(found for _, found in rows), both / sum(truth for truth, _ in rows)
    print(f"opinions: precision {precision:.2f}, recall {recall:.2f} on {len(rows)} sentences")
    assert precision >= 0.95
    assert recall >= 0.95


def test_the_towns_notes_are_told_apart(tmp_path: Path) -> None:
    """In the town, exactly the notes that read a mind are hidden; what somebody did or asked for stays."""
    town = write(tmp_path / "town", seed=7, people=300, days=500)
    with (town.folder / "notes.csv").open(encoding="utf-8", newline="") as lines:
        notes = {row["note"] for row in csv.DictReader(lines)}
    wrong = [note for note in notes if reads_as_opinion(note) != note.lower().startswith(HIDDEN_IN_TOWN)]
    assert len(notes) > 15
    assert wrong == []


@pytest.mark.parametrize(
    ("note", "opinion"),
    [
        ("Wants no nuts in anything that is baked to order.", False),
        ("Asked us to call after five.", False),
        ("Said she is always in a hurry.", False),
        ("“You are never on time”, she said.", False),
        ("She wants a discount.", True),
        ("A difficult customer.", True),
        ("Never pays on time.", True),
        ("", False),
    ],
)
def test_what_is_quoted_is_observed(note: str, opinion: bool) -> None:
    """What somebody is quoted as saying is an observation, whatever its words; a reading of their mind is not."""
    assert reads_as_opinion(note) is opinion
