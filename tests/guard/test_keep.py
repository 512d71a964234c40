"""The first door: purpose, ground, and columns that are never taken."""

from __future__ import annotations

import pytest

from regulars.guard import may_keep
from regulars.listen import Mapping
from regulars.verdict import Allowed, Outcome, Withheld


def mapping(*headers: str, purpose: str = "service", basis: str = "contract") -> Mapping:
    return Mapping("customers", {"customer": ("id",), "name": headers}, purpose=purpose, basis=basis)


@pytest.mark.parametrize(
    "header",
    [
        "Religion",
        "patient_health",
        "CardNumber",
        "credit-card no",
        "cvv",
        "IBAN",
        "Password",
        "passwordHash",
        "PIN",
        "faceId",
        "Face Scan",
        "VoicePrint",
        "Ethnicity",
        "political party",
        "sexualOrientation",
        "medical notes",
        "diagnosis",
        "is_pregnant",
        "pregnancy_week",
        "disability",
        "fingerprint",
        "passport_no",
        "Social Security No",
        "caste",
    ],
)
def test_columns_that_no_shop_needs_are_taken_out(header: str) -> None:
    """Whatever way its header is written, such a column is left out and named; the others are kept."""
    verdict = may_keep(mapping("full name", header))
    assert isinstance(verdict, Allowed)
    assert verdict.it.columns == {"customer": ("id",), "name": ("full name",)}
    assert verdict.it.left_out == (header,)
    assert verdict.why == f"kept for service, on the ground of contract; never taken: {header}"


@pytest.mark.parametrize(
    "header",
    [
        "Pin code",
        "pincode",
        "face value",
        "trace",
        "surface",
        "pinned",
        "card",
        "healthy_choice",
        "page orientation",
        "faithful_since",
    ],
)
def test_ordinary_columns_stay(header: str) -> None:
    """Words that only look alike are no reason to lose a column."""
    verdict = may_keep(mapping(header))
    assert verdict.it.columns["name"] == (header,)


def test_a_role_without_columns_is_gone() -> None:
    """Where every column of a role is taken out, the role goes too, so that nothing looks for it."""
    verdict = may_keep(mapping("Religion"))
    assert verdict.it.columns == {"customer": ("id",)}


@pytest.mark.parametrize(
    ("purpose", "basis"), [("fun", "contract"), ("service", "because"), ("", "contract"), ("service", "")]
)
def test_what_has_no_purpose_or_no_ground_is_refused(purpose: str, basis: str) -> None:
    """Without a purpose and a legal ground that we know nothing is kept, and the message names both lists."""
    verdict = may_keep(mapping("full name", purpose=purpose, basis=basis))
    assert isinstance(verdict, Withheld)
    assert verdict.outcome is Outcome.REFUSE
    assert "service, tracking, marketing" in verdict.why
    assert "legitimate interest" in verdict.why
