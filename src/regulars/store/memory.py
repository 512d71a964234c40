"""Memory: how much of it an engine may take, and what is given back before the next hungry step begins."""

from __future__ import annotations

import ctypes
import gc
import os
from typing import Final

import pyarrow as pa

__all__ = ["engine_megabytes", "give_back"]

LEAST: Final = 200  # megabytes
PER_MILLION: Final = 100  # megabytes for each million traces: what joins everybody at once spills, but not wholly
MOST: Final = 4_000


def engine_megabytes(traces: int) -> int:
    """Return the megabytes that an engine over so many traces may take: at most half of what the machine has."""
    wanted = LEAST + PER_MILLION * traces // 1_000_000
    try:
        machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1_000_000
    except (AttributeError, OSError, ValueError):  # this system does not tell
        return min(wanted, MOST)
    return max(LEAST, min(wanted, MOST, machine // 2))


def give_back() -> None:
    """Give memory that nobody uses any more back to the system, as far as the system takes it.

    What reading a large file needed stays with the process otherwise, kept by both allocators in case it is asked for
    again, and sorting would come on top of it.
    """
    gc.collect()
    pa.default_memory_pool().release_unused()
    try:
        trim = ctypes.CDLL(None).malloc_trim  # of glibc; elsewhere there is none, and none is needed
    except (AttributeError, OSError, TypeError):
        return
    trim(0)
