"""Identifiers: how a source names a person, brought to one form so that equal means equal.

An identifier is written `kind:value`: `email:ann@example.org`, `phone:204567890`, `customer:shop:C000123`,
`order:shop:1182`. A customer or order number means something only inside its source, so it carries the source's name.
Whether two identifiers are the same person is not decided here but in `recognise`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["email_key", "numbered", "order_key", "phone_key", "plain", "source_key"]

EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
PHONE_DIGITS: Final = 9  # national significant digits that we compare; shorter numbers are extensions or typos
LONGEST: Final = 200  # characters of an identifier; nobody is known by more
UNSEEN: Final = frozenset({"Cc", "Cs"})  # control characters and halves of characters: on a terminal they can do harm
EMPTY: Final = frozenset({"", "-", "--", "n/a", "na", "nan", "none", "null", "nil", "unknown", "?", "<na>"})
LONGEST_EMPTY: Final = max(map(len, EMPTY))


def plain(text: str) -> str:
    """Return the text without surrounding or doubled white space and control characters, in one Unicode form.

    Words that mean nothing become "". A number that a spreadsheet protects as `="00123"` is taken out of its wrapping.

    >>> plain("  Zoë   van der  Berg "), plain("N/A"), plain('="00123"')
    ('Zoë van der Berg', '', '00123')
    """
    tidy = text if is_plain(text) else tidied(text)
    return "" if len(tidy) <= LONGEST_EMPTY and tidy.casefold() in EMPTY else tidy


def is_plain(text: str) -> bool:
    """Tell whether a text needs no tidying; most do not, and a file has millions of them."""
    spaced = "  " in text or text.startswith((" ", "=")) or text.endswith(" ")
    return not spaced and text.isascii() and text.isprintable()


def tidied(text: str) -> str:
    """Tidy a text that needs it."""
    if not text.isprintable():
        text = "".join(char for char in text if char.isspace() or unicodedata.category(char) not in UNSEEN)
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    while len(tidy) > 2 and tidy.startswith('="') and tidy.endswith('"'):
        tidy = tidy[2:-1].strip()
    return tidy


def email_key(text: str) -> str | None:
    """Return the identifier of an e-mail address, or None where the text is not one.

    >>> email_key(" Ann.Lee@Example.ORG "), email_key("ann at example")
    ('email:ann.lee@example.org', None)
    """
    tidy = plain(text).casefold()
    return f"email:{tidy}" if len(tidy) <= LONGEST and EMAIL.fullmatch(tidy) else None


def phone_key(text: str) -> str | None:
    """Return the identifier of a telephone number, or None where there are too few digits.

    Only the last nine digits count, so that `+44 20 7946 0123` and `020 7946 0123` are one number. That is too coarse
    to prove that two people are one, and `recognise` never lets a telephone do so alone.

    >>> phone_key("+44 20 7946 0123") == phone_key("020 7946-0123"), phone_key("ext. 12")
    (True, None)
    """
    if len(text) > LONGEST:
        return None
    digits = "".join(
        str(unicodedata.digit(char)) for char in text if char.isdigit() and unicodedata.digit(char, -1) >= 0
    )
    return f"phone:{digits[-PHONE_DIGITS:]}" if len(digits) >= PHONE_DIGITS else None


def source_key(source: str, text: str) -> str | None:
    """Return the identifier of a source's own customer number.

    >>> source_key("shop", " 13085 "), source_key("shop", "13085.0"), source_key("shop", "-")
    ('customer:shop:13085', 'customer:shop:13085', None)
    """
    return numbered("customer", source, text)


def order_key(source: str, text: str) -> str | None:
    """Return the identifier of a source's own order number."""
    return numbered("order", source, text)


def numbered(kind: str, source: str, text: str) -> str | None:
    """Return the identifier of something that a source numbers; None for a blank, or what is too long to be one."""
    if len(text) > LONGEST:
        return None
    value = re.sub(r"^(\d+)\.0+$", r"\1", plain(text))  # spreadsheets turn 13085 into 13085.0
    return f"{kind}:{source}:{value}" if value else None
