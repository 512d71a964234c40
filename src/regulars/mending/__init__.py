"""Mending: rows that need a look, handed out with their reasons, corrected, and dropped back in."""

from .back import Mended, hear_sheet, holds_sheet
from .sheet import Sheet, sheet, waiting, write_sheet

__all__ = ["Mended", "Sheet", "hear_sheet", "holds_sheet", "sheet", "waiting", "write_sheet"]
