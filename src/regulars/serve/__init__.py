"""Serve: the web face. Pages for a phone, a desk and paper; start reading at `app.py`, the list of routes."""

from .app import create_app, serve
from .letter import render_briefing
from .mirror import render_mirror

__all__ = ["create_app", "render_briefing", "render_mirror", "serve"]
