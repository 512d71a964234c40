"""Only the guard can allow."""

from __future__ import annotations

import dataclasses

import pytest

from regulars.choose import Action
from regulars.errors import Unsaid
from regulars.guard import may_do, may_keep
from regulars.guard.act import Situation
from regulars.listen import Mapping
from regulars.settings import Settings
from regulars.verdict import Allowed, Outcome


def test_nobody_can_make_an_allowed_by_hand() -> None:
    """Without the guard's seal an `Allowed` cannot be made, nor be turned into one of something else's making."""
    with pytest.raises(Unsaid, match="without the guard"):
        Allowed("a line", Outcome.SAY, 1, "because")
    with pytest.raises(Unsaid):
        Allowed("a line", Outcome.SAY, 1, "because", object())


def test_what_the_guard_allows_is_frozen() -> None:
    """An allowed thing cannot be exchanged for another afterwards."""
    nothing = Action(code="nothing", do="Nothing", why="", purpose="none")
    allowed = may_do(nothing, Situation([], 0.0, Settings()))
    assert isinstance(allowed, Allowed)
    with pytest.raises(dataclasses.FrozenInstanceError):
        allowed.it = nothing  # type: ignore[misc]


def test_a_mapping_keeps_nothing_that_no_shop_needs() -> None:
    """A mapped column about health or cards is taken out again, and said."""
    mapping = Mapping(shape="customers", columns={"customer": ("id",), "name": ("religion",)})
    allowed = may_keep(mapping)
    assert isinstance(allowed, Allowed)
    assert allowed.it.columns == {"customer": ("id",)}
    assert "never taken: religion" in allowed.why
