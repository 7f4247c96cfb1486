"""What every store promises: the contract of `argosy.ports.store`, run against each row of the table of stores."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from argosy.errors import AlreadyExists, Conflict, InvalidRequest, NotFound
from argosy.model.arguments import Arguments, Parameter
from argosy.model.meta import ObjectMeta
from argosy.model.spec import WorkflowSpec
from argosy.model.status import NodeStatus, WorkflowStatus
from argosy.model.template import Template
from argosy.model.workflow import Workflow
from argosy.ports.events import ResumeRequested, StopRequested, SuspendRequested
from argosy.ports.store import Change, DeleteRequested, ObjectKey, Store, WorkflowQuery
from argosy.stores import STORES
from tests.contract.stores import opened

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
NOT_OF_A_CLUSTER = {
    "test_of_those_created_at_the_same_time_the_one_that_came_last_is_the_newest": "it counts in seconds",
    "test_removed_nodes_go_first_so_that_a_node_can_begin_anew": "a map has no order there: nodes go by startedAt",
    "test_takes_the_requests_away_that_it_handled": "a request is an edit there (tests/stores/kubernetes)",
    "test_removes_the_workflow_its_labels_nodes_and_requests": "a request is an edit there",
    "test_come_back_in_order_as_they_were": "a request is an edit there",
    "test_can_be_dropped": "a request is an edit there",
    "test_an_id_is_never_used_again": "a request is an edit there",
    "test_keeps_nothing_where_one_workflow_is_gone": "a request is an edit there",
}
"""What a cluster's API can't promise, and so has tests of its own."""


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from opened(request, tmp_path, NOT_OF_A_CLUSTER)


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def workflow(name: str, *, namespace: str = "default", created: datetime = NOON, **parts) -> Workflow:
    meta = ObjectMeta(
        uid=f"uid-{namespace}-{name}",
        name=name,
        namespace=namespace,
        creation_timestamp=created,
        labels=parts.pop("labels", {}),
    )
    return Workflow(api_version="argoproj.io/v1alpha1", kind="Workflow", metadata=meta, **parts)


def uid(name: str) -> str:
    return f"uid-default-{name}"


def node(id_: str, phase: str = "Running", type_: str = "Pod", **more) -> NodeStatus:
    return NodeStatus(id=id_, name=f"wf.{id_}", type=type_, phase=phase, **more)


def names(store: Store, **query) -> list[str]:
    return [item.name for item in store.list(WorkflowQuery(**query)).items]


class TestCreateAndGet:
    def test_gives_back_what_was_put_in(self, store: Store) -> None:
        spec = WorkflowSpec(entrypoint="main", templates=[Template(name="main")], priority=3)
        status = WorkflowStatus(
            phase="Running", started_at=minutes(1), stored_templates={"a": Template(name="a")}, conditions=[]
        )
        put = workflow("a", spec=spec, status=status, labels={"team": "blue"})
        store.create(put)
        assert store.get("default", "a") == put
        assert store.load(uid("a")) == put

    def test_keeps_nodes_in_their_order(self, store: Store) -> None:
        nodes = {id_: node(id_) for id_ in ("z", "a", "m")}
        store.create(workflow("a", status=WorkflowStatus(nodes=nodes)))
        assert list(store.get("default", "a").status.nodes.values()) == list(nodes.values())

    def test_shares_nothing_with_the_caller(self, store: Store) -> None:
        put = workflow("a", labels={"team": "blue"})
        store.create(put)
        put.metadata.labels["team"] = "red"
        store.get("default", "a").metadata.labels["team"] = "green"
        assert store.get("default", "a").metadata.labels == {"team": "blue"}

    def test_says_when_it_was_created_where_the_caller_does_not(self, store: Store) -> None:
        put = workflow("a")
        put.metadata.creation_timestamp = None
        store.create(put)
        (item,) = store.list(WorkflowQuery()).items
        assert abs(datetime.now(UTC) - item.created_at) < timedelta(minutes=1)
        assert store.get("default", "a").metadata.creation_timestamp == item.created_at
        assert put.metadata.creation_timestamp is None

    def test_a_name_is_unique_in_its_namespace(self, store: Store) -> None:
        store.create(workflow("a"))
        store.create(workflow("a", namespace="other"))
        again = workflow("a")
        again.metadata.uid = "another"
        with pytest.raises(AlreadyExists, match=r'workflows\.argoproj\.io "a" already exists'):
            store.create(again)
        with pytest.raises(NotFound):
            store.load("another")

    def test_a_uid_is_unique(self, store: Store) -> None:
        store.create(workflow("a"))
        again = workflow("b")
        again.metadata.uid = uid("a")
        with pytest.raises(AlreadyExists):
            store.create(again)

    def test_what_is_not_there_is_not_found(self, store: Store) -> None:
        with pytest.raises(NotFound, match=r'workflows\.argoproj\.io "a" not found'):
            store.get("default", "a")
        with pytest.raises(NotFound):
            store.load("a")

    def test_latest_is_the_one_created_last(self, store: Store) -> None:
        with pytest.raises(NotFound):
            store.latest("default")
        store.create(workflow("new", created=minutes(2)))
        store.create(workflow("old", created=minutes(1)))
        store.create(workflow("elsewhere", namespace="other", created=minutes(3)))
        assert store.latest("default") == "new"

    def test_of_those_created_at_the_same_time_the_one_that_came_last_is_the_newest(self, store: Store) -> None:
        for name in ("c", "a", "b"):
            store.create(workflow(name))
        assert store.latest("default") == "b"
        assert names(store) == ["b", "a", "c"]


class TestCommit:
    def test_changes_what_it_names_and_nothing_else(self, store: Store) -> None:
        put = workflow("a", spec=WorkflowSpec(entrypoint="main"), labels={"team": "blue"})
        put.status = WorkflowStatus(phase="Running", nodes={"n": node("n")})
        store.create(put)
        store.commit([Change(uid=uid("a"))])
        assert store.load(uid("a")) == put

        status = WorkflowStatus(phase="Succeeded", message="done", finished_at=minutes(9))
        store.commit([Change(uid=uid("a"), status=status)])
        got = store.load(uid("a"))
        assert (got.metadata, got.spec) == (put.metadata, put.spec)
        assert got.status == WorkflowStatus(
            phase="Succeeded", message="done", finished_at=minutes(9), nodes=put.status.nodes
        )

    def test_nodes_are_replaced_whole_and_keep_their_place(self, store: Store) -> None:
        store.create(workflow("a", status=WorkflowStatus(nodes={"x": node("x", message="old"), "y": node("y")})))
        store.commit([Change(uid=uid("a"), nodes=[node("z"), node("x", "Succeeded")])])
        assert [*store.load(uid("a")).status.nodes.values()] == [node("x", "Succeeded"), node("y"), node("z")]

    def test_removed_nodes_go_first_so_that_a_node_can_begin_anew(self, store: Store) -> None:
        store.create(workflow("a", status=WorkflowStatus(nodes={"x": node("x"), "y": node("y"), "z": node("z")})))
        store.commit([Change(uid=uid("a"), removed_nodes=["x", "z", "never"], nodes=[node("x", "Pending")])])
        assert [*store.load(uid("a")).status.nodes.values()] == [node("y"), node("x", "Pending")]

    def test_replaces_metadata_spec_and_templates(self, store: Store) -> None:
        status = WorkflowStatus(stored_templates={"a": Template(name="a")})
        store.create(workflow("a", labels={"team": "blue", "old": "1"}, status=status))
        changed = workflow("a", labels={"team": "red", "new": "1"}, spec=WorkflowSpec(suspend=True, priority=5))
        changed.status = WorkflowStatus(stored_templates={"b": Template(name="b")})
        store.commit(
            [Change(uid=uid("a"), metadata=changed.metadata, spec=changed.spec, status=changed.status)],
        )
        assert store.load(uid("a")) == changed
        assert names(store, label_selector="team=blue") == names(store, label_selector="old") == []
        assert names(store, label_selector="team=red,new") == ["a"]
        (item,) = store.list(WorkflowQuery()).items
        assert (item.suspended, item.priority, item.labels) == (True, 5, {"team": "red", "new": "1"})

    def test_keeps_the_templates_that_a_change_does_not_say(self, store: Store) -> None:
        begun = WorkflowStatus(phase="Running", stored_templates={"a": Template(name="a")})
        store.create(workflow("a", status=begun))
        store.commit([Change(uid=uid("a"), status=WorkflowStatus(phase="Failed", finished_at=minutes(9)))])
        status = store.load(uid("a")).status
        assert (status.phase, status.stored_templates) == ("Failed", begun.stored_templates)

    def test_takes_several_changes_of_several_workflows_in_order(self, store: Store) -> None:
        for name in ("a", "b"):
            store.create(workflow(name))
        store.commit(
            [
                Change(uid=uid("a"), nodes=[node("x", "Pending")]),
                Change(uid=uid("b"), nodes=[node("x")]),
                Change(uid=uid("a"), nodes=[node("x", "Succeeded")]),
            ]
        )
        assert store.load(uid("a")).status.nodes["x"].phase == "Succeeded"
        assert store.load(uid("b")).status.nodes["x"].phase == "Running"

    def test_takes_the_requests_away_that_it_handled(self, store: Store) -> None:
        store.create(workflow("a"))
        first, second = (store.post(uid("a"), SuspendRequested()) for _ in range(2))
        store.commit([Change(uid=uid("a"), handled=[first])])
        assert [request.id for request in store.requests()] == [second]

    def test_keeps_nothing_where_one_workflow_is_gone(self, store: Store) -> None:
        store.create(workflow("a"))
        id_ = store.post(uid("a"), SuspendRequested())
        changes = [Change(uid=uid("a"), nodes=[node("x")], handled=[id_]), Change(uid="gone", nodes=[node("x")])]
        with pytest.raises(NotFound, match="gone"):
            store.commit(changes)
        assert store.load(uid("a")).status.nodes == {}
        assert len(store.requests()) == 1

    def test_keeps_nothing_where_something_cannot_be_written(self, store: Store) -> None:
        store.create(workflow("a"))
        bad = WorkflowStatus(message=object())  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            store.commit([Change(uid=uid("a"), nodes=[node("x")]), Change(uid=uid("a"), status=bad)])
        assert store.load(uid("a")).status.nodes == {}
        store.commit([Change(uid=uid("a"), nodes=[node("y")])])

    def test_an_empty_one_is_allowed(self, store: Store) -> None:
        store.commit([])

    def test_thousands_of_nodes(self, store: Store) -> None:
        store.create(workflow("a"))
        nodes = [node(f"n{number}") for number in range(3000)]
        store.commit([Change(uid=uid("a"), nodes=nodes)])
        assert [*store.load(uid("a")).status.nodes.values()] == nodes


class TestDelete:
    def test_removes_the_workflow_its_labels_nodes_and_requests(self, store: Store) -> None:
        for name in ("a", "b"):
            store.create(workflow(name, labels={"x": "1"}, status=WorkflowStatus(nodes={"n": node("n")})))
            store.post(uid(name), SuspendRequested())
        store.delete(uid("a"))
        assert names(store) == names(store, label_selector="x=1") == ["b"]
        assert [request.workflow_uid for request in store.requests()] == [uid("b")]
        with pytest.raises(NotFound):
            store.get("default", "a")
        with pytest.raises(NotFound):
            store.commit([Change(uid=uid("a"), nodes=[node("n")])])

    def test_twice_is_safe_and_the_name_is_free_again(self, store: Store) -> None:
        store.create(workflow("a", status=WorkflowStatus(nodes={"n": node("n")})))
        store.delete(uid("a"))
        store.delete(uid("a"))
        store.create(workflow("a"))
        assert store.get("default", "a").status.nodes == {}


class TestRequests:
    def test_come_back_in_order_as_they_were(self, store: Store) -> None:
        posted = [
            SuspendRequested(),
            ResumeRequested(node_field_selector="displayName=approve"),
            StopRequested(message="enough"),
            DeleteRequested(),
        ]
        ids = [store.post("some", request) for request in posted]
        assert [tuple(got) for got in store.requests()] == list(zip(ids, ["some"] * len(posted), posted, strict=True))

    def test_can_be_dropped(self, store: Store) -> None:
        ids = [store.post("some", SuspendRequested()) for _ in range(3)]
        store.drop_requests([ids[0], ids[2], 9999])
        store.drop_requests([])
        assert [request.id for request in store.requests()] == [ids[1]]

    def test_an_id_is_never_used_again(self, store: Store) -> None:
        old = store.post("some", SuspendRequested())
        store.drop_requests([old])
        assert store.post("some", SuspendRequested()) > old


class TestList:
    def test_a_summary_shows_what_is_known(self, store: Store) -> None:
        arguments = Arguments(parameters=[Parameter(name="n", value="1"), Parameter(name="later")])
        status = WorkflowStatus(
            phase="Failed", message="no", progress="1/2", started_at=minutes(1), finished_at=minutes(2)
        )
        spec = WorkflowSpec(arguments=arguments, priority=7, suspend=True)
        store.create(workflow("a", spec=spec, status=status, labels={"k": "v"}))
        (item,) = store.list(WorkflowQuery()).items
        assert (item.uid, item.namespace, item.name) == (uid("a"), "default", "a")
        assert (item.phase, item.message, item.progress) == ("Failed", "no", "1/2")
        assert (item.created_at, item.started_at, item.finished_at) == (NOON, minutes(1), minutes(2))
        assert (item.labels, item.priority, item.parameters) == ({"k": "v"}, 7, {"n": "1"})
        assert not item.suspended  # what is finished is not

    def test_pods_are_counted_while_the_workflow_runs(self, store: Store) -> None:
        nodes = [node("a"), node("b"), node("c", "Succeeded"), node("d", type_="DAG"), node("e", type_="Suspend")]
        for phase in ("Running", "Succeeded"):
            status = WorkflowStatus(phase=phase, nodes={n.id: n for n in nodes})
            store.create(workflow(phase.lower(), status=status))
        finished, running = store.list(WorkflowQuery()).items
        assert (running.pods, running.suspended) == ({"Running": 2, "Succeeded": 1}, True)
        assert (finished.pods, finished.suspended) == ({}, False)
        store.commit([Change(uid=uid("running"), nodes=[node("a", "Failed"), node("e", "Succeeded", "Suspend")])])
        _, running = store.list(WorkflowQuery()).items
        assert (running.pods, running.suspended) == ({"Running": 1, "Succeeded": 1, "Failed": 1}, False)

    def test_filters(self, store: Store) -> None:
        for number, (namespace, phase) in enumerate(
            [("one", ""), ("one", "Running"), ("one", "Succeeded"), ("two", "Running"), ("two", "Failed")]
        ):
            finished = minutes(number + 10) if phase in ("Succeeded", "Failed") else None
            status = WorkflowStatus(phase=phase, finished_at=finished)
            name = f"{phase.lower() or 'new'}-{number}"
            store.create(workflow(name, namespace=namespace, created=minutes(number), status=status))
        assert names(store) == ["failed-4", "running-3", "succeeded-2", "running-1", "new-0"]
        assert names(store, namespace="one") == ["succeeded-2", "running-1", "new-0"]
        assert names(store, namespace="three") == []
        assert names(store, phases=["Running"]) == ["running-3", "running-1"]
        assert names(store, phases=["", "Failed", "Running"]) == ["failed-4", "running-3", "running-1", "new-0"]
        assert names(store, phases=["Running", "Running"], namespace="two") == ["running-3"]
        assert names(store, name_prefix="running") == ["running-3", "running-1"]
        assert names(store, name_prefix="%") == names(store, name_prefix="_") == names(store, name_prefix="R") == []
        assert names(store, created_after=minutes(2)) == ["failed-4", "running-3"]
        assert names(store, finished_before=minutes(14)) == ["succeeded-2"]

    @pytest.mark.parametrize(
        ("selector", "wanted"),
        [
            ("", "abcd"),
            ("team=blue", "ab"),
            ("team==blue", "ab"),
            ("team!=blue", "cd"),
            ("team in (blue, red)", "abc"),
            ("team notin (blue)", "cd"),
            ("team", "abc"),
            ("!team", "d"),
            ("team=blue,size=big", "a"),
            ("team in (blue,red),size!=big", "bc"),
            ("size,team=red", "c"),
            ("!size,team=blue", "b"),
            ("example.com/odd-key=v.1_x", "d"),
            ("team=green", ""),
            ("empty=", "d"),
            ("count>9", "ab"),
            ("count<100", "b"),
            ("count>0,team=blue", "ab"),
        ],
    )
    def test_label_selectors(self, store: Store, selector: str, wanted: str) -> None:
        every: dict[str, dict[str, str]] = {
            "a": {"team": "blue", "size": "big", "count": "100"},
            "b": {"team": "blue", "count": "10"},
            "c": {"team": "red", "size": "small", "count": "many"},
            "d": {"example.com/odd-key": "v.1_x", "empty": ""},
        }
        for number, (name, labels) in enumerate(every.items()):
            store.create(workflow(name, labels=labels, created=minutes(-number)))
        assert "".join(names(store, label_selector=selector)) == wanted
        assert "".join(names(store, label_selector=selector, phases=[""], namespace="default")) == wanted
        assert names(store, label_selector=selector, phases=["Failed"]) == []

    def test_what_is_no_selector_and_no_token_is_refused(self, store: Store) -> None:
        for query in (WorkflowQuery(label_selector="a=b=c"), WorkflowQuery(continue_="nonsense")):
            with pytest.raises(InvalidRequest):
                store.list(query)

    def test_unfinished_are_those_to_take_up_oldest_first(self, store: Store) -> None:
        for number, phase in enumerate(["Running", "Succeeded", "", "Failed", "Pending", "Error"]):
            status = WorkflowStatus(phase=phase)
            store.create(workflow(f"{phase.lower()}x", created=minutes(-number), status=status))
        assert store.unfinished() == [uid("pendingx"), uid("x"), uid("runningx")]
        store.commit([Change(uid=uid("x"), status=WorkflowStatus(phase="Error"))])
        assert store.unfinished() == [uid("pendingx"), uid("runningx")]


QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "namespace": st.sampled_from(["one", "two"]),
        "phases": st.lists(st.sampled_from(["", "Running", "Failed"]), max_size=3),
        "label_selector": st.sampled_from(["k=0", "k in (0,1)", "k in (2),!other", "k!=1", "k", "!k", "k=0,other=x"]),
        "name_prefix": st.sampled_from(["a", "b"]),
    },
)
ROWS = st.tuples(
    st.sampled_from(["one", "two"]),
    st.sampled_from("ab"),
    st.integers(0, 4),
    st.sampled_from(["", "Running", "Failed"]),
    st.dictionaries(st.sampled_from(["k", "other"]), st.sampled_from(["0", "1", "2", "x"])),
)


class TestPages:
    """A fresh store for each example would take most of the time, so all examples of a test share one."""

    def fill(self, store: Store, rows: list[tuple[str, str, int, str, dict[str, str]]], from_: int = 0) -> None:
        for number, (namespace, prefix, minute, phase, labels) in enumerate(rows, from_):
            row = workflow(f"{prefix}{number}", namespace=namespace, created=minutes(minute), labels=labels)
            row.status = WorkflowStatus(phase=phase)
            store.create(row)

    def clear(self, store: Store) -> None:
        for item in store.list(WorkflowQuery()).items:
            store.delete(item.uid)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(rows=st.lists(ROWS, max_size=12), query=QUERIES, limit=st.integers(1, 5))
    def test_put_together_are_the_list(self, store: Store, rows, query, limit: int) -> None:
        self.clear(store)
        self.fill(store, rows)
        whole = store.list(WorkflowQuery(**query))
        assert whole.continue_ == ""
        found, token, late = [], "", 100
        while True:
            page = store.list(WorkflowQuery(**query, limit=limit, continue_=token))
            found += page.items
            assert len(page.items) == limit or not page.continue_
            if not page.continue_:
                break
            token, late = page.continue_, late + 1
            newer = [("one", "a", late, "Running", {"k": "0"})]  # what comes while one reads is on no later page
            self.fill(store, newer, from_=late)
        assert found == whole.items

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(rows=st.lists(ROWS, max_size=12), query=QUERIES)
    def test_are_what_a_plain_filter_finds(self, store: Store, rows, query) -> None:
        self.clear(store)
        self.fill(store, rows)
        with_all = store.list(WorkflowQuery()).items
        assert with_all == sorted(with_all, key=lambda item: item.created_at, reverse=True)
        query.pop("label_selector", None)
        wanted = [
            item
            for item in with_all
            if query.get("namespace") in (None, item.namespace)
            and (not query.get("phases") or item.phase in query["phases"])
            and item.name.startswith(query.get("name_prefix", ""))
        ]
        assert store.list(WorkflowQuery(**query)).items == wanted

    def test_survive_that_their_last_row_goes(self, store: Store) -> None:
        self.fill(store, [("default", "a", minute, "", {}) for minute in range(4)])
        page = store.list(WorkflowQuery(limit=2))
        store.delete(page.items[-1].uid)
        assert names(store, limit=2, continue_=page.continue_) == ["a1", "a0"]


class TestVersion:
    def test_is_another_one_after_every_kind_of_commit(self, store: Store) -> None:
        seen = [store.version()]

        def changed() -> bool:
            seen.append(store.version())
            return seen[-1] not in seen[:-1]

        store.create(workflow("a"))
        assert changed()
        store.commit([Change(uid=uid("a"), nodes=[node("x")])])
        assert changed()
        ids = [store.post(uid("a"), SuspendRequested())]
        assert changed()
        store.drop_requests(ids)
        assert changed()
        store.objects.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}})
        assert changed()
        store.delete(uid("a"))
        assert changed()

    def test_stays_while_nothing_is_written(self, store: Store) -> None:
        store.create(workflow("a"))
        before = store.version()
        store.get("default", "a")
        names(store)
        store.requests()
        assert store.version() == before


def config_map(name: str, namespace: str = "default", **data: str) -> dict:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data}


def key(name: str, namespace: str = "default") -> ObjectKey:
    return ObjectKey("v1", "ConfigMap", namespace, name)


class TestObjects:
    def test_creating_sets_what_the_store_knows(self, store: Store) -> None:
        put = config_map("a", x="1")
        got = store.objects.create(put)
        meta = got["metadata"]
        assert datetime.strptime(meta["creationTimestamp"], "%Y-%m-%dT%H:%M:%SZ")
        assert len(meta["uid"]) == 36
        assert int(meta["resourceVersion"]) > 0
        assert got == {**put, "metadata": {**put["metadata"], **meta}}
        assert put == config_map("a", x="1")
        assert store.objects.get(key("a")) == got

    def test_a_name_is_unique_for_its_kind_and_namespace(self, store: Store) -> None:
        store.objects.create(config_map("a"))
        store.objects.create(config_map("a", "other"))
        store.objects.create({**config_map("a"), "kind": "Secret"})
        with pytest.raises(AlreadyExists, match='configmaps "a" already exists'):
            store.objects.create(config_map("a"))

    def test_lists_by_namespace_and_name(self, store: Store) -> None:
        for name, namespace in [("b", "x"), ("a", "y"), ("c", "x")]:
            store.objects.create(config_map(name, namespace))
        store.objects.create({"apiVersion": "argoproj.io/v1alpha1", "kind": "ConfigMap", "metadata": {"name": "z"}})

        def found(namespace: str | None) -> str:
            return "".join(data["metadata"]["name"] for data in store.objects.list("v1", "ConfigMap", namespace))

        assert (found(None), found("x"), found("z")) == ("bca", "bc", "")

    def test_replacing_keeps_who_it_is(self, store: Store) -> None:
        first = store.objects.create(config_map("a", x="1"))
        second = store.objects.replace(config_map("a", x="2"))
        assert second["data"] == {"x": "2"}
        for field in ("uid", "creationTimestamp"):
            assert second["metadata"][field] == first["metadata"][field]
        assert int(second["metadata"]["resourceVersion"]) > int(first["metadata"]["resourceVersion"])
        assert store.objects.get(key("a")) == second

    def test_replacing_what_has_changed_since_it_was_read_is_a_conflict(self, store: Store) -> None:
        first = store.objects.create(config_map("a", x="1"))
        second = store.objects.replace({**first, "data": {"x": "2"}})
        with pytest.raises(Conflict, match="the object has been modified"):
            store.objects.replace({**first, "data": {"x": "3"}})
        assert store.objects.get(key("a")) == second

    def test_what_is_not_there_is_not_found(self, store: Store) -> None:
        absent = ObjectKey("argoproj.io/v1alpha1", "WorkflowTemplate", "default", "a")
        with pytest.raises(NotFound, match=r'workflowtemplates\.argoproj\.io "a" not found'):
            store.objects.get(absent)
        with pytest.raises(NotFound):
            store.objects.delete(key("a"))
        with pytest.raises(NotFound):
            store.objects.replace(config_map("a"))

    def test_deleting_gives_what_it_was(self, store: Store) -> None:
        put = store.objects.create(config_map("a"))
        assert store.objects.delete(key("a")) == put
        again = store.objects.create(config_map("a"))
        assert again["metadata"]["uid"] != put["metadata"]["uid"]
        assert int(again["metadata"]["resourceVersion"]) > int(put["metadata"]["resourceVersion"])

    @pytest.mark.parametrize("data", [{}, {"metadata": {"name": "a"}}, {**config_map("a"), "metadata": None}])
    def test_what_has_no_name_or_kind_is_refused(self, store: Store, data: dict) -> None:
        with pytest.raises(InvalidRequest):
            store.objects.create(data)


class TestThreads:
    def test_any_thread_may_read_and_write(self, store: Store) -> None:
        store.create(workflow("a"))
        errors: list[Exception] = []

        def work(number: int) -> None:
            try:
                for step in range(20):
                    store.commit([Change(uid=uid("a"), nodes=[node(f"n{number}-{step}")])])
                    assert f"n{number}-{step}" in store.load(uid("a")).status.nodes
                    store.version()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert len(store.load(uid("a")).status.nodes) == 80

    def test_closing_twice_is_safe(self, store: Store) -> None:
        store.close()
