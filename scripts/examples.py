"""Write docs/examples anew: real commands and what they print. `python scripts/examples.py FOLDER`.

The town is made on the spot. Online Retail (UCI, CC BY 4.0) is read from the data folder beside the project,
`REGULARS_DATA`; where that is absent its page is left as it is.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("REGULARS_DATA", ROOT.parent / "shared" / "data"))
MOST_LINES = 60

TOWN = (
    "# The town\n\nA made-up place, so that all can be shown. Written by `make examples`; nobody in it exists.\n",
    [
        "regulars town --out town",
        "regulars hear town/*.csv --as shop",
        "regulars turn",
        "regulars today",
        "regulars brief C000166",
        "regulars brief C000032",
        "regulars brief C000235",
        "regulars why C000166.debt1",
        "regulars who C000519",
        "regulars brief C000519",
        "regulars why C000152 C000519",
        "regulars split C000519 C000152 --dry-run",
        "regulars review --most 3",
        "regulars shared",
        "regulars walk orders.csv:6900",
    ],
)
RETAIL = (
    "# A wholesaler of gifts\n\nReal orders of a British wholesaler, December 2009 to November 2010: two months as the "
    "CSV a user would have, then\nthe year as Parquet, then the returns. Data: Online Retail II, UCI Machine Learning "
    "Repository, CC BY 4.0. Written by\n`make examples`.\n\n"
    "The two months lie inside the year: their 52,539 rows are recognised and counted once.\n",
    [
        'regulars init --shop "A wholesaler" --currency GBP --zone Europe/London',
        "regulars hear online_retail/invoices_dec2009_jan2010.csv --as wholesaler",
        "regulars hear online_retail/lines.parquet --as wholesaler",
        "regulars hear online_retail/returns.parquet --as wholesaler",
        "regulars turn",
        "regulars today",
        "regulars brief 14911",
        "regulars brief 17850",
        "regulars brief 13085 --as-of 2010-01-31",
        "regulars why 14911.gap",
        "regulars walk invoices_dec2009_jan2010.csv:2",
    ],
)


def main(folder: Path) -> None:
    """Write both pages."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "town.md", *TOWN, files=None)
    if (DATA / "shops" / "online_retail").exists():
        write(folder / "online_retail.md", *RETAIL, files=DATA / "shops" / "online_retail")
    else:
        print(f"Online Retail is not in {DATA}; its page stays as it is.")


def write(page: Path, head: str, commands: list[str], *, files: Path | None) -> None:
    """Run the commands in an empty folder and write what they print."""
    with tempfile.TemporaryDirectory() as place:
        if files:
            (Path(place) / files.name).symlink_to(files)
        blocks = [f"```console\n$ {command}\n{ran(command, Path(place))}\n```" for command in commands]
    page.write_text(head + "\n" + "\n\n".join(blocks) + "\n", encoding="utf-8")


def ran(command: str, place: Path) -> str:
    """Run one command and return what it prints, cut where it grows long."""
    words = [
        str(path.relative_to(place))
        for word in shlex.split(command)[1:]
        if "*" in word
        for path in sorted(place.glob(word))
    ]
    plain = [word for word in shlex.split(command)[1:] if "*" not in word]
    at = next((number for number, word in enumerate(shlex.split(command)[1:]) if "*" in word), len(plain))
    full = [*plain[:at], *words, *plain[at:]]
    done = subprocess.run(
        [sys.executable, "-m", "regulars", *full], cwd=place, capture_output=True, text=True, check=True
    )
    lines = done.stdout.strip("\n").splitlines()
    return "\n".join(
        lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], f"... ({len(lines) - MOST_LINES} more lines)"]
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
