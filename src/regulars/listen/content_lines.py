"""Content lines: the lines of which calendars and address cards are made, unfolded, parted and put into blocks.

    ATTENDEE;CN="Lee, Ann";PARTSTAT=ACCEPTED:mailto:ann@example.org

A line goes on where the next one begins with a blank; cards of the oldest form also go on after a soft break. Only what
is asked for is kept of a block, and only so much of a line: pictures are passed over while they are read.
"""

from __future__ import annotations

import codecs
import io
import quopri
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from .carrier import Carrier

__all__ = ["Block", "Line", "blocks", "named", "plain_text", "structured"]

CHUNK: Final = 1 << 16
LONGEST_LINE: Final = 100_000  # bytes of an unfolded line that are kept
MOST_LINES: Final = 5_000  # of a block that are kept ...
MOST_BYTES: Final = 1 << 20  # ... and of how many bytes
HEAD: Final = re.compile(r'([A-Za-z0-9._-]{1,100})((?:;[^":;]*(?:"[^"]*"[^":;]*)*)*):(.*)', re.DOTALL)
PARAMETER: Final = re.compile(r';([^=":;]*)(?:=((?:"[^"]*"|[^";:])*))?')
NAME: Final = re.compile(rb"[A-Za-z0-9._-]{1,100}")
SOFT: Final = re.compile(rb"[^:]{0,500}[;=]QUOTED-PRINTABLE[;:]", re.IGNORECASE)
ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
SEPARATOR: Final = re.compile(r"(?<!\\)((?:\\\\)*);")
CHARSETS: Final = re.compile(r"utf-8|ascii|iso8859-\d+|cp125\d|shift_jis|euc_jp|euc_kr|gb2312|gbk|gb18030|big5|koi8-r")


@dataclass(frozen=True, slots=True)
class Line:
    """One content line: its name and parameters in capitals, its value as it is written, and where it stands."""

    name: str
    parameters: dict[str, str]
    value: str
    number: int


@dataclass(slots=True)
class Block:
    """What stands between BEGIN and END: its lines as bytes with their numbers, and why it cannot be read if so."""

    name: str
    line: int
    offset: int
    kept: list[tuple[int, bytes]] = field(default_factory=list)
    broken: str = ""
    size: int = 0

    def lines(self) -> Iterator[Line]:
        """Part the lines that were kept; one that is no content line is passed over, as the standards ask."""
        for number, raw in self.kept:
            if found := parted(raw, number):
                yield found


def blocks(carrier: Carrier, names: Collection[str], wanted: Collection[str]) -> Iterator[Block]:
    """Yield the blocks of some names with the lines that are wanted; the name "" has those that stand in none of them.

    Blocks within a block keep their BEGIN and END. One that does not end is broken, and the next goes on.
    """
    open_one: Block | None = None
    outer = Block("", 1, 0)
    for number, offset, raw in unfolded(carrier):
        name, value = named(raw), raw.partition(b":")[2].strip().upper().decode("ascii", "replace")
        if name == "BEGIN" and value in names:
            if open_one:
                yield unended(open_one)
            open_one = Block(value, number, offset)
        elif name == "END" and open_one and value == open_one.name:
            yield open_one
            open_one = None
        elif name in wanted or (open_one and name in ("BEGIN", "END")):
            keep(open_one or outer, number, raw)
    if open_one:
        yield unended(open_one)
    yield outer


def keep(block: Block, number: int, raw: bytes) -> None:
    """Keep a line of a block, where it is not too long already."""
    block.size += len(raw)
    if len(block.kept) < MOST_LINES and block.size <= MOST_BYTES:
        block.kept.append((number, raw))
    else:
        block.broken = f"it has more than {MOST_LINES:,} lines, or is longer than can be read"


def unended(block: Block) -> Block:
    """Say that a block does not end."""
    block.broken = f"it has no END:{block.name}"
    return block


def named(raw: bytes) -> str:
    """Return the name of a line in capitals, without the group before it."""
    found = NAME.match(raw)
    return found[0].rpartition(b".")[2].decode().upper() if found else ""


def unfolded(carrier: Carrier) -> Iterator[tuple[int, int, bytes]]:
    """Yield every line with its number and its byte, unfolded, and cut where it is longer than is kept."""
    held: list[bytes] = []
    begun = begins = size = 0
    with carrier.open() as raw:
        for number, offset, found in physical(raw):
            goes_on = bool(held) and (found.startswith((b" ", b"\t")) or softly(held))
            if not goes_on and held:
                yield begun, begins, b"".join(held)
            if not goes_on:
                held, begun, begins, size = [], number, offset, 0
            part = found if not goes_on or softly(held) else found[1:]
            if softly(held):
                held[-1] = held[-1][:-1]
            if size < LONGEST_LINE and part:
                held.append(part)
                size += len(part)
    if held:
        yield begun, begins, b"".join(held)


def softly(held: list[bytes]) -> bool:
    """Tell whether a line in quoted-printable ends with a soft break."""
    return bool(held) and held[-1].endswith(b"=") and bool(SOFT.match(held[0]))


def physical(raw: io.BufferedIOBase) -> Iterator[tuple[int, int, bytes]]:
    """Yield every line of a file without its end, and of a long one the beginning."""
    number, offset = 0, 0
    while found := raw.readline(CHUNK):
        number += 1
        start, read = found, len(found)
        while not found.endswith(b"\n") and (found := raw.readline(CHUNK)):
            start = start + found if len(start) < LONGEST_LINE else start
            read += len(found)
        yield number, offset, start.removeprefix(codecs.BOM_UTF8 if number == 1 else b"").rstrip(b"\r\n")
        offset += read


def parted(raw: bytes, number: int) -> Line | None:
    """Part a line; None where it is no content line, and a UnicodeError where its letters cannot be read.

    >>> parted(b"tel;HOME;type=voice:+43 1 234", 1)
    Line(name='TEL', parameters={'HOME': '', 'TYPE': 'voice'}, value='+43 1 234', number=1)
    """
    found = HEAD.fullmatch(raw.decode("utf-8", "surrogateescape"))
    if not found:
        return None
    parameters: dict[str, str] = {}
    for name, value in PARAMETER.findall(found[2]):
        key, text = name.strip().upper(), value.replace('"', "").strip()
        parameters[key] = f"{parameters[key]},{text}" if parameters.get(key) else text
    content = found[3].encode("utf-8", "surrogateescape")
    if "QUOTED-PRINTABLE" in (parameters.get("ENCODING", "").upper(), *parameters):
        content = quopri.decodestring(content)
    for key, text in parameters.items():
        text.encode()  # what is no UTF-8 stands here as halves of characters
        key.encode()
    text = content.decode(charset(parameters.get("CHARSET", "utf-8")))
    return Line(found[1].rpartition(".")[2].upper(), parameters, text, number)


def charset(name: str) -> str:
    """Return the charset that a line names, where it is one of those in which people write; else UTF-8.

    >>> charset("Windows-1252"), charset("latin1"), charset("zip")
    ('cp1252', 'iso8859-1', 'utf-8')
    """
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8"
    return found if CHARSETS.fullmatch(found) else "utf-8"


def plain_text(value: str) -> str:
    r"""Return a value without its escapes.

    >>> plain_text(r"one\, two\nthree")
    'one, two\nthree'
    """
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def structured(value: str) -> list[str]:
    r"""Part a value of several parts at its semicolons, each without its escapes.

    >>> structured(r"Lee;Ann;;Dr.;"), structured(r"a\;b;c")
    (['Lee', 'Ann', '', 'Dr.', ''], ['a;b', 'c'])
    """
    parts = SEPARATOR.sub("\\1\0", value).split("\0")
    return [plain_text(part).strip() for part in parts]
