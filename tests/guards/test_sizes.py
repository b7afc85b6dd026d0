"""Files, functions and parameter lists stay small enough to be read."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "vortex"
MAX_LINES, MAX_FUNCTION, MAX_MEDIAN, MAX_PARAMETERS = 500, 60, 10, 7
VAGUE = {"utils", "helpers", "common", "manager", "misc"}
EXCEPTIONS: dict[str, str] = {
    "cli/": "a command's parameters are its flags",
    "__init__.py": "the root loads public names when they are asked for, so that importing it is free",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, Function):
                yield str(path.relative_to(SRC)), node


def test_no_file_is_long() -> None:
    lengths = {str(path.relative_to(SRC)): len(path.read_text().splitlines()) for path in SRC.rglob("*.py")}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def test_no_name_is_vague() -> None:
    assert [path for path in SRC.rglob("*") if path.stem in VAGUE] == []


def test_functions_are_short() -> None:
    lengths = {f"{file}:{node.name}": (node.end_lineno or 0) - node.lineno + 1 for file, node in functions()}
    assert {name: length for name, length in lengths.items() if length > MAX_FUNCTION} == {}
    assert statistics.median(lengths.values()) <= MAX_MEDIAN


def test_parameter_lists_are_short() -> None:
    counts = {}
    for file, node in functions():
        if any(file.startswith(prefix) for prefix in EXCEPTIONS):
            continue
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        counts[f"{file}:{node.name}"] = len([name for name in names if name not in ("self", "cls")])
    assert {name: count for name, count in counts.items() if count > MAX_PARAMETERS} == {}


@pytest.mark.parametrize("init", sorted(SRC.rglob("__init__.py")), ids=lambda path: str(path.relative_to(SRC)))
def test_an_init_has_a_docstring_a_sorted_all_and_no_logic(init: Path) -> None:
    tree = ast.parse(init.read_text())
    assert ast.get_docstring(tree)
    assert len(init.read_text().splitlines()) <= 40
    allowed: tuple[type[ast.stmt], ...] = (ast.Import, ast.ImportFrom, ast.Expr, ast.Assign, ast.AnnAssign)
    if str(init.relative_to(SRC)) in EXCEPTIONS:
        allowed += (ast.FunctionDef,)
    assert all(isinstance(node, allowed) for node in tree.body)
    exported = next(
        (
            ast.literal_eval(n.value)
            for n in tree.body
            if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "__all__"
        ),
        [],
    )
    assert exported == sorted(exported)
