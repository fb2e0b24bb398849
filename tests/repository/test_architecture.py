"""Every import goes down: a room can be read, changed and tested without those above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "scripts" / "handvat"

ABOVE = ["cli", "commands", "preview", "exports", "build", "postprocess"]
BESIDE = {"overlay", "checks", "render", "search"}
GROUND = {"cache", "processes", "staging", "console", "site_output"}
MAY_IMPORT: dict[str, set[str]] = {
    "content": set(),
    **{name: {"content", *GROUND} for name in GROUND},
    **{name: {"content", *GROUND} for name in BESIDE},
    "postprocess": {"content", "search", *GROUND},
    "build": {"content", "postprocess", *BESIDE, *GROUND},
    "preview": {"content", "build", "postprocess", *BESIDE, *GROUND},
    "exports": {"content", "build", "postprocess", *BESIDE, *GROUND},
    "commands": {"content", "preview", "exports", "build", "postprocess", *BESIDE, *GROUND},
    "cli": {"content", "commands", *GROUND},
    "__main__": {"cli"},
}
"""Room → the rooms that it may import (ARCHITECTURE.md)."""


def imports() -> Iterator[tuple[str, str]]:
    """Each module of the package with each module of the package that it imports, also within a function."""
    modules = {_name(path): path for path in PACKAGE.rglob("*.py")}
    for name, path in modules.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("handvat"):
                parent = (node.module or "").removeprefix("handvat").lstrip(".")
                for alias in node.names:
                    inner = f"{parent}.{alias.name}".lstrip(".")
                    yield name, inner if inner in modules else parent


def _name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def room(module: str) -> str:
    return module.partition(".")[0]


def test_every_import_goes_down() -> None:
    wrong = {
        f"{one} imports {other}"
        for one, other in imports()
        if room(one) != room(other) and room(other) not in MAY_IMPORT.get(room(one), set())
    }
    assert wrong == set()


def test_no_imports_form_a_cycle() -> None:
    graph: dict[str, set[str]] = {}
    for one, other in imports():
        graph.setdefault(one, set()).add(other)
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, f"a cycle: {' → '.join((*path, module))}"
        if module not in done:
            for other in graph.get(module, set()) - {""}:
                visit(other, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def test_the_package_stays_within_its_limits() -> None:
    """ARCHITECTURE.md: a larger package is a decision, not something that happens."""
    files = list(PACKAGE.parent.rglob("*.py"))
    assert len(files) <= 99
    assert sum(len(file.read_text("utf-8").splitlines()) for file in files) <= 15_610
