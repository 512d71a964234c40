"""How values say themselves on a page."""

from __future__ import annotations

import pytest

from regulars.serve.paper import figure, isolated, rendered


def test_every_piece_of_a_sentence_is_escaped() -> None:
    """Our words, a customer's words and a quote: none of them can become markup."""
    said = isolated("<b>We</b> owe <u>Ann</u>: “<i>late</i>” & more", ["<u>Ann</u>"])
    assert said == (
        '&lt;b&gt;We&lt;/b&gt; owe <bdi dir="auto">&lt;u&gt;Ann&lt;/u&gt;</bdi>:'
        ' “<bdi dir="auto">&lt;i&gt;late&lt;/i&gt;</bdi>” &amp; more'
    )


def test_a_name_is_set_apart_only_as_a_whole_word() -> None:
    """A customer called Al does not cut the word All in two."""
    assert isolated("All of Al", ["Al"]) == 'All of <bdi dir="auto">Al</bdi>'


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.304, "share", "30%"),
        (6.96, "days", "6.96 days"),
        (1500, "JPY", "1,500 JPY"),
        (float("inf"), "days", "unknown"),
        (float("nan"), "EUR", "unknown"),
        (3.0, "bits", "3.0 bits, 1 time in 8"),
    ],
)
def test_a_number_says_its_unit(value: float, unit: str, words: str) -> None:
    """Shares as a percentage, money in its currency, and no number where there is none."""
    assert figure(value, unit) == words


def test_a_notice_escapes_what_it_repeats() -> None:
    """A message of an error may hold a value from a file."""
    page = rendered("notice.html", shop="<b>", title="Not now", what="<script>“<i>”", now="Mend <it>.")
    assert "<script" not in page.replace('<script src="/static/desk.js"', "", 1)
    assert "&lt;it&gt;" in page
    assert "<b>" not in page
