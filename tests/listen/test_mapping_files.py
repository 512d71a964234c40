"""Mapping files: what is written is what is read, and every mistake is named at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.errors import KeepError, MappingError
from regulars.listen import Mapping, read_mappings, write_mappings
from regulars.listen.roles import IDENTIFIERS
from regulars.listen.shapes import SHAPES
from regulars.listen.times import DATE_ORDERS

HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.sampled_from(
    [
        'say "hi"',
        "two\nlines",
        "back\\slash",
        "tab\there",
        "# no comment",
        "'''",
        '"""',
        "é",
        "\U0001f600",
        "\U000e0001",
        "\x7f",
        "\x85",
        "=",
    ]
)


@st.composite
def any_mapping(draw: st.DrawFn) -> Mapping:
    shape = draw(st.sampled_from(SHAPES))
    names = [role.name for role in shape.roles]
    wanted = {draw(st.sampled_from(group)) for group in shape.needs} | draw(st.sets(st.sampled_from(names)))
    columns = {
        name: tuple(draw(st.lists(HOSTILE, min_size=1, max_size=3 if name in IDENTIFIERS else 1)))
        for name in sorted(wanted)
    }
    low = draw(st.integers(-1000, 999))
    return Mapping(
        shape.name,
        columns,
        zone=draw(st.sampled_from(["UTC", "Europe/Brussels", "America/Argentina/Buenos_Aires"])),
        dates=draw(st.sampled_from(DATE_ORDERS)),
        decimals=draw(st.sampled_from(["point", "comma"])),
        currency=draw(st.sampled_from(["EUR", "XXX"])),
        scale=(low, draw(st.integers(low + 1, 1000))),
        numbered=draw(st.booleans()),
        file=draw(HOSTILE),
        left_out=tuple(draw(st.lists(HOSTILE, max_size=3))),
    )


@settings(deadline=None)
@given(st.lists(any_mapping(), min_size=1, max_size=4))
def test_every_mapping_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, mappings: list[Mapping]
) -> None:
    """Whatever stands in a header, the file is TOML and reads back equal."""
    path = tmp_path_factory.mktemp("mappings") / "shop.toml"
    write_mappings(path, mappings)
    assert read_mappings(path) == mappings
    assert [file.name for file in path.parent.iterdir()] == ["shop.toml"]


def test_all_mistakes_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    """Twelve slips in two tables are one message, each with its table and what would be right."""
    path = tmp_path / "shop.toml"
    path.write_text(
        """
[[table]]
shape = "order"
zone = "Europe/Brussel"
[table.columns]
order = "id"

[[table]]
shape = "lines"
dates = "day"
decimals = 1
currency = "euro"
scale = [5, 1]
numbered = "yes"
colour = "red"
[table.columns]
orderr = "id"
item = ["a", "b"]
quantity = 3
""",
        encoding="utf-8",
    )
    with pytest.raises(MappingError) as caught:
        read_mappings(path)
    said = caught.value.what
    for wanted in (
        "has 12 mistakes",
        "table 1: shape is 'order'. Did you mean 'orders'?",
        "table 1: zone is 'Europe/Brussel'. Did you mean",
        "table 2: 'colour' is no entry of a table",
        "table 2: dates is 'day'",
        "table 2: decimals is 1, but should be a text",
        "table 2: currency is 'euro', but should be three capitals",
        "table 2: scale is [5, 1]",
        "table 2: numbered is 'yes'",
        "table 2: 'orderr' is no role of lines. Did you mean 'order'",
        "table 2: 'item' names 2 columns, but only customer",
        "table 2: 'quantity' is 3, but should be the name of a column",
        "table 2: lines need a column for order or customer",
    ):
        assert wanted in said
    assert caught.value.now == "Mend all that is named, then try again."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it has no [[table]]"),
        ("shape = [1]", "shape is [1]"),
        ("table = 3", "table 1: it is no table"),
        ('[[table]]\nshape = "orders"\ncolumns = 3', "it names no columns"),
        (
            '[[table]]\nshape = "orders"\nscale = ["a", "b"]\nzone = ["UTC"]\n[table.columns]\norder = []',
            "scale is ['a', 'b']",
        ),
        ("[[table]\n", "not readable as TOML"),
        ("\x00", "not readable as TOML"),
    ],
)
def test_no_mapping_file_ends_in_a_traceback(content: str, said: str, tmp_path: Path) -> None:
    """Values of any kind in any place end in a MappingError."""
    path = tmp_path / "shop.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        read_mappings(path)
    assert said in caught.value.what


def test_a_mapping_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A path that leads nowhere is a MappingError; a folder that is not there is a KeepError."""
    with pytest.raises(MappingError, match="cannot be read"):
        read_mappings(tmp_path / "none.toml")
    with pytest.raises(KeepError, match="could not be written"):
        write_mappings(tmp_path / "none" / "shop.toml", [])


def test_the_example_in_the_documentation_is_a_mapping() -> None:
    """The mapping file that docs/listen.md shows can be read as it stands."""
    page = (Path(__file__).parents[2] / "docs" / "listen.md").read_text(encoding="utf-8")
    example = page.split("```toml\n", 1)[1].split("```", 1)[0]
    assert tomllib.loads(example)["table"][0]["columns"]["ordered_at"] == "Invoice date"


def test_every_shape_stands_in_the_documentation() -> None:
    """docs/listen.md names each thing that a row can be."""
    page = (Path(__file__).parents[2] / "docs" / "listen.md").read_text(encoding="utf-8")
    assert [shape.name for shape in SHAPES if f"`{shape.name}`" not in page] == []
