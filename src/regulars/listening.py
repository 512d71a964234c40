"""Listening: ask the feeds of a home what is new, and hear it; each by its bookmark, with patience where one fails."""
