"""What a task waits for."""

from __future__ import annotations

import pytest

from argosy.errors import ExpressionError
from argosy.language.depends import Depends, ancestry, parse_dependencies, parse_depends, validate_results


def holds(depends: Depends, **results: str) -> bool:
    return depends.evaluate(lambda task, result: results[task.replace("-", "_")] == result)


@pytest.mark.parametrize(
    ("text", "results", "expected"),
    [
        ("A", {"A": "Succeeded"}, True),
        ("A", {"A": "Skipped"}, True),
        ("A", {"A": "Failed"}, False),
        ("A", {"A": "Omitted"}, False),
        ("!A", {"A": "Failed"}, True),
        ("A.Failed", {"A": "Failed"}, True),
        ("A && B.Failed", {"A": "Succeeded", "B": "Failed"}, True),
        ("A&&(B||C.Errored)", {"A": "Succeeded", "B": "Failed", "C": "Errored"}, True),
        ("A || B && C", {"A": "Succeeded", "B": "Failed", "C": "Failed"}, True),
        ("a-b.Succeeded && a-c", {"a_b": "Succeeded", "a_c": "Succeeded"}, True),
        ("A.Succeeded ? B.Failed : B.Skipped", {"A": "Failed", "B": "Skipped"}, True),
        ("A == B", {"A": "Failed", "B": "Errored"}, True),
        ("A.Failed ?: B.Failed", {"A": "Failed", "B": "Skipped"}, True),
        ("A.Failed; B.Failed;", {"A": "Failed", "B": "Skipped"}, False),
        ("A.Failed ? B.Failed : 'x'", {"A": "Failed", "B": "Failed"}, True),
        ("A.Failed /* or */ // B.Failed", {"A": "Failed"}, True),
        ("in-1 && in-2", {"in_1": "Succeeded", "in_2": "Failed"}, False),
    ],
)
def test_evaluate(text: str, results: dict[str, str], expected: bool) -> None:
    assert holds(parse_depends(text), **results) is expected


def test_what_is_waited_for() -> None:
    parsed = parse_depends("A && (B.Failed || C.AnySucceeded)")
    assert parsed.dependencies == {"A": "task", "B": "task", "C": "items"}
    assert parsed.logic == "(A.Succeeded || A.Skipped || A.Daemoned) && (B.Failed || C.AnySucceeded)"


def test_dependencies_are_depends_with_and() -> None:
    names = ["A", "b-2"]
    assert parse_dependencies(names) == parse_depends("A && b-2")
    assert holds(parse_dependencies([]).evaluate and parse_dependencies(names), A="Succeeded", b_2="Daemoned")


def test_continue_on_adds_results() -> None:
    parsed = parse_depends("A && B", lambda name: ["Errored", "Failed"] if name == "A" else [])
    assert parsed.logic.startswith("(A.Succeeded || A.Skipped || A.Daemoned || A.Errored || A.Failed) && ")
    assert holds(parsed, A="Failed", B="Succeeded")
    assert not holds(parsed, A="Succeeded", B="Failed")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A.Completed", "type controller.TaskResults has no field Completed (1:3)\n | A.Completed\n | ..^"),
        ("5A", 'bad number syntax: "5A" (1:3)'),
        ("1e5", 'unexpected token Operator(".") (1:5)'),
        ("A.Failed &&", "unexpected token EOF"),
        ("A.Failed B.Failed", 'unexpected token Identifier("B") (1:10)'),
        ("(A.Failed", "unexpected token EOF"),
        ("A.Failed.B.Failed", "type bool has no field B"),
        ("A.Failed(B.Failed)", "bool is not callable"),
        ("A.Failed && 'x'", "mismatched types bool and string"),
        ("A.Failed + B.Failed", "invalid operation: + (mismatched types bool and bool) (1:10)"),
        ("!'x'", "mismatched type string"),
        ("+A.Failed", "mismatched type bool"),
        ("'x' ? A.Failed : B.Failed", "non-bool expression"),
        ("A.Failed ? 'x' : 'y'", "unable to cast expression result"),
        ("'x", "literal not terminated"),
        ("A.Failed @ B.Failed", "unrecognized character: U+0040 '@'"),
        ("日", "unknown name 日 (1:1)"),
        ("A.Failed.", "unexpected end of expression"),
        ("A.Failed | 日(B.Failed)", "there are no functions in depends"),
        ("A.Failed(B.Failed, B.Failed)", "bool is not callable"),
        ("A.Failed.!", "expected name"),
        ("A.Failed | B.Failed", 'unexpected token Operator(".")'),
    ],
)
def test_errors_come_at_evaluation(text: str, message: str) -> None:
    parsed = parse_depends(text)
    with pytest.raises(ExpressionError, match="unable to evaluate expression") as error:
        parsed.evaluate(lambda task, result: False)
    assert message in error.value.message


def test_a_task_that_does_not_exist() -> None:
    with pytest.raises(ExpressionError, match="target Nope does not exist"):
        parse_depends("A && Nope", lambda name: [] if name == "A" else None)
    with pytest.raises(ExpressionError, match="target Nope does not exist"):
        parse_dependencies(["Nope"], lambda name: None)


def test_validate_results() -> None:
    validate_results("A && B.AllFailed")
    with pytest.raises(ExpressionError, match="task result 'Completed' for task 'A' is invalid"):
        validate_results("B && A.Completed")


def test_ancestry_is_ordered_by_time() -> None:
    graph = {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}
    finished = {"a": 1, "b": 3, "c": 2, "d": 4}
    assert ancestry("d", graph.__getitem__, finished.__getitem__) == ["a", "c", "b"]


def test_a_task_may_wait_for_thousands() -> None:
    names = [f"task-{number}" for number in range(5000)]
    assert parse_dependencies(names).evaluate(lambda task, result: result == "Succeeded")
    assert not parse_depends(" && ".join(f"{name}.Succeeded" for name in names)).evaluate(lambda task, _: task == "x")


@pytest.mark.parametrize(
    "text", ["(" * 5000 + "A.Failed" + ")" * 5000, "!" * 5000 + "A.Failed", "A.Failed" + " == A.Failed" * 5000]
)
def test_depth_is_limited(text: str) -> None:
    with pytest.raises(ExpressionError, match="nested more than 100 deep"):
        parse_depends(text).evaluate(lambda task, result: True)
