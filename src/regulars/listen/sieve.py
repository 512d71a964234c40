"""Sieve: who sends a letter, judged before it can make a customer. A person, a list, a robot, a colleague, or private.

The rules are read from the top and the first that fits decides; a letter that fits none comes from a person. Each says
itself twice: as a test of the letter's head, and as the sentence that is shown. What a head says badly never fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Final

__all__ = [
    "KINDS_OF_SENDER",
    "NO_PERSON",
    "PRIVATE_MARK",
    "Judged",
    "Known",
    "Rule",
    "addresses",
    "is_address",
    "judge",
]

KINDS_OF_SENDER: Final = ("person", "list", "robot", "private", "colleague")
PRIVATE_MARK: Final = re.compile(r"\s*[\[(](?:private|personal|confidential)[\])]", re.IGNORECASE)
NO_PERSON: Final = re.compile(
    r"(?:no|do[-_.]?not|dont)[-_.]?reply.*|mailer-daemon|postmaster|bounces?(?:[-_+.].*)?|notifications?(?:[-_+.].*)?"
    r"|alerts?|automated|daemon|root|(?:.*[-_.])?bot|robot|newsletters?|news|updates|digest|billing-no-reply",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What a house has said of addresses: its own, and those whose letters are no business of ours."""

    own: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()

    @classmethod
    def of(cls, own: str, private: str) -> Known:
        """Read two lists of addresses and @domains, parted by commas or blanks.

        >>> sorted(Known.of("@shop.example, Ann@home.example", "").own)
        ['@shop.example', 'ann@home.example']
        """
        return cls(*(frozenset(filter(None, re.split(r"[,;\s]+", text.lower()))) for text in (own, private)))

    def is_own(self, address: str) -> bool:
        """Tell whether an address is one of the house."""
        return named_in(address, self.own)

    def is_private(self, address: str) -> bool:
        """Tell whether letters from or to an address are private."""
        return named_in(address, self.private)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a letter's sender is, and why."""

    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what the sender is where it fits, its sentence, and its test of a letter's head."""

    kind: str
    why: str
    fits: Callable[[EmailMessage, str, Known], bool]


def judge(letter: EmailMessage, known: Known) -> Judged:
    """Judge the sender of a letter by its head alone."""
    senders = addresses(letter, "from") or addresses(letter, "sender")
    sender = senders[0] if senders else ""
    for rule in RULES:
        if rule.fits(letter, sender, known):
            return Judged(rule.kind, rule.why)
    return Judged("person", "nothing in its head says otherwise")


def addresses(letter: EmailMessage, *names: str) -> list[str]:
    """Return the addresses of some headers in lower case, each once; what is none is passed over."""
    texts = [said(letter, name) for name in names]
    found = (address.strip().lower() for _, address in getaddresses([text for text in texts if text]))
    return list(dict.fromkeys(address for address in found if is_address(address)))


def is_address(text: str) -> bool:
    """Tell whether a text is an address."""
    try:
        return bool(Address(addr_spec=text).domain)
    except Exception:  # the library raises whatever an odd address makes it stumble over
        return False


def said(letter: EmailMessage, name: str) -> str:
    """Return what all headers of a name say, on one line; "" where that cannot be read."""
    try:
        return ", ".join(" ".join(str(value).split()) for value in letter.get_all(name, []))
    except Exception:  # the library raises whatever a forged header makes it stumble over
        return ""


def named_in(address: str, several: frozenset[str]) -> bool:
    """Tell whether an address or its domain, or one that it belongs to, stands in a list."""
    domain = address.rpartition("@")[2]
    parts = domain.split(".")
    domains = {f"@{'.'.join(parts[place:])}" for place in range(len(parts))}
    return address in several or not domains.isdisjoint(several)


def local(address: str) -> str:
    """Return what stands before the @."""
    return address.rpartition("@")[0]


def word_in(name: str, words: Sequence[str]) -> Callable[[EmailMessage, str, Known], bool]:
    """Return a test of whether a header says one of some words."""
    return lambda letter, sender, known: said(letter, name).strip().lower() in words


def there(*names: str) -> Callable[[EmailMessage, str, Known], bool]:
    """Return a test of whether one of some headers stands there at all."""
    return lambda letter, sender, known: any(said(letter, name) for name in names)


# Private first: whatever else a letter is, what is private is not looked at any further.
RULES: Final = (
    Rule("private", "it is marked as private", word_in("sensitivity", ("private", "personal", "company-confidential"))),
    Rule(
        "private",
        "its subject says so",
        lambda letter, sender, known: bool(PRIVATE_MARK.match(said(letter, "subject"))),
    ),
    Rule(
        "private",
        "the house has named this address as private",
        lambda letter, sender, known: any(map(known.is_private, addresses(letter, "from", "to", "cc"))),
    ),
    Rule("robot", "its sender cannot be answered", lambda letter, sender, known: said(letter, "return-path") == "<>"),
    Rule("robot", "it was sent by a program", lambda letter, sender, known: automatic(said(letter, "auto-submitted"))),
    Rule("robot", "it asks for no automatic answer", there("x-auto-response-suppress", "x-autoreply", "x-autorespond")),
    Rule("list", "it comes through a mailing list", there("list-id", "list-post", "mailing-list")),
    Rule("list", "one can unsubscribe from it", there("list-unsubscribe")),
    Rule("list", "it was sent in bulk", word_in("precedence", ("bulk", "list", "junk"))),
    Rule("list", "it was sent as a campaign", there("feedback-id", "x-campaign-id", "x-mailgun-sid", "x-mc-user")),
    Rule("robot", "its address is no person's", lambda letter, sender, known: bool(NO_PERSON.fullmatch(local(sender)))),
    Rule("robot", "nobody is named as its sender", lambda letter, sender, known: not sender),
    Rule(
        "colleague",
        "everybody it names is of the house",
        lambda letter, sender, known: (
            known.is_own(sender) and all(map(known.is_own, addresses(letter, "to", "cc", "bcc")))
        ),
    ),
)


def automatic(text: str) -> bool:
    """Tell whether `Auto-Submitted` says that no person sent it.

    >>> automatic("auto-replied; owner-email=x"), automatic("no"), automatic("")
    (True, False, False)
    """
    return bool(text) and text.partition(";")[0].strip().lower() != "no"
