"""Serve: the web face. Pages for a phone, a desk and paper; start reading at `app.py`, the list of routes."""

from .app import create_app, create_door, serve
from .letter import render_briefing
from .mirror import render_mirror

__all__ = ["create_app", "create_door", "render_briefing", "render_mirror", "serve"]
