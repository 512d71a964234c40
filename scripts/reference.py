"""Write the generated reference pages, from the code itself. `python scripts/reference.py FOLDER`."""

from __future__ import annotations

import sys
from dataclasses import fields
from importlib.resources import files
from inspect import getsource
from pathlib import Path

import click

import regulars
from regulars import errors
from regulars.cli import COMMANDS
from regulars.cli import regulars as group
from regulars.definition import read_definition
from regulars.listen import KINDS, SCHEMA
from regulars.listen.shapes import SHAPES
from regulars.settings import Settings

GENERATED = "<!-- Written by scripts/reference.py; change the code, then run `make docs`. -->\n\n"


def main(folder: Path) -> None:
    """Write all pages."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        "commands": commands,
        "settings": settings,
        "errors": error_tree,
        "traces": traces,
        "definitions": definitions,
    }
    for name, page in pages.items():
        (folder / f"{name}.md").write_text(GENERATED + page().rstrip() + "\n", encoding="utf-8")


def commands() -> str:
    """Write every command with its help."""
    out = ["# Commands\n", "`--home DIR` and `--json` may stand before or after any command.\n"]
    context = click.Context(group, info_name="regulars", terminal_width=100)
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None  # noqa: S101
        with click.Context(command, info_name=f"regulars {name}", terminal_width=100) as inner:
            out.append(f"## regulars {name}\n\n```text\n{command.get_help(inner)}\n```\n")
    return "\n".join(out)


def settings() -> str:
    """Write every setting with its default and its comment in the code."""
    out = [
        "# Settings\n",
        "They live in `settings.toml` in the home.\n",
        "| setting | default | meaning |",
        "|---|---|---|",
    ]
    comments = {
        line.strip().split(":")[0]: line.partition("#")[2].strip()
        for line in getsource(Settings).splitlines()
        if "#" in line
    }
    meaning = {"shop": "what the shop is called"} | comments
    out += [f"| `{field.name}` | `{field.default!r}` | {meaning.get(field.name, '')} |" for field in fields(Settings)]
    out.append("\n`REGULARS_HOME` names the home where `--home` does not.")
    return "\n".join(out)


def error_tree() -> str:
    """Write the tree of errors with their exit codes."""
    out = [
        "# Errors\n",
        "Each says what happened, with which value, and what to do now.\n",
        "| error | exit code | what it means |",
        "|---|---|---|",
    ]
    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type):
            out.append(f"| `{name}` | {kind.exit_code} | {(kind.__doc__ or '').splitlines()[0]} |")
    out.append("\nBesides: 0 all well, 1 a mistake of ours, 2 a wrong word on the command line, 130 stopped by hand.")
    return "\n".join(out)


def traces() -> str:
    """Write the kinds of trace, the columns of a segment, and the shapes of a row."""
    out = ["# Traces\n", "## Kinds\n", "| kind | reads as | Segment | Activity Schema |", "|---|---|---|---|"]
    out += [f"| `{kind.word}` | {kind.reads} | {kind.segment} | {kind.activity} |" for kind in KINDS.values()]
    out += ["\n## Columns\n", "| column | type | always there |", "|---|---|---|"]
    out += [f"| `{part.name}` | {part.type} | {'no' if part.nullable else 'yes'} |" for part in SCHEMA]
    out += [
        "\n## Shapes of a row\n",
        "| shape | a row is | roles a column can play | needs one of each |",
        "|---|---|---|---|",
    ]
    for shape in SHAPES:
        needs = "; ".join(" or ".join(group) for group in shape.needs)
        out.append(f"| `{shape.name}` | {shape.sentence} | {', '.join(role.name for role in shape.roles)} | {needs} |")
    return "\n".join(out)


def definitions() -> str:
    """Write every definition with its sentence."""
    out = [
        "# Definitions\n",
        "Each is one rule that says itself twice: as a sentence and as a query (`regulars why LINE` prints it).\n",
        "| definition | sentence |",
        "|---|---|",
    ]
    for verb in ("recognise", "understand", "choose"):
        root = Path(str(files(f"regulars.{verb}")))
        names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.sql"))
        for name in names:
            found = read_definition(f"{verb}/{name.removesuffix('.sql')}")
            out.append(f"| `{found.name}` | {found.sentence} |")
    return "\n".join(out)


if __name__ == "__main__":
    assert regulars.__version__  # noqa: S101
    main(Path(sys.argv[1]))
