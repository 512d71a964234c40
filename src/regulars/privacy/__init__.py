"""Privacy: what a customer may ask of us. A copy, to be left alone, to be forgotten. Start reading at `person.py`."""

from .about import NOBODY, RETENTION, UNSEEN
from .export import Exported, export
from .forget import Foreseen, Forgotten, forget, forgotten_on, let_in_again, would_forget
from .held import Held, Origin, held, shown
from .person import Person, find
from .restrict import lift_restriction, restrict
from .rows import as_csv, as_json, from_csv, from_json, schema

__all__ = [
    "NOBODY",
    "RETENTION",
    "UNSEEN",
    "Exported",
    "Foreseen",
    "Forgotten",
    "Held",
    "Origin",
    "Person",
    "as_csv",
    "as_json",
    "export",
    "find",
    "forget",
    "forgotten_on",
    "from_csv",
    "from_json",
    "held",
    "let_in_again",
    "lift_restriction",
    "restrict",
    "schema",
    "shown",
    "would_forget",
]
