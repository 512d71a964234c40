"""Material: everything that one briefing is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..choose.action import Choice, Consent
from ..recognise.customer import Customer
from ..recognise.household_line import Shared
from ..settings import Settings
from ..understand.portrait import Portrait
from .briefing import State

__all__ = ["Material", "state_of"]


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that one briefing is made of."""

    customer: Customer
    portrait: Portrait
    choice: Choice
    consents: Sequence[Consent]
    pressure: float
    touches: int
    settings: Settings
    precision: Mapping[str, float]  # per licensed model: the share of such statements that held when checked
    homes: tuple[Shared, ...] = ()  # what may be said of the homes they share
    joined_by: tuple[str, ...] = ()  # the fields by which likeness holds their records together


def state_of(material: Material) -> State:
    """Say in one word how things stand."""
    portrait = material.portrait
    visits = portrait.estimate("visits")
    if portrait.debts:
        return State.OWE
    if portrait.unusual_silence(material.settings.silence_bits) is not None:
        return State.WATCH
    if visits is None or visits.value <= 1:
        return State.NEW
    return State.SETTLED
