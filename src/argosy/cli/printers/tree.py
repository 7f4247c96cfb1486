"""A workflow's nodes become the tree that `argosy get` shows.

What is drawn is not the graph of children but who contains whom: the nodes of a DAG or of steps stand below it, the
steps of a group and the attempts of a retry below theirs (cmd/argo/commands/common/get.go in Argo).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cmp_to_key

from argosy.cli.printers.style import Style
from argosy.cli.printers.table import columns
from argosy.cli.printers.times import short_span
from argosy.language.names import pod_name
from argosy.model.kinds import DAG, HTTP, OMITTED, PLUGIN, POD, RETRY, SKIPPED_NODE, STEP_GROUP, STEPS, SUSPEND
from argosy.model.status import MemoizationStatus, NodeStatus
from argosy.model.workflow import Workflow
from argosy.ports.why import of_cache

Shown = Callable[[NodeStatus], bool]

HEADS = {
    "": ("STEP", "TEMPLATE", "PODNAME", "DURATION", "MESSAGE"),
    "short": ("STEP", "TEMPLATE", "PODNAME", "DURATION", "MESSAGE", "NODENAME"),
    "wide": ("STEP", "TEMPLATE", "PODNAME", "DURATION", "ARTIFACTS", "MESSAGE", "RESOURCESDURATION", "NODENAME"),
}
POD_NAMES = "workflows.argoproj.io/pod-name-format"
GROUPS = frozenset((STEP_GROUP, RETRY))
DRAWN = frozenset((DAG, STEPS, STEP_GROUP, RETRY, POD, SKIPPED_NODE, SUSPEND, HTTP, PLUGIN))
SYMBOLS = {"only": "──", "first": "┬─", "middle": "├─", "last": "└─", "line": "│ "}
ASCII = {"only": "--", "first": "+-", "middle": "|-", "last": "`-", "line": "| "}
DENOMINATORS = {"memory": "100Mi", "storage": "10Gi", "ephemeral-storage": "10Gi"}


def draw(workflow: Workflow, style: Style, now: datetime, *, form: str = "", shown: Shown = lambda _: True) -> str:
    """The tree as a table; empty where nothing has begun. `form` is "", "short" or "wide"."""
    nodes = workflow.status.nodes
    main = nodes.get(workflow.metadata.name)
    if main is None:
        return ""
    tree = _Tree(nodes, style, shown)
    version = workflow.metadata.annotations.get(POD_NAMES, "v2")
    table = [list(HEADS[form])]
    for number, root in enumerate([main, *(root for root in tree.roots if root is not main)]):
        if number:
            table.append([""])
        for prefix, node in tree.walk(root, " ", " "):
            name = f"{prefix}{style.node(node)} {node.display_name}"
            template = node.template_ref.template if node.template_ref else node.template_name
            pod = pod_name(workflow.metadata.name, node.name, template, node.id, version) if node.type == POD else ""
            message = "; ".join(part for part in (node.message, of_cache(tree.memo_of(node))) if part)
            table.append([name, _template(node), pod, *_details(node, message, form, now)])
    return columns(table, 2)


def _template(node: NodeStatus) -> str:
    return f"{node.template_ref.name}/{node.template_ref.template}" if node.template_ref else node.template_name


def _details(node: NodeStatus, message: str, form: str, now: datetime) -> list[str]:
    """The cells after the pod's name."""
    is_pod = node.type == POD
    duration = short_span(node.started_at, node.finished_at, now) if is_pod else ""
    host = node.host_node_name if is_pod else ""
    if form == "wide":
        artifacts = ",".join(artifact.name for artifact in node.outputs.artifacts) if node.outputs else ""
        return [duration, artifacts, message, resources(node.resources_duration), host]
    return [duration, message, host] if form == "short" else [duration, message]


def resources(durations: dict[str, int]) -> str:
    """`2s*(1 cpu),1s*(100Mi memory)`."""
    return ",".join(f"{seconds}s*({DENOMINATORS.get(name, '1')} {name})" for name, seconds in durations.items())


class _Tree:
    def __init__(self, nodes: dict[str, NodeStatus], style: Style, shown: Shown) -> None:
        self.symbols, self.shown = SYMBOLS if style.utf8 else ASCII, shown
        self.nodes = nodes
        in_groups = (node for node in nodes.values() if node.type in GROUPS)
        self.groups = {child: node.id for node in in_groups for child in node.children}
        self.children: dict[str, list[NodeStatus]] = {}
        self.roots: list[NodeStatus] = []
        for node in nodes.values():
            if node.type in DRAWN:
                above = self.groups.get(node.id) or node.boundary_id
                (self.children.setdefault(above, []) if above else self.roots).append(node)
        for below in self.children.values():
            below.sort(key=cmp_to_key(_order))

    def memo_of(self, node: NodeStatus) -> MemoizationStatus | None:
        """Whether it was remembered: of the only try of a retry, which is not shown, what is known of the retry."""
        above = self.nodes.get(self.groups.get(node.id, ""))
        if (
            node.memoization_status is None
            and above is not None
            and self._hides(above, len(self.children[above.id]))[0]
        ):
            return above.memoization_status
        return node.memoization_status

    def walk(self, node: NodeStatus, first: str, others: str) -> Iterator[tuple[str, NodeStatus]]:
        """Every node to be shown, with the lines that lead to it: `first` for this one, `others` for those below."""
        below = self.children.get(node.id, [])
        hidden, bent = self._hides(node, len(below))
        if not hidden:
            yield first, node
        for index, child in enumerate(below):
            arm, line = self._arm(hidden, bent, index, len(below) - 1)
            lead = first if hidden and index == 0 else others
            yield from self.walk(child, lead + arm, others + line)

    def _hides(self, node: NodeStatus, below: int) -> tuple[bool, bool]:
        """Whether a node is not shown, and whether a bend is drawn in its place."""
        if node.type == STEP_GROUP:
            return True, True
        one_attempt = node.type == RETRY and below == 1
        omitted = node.type == SKIPPED_NODE and node.phase == OMITTED
        return one_attempt or omitted or not self.shown(node), False

    def _arm(self, hidden: bool, bent: bool, index: int, last: int) -> tuple[str, str]:
        """What is drawn before a child, and before all that is below it."""
        if hidden and not bent:
            return "", ""
        if hidden and last == 0:
            return self.symbols["only"], "  "
        if hidden and index == 0:
            return self.symbols["first"], self.symbols["line"]
        if index == last:
            return self.symbols["last"], "  "
        return self.symbols["middle"], self.symbols["line"]


def _order(one: NodeStatus, other: NodeStatus) -> int:
    """By time of start; at the same second by place in the loop, else by name."""
    if one.started_at != other.started_at:
        if one.started_at is None or other.started_at is None:
            return -1 if one.started_at is None else 1
        if int(one.started_at.timestamp()) != int(other.started_at.timestamp()):
            return -1 if one.started_at < other.started_at else 1
    turn, other_turn = _index(one.display_name), _index(other.display_name)
    if turn >= 0 and other_turn >= 0:
        return turn - other_turn
    return -1 if one.display_name < other.display_name else 1


def _index(name: str) -> int:
    """Which turn of a loop it is: 3 for `task(3:x)`; -1 where it is none."""
    _, opened, rest = name.partition("(")
    number, colon, _ = rest.partition(":")
    return int(number) if opened and colon and number.isdecimal() else -1
