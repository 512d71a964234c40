"""Settings: every knob, one frozen object, all mistakes named at once.

They live in `settings.toml` in the home, are read once, and are handed down as arguments. Two come from the
environment instead, because they say where the home is: `REGULARS_HOME` and `REGULARS_DATABASE`.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from .errors import SettingsError, nearest
from .money import NO_CURRENCY

__all__ = ["DEFAULT_HOME", "FILE_NAME", "Settings", "read_settings", "write_settings"]

DEFAULT_HOME: Final = "regulars-home"
FILE_NAME: Final = "settings.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every knob of a home. What a name ends in is its unit."""

    shop: str = "Our shop"
    zone: str = "UTC"  # where the shop stands: times without a zone, days, quiet hours
    currency: str = NO_CURRENCY  # of amounts whose file names none; XXX = not named
    horizon_days: int = 30  # "buys in the next ... days"
    grace_days: int = 0  # days past a promise before it counts as late
    answer_within_days: int = 2  # a question or complaint older than this waits too long
    recent_days: int = 60  # how long a let-down stays something to put right
    pressure_cap: float = 1.0  # contact pressure above which nobody writes or calls to sell
    quiet_from_hour: int = 20  # no selling contact from this hour ...
    quiet_until_hour: int = 9  # ... until this one, in the shop's zone, and never on Sunday
    silence_bits: float = 4.0  # a silence this unusual (1 time in 16) is worth a question
    today_rows: int = 7  # the length of the list of today
    numbers_per_email: int = 3  # customer numbers of one source that an e-mail address may join in a year
    people_per_device: int = 1  # customer numbers of one source, or e-mail addresses, that a device may join in a year
    records_per_identifier: int = 40  # records that an e-mail address, telephone or device may join in a year
    identifiers_per_record: int = 5  # e-mail addresses, or numbers of one source, that a record may carry in a year
    own_addresses: str = ""  # e-mail addresses of the house, such as "ann@shop.example, @shop.example"
    private_addresses: str = ""  # addresses and @domains whose letters are never looked at

    @property
    def zoneinfo(self) -> ZoneInfo:
        """The zone as an object of the standard library."""
        return ZoneInfo(self.zone)


def read_settings(home: Path) -> Settings:
    """Read the home's settings, or the defaults where it has none. Every mistake is named in one error."""
    path = home / FILE_NAME
    if not path.exists():
        return Settings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not readable as TOML: {error}.", now="Mend that line.") from error
    return checked(given, where=str(path))


def checked(given: dict[str, Any], *, where: str) -> Settings:
    """Turn a plain dictionary into settings, or name every mistake in it."""
    known = {field.name: field for field in dataclasses.fields(Settings)}
    mistakes = [f"'{name}' is no setting. {nearest(name, known)}" for name in given if name not in known]
    kept = {name: value for name, value in given.items() if name in known}
    for name, value in kept.items():
        default = known[name].default
        if isinstance(value, bool) or not isinstance(
            value, (int, float) if isinstance(default, float) else type(default)
        ):
            mistakes.append(f"'{name}' is {value!r}, but should be like {default!r}.")
    if not mistakes:
        mistakes = list(unlikely(Settings(**kept)))
    if mistakes:
        raise SettingsError(
            f"{where} has {len(mistakes)} mistakes: " + " ".join(mistakes),
            now="Mend them all, then try again.",
        )
    return Settings(**kept)


def unlikely(settings: Settings) -> list[str]:
    """Name every value that is of the right kind but cannot be meant."""
    wrong = []
    if settings.zone not in available_timezones():
        wrong.append(f"'zone' is {settings.zone!r}. {nearest(settings.zone, available_timezones())}")
    if not re.fullmatch(r"[A-Z]{3}", settings.currency):
        wrong.append(f"'currency' is {settings.currency!r}, but should be three capitals such as 'EUR'.")
    for name in (
        "horizon_days",
        "answer_within_days",
        "recent_days",
        "today_rows",
        "numbers_per_email",
        "people_per_device",
        "records_per_identifier",
        "identifiers_per_record",
        "quiet_from_hour",
        "quiet_until_hour",
    ):
        value, hour = getattr(settings, name), name.endswith("_hour")
        if not (0 <= value <= 24 if hour else value >= 1):
            wrong += [f"'{name}' is {value}, but should be {'an hour between 0 and 24' if hour else '1 or more'}."]
    return wrong


def write_settings(home: Path, settings: Settings) -> Path:
    """Write the settings as a file that a person can read and change."""
    path = home / FILE_NAME
    lines = [f"{field.name} = {literal(getattr(settings, field.name))}" for field in dataclasses.fields(Settings)]
    path.write_text("# What each knob means: docs/reference/settings.md\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def literal(value: str | float) -> str:
    """Write one value as TOML."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)
