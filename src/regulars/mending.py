"""Mending: rows that need a look, handed out with their reasons, corrected, and dropped back in."""
