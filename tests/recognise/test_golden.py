"""Of all that was said of a customer: what stands, and what it stands before."""

from __future__ import annotations

import json
from dataclasses import dataclass

from regulars.recognise import golden


@dataclass(frozen=True)
class Said:
    """A trace, as far as this is concerned."""

    trace_id: str
    subject: int
    happened_at: int
    source: str
    attributes: str | None = None
    who: tuple[str, ...] = ()

    @property
    def day(self) -> int:
        """The day it happened on."""
        return self.happened_at


def said(number: int, at: int, source: str, *who: str, **attributes: str) -> Said:
    """Return a trace that says something of its customer."""
    return Said(f"{number:02}", number % 2, at, source, json.dumps(attributes) if attributes else None, who)


def test_the_last_value_stands_and_all_others_are_kept_with_their_source() -> None:
    """Also where it is said again later; of one instant, what was given most often stands."""
    traces = [
        said(1, 10, "shop", "email:a@example.org", name="Ann Marsh", city="York"),
        said(2, 20, "till", name="A. Marsh", city="Leeds"),
        said(3, 30, "shop", "email:ann@example.org", name="Ann Marsh"),
        said(4, 40, "crm", city="Hull"),
        said(5, 40, "till", city="Bath"),
        said(6, 39, "crm", city="Bath"),
    ]
    found = {one.field: one for one in golden(traces)}
    assert list(found) == ["name", "city", "email"]
    assert (found["name"].stands.value, found["name"].stands.times, found["name"].stands.trace) == (
        "Ann Marsh",
        2,
        "03",
    )
    assert [(fact.value, fact.source, fact.day, fact.record) for fact in found["name"].others] == [
        ("A. Marsh", "till", 20, 0)
    ]
    assert [fact.value for fact in (found["city"].stands, *found["city"].others)] == ["Bath", "Hull", "Leeds", "York"]
    assert found["email"].stands.value == "ann@example.org"


def test_the_order_of_traces_changes_nothing_and_empty_values_are_none() -> None:
    """A name in two columns is put together; what is empty or blank was not given."""
    traces = [
        said(1, 10, "shop", first_name="Ann", last_name="Marsh"),
        said(2, 20, "till", name="", city=" "),
        said(3, 30, "till", "order:shop:7"),
    ]
    found = golden(traces)
    assert found == golden(traces[::-1])
    assert [(one.field, one.stands.value, one.others) for one in found] == [
        ("name", "Ann Marsh", ()),
        ("first_name", "Ann", ()),
        ("last_name", "Marsh", ()),
    ]
    assert golden([]) == ()
