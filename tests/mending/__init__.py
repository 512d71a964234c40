"""Rows that need a look: handed out, mended, dropped back."""
