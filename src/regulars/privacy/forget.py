"""Forget: one customer leaves for good, and does not come back with the next import or an old backup (GDPR 17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ..dates import date_of, instant_us
from ..errors import NotFound, NotReady
from ..loop import latest_day, turn
from ..store import Home, Place, Receipt, Run
from ..store.foresee import foresee
from ..store.let_in import let_in
from .person import Person, find, keys_meant

__all__ = ["Foreseen", "Forgotten", "forget", "forgotten_on", "let_in_again", "would_forget"]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What forgetting somebody would take out, place by place."""

    person: Person
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting somebody came to: its receipt, and the run that pages show since, where anybody is left."""

    receipt: Receipt
    run: Run | None

    @property
    def clean(self) -> bool:
        """Whether nothing is left for anybody to do."""
        return all(place.clean for place in self.receipt.places)


def would_forget(home: Home, text: str) -> Foreseen:
    """Say what forgetting the person whom a text means would take out."""
    person = find(home, text)
    subjects = person.customer.subjects
    return Foreseen(person, tuple(foresee(home.stock, subjects=subjects, keys=person.own, texts=names_of(person))))


def forget(home: Home, text: str, *, now: datetime) -> Forgotten:
    """Erase the person whom a text means from everywhere, then turn the loop anew for the others."""
    person, shown = find(home, text), shown_day(home)
    receipt = home.erase(person.customer.subjects, keys=person.own, texts=names_of(person), now_us=instant_us(now))
    if home.newest_us() is None:
        return Forgotten(receipt, None)
    return Forgotten(receipt, turn(home, as_of=shown or latest_day(home, now=now), now=now))


def names_of(person: Person) -> list[str]:
    """Return what somebody is called; a company's name is theirs only where nobody is named."""
    name = person.customer.name or person.customer.company
    return [name] if name else []


def shown_day(home: Home) -> date | None:
    """Return the day of the run that pages show."""
    try:
        return date_of(home.runs.current().as_of_us, home.settings.zoneinfo)
    except NotReady:
        return None


def forgotten_on(home: Home, text: str) -> date | None:
    """Return when the person of an identifier was forgotten, None where nobody of it was."""
    found = [us for key in keys_meant(home, text) if (us := home.stock.tombstones.erased_us(key)) is not None]
    return date_of(max(found), home.settings.zoneinfo) if found else None


def let_in_again(home: Home, text: str, *, now: datetime) -> int:
    """Take away the stones of whom an identifier led to, so that files may bring them again; return how many."""
    lifted = let_in(home.path, home.stock, keys_meant(home, text), now_us=instant_us(now))
    if not lifted:
        raise NotFound(
            f"Nobody was forgotten under {text[:60]!r}.",
            now="Give an e-mail address, a telephone, or a customer or order number as the files have it.",
        )
    return lifted
