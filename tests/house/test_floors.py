"""The house keeps its plan: floors, faces, and who may make an `Allowed`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import regulars

SOURCE = Path(regulars.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
NO_ROOM = {"utils", "util", "helpers", "common", "misc", "base", "manager"}


def test_the_floors_are_kept() -> None:
    """import-linter keeps all contracts: floors, nouns, no circles."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=SOURCE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]


def test_only_the_guard_can_allow() -> None:
    """No module outside the guard asks for the seal that makes an `Allowed`."""
    asking = [path for path in MODULES if "SEAL" in path.read_text(encoding="utf-8") and path.name != "verdict.py"]
    assert {path.parent.name for path in asking} == {"guard"}


def test_there_is_no_drawer() -> None:
    """No module is named like a drawer; a homeless function is a missing noun."""
    assert [path for path in MODULES if path.stem in NO_ROOM] == []


FACES = sorted(
    path for path in SOURCE.glob("*/__init__.py") if path.parent.name != "cli"
)  # cli holds the group of commands


@pytest.mark.parametrize("face", FACES, ids=lambda path: path.parent.name)
def test_a_face_only_shows(face: Path) -> None:
    """The `__init__` of a verb re-exports, says what it is, and does nothing."""
    for node in ast.parse(face.read_text(encoding="utf-8")).body:
        assert isinstance(node, ast.Expr | ast.Import | ast.ImportFrom | ast.Assign), ast.unparse(node)


def test_importing_does_nothing_and_costs_little() -> None:
    """`import regulars` loads no engine, no NumPy and no web server."""
    heavy = "numpy, duckdb, pyarrow, scipy, fastapi"
    code = f"import regulars, sys; print([name for name in '{heavy}'.split(', ') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_line_starts_light() -> None:
    """`regulars --help` imports no command and no engine."""
    code = """
import sys, regulars.cli as cli
try: cli.regulars.main(['--help'])
except SystemExit: pass
print([name for name in ('numpy', 'duckdb', 'pyarrow') if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_the_core_reads_no_clock_and_no_chance() -> None:
    """No verb reads the clock, the environment or a random source; dates and seeds are arguments."""
    banned = {"datetime.now", "time.time", "os.environ", "os.getenv", "random.", "np.random", "date.today", "uuid."}
    verbs = ("listen", "recognise", "understand", "choose", "respond", "learn", "guard")
    found = [
        (path.name, word)
        for verb in verbs
        for path in (SOURCE / verb).rglob("*.py")
        for word in banned
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_nothing_is_unpickled_or_evaluated() -> None:
    """No pickle, eval or exec anywhere in the product."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec"}, path
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert "pickle" not in ast.unparse(node), path
