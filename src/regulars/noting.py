"""Noting: what the people who serve say themselves. A visit note, a call, a tap on a briefing; each becomes a trace."""
