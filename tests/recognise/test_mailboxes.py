"""E-mail addresses taken apart, and who may stand behind them."""

from __future__ import annotations

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

from regulars.recognise import is_free, is_role, role_mailboxes
from regulars.recognise.mailboxes import clean_emails


def parts_of(text: str) -> tuple[str | None, ...]:
    """Return the e-mail address, mailbox and domain of one text."""
    parts = clean_emails(pa.array([text]))
    return tuple(parts[name][0].as_py() for name in ("email", "mailbox", "domain"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Ann.Lee+shop@GMail.com ", ("ann.lee+shop@gmail.com", "annlee", "gmail.com")),
        ("ann.lee@googlemail.com", ("ann.lee@googlemail.com", "annlee", "gmail.com")),
        ("Ann.Lee+shop@x.org", ("ann.lee+shop@x.org", "ann.lee", "x.org")),
        ("Ann Lee <ann@x.org>", ("ann@x.org", "ann", "x.org")),
        ("mailto:ann@x.org", ("ann@x.org", "ann", "x.org")),
        ("ann@x.org; bob@x.org", ("ann@x.org", "ann", "x.org")),
        ("ann@x.org.", ("ann@x.org", "ann", "x.org")),
        ("oliverjones82bond.biz", ("oliverjones82bond.biz", None, None)),
        ("j@smith.com", ("j@smith.com", "j", "smith.com")),
        ("me@annlee.com", ("me@annlee.com", "me", "annlee.com")),
        ("info@brown.co.uk", ("info@brown.co.uk", "info", "brown.co.uk")),
    ],
)
def test_an_address_is_taken_apart(text: str, expected: tuple[str | None, ...]) -> None:
    """The address stays whole; mailbox and domain are those that mail would reach."""
    assert parts_of(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("na@na.com", "a mailbox that means nobody"),
        ("none@brown.co.uk", "a mailbox that means nobody"),
        ("TEST@gmail.com", "a mailbox that means nobody"),
        ("noemail@shop.example", "a mailbox that means nobody"),
        ("ann@noemail.com", "a domain that means nothing"),
        ("a@a.com", "a domain that means nothing"),
        ("see notes", "not an e-mail address"),
        ("@", "not an e-mail address"),
    ],
)
def test_an_address_that_nobody_reads_is_dropped_and_why(text: str, reason: str) -> None:
    """A placeholder becomes null, and the reason is kept."""
    assert parts_of(text) == (None, None, None)
    assert clean_emails(pa.array([text]))["reason"].to_pylist() == [reason]


@given(st.lists(st.text("aA@.+ <>;nmg", max_size=14) | st.text(st.characters(exclude_categories=["Cs"])), max_size=6))
def test_any_text_is_read_and_reading_again_changes_nothing(texts: list[str]) -> None:
    """Nothing raises; an address that was kept is kept as it is; what was dropped has a reason unless it was blank."""
    parts = clean_emails(pa.array([*texts, None], pa.string()))
    again = clean_emails(parts["email"])
    assert again["email"].to_pylist() == parts["email"].to_pylist()
    for text, email, reason in zip(texts, parts["email"].to_pylist(), parts["reason"].to_pylist(), strict=False):
        assert (email is None) == (reason is not None or not text.strip())


@pytest.mark.parametrize("mailbox", ["info", "SALES", "no-reply", "bestellung", "ventas", "na", "test", "sales-uk"])
def test_a_role_is_told(mailbox: str) -> None:
    """Mailboxes of organisations and of nobody, in several languages."""
    assert is_role(mailbox)


@pytest.mark.parametrize("mailbox", ["ann.lee", "information.smith", "mark", "art", "j"])
def test_a_person_is_no_role(mailbox: str) -> None:
    """A person's mailbox is not taken for an organisation's."""
    assert not is_role(mailbox)


def test_roles_come_as_a_table() -> None:
    """Definitions get all role mailboxes as one sorted column without doubles."""
    mailboxes = role_mailboxes().column("mailbox").to_pylist()
    assert mailboxes == sorted(set(mailboxes))
    assert {"info", "none", "kontakt", "no-reply"} <= set(mailboxes)
    assert all(map(is_role, mailboxes))


def test_free_domains_name_no_organisation() -> None:
    """Big providers in any country are free; a company's domain is not."""
    assert all(map(is_free, ["gmail.com", "Yahoo.co.uk", "web.de", "orange.fr", "qq.com", "mail.ru"]))
    assert not any(map(is_free, ["brown.co.uk", "yahoo-fans.org", "gmail.example.org"]))
