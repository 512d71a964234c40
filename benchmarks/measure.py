"""Measure: CPU seconds, wall seconds and peak memory of one step, each in a process of its own."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

import duckdb
import numpy
import pyarrow

__all__ = ["Cost", "machine", "measured"]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a step took. CPU seconds compare between runs on one machine; wall seconds depend on what else runs."""

    cpu_s: float
    wall_s: float
    peak_mb: float

    def __str__(self) -> str:
        return f"{self.cpu_s:8.2f} CPU s {self.wall_s:8.2f} s {self.peak_mb:7.0f} MB"


def measured(*command: str) -> tuple[Cost, str]:
    """Run `python COMMAND...` and return what it took and what it printed."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024), printed


def machine() -> str:
    """Say what was measured on."""
    engines = f"DuckDB {duckdb.__version__}, PyArrow {pyarrow.__version__}, NumPy {numpy.__version__}"
    versions = f"Python {platform.python_version()}, {engines}"
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    bound = "" if limit == resource.RLIM_INFINITY else f", {limit >> 20} MB allowed"
    return f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}{bound}; {versions}"
