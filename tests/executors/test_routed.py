"""Several executors that look like one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from argosy.errors import NotFound
from argosy.executors.fake import FakeExecutor, Outcome
from argosy.executors.routed import RoutedExecutor, type_of
from argosy.model.kubernetes import Container
from argosy.model.template import ResourceTemplate, SuspendTemplate, Template
from argosy.ports.executor import LogQuery
from argosy.ports.pods import PodKey, PodReport, PodRequest

PROCESS = Template(name="process", container=Container(image="x"))
RESOURCE = Template(name="resource", resource=ResourceTemplate(action="get"))


def request(node: str, template: Template) -> PodRequest:
    key = PodKey("uid", node)
    return PodRequest(key=key, namespace="a", workflow_name="wf", pod_name=node, node_name=node, template=template)


class Both:
    """Two executors behind one."""

    def __init__(self) -> None:
        slow = {name: Outcome(seconds=10, log=[f"of {name}"]) for name in ("process", "resource")}
        self.processes, self.objects = FakeExecutor(slow), FakeExecutor(slow)
        self.executor = RoutedExecutor(self.processes, {"resource": self.objects})
        self.reports: list[tuple[str, str]] = []
        self.executor.open(lambda key, report: self.reports.append((key.node_id, report.phase)))

    @property
    def ran(self) -> tuple[list[str], list[str]]:
        found = [[each.key.node_id for each in executor.ran] for executor in (self.processes, self.objects)]
        return found[0], found[1]


@pytest.fixture
def both() -> Iterator[Both]:
    made = Both()
    yield made
    made.executor.close()
    assert made.processes.complaints + made.objects.complaints == []


def test_each_goes_where_its_type_belongs(both: Both) -> None:
    both.executor.start(request("a", PROCESS))
    both.executor.start(request("b", RESOURCE))
    both.executor.adopt([request("c", PROCESS), request("d", RESOURCE)])
    assert both.ran == (["a", "c"], ["b", "d"])
    assert both.reports == [(node, "Running") for node in "abcd"]


def test_stop_and_forget_follow(both: Both) -> None:
    for node, template in (("a", PROCESS), ("b", RESOURCE)):
        both.executor.start(request(node, template))
        both.executor.stop(PodKey("uid", node), 1.0)
    both.executor.forget([PodKey("uid", "a"), PodKey("uid", "b")])
    assert both.processes.calls[-1] == ("forget", PodKey("uid", "a"))
    assert both.objects.calls[-1] == ("forget", PodKey("uid", "b"))


def test_logs_are_found_wherever_they_are(both: Both) -> None:
    both.executor.start(request("b", RESOURCE))
    key = PodKey("uid", "b")
    assert list(both.executor.logs(key, "b", LogQuery())) == ["of resource"]
    other = RoutedExecutor(both.processes, {"resource": both.objects})  # a client, which has started nothing
    assert list(other.logs(key, "b", LogQuery())) == ["of resource"]
    with pytest.raises(NotFound):
        list(other.logs(PodKey("uid", "x"), "x", LogQuery()))


def test_what_is_left_is_removed_everywhere(both: Both) -> None:
    both.executor.start(request("a", PROCESS))
    both.executor.start(request("b", RESOURCE))
    both.executor.delete_workflow("uid")
    assert both.processes.running + both.objects.running == []


def test_reports_of_nested_pods_go_to_whom_they_belong() -> None:
    class Nested(FakeExecutor):
        def __init__(self) -> None:
            super().__init__()
            self.heard_of: list[str] = []

        def ours(self, key: PodKey) -> bool:
            return key.workflow_uid == "theirs"

        def committed(self) -> None:
            self.heard_of.append("committed")

        def heard(self, key: PodKey, report: PodReport) -> None:
            self.heard_of.append(report.phase)

    processes, nested, delivered = FakeExecutor(), Nested(), list[PodKey]()
    executor = RoutedExecutor(processes, {"resource": nested})
    executor.open(lambda key, _report: delivered.append(key))
    own = PodRequest(
        key=PodKey("theirs", "x"), namespace="", workflow_name="", pod_name="", node_name="", template=PROCESS
    )
    processes.start(own)
    executor.start(request("a", PROCESS))
    assert delivered == [PodKey("uid", "a")]
    assert nested.heard_of == ["Succeeded"]
    executor.forget([PodKey("uid", "a")])
    assert nested.heard_of == ["Succeeded", "committed"]


def test_types() -> None:
    assert type_of(PROCESS) == "container"
    assert type_of(RESOURCE) == "resource"
    assert type_of(Template(suspend=SuspendTemplate())) == "suspend"
    assert type_of(Template()) == ""
