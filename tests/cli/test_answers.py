"""Answers on the command line: what a file does not tell is given with an option, and kept."""

from __future__ import annotations

from pathlib import Path

from .conftest import Run

SALES = "customer_id,date,amount,card number\nA,03/04/2025,5,1\nB,05/06/2025,7.50,2\n"


def test_the_order_of_day_and_month_is_answered_with_an_option(run: Run, tmp_path: Path) -> None:
    """Without it the file is refused with an example of its own rows; with it, it is heard."""
    (tmp_path / "sales.csv").write_text(SALES, encoding="utf-8")
    refused = run("hear", "sales.csv")
    assert refused.code == 65
    assert "03/04/2025 in line 2: 3 April or 4 March?" in refused.err
    assert "--dates day" in refused.err
    ran = run("hear", "sales.csv", "--dates", "day", "--currency", "EUR", "--why", "marketing", "--basis", "consent")
    assert ran.code == 0
    assert "dates are written day first (as answered)" in ran.out
    assert "kept for marketing, on the ground of consent" in ran.out


def test_what_looks_sensitive_is_named_apart(run: Run, tmp_path: Path) -> None:
    """A person sees which columns are off because of what they hold."""
    (tmp_path / "sales.csv").write_text(SALES, encoding="utf-8")
    ran = run("hear", "sales.csv", "--dates", "day")
    assert "looks sensitive, not stored: card number" in ran.out
    assert "\n  not stored" not in ran.out


def test_an_answer_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    """It names what could be answered."""
    (tmp_path / "sales.csv").write_text(SALES, encoding="utf-8")
    ran = run("hear", "sales.csv", "--dates", "day", "--why", "fun")
    assert ran.code == 65
    assert "'fun' is no answer to 'why'" in ran.err
