"""A controller test of Argo's as steps (load, operate, let pods be in a phase, assert), replayed on the machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from argosy.engine.execution import Execution
from argosy.engine.invariants import check
from argosy.model.codec import decode_lenient, read_documents, to_builtins
from argosy.model.kinds import FULFILLED
from argosy.model.status import NodeStatus
from argosy.model.workflow import ClusterWorkflowTemplate, Workflow, WorkflowTemplate
from argosy.plan.resolve import resolve
from argosy.plan.rules import refusals
from argosy.plan.snapshot import Shelf, take_snapshot
from argosy.ports.commands import StartPod
from argosy.ports.configmaps import ConfigMap
from argosy.ports.events import PodReported
from argosy.ports.pods import PodReport, PodRequest
from argosy.testing.clock import VirtualClock

Step = dict[str, Any]
NODE = re.compile(r'(?:node\[(displayName|name)="((?:[^"\\]|\\.)*)"\]|wf\.status\.nodes\["([^"]+)"\])')
PART = re.compile(r'\.?(\w+)\("([^"]*)"\)|\.?(\w+)|\[(\d+)\]|\["([^"]*)"\]')
ABSENT = object()
TEMPLATES = {"WorkflowTemplate": WorkflowTemplate, "ClusterWorkflowTemplate": ClusterWorkflowTemplate}


class Unknown(Exception):
    """An assertion that was not translated into something that can be looked up."""


class Replay:
    """One case: its documents, and the workflow as far as it has come."""

    def __init__(self, path: Path) -> None:
        self.documents = [document.data for document in read_documents(path.read_text(encoding="utf-8"))]
        self.clock = VirtualClock()
        self.execution: Execution | None = None
        self.workflow: Workflow | None = None
        self.pods: list[PodRequest] = []
        self.news: dict[str, PodReport] = {}
        self.templates: list[Any] = []
        self.config_maps: dict[str, ConfigMap] = {}
        self._is_ours = True

    def load(self, step: Step) -> None:
        """The first document that is a workflow; templates are there for it to refer to."""
        data = self.documents[step.get("doc") or 0]
        if data.get("kind") in TEMPLATES:
            self.templates.append(decode_lenient(data, TEMPLATES[data["kind"]]))
        if data.get("kind") == "ConfigMap":
            self.config_maps[data["metadata"]["name"]] = ConfigMap(data["metadata"]["labels"], data["data"])
        if data.get("kind", "Workflow") != "Workflow" or "Template" in step["fn"]:
            return
        workflow = decode_lenient({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", **data}, Workflow)
        assert isinstance(workflow, Workflow)
        workflow.metadata.uid = workflow.metadata.uid or "uid"
        workflow.metadata.namespace = workflow.metadata.namespace or "default"
        workflow.metadata.name = workflow.metadata.name or f"{workflow.metadata.generate_name}x"
        workflow.metadata.creation_timestamp = workflow.metadata.creation_timestamp or self.clock.now()
        for node_id, node in workflow.status.nodes.items():
            node.id = node.id or node_id
            node.children = [child for child in node.children if child in workflow.status.nodes]
            self._make_sound(node)
        self._is_ours = not workflow.status.nodes
        self.workflow, self.execution, self.pods = workflow, None, []

    def _make_sound(self, node: NodeStatus) -> None:
        """What a test left out of a node, or wrote as no controller would."""
        ended = node.phase in FULFILLED
        node.started_at = node.started_at or self.clock.now()
        node.finished_at = (node.finished_at or self.clock.now()) if ended else None

    def read(self, namespace: str, name: str) -> ConfigMap | None:
        """The ConfigMap of that name."""
        return self.config_maps.get(name)

    def operate(self) -> None:
        """One look at the workflow, with the news of its pods."""
        assert self.workflow is not None
        self.clock.advance(11)
        if self.execution is None:
            found = refusals(self.workflow, others=self.templates)
            problems = [each for each in found if "not supported yet" not in each.message]
            if problems:
                self.workflow.status.phase = "Failed"
                self.workflow.status.message = f"invalid spec: {problems[0].message}"
                return
            self.workflow = take_snapshot(self.workflow, Shelf(self.templates), {})
            self.execution = Execution(resolve(self.workflow, self.read), self.workflow)
            self.pods += self.execution.outstanding
        events = [PodReported(node_id=node_id, report=report) for node_id, report in self.news.items()]
        self.news = {}
        commands = self.execution.handle(*events, now=self.clock.now())
        self.pods += [command.request for command in commands if isinstance(command, StartPod)]
        if self._is_ours:
            check(self.execution)

    def set_pods(self, step: Step) -> None:
        """Let every pod be in a phase."""
        phase, final = step["phase"], step["phase"] in ("Succeeded", "Failed")
        code = {"Succeeded": "0", "Failed": "1"}.get(phase)
        now = self.clock.now() if final else None
        for request in self.pods:
            message = "Error (exit code 1)" if phase == "Failed" else ""
            outputs = {each.name: "hello world" for each in request.template.outputs.parameters}
            self.news[request.key.node_id] = PodReport(
                phase=phase, message=message, exit_code=code, finished_at=now, parameters=outputs if final else {}
            )

    def find(self, subject: str) -> Any:
        """What an assertion is about. Raises Unknown."""
        assert self.workflow is not None
        nodes = list(self.workflow.status.nodes.values())
        match = NODE.match(subject)
        if match:
            kind, name, node_id = match.groups()
            found = [node for node in nodes if _is(node, kind, name, node_id)]
            return _follow(to_builtins(found[0]), subject[match.end() :]) if found else ABSENT
        if subject.startswith("wf.status."):
            path = subject.removeprefix("wf.status").replace("StoredWorkflowSpec", "storedWorkflowTemplateSpec")
            return _follow(to_builtins(self.workflow.status), path)
        if subject == "wf.labels[common.LabelKeyCompleted]":
            return self.workflow.metadata.labels.get("workflows.argoproj.io/completed", ABSENT)
        if subject == "pods.items":
            return [request.pod_name for request in self.pods]
        raise Unknown(subject)


def _is(node: NodeStatus, kind: str | None, name: str, node_id: str | None) -> bool:
    if node_id is not None:
        return node.id == node_id
    found = node.display_name if kind == "displayName" else node.name
    return found.replace(" ", "") == name.replace(" ", "")  # the translation lost the spaces of names


def _follow(value: Any, rest: str) -> Any:
    position = 0
    while position < len(rest):
        match = PART.match(rest, position)
        if match is None:
            raise Unknown(rest)
        method, argument, field, index, key = match.groups()
        if method:
            value = _call(value, method, argument)
        elif index is not None:
            value = value[int(index)] if isinstance(value, list) and len(value) > int(index) else ABSENT
        else:
            name = key if key is not None else field[0].lower() + field[1:]
            value = value.get(name, ABSENT) if isinstance(value, dict) else ABSENT
        position = match.end()
    return value


def _call(value: Any, method: str, argument: str) -> Any:
    if method != "GetParameterByName" or not isinstance(value, dict):
        raise Unknown(method)
    return next((each for each in value.get("parameters", []) if each["name"] == argument), ABSENT)


def holds(kind: str, found: Any, wanted: Any) -> bool:
    """Whether an assertion of testify's holds. Raises Unknown."""
    wanted = _from_go(wanted)
    tests = {
        "Equal": lambda: (found if found is not ABSENT else "") == wanted,
        "NotNil": lambda: found is not ABSENT and found is not None,
        "Nil": lambda: found is ABSENT or found in (None, []),
        "Len": lambda: len([] if found is ABSENT else found) == wanted,
        "Empty": lambda: found is ABSENT or not found,
        "NotEmpty": lambda: found is not ABSENT and bool(found),
        "True": lambda: found is True,
        "False": lambda: found is ABSENT or found is False,
        "Contains": lambda: isinstance(found, str) and " ".join(wanted.split()) in " ".join(found.split()),
    }
    if kind not in tests:
        raise Unknown(kind)
    return tests[kind]()


def _from_go(value: Any) -> Any:
    """A value with Go's names in it: fields, and constants such as wfv1.ConditionTypePodRunning. Raises Unknown."""
    if isinstance(value, list):
        return [_from_go(each) for each in value]
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: _from_go(each) for key, each in value.items()}
    if isinstance(value, str) and "Go(" in value:
        constant = re.fullmatch(r"Go\('(?:wfv1|metav1)\.Condition(?:Type)?(\w+)'\)", value)
        if constant is None:
            raise Unknown(value)
        return constant.group(1)
    return value


def cases(folder: Path) -> Iterator[dict[str, Any]]:
    """The cases that can be replayed."""
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        expect = row.get("expect") or {}
        if row["id"].startswith("controller/") and expect.get("replayable") in ("full", "partial"):
            yield row


def replay(folder: Path, row: dict[str, Any]) -> tuple[int, list[str]]:
    """Play a case; gives how many assertions were looked at, and those that did not hold."""
    run, looked_at, wrong = Replay(folder / row["path"]), 0, list[str]()
    for step in row["expect"]["script"]:
        if step["op"] == "load":
            run.load(step)
        elif step["op"] == "operate":
            if run.workflow is not None:
                run.operate()
        elif step["op"] == "pods":
            run.set_pods(step)
        elif step["op"] == "assert" and step.get("subject", "err") != "err":
            try:
                found = run.find(step["subject"])
                good = holds(step["kind"], found, step.get("value"))
            except Unknown:
                continue
            looked_at += 1
            if not good:
                wrong.append(f"{step['subject']} {step['kind']} {step.get('value')!r}: {str(found)[:90]!r}")
    return looked_at, wrong
