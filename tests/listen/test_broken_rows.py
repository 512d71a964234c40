"""A row that cannot be meant is refused with its line, column, value, reason and advice; its neighbours go on."""

from __future__ import annotations

import pytest

from .conftest import NOW_US, Listen

HEAD = "order_id,customer_id,ordered_at,product,quantity,unit_price,note_to_self\n"


def line(number: int, *, customer: str = "A", at: str = "2026-01-02", quantity: str = "1", price: str = "2.50") -> str:
    return f"{number},{customer},{at},Bread,{quantity},{price},-\n"


@pytest.mark.parametrize(
    ("broken", "reason", "value"),
    [
        ("2,A,2026-01-02\n", "3 cells where the header has 7", "2 | A | 2026-01-02"),
        ("2,A,2026-01-02,Bread,1,2.50,-,and,more\n", "9 cells where the header has 7", "2 | A | 2026-01-02 | Bread"),
        ('2,A,2026-01-02,"Bread,1,2.50,-\n', "a quotation mark is opened and never closed", '2,A,2026-01-02,"Bread'),
        (
            '2,A,2026-01-02,"Big "sour" loaf",1,2.50,-\n',
            "a quotation mark in the middle of a cell",
            '2,A,2026-01-02,"Big',
        ),
        ("2,A,2026-01-02,Br\0ead,1,2.50,-\n", "a NUL character", "2 | A"),
        ('2,A,2026-01-02,"Bread"\0,1,2.50,-\n', "a NUL character", "2,A"),
        (f'2,A,2026-01-02,"{"x" * 1_000_001}",1,2.50,-\n', "a cell of more than 1,000,000 characters", "2,A"),
        (line(2, at="2026-02-31"), "this is no day of the calendar", "2026-02-31"),
        (line(2, at="1900-01-01"), "the year 1900 cannot be meant", "1900-01-01"),
        (line(2, at="2099-01-01"), "the date is still to come", "2099-01-01"),
        (line(2, at="2100-01-01"), "the year 2100 cannot be meant", "2100-01-01"),
        (line(2, at="2026-01-02 25:00"), "there is no such time of day", "2026-01-02 25:00"),
        (line(2, at="03/04/2026"), "whether the day or the month comes first is not known", "03/04/2026"),
        (line(2, at="soon"), "this is not a date that we can read", "soon"),
        (line(2, at=""), "the date is missing", ""),
        (line(2, quantity="=1+2"), "this is not a number", "=1+2"),
        (line(2, quantity="9" * 50), "this number is too large to be meant", "9" * 50),
        (line(2, quantity="9000000000000", price="9000000000"), "this comes to more than can be meant", "9000000000"),
        (line(2, price='"1.234,50"'), "its decimals are written with a comma", "1.234,50"),
        (line(2, price="$5"), "this sign is not of EUR, and does not tell which currency it is", "$5"),
    ],
)
def test_one_broken_row_is_refused_and_its_neighbours_go_on(
    broken: str, reason: str, value: str, listen: Listen
) -> None:
    """The broken row stands in the middle; the rows around it keep their lines."""
    told = listen(HEAD + line(1) + broken + line(3, at="2026-01-03"), "lines.csv")
    assert [(trace["row"], trace["about"]) for trace in told.traces] == [(2, "order:shop:1"), (4, "order:shop:3")]
    assert len(told.refused) == 1
    refused = told.refused[0]
    assert refused.row == 3
    assert refused.reason.startswith(reason)
    assert refused.value.startswith(value)
    assert refused.suggestion.endswith(".")
    assert str(refused).startswith("rows.csv, line 3") or str(refused).startswith("lines.csv, line 3")


def test_many_lines_after_an_unclosed_quotation_mark_are_still_heard(listen: Listen) -> None:
    """Only the line that opens the mark is lost, however long the file is."""
    rows = [line(n) for n in range(2000)]
    rows[500] = '500,A,2026-01-02,"Bread,1,2.50,-\n'
    told = listen(HEAD + "".join(rows), "lines.csv")
    assert [row.row for row in told.refused] == [502]
    assert len(told.traces) == 1999
    assert told.traces[-1]["row"] == 2001


def test_line_numbers_are_those_of_an_editor_when_cells_hold_line_breaks(listen: Listen) -> None:
    """A cell of three lines moves all rows below it down by two."""
    told = listen(
        HEAD + '1,A,2026-01-02,"Bread\nand\r\nbutter",1,2.50,-\n\n' + line(2) + line(3, at="soon"), "lines.csv"
    )
    assert [trace["row"] for trace in told.traces] == [2, 6]
    assert told.traces[0]["item"] == "Bread and butter"
    assert [row.row for row in told.refused] == [7]


def test_blank_rows_are_no_rows_and_extra_empty_cells_no_fault(listen: Listen) -> None:
    """Rows of nothing are passed over; delimiters too many at the end of a row mean nothing."""
    told = listen(HEAD + line(1) + ",,,,,,\n  \n" + line(2).strip() + ",,\n" + ' , ,"  ",,,,\n', "lines.csv")
    assert [trace["row"] for trace in told.traces] == [2, 5]
    assert told.refused == []


def test_the_first_fault_of_a_row_is_told_once(listen: Listen) -> None:
    """A row with three faults is one row that needs a look."""
    told = listen(HEAD + line(1) + line(2, customer="", at="soon", quantity="many"), "lines.csv")
    assert [(row.row, row.column) for row in told.refused] == [(3, "ordered_at")]


def test_negative_quantities_and_amounts_are_returns(listen: Listen) -> None:
    """What is taken back is a return of a positive quantity and amount, never a purchase."""
    told = listen(HEAD + line(1, quantity="-2") + line(2, price="(12.00)") + line(3), "lines.csv")
    found = [(trace["kind"], trace["quantity_milli"], trace["amount_minor"]) for trace in told.traces]
    assert found == [("returned", 2000, 500), ("returned", 1000, 1200), ("bought", 1000, 250)]
    told = listen("customer_id,date,amount\nA,2026-01-02,-12.00\nA,2026-01-03,12.00\n", "purchases.csv")
    assert [trace["kind"] for trace in told.traces] == ["returned", "bought"]


def test_amounts_keep_the_currency_they_are_written_with(listen: Listen) -> None:
    """Two currencies in one column stay two; what contradicts its own currency column is refused."""
    told = listen(
        "customer_id,date,amount\nA,2026-01-02,€ 5\nA,2026-01-03,£5\nA,2026-01-04,5 CHF\nA,2026-01-05,5\n", "sales.csv"
    )
    assert [trace["currency"] for trace in told.traces] == ["EUR", "GBP", "CHF", "EUR"]
    told = listen(
        "customer_id,date,amount,currency\nA,2026-01-02,€5,EUR\nA,2026-01-03,€5,GBP\nA,2026-01-04,5,¥€$\nA,2026-01-05,5,jpy\n",
        "sales.csv",
    )
    assert [(trace["currency"], trace["amount_minor"]) for trace in told.traces] == [("EUR", 500), ("JPY", 5)]
    assert [(row.column, row.reason) for row in told.refused] == [
        ("amount", "the amount is in EUR, but the row says GBP"),
        ("currency", "this is no code of a currency"),
    ]


def test_large_amounts_are_exact_or_refused(listen: Listen) -> None:
    """Whole minor units are right up to the limit of 64 bits, and never wrap around."""
    told = listen(
        "customer_id,date,amount\nA,2026-01-02,123456789012.34\nA,2026-01-02,4000000000000\nA,2026-01-02,1\n",
        "sales.csv",
    )
    assert [trace["amount_minor"] for trace in told.traces] == [12345678901234, 400000000000000, 100]


def test_ratings_outside_their_scale_are_refused(listen: Listen) -> None:
    """A six on a scale of five is a slip; a file whose ratings go to ten is on that scale."""
    rows = "customer_id,rated_at,score\n" + "".join(f"A,2026-01-0{n},{n}\n" for n in range(1, 6))
    told = listen(rows + "A,2026-01-06,6\n", "ratings.csv", scale=(1, 5))
    assert [(row.value, row.reason) for row in told.refused] == [("6", "this is not on the scale from 1 to 5")]
    assert listen(rows + "A,2026-01-06,10\n", "ratings.csv").mapping.scale == (0, 10)


def test_a_later_step_that_is_still_to_come_is_refused_not_dropped(listen: Listen) -> None:
    """A delivery next year is a slip that is shown; a promise for next year is a promise."""
    head = "order_id,customer_id,ordered_at,promised_on,delivered_at,status\n"
    told = listen(head + "1,A,2026-01-02,2027-01-02,,open\n2,A,2026-01-02,2026-02-02,2027-01-05,done\n", "orders.csv")
    assert [(trace["kind"], trace["about"]) for trace in told.traces] == [("ordered", "order:shop:1")]
    assert told.traces[0]["due_at"] > NOW_US
    assert [(row.row, row.column, row.reason) for row in told.refused] == [
        (3, "delivered_at", "the date is still to come")
    ]


def test_texts_are_kept_without_what_does_harm(listen: Listen) -> None:
    """Long names and formulas are kept as text; control characters, which a terminal obeys, are not."""
    long = "N" * 1000
    told = listen(
        f"customer_id,name,city,joined_on\nA,{long},=cmd|'/c calc'!A1,2026-01-02\nB,Ann\x1b[31m,Ghent,2026-01-02\n",
        "customers.csv",
    )
    assert long in told.traces[0]["attributes"]
    assert "=cmd|" in told.traces[0]["attributes"]
    assert "\\u001b" not in told.traces[1]["attributes"]
    assert "Ann[31m" in told.traces[1]["attributes"]


def test_a_row_is_told_by_the_identifier_that_cannot_be_read(listen: Listen) -> None:
    """Where an e-mail address is all there is, a broken one is named as such."""
    rows = "".join(f"c{n}@example.org,2026-01-02,5\n" for n in range(20))
    told = listen("email,reviewed_at,text\n" + rows + "ann at example,2026-01-02,fine\n", "reviews.csv")
    assert [(row.column, row.value, row.reason) for row in told.refused] == [
        ("email", "ann at example", "this is no e-mail address")
    ]


def test_a_row_that_names_nobody_is_refused(listen: Listen) -> None:
    """Without a customer, an address or an order, nobody could ever be told about the row."""
    rows = f"A,2026-01-02,5\n,2026-01-02,5\n{'x' * 201},2026-01-02,5\n N/A ,2026-01-02,5\n"
    told = listen("customer_id,date,amount\n" + rows, "sales.csv")
    assert [(row.row, row.reason) for row in told.refused] == [
        (3, "nobody is named in this row"),
        (4, "this is no customer number"),
        (5, "nobody is named in this row"),
    ]
    assert told.refused[1].value == "x" * 200


def test_headers_named_like_our_own_columns_are_ordinary_headers(listen: Listen) -> None:
    """A file may have columns called trace_id, row or subject."""
    told = listen("row,trace_id,customer_id,date,amount,source\n1,x,A,2026-01-02,5,y\n", "sales.csv")
    assert [(trace["row"], trace["source"]) for trace in told.traces] == [(2, "shop")]


def test_words_decide_only_where_they_are_known(listen: Listen) -> None:
    """A consent in words that we do not know is refused; "normal" is not "no", and "chocolate" is not "late"."""
    head = "consent_id,customer_id,recorded_at,decision\n"
    words = ["given", "withdrawn", "opted-out", "Yes", "no", "normal", "maybe", ""]
    told = listen(head + "".join(f"{n},A,2026-01-02,{word}\n" for n, word in enumerate(words)), "consents.csv")
    assert [trace["kind"] for trace in told.traces] == ["consented", "withdrew", "withdrew", "consented", "withdrew"]
    assert [row.value for row in told.refused] == ["normal", "maybe", ""]
    told = listen(
        "ticket_id,email,created_at,subject\n1,a@b.example,2026-01-02,Chocolate cake\n"
        "2,a@b.example,2026-01-02,Too late\n",
        "tickets.csv",
    )
    assert [trace["kind"] for trace in told.traces] == ["asked", "complained"]
