"""`depends`: adapters for the oracle's rows."""

from __future__ import annotations

from argosy.language import depends
from tests.oracle.rows import Adapter, Row, value_of


def is_fulfilled(node: Row | None) -> bool:
    if node is None:
        return False
    done = node["phase"] in ("Succeeded", "Failed", "Error", "Skipped", "Omitted")
    return done or bool(node.get("daemoned") and node["phase"] != "Pending")


def has_result(node: Row, children: list[str | None], result: str) -> bool:
    """Argo's eight results of a node, given its children's phases."""
    if result == "AnySucceeded":
        return node.get("type") == "TaskGroup" and "Succeeded" in children
    if result == "AllFailed":
        return node.get("type") == "TaskGroup" and set(children) == {"Failed"}
    if result == "Daemoned":
        return bool(node.get("daemoned")) and node["phase"] != "Pending"
    return node["phase"] == {"Errored": "Error"}.get(result, result)


def _depends_of(given: Row) -> depends.Depends:
    tasks = {task["name"]: task for task in given["tasks"]}

    def continue_on(name: str) -> list[str] | None:
        if name not in tasks:
            return None
        flags = tasks[name].get("continueOn", {})
        return [word for flag, word in (("error", "Errored"), ("failed", "Failed")) if flags.get(flag)]

    task = tasks[given["task"]]
    if "depends" in task:
        return depends.parse_depends(task["depends"], continue_on)
    return depends.parse_dependencies(task.get("dependencies", []), continue_on)


def _depends_parse(given: Row) -> Row:
    parsed = _depends_of(given)
    return {"dependencies": parsed.dependencies, "logic": parsed.logic}


def _depends_eval(given: Row) -> Row:
    nodes = given["nodes"]
    if given["task"] in nodes:
        return {"execute": True, "proceed": True}
    parsed = _depends_of(given)
    if not all(is_fulfilled(nodes.get(name)) for name in parsed.dependencies):
        return {"execute": False, "proceed": False}
    children = {
        name: [nodes.get(child, {}).get("phase") for child in nodes[name].get("children", [])] for name in nodes
    }
    execute = parsed.evaluate(lambda task, result: has_result(nodes[task], children[task], result))
    return {"execute": execute, "proceed": True}


def _task_ancestry(given: Row) -> list[str]:
    tasks = {task["name"]: task["dependencies"] for task in given["tasks"]}
    return depends.ancestry(given["task"], tasks.__getitem__, lambda name: given["nodes"][name]["finishedAt"])


ADAPTERS: dict[str, Adapter] = {
    "depends_eval": value_of(_depends_eval),
    "depends_parse": value_of(_depends_parse),
    "depends_validate": value_of(lambda given: depends.validate_results(given["depends"]) is None),
    "task_ancestry": value_of(_task_ancestry),
}
