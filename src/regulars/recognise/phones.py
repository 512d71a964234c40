"""Phones: telephone numbers as nine digits that are equal however they are written, and what kind they are.

The nine digits are the last of the national number, without country code and leading zeros, filled up with zeros on the
left; so they equal the value of an identifier `phone:...` of `listen`. A number belongs to a country by its `+` or
`00`, else by the region given, else by the country of most numbers of the column; that decides only the kind. The kind
comes from `phonenumbers`, asked once for all numbers that share country, length and first four digits, since it reads
some 40,000 numbers a second, and a list has a million.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumber, PhoneNumberType, country_code_for_region, number_type

from .spelling import in_plain_letters

__all__ = ["DIGITS", "clean_phones"]

DIGITS: Final = 9  # as in the identifiers of `listen`
FEWEST: Final = 7  # digits of a national number
MOST: Final = 15  # digits, country code and all (ITU-T E.164)
ENOUGH: Final = 10  # numbers with a country code that may speak for those without
FIRST: Final = 4  # digits of a national number that tell its kind
EXTENSION: Final = r"[ ,;]*(?:ext\.?|extension|x|#|durchwahl|dw\.?|poste|int\.?)[ .:]*[0-9]{1,6}$"
SEVERAL: Final = r"^([^0-9]*[0-9](?:[^0-9;,|]*[0-9]){6,}) *(?:[;,|]| / |/ *\+| or ).*$"  # the first of several counts
CALLING: Final = "|".join(map(str, sorted(COUNTRY_CODE_TO_REGION_CODE)))  # no calling code begins another
NO_NUMBER: Final = "no telephone number"
TOO_FEW: Final = "too few digits for a telephone"
TOO_MANY: Final = "too many digits for a telephone"
REPEATED: Final = "one digit repeated"
COUNTED: Final = "digits in a row"
SPREADSHEET: Final = "digits lost in a spreadsheet"
ONE_DIGIT: Final = "^(?:" + "|".join(f"0*{digit}+" for digit in "123456789") + "|0*)$"
IN_A_ROW: Final = (
    r"^0*(?:1234567|12345678|123456789|234567890|345678901|456789012|987654321|876543210|9876543|98765432)$"
)
KINDS: Final = {PhoneNumberType.MOBILE: "mobile", PhoneNumberType.FIXED_LINE: "landline"}


def clean_phones(values: pa.Array, *, region: str | None = None) -> dict[str, pa.Array]:
    """Read a column of telephones: `phone`, `phone_kind` (mobile, landline, other), and why one became null, `reason`.

    `region` is the country of numbers without a country code, in two letters such as GB.

    >>> column = pa.array(["+44 1159 116221", "0044 1159 116221", "(01159) 116221", "+44 (0)7700 900123", "12345"])
    >>> parts = clean_phones(column, region="GB")
    >>> parts["phone"].to_pylist()
    ['159116221', '159116221', '159116221', '700900123', None]
    >>> parts["reason"].to_pylist()[-1]
    'too few digits for a telephone'
    """
    low = in_plain_letters(values)
    blank = pc.equal(low, "")
    lost = pc.match_substring_regex(low, r"^[0-9][.,]?[0-9]*e\+?[0-9]+$")
    low = pc.replace_substring_regex(low, r"\.0$", "")
    low = pc.replace_substring_regex(low, SEVERAL, r"\1")
    if pc.any(pc.match_substring_regex(low, EXTENSION), min_count=0).as_py():
        low = pc.replace_substring_regex(low, EXTENSION, "")
    digits = pc.replace_substring_regex(pc.replace_substring(low, "(0)", ""), "[^0-9]+", "")
    abroad = pc.or_(
        pc.match_substring_regex(low, r"^[^0-9]*\+"),
        pc.and_(pc.starts_with(digits, "00"), pc.greater_equal(pc.binary_length(digits), 11)),
    )
    abroad = pc.fill_null(abroad, False)
    parts = pc.extract_regex(
        pc.if_else(abroad, pc.utf8_ltrim(digits, characters="0"), None), rf"^(?P<code>{CALLING})(?P<rest>[0-9]*)$"
    )
    code, rest = pc.struct_field(parts, "code"), pc.struct_field(parts, "rest")
    national = pc.utf8_ltrim(pc.coalesce(rest, digits), characters="0")
    length = pc.binary_length(national)
    phone = pc.utf8_lpad(pc.utf8_slice_codeunits(national, start=-DIGITS), DIGITS, "0")
    repeated = pc.match_substring_regex(national, ONE_DIGIT)
    reason = pc.case_when(
        pc.make_struct(
            *(
                pc.fill_null(test, False)
                for test in (
                    pc.or_(pc.is_null(low), blank),
                    lost,
                    pc.and_(pc.greater_equal(pc.binary_length(digits), 4), repeated),
                    pc.equal(digits, ""),
                    pc.less(length, FEWEST),
                    pc.greater(pc.binary_length(digits), MOST + 2),
                    pc.match_substring_regex(phone, ONE_DIGIT),
                    pc.match_substring_regex(phone, IN_A_ROW),
                )
            )
        ),
        *(pa.scalar(text, pa.string()) for text in
          (None, SPREADSHEET, REPEATED, NO_NUMBER, TOO_FEW, TOO_MANY, REPEATED, COUNTED)),
    )  # fmt: skip
    good = pc.fill_null(pc.and_not(pc.and_(pc.is_null(reason), pc.is_valid(phone)), blank), False)
    phone = pc.if_else(good, phone, None)
    home = country_code_for_region(region.upper()) if region else usual_code(code)
    kind = kinds_of(pc.coalesce(code, pa.scalar(str(home))) if home else code, pc.if_else(good, national, None))
    return {
        "phone": phone,
        "phone_kind": pc.if_else(good, pc.fill_null(kind, "other"), None),
        "reason": reason,
    }


def usual_code(codes: pa.Array) -> int:
    """Return the calling code that most numbers of a column have; 0 where too few have one."""
    counts = sorted((-row["counts"], row["values"]) for row in pc.value_counts(codes.drop_null()).to_pylist())
    total = -sum(count for count, _ in counts)
    return int(counts[0][1]) if total >= ENOUGH and -2 * counts[0][0] >= total else 0


def kinds_of(code: pa.Array, national: pa.Array) -> pa.Array:
    """Return the kind of each number by country code, first digits and length."""
    groups = pa.table(
        {
            "group": pc.binary_join_element_wise(
                code,
                pc.utf8_slice_codeunits(national, 0, FIRST),
                pc.cast(pc.binary_length(national), pa.string()),
                "|",
            )
        }
    ).column("group")
    encoded = groups.combine_chunks().dictionary_encode()
    kinds = pa.array([kind_of(group) for group in encoded.dictionary.to_pylist()], pa.string())
    return kinds.take(encoded.indices)


@cache
def kind_of(group: str) -> str:
    """Return the kind of the numbers of a country that begin with some digits: `44|7700|10`."""
    code, first, length = group.split("|")
    if not 0 < len(code) <= 3 or int(length) > MOST:
        return "other"
    # Any number of the group will do, as long as its other digits are not remarkable.
    for rest in ("2345678912345", "0123456789123"):
        number = PhoneNumber(country_code=int(code), national_number=int((first + rest)[: int(length)]))
        if kind := KINDS.get(number_type(number)):
            return kind
    return "other"
