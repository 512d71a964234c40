"""Placeholders: values that only fill a box and mean nobody, told by field. Each becomes null, and the reason is kept.

Two customers who both gave `na@na.com` or 1 January 1900 have nothing in common but a form that insisted. The rules are
patterns over a value in plain letters (see `spelling`), tried in order.
"""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .spelling import in_plain_letters, plain_letters

__all__ = ["FIELDS", "placeholder", "placeholder_reasons"]

WORDS: Final = (
    r"n ?[./]? ?a\.?|nan|none|null|nil|unknown|unbekannt|inconnu|desconocido|sconosciuto|onbekend|unspecified"
    r"|not (?:known|given|provided|available|applicable|specified|set|stated|entered)|undefined|missing|empty"
    r"|vacio|tbd|tbc|tba|to be (?:confirmed|advised)|dummy|example|fake|deleted|redacted|withheld"
    r"|do not (?:use|contact)|keine? angaben?|k\.a\.|sin datos|s/d|\(?none\)?|<na>|#n/a|#ref!|#value!"
    r"|\[?object object\]?"
)
WORDS_ELSEWHERE: Final = WORDS + "|blank|sample|leer|vide"  # which are also names
NO_WORDS: Final = r"[^a-z0-9]+"  # nothing but marks such as "." or "---"
SAME_LETTER: Final = "|".join(rf"{letter}{{3,}}" for letter in "abcdefghijklmnopqrstuvwxyz")
SAME_DIGIT: Final = "|".join(rf"{digit}{{4,}}" for digit in "0123456789")
KEYS: Final = r"(?:asdf|asd|sdf|qwe|qwer|qwerty|asdfgh|hjkl|abc|abcd|xyz|blah|bla bla|foo|bar|foobar|lorem ipsum)"
FILLED: Final = "a word that stands for nothing"
ONLY_MARKS: Final = "nothing but marks"
REPEATED: Final = "one character repeated"
TYPED: Final = "typed to fill the box"
DIGITS: Final = "digits where a name belongs"

FAMILIES: Final = (
    (ONLY_MARKS, NO_WORDS),
    (FILLED, WORDS),
    (FILLED, r"no ?name|(?:first|last|full|sur|fore|given|family) ?name|anonymous|anon|anonym|walk ?-?in(?: customer)?"
             r"|(?:test|tester|testing)(?: (?:test|user|customer|name|person|kunde))*|customer|cash(?: sale| customer)?"
             r"|nobody|no one|someone|not me"),
    (TYPED, KEYS),
    (REPEATED, SAME_LETTER),
    (DIGITS, r"[0-9 .,/+-]+"),
    ("an e-mail address where a name belongs", r"[^@ ]+@[^@ ]+\.[^@ ]+"),
)  # fmt: skip
# Guest and Gast are families too, but nobody's given or whole name.
NAMES: Final = (*FAMILIES, (FILLED, r"guest|gast|user|kunde|client|cliente|private|baby|infant|name"))
PLACES: Final = (
    (ONLY_MARKS, NO_WORDS),
    (FILLED, WORDS_ELSEWHERE),
    (FILLED, r"no (?:address|street|city|fixed (?:abode|address))|address|(?:test|some) (?:street|address|city)|street"
             r"|city|town|test|same(?: as above| as billing)?|see above|as above|homeless"),
    (TYPED, KEYS),
    (REPEATED, SAME_LETTER),
)  # fmt: skip
RULES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "name": NAMES,
    "family": FAMILIES,
    "company": (
        (ONLY_MARKS, NO_WORDS),
        (FILLED, WORDS_ELSEWHERE),
        ("no company", r"no(?: company| employer)?|private?(?: person| individual| customer)?|privat(?:person|kunde)?"
                       r"|particulier|particular|privato|individual|self|self[- ]employed|freelance|personal|home"
                       r"|(?:un|not )employed|retired|student|housewife|company(?: name)?|test(?: company)?|me"),
        (TYPED, KEYS),
        (REPEATED, SAME_LETTER),
        ("digits where a name belongs", r"[0 .,/+-]+"),
    ),
    "place": PLACES,
    "postcode": (
        (ONLY_MARKS, NO_WORDS),
        (FILLED, WORDS_ELSEWHERE + r"|post ?code|zip(?: code)?|test"),
        (REPEATED, rf"{SAME_LETTER}|0+|9{{4,}}"),
    ),
    "number": (
        (ONLY_MARKS, NO_WORDS),
        (FILLED, WORDS_ELSEWHERE),
        (REPEATED, rf"{SAME_LETTER}|{SAME_DIGIT}|0+"),
        (TYPED, r"0?12345678(?:90?)?|1234567"),
    ),
}  # fmt: skip
FIELDS: Final = tuple(RULES)
WHOLE: Final = {field: re.compile("|".join(f"(?:{pattern})" for _, pattern in rules)) for field, rules in RULES.items()}
EACH: Final = {
    field: tuple((reason, re.compile(pattern)) for reason, pattern in rules) for field, rules in RULES.items()
}


def placeholder(text: str, *, field: str) -> str | None:
    """Return why a value of a field means nothing; None where it may mean something.

    >>> placeholder("N/A", field="name"), placeholder("Nadia", field="name")
    ('a word that stands for nothing', None)
    >>> placeholder("00000", field="postcode"), placeholder("12345", field="postcode")
    ('one character repeated', None)
    """
    spelt = plain_letters(text)
    if WHOLE[field].fullmatch(spelt) is None:
        return None
    return next(reason for reason, pattern in EACH[field] if pattern.fullmatch(spelt))


def placeholder_reasons(values: pa.Array, *, field: str, spelt: bool = False) -> pa.Array:
    """Return for each value of a column why it means nothing; null where it may mean something, or is null itself.

    `spelt` says that the column is in plain letters already.
    """
    plain = values if spelt else in_plain_letters(values)
    hits = pc.fill_null(pc.match_substring_regex(plain, f"^(?:{WHOLE[field].pattern})$"), False)
    if not pc.any(hits, min_count=0).as_py():
        return pa.nulls(len(values), pa.string())
    reasons = pa.array([placeholder(text, field=field) for text in pc.filter(plain, hits).to_pylist()], pa.string())
    return pc.replace_with_mask(pa.nulls(len(values), pa.string()), hits, reasons)
