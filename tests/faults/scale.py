"""Scale: how many faults are tried. REGULARS_FAULT_SCALE=1 tries all that are promised; a tenth is the default."""

from __future__ import annotations

import os
import random

SCALE = float(os.environ.get("REGULARS_FAULT_SCALE", "0.1"))


def scaled(count: int, *, least: int = 1) -> int:
    """Return how many of so many are tried."""
    return max(least, round(count * SCALE))


def chance(*seed: object) -> random.Random:
    """Return a generator that a seed determines wholly."""
    return random.Random("/".join(map(str, seed)))  # noqa: S311 - faults, not secrets
