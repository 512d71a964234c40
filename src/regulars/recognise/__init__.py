"""Recognise: know that it is the same person, and make a Customer of their traces. Start reading at `customer.py`."""

from .accounts import LINKS as ACCOUNTS
from .accounts import accounts
from .accounts import links as account_links
from .cards import CARDS, RAW, Cards, clean_cards
from .claim import Claim, Naming, Overruled, Settled, settled
from .customer import Customer, code_of, number_of
from .golden import FACTS, Fact, Golden, golden
from .household_line import PURPOSE, Shared, household_of
from .households import HOUSEHOLDS, homes, households
from .join import CUSTOMERS, DEMOTIONS, KEYS, LINKS, claims_that_count, customer_of, folded, founder_of, members_table
from .linkage import BAR_BITS, connected
from .mailboxes import is_free, is_role, role_mailboxes
from .matching import Evidence, HeldCards, Reason, Weights, chance_of, levels_of_two, matched, reasons, stirred
from .monitor import Figures, figures
from .nicknames import are_forms, nickname_pairs
from .path import Link, bridges, spanning, way
from .stitch import stitched
from .union import united

__all__ = [
    "ACCOUNTS",
    "BAR_BITS",
    "CARDS",
    "CUSTOMERS",
    "DEMOTIONS",
    "FACTS",
    "HOUSEHOLDS",
    "KEYS",
    "LINKS",
    "PURPOSE",
    "RAW",
    "Cards",
    "Claim",
    "Customer",
    "Evidence",
    "Fact",
    "Figures",
    "Golden",
    "HeldCards",
    "Link",
    "Naming",
    "Overruled",
    "Reason",
    "Settled",
    "Shared",
    "Weights",
    "account_links",
    "accounts",
    "are_forms",
    "bridges",
    "chance_of",
    "claims_that_count",
    "clean_cards",
    "code_of",
    "connected",
    "customer_of",
    "figures",
    "folded",
    "founder_of",
    "golden",
    "homes",
    "household_of",
    "households",
    "is_free",
    "is_role",
    "levels_of_two",
    "matched",
    "members_table",
    "nickname_pairs",
    "number_of",
    "reasons",
    "role_mailboxes",
    "settled",
    "spanning",
    "stirred",
    "stitched",
    "united",
    "way",
]
