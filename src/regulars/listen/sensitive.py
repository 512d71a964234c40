"""Sensitive: columns that no shop needs, told by their headers or by what stands in them. A guess never uses them.

Numbers of payment cards are told by their check digit, bank accounts by theirs, passwords by how they are hashed. Only
a mapping file can choose such a column; and what the guard never takes, it does not take then either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .roles import header_words

__all__ = ["looks_sensitive", "sensitive_header", "sensitive_text"]

SHARE: Final = 0.5  # share of a column's values that must look so
FEWEST: Final = 2  # values from which a column can be told: one in ten numbers has a right check digit by chance
HEADERS: Final = re.compile(
    r"\b(?:religio\w*|faith|caste|ethnic\w*|race|politic\w*|(?:party|union) membership|sexual\w*|health|diagnos\w*"
    r"|medical|medication|disab\w*|pregnan\w*|biometric\w*|fingerprint|face ?(?:id|scan|print|image|photo)|voice ?print"
    r"|(?:credit|debit|bank)? ?card ?(?:number|no|nr|num)|cvv|cvc|iban|passw\w*|secret|pin(?! ?code)|ssn"
    r"|social security\w*|passport\w*|soc ?sec\w*|bank account\w*|account number iban|tax (?:id|number)|salary|income"
    r"|national (?:id|insurance)\w*|driv(?:er|ing)\w* licen[cs]e\w*|blood \w+|gender identity)\b"
)
CARD: Final = re.compile(r"[2-6]\d{3}([ -]?)(?:\d{4}\1\d{4}\1\d{1,7}|\d{6}\1\d{5})")
IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
SSN: Final = re.compile(r"(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}")
HASH: Final = re.compile(
    r"\$(?:2[abxy]|5|6|y|1|argon2(?:id?|d)|scrypt)\$\S{8,}|\{(?:SSHA|SHA|bcrypt)\}\S+|pbkdf2\S*\$\S{8,}"
)
LONGEST: Final = 200  # characters of a value that is looked at


def looks_sensitive(header: str, texts: Sequence[str]) -> bool:
    """Tell whether a column looks sensitive: by its header, or by at least half of its values."""
    return sensitive_header(header) or (len(texts) >= FEWEST and sum(map(sensitive_text, texts)) >= SHARE * len(texts))


def sensitive_header(header: str) -> bool:
    """Tell whether a header says that its column holds what no shop needs.

    >>> sensitive_header("CardNumber"), sensitive_header("Card Brand"), sensitive_header("password_hash")
    (True, False, True)
    """
    return HEADERS.search(header_words(header)) is not None


def sensitive_text(text: str) -> bool:
    """Tell whether a value is the number of a card, a bank account or a US social security, or a hashed password.

    >>> sensitive_text("4111 1111 1111 1111"), sensitive_text("4111 1111 1111 1112"), sensitive_text("2026-03-31")
    (True, False, False)
    """
    if len(text) > LONGEST:
        return False
    tidy = text.strip()
    if CARD.fullmatch(tidy):
        return luhn(tidy)
    return iban(tidy) or SSN.fullmatch(tidy) is not None or HASH.match(tidy) is not None


def luhn(text: str) -> bool:
    """Tell whether the check digit of a card's number is right."""
    digits = [int(char) for char in reversed(text) if char.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """Tell whether a text is a bank account with right check digits.

    >>> iban("GB82 WEST 1234 5698 7654 32"), iban("GB83 WEST 1234 5698 7654 32")
    (True, False)
    """
    tidy = text.replace(" ", "").upper()
    if not IBAN.fullmatch(tidy):
        return False
    return int("".join(str(int(char, 36)) for char in tidy[4:] + tidy[:4])) % 97 == 1
