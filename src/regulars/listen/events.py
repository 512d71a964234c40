"""Events: what an application sends in the form of the Segment specification becomes rows that `hear` can read.

`translated` sorts the events of one delivery by what they say (who somebody is, an order, its lines, a review ...) and
returns a mapping and a piece for each sort; an order comes before what leans on it. The number of an event is its
`messageId`, so that one that is sent twice is one trace. Whatever is not named here (context, addresses of machines,
browsers) is not looked at. An event that means nothing to us is refused by name, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Fields
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from .event_cells import Cells, first_of, products_of, text_of, traits_of, who_of
from .event_names import kind_of_event
from .mapping import Mapping
from .refused import Refused
from .source_file import Piece
from .trace import KINDS, instant

__all__ = ["Translated", "translated"]

LONGEST_ID: Final = 200
SHOWN: Final = 100  # characters of an event's name that are told
LATEST_SECONDS: Final = 253_402_300_799  # the end of the year 9999
MILLISECONDS: Final = 10**11  # a number above this is no count of seconds
CALLS: Final = ("identify", "track", "page", "screen", "group", "alias")
TIMES: Final = ("timestamp", "originalTimestamp", "sentAt", "receivedAt")
WHO: Final = {
    "customer": ("user", "anonymous", "previous", "previous anonymous"),
    "email": ("email",),
    "phone": ("phone",),
}
ONE_COLUMN: Final = (
    "name", "first_name", "last_name", "company", "street", "postcode", "city", "item", "sku", "category", "quantity",
    "unit_price", "amount", "currency", "rating", "text", "title", "language", "channel", "department", "reason",
    "method", "minutes", "place", "staff", "direction", "thread", "subject", "purpose", "referred", "order", "case",
    "line", "due_at", "promised_at",
)  # fmt: skip
WHEN: Final = {"orders": "ordered_at", "lines": "ordered_at", "returns": "returned_at", "reviews": "reviewed_at"} | {
    "ratings": "rated_at"
}
SHAPE_OF: Final = {
    "introduced": "introductions",
    "ordered": "orders",
    "returned": "returns",
    "reviewed": "reviews",
    "rated": "ratings",
    **dict.fromkeys(("asked", "complained", "answered"), "ticket events"),
    **dict.fromkeys(("promised", "kept"), "promise events"),
}
GROUNDS: Final = {  # purpose and basis; the rest is service under the contract
    "viewed": ("tracking", "consent"),
    "searched": ("tracking", "consent"),
    "rated": ("service", "consent"),
    "consented": ("service", "legal obligation"),
    "withdrew": ("service", "legal obligation"),
    **dict.fromkeys(("noted", "wrote", "called", "met", "contacted"), ("service", "legitimate interest")),
}
ORDER: Final = ("introductions", "orders", "lines")  # heard first; what leans on an order comes after it


@dataclass(frozen=True, slots=True)
class Row:
    """One row that an event makes: where it belongs, under which event, and its cells by role."""

    shape: str
    purpose: str
    basis: str
    scale: tuple[int, int]
    place: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Translated:
    """The rows of some events by what they are, and the events that make none, with the reason."""

    pieces: list[tuple[Mapping, Piece]]
    refused: list[Refused] = field(default_factory=list)


class Fault(Exception):
    """Why an event makes no row: the field, its value, the reason and what would mend it."""

    def __init__(self, column: str, value: str, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason, self.advice = column, value, reason, advice


def translated(events: Sequence[object], *, file: str, zone: str, currency: str) -> Translated:
    """Translate the events of one delivery; the first is row 1."""
    rows, refused = list[Row](), list[Refused]()
    for place, event in enumerate(events, 1):
        try:
            rows += rows_of(event, place)
        except Fault as fault:
            refused.append(Refused(file, place, fault.column, fault.value, fault.reason, fault.advice))
    groups: dict[tuple[str, str, str, tuple[int, int]], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.shape, row.purpose, row.basis, row.scale), []).append(row)
    ranked = sorted(groups.values(), key=lambda group: rank(group[0].shape))
    return Translated([piece_of(group, file, zone, currency) for group in ranked], refused)


def rank(shape: str) -> int:
    """Return how early the rows of a shape are heard."""
    return ORDER.index(shape) if shape in ORDER else len(ORDER)


def piece_of(rows: Sequence[Row], file: str, zone: str, currency: str) -> tuple[Mapping, Piece]:
    """Return rows of one sort as a piece, with the mapping that says what its columns mean."""
    first = rows[0]
    headers = sorted({name for row in rows for name, value in row.cells.items() if value} | {"at", "number"})
    table = pa.table({name: pa.array([row.cells.get(name, "") for row in rows], pa.string()) for name in headers})
    mapping = Mapping(
        first.shape,
        columns_of(first.shape, set(headers)),
        zone=zone,
        currency=currency,
        scale=first.scale,
        purpose=first.purpose,
        basis=first.basis,
        file=file,
    )
    return mapping, Piece(table, pa.array([row.place for row in rows], pa.int64()))


def columns_of(shape: str, there: set[str]) -> dict[str, tuple[str, ...]]:
    """Say which of the columns plays which role."""
    roles = {role: tuple(name for name in names if name in there) for role, names in WHO.items()}
    roles |= {role: (role,) if role in there else () for role in ONE_COLUMN}
    roles[WHEN.get(shape, "occurred_at")] = ("at",)
    if shape not in ("orders", "lines"):  # an order is known by its own number
        roles["row_id"] = ("number",)
    if "event" in there:
        roles["event"] = ("event",)
    return {role: names for role, names in roles.items() if names}


def rows_of(event: object, place: int) -> Iterable[Row]:
    """Return the rows that one event makes."""
    if not isinstance(event, dict):
        raise Fault("", "", "this is no event", "Send a JSON object with type, messageId and timestamp.")
    call = call_of(event)
    kind, said = meaning(event, call)
    number, at = number_of(event), time_of(event)
    common = who_of(event, said if call in ("identify", "group") or kind == "introduced" else {}, said)
    cells = {"at": at, "number": number, **common}
    purpose, basis = GROUNDS.get(kind, ("service", "contract"))

    def row(shape: str, more: Cells, scale: tuple[int, int] = (1, 5)) -> Row:
        return Row(shape, purpose, basis, scale, place, {**cells, **more})

    if kind == "introduced":
        return [row("introductions", named_in(event, call, said))]
    if kind == "ordered":
        return ordered(row, said, number)
    if kind == "returned":
        return returned(row, said, number)
    more = first_of(said) | {"event": KINDS[kind].segment}
    if call in ("page", "screen"):
        more["item"] = text_of(event.get("name")) or more.get("title") or text_of(said.get("path")).partition("?")[0]
    if kind in ("rated", "reviewed"):
        del more["event"]
        return [row(SHAPE_OF[kind], more, scale_of(said))]
    return [row(SHAPE_OF.get(kind, "events"), more)]


def call_of(event: Fields[str, Any]) -> str:
    """Return which of the six calls an event is."""
    call = text_of(event.get("type")).lower()
    if call not in CALLS:
        advice = f"Send one of {', '.join(CALLS)}."
        raise Fault("type", call[:SHOWN], "this is no type of event", advice)
    return call


def number_of(event: Fields[str, Any]) -> str:
    """Return the number of an event; without one, the same event sent twice would count twice."""
    number = text_of(event.get("messageId"))
    if not number or len(number) > LONGEST_ID:
        reason = "the event has no messageId" if not number else "the messageId is too long"
        raise Fault("messageId", number[:SHOWN], reason, "Give each event an id of its own, and keep it in a retry.")
    return number


def time_of(event: Fields[str, Any]) -> str:
    """Return the instant of an event, written as it was sent; a count of seconds or milliseconds is written out."""
    for name in TIMES:
        value = event.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) > MILLISECONDS else value
            if 0 < seconds < LATEST_SECONDS:
                return instant(round(seconds * 1_000_000)).isoformat()
        if text := text_of(value):
            return text
    raise Fault("timestamp", "", "the event has no timestamp", "Write it as 2026-03-31T14:05:00Z.")


def meaning(event: Fields[str, Any], call: str) -> tuple[str, dict[str, Any]]:
    """Return the kind of trace that an event makes, and what it says: its traits or properties."""
    said = event.get("traits" if call in ("identify", "group") else "properties")
    fields = said if isinstance(said, dict) else {}
    if call in ("identify", "group", "alias"):
        return "introduced", fields
    if call in ("page", "screen"):
        return "viewed", fields
    name = text_of(event.get("event"))
    kind = kind_of_event(name)
    if not kind:
        advice = "Send it under a name that docs/events.md lists, or leave it out."
        raise Fault("event", name[:SHOWN], f"we have no kind for the event '{name[:SHOWN]}'", advice)
    return kind, fields


def named_in(event: Fields[str, Any], call: str, said: Fields[str, Any]) -> Cells:
    """Return what an introduction says of somebody."""
    if call == "group":
        return {"company": text_of(said.get("name")) or text_of(event.get("groupId")), "email": "", "phone": ""}
    if call == "alias":
        previous = text_of(event.get("previousId"))
        return {"previous": previous, "previous anonymous": f"anonymous:{previous}" if previous else ""}
    return traits_of(said)


def ordered(row: Any, said: Fields[str, Any], number: str) -> list[Row]:
    """Return an order and its lines."""
    order = text_of(said.get("order_id")) or text_of(said.get("orderId")) or number
    whole = first_of(said, "amount", "currency", "channel", "department", "promised_at")
    lines = [
        row("lines", {"order": order, "line": str(place), "currency": whole["currency"], **product})
        for place, product in enumerate(products_of(said), 1)
    ]
    return [row("orders", {**whole, "order": order}), *lines]


def returned(row: Any, said: Fields[str, Any], number: str) -> list[Row]:
    """Return what came back: product by product, or the order as a whole."""
    whole = first_of(said, "order", "amount", "currency", "reason", "item", "sku", "category", "quantity")
    products = list(products_of(said))
    if not products:
        return [row("returns", whole)]
    shared = {name: whole[name] for name in ("order", "currency", "reason")}
    return [row("returns", shared | one | {"number": f"{number}/{at}"}) for at, one in enumerate(products, 1)]


def scale_of(said: Fields[str, Any]) -> tuple[int, int]:
    """Return the scale that a rating names as [0, 10] or "0-10"; 1 to 5 where it names none."""
    given = said.get("scale")
    parts = given if isinstance(given, list) else text_of(given).split("-")
    numbers = [int(text) for text in map(text_of, parts) if text.isascii() and text.isdigit() and len(text) <= 4]
    return (numbers[0], numbers[1]) if len(numbers) == 2 and numbers[0] < numbers[1] else (1, 5)
