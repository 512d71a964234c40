"""IMAP: letters of a mailbox on a server that came after the bookmark, looked at and never changed.

The connection is encrypted and its certificate verified; folders are opened for reading only, and no letter becomes
"seen". Of each letter the head alone is fetched unless its content was asked for. The bookmark is, for each folder, the
number that the server gave it (a new one means that all was renumbered) and that of the last letter.
"""

from __future__ import annotations

import base64
import hashlib
import imaplib
import json
import re
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from ..errors import InputError
from .feed import Feed, Fetched
from .mail import LETTERS, Letter, Raw, letters_among
from .post import House, Post
from .refused import Refused
from .source_file import SourceFile, post_file

__all__ = ["fetch"]

PORT: Final = 993
PLAIN_PORT: Final = 143
SECONDS: Final = 30  # until a server that says nothing is given up
AT_ONCE: Final = 50  # letters that are asked for in one go
MOST_LETTERS: Final = 2_000  # of one batch
MOST_BYTES: Final = 64 << 20  # of one batch
HEAD_BYTES: Final = 1 << 16  # of the head of a letter
LETTER_BYTES: Final = 1 << 20  # of a whole one
ANSWER_BYTES: Final = 8 << 20  # of one part of an answer: a server that sends more is left
WINDOW: Final = 50_000  # numbers that are looked through at once, in a folder of more letters than that
MOST_WINDOWS: Final = 2_000
MOST_FOLDERS: Final = 50
HERE: Final = ("localhost", "127.0.0.1", "::1")
OWN_NUMBER: Final = re.compile(rb"UID (\d+)")
NO_ASCII: Final = re.compile(r"[^\x20-\x7e]+")
FAULTS: Final = (imaplib.IMAP4.error, OSError, ValueError, EOFError)


class Refusing(imaplib.IMAP4):
    """A connection that takes no part of an answer that is larger than any that was asked for."""

    def read(self, size: int) -> bytes:
        """Read some bytes of an answer."""
        if size > ANSWER_BYTES:
            raise self.abort("an answer is larger than what was asked for")
        return super().read(size)


class RefusingTLS(imaplib.IMAP4_SSL):
    """The same, encrypted."""

    def read(self, size: int) -> bytes:
        """Read some bytes of an answer."""
        if size > ANSWER_BYTES:
            raise self.abort("an answer is larger than what was asked for")
        return super().read(size)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a folder was read: the number that the server gave it, and that of the last letter."""

    validity: int = 0
    last: int = 0


@dataclass(slots=True)
class Batch:
    """What is fetched at once, and how much more may be."""

    content: bool
    letters: int = MOST_LETTERS
    size: int = MOST_BYTES

    @property
    def full(self) -> bool:
        """Whether it holds as much as is fetched at once."""
        return self.letters <= 0 or self.size <= 0


def fetch(feed: Feed, bookmark: str, *, context: ssl.SSLContext | None = None) -> Fetched:
    """Ask a mailbox for the letters after a bookmark."""
    of, before = read_mark(feed, bookmark)
    after, files, batch = dict(before), list[SourceFile](), Batch(feed.knobs.get("content") == "true")
    more = False
    connection = connected(feed, context)
    try:
        for folder in folders_of(feed):
            letters, after[folder], left = read_folder(connection, feed, folder, before.get(folder, Place()), batch)
            files += [file_of(feed, folder, letters)] if letters else []
            more = more or left
            if batch.full:
                break
    except FAULTS as error:
        raise stopped(feed, error) from None
    finally:
        with suppress(*FAULTS):
            connection.logout()
    return Fetched(tuple(files), mark_of(of, after), more or batch.full)


def connected(feed: Feed, context: ssl.SSLContext | None) -> imaplib.IMAP4:
    """Connect and log in; what the server says is not repeated, since it may repeat the password."""
    server, encrypted = feed.knobs["server"], feed.knobs.get("tls", "on") != "off"
    if not encrypted and server not in HERE:
        raise InputError(
            f'{feed.name} has tls = "off", which is for a server on this computer only.',
            now="Take it out: nobody else may read along.",
        )
    try:
        port = int(feed.knobs.get("port", PORT if encrypted else PLAIN_PORT))
        connection = (
            RefusingTLS(server, port, ssl_context=context or ssl.create_default_context(), timeout=SECONDS)
            if encrypted
            else Refusing(server, port, timeout=SECONDS)
        )
    except ssl.SSLCertVerificationError as error:
        raise InputError(
            f"The certificate of {feed.name}'s server is not one that can be trusted ({error.verify_message}).",
            now="Look whether its name in feeds.toml is the one it is known by.",
        ) from None
    except FAULTS as error:
        raise InputError(
            f"The server of {feed.name} cannot be reached ({type(error).__name__}).",
            now="Look at 'server', 'port' and 'tls' in feeds.toml, and whether it runs.",
        ) from None
    try:
        login(connection, feed.knobs["user"], feed.knobs["password"])
    except FAULTS:
        with suppress(*FAULTS):
            connection.logout()
        raise InputError(
            f"The server of {feed.name} does not take its user and password.",
            now="Look at both. Some servers want a password of its own for each program.",
        ) from None
    return connection


def login(connection: imaplib.IMAP4, user: str, password: str) -> None:
    """Log in; letters outside ASCII go by AUTHENTICATE."""
    if user.isascii() and password.isascii():
        connection.login(user, password)
    else:
        connection.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())


def read_folder(
    connection: imaplib.IMAP4, feed: Feed, folder: str, before: Place, batch: Batch
) -> tuple[list[Raw], Place, bool]:
    """Read the letters of a folder that came after a place, the place after them, and whether there are more."""
    answer, there = connection.select(quoted(folder), readonly=True)
    if answer != "OK" or not there or not there[0]:
        raise InputError(
            f"{feed.name} has no folder {folder!r} that can be opened.", now="Correct 'folders' in feeds.toml."
        )
    validity, following = said(connection, "UIDVALIDITY"), said(connection, "UIDNEXT")
    last = before.last if validity == before.validity else 0
    letters: list[Raw] = []
    unread = numbers(connection, last, following, there=int(there[0]))
    while some := list(islice(unread, AT_ONCE)):
        if batch.full:
            return letters, Place(validity, last), True
        found = fetched(connection, some, content=batch.content)
        letters += [(number, 0, found[number]) for number in some if number in found]
        batch.letters, batch.size = batch.letters - len(some), batch.size - sum(map(len, found.values()))
        last = some[-1]
    return letters, Place(validity, max(last, following - 1)), False


def numbers(connection: imaplib.IMAP4, last: int, following: int, *, there: int) -> Iterator[int]:
    """Yield the numbers of all letters after the last one, in order; of a large folder a window at a time."""
    first = last + 1
    if not there or (following and first >= following):
        return
    if there <= WINDOW or not following:
        yield from searched(connection, first, "*")
        return
    for place in range(first, min(following, first + WINDOW * MOST_WINDOWS), WINDOW):
        yield from searched(connection, place, str(place + WINDOW - 1))


def searched(connection: imaplib.IMAP4, first: int, end: str) -> list[int]:
    """Return the numbers of the letters between two; a server that has none after the first names its last one."""
    answer, found = connection.uid("SEARCH", "UID", f"{first}:{end}")
    if answer != "OK":
        raise connection.error("the search was not answered")
    words = b" ".join(part for part in found if isinstance(part, bytes)).split()
    return sorted({int(word) for word in words if word.isdigit() and int(word) >= first})


def fetched(connection: imaplib.IMAP4, several: list[int], *, content: bool) -> dict[int, bytes]:
    """Fetch some letters, or their heads, by their numbers; one that has gone meanwhile is missing."""
    part = f"BODY.PEEK[]<0.{LETTER_BYTES}>" if content else f"BODY.PEEK[HEADER]<0.{HEAD_BYTES}>"
    answer, found = connection.uid("FETCH", ",".join(map(str, several)), f"(UID {part})")
    if answer != "OK":
        raise connection.error("letters were not sent")
    letters: dict[int, bytes] = {}
    for place, item in enumerate(found):
        if not isinstance(item, tuple) or len(item) < 2:
            continue
        after = found[place + 1] if place + 1 < len(found) else b""
        number = OWN_NUMBER.search(item[0]) or OWN_NUMBER.search(after if isinstance(after, bytes) else b"")
        if number:
            letters[int(number[1])] = bytes(item[1])[:LETTER_BYTES]
    return letters


def said(connection: imaplib.IMAP4, name: str) -> int:
    """Return a number that the server said of a folder when it was opened; 0 where it said none."""
    _, found = connection.response(name)
    word = found[0] if found and found[0] else b""
    return int(word) if isinstance(word, bytes) and word.isdigit() else 0


def file_of(feed: Feed, folder: str, letters: list[Raw]) -> SourceFile:
    """Return the letters of a folder as a file; the "line" of a letter is its number on the server."""
    name = f"{feed.name}/{folder}"

    def read(house: House) -> Iterator[Letter | Refused]:
        return letters_among(letters, house.known, name, content=house.content)

    return post_file(name, Post(LETTERS, read))


def folders_of(feed: Feed) -> list[str]:
    """Return the folders that a feed names: one, or a list of them; INBOX where it names none."""
    given = feed.knobs.get("folders", "INBOX")
    found: Any = given
    if given.startswith("["):
        with suppress(ValueError):
            found = json.loads(given)
    several = [found] if isinstance(found, str) else found
    sound = isinstance(several, list) and all(isinstance(one, str) and one.isprintable() and one for one in several)
    if not sound or not 1 <= len(several) <= MOST_FOLDERS:
        raise InputError(
            f"{feed.name} names folders that cannot be meant.", now='Write folders = ["INBOX", "Sent"] in feeds.toml.'
        )
    return list(dict.fromkeys(several))


def quoted(folder: str) -> str:
    r"""Write the name of a folder as IMAP does: letters outside ASCII in its own base64.

    >>> quoted("Gesendete Entwürfe"), quoted("A&B")
    ('"Gesendete Entw&APw-rfe"', '"A&-B"')
    """
    shifted = NO_ASCII.sub(lambda found: f"&{base64_of(found[0])}-", folder.replace("&", "&-"))
    return '"' + shifted.replace("\\", "\\\\").replace('"', '\\"') + '"'


def base64_of(text: str) -> str:
    """Write letters outside ASCII in the base64 of IMAP."""
    return base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")


def read_mark(feed: Feed, bookmark: str) -> tuple[str, dict[str, Place]]:
    """Read a bookmark; one of another mailbox, from before content was asked for, or none, is the beginning."""
    words = [feed.knobs["server"], feed.knobs["user"], feed.knobs.get("content", "")]
    of = hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
    try:
        found = json.loads(bookmark)
        places = {str(name): Place(*map(int, place)) for name, place in found["folders"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return of, {}
    return of, places if found.get("of") == of else {}


def mark_of(of: str, places: dict[str, Place]) -> str:
    """Write a bookmark."""
    folders = {name: [place.validity, place.last] for name, place in sorted(places.items())}
    return json.dumps({"of": of, "folders": folders}, ensure_ascii=False)


def stopped(feed: Feed, error: Exception) -> InputError:
    """Say that a server stopped answering."""
    return InputError(
        f"The server of {feed.name} stopped answering ({type(error).__name__}).", now="It is asked again by itself."
    )
