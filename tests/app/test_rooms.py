"""Imports run one way and never in a circle, folders stay small, and the command line never loads Qt."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What each room may import of ours, and which libraries it must never load, even indirectly.
MAY_IMPORT = {
    "matting": {"matting", "resources"},
    "models": {"models", "matting", "resources"},
    "commands": {"commands", "models", "matting", "resources"},
    "gui": {"gui", "models", "matting", "resources"},
}
NEVER_LOADS = {"matting": ["torch", "PySide6", "ray"], "models": ["PySide6", "ray"], "commands": ["PySide6", "ray"]}
# The one folder that needs Ray, which only `kirie[cluster]` installs.
NEEDS_RAY = ROOT / "commands" / "cluster"
ROOMS = {*MAY_IMPORT, "resources", "main"}
MOST_FILES = 16
FILES = [
    ROOT / "main.py",
    *(file for room in (*MAY_IMPORT, "resources") for file in sorted((ROOT / room).rglob("*.py"))),
]
MODULES = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in FILES}


def _imports(file: Path) -> set[str]:
    """Top-level names imported anywhere in a file, type-only and function-level imports included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_run_one_way(room: str) -> None:
    for file in (ROOT / room).rglob("*.py"):
        imports = _imports(file)
        assert not (imports & ROOMS) - MAY_IMPORT[room], file
        if room != "gui":
            assert "PySide6" not in imports, file
        if room == "matting":
            assert "torch" not in imports, file
        if file.parent != NEEDS_RAY:
            assert "ray" not in imports, file


def _imported_modules(module: str) -> set[str]:
    """Modules of ours that one imports anywhere, type-only and function-level imports included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in MODULES else str(node.module))
    return (found & MODULES.keys()) - {module}


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module: _imported_modules(module) for module in MODULES}
    assert sum(map(len, graph.values())) > 500, "the imports were found"
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" ← ".join(error.args[1]))


def test_no_folder_holds_more_files_than_one_can_look_over() -> None:
    counts = Counter(file.parent.relative_to(ROOT).as_posix() for file in FILES)
    assert {folder: count for folder, count in counts.items() if count > MOST_FILES} == {}


@pytest.mark.parametrize("room", NEVER_LOADS)
def test_modules_load_without_forbidden_libraries(room: str) -> None:
    modules = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for file in sorted((ROOT / room).rglob("*.py"))
        if file.name != "__main__.py" and file.parent != NEEDS_RAY
    ]
    program = (
        f"import importlib, sys\nfor name in {modules!r}:\n    importlib.import_module(name)\n"
        f"loaded = [name for name in {NEVER_LOADS[room]!r} if name in sys.modules]\n"
        "sys.exit(f'loaded: {loaded}' if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
