"""Daemons: pods that serve those who come after them, and end with the steps or dag that they stand in."""

from __future__ import annotations

from argosy.ports.events import PodReported
from argosy.ports.pods import PodReport
from argosy.testing import Harness

from .manifests import ECHO

SERVER = (
    """
  - name: server
    daemon: true
    container: {image: redis, command: [redis-server]}
  - name: client
    inputs: {parameters: [{name: host}]}
    container: {image: alpine, command: [ping, "{{inputs.parameters.host}}"]}
"""
    + ECHO
)
STEPS = (
    """
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: db, template: server}
    - - {name: use, template: client, arguments: {parameters: [{name: host, value: "{{steps.db.ip}}"}]}}
    - - {name: last, template: echo}
"""
    + SERVER
)
TASKS = (
    """
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: db, template: server}
      - {name: use, depends: db, template: client, arguments: {parameters: [{name: host, value: "{{tasks.db.ip}}"}]}}
      - {name: along, depends: db.Daemoned, template: echo}
      - {name: after, depends: db.Succeeded, template: echo}
"""
    + SERVER
)
RETRIED = STEPS.replace("daemon: true", "daemon: true\n    retryStrategy: {limit: 2}")
LOOP = STEPS.replace("template: server}", "template: server, withItems: [a, b]}").replace("{{steps.db.ip}}", "x")


def ready(run: Harness, name: str, ip: str = "10.0.0.7") -> None:
    """The pod runs, and is ready."""
    run.tell(PodReported(node_id=run.pod(name).request.key.node_id, report=PodReport(phase="Running", pod_ip=ip)))


def test_who_comes_after_a_daemon_begins_once_it_is_ready() -> None:
    run = Harness(STEPS)
    run.start()
    node = run.pod("db").request.key.node_id
    run.tell(PodReported(node_id=node, report=PodReport(phase="Running", ready=False)))
    assert (run.node("db").phase, run.node("db").message) == ("Pending", "it runs, and is not ready yet")
    ready(run, "db")
    assert (run.node("db").phase, run.node("db").daemoned, run.node("db").message) == ("Running", True, "")
    assert run.running == ["db", "use"]
    client = run.pod("use").request.template.container
    assert client is not None
    assert client.command == ["ping", "10.0.0.7"]


def test_it_ends_with_the_steps_it_stands_in_and_has_succeeded() -> None:
    run = Harness(STEPS)
    run.start()
    ready(run, "db")
    run.pod("use").succeed()
    assert run.running == ["db", "last"]
    run.pod("last").succeed()
    assert run.stopped == ["db"]
    assert (run.node("db").phase, run.node("db").daemoned) == ("Succeeded", None)
    assert run.phase == "Succeeded"


def test_it_ends_with_steps_that_fail() -> None:
    run = Harness(STEPS)
    run.start()
    ready(run, "db")
    run.pod("use").fail()
    assert (run.stopped, run.node("db").phase, run.phase) == (["db"], "Succeeded", "Failed")


def test_one_that_ends_by_itself_has_failed() -> None:
    run = Harness(STEPS)
    run.start()
    run.pod("db").succeed()
    assert (run.node("db").phase, run.node("db").message) == ("Failed", "the daemon ended by itself")
    assert run.phase == "Failed"


def test_steps_go_on_without_one_that_ends_after_it_was_ready() -> None:
    run = Harness(STEPS)
    run.start()
    ready(run, "db")
    run.pod("db").fail()
    run.pod("use").succeed()
    run.pod("last").succeed()
    assert (run.node("db").phase, run.phase) == ("Failed", "Succeeded")


def test_tasks_tell_daemoned_from_succeeded() -> None:
    run = Harness(TASKS)
    run.start()
    ready(run, "db")
    assert sorted(run.running) == ["along", "db", "use"]
    assert run.node("after").phase == "Omitted"
    run.pod("use").succeed()
    run.pod("along").succeed()
    assert (run.stopped, run.phase) == (["db"], "Succeeded")


def test_a_daemon_that_is_the_whole_workflow_serves_nobody() -> None:
    run = Harness(STEPS.replace("entrypoint: main", "entrypoint: server"))
    run.start()
    ready(run, "wf")
    assert (run.stopped, run.phase) == (["wf"], "Succeeded")


def test_a_retry_around_a_daemon_is_one_too() -> None:
    run = Harness(RETRIED)
    run.start()
    run.pod("db(0)").fail()
    ready(run, "db(1)")
    assert (run.node("db").type, run.node("db").daemoned) == ("Retry", True)
    assert run.running == ["db(1)", "use"]
    run.pod("db(1)").fail()
    assert run.running == ["use", "db(2)"]
    ready(run, "db(2)")
    run.pod("use").succeed()
    run.pod("last").succeed()
    assert run.stopped == ["db(2)"]
    assert [run.node(name).phase for name in ("db", "db(0)", "db(1)", "db(2)")] == [
        "Succeeded",
        "Failed",
        "Failed",
        "Succeeded",
    ]
    assert run.phase == "Succeeded"


def test_a_loop_of_daemons() -> None:
    for text in (LOOP, TASKS.replace("db, template: server}", "db, template: server, withItems: [a, b]}")):
        run = Harness(
            text.replace("{{tasks.db.ip}}", "x")
            .replace("db.Daemoned", "db")
            .replace("depends: db.Succeeded", "depends: use")
        )
        run.start()
        ready(run, "db(0:a)")
        assert run.running == ["db(0:a)", "db(1:b)"]
        ready(run, "db(1:b)")
        while run.phase == "Running":
            run.pod(next(name for name in run.running if not name.startswith("db"))).succeed()
        assert (sorted(run.stopped), run.phase) == (["db(0:a)", "db(1:b)"], "Succeeded")


def test_a_stop_ends_what_it_serves_and_then_the_daemon() -> None:
    run = Harness(STEPS)
    run.start()
    ready(run, "db")
    run.stop()
    assert [run.node(name).phase for name in ("db", "use")] == ["Succeeded", "Failed"]
    assert run.phase == "Failed"


def test_the_deadline_of_the_workflow_ends_what_it_serves_and_then_the_daemon() -> None:
    run = Harness(STEPS.replace("entrypoint: main", "entrypoint: main\n  activeDeadlineSeconds: 60"))
    run.start()
    ready(run, "db")
    run.advance(61)
    assert [run.node(name).phase for name in ("db", "use")] == ["Succeeded", "Failed"]


def test_failing_fast_does_not_wait_for_a_daemon() -> None:
    run = Harness(STEPS.replace("  - name: main\n", "  - name: main\n    failFast: true\n"))
    run.start()
    ready(run, "db")
    run.pod("use").fail()
    assert (run.node("db").phase, run.phase) == ("Succeeded", "Failed")


def test_hooks_of_a_daemon_run_beside_it() -> None:
    hook = 'template: server, hooks: {up: {template: echo, expression: steps.db.status == "Running"}}}'
    run = Harness(STEPS.replace("template: server}", hook))
    run.start()
    ready(run, "db")
    assert run.running == ["db", "db.hooks.up"]
    run.pod("db.hooks.up").succeed()
    assert run.running == ["db", "use"]


def test_the_lock_of_a_daemon_is_free_once_it_is_ready() -> None:
    lock = "synchronization: {mutexes: [{name: m}]}\n    container"
    run = Harness(
        STEPS.replace("container: {image: alpine", f"{lock}: {{image: alpine").replace(
            "daemon: true", "daemon: true\n    synchronization: {mutexes: [{name: m}]}"
        )
    )
    run.start()
    ready(run, "db")
    assert run.running == ["db", "use"]


def test_daemons_in_templates_that_call_templates() -> None:
    text = """
spec:
  entrypoint: top
  templates:
  - name: top
    steps:
    - - {name: inner, template: main}
    - - {name: after, template: echo}
"""
    run = Harness(text + STEPS.partition("templates:\n")[2])
    run.start()
    ready(run, "db")
    run.pod("use").succeed()
    run.pod("last").succeed()
    assert (run.stopped, run.running) == (["db"], ["after"])


def test_daemons_take_no_room_from_those_they_serve() -> None:
    for where in ("entrypoint: main", "name: main"):
        indent = "  " if where.startswith("entry") else "    "
        run = Harness(STEPS.replace(where, f"{where}\n{indent}parallelism: 1", 1))
        run.start()
        ready(run, "db")
        assert run.running == ["db", "use"]


def test_a_loop_of_daemons_with_exit_handlers_ends_with_its_workflow() -> None:
    task = "db, template: server, onExit: echo, withItems: [a, b]}"
    run = Harness(TASKS.replace("db, template: server}", task).replace("{{tasks.db.ip}}", "x"))
    run.start()
    ready(run, "db(1:b)")
    run.pod("db(0:a)").fail()
    run.terminate()
    assert (run.node("db(1:b)").phase, run.phase) == ("Succeeded", "Failed")


def test_a_daemon_that_is_a_hook_serves_nobody() -> None:
    run = Harness(STEPS.replace("- - {name: last, template: echo}", "- - {name: last, template: echo, onExit: server}"))
    run.start()
    ready(run, "db")
    run.pod("use").succeed()
    run.pod("last").succeed()
    ready(run, "last.onExit")
    assert (run.node("last.onExit").phase, run.phase) == ("Succeeded", "Succeeded")


def test_a_stopped_workflow_whose_exit_handlers_still_run_keeps_its_daemons() -> None:
    run = Harness(
        TASKS.replace("{name: along, depends: db.Daemoned,", "{name: along, depends: db.Daemoned, onExit: echo,")
    )
    run.start()
    ready(run, "db")
    run.stop()
    assert (run.running, run.node("db").daemoned) == (["db", "along.onExit"], True)
    run.pod("along.onExit").succeed()
    assert (run.stopped, run.phase) == (["db"], "Failed")
