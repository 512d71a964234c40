"""From a file to customers on pages alone: matched, checked, kept, taken back; and what is wrong is named."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from regulars import loop
from regulars.heard import batches, refusals
from regulars.recognise.customer import code_of
from regulars.serve.uploads import MOST_BYTES
from regulars.serve.wizard import MOST_VISITS
from regulars.store import Home

from .conftest import client_of
from .door import empty_home
from .shop import SCRIPT

HEAD = "order_id,customer_id,email,ordered_at,item,quantity,amount"
ROWS = [f"{n},C{n % 7},c{n % 7}@example.org,2026-0{1 + n % 9}-1{n % 10} 10:00,Rye loaf,1,{n}.50" for n in range(1, 41)]
GOOD = "\n".join([HEAD, *ROWS, ""])
SELECTED = re.compile(r'<select id="(role-0-\d+)".*?</select>', re.DOTALL)
COUNTS = re.compile(r'data-label="[^"]+"[^>]*>([\d,]+)<')


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Home]:
    made = empty_home(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def desk(shop: Home) -> TestClient:
    return client_of(shop)


def settled(desk: TestClient, answer: Any, *, patience: float = 60) -> Any:
    """Ask again, as the page does by itself, until the work has ended."""
    end = time.monotonic() + patience
    while 'http-equiv="refresh"' in answer.text and time.monotonic() < end:
        time.sleep(0.05)
        answer = desk.get(str(answer.url))
    return answer


def give(desk: TestClient, *files: tuple[str, str | bytes], source: str = "shop") -> Any:
    """Give some files."""
    sent = [("files", (name, content)) for name, content in files]
    return desk.post("/hear", files=sent, data={"source": source})


def form_in(page: str) -> dict[str, str]:
    """Return what the form of step 2 would send as it stands."""
    said = dict.fromkeys(re.findall(r'type="checkbox" name="(want-\d+)" value="yes" checked', page), "yes")
    for name, body in re.findall(r'<select[^>]* name="((?:role|shape)-[\d-]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        said[name] = chosen[1] if chosen else ""
    return said | dict(re.findall(r'type="radio" name="(\w+)" value="([^"]*)" (?:required )?checked', page))


def check(desk: TestClient, given: Any, **said: str) -> Any:
    """Go on from step 2 to step 3, with what the page proposes and what somebody says."""
    found = desk.post(str(given.url), data=form_in(given.text) | said | {"do": "check"})
    return settled(desk, found)


def keep(desk: TestClient, checked: Any) -> Any:
    """Go on from step 3 to step 4."""
    return settled(desk, desk.post(str(checked.url).replace("/check", "/keep")))


def texts(answers: Sequence[Any]) -> list[str]:
    """Return some pages as text."""
    return [answer.text for answer in answers]


def test_an_empty_home_invites(desk: TestClient) -> None:
    """The first page of all leads to the first file."""
    page = desk.get("/")
    assert page.status_code == 200
    assert 'href="/hear"' in page.text
    assert "Nobody is known yet" in page.text


def test_a_file_becomes_customers(desk: TestClient, shop: Home) -> None:
    """File, columns, check, done: nothing is kept before the end, and then there is a briefing to read."""
    given = give(desk, ("orders.csv", GOOD))
    assert "email" in given.text and "c1@example.org" in given.text
    checked = check(desk, given)
    assert "Nothing is kept yet" in checked.text
    assert not batches(shop)
    done = keep(desk, checked)
    assert "7 customers are known" in done.text
    code = re.search(r'href="(/customers/[^"]+)"', done.text.partition("here last")[2])
    assert code and desk.get(code[1]).status_code == 200


def test_what_the_check_counts_is_what_is_kept(desk: TestClient, shop: Home) -> None:
    """New, updates, same and need a look: the numbers of the check are those of the batch."""
    good = GOOD.replace(",item,quantity", "").replace(",Rye loaf,1", "")
    keep(desk, check(desk, give(desk, ("orders.csv", good))))
    later = (
        good.replace("4.50", "5.50", 1) + "41,C1,c1@example.org,yesterday,3.00\n42,C1,c1@example.org,2026-10-03,3.00\n"
    )
    checked = check(desk, give(desk, ("orders.csv", later)))
    rows, new, updates, same, look = (int(text) for text in COUNTS.findall(checked.text))
    keep(desk, checked)
    (file,) = batches(shop)[0].files
    assert (file.rows, file.new, file.corrected, file.same, file.refused) == (rows, new, updates, same, look)
    assert (new, updates, same, look) == (1, 1, 39, 1)


def test_undo_restores_every_page(desk: TestClient, shop: Home) -> None:
    """Taking a batch back makes every page what it was, byte for byte."""
    keep(desk, check(desk, give(desk, ("orders.csv", GOOD))))
    numbers = shop.runs.table(shop.runs.current(), "customers", ["customer"]).column("customer").to_pylist()
    codes = [code_of(number) for number in numbers]
    addresses = ["/", *(f"/customers/{code}/timeline" for code in codes)]
    before = texts([desk.get(address) for address in addresses])
    more = HEAD + "\n" + "\n".join(row.replace("Rye", "Spelt").replace(",C", ",D") for row in ROWS)
    keep(desk, check(desk, give(desk, ("more.csv", GOOD.replace("Rye", "Oat") + more), source="till")))
    assert texts([desk.get(address) for address in addresses]) != before
    number = batches(shop)[0].number
    page = settled(desk, desk.post(f"/heard/{number}/undo"))
    assert "Taken back" in page.text
    assert texts([desk.get(address) for address in addresses]) == before


def test_undoing_the_first_file_leaves_nobody(desk: TestClient) -> None:
    """Where nothing is left, no page goes on telling of it; a second click says that it was done."""
    keep(desk, check(desk, give(desk, ("orders.csv", GOOD))))
    settled(desk, desk.post("/heard/1/undo"))
    assert "Nobody is known yet" in desk.get("/").text
    assert "Taken back" in settled(desk, desk.post("/heard/1/undo")).text


NINE: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty.csv": (b"", ("empty.csv is empty",)),
    "headers.csv": (HEAD.encode(), ("has a header and no rows",)),
    "late.csv": (
        GOOD.replace("2026-09-18", "18th of something", 1).encode(),
        ("Line 9", "ordered_at", "18th of something"),
    ),
    "amounts.csv": (GOOD.replace("12.50", "twelve").encode(), ("Line 13", "amount", "twelve")),
    "torn.csv": (GOOD.replace("5,C5,", "5,C5,,,extra,", 1).encode(), ("Line 6",)),
    "nul.csv": (GOOD.replace("c3@", "c\0@", 1).encode(), ("Line 4", "NUL")),
    "nobody.csv": (b"colour,size\nred,4\nblue,5\n", ("do not tell who did what",)),
    "mixed.csv": (GOOD.encode().replace(b"Rye", "Róye".encode("cp1252"), 1) + "é".encode(), ("mixed.csv",)),
    "bomb.csv": (b"order_id,email\n1," + b"x" * 2_000_000 + b"\n2,ann@example.org\n", ("bomb.csv",)),
}


@pytest.mark.parametrize("name", NINE)
def test_bad_files_are_named(desk: TestClient, shop: Home, name: str) -> None:
    """Each says what is wrong, with row and column where there is one; nothing is half taken."""
    content, words = NINE[name]
    given = give(desk, (name, content))
    text = given.text
    if "/hear/" in str(given.url):
        text += check(desk, given).text
    plain = re.sub(r"<[^>]+>", "", text)
    assert all(word in plain for word in words), plain
    assert "Our mistake" not in plain
    assert not batches(shop)


def test_two_columns_for_one_thing_are_both_named(desk: TestClient) -> None:
    """Nobody has to guess which columns are meant."""
    given = give(desk, ("orders.csv", GOOD))
    page = check(desk, given, **{"role-0-4": "ordered_at"})
    assert page.status_code == 422
    assert "&#39;ordered_at&#39; and &#39;item&#39;" in page.text


def test_columns_are_set_by_hand(desk: TestClient, shop: Home) -> None:
    """A file whose headers say nothing is heard as a person says, and asked about no more the next time."""
    given = give(desk, ("a.csv", "a,b,c\n1,ann@example.org,2026-03-14\n2,bob@example.org,2026-03-15\n"))
    assert "do not tell who did what" in given.text
    address = str(given.url)
    shown = desk.post(address, data={"want-0": "yes", "shape-0": "orders", "do": "look"})
    said = {"role-0-0": "order", "role-0-1": "email", "role-0-2": "ordered_at"}
    done = keep(desk, check(desk, shown, **said))
    assert "2 customers are known" in done.text
    again = give(desk, ("a.csv", "a,b,c\n3,cy@example.org,2026-03-16\n"))
    assert '<option value="ordered_at" selected' in again.text
    keep(desk, check(desk, again))
    assert [batch.files[0].new for batch in batches(shop)] == [1, 2]


def test_the_order_of_day_and_month_is_asked(desk: TestClient) -> None:
    """With an example of the file's own rows; without an answer the file is not heard."""
    two_ways = "order_id,email,ordered_at\n1,ann@example.org,03/04/2026\n2,ann@example.org,05/04/2026\n"
    given = give(desk, ("orders.csv", two_ways))
    assert "3 April or 4 March?" in given.text
    assert check(desk, given).status_code == 422
    done = keep(desk, check(desk, given, dates="day"))
    assert "1 customer is known" in done.text


def test_what_is_not_chosen_never_touches_the_disk(desk: TestClient, shop: Home) -> None:
    """Neither a sensitive column nor one that nobody chose leaves a byte in the home."""
    rows = "\n".join(f"{row},4111 1111 1111 1111,needle-in-no-column" for row in ROWS)
    given = give(desk, ("orders.csv", f"{HEAD},card number,shoe\n{rows}\n"))
    assert "looks sensitive, off" in given.text and "4111" not in given.text
    keep(desk, check(desk, given))
    assert len(batches(shop)) == 1
    kept = b"".join(path.read_bytes() for path in shop.path.rglob("*") if path.is_file())
    assert b"needle-in-no-column" not in kept and b"4111 1111" not in kept


def test_several_files_go_together_and_one_is_left_out(desk: TestClient, shop: Home) -> None:
    """A file that is of no use does not hold the others up."""
    given = give(desk, ("orders.csv", GOOD), ("broken.parquet", b"PAR1nonsense"), ("colours.csv", "colour\nred\n"))
    assert "broken.parquet" in given.text
    said = form_in(given.text)
    assert "want-1" not in said
    checked = settled(desk, desk.post(str(given.url), data=said | {"do": "check"}))
    keep(desk, checked)
    assert [file.name for file in batches(shop)[0].files] == ["orders.csv"]


def test_a_changed_file_has_to_be_looked_at(desk: TestClient, shop: Home) -> None:
    """It is not heard before somebody says that the change is as it should be."""
    keep(desk, check(desk, give(desk, ("orders.csv", GOOD))))
    changed = GOOD.replace("ordered_at", "order_date_new").replace("2026-", "2025-")
    given = give(desk, ("orders.csv", changed))
    assert "This file has changed" in given.text
    assert check(desk, given).status_code == 422
    done = check(desk, given, **{"same-0": "yes", "role-0-3": "ordered_at"})
    assert "Nothing is kept yet" in done.text


def test_letters_go_through_the_sieve(desk: TestClient) -> None:
    """A mailbox given with a file makes no customer of strangers."""
    letter = "From: Ann <ann@example.org>\nTo: us@shop.example\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nSecret words\n"
    given = give(desk, ("letter.eml", letter))
    checked = check(desk, given)
    assert "1 from 1 unknown sender wait" in " ".join(checked.text.split())
    assert "Secret words" not in given.text + checked.text


def test_names_and_values_cannot_speak_html(desk: TestClient) -> None:
    """File names, headers and values are escaped on every step."""
    content = GOOD.replace("item", SCRIPT, 1).replace("Rye loaf", SCRIPT).replace("3.50", SCRIPT, 1)
    given = give(desk, (f"{SCRIPT}.csv", content), source=SCRIPT)
    pages = [given, check(desk, given, **{"role-0-4": "item"})]
    pages.append(keep(desk, pages[-1]))
    assert all("<script>alert" not in page for page in texts(pages))


def test_another_site_cannot_give_files(desk: TestClient, shop: Home) -> None:
    """Every step that changes something asks where the form came from."""
    keep(desk, check(desk, give(desk, ("orders.csv", GOOD))))
    given = give(desk, ("more.csv", GOOD))
    here = str(given.url)
    foreign = {"sec-fetch-site": "cross-site"}
    for address in ("/hear", here, f"{here}/keep", f"{here}/stop", f"{here}/away", "/heard/1/undo", "/turn"):
        assert desk.post(address, headers=foreign, data={"x": "y"}).status_code == 403, address
    assert batches(shop)[0].undone is None


def test_too_much_is_turned_away(desk: TestClient) -> None:
    """An upload over the limit is refused by what it says of itself, and told how else to go."""
    answer = desk.post(
        "/hear",
        content=b"x",
        headers={"content-type": "multipart/form-data; boundary=b", "content-length": str(MOST_BYTES + 1)},
    )
    assert answer.status_code == 413
    assert "regulars hear FILE" in answer.text
    assert desk.post("/hear", data={"source": "x"}).status_code == 415


def test_old_visits_make_room(desk: TestClient) -> None:
    """Only the last few visits are kept in memory; one that is gone, or thrown away, is not there."""
    addresses = [str(give(desk, (f"{n}.csv", GOOD)).url) for n in range(MOST_VISITS + 1)]
    assert [desk.get(address).status_code for address in addresses] == [404] + [200] * MOST_VISITS
    desk.post(f"{addresses[-1]}/away")
    assert desk.get(addresses[-1]).status_code == 404


def test_work_can_be_stopped(desk: TestClient, shop: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that nobody wants ends, nothing of it counts, and the columns are there again."""
    monkeypatch.setattr("regulars.serve.hearing.PATIENCE", 0)
    many = [HEAD, *(row.replace(f"{n},", f"{n + 1000 * k},", 1) for k in range(3000) for n, row in enumerate(ROWS, 1))]
    given = give(desk, ("orders.csv", "\n".join(many)))
    shown = desk.post(str(given.url), data=form_in(given.text) | {"do": "check"})
    assert 'http-equiv="refresh"' in shown.text
    stopped = settled(desk, desk.post(f"{given.url}/stop"))
    assert "Match columns" in stopped.text
    assert not batches(shop)


def test_what_was_heard_elsewhere_is_worked_out_here(desk: TestClient, shop: Home, tmp_path: Path) -> None:
    """A file heard on the command line waits for one click."""
    (tmp_path / "orders.csv").write_text(GOOD, encoding="utf-8")
    loop.hear(shop, [tmp_path / "orders.csv"], source="shop", now=desk.app.state.desk.now())
    assert "has not been worked out yet" in desk.get("/").text
    assert "Today" in settled(desk, desk.post("/turn")).text
    assert shop.runs.current().customers == 7


def test_rows_that_need_a_look_are_told_on_the_last_page(desk: TestClient, shop: Home) -> None:
    """And are among those of the home."""
    done = keep(desk, check(desk, give(desk, ("orders.csv", GOOD.replace("12.50", "twelve")))))
    assert "Line 13" in done.text
    assert refusals(shop)[0].value == "twelve"


def test_rows_are_downloaded_mended_and_given_back(desk: TestClient, shop: Home) -> None:
    """The sheet of a batch comes back mended, and nothing needs a look any more."""
    done = keep(desk, check(desk, give(desk, ("orders.csv", GOOD.replace("12.50", "twelve")))))
    address = re.search(r'href="(/heard/\d+/rows.csv)"', done.text)
    assert address
    sheet = desk.get(address[1])
    assert sheet.headers["content-disposition"].startswith("attachment")
    given = give(desk, ("mended.csv", sheet.text.replace('"twelve"', '"12.50"', 1)), source="other")
    checked = check(desk, given)
    assert "1 of 1 row mended" in checked.text
    assert "1 new trace of" in " ".join(keep(desk, checked).text.split())
    assert not refusals(shop)
    again = check(desk, give(desk, ("orders.csv", GOOD)))
    assert [int(text) for text in COUNTS.findall(again.text)] == [40, 0, 0, 40, 0]
