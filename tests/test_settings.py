"""Settings are one frozen object; every mistake in the file is named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.errors import SettingsError
from regulars.settings import Settings, checked, read_settings, write_settings


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """Settings survive being written as a file, whatever the shop is called."""
    settings = Settings(shop='Ann\'s "corner" \\ shop', zone="Asia/Kathmandu", currency="NPR", today_rows=3)
    write_settings(tmp_path, settings)
    assert read_settings(tmp_path) == settings


def test_every_mistake_is_named_at_once() -> None:
    """A wrong name, a wrong kind and another wrong name are three sentences in one error."""
    with pytest.raises(SettingsError) as caught:
        checked({"zon": "UTC", "currency": 7, "today_row": 3}, where="here")
    assert "has 3 mistakes" in caught.value.what
    for part in ("Did you mean 'zone'?", "'currency' is 7", "Did you mean 'today_rows'?"):
        assert part in caught.value.what


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Olympus"},
        {"currency": "eur"},
        {"today_rows": 0},
        {"quiet_from_hour": 25},
        {"horizon_days": True},
        {"pressure_cap": "much"},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    """An unknown zone, a currency in small letters, no rows, an hour past 24, a flag or a word for a number."""
    with pytest.raises(SettingsError):
        checked(wrong, where="here")


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    """A broken file is named with its line, not with a trace."""
    (tmp_path / "settings.toml").write_text("zone = UTC\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"settings\.toml is not readable as TOML: .*line 1"):
        read_settings(tmp_path)
