"""Plain words: what we do not say, anywhere a person reads."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Split so that this file does not find itself.
BANNED = [
    "de" + "light", "w" + "ow", "exhil" + "arat", "ma" + "gic", "seam" + "less", "360" + "°", "un" + "lock",
    "lever" + "age", "super" + "charge", "intimacy " + "score", "hot " + "lead", "tar" + "get", "chur" + "ner",
    "wh" + "ale", "per" + "sona ", "per" + "sonas",
]  # fmt: skip
# In the word's ordinary sense, or as the name of somebody else's option.
ALLOWED = {"pyproject.toml": ("[tool.hatch.build.tar" + "gets",)}
THREAD = "tar" + "get="  # the name of somebody else's argument
MACHINE = re.compile(r"(?<![\w.])/(?:root|home|tmp|wo" + r"rk)/\w|files\.pythonhosted|pypi\.org|registry\.npmjs")
AMERICAN = re.compile(
    r"\b(?:recogni"
    + r"ze|(?<!unicodedata\.)normali"
    + r"ze|organi"
    + r"ze|behavi"
    + r"or|favo"
    + r"rite|licen"
    + r"sed under|catalo"
    + r"g)\b",
    re.IGNORECASE,
)


def tracked() -> list[Path]:
    """Return every text file that is part of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [ROOT / name for name in listed.stdout.splitlines()]
    return [
        path
        for path in paths
        if (path.is_file() and path.suffix in {".py", ".md", ".sql", ".html", ".css", ".js", ".toml", ".txt", ".json"})
        or path.name in {"Makefile", "run"}
    ]


def test_banned_words_occur_nowhere() -> None:
    """No hype, no hunting words, no trait words: in code, documentation, pages and examples."""
    found = []
    for path in tracked():
        text = path.read_text(encoding="utf-8").lower() if path.parent.name != "requirements" else ""
        for word in BANNED:
            for match in re.finditer(rf"(?<![a-z]){re.escape(word)}", text):
                line = text[text.rfind("\n", 0, match.start()) + 1 : text.find("\n", match.end())]
                if THREAD not in line and not any(kept in line for kept in ALLOWED.get(path.name, ())):
                    found.append(f"{path.relative_to(ROOT)}: {line.strip()[:100]}")
    assert found == []


def test_no_host_and_no_path_of_a_machine_is_written_down() -> None:
    """No file names a package registry's host or a folder of somebody's machine."""
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        for match in MACHINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_spelling_is_british() -> None:
    """Recognise, normalise, behaviour, favourite, catalogue."""
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        if path.suffix in {".py", ".md", ".sql", ".html"}
        for match in AMERICAN.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_exclamation_mark_in_what_people_read() -> None:
    """Pages and documentation do not shout."""
    found = []
    for path in tracked():
        if path.suffix == ".md" and path.name != "tutorial.md":
            text = re.sub(
                r"```.*?```|`[^`]*`|!\[|<!--.*?-->|https?://\S+", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
            )
            found += [f"{path.relative_to(ROOT)}: {line.strip()[:80]}" for line in text.splitlines() if "!" in line]
    assert found == []
