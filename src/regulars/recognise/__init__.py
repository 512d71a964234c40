"""Recognise: know that it is the same person, and make a Customer of their traces. Start reading at `customer.py`."""

from .customer import Customer, code_of, number_of
from .join import CUSTOMERS, KEYS, LINKS, customer_of, folded, members_table

__all__ = [
    "CUSTOMERS",
    "KEYS",
    "LINKS",
    "Customer",
    "code_of",
    "customer_of",
    "folded",
    "members_table",
    "number_of",
]
