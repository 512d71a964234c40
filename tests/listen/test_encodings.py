"""Encodings: each is read right or refused by name; a letter is never read as another one without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.errors import InputError
from regulars.listen import open_file

from .conftest import Listen, write

HEAD = "customer_id,name,city,joined_on\n"
WESTERN = (
    "Zoë van der Berg,Genève",
    "João Conceição,São Paulo",
    "Åsa Öberg,Växjö",
    "Jürgen Weiß,Köln",
    "Élodie,Orléans",
)
CHINESE = ("张伟,北京市朝阳区", "李秀英,上海市浦东新区", "欧阳娜娜,深圳市南山区", "王芳,广州市天河区", "刘洋,成都市")
UNTOLD = {
    "cp1251": ("Иван Петров,Москва", "Ольга Смирнова,Казань"),
    "koi8-r": ("Иван Петров,Москва", "Ольга Смирнова,Казань"),
    "cp1253": ("Γιώργος Παπαδόπουλος,Αθήνα",),
    "cp1250": ("Łukasz Żak,Łódź", "Michał Wójcik,Gdańsk"),
    "cp1255": ("דוד כהן,תל אביב",),
    "cp1256": ("محمد الحداد,القاهرة",),
    "cp874": ("สมชาย ใจดี,กรุงเทพ",),
    "euc-kr": ("김민수,서울특별시 강남구", "이영희,부산광역시"),
    "shift-jis": ("田中太郎,東京都新宿区", "とても,よい"),
    "euc-jp": ("田中太郎,東京都新宿区", "とても,よい"),
    "big5": ("陳大文,臺北市信義區", "林美玲,高雄市"),
    "mac-roman": ("Zoë Lefèvre,Orléans", "Jürgen Groß,Köln"),
    "cp850": ("Zoë Lefèvre,Orléans", "Jürgen Groß,Köln"),
}


def table(people: tuple[str, ...]) -> str:
    return HEAD + "".join(f"C{place},{person},2026-01-02\n" for place, person in enumerate(people))


@pytest.mark.parametrize(
    ("encoding", "people", "note"),
    [
        ("utf-8", CHINESE, ""),
        ("utf-8-sig", CHINESE, ""),
        ("utf-16", CHINESE, "read as UTF-16"),
        ("utf-16-le", CHINESE, "read as UTF-16, though its mark is missing"),
        ("utf-16-be", WESTERN, "read as UTF-16, though its mark is missing"),
        ("cp1252", WESTERN, "read as Windows-1252, because byte 37 is not UTF-8; its letters are then "),
        ("gb18030", CHINESE, "read as GB18030, because byte 35 is not UTF-8; its letters are then "),
    ],
)
def test_an_encoding_that_can_be_told_is_read_right_and_said(
    encoding: str, people: tuple[str, ...], note: str, listen: Listen
) -> None:
    """The traces are those of the same table in UTF-8, and what was decided stands among the reasons."""
    wanted = listen(table(people), "customers.csv")
    told = listen(table(people).encode(encoding), "customers.csv")
    assert [trace["attributes"] for trace in told.traces] == [trace["attributes"] for trace in wanted.traces]
    assert [trace["source_id"] for trace in told.traces] == [trace["source_id"] for trace in wanted.traces]
    assert any(reason.startswith(note) for reason in told.mapping.reasons)
    assert len(told.mapping.reasons) == len(wanted.mapping.reasons) + bool(note)


def test_the_letters_of_an_old_encoding_are_named(listen: Listen) -> None:
    """Whoever sees ø where ř should be knows that it was the wrong one."""
    told = listen(table(("Jiří Dvořák,Brno", "Jiří Kovář,Brno")).encode("cp1250"), "customers.csv")
    assert any(reason.endswith("its letters are then ø í á") for reason in told.mapping.reasons)


@pytest.mark.parametrize("encoding", UNTOLD)
def test_an_encoding_that_cannot_be_told_is_refused(encoding: str, tmp_path: Path) -> None:
    """Letters that are no western and no Chinese ones are not read as such."""
    with pytest.raises(InputError, match=r"not UTF-8 at byte|neither UTF-8 nor Windows-1252 nor GB18030") as caught:
        open_file(write(tmp_path / "customers.csv", table(UNTOLD[encoding]).encode(encoding)))
    assert caught.value.now.startswith("Save it as CSV UTF-8.")


def test_one_chinese_name_is_not_enough_to_tell(tmp_path: Path) -> None:
    """Both readings are named, and a person has to say which it is."""
    content = HEAD.encode() + "C1,张伟,,2026-01-02\n".encode("gb18030")
    with pytest.raises(InputError, match=r"do not tell what else: 'Õ Å Î °' in Windows-1252, '张 伟' in GB18030"):
        open_file(write(tmp_path / "customers.csv", content))


def test_a_few_damaged_bytes_cost_their_rows_only(listen: Listen) -> None:
    """In a file of UTF-8 a stray byte is no reason to read all its letters otherwise."""
    rows = table(WESTERN * 8).encode().splitlines(keepends=True)
    rows[7] = rows[7].replace(b"C6", b"C\xe96")
    told = listen(b"".join(rows), "customers.csv")
    assert [(row.row, row.reason) for row in told.refused] == [(8, "bytes that are not UTF-8")]
    assert told.refused[0].offset == sum(map(len, rows[:7]))
    assert len(told.traces) == len(WESTERN) * 8 - 1
    assert "João Conceição" in str(told.traces[1]["attributes"])
    first = sum(map(len, rows[:7])) + 1
    assert any(reason.startswith(f"byte {first} is not UTF-8, though nearly") for reason in told.mapping.reasons)


def test_letters_that_stand_late_in_a_large_file_are_looked_at(listen: Listen) -> None:
    """The first byte outside ASCII may come after many megabytes, or in a cell of many letters."""
    head = "customer_id,note,noted_on\n"
    plain = "".join(f"C{place},{'x' * 900},2026-01-02\n" for place in range(5_000))
    told = listen(f"{head}{plain}C9,{'é ' * 20_000}café,2026-01-02\n".encode("cp1252"), "notes.csv")
    assert told.traces[-1]["text"].endswith("é é café")
