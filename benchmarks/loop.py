"""The whole loop at a million traces: make the town, hear it, turn, brief. `python benchmarks/loop.py [--traces N]`.

Each step runs in a process of its own through the command line, as a user would run it, and prints its CPU seconds and
peak memory. Nothing is compared with a time: read the table, and compare runs on one machine.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from measure import Cost, machine, measured


def main() -> None:
    """Measure and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--traces", type=int, default=1_000_000)
    traces: int = arguments.parse_args().traces
    print(machine())
    with tempfile.TemporaryDirectory() as place:
        town, home = Path(place) / "town", Path(place) / "home"
        row("town", *measured("-m", "regulars", "town", "--out", str(town), "--traces", str(traces), "--json"))
        files = sorted(str(path) for path in town.glob("*.csv"))
        heard, said = measured("-m", "regulars", "--home", str(home), "--json", "hear", *files, "--as", "shop")
        rows = sum(file["rows"] for file in json.loads(said)["files"])
        made = sum(file["new"] for file in json.loads(said)["files"])
        print(f"{'hear':<14}{heard}   {rows:,} rows, {made:,} traces, {rows / heard.cpu_s:,.0f} rows a CPU second")
        row("hear again", *measured("-m", "regulars", "--home", str(home), "--json", "hear", *files, "--as", "shop"))
        row("turn", *measured("-m", "regulars", "--home", str(home), "--json", "turn"))
        cost, said = measured("-m", "regulars", "--home", str(home), "--json", "today")
        row("today", cost, said)
        customer = json.loads(said)["rows"][0]["customer"]
        row("brief", *measured("-m", "regulars", "--home", str(home), "--json", "brief", customer))
        size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6
        print(f"the home takes {size:,.0f} MB")


def row(name: str, cost: Cost, printed: str) -> None:
    """Print one line of the table."""
    print(f"{name:<14}{cost}")


if __name__ == "__main__":
    main()
