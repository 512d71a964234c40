"""Recognition against the town's truth, which plants shared telephones and role addresses."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path

from regulars.dates import instant_us
from regulars.looking import look, open_engine
from regulars.loop import hear
from regulars.settings import Settings
from regulars.store import make_home
from regulars.town import write

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def pairs(owner: dict[str, object]) -> set[tuple[str, str]]:
    """Return the pairs of customer numbers that have one owner."""
    groups: dict[object, list[str]] = {}
    for number, name in owner.items():
        groups.setdefault(name, []).append(number)
    return {pair for numbers in groups.values() for pair in combinations(sorted(numbers), 2)}


def test_nobody_in_the_town_is_taken_for_somebody_else(tmp_path: Path) -> None:
    """Every joined pair of customer numbers is one person. How many true pairs are found is told, not demanded."""
    town = write(tmp_path / "town", seed=7, people=400, days=300, until=date(2026, 10, 31))
    home = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=instant_us(NOW))
    hear(home, sorted(town.folder.glob("*.csv")), source="town", now=NOW)
    with open_engine(home, date(2026, 10, 31)) as engine:
        looked = look(engine, date(2026, 10, 31), horizon_days=30)
    customer = dict(zip(*(looked.members.column(name).to_pylist() for name in ("subject", "customer")), strict=True))
    numbered = [row for row in looked.links.to_pylist() if row["kind"] == "customer"]
    found = pairs({row["key"].rpartition(":")[2]: customer[row["subject"]] for row in numbered})
    with (town.folder / "truth" / "people.csv").open(encoding="utf-8", newline="") as lines:
        truth = pairs(
            {number: row["person_id"] for row in csv.DictReader(lines) for number in row["customer_ids"].split(";")}
        )
    verdicts = {row["verdict"] for row in looked.links.to_pylist()}
    precision, recall = len(found & truth) / max(len(found), 1), len(found & truth) / len(truth)
    print(f"joined {len(found)} pairs of {len(truth)}: precision {precision:.2f}, recall {recall:.2f}")
    assert {"role address", "shared telephone"} <= verdicts, "the town sets its traps"
    assert found
    assert found <= truth, sorted(found - truth)
