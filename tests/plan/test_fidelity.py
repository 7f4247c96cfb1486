"""What has no effect where a workflow runs is said once, in a few lines."""

from __future__ import annotations

from argosy.plan.fidelity import MOST_LINES, render, unhonoured
from tests.plan.manifests import container, manifest, workflow

NOTHING: frozenset[str] = frozenset()
MANY = """
  - {name: a, container: {image: alpine:3.20, resources: {limits: {cpu: 1}}}}
  - {name: b, container: {image: alpine:3.20}, nodeSelector: {disk: fast}}
  - {name: c, script: {image: python, tty: true}, nodeSelector: {disk: slow}, serviceAccountName: me}
  - {name: d, container: {image: alpine:3.20}}
  - {name: main, container: {image: alpine:3.20, imagePullPolicy: Always}}
"""


def said(text: str, *honoured: str) -> list[str]:
    return [str(row) for row in unhonoured(manifest(text), frozenset(honoured))]


def test_images_first_then_field_by_field_with_their_places() -> None:
    assert said(workflow(MANY, spec="  nodeSelector: {a: b}\n  hostNetwork: true")) == [
        "image alpine:3.20: 4 templates (a, b, d, ...)",
        "image python: 1 template (c)",
        "hostNetwork: the workflow",
        "imagePullPolicy: 1 template (main)",
        "nodeSelector: the workflow and 2 templates (b, c)",
        "resources: 1 template (a)",
        "serviceAccountName: 1 template (c)",
        "tty: 1 template (c)",
    ]


def test_what_the_executor_honours_is_not_told() -> None:
    assert said(workflow(MANY), "image", "resources", "serviceAccountName") == [
        "imagePullPolicy: 1 template (main)",
        "nodeSelector: 2 templates (b, c)",
        "tty: 1 template (c)",
    ]
    assert said(workflow(container()), "image") == []


def test_what_is_empty_is_not_told() -> None:
    text = "  - {name: main, container: {image: x, resources: {}, ports: [], securityContext: {}, lifecycle: {}}}"
    assert said(workflow(text, spec="  securityContext: {}\n  affinity: {}")) == ["image x: 1 template (main)"]


def test_inline_templates_count_for_the_template_around_them() -> None:
    text = """
  - {name: main, steps: [[{name: a, inline: {container: {image: x}}}], [{name: b, template: dag}]]}
  - {name: dag, dag: {tasks: [{name: c, inline: {script: {image: z}}}, {name: d, template: other}]}}
  - {name: other, suspend: {}}
"""
    assert said(workflow(text)) == ["image x: 1 template (main)", "image z: 1 template (dag)"]


def test_one_short_block() -> None:
    assert render([]) == ""
    rows = unhonoured(manifest(workflow(MANY)), NOTHING)
    assert render(rows).splitlines() == [str(row) for row in rows]
    many = "".join(
        f"  - {{name: t{n}, container: {{image: 'i:{n:02}'}}, hostAliases: [{{ip: a}}]}}\n" for n in range(20)
    )
    block = render(unhonoured(manifest(workflow(many)), NOTHING)).splitlines()
    assert len(block) == MOST_LINES
    assert block[0] == "image i:00: 1 template (t0)"
    assert block[-1] == "and 14 more: image, hostAliases"


def test_where_the_tries_of_a_retry_run() -> None:
    strategy = "retryStrategy: {affinity: {nodeAntiAffinity: {}}}"
    assert said(workflow(container(strategy), spec=f"  {strategy}"))[1:] == [
        "retryStrategy.affinity: the workflow and 1 template (main)"
    ]


def test_when_a_daemon_is_ready_has_its_effect_everywhere() -> None:
    probed = "{name: main, DAEMON container: {image: x, readinessProbe: {tcpSocket: {port: 1}}}}"
    assert said(workflow(f"  - {probed.replace('DAEMON', 'daemon: true,')}")) == ["image x: 1 template (main)"]
    assert "readinessProbe: 1 template (main)" in said(workflow(f"  - {probed.replace('DAEMON', '')}"))


def test_what_only_argos_own_helper_reads() -> None:
    annotated = 'metadata: {annotations: {workflows.argoproj.io/kill-cmd-side: "[]"}}'
    paused = "container: {image: x, env: [{name: ARGO_DEBUG_PAUSE_AFTER, value: 'true'}]}"
    assert said(workflow(f"  - {{name: main, {annotated}, {paused}}}"))[1:] == [
        "ARGO_DEBUG_PAUSE_...: 1 template (main)",
        "annotation kill-cmd: 1 template (main)",
    ]
