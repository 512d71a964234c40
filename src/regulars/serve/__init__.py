"""Serve: the web face. Pages to read on a phone, at a desk and on paper; start reading at `app.py`, the list of routes."""

from .app import create_app, serve
from .letter import render_briefing

__all__ = ["create_app", "render_briefing", "serve"]
