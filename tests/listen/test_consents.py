"""Consents: what a list of customers says that its owner may do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from regulars.intake import FileHeard, hear
from regulars.listen import Held
from regulars.settings import Settings
from regulars.store import Home, make_home

from .conftest import Listen

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
HEAD = "customer_id,name,email,joined,"
OPT_INS = {
    "Accepts Marketing": "email",
    "Accepts Email Marketing": "email",
    "Email opt-in": "email",
    "newsletter": "email",
    "GDPR consent": "email",
    "Accepts SMS Marketing": "sms",
    "sms consent": "sms",
    "phone consent": "phone",
    "postal consent": "post",
}
OPT_OUTS = {
    "HasOptedOutOfEmail": "email",
    "Unsubscribed from all email": "email",
    "DoNotCall": "phone",
    "do_not_mail": "post",
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = make_home(tmp_path / "home", Settings(), now_us=0)
    yield opened
    opened.close()


def said(traces: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(trace["kind"], trace["channel"]) for trace in traces if trace["kind"] != "introduced"]


@pytest.mark.parametrize("header", OPT_INS)
def test_a_column_of_consents_makes_traces_beside_the_introduction(header: str, listen: Listen) -> None:
    """Yes is a consent, no is a withdrawal, and a blank says nothing."""
    rows = (
        "A,Ann,ann@example.org,2020-01-02,yes\nB,Bob,bob@example.org,2020-01-02,no\nC,Cy,cy@example.org,2020-01-02,\n"
    )
    told = listen(f"{HEAD}{header}\n{rows}", "customers.csv")
    assert told.refused == []
    assert said(told.traces) == [("consented", OPT_INS[header]), ("withdrew", OPT_INS[header])]
    assert sum(trace["kind"] == "introduced" for trace in told.traces) == 3


@pytest.mark.parametrize("header", OPT_OUTS)
def test_an_opt_out_says_the_contrary(header: str, listen: Listen) -> None:
    """True means that they do not want it; a blank still says nothing."""
    rows = (
        "A,Ann,ann@example.org,2020-01-02,true\nB,Bob,bob@example.org,2020-01-02,0\nC,Cy,cy@example.org,2020-01-02,\n"
    )
    told = listen(f"{HEAD}{header}\n{rows}", "customers.csv")
    assert said(told.traces) == [("withdrew", OPT_OUTS[header]), ("consented", OPT_OUTS[header])]


def test_each_channel_has_a_column_of_its_own(listen: Listen) -> None:
    """Several columns in one list are several traces of one row."""
    told = listen(
        f"{HEAD}newsletter,sms consent,DoNotCall\nA,Ann,ann@example.org,2020-01-02,yes,no,1\n", "customers.csv"
    )
    assert said(told.traces) == [("consented", "email"), ("withdrew", "sms"), ("withdrew", "phone")]


def test_a_column_that_holds_no_decisions_is_left_out(listen: Listen) -> None:
    """The header alone is not believed."""
    told = listen(f"{HEAD}newsletter\nA,Ann,ann@example.org,2020-01-02,Spring 2026\n", "customers.csv")
    assert said(told.traces) == []
    assert told.mapping.left_out == ("newsletter",)


def test_a_consent_is_dated_when_it_was_heard(listen: Listen) -> None:
    """The list says what holds today, not what was said when somebody joined."""
    told = listen(f"{HEAD}newsletter\nA,Ann,ann@example.org,2020-01-02,yes\n", "customers.csv")
    joined, consented = told.traces
    assert joined["happened_at"] < consented["happened_at"]


def heard(home: Home, decision: str, day: int, more: str = "") -> FileHeard:
    content = f"{HEAD}newsletter\nA,Ann,ann@example.org,2020-01-02,{decision}\n{more}".encode()
    (file,) = hear(home, [Held("customers.csv", content)], source="list", now=NOW + timedelta(days=day))
    return file


def test_a_later_list_that_says_the_same_changes_nothing(home: Home) -> None:
    """Only the row that was added is new."""
    heard(home, "yes", 0)
    again = heard(home, "yes", 1, more="B,Bob,bob@example.org,2020-01-02,no\n")
    assert (again.new, again.same, again.corrected) == (2, 2, 0)


def test_a_later_list_that_says_otherwise_corrects_it_as_often_as_it_changes(home: Home) -> None:
    """Withdrawn, given and withdrawn again: each time the latest word holds."""
    heard(home, "no", 0)
    assert heard(home, "yes", 1).corrected == 1
    assert heard(home, "no", 2, more="B,Bob,bob@example.org,2020-01-02,\n").corrected == 1
