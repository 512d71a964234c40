"""Receiving: events that are sent to us, one or many at a time; acknowledged only once they are kept."""
