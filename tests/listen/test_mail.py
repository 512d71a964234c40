"""Mail: each letter is judged by its head before it can become a row, and what it says stays private."""

from __future__ import annotations

import mailbox
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.listen import Held
from regulars.listen.carrier import Disk
from regulars.listen.mail import LETTERS, Letter, is_mail, letters_in
from regulars.listen.post import rows_of
from regulars.listen.refused import Refused
from regulars.listen.sieve import KINDS_OF_SENDER, RULES, Known, judge

HOUSE = Known.of("@shop.example, owner@home.example", "doctor@clinic.example, @family.example")
WHEN = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def letter(sender: str = "Ann Lee <ann@example.org>", to: str = "info@shop.example", **heads: str) -> EmailMessage:
    """Write a letter."""
    made = EmailMessage()
    made["From"], made["To"], made["Date"] = sender, to, format_datetime(WHEN)
    made["Message-ID"] = f"<{abs(hash((sender, to, *heads.values())))}@example.org>"
    made["Subject"] = heads.pop("Subject", "A question about my order")
    for name, value in heads.items():
        made[name.replace("_", "-")] = value
    made.set_content("Where is my parcel?\n\nFrom what I was told it left on Monday.\n")
    return made


def boxed(path: Path, *letters: EmailMessage) -> Path:
    """Write an mbox with the standard library."""
    box = mailbox.mbox(path)
    for one in letters:
        box.add(one)
    box.close()
    return path


@pytest.mark.parametrize(
    ("heads", "kind"),
    [
        ({}, "person"),
        ({"List_Id": "<cats.example.org>"}, "list"),
        ({"List_Unsubscribe": "<mailto:out@example.org>"}, "list"),
        ({"Precedence": "Bulk"}, "list"),
        ({"Auto_Submitted": "auto-replied"}, "robot"),
        ({"Auto_Submitted": "no"}, "person"),
        ({"X_Auto_Response_Suppress": "All"}, "robot"),
        ({"Return_Path": "<>"}, "robot"),
        ({"Sensitivity": "Personal"}, "private"),
        ({"Subject": "[private] see you tonight"}, "private"),
        ({"sender": "No Reply <no-reply@bank.example>"}, "robot"),
        ({"sender": "MAILER-DAEMON@mx.example"}, "robot"),
        ({"sender": "doctor@clinic.example"}, "private"),
        ({"sender": "mum@post.family.example"}, "private"),
        ({"sender": "ben@shop.example"}, "colleague"),
        ({"sender": "ben@shop.example", "to": "ann@example.org"}, "person"),
        ({"sender": "ben@sub.shop.example", "to": "owner@home.example"}, "colleague"),
        ({"sender": "ben@notshop.example"}, "person"),
        ({"sender": "doctor@clinic.example", "List_Id": "<x>"}, "private"),
    ],
)
def test_a_sender_is_judged_by_the_head_of_the_letter(heads: dict[str, str], kind: str) -> None:
    """Lists, robots, colleagues and what is private are told from people, each with a reason."""
    judged = judge(letter(**heads), HOUSE)
    assert (judged.kind, bool(judged.why)) == (kind, True)


def test_every_rule_says_what_it_finds() -> None:
    """Each rule has a kind that we know and a sentence of its own."""
    assert {rule.kind for rule in RULES} < set(KINDS_OF_SENDER)
    assert len({rule.why for rule in RULES}) == len(RULES)


@given(st.dictionaries(st.sampled_from(["From", "To", "Date", "Sensitivity", "List-Id", "Subject"]), st.binary()))
def test_a_forged_head_never_raises(heads: dict[str, bytes]) -> None:
    """Whatever stands in a head, the letter is judged or refused."""
    raw = b"".join(name.encode() + b": " + value + b"\n" for name, value in heads.items()) + b"\ntext\n"
    for one in letters_in(Held("x.eml", raw), HOUSE):
        assert isinstance(one, Letter | Refused)


def test_letters_of_a_mailbox_become_rows_without_what_they_say(tmp_path: Path) -> None:
    """When and with whom is kept; subject and text are not, unless they were asked for."""
    box = boxed(
        tmp_path / "box.mbox",
        letter(),
        letter("ben@shop.example", "ann@example.org, Carl <carl@example.org>", In_Reply_To="<first@example.org>"),
    )
    assert is_mail(box.read_bytes()[:4096])
    found = [one for one in letters_in(Disk(box), HOUSE) if isinstance(one, Letter)]
    assert [(one.email, one.name, one.direction) for one in found] == [
        ("ann@example.org", "Ann Lee", "in"),
        ("ann@example.org", "", "out"),
        ("carl@example.org", "", "out"),
    ]
    assert {one.wrote_at for one in found} == {"2026-03-04T09:30:00+00:00"}
    assert found[1].thread == "first@example.org"
    assert len({one.row_id for one in found}) == 3
    table = rows_of(found, LETTERS, content=False)
    assert "parcel" not in str(table.to_pylist())
    assert "question" not in str(table.to_pylist())
    asked = [one for one in letters_in(Disk(box), HOUSE, content=True) if isinstance(one, Letter)]
    assert asked[0].title == "A question about my order"
    assert asked[0].text.startswith("Where is my parcel?\n\nFrom what") or ">From what" in asked[0].text


def test_a_letter_without_a_date_is_refused_with_its_line(tmp_path: Path) -> None:
    """The others are read; the line is the one on which the letter begins."""
    undated = letter()
    del undated["Date"]
    undated["Date"] = "some day"
    box = boxed(tmp_path / "box.mbox", letter(), undated, letter("dora@example.org"))
    found = list(letters_in(Disk(box), HOUSE))
    (fault,) = [one for one in found if isinstance(one, Refused)]
    text = box.read_text(encoding="utf-8").splitlines()
    assert text[fault.row - 1].startswith("From ")
    assert box.read_bytes()[fault.offset :].startswith(b"From ")
    assert (fault.column, fault.reason) == ("Date", "this letter has no date that we can read")
    assert len(found) == 3


def test_a_table_is_no_mail() -> None:
    """A CSV with such columns, or a note that begins so, is not taken for a letter."""
    assert not is_mail(b"From,To,Date\n1,2,3\n")
    assert not is_mail(b"From Monday on we are open\n")
    assert is_mail(b"Return-Path: <a@b.example>\r\nFrom: a@b.example\r\nDate: x\r\n")
