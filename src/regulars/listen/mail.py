"""Mail: letters of an mbox or a single e-mail, one row each and of its head alone, unless the content was asked for.

When and with whom is enough to know a rhythm; what stands in a letter is private until somebody decides otherwise.
The sieve judges each sender before its letter becomes a row.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, Final

from .carrier import Carrier
from .mapping import Mapping
from .post import Form, House, Post
from .refused import Refused
from .sieve import Judged, Known, addresses, judge, said
from .source_file import SourceFile, post_file

__all__ = ["LETTERS", "Letter", "is_mail", "letters_among", "letters_in", "open_mail"]

HEAD: Final = re.compile(
    rb"(?:From \S.*\n)?(?:(?:Return-Path|Received|From|To|Date|Subject|Message-ID|MIME-Version|Delivered-To|X-[\w-]+"
    rb"|DKIM-Signature|Content-Type|Sender|Reply-To|List-[\w-]+): ?.*\r?\n)",
    re.IGNORECASE,
)
ESSENTIAL: Final = re.compile(rb"^(?:from|date|received):", re.IGNORECASE | re.MULTILINE)
MOST_BYTES: Final = 1 << 20  # of one letter that are read; what is attached beyond that is of no use here
MOST_TEXT: Final = 20_000  # characters of a letter's text that are kept where content was asked for
BLANK: Final = (b"\n", b"\r\n")
COLUMNS: Final = ("email", "name", "row_id", "wrote_at", "direction", "thread")
ASKED: Final = (*COLUMNS, "title", "text")
LETTERS: Final = Form(
    "letters",
    Mapping(
        "letters",
        {role: (role,) for role in COLUMNS},
        basis="legitimate interest",
        reasons=("one row is a letter; who wrote, to whom and when, and nothing of what it says",),
    ),
    Mapping(
        "letters",
        {role: (role,) for role in ASKED},
        basis="legitimate interest",
        reasons=("one row is a letter, with its subject and its text, since that was asked for",),
    ),
)
Raw = tuple[int, int, bytes]  # the line and the byte on which a letter begins, and its bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: whom it joins with the house, when, in which direction, in which thread, and what its sender is."""

    email: str
    name: str
    row_id: str
    wrote_at: str
    direction: str  # "in" | "out"
    thread: str
    judged: Judged
    line: int
    title: str = ""
    text: str = ""

    @property
    def form(self) -> Form:
        """What it is."""
        return LETTERS

    @property
    def when(self) -> str:
        """When it was written."""
        return self.wrote_at

    def body(self) -> dict[str, Any]:
        """Return all of it by name."""
        return asdict(self)

    def headed(self) -> Letter:
        """Return it without what it says."""
        return replace(self, title="", text="")


def is_mail(start: bytes) -> bool:
    """Tell whether a file begins as an mbox or a letter does."""
    return bool(HEAD.match(start)) and bool(ESSENTIAL.search(start))


def open_mail(carrier: Carrier) -> SourceFile:
    """Return the letters of a file; each is judged before it is heard."""

    def read_all(house: House) -> Iterator[Letter | Refused]:
        return letters_in(carrier, house.known, content=house.content)

    return post_file(carrier.name, Post(LETTERS, read_all))


def letters_in(carrier: Carrier, known: Known, *, content: bool = False) -> Iterator[Letter | Refused]:
    """Yield every letter, one for each person outside the house whom it joins with it; bounded memory."""
    return letters_among(parted(carrier), known, carrier.name, content=content)


def letters_among(several: Iterable[Raw], known: Known, file: str, *, content: bool) -> Iterator[Letter | Refused]:
    """Yield letters of which we have the bytes."""
    for line, offset, raw in several:
        yield from read(raw, known, line, offset, file, content=content)


def parted(carrier: Carrier) -> Iterator[Raw]:
    """Part an mbox where a line begins with "From " after a blank one; each letter with its line and its byte."""
    held, size, begun, begins, blank = list[bytes](), 0, 1, 0, True
    place = 0
    with carrier.open() as raw:
        number = 0
        while found := raw.readline(MOST_BYTES):
            number += found.endswith(b"\n")
            if blank and found.startswith(b"From ") and place > 0:
                yield begun, begins, b"".join(held)
                held, size, begun, begins = [], 0, number, place
            if size < MOST_BYTES:
                held.append(found)
                size += len(found)
            blank = found in BLANK
            place += len(found)
    if held:
        yield begun, begins, b"".join(held)


def read(raw: bytes, known: Known, line: int, offset: int, file: str, *, content: bool) -> Iterator[Letter | Refused]:
    """Read one letter; one without a readable date is refused."""
    own = raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
    letter = BytesParser(EmailMessage, policy=policy.default).parse(io.BytesIO(own), headersonly=not content)
    judged = judge(letter, known)
    when = instant_of(said(letter, "date"))
    if when is None and judged.kind == "person":
        given = said(letter, "date")[:100]
        reason = "this letter has no date that we can read"
        yield Refused(file, line, "Date", given, reason, "Leave it out, or export the mailbox again.", offset=offset)
        return
    senders, receivers = addresses(letter, "from", "sender")[:1], addresses(letter, "to", "cc", "bcc")
    outgoing = bool(senders) and known.is_own(senders[0])
    others = [address for address in receivers if not known.is_own(address)] if outgoing else senders
    number = said(letter, "message-id").strip("<> ") or hashlib.sha256(own[:MOST_BYTES]).hexdigest()[:32]
    thread = (said(letter, "references") or said(letter, "in-reply-to")).strip().split(" ")[0].strip("<>") or number
    names = names_of(letter)
    for other in others or [""]:
        yield Letter(
            email=other,
            name="" if outgoing else names.get(other, ""),
            row_id=f"{number}/{other}" if len(others) > 1 else number,
            wrote_at=when.isoformat() if when else "",
            direction="out" if outgoing else "in",
            thread=thread,
            judged=judged,
            line=line,
            title=said(letter, "subject") if content else "",
            text=text_of(letter) if content else "",
        )


def instant_of(text: str) -> datetime | None:
    """Read the date of a letter; a zone of -0000 says UTC."""
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        found = parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    return None


def names_of(letter: EmailMessage) -> dict[str, str]:
    """Return the names that stand beside the addresses of the senders."""
    found = getaddresses([said(letter, "from")])
    return {
        address.strip().lower(): " ".join(name.split()) for name, address in found if name.strip() and "@" not in name
    }


def text_of(letter: EmailMessage) -> str:
    """Return the plain text of a letter, "" where it has none that can be read."""
    try:
        part = letter.get_body(("plain",))
        return "" if part is None else str(part.get_content())[:MOST_TEXT].strip()
    except Exception:  # whatever a broken letter makes the library stumble over
        return ""
