"""Export: their own copy holds everything, in the words that staff see, and can be read back exactly."""

from __future__ import annotations

import json
import re
import string
import zipfile
from dataclasses import fields
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars import loop, privacy
from regulars.errors import InputError
from regulars.listen import KINDS, Trace
from regulars.privacy import rows
from regulars.serve import render_mirror
from regulars.store import Home

from .shop import NOW, hits, written

ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    [
        "=1+1",
        "+44",
        "-",
        "@x",
        "'",
        "''",
        "\t=",
        "\r\n",
        'a"b',
        "a,b",
        "",
        " ",
        "null",
        "None",
        "0",
        "🙂",
        "\0",
        "مرحبا",
        "a\nb",
    ]
)
WHOLE = st.integers(-(1 << 63), (1 << 63) - 1)
TRACES = st.builds(
    Trace,
    trace_id=st.text("0123456789abcdef", min_size=32, max_size=32),
    subject=WHOLE,
    kind=st.sampled_from(sorted(KINDS)),
    happened_at=WHOLE,
    heard_at=WHOLE,
    day=WHOLE,
    source=ODD,
    source_id=ODD,
    file_id=st.integers(0, 1 << 31),
    row=st.integers(0, 1 << 40),
    who=st.lists(ODD, max_size=3).map(tuple),
    **{
        name: st.none() | (WHOLE if name in rows.WHOLE else ODD)
        for name in (field.name for field in fields(Trace) if "None" in str(field.type))
    },
    purpose=ODD,
    basis=ODD,
)


@given(st.lists(TRACES, max_size=4))
def test_what_is_written_is_what_is_read(traces: list[Trace]) -> None:
    """As JSON and as CSV, whatever the values hold."""
    assert privacy.from_json(privacy.as_json(traces)) == traces
    assert privacy.from_csv(privacy.as_csv(traces)) == traces


@given(ODD, st.sampled_from("=+-@\t\r\n\0"))
def test_no_cell_begins_like_a_formula(text: str, first: str) -> None:
    """A text that a spreadsheet would run stands behind an apostrophe."""
    assert rows.cell(first + text).startswith("'")


def test_the_schema_describes_every_entry() -> None:
    """Each entry of a trace has its type and its meaning in words."""
    described = privacy.schema()["properties"]
    assert set(described) == {field.name for field in fields(Trace)}
    assert all(entry["description"][0] in string.ascii_lowercase for entry in described.values())


def opened(path: Path) -> dict[str, str]:
    """Return what is in a copy."""
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name).decode("utf-8") for name in packed.namelist()}


def words(page: str) -> str:
    """Return what a reader reads."""
    bare = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", bare)))


def test_a_copy_holds_traces_scores_and_a_page(home: Home, needle: str) -> None:
    """All traces twice, a schema, everything that was worked out and how, and one page to read."""
    done = privacy.export(home, "C0", now=NOW, page=render_mirror)
    inside = opened(done.path)
    assert sorted(inside) == ["about.json", "page.html", "schema.json", "traces.csv", "traces.json"]
    assert done.path.stat().st_mode & 0o077 == 0
    traces = privacy.from_json(inside["traces.json"])
    assert len(traces) == 39
    assert privacy.from_csv(inside["traces.csv"]) == traces == list(done.held.traces)
    about = json.loads(inside["about.json"])
    assert about["person"]["name"] == f"Ann {needle}"
    scores = {score["name"]: score for score in about["estimates"]}
    assert scores["visits"]["value"] == 36
    assert scores["gap"]["worked_out_from"]["traces"] == 36
    numbers = [score for score in scores.values() if score["value"] is not None]
    assert all(score["method"] and score["worked_out_from"]["rule"] for score in numbers)
    assert about["recipients"]["names"] == []
    assert {source["source"] for source in about["sources"]} == {"shop"}
    assert about["forecasts"][0]["stated_on"] == "2026-03-31"


def test_the_page_has_the_very_words_that_staff_see(home: Home) -> None:
    """Every line of the briefing, the action and what was weighed against it stand on the customer's page."""
    for person in ("C0", "C3", "C7"):
        story = loop.story(home, person, now=NOW)
        page = words(render_mirror(privacy.held(home, person, now=NOW)))
        for line in story.page.lines:
            assert re.sub(r"\s+", " ", line.it.text) in page
            assert f"rule {line.rule}: {line.why}" in page
        for text in (story.page.choice.action.do, story.page.choice.action.why, story.page.choice.flips):
            assert text in page
        assert all(dropped.why in page for dropped in story.page.choice.dropped)


def test_what_is_kept_back_from_staff_is_in_their_copy_with_the_reason(home: Home) -> None:
    """A colleague's opinion is on no page of ours, and on theirs."""
    page = words(render_mirror(privacy.held(home, "C4", now=NOW)))
    assert "Always difficult." in page
    assert "Kept back from staff by rule 4: a colleague's opinion" in page


def test_what_is_about_others_is_left_out(home: Home, tmp_path: Path) -> None:
    """A telephone of three people, and the names of colleagues, are in no file of the copy; that they are, is said."""
    header = ["call_id", "customer_id", "contacted_at", "channel", "staff", "text"]
    more = [["K9", "C0", f"{NOW:%Y-%m-%d %H:%M}", "phone", "Ravi Colleague", "Asked for rye."]]
    loop.hear(home, [written(tmp_path, "contacts.csv", header, more)], source="shop", now=NOW)
    done = privacy.export(home, "C0", now=NOW, page=render_mirror)
    assert any("Asked for rye." in text for text in opened(done.path).values())
    for text in opened(done.path).values():
        assert "079460999" not in text
        assert "Ravi" not in text
    assert len(done.held.left_out) == 2


def test_forgetting_removes_the_copy_wherever_it_lies(home: Home, tmp_path: Path, needle: str) -> None:
    """Two copies were written, one beside the home; after forgetting neither is there, and another person's is."""
    copies = [
        privacy.export(home, "C0", now=NOW, page=render_mirror).path,
        privacy.export(home, "C0", now=NOW, page=render_mirror, to=tmp_path / "usb" / "copy.zip").path,
    ]
    other = privacy.export(home, "C1", now=NOW, page=render_mirror).path
    assert all(path.exists() for path in copies)
    done = privacy.forget(home, "C0", now=NOW)
    assert not any(path.exists() for path in copies)
    assert other.exists()
    assert [place.place for place in done.receipt.places].count("an export") == 2
    assert hits(home, needle) == []


def test_a_file_that_is_there_is_not_written_over(home: Home, tmp_path: Path) -> None:
    """A name given by hand may be somebody's work."""
    (tmp_path / "mine.zip").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="exists already"):
        privacy.export(home, "C0", now=NOW, page=render_mirror, to=tmp_path / "mine.zip")
    assert (tmp_path / "mine.zip").read_text(encoding="utf-8") == "mine"
