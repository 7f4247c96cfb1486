"""The store on a cluster: what others edit and delete, what does not fit, what goes wrong. Also on a real one."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from argosy.errors import InvalidRequest, NotFound, StoreBusy, StoreError
from argosy.model.codec import decode_lenient
from argosy.model.status import NodeStatus, WorkflowStatus
from argosy.model.workflow import Workflow
from argosy.ports.events import Request, ResumeRequested, StopRequested, SuspendRequested, TerminateRequested
from argosy.ports.store import Change, DeleteRequested, WorkflowQuery
from argosy.stores.kubernetes.shape import LARGEST
from argosy.stores.kubernetes.store import KubernetesStore
from argosy.stores.kubernetes.writer import Written
from tests.executors.kubernetes.server import DROP
from tests.stores.kubernetes.stage import KUBECONFIG, SPEC, Stage, eventually

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
RUNNING = {"phase": "Running", "startedAt": "2026-01-02T12:00:00Z"}
faults_only = pytest.mark.skipif(bool(KUBECONFIG), reason="a real cluster does not fail on demand")


def node(id_: str, phase: str = "Running", type_: str = "Suspend", **more) -> NodeStatus:
    return NodeStatus(id=id_, name=f"wf.{id_}", display_name=id_, type=type_, phase=phase, started_at=NOON, **more)


def waiting(*ids: str) -> dict:
    nodes = {id_: {"id": id_, "name": f"wf.{id_}", "type": "Suspend", "phase": "Running"} for id_ in ids}
    return {**RUNNING, "nodes": nodes}


class Engine:
    """A store, as the engine's that has taken everything up."""

    def __init__(self, stage: Stage, **options) -> None:
        self.store = stage.store(**options)
        self.woken = threading.Event()
        self.ended: list[Written] = []
        self.store.changed, self.store.finished = self.woken.set, self.ended.append
        self.workflows: dict[str, Workflow] = {}
        self.look()

    def look(self) -> list[str]:
        self.woken.clear()
        found = self.store.unfinished()
        for uid in found:
            try:
                self.workflows.setdefault(uid, self.store.load(uid))
            except NotFound:
                continue
        return found

    def asked(self) -> list[Request | DeleteRequested]:
        return [posted.request for posted in self.store.requests()]

    def wait_for(self, *wanted: Request) -> list[int]:
        eventually(lambda: self.asked() == list(wanted), f"{wanted}, but {self.asked()}")
        return [posted.id for posted in self.store.requests()]


class TestEdits:
    @pytest.mark.parametrize(
        ("spec", "wanted"),
        [
            ({"suspend": True}, SuspendRequested()),
            ({"shutdown": "Stop"}, StopRequested()),
            ({"shutdown": "Terminate"}, TerminateRequested()),
        ],
    )
    def test_of_the_spec_are_requests_once_each(self, stage: Stage, spec: dict, wanted: Request) -> None:
        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        (uid,) = engine.workflows
        assert engine.asked() == []
        stage.hands.edit("wf", spec=spec)
        assert engine.woken.wait(10)
        ids = engine.wait_for(wanted)
        stage.hands.edit("wf", metadata={"labels": {"seen": "again"}})
        engine.store.commit([Change(uid=uid, status=WorkflowStatus(phase="Running", message="m"), handled=ids)])
        assert engine.asked() == []
        assert stage.hands.get("wf")["spec"] == SPEC | spec

    def test_a_suspend_node_that_another_client_ends_is_resumed(self, stage: Stage) -> None:
        stage.hands.workflow("wf", waiting("a", "b"))
        engine = Engine(stage)
        stage.hands.edit("wf", status={"nodes": {"a": {"phase": "Succeeded"}}})
        ids = engine.wait_for(ResumeRequested(node_field_selector="id=a"))
        engine.store.drop_requests(ids)
        stage.hands.edit("wf", status={"nodes": {"b": {"phase": "Failed", "message": "no"}}})
        engine.wait_for(StopRequested(node_field_selector="id=b", message="no"))

    def test_resume_by_spec_and_nodes_is_one_request(self, stage: Stage) -> None:
        stage.hands.workflow("wf", waiting("a"), **SPEC, suspend=True)
        engine = Engine(stage)
        stage.hands.edit("wf", spec={"suspend": None}, status={"nodes": {"a": {"phase": "Succeeded"}}})
        engine.wait_for(ResumeRequested())

    def test_the_suspension_alone_ends_when_no_node_waits_any_more(self, stage: Stage) -> None:
        stage.hands.workflow("wf", waiting("a"), **SPEC, suspend=True)
        engine = Engine(stage)
        stage.hands.edit("wf", spec={"suspend": None})
        assert engine.woken.wait(10)
        assert engine.asked() == []
        stage.hands.edit("wf", status={"nodes": {"a": {"phase": "Succeeded"}}})
        engine.wait_for(ResumeRequested())

    def test_an_engine_that_comes_later_sees_them_in_the_workflow(self, stage: Stage) -> None:
        stage.hands.workflow("wf", waiting("a"))
        stage.hands.edit("wf", spec={"suspend": True}, status={"nodes": {"a": {"phase": "Succeeded"}}})
        engine = Engine(stage)
        (workflow,) = engine.workflows.values()
        assert workflow.spec.suspend
        assert workflow.status.nodes["a"].phase == "Succeeded"
        assert engine.asked() == []

    def test_a_shutdown_is_asked_again_of_an_engine_that_comes_later(self, stage: Stage) -> None:
        stage.hands.workflow("wf", RUNNING, **SPEC, shutdown="Stop")
        Engine(stage).wait_for(StopRequested())

    def test_posting_is_editing(self, stage: Stage) -> None:
        stage.hands.workflow("wf", waiting("a", "b"))
        engine, client = Engine(stage), stage.store()
        (uid,) = engine.workflows
        client.post(uid, SuspendRequested())
        assert stage.hands.get("wf")["spec"]["suspend"] is True
        engine.store.drop_requests(engine.wait_for(SuspendRequested()))
        client.post(uid, ResumeRequested(node_field_selector="id=a"))
        engine.store.drop_requests(engine.wait_for(ResumeRequested(node_field_selector="id=a")))
        client.post(uid, ResumeRequested())
        item = stage.hands.get("wf")
        assert "suspend" not in item["spec"]
        assert {each["phase"] for each in item["status"]["nodes"].values()} == {"Succeeded"}
        engine.store.drop_requests(engine.wait_for(ResumeRequested()))
        client.post(uid, TerminateRequested())
        engine.wait_for(TerminateRequested())
        assert client.requests() == []

    def test_posting_to_what_is_not_there(self, stage: Stage) -> None:
        with pytest.raises(NotFound):
            stage.store().post("nobody", SuspendRequested())

    def test_of_labels_survive_what_the_engine_writes(self, stage: Stage) -> None:
        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        ((uid, workflow),) = engine.workflows.items()
        stage.hands.edit("wf", metadata={"labels": {"team": "blue"}, "annotations": {"a": "b"}}, spec={"priority": 7})
        workflow.metadata.labels = {"workflows.argoproj.io/phase": "Running"}
        workflow.spec.suspend = True
        engine.store.commit([Change(uid=uid, metadata=workflow.metadata, spec=workflow.spec)])
        item = stage.hands.get("wf")
        assert item["metadata"]["labels"] == {"team": "blue", "workflows.argoproj.io/phase": "Running"}
        assert item["metadata"]["annotations"] == {"a": "b"}
        assert (item["spec"]["priority"], item["spec"]["suspend"]) == (7, True)

    def test_what_this_version_does_not_know_stays(self, stage: Stage) -> None:
        status = {**RUNNING, "later": {"x": 1}, "nodes": {"a": {"id": "a", "name": "a", "phase": "Running", "new": 1}}}
        stage.hands.workflow("wf", status, **SPEC, future=True)
        engine = Engine(stage)
        ((uid, workflow),) = engine.workflows.items()
        workflow.spec.suspend = True
        changed = NodeStatus(id="a", name="a", phase="Succeeded")
        status = WorkflowStatus(phase="Running", started_at=NOON, message="m")
        engine.store.commit([Change(uid=uid, spec=workflow.spec, status=status, nodes=[changed])])
        item = stage.hands.get("wf")
        assert item["spec"]["future"] is True
        assert item["status"]["later"] == {"x": 1}
        assert item["status"]["nodes"]["a"] == {"id": "a", "name": "a", "phase": "Succeeded", "new": 1}


class TestDeletion:
    def test_a_workflow_that_is_deleted_is_let_go(self, stage: Stage) -> None:
        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        stage.hands.delete("wf")
        eventually(lambda: engine.woken.is_set() and not engine.look(), "it is no longer unfinished")

    def test_its_change_is_dropped_and_the_others_kept(self, stage: Stage) -> None:
        for name in ("gone", "here"):
            stage.hands.workflow(name, RUNNING)
        engine = Engine(stage)
        stage.hands.delete("gone")
        status = WorkflowStatus(phase="Running", message="m")
        engine.store.commit([Change(uid=uid, status=status) for uid in engine.workflows])
        assert stage.hands.get("here")["status"]["message"] == "m"
        eventually(lambda: len(engine.look()) == 1, "one is gone")

    def test_one_that_waits_for_a_finalizer_is_let_go_with_its_finalizers(self, stage: Stage) -> None:
        stage.hands.workflow("wf", RUNNING)
        stage.hands.edit("wf", metadata={"finalizers": ["example.com/mine"]})
        engine = Engine(stage)
        (uid,) = engine.workflows
        engine.store.post(uid, DeleteRequested())
        eventually(lambda: not engine.look(), "it is no longer unfinished")
        item = stage.hands.get("wf")
        assert item["metadata"]["deletionTimestamp"]
        assert item["metadata"]["finalizers"] == ["example.com/mine"]
        stage.hands.edit("wf", metadata={"finalizers": None})
        eventually(lambda: not stage.store().list(WorkflowQuery(namespace=stage.namespace)).items, "it is gone")

    def test_another_one_of_its_name_is_another(self, stage: Stage) -> None:
        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        (old,) = engine.workflows
        stage.hands.delete("wf")
        stage.hands.workflow("wf", RUNNING)
        engine.store.commit([Change(uid=old, status=WorkflowStatus(phase="Failed"))])
        assert stage.hands.get("wf")["status"]["phase"] == "Running"
        eventually(lambda: engine.look() and engine.look() != [old], "the new one is there")
        with pytest.raises(NotFound):
            stage.store().load(old)


class TestWhatCanNotRun:
    def test_is_failed_when_it_is_taken_up(self, stage: Stage) -> None:
        stage.hands.workflow("bad", entrypoint=["main"], templates="none")
        stage.hands.workflow("good")
        engine = Engine(stage)
        assert [each.metadata.name for each in engine.workflows.values()] == ["good"]
        item = stage.hands.get("bad")
        assert item["status"]["phase"] == "Failed"
        assert item["status"]["message"].startswith("cannot unmarshall spec: ")
        assert item["metadata"]["labels"]["workflows.argoproj.io/completed"] == "true"
        assert len(engine.look()) == 1

    def test_so_is_what_may_not(self, stage: Stage) -> None:
        def admit(workflow: Workflow) -> Workflow:
            raise InvalidRequest(f"no {workflow.metadata.name}")

        stage.hands.workflow("wf")
        engine = Engine(stage, admit=admit)
        assert engine.workflows == {}
        status = stage.hands.get("wf")["status"]
        assert (status["phase"], status["message"]) == ("Failed", "invalid spec: no wf")
        assert status["startedAt"]
        assert status["finishedAt"]

    def test_what_is_labelled_as_completed_is_nobodys(self, stage: Stage) -> None:
        stage.hands.workflow("wf")
        stage.hands.edit("wf", metadata={"labels": {"workflows.argoproj.io/completed": "true"}})
        assert Engine(stage).workflows == {}


class TestWriting:
    def test_an_end_is_told_and_the_workflow_left_alone(self, stage: Stage) -> None:
        stage.hands.workflow("wf", RUNNING, **SPEC, podGC={"strategy": "OnWorkflowSuccess"})
        engine = Engine(stage)
        ((uid, workflow),) = engine.workflows.items()
        workflow.metadata.labels = {"workflows.argoproj.io/completed": "true"}
        status = WorkflowStatus(phase="Succeeded", started_at=NOON)
        engine.store.commit([Change(uid=uid, metadata=workflow.metadata, status=status)])
        assert engine.ended == [Written(uid, SPEC | {"podGC": {"strategy": "OnWorkflowSuccess"}}, "Succeeded")]
        assert engine.look() == []
        assert engine.store.load(uid).status.phase == "Succeeded"

    def test_what_is_so_already_is_not_written(self, stage: Stage) -> None:
        stage.hands.workflow("wf", waiting("a"))
        engine = Engine(stage)
        ((uid, workflow),) = engine.workflows.items()
        before = stage.hands.get("wf")["metadata"]["resourceVersion"]
        engine.store.commit([Change(uid=uid, status=workflow.status, nodes=list(workflow.status.nodes.values()))])
        assert stage.hands.get("wf")["metadata"]["resourceVersion"] == before

    def test_times_are_whole_seconds(self, stage: Stage) -> None:
        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        (uid,) = engine.workflows
        late = node("a", finished_at=NOON.replace(microsecond=123456))
        engine.store.commit([Change(uid=uid, nodes=[late])])
        assert stage.hands.get("wf")["status"]["nodes"]["a"]["finishedAt"] == "2026-01-02T12:00:00Z"

    def test_large_nodes_are_packed_and_come_back(self, stage: Stage) -> None:
        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        (uid,) = engine.workflows
        nodes = [node(f"n{number}", type_="Pod", message="x" * 1000) for number in range(LARGEST // 1000)]
        engine.store.commit([Change(uid=uid, nodes=nodes)])
        status = stage.hands.get("wf")["status"]
        assert "nodes" not in status
        assert re.fullmatch(r"[A-Za-z0-9+/=]+", status["compressedNodes"])
        engine.store.commit([Change(uid=uid, nodes=[node("n5", "Succeeded", "Pod")])])
        got = stage.store().get(stage.namespace, "wf").status.nodes
        assert len(got) == len(nodes)
        assert (got["n5"].phase, got["n6"].phase) == ("Succeeded", "Running")
        assert Engine(stage).workflows[uid].status.nodes == got

    def test_what_does_not_fit_even_so_ends_the_workflow(self, stage: Stage) -> None:
        import random

        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        (uid,) = engine.workflows
        chaos = random.Random(1).randbytes(2 * LARGEST).hex()
        engine.store.commit([Change(uid=uid, nodes=[node("a", message=chaos)])])
        status = stage.hands.get("wf")["status"]
        assert status["phase"] == "Error"
        assert status["message"].startswith("workflow is longer than maximum allowed size")
        engine.store.commit([Change(uid=uid, nodes=[node("b")])])  # the engine does not know yet
        assert engine.look() == []

    def test_who_may_not_write_does_not(self, stage: Stage) -> None:
        stage.hands.workflow("wf", RUNNING)
        may = [True]
        engine = Engine(stage, may_write=lambda: may[0])
        (uid,) = engine.workflows
        may[0] = False
        with pytest.raises(StoreBusy, match="another controller"):
            engine.store.commit([Change(uid=uid, status=WorkflowStatus(phase="Failed"))])
        assert stage.hands.get("wf")["status"] == RUNNING

    def test_many_at_once_and_by_many_threads(self, stage: Stage) -> None:
        for number in range(5):
            stage.hands.workflow(f"wf-{number}", RUNNING)
        engine = Engine(stage)
        uids = list(engine.workflows)

        def work(number: int) -> None:
            engine.store.commit([Change(uid=uid, nodes=[node(f"n{number}")]) for uid in uids])

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number in range(5):
            assert len(stage.hands.get(f"wf-{number}")["status"]["nodes"]) == 4


class TestReading:
    def test_creating_sets_what_the_cluster_knows(self, stage: Stage) -> None:
        store = stage.store()
        made = decode_lenient({"metadata": {"name": "wf", "namespace": stage.namespace, "uid": "mine"}}, Workflow)
        store.create(made)
        assert made.metadata.uid == stage.hands.get("wf")["metadata"]["uid"]
        assert store.unfinished() == [made.metadata.uid]

    def test_lists_in_pages(self, stage: Stage) -> None:
        for number in range(5):
            stage.hands.workflow(f"wf-{number}", RUNNING if number % 2 else None)
        store = stage.store()
        whole = store.list(WorkflowQuery(namespace=stage.namespace)).items
        assert {each.name for each in whole} == {f"wf-{number}" for number in range(5)}
        first = store.list(WorkflowQuery(namespace=stage.namespace, limit=3))
        rest = store.list(WorkflowQuery(namespace=stage.namespace, limit=3, continue_=first.continue_))
        assert [*first.items, *rest.items] == whole
        assert not rest.continue_
        running = store.list(WorkflowQuery(namespace=stage.namespace, phases=["Running"], limit=1))
        assert len(running.items) == 1
        assert running.continue_
        assert store.latest(stage.namespace) == whole[0].name

    def test_a_workflow_that_is_none_does_not_spoil_a_list(self, stage: Stage) -> None:
        spec = {"arguments": {"parameters": "x"}, "priority": "high", "suspend": 1}
        stage.hands.workflow("bad", {"nodes": {"a": "b"}, "startedAt": 7, "phase": "Running"}, **spec)
        (item,) = stage.store().list(WorkflowQuery(namespace=stage.namespace)).items
        assert (item.name, item.phase, item.priority, item.parameters) == ("bad", "Running", None, {})
        with pytest.raises(StoreError, match="not valid"):
            stage.store().get(stage.namespace, "bad")

    def test_version_tells_that_others_have_changed_something(self, stage: Stage) -> None:
        store = stage.store()
        before = store.version()
        stage.hands.workflow("wf")
        eventually(lambda: store.version() != before, "a new one is news")


@faults_only
class TestFaults:
    def test_an_answer_that_is_lost_is_asked_for_again(self, stage: Stage) -> None:
        assert stage.server
        stage.hands.workflow("wf", waiting("a"))
        engine = Engine(stage)
        (uid,) = engine.workflows
        stage.server.fail("PATCH", "workflows", DROP, late=True)
        engine.store.commit([Change(uid=uid, nodes=[node("a", "Succeeded")])])
        assert stage.hands.get("wf")["status"]["nodes"]["a"]["phase"] == "Succeeded"
        assert engine.asked() == []

    @pytest.mark.parametrize("status", [429, 500, 503, DROP])
    def test_failures_that_pass_are_got_over(self, stage: Stage, status: int) -> None:
        assert stage.server
        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        (uid,) = engine.workflows
        stage.server.fail("PATCH", "workflows", status, times=2)
        engine.store.commit([Change(uid=uid, status=WorkflowStatus(phase="Running", message="m"))])
        assert stage.hands.get("wf")["status"]["message"] == "m"

    def test_a_cluster_that_is_away_is_waited_for(self, stage: Stage) -> None:
        assert stage.server
        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        (uid,) = engine.workflows
        changes = [Change(uid=uid, status=WorkflowStatus(phase="Running", message="m"))]
        writing = threading.Thread(target=engine.store.commit, args=(changes,))
        with stage.server.away():
            writing.start()
            writing.join(2.5)
            assert writing.is_alive()
        writing.join(20)
        assert stage.hands.get("wf")["status"]["message"] == "m"

    def test_what_is_refused_ends_the_workflow_with_the_reason(self, stage: Stage) -> None:
        assert stage.server
        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        (uid,) = engine.workflows
        stage.server.fail("PATCH", "workflows", 422, reason="Invalid", message="no such field")
        engine.store.commit([Change(uid=uid, nodes=[node("a")])])
        status = stage.hands.get("wf")["status"]
        assert (status["phase"], status["message"]) == ("Error", "no such field")
        assert engine.look() == []

    def test_who_is_not_allowed_to_write_is_told(self, stage: Stage) -> None:
        assert stage.server
        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        (uid,) = engine.workflows
        stage.server.fail("PATCH", "workflows", 403, reason="Forbidden", message="forbidden", times=99)
        with pytest.raises(StoreError, match="forbidden"):
            engine.store.commit([Change(uid=uid, nodes=[node("a")])])

    def test_a_cluster_without_workflows(self, stage: Stage) -> None:
        assert stage.server
        stage.server.fail("GET", "/apis/argoproj.io/v1alpha1$", 404, times=9)
        with pytest.raises(StoreError, match="no matches for kind") as caught:
            stage.store().open()
        assert "argosy install" in caught.value.hint

    def test_a_watch_that_is_too_old_loses_no_edit(self, stage: Stage) -> None:
        assert stage.server
        stage.hands.workflow("wf", RUNNING)
        engine = Engine(stage)
        stage.server.cut_connections()
        stage.hands.edit("wf", spec={"suspend": True})
        stage.server.forget_events()
        engine.wait_for(SuspendRequested())


def test_a_kubeconfig_that_is_none(tmp_path: Path) -> None:
    from argosy.cluster.cluster import Cluster
    from argosy.cluster.connect import Connection

    with pytest.raises(StoreError, match="no cluster can be reached"):
        KubernetesStore(Cluster(Connection(kubeconfig=str(tmp_path / "none")))).get("a", "b")
