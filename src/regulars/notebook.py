"""Notebook: the loop in Python, for analysts. `rg.open(path).customer("...").brief()` shows a card in a notebook.

The same functions and the same guard as everywhere else; there is no way around it here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from .loop import Story, story, today
from .loop import Today as TodayList
from .respond import Briefing, as_text
from .serve import render_briefing
from .store import Home, open_home

__all__ = ["CustomerCard", "OpenHome", "open"]


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """One customer's briefing, as a card in a notebook and as text anywhere else."""

    story: Story

    def brief(self) -> Briefing:
        """Return the briefing as an object."""
        return self.story.page

    def text(self) -> str:
        """Return the briefing as plain text."""
        return as_text(self.story.page)

    def timeline(self) -> pa.Table:
        """Return the customer's traces, newest first."""
        return self.story.timeline

    def _repr_html_(self) -> str:
        return render_briefing(self.story)

    def __repr__(self) -> str:
        return f"<customer {self.story.page.customer} as of {self.story.page.as_of}>"


@dataclass(frozen=True, slots=True)
class OpenHome:
    """A home that was opened for reading."""

    home: Home

    def customer(self, text: str, *, as_of: date | None = None) -> CustomerCard:
        """Return the customer whom a text means: a code, number, e-mail, telephone, or words of a name."""
        return CustomerCard(story(self.home, text, now=datetime.now(UTC), as_of=as_of))

    def today(self) -> TodayList:
        """Return the list of today."""
        return today(self.home)


def open(path: str | Path) -> OpenHome:
    """Open a home for reading.

    Raises HomeError where there is none.
    """
    return OpenHome(open_home(Path(path)))
