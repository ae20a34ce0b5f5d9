"""The rooms and the arrows between them (the contracts stand in pyproject.toml), and the size of what is in them."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.settings import ROOT, Settings

ROOMS = ("actions", "bot", "knowledge", "nlu")
LONGEST_FUNCTION = 45
LONGEST_MODULE = 300


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text("utf-8"))


def functions() -> Iterator[tuple[str, int]]:
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_the_arrows_point_one_way() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:]


def test_functions_are_short() -> None:
    sizes = dict(functions())
    assert not {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION}
    assert statistics.median(sizes.values()) <= 10


def test_modules_are_short_and_say_what_they_are() -> None:
    long = {
        str(path.relative_to(ROOT)) for path, _ in modules() if path.read_text("utf-8").count("\n") > LONGEST_MODULE
    }
    silent = {str(path.relative_to(ROOT)) for path, tree in modules() if tree.body and not ast.get_docstring(tree)}
    assert not long and not silent


def test_every_function_says_its_types() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is None
    ]
    assert not bare


def test_no_drawer_for_odds_and_ends() -> None:
    assert not [path for path, _ in modules() if path.stem in ("utils", "util", "common", "helpers", "misc")]


def test_the_example_settings_name_every_setting() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        assert f"LINLI_{name.upper()}=" in example and str(field.description) in example
