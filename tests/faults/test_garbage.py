"""F8: garbage in the place of a file. Never a traceback, never a letter that the file does not spell."""

from __future__ import annotations

import codecs
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from regulars.errors import InputError, MappingError
from regulars.intake import FileHeard, hear
from regulars.listen import open_file
from regulars.store import Batch, Home

from ..store.made import NOW
from .scale import chance, scaled

FILES = 10_000
SEEDS = ["first"]
WESTERN = (
    ("Zoë van der Berg", "Crème brûlée"),
    ("João Conceição", "Pão de açúcar"),
    ("Åsa Öberg", "Smörgås"),
    ("Jürgen Weiß", "Käsekuchen"),
)
CHINESE = (("欧阳娜娜", "黑麦面包"), ("张伟", "红豆包"), ("李秀英", "绿茶"), ("刘洋", "北京烤鸭"))
PLAIN = (("Ann Lee", "Rye loaf"), ("Bob Ray", '"Oat cake, large"'), ("Cy Young", '"Big ""sour"" loaf"'))
PEOPLE = (WESTERN, CHINESE, PLAIN)
HEADS = (
    "order_id,customer_id,customer_name,email,ordered_at,product,quantity,unit_price",
    "review_id,customer_id,customer_name,email,submitted_at,review_text,stars,note",
)
NAMED = {
    "utf-8-sig": "",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "gb18030": "GB18030",
}  # what the tool has to say of a file that is written so
TIDYING = " \u2400"  # what may stand in the place of blanks and of NUL
TEXTS = ("item", "text", "attributes", "who", "about", "source_id")

Mutation = Callable[[random.Random, bytes], bytes]


def base(chance: random.Random) -> str:
    """Return a small file of orders or reviews, in one of three scripts."""
    people, head, rows = chance.choice(PEOPLE), chance.choice(HEADS), chance.randint(3, 12)
    lines = [head]
    for number in range(rows):
        name, product = people[number % len(people)]
        day = f"2026-0{1 + number % 3}-{13 + number:02} 10:{number:02}:00"
        lines.append(
            f"{number},C{number % 5},{name},c{number}@example.org,{day},{product},{1 + number % 5},{number}.50"
        )
    return chance.choice(["\n", "\r\n"]).join(lines) + "\n"


def flipped(chance: random.Random, raw: bytes) -> bytes:
    """Change some bits."""
    content = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content)


def cut(chance: random.Random, raw: bytes) -> bytes:
    """Lose the end, or the beginning."""
    place = chance.randrange(len(raw))
    return raw[:place] if chance.random() < 0.7 else raw[place:]


def with_junk(chance: random.Random, raw: bytes) -> bytes:
    """Put bytes in between: a NUL, a quotation mark, a delimiter, an end of line, a mark, half a letter."""
    junk = (b"\0", b'"', b",", b"\r", b"\n", b"\xff", b"\xc3", codecs.BOM_UTF8, b"\x1a", b"\x85", b";", b"\xed\xa0\x80")
    place = chance.randrange(len(raw) + 1)
    return raw[:place] + chance.choice(junk) * chance.choice((1, 1, 1, 3, 200)) + raw[place:]


def with_noise(chance: random.Random, raw: bytes) -> bytes:
    """Write noise over a stretch."""
    start, length = chance.randrange(len(raw)), chance.choice((1, 4, 30, 400))
    return raw[:start] + chance.randbytes(length) + raw[start + length :]


def shuffled(chance: random.Random, raw: bytes) -> bytes:
    """Put pieces in another order, some of them twice."""
    places = sorted(chance.sample(range(len(raw)), 4))
    pieces = [raw[start:stop] for start, stop in zip([0, *places], [*places, len(raw)], strict=True)]
    return b"".join(chance.choices(pieces, k=len(pieces)))


def pure_noise(chance: random.Random, raw: bytes) -> bytes:
    """Send something that was never a table."""
    return chance.randbytes(chance.choice((0, 1, 2, 7, 300, 5_000)))


def half_and_half(chance: random.Random, raw: bytes) -> bytes:
    """Write one half in another encoding than the other, as programs do that append to a file."""
    text = raw.decode("utf-8", "ignore")
    place = chance.randrange(len(text) + 1)
    return text[:place].encode() + text[place:].encode(chance.choice(["cp1252", "gb18030", "utf-16-le"]), "ignore")


MUTATIONS: tuple[Mutation, ...] = (flipped, cut, with_junk, with_noise, shuffled, pure_noise, half_and_half)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All texts of the traces that batches take in."""
    found: list[str] = []
    add = Batch.add

    def noting(batch: Batch, traces: pa.Table) -> None:
        for column in set(TEXTS) & set(traces.column_names):
            values = traces.column(column).to_pylist()
            if column == "attributes":
                values = [json.loads(value) for value in values if value]
            found.extend(texts_of(values))
        add(batch, traces)

    monkeypatch.setattr(Batch, "add", noting)
    return found


def texts_of(value: Any) -> list[str]:
    """Return all texts in something nested."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple)):
        return [text for one in value for text in texts_of(one)]
    return []


def outcome(home: Home, path: Path) -> FileHeard | InputError | MappingError:
    """Hear a file up to the commit; anything else that goes wrong is a traceback, and fails the test."""
    try:
        return hear(home, [path], source="shop", now=NOW, dry_run=True)[0]
    except (InputError, MappingError) as error:
        assert len(error.what) > 15
        assert error.now.endswith(".")
        return error


def spelt(path: Path) -> set[str]:
    """Return the letters that a file spells in the encoding in which it was read."""
    encoding = open_file(path).encoding
    text = path.read_bytes().decode(encoding, "ignore")
    forms = [
        text,
        text.casefold(),
        text.lower(),
        unicodedata.normalize("NFC", text),
        unicodedata.normalize("NFKC", text),
    ]
    return {letter for form in forms for letter in form + form.casefold()}


@pytest.mark.parametrize("seed", SEEDS)
def test_garbage_is_refused_in_words_or_read_letter_by_letter(
    seed: str, home: Home, said: list[str], tmp_path: Path
) -> None:
    """Bits, cuts, noise, halves: 0 tracebacks, and what is read is what stands in the file."""
    dice, count = chance("garbage", seed), Counter[str]()
    ours = set("email:customer:order:shop:phone:name:product") | set(
        "0123456789abcdefghijklmnopqrstuvwxyz_:.-+~|[]{}\"' "
    )
    for number in range(scaled(FILES)):
        raw = base(dice).encode()
        for mutation in dice.choices(MUTATIONS, k=dice.choice((1, 1, 1, 2, 3))):
            raw = mutation(dice, raw) if len(raw) > 8 else raw
        path = tmp_path / "rows.csv"
        path.write_bytes(raw)
        said.clear()
        found = outcome(home, path)
        count[type(found).__name__] += 1
        letters = set("".join(said))
        if letters:
            strange = letters - spelt(path) - ours - set(TIDYING)
            assert not strange, (number, strange, raw)
    print(f"{count.total()} files: {dict(count)}")
    assert min(count["FileHeard"], count["InputError"], count["MappingError"]) > 0.02 * count.total()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_file_in_another_encoding_is_read_right_or_its_encoding_is_named(
    seed: str, home: Home, said: list[str], tmp_path: Path
) -> None:
    """The same traces as in UTF-8, with a word on how it was read; or a refusal naming the bytes in the way."""
    dice, count = chance("encodings", seed), Counter[str]()
    for number in range(scaled(FILES) // 5):
        text, encoding = base(dice), dice.choice(list(NAMED))
        path = tmp_path / "rows.csv"
        path.write_bytes(text.encode())
        said.clear()
        outcome(home, path)
        wanted = sorted(said)
        try:
            path.write_bytes(text.encode(encoding))
        except UnicodeEncodeError:
            continue
        said.clear()
        found = outcome(home, path)
        if isinstance(found, FileHeard):
            count[encoding] += 1
            assert sorted(said) == wanted, (number, encoding)
            assert text.isascii() or NAMED[encoding] in " ".join(found.mapping.reasons), (number, encoding)
        else:
            count["refused"] += 1
            assert re.search(r"not UTF-8 at byte \d+|byte \d+ does not fit", found.what), (number, found.what)
    print(f"{count.total()} files: {dict(count)}")
    assert set(NAMED) <= set(count)
    assert count["refused"] < 0.1 * count.total()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_nul_byte_is_named_with_its_row(seed: str, home: Home, said: list[str], tmp_path: Path) -> None:
    """One in a row refuses that row and says so; the rows around it are read."""
    dice = chance("nul", seed)
    for _ in range(scaled(FILES) // 20):
        lines = base(dice).splitlines(keepends=True)
        row = dice.randrange(1, len(lines))
        place = dice.randrange(len(lines[row].rstrip()))
        lines[row] = f"{lines[row][:place]}\0{lines[row][place:]}"
        path = tmp_path / "rows.csv"
        path.write_bytes("".join(lines).encode())
        found = outcome(home, path)
        assert isinstance(found, FileHeard)
        assert [(fault.row, fault.reason) for fault in found.refused] == [(row + 1, "a NUL character")]
        assert found.rows == len(lines) - 1
