"""Export: one person's own copy, as a ZIP of what a machine reads and a page that anybody reads (GDPR 15 and 20)."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Final

from ..dates import instant_us
from ..errors import InputError, KeepError
from ..store import Home
from ..store.exports import note_export
from .about import about
from .held import Held, held
from .rows import as_csv, as_json, schema

__all__ = ["Exported", "export"]

ZIP_START: Final = 1980  # a ZIP cannot say that something is older


@dataclass(frozen=True, slots=True)
class Exported:
    """A copy that was written: where it lies, and what is in it."""

    path: Path
    held: Held
    size_bytes: int


def export(home: Home, text: str, *, now: datetime, page: Callable[[Held], str], to: Path | None = None) -> Exported:
    """Write the copy of the person whom a text means; `page` writes it as one page, in the words that staff see."""
    everything = held(home, text, now=now)
    path = to or home.path / "exports" / f"{everything.person.customer.code}.zip"
    if to is not None and to.exists():
        raise InputError(f"{to} exists already, and was left as it is.", now="Name another file with --to.")
    contents = {
        "page.html": page(everything),
        "traces.csv": as_csv(everything.traces),
        "traces.json": as_json(everything.traces),
        "schema.json": json.dumps(schema(), indent=1),
        "about.json": json.dumps(about(everything), ensure_ascii=False, indent=1, default=str),
    }
    # Noted first: a copy that nobody knows of could never be removed again.
    note_export(home.stock, path, subjects=everything.person.customer.subjects, now_us=instant_us(now))
    write_zip(path, contents, now)
    return Exported(path, everything, path.stat().st_size)


def write_zip(path: Path, contents: dict[str, str], now: datetime) -> None:
    """Write a ZIP as a whole or not at all; only its owner may read it."""
    draft = path.with_name(f".{path.name}.{token_hex(4)}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as packed:
                for name, text in contents.items():
                    when = (max(now.year, ZIP_START), now.month, now.day, now.hour, now.minute, now.second)
                    packed.writestr(zipfile.ZipInfo(name, when), text, zipfile.ZIP_DEFLATED)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise KeepError(
            f"{path} could not be written ({error.strerror}).", now="Look whether the disk is full or read-only."
        ) from error
