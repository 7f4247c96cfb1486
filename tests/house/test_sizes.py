"""Nothing grows past the size at which it can be read in one go."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import Function, Source, sources

FUNCTION_LINES = 60
FILE_LINES = 600
PARAMETERS = 7

WRITTEN = [source for folder in ("src", "tools", "bench") for source in sources(folder) if not source.generated]


def test_files_are_short() -> None:
    files = [source for folder in ("src", "tests", "tools", "bench") for source in sources(folder)]
    assert files
    assert [f"{file.name}: {file.lines}" for file in files if file.lines > FILE_LINES and not file.generated] == []


def test_functions_are_short() -> None:
    found = [(source, function, _lines(function)) for source in WRITTEN for function in source.functions()]
    assert [f"{source.at(at)} {at.name}: {lines}" for source, at, lines in found if lines > FUNCTION_LINES] == []


def test_functions_take_few_parameters() -> None:
    found = [(source, function, _parameters(function)) for source in WRITTEN for function in source.functions()]
    assert [f"{source.at(at)} {at.name}: {count}" for source, at, count in found if count > PARAMETERS] == []


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _parameters(function: Function) -> int:
    """How many a caller has to know; of a command's function the callers are flags."""
    if any("click." in ast.unparse(decorator) for decorator in function.decorator_list):
        return 0
    arguments = function.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("def f(self, a, /, b, *rest, c=1, **more): ...", 3),
        ("@click.option('-x')\ndef f(a, b, c): ...", 0),
    ],
)
def test_the_rule_counts_what_callers_write(text: str, count: int) -> None:
    (function,) = Source("", text, ast.parse(text)).functions()
    assert _parameters(function) == count
