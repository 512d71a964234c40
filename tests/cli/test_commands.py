"""The command line is a contract: names, flags, exit codes, and what is said when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regulars.cli import COMMANDS

from .conftest import ORDERS, Run


def test_the_bare_command_shows_where_to_start(run: Run) -> None:
    """`regulars` alone prints the six commands one needs first."""
    done = run()
    assert done.code == 0
    assert done.out.count("  regulars ") == 6


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_takes_home_and_json(run: Run, name: str) -> None:
    """Each command explains itself, and takes `--home` and `--json`."""
    done = run(name, "--help")
    assert done.code == 0
    assert "--home DIR" in done.out
    assert "--json" in done.out


def test_from_a_file_to_a_briefing(run: Run, orders: Path) -> None:
    """Four commands lead from a shop's own CSV to a page about one of its customers."""
    assert run("hear", str(orders)).code == 0
    assert run("turn", "--as-of", "2026-03-01").code == 0
    done = run("brief", "bob@example.org")
    assert done.code == 0
    assert "Order 3, promised for 25 Feb 2026, has not come: 4 days overdue" in done.out
    assert "tell them the truth and a date" in done.out


def test_home_and_json_may_stand_before_or_after(run: Run, orders: Path) -> None:
    """`regulars --home X --json hear` and `regulars hear --home X --json` are the same."""
    first = run("--home", "here", "--json", "hear", str(orders)).data
    second = run("hear", str(orders), "--home", "here", "--json").data
    assert [file["new"] for file in first["files"]] == [5]
    assert [(file["new"], file["same"]) for file in second["files"]] == [(0, 5)]


def test_the_home_may_be_named_by_the_environment(run: Run, orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """REGULARS_HOME names the home where no flag does."""
    monkeypatch.setenv("REGULARS_HOME", "elsewhere")
    run("hear", str(orders))
    assert Path("elsewhere/catalogue.sqlite").exists()


def test_a_dry_run_counts_the_same_and_keeps_nothing(run: Run, orders: Path) -> None:
    """`hear --dry-run` says what hearing then does."""
    dry = run("hear", str(orders), "--dry-run", "--json").data["files"][0]
    assert list(Path("regulars-home/segments").iterdir()) == []
    wet = run("hear", str(orders), "--json").data["files"][0]
    assert (dry["rows"], dry["new"], dry["same"], dry["need_a_look"]) == (
        wet["rows"],
        wet["new"],
        wet["same"],
        wet["need_a_look"],
    )
    assert wet["new"] == 5


def test_a_column_that_nobody_mapped_never_reaches_the_disk(run: Run, orders: Path) -> None:
    """A needle in an unmapped column is found nowhere in the home."""
    run("hear", str(orders))
    run("turn", "--as-of", "2026-03-01")
    for path in Path("regulars-home").rglob("*"):
        if path.is_file():
            assert b"needle-7f3" not in path.read_bytes()
            if path.suffix == ".parquet":
                assert "needle-7f3" not in str(pq.read_table(path).to_pydict())


def test_a_broken_row_is_named_and_the_rest_lands(run: Run, tmp_path: Path) -> None:
    """One row in the middle is broken: it is named with line and reason, and the others are heard."""
    lines = ORDERS.splitlines()
    lines.insert(2, "9,A1,ann@example.org,2026-13-45 10:00:00,,,1.00,EUR,")
    lines.insert(3, "10,A1,too,few")
    (tmp_path / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    done = run("hear", "orders.csv")
    assert done.code == 0
    assert "orders.csv, line 3, column 'ordered_at': this is no day of the calendar ('2026-13-45 10:00:00')" in done.out
    assert "line 4: 4 cells where the header has 9" in done.out
    assert "5 traces new" in done.out
    assert "2 rows need a look" in done.out


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("empty.csv", b"", 66, "empty"),
        ("columns.csv", b"colour,shape\nred,round\n", 65, "they do not tell who did what and when"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 66, "is a picture, not a text file"),
    ],
)
def test_a_file_that_cannot_be_heard_is_refused_in_words(
    run: Run, tmp_path: Path, name: str, content: bytes, code: int, said: str
) -> None:
    """An empty file, missing columns or a picture: a sentence, advice, and an exit code; nothing kept."""
    (tmp_path / name).write_bytes(content)
    done = run("hear", name)
    assert done.code == code
    assert said in done.err
    assert len(done.err.strip().splitlines()) >= 2
    assert list(Path("regulars-home/segments").iterdir()) == []


def test_a_folder_and_a_missing_file_are_named(run: Run, tmp_path: Path) -> None:
    """A folder in the place of a file, and a file that is not there, are each named."""
    assert (run("hear", str(tmp_path)).code, "is a folder" in run("hear", str(tmp_path)).err) == (66, True)
    done = run("hear", "nowhere.csv")
    assert (done.code, "nowhere.csv" in done.err) == (66, True)


def test_another_encoding_is_read_and_said(run: Run, tmp_path: Path) -> None:
    """A file in Windows-1252 is read as such, and says so."""
    (tmp_path / "customers.csv").write_bytes("customer_id,full_name\nA1,Zoë Müller\n".encode("cp1252"))
    done = run("hear", "customers.csv")
    assert done.code == 0
    assert "Windows-1252" in done.out
    run("turn")
    assert "Zoë Müller" in run("who", "muller").out


@pytest.mark.parametrize(
    "command",
    [["turn"], ["who", "x"], ["brief", "x"], ["today"], ["why", "x.gap"], ["walk", "a.csv:1"], ["doctor"]],
)
def test_a_home_that_does_not_exist_is_named(run: Run, command: list[str]) -> None:
    """Every command that reads a home says which one is missing and how to make it."""
    done = run(*command, "--home", "nope")
    assert done.code == 66
    assert "The home nope does not exist." in done.err
    assert "regulars init" in done.err


def test_nothing_heard_and_nothing_turned_are_told_apart(run: Run, orders: Path) -> None:
    """Without a file there is nothing to turn; without a turn there is nothing to show."""
    run("init")
    assert (run("turn").code, "Hear a file" in run("turn").err) == (69, True)
    run("hear", str(orders))
    assert (run("today").code, "regulars turn" in run("today").err) == (69, True)


def test_an_unknown_customer_is_said_to_be_unknown(run: Run, orders: Path) -> None:
    """A text that fits nobody, and one that fits several, each get an answer and exit code 66."""
    run("hear", str(orders))
    run("turn", "--as-of", "2026-03-01")
    assert (run("brief", "nobody").code, "No customer matches 'nobody'." in run("brief", "nobody").err) == (66, True)
    several = run("brief", "example")
    assert (several.code, "fits more than one customer" in several.err) == (66, True)
    assert run("brief", "nobody", "--json").code == 66


def test_a_wrong_word_suggests_the_right_one(run: Run) -> None:
    """A mistyped command, line or date is answered with the nearest names."""
    assert (run("brif").code, "Did you mean 'brief'" in run("brif").err) == (2, True)
    assert (
        run("turn", "--as-of", "yesteryear").code,
        "Write it as 2026-03-31." in run("turn", "--as-of", "yesteryear").err,
    ) == (2, True)


def test_why_opens_a_line_to_its_rows(run: Run, orders: Path) -> None:
    """`why` prints the query and the line of the file behind a line of the page."""
    run("hear", str(orders))
    run("turn", "--as-of", "2026-03-01")
    customer = run("who", "bob", "--json").data[0]["customer"]
    done = run("why", f"{customer}.debt1")
    assert "orders.csv, line 4" in done.out
    assert "understand/late_orders" in done.out
    assert "select" in done.out
    wrong = run("why", f"{customer}.nothing")
    assert (wrong.code, "debt1" in wrong.err) == (66, True)
    assert run("why", "nonsense").code == 66


def test_walk_follows_a_row_to_the_page(run: Run, orders: Path) -> None:
    """`walk` names each step of a row, and which file and function made it."""
    run("hear", str(orders))
    run("turn", "--as-of", "2026-03-01")
    done = run("walk", "orders.csv:4")
    for word in (
        "listen",
        "guard",
        "store",
        "recognise",
        "understand",
        "choose",
        "respond",
        "late order",
        "listen/hear.py",
    ):
        assert word in done.out
    assert (run("walk", "orders.csv:99").code, run("walk", "orders.csv").code, run("walk", "x.csv:1").code) == (
        66,
        66,
        66,
    )


def test_the_page_as_it_would_have_read(run: Run, orders: Path) -> None:
    """`brief --as-of` knows nothing that happened later."""
    run("hear", str(orders))
    run("turn", "--as-of", "2026-03-01")
    then = run("brief", "A1", "--as-of", "2026-01-10", "--json").data
    now = run("brief", "A1", "--json").data
    assert then["as_of"] == "2026-01-10"
    assert "1 visit" in then["blocks"][0]["lines"][0]["text"]
    assert "2 visits" in now["blocks"][0]["lines"][0]["text"]
    assert run("turn", "--as-of", "2026-03-01", "--json").data["run"] == now["run"]


def test_wrong_settings_are_all_named_at_once(run: Run) -> None:
    """Two mistakes in the settings are two sentences in one error."""
    run("init")
    Path("regulars-home/settings.toml").write_text('zone = "Europe/Viena"\nhorizon = 30\n', encoding="utf-8")
    done = run("doctor")
    assert done.code == 78
    assert "'horizon' is no setting. Did you mean 'horizon_days'?" in done.err
    Path("regulars-home/settings.toml").write_text('zone = "Europe/Viena"\ncurrency = "euro"\n', encoding="utf-8")
    done = run("doctor")
    assert "Europe/Vienna" in done.err
    assert "three capitals" in done.err


def test_doctor_finds_a_changed_table(run: Run, orders: Path) -> None:
    """One changed byte in a table of a run is found and named."""
    run("hear", str(orders))
    run("turn", "--as-of", "2026-03-01")
    assert run("doctor").code == 0
    table = next(Path("regulars-home/runs").glob("*/customers.parquet"))
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    done = run("doctor")
    assert done.code == 1
    assert f"{table.parent.name}/{table.name} is not what was written" in done.out


def test_a_town_and_its_demo(run: Run) -> None:
    """`demo --no-serve` ends with a briefing in the terminal, twice the same."""
    first = run("demo", "--no-serve")
    second = run("demo", "--no-serve")
    assert first.code == second.code == 0
    assert "One next action" in first.out
    assert first.out == second.out
