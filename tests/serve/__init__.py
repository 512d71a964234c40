"""The web face: what each page says, what it never says, and what every answer carries."""
