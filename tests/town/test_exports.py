"""The town as a folder of files: bytes, headers, references, planted truth, interruption, memory."""

from __future__ import annotations

import csv
import filecmp
import json
import tracemalloc
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from regulars.errors import InputError, KeepError
from regulars.town import HEADERS, Written, people_for, write

Rows = list[dict[str, str]]
AGREED = {
    "customers": "customer_id,full_name,email,phone,street,postcode,city,company,joined_on",
    "orders": "order_id,customer_id,ordered_at,channel,department,promised_on,delivered_at,status",
    "order_lines": "order_id,line_no,sku,product,category,quantity,unit_price,currency",
    "returns": "return_id,order_id,customer_id,returned_at,sku,quantity,refund_amount,currency,reason",
    "tickets": "ticket_id,customer_id,order_id,opened_at,closed_at,department,subject,message,status",
    "ratings": "rating_id,order_id,customer_id,rated_at,score,reason",
    "reviews": "review_id,email,reviewed_at,stars,text,language",
    "web_events": "event_id,email,occurred_at,event,sku,category,query",
    "notes": "note_id,customer_id,noted_at,author,department,note",
    "promises": "promise_id,customer_id,promised_at,due_on,kept_at,department,promise",
    "referrals": "referral_id,customer_id,referred_customer_id,referred_at",
    "contacts": "contact_id,customer_id,contacted_at,channel,purpose,staff",
    "consents": "consent_id,customer_id,recorded_at,channel,purpose,decision,wording",
}
TRUTH = ("people.csv", "duplicates.csv", "departments.csv", "town.json")


def read(folder: Path, name: str) -> Rows:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(tmp_path_factory.mktemp("town") / "harbour", people=2000, days=500)


@pytest.fixture(scope="module")
def tables(town: Written) -> dict[str, Rows]:
    return {name: read(town.folder, name) for name in HEADERS}


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    """One seed is one town, bit for bit; another seed is another town."""
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        write(tmp_path / name, seed=seed, people=60, days=200)
    files = [f"{name}.csv" for name in HEADERS] + [f"truth/{name}" for name in TRUTH]
    match, differ, missing = filecmp.cmpfiles(tmp_path / "a", tmp_path / "b", files, shallow=False)
    assert (sorted(match), differ, missing) == (sorted(files), [], [])
    assert not filecmp.cmp(tmp_path / "a/orders.csv", tmp_path / "c/orders.csv", shallow=False)


def test_headers_are_exactly_as_agreed(town: Written) -> None:
    """Another room guesses from these names, so they do not change by accident."""
    for name, columns in HEADERS.items():
        with (town.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert file.readline() == ",".join(columns) + "\n"
    assert {name: ",".join(columns) for name, columns in HEADERS.items()} == AGREED


def test_the_count_of_rows_is_the_count_of_lines(town: Written, tables: dict[str, Rows]) -> None:
    """`Written` says what is in the files, and a size can be asked for by number of rows."""
    assert {f"{name}.csv": len(rows) for name, rows in tables.items()} == town.rows
    assert town.customers == len(tables["customers"])
    assert people_for(sum(town.rows.values()), days=500) == pytest.approx(2000, rel=0.1)


def test_every_reference_leads_somewhere(tables: dict[str, Rows]) -> None:
    """Ids and e-mail addresses in one file are found in another."""
    customers = {row["customer_id"] for row in tables["customers"]}
    emails = {row["email"] for row in tables["customers"]} - {""}
    orders = {row["order_id"] for row in tables["orders"]}
    for name, rows in tables.items():
        key = HEADERS[name][0]
        assert name == "order_lines" or len({row[key] for row in rows}) == len(rows)
        for row in rows:
            assert not row.get("customer_id") or row["customer_id"] in customers
            assert not row.get("order_id") or row["order_id"] in orders
            assert name not in ("reviews", "web_events") or row["email"] in emails
    assert {row["referred_customer_id"] for row in tables["referrals"]} <= customers
    assert {row["order_id"] for row in tables["order_lines"]} == orders


def test_nothing_happens_before_somebody_is_registered(tables: dict[str, Rows]) -> None:
    """A customer's first row is not earlier than the day of joining."""
    joined = {row["customer_id"]: row["joined_on"] for row in tables["customers"]}
    for name, column in (("orders", "ordered_at"), ("tickets", "opened_at"), ("contacts", "contacted_at")):
        assert all(row[column][:10] >= joined[row["customer_id"]] for row in tables[name])


def test_files_are_in_order_of_time(tables: dict[str, Rows]) -> None:
    """Exports come as a shop's systems write them: oldest first, within the played days."""
    for name, columns in HEADERS.items():
        time = next((column for column in columns if column.endswith("_at")), None)
        if time:
            times = [row[time] for row in tables[name]]
            assert times == sorted(times), name


def test_only_people_who_agreed_are_tracked(tables: dict[str, Rows]) -> None:
    """Web events exist only for customers with a consent for tracking."""
    agreed = {row["customer_id"] for row in tables["consents"] if row["purpose"] == "tracking"}
    emails = {row["email"] for row in tables["customers"] if row["customer_id"] in agreed}
    assert {row["email"] for row in tables["web_events"]} <= emails


def test_answers_come_after_what_they_answer(tables: dict[str, Rows]) -> None:
    """Orders are delivered, rated and returned, and tickets closed, in that order."""
    orders = {row["order_id"]: row for row in tables["orders"]}
    for row in tables["ratings"]:
        order = orders[row["order_id"]]
        assert row["rated_at"] >= (order["delivered_at"] or order["ordered_at"])
    assert all(row["returned_at"] > orders[row["order_id"]]["delivered_at"] for row in tables["returns"])
    for row in tables["tickets"]:
        assert (row["status"] == "open") == (row["closed_at"] == "")
        assert row["closed_at"] == "" or row["closed_at"] > row["opened_at"]
    for row in orders.values():
        walk_in = row["department"] == "counter"
        assert (row["promised_on"] == "") == walk_in
        assert (row["delivered_at"] != "") == (not walk_in and row["status"] == "completed")


def late_share(rows: Rows, *, since: str, until: str) -> float:
    due = [row for row in rows if since <= row["promised_on"] < until and row["status"] != "cancelled"]
    return sum(row["delivered_at"][:10] > row["promised_on"] for row in due if row["delivered_at"]) / len(due)


def test_delivery_is_the_weakest_link_and_gets_worse(town: Written, tables: dict[str, Rows]) -> None:
    """Late shares are as planted; delivery shifts ten weeks before the end."""
    planted = {row["department"]: row for row in read(town.folder / "truth", "departments")}
    shift, end = planted["delivery"]["shift_on"], town.last.isoformat()
    assert shift == (town.last - timedelta(days=69)).isoformat()
    by = defaultdict(list)
    for row in tables["orders"]:
        by[row["department"]].append(row)
    share = {name: late_share(rows, since="2000", until=end) for name, rows in by.items() if name != "counter"}
    assert max(share, key=lambda name: share[name]) == "delivery"
    assert 0.10 < share["delivery"] < 0.16
    assert 0.03 < share["bakery"] < 0.08
    assert 0.03 < share["buying"] < 0.11
    assert late_share(by["delivery"], since="2000", until=shift) < 0.13
    assert late_share(by["delivery"], since=shift, until=end) > 0.22


def test_late_orders_cost_ratings_and_raise_complaints(tables: dict[str, Rows]) -> None:
    """People whose order came late rate lower and complain more often."""
    late = {row["order_id"]: row["delivered_at"][:10] > row["promised_on"] for row in tables["orders"] if
            row["delivered_at"]}  # fmt: skip
    scores: dict[bool, list[int]] = {True: [], False: []}
    for row in tables["ratings"]:
        if row["order_id"] in late:
            scores[late[row["order_id"]]].append(int(row["score"]))
    assert sum(scores[True]) / len(scores[True]) < sum(scores[False]) / len(scores[False]) - 0.4
    about = {row["order_id"] for row in tables["tickets"] if row["subject"] == "complaint"}
    count = Counter((late[order], order in about) for order in late)
    assert count[True, True] / count[True, False] > 5 * count[False, True] / count[False, False]


def test_the_last_day_leaves_things_open(town: Written, tables: dict[str, Rows]) -> None:
    """At the end some orders are overdue, some tickets open, some promises past their day."""
    end = town.last.isoformat()
    assert any(row["status"] == "open" and row["promised_on"] < end for row in tables["orders"])
    assert any(row["status"] == "open" and row["subject"] == "complaint" for row in tables["tickets"])
    overdue = [row for row in tables["promises"] if not row["kept_at"] and row["due_on"] < end]
    assert any(row["department"] == "service desk" for row in overdue)


def test_the_truth_says_who_is_who(town: Written, tables: dict[str, Rows]) -> None:
    """Households share a landline, companies have three contacts, people registered twice are told."""
    people = read(town.folder / "truth", "people")
    digits = {row["customer_id"]: "".join(filter(str.isdigit, row["phone"]))[-10:] for row in tables["customers"]}
    by_id = {row["customer_id"]: row for row in tables["customers"]}
    households, companies = defaultdict(list), defaultdict(list)
    for row in people:
        first = row["customer_ids"].split(";")[0]
        households[row["household_id"]].append(first)
        companies[row["company_id"]].append(first)
    for members in (members for name, members in households.items() if name):
        assert len(members) in (2, 3)
        assert len({digits[one] for one in members}) == 1
        assert len({by_id[one]["street"] for one in members}) == 1
    assert len({by_id[one]["company"] for one in by_id}) == len(companies)
    for contacts in (contacts for name, contacts in companies.items() if name):
        assert len(contacts) == 3
        assert len({digits[one] for one in contacts}) == 1
        assert sum(by_id[one]["email"].lower().startswith("info@") for one in contacts) == 1
    told = {row["customer_id"]: row["person_id"] for row in read(town.folder / "truth", "duplicates")}
    twice = {one: row["person_id"] for row in people for one in row["customer_ids"].split(";") if ";" in
             row["customer_ids"]}  # fmt: skip
    assert told == twice
    assert len(set(told.values())) > 20
    assert sorted(one for row in people for one in row["customer_ids"].split(";")) == sorted(by_id)


def test_an_interrupted_town_leaves_nothing(tmp_path: Path) -> None:
    """Whoever stops the writing finds neither a half-written town nor a forgotten folder."""

    def stop(share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    write(tmp_path / "kept", people=20, days=20)
    before = (tmp_path / "kept/orders.csv").read_bytes()
    for name in ("kept", "fresh"):
        with pytest.raises(KeyboardInterrupt):
            write(tmp_path / name, seed=8, people=30, days=60, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept/orders.csv").read_bytes() == before


def test_an_earlier_town_is_replaced_and_anything_else_is_left_alone(tmp_path: Path) -> None:
    """Only an empty folder or an earlier town is written over."""
    (tmp_path / "empty").mkdir()
    for seed in (1, 2):
        write(tmp_path / "empty", seed=seed, people=20, days=20, until=date(2026, 5, 31))
    marker = json.loads((tmp_path / "empty/truth/town.json").read_text(encoding="utf-8"))
    assert marker == {"version": 1, "seed": 2, "people": 20, "days": 20, "until": "2026-05-31"}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(InputError, match="is not empty and holds no town"):
        write(tmp_path / "mine", people=20, days=20)
    with pytest.raises(InputError, match="is a file"):
        write(tmp_path / "mine/letter.txt", people=20, days=20)
    with pytest.raises(KeepError, match="No folder can be made"):
        write(tmp_path / "mine/letter.txt/below", people=20, days=20)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "mine"]


def test_memory_follows_people_not_rows(tmp_path: Path) -> None:
    """Four times the days do not take anything like four times the memory."""
    peaks, rows = [], []
    for days in (60, 240):
        tracemalloc.start()
        written = write(tmp_path / str(days), people=300, days=days)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        rows.append(sum(written.rows.values()))
    assert rows[1] > 2 * rows[0]
    assert peaks[1] < 1.5 * peaks[0]
    assert peaks[1] < 40_000_000
