"""Address cards: an address book that its owner gives is a list of customers, in every form that programs write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import vobject

from regulars.errors import InputError
from regulars.intake import hear
from regulars.listen import Held, open_files
from regulars.listen.cards import is_cards
from regulars.settings import Settings
from regulars.store import Home, make_home

from .test_calendar import NOW

OLD = b"""BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;\r
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg =\r
M=C3=BCller\r
TEL;CELL;PREF:+43 660 1234567\r
TEL;HOME;VOICE:01 234 56 78\r
EMAIL;INTERNET:joerg@example.org\r
ORG;CHARSET=ISO-8859-1:B\xe4ckerei\r
BDAY:1980-01-01\r
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\r
 SkZJRg==\r
\r
END:VCARD\r
"""
NEW = """\ufeff

BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
FN;PID=1.1:Ann Lee
N:Lee;Ann;;;
item1.EMAIL;TYPE=work:ann@example.org
item1.X-ABLabel:_$!<Work>!$_
EMAIL:ann.lee@home.example
TEL;VALUE=uri;TYPE="voice,home":tel:+43-1-234-56-78;ext=5
ORG:Cakes\\, Ltd.;Sales
ADR;TYPE=home:;;1 High Street;Vienna;;1010;Austria
CATEGORIES:regulars
NOTE:Prefers mornings
END:VCARD
BEGIN:VCARD
VERSION:4.0
KIND:group
FN:Everybody
MEMBER:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
UID:group-1
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:Nobody
END:VCARD
"""


def rows(content: bytes) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return the rows of an address book without their blanks, and what was refused."""
    (file,) = open_files(Held("friends.vcf", content))
    pieces = list(file.pieces())
    found = [row for piece in pieces for row in piece.table.to_pylist()]
    return [{name: text for name, text in row.items() if text} for row in found], [
        fault for piece in pieces for fault in piece.refused
    ]


def test_a_card_of_the_oldest_form_is_read() -> None:
    """Quoted-printable with soft breaks, a charset of its own, parameters without a name, a picture that is folded."""
    assert rows(OLD)[0] == [
        {
            "FN": "Jörg Müller",
            "N family": "Müller",
            "N given": "Jörg",
            "TEL 1": "+43 660 1234567",
            "TEL 2": "01 234 56 78",
            "EMAIL 1": "joerg@example.org",
            "ORG": "Bäckerei",
        }
    ]


def test_a_card_of_the_newest_form_is_read() -> None:
    """Several addresses, grouped lines, escapes; groups are nobody, and who cannot be reached is refused by line."""
    found, refused = rows(NEW.encode())
    assert found == [
        {
            "UID": "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
            "FN": "Ann Lee",
            "N family": "Lee",
            "N given": "Ann",
            "EMAIL 1": "ann@example.org",
            "EMAIL 2": "ann.lee@home.example",
            "TEL 1": "+43-1-234-56-78",
            "ORG": "Cakes, Ltd.",
            "ADR street": "1 High Street",
            "ADR city": "Vienna",
            "ADR code": "1010",
        }
    ]
    (fault,) = refused
    assert (fault.row, fault.value) == (24, "Nobody")
    assert "neither a number nor an e-mail address nor a telephone" in fault.reason
    assert NEW.encode()[fault.offset :].startswith(b"BEGIN:VCARD\nVERSION:4.0\nFN:Nobody")


def test_what_a_library_writes_is_read() -> None:
    """vobject writes 3.0, and folds."""
    card = vobject.vCard()
    card.add("n").value = vobject.vcard.Name(family="Şahin", given="Çağla")
    card.add("fn").value = "Çağla Şahin " + "of the long name " * 8
    card.add("email").value = "cagla@example.org"
    card.add("adr").value = vobject.vcard.Address(street="Main; Street", city="İzmir", code="35000")
    card.add("org").value = ["Ateş", "Kitchen"]
    (found,), refused = rows(card.serialize().encode())
    assert refused == []
    assert found["FN"] == ("Çağla Şahin " + "of the long name " * 8).strip()
    assert [found[name] for name in ("N family", "EMAIL 1", "ADR street", "ADR city", "ORG")] == [
        "Şahin",
        "cagla@example.org",
        "Main; Street",
        "İzmir",
        "Ateş",
    ]


def test_cards_are_heard_as_customers_without_what_no_shop_needs(tmp_path: Path) -> None:
    """Birthdays, pictures and notes are named and never stored; hearing the cards again changes nothing."""
    home = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=1)
    path = tmp_path / "friends.vcf"
    path.write_bytes(OLD + NEW.lstrip("\ufeff\n").encode())
    (first,) = hear(home, [path], source="cards", now=NOW)
    assert (first.mapping.shape, first.new, len(first.refused)) == ("customers", 2, 1)
    assert first.mapping.left_out == ("BDAY", "NOTE", "PHOTO", "CATEGORIES")
    assert first.mapping.sensitive == ("BDAY",)
    keys = {key for who in home.stock.heard().inbox.column("who").to_pylist() for key in who}
    assert {"email:joerg@example.org", "email:ann@example.org", "email:ann.lee@home.example"} < keys
    path.write_bytes(path.read_bytes() + b"\n")
    (again,) = hear(home, [path], source="cards", now=NOW)
    assert (again.new, again.same) == (0, 2)
    dumped = bytes_of(home)
    home.close()
    assert not [word for word in (b"1980-01-01", b"Prefers mornings", b"SkZJRg") if word in dumped]


def bytes_of(home: Home) -> bytes:
    """Return everything that a home holds on the disk."""
    return b"".join(path.read_bytes() for path in home.path.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"BEGIN:VCARD\nFN:A\nEMAIL:a@b.example\n", 1),  # it does not end
        (b"BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEMAIL:b@b.example\nEND:VCARD\n", 1),
        (b"BEGIN:VCARD\nFN:caf\xe9\nEMAIL:b@b.example\nEND:VCARD\n", 1),
        (b"BEGIN:VCARD\nFN;CHARSET=zip:x\nEMAIL:b@b.example\nEND:VCARD\n", 0),
        (b"BEGIN:VCARD\nFN:A\nEMAIL:" + b"b" * 10_000_000 + b"@b.example\nTEL:0123456789\nEND:VCARD\n", 0),
        (b"BEGIN:VCARD\n" + b"EMAIL:a@b.example\n" * 6_000 + b"END:VCARD\n", 1),
    ],
)
def test_a_broken_card_is_refused_and_none_is_too_much(content: bytes, faults: int) -> None:
    """One sentence each, and the sound card after it is read."""
    found, refused = rows(content + b"BEGIN:VCARD\nFN:Sound\nEMAIL:sound@example.org\nEND:VCARD\n")
    assert len(refused) == faults
    assert found[-1]["EMAIL 1"] == "sound@example.org"


def test_cards_are_told_by_their_beginning() -> None:
    """Blank lines before them do not matter; a file that only begins so says what it is."""
    assert is_cards(b"\xef\xbb\xbf\n\nbegin:vcard\n")
    assert not is_cards(b"BEGIN:VCALENDAR\n")
    with pytest.raises(InputError, match="holds none"):
        open_files(Held("x.vcf", b"BEGIN:VCARDS\n"))
