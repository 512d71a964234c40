"""The documentation is under test: what it shows is run, and what exists is named."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from regulars import cli, errors
from regulars.listen import KINDS
from regulars.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    """Every command of the tutorial runs, and prints what the tutorial shows."""
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    ran = 0
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        command, *shown = block.rstrip("\n").split("\n")
        assert command.startswith("$ regulars ")
        words = [sys.executable, "-m", *shlex.split(command[2:])]
        done = subprocess.run(
            words, cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONUTF8": "1"}
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        assert_shown(shown, done.stdout, command)
        ran += 1
    assert ran >= 10


def assert_shown(shown: list[str], printed: str, command: str) -> None:
    """Look for the shown lines in what was printed, in their order; `...` stands for anything."""
    lines = iter(line for line in printed.splitlines() if line.strip())
    for wanted in (line for line in shown if line.strip() and line.strip() != "..."):
        start = wanted.rstrip().removesuffix("...").rstrip()
        assert any(line.startswith(start) for line in lines), f"after {command!r}: {wanted!r} not found in\n{printed}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """A link of the documentation to a file of the project leads to a file that exists."""
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_everything_a_user_meets_is_documented() -> None:
    """Every command, setting, error and kind of trace stands in the documentation."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    names = [f"regulars {name}" for name in cli.COMMANDS]
    names += [f"`{name}`" for name in Settings.__slots__]
    names += [f"`{name}`" for name in errors.__all__ if name != "nearest"]
    names += [f"`{word}`" for word in KINDS]
    assert [name for name in names if name not in text] == []


def test_the_reference_is_up_to_date(tmp_path: Path) -> None:
    """The generated reference pages are what their script writes today."""
    subprocess.run([sys.executable, ROOT / "scripts" / "reference.py", tmp_path], check=True)
    for written in tmp_path.iterdir():
        kept = DOCS / "reference" / written.name
        assert kept.read_text(encoding="utf-8") == written.read_text(encoding="utf-8"), (
            f"run 'make docs': {written.name}"
        )


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "python.md"], ids=lambda page: page.name)
def test_python_in_the_documentation_compiles(page: Path) -> None:
    """Python shown in the documentation is at least Python."""
    for block in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        compile(block, page.name, "exec")


def test_python_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The page about Python runs on the town as it stands."""
    run = [sys.executable, "-m", "regulars"]
    subprocess.run(
        [*run, "town", "--out", "town", "--people", "120", "--days", "400"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    files = sorted(str(path) for path in (tmp_path / "town").glob("*.csv"))
    subprocess.run([*run, "hear", *files, "--as", "shop"], cwd=tmp_path, check=True, capture_output=True)
    subprocess.run([*run, "turn"], cwd=tmp_path, check=True, capture_output=True)
    monkeypatch.chdir(tmp_path)
    for block in re.findall(r"```python\n(.*?)```", (DOCS / "python.md").read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, "python.md", "exec"), {})  # noqa: S102 - our own page
    assert "One next action" in capsys.readouterr().out
