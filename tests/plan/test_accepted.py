"""What Argo accepts is no error here, however odd it looks."""

from __future__ import annotations

import pytest

from tests.plan.manifests import ECHO, HELLO, container, lines, steps, tasks, workflow

PIPELINE = """
  - name: main
    inputs: {parameters: [{name: target, default: b}, {name: kind, default: x}]}
    dag:
      target: "a {{inputs.parameters.target}}"
      tasks:
      - {name: "run-{{inputs.parameters.kind}}", template: hello}
      - {name: a, template: hello}
      - {name: b, template: hello, depends: "a.Succeeded || (a.Failed && !a.Daemoned)"}
      - {name: c, template: echo, depends: loop.AnySucceeded, arguments: {parameters: [{name: message, value: x}]}}
      - {name: loop, template: hello, withSequence: {count: "3"}}
"""
ACCEPTED = {
    "task names that begin with a digit and wait for nothing": tasks("name: 5a, template: hello") + HELLO,
    "tags in the names of tasks and in targets": PIPELINE + ECHO + HELLO,
    "tags in the names of steps and of arguments": steps(
        "name: 'run-{{workflow.name}}', template: echo, arguments: {parameters: [{name: message, value: a}]}",
        "name: b, template: echo, "
        "arguments: {parameters: [{name: message, value: a}, {name: '{{workflow.name}}', value: b}]}",
    )
    + ECHO,
    "a script without source, an image with a tag in it": "  - {name: main, script: {image: 'x:{{workflow.name}}'}}",
    "tags of others": container("metadata: {annotations: {a: '{{ .Values.x }} {{user.name}}'}}"),
    "a deadline that comes as a parameter": container(
        "inputs: {parameters: [{name: d, default: '3'}]}, activeDeadlineSeconds: '{{inputs.parameters.d}}'"
    ),
    "a timeout that comes as a parameter": container(
        "inputs: {parameters: [{name: d, default: 3s}]}, timeout: '{{inputs.parameters.d}}'"
    ),
    "an argument from a ConfigMap": steps(
        "name: a, template: echo, "
        "arguments: {parameters: [{name: message, valueFrom: {configMapKeyRef: {name: c, key: k}}}]}"
    )
    + ECHO,
    "an input from a ConfigMap": container(
        "inputs: {parameters: [{name: a, valueFrom: {configMapKeyRef: {name: c, key: k}}}]}"
    ),
    "an optional artifact that nobody gives": container("inputs: {artifacts: [{name: a, path: /a, optional: true}]}"),
    "a manifest with tags outside of quotes": "  - name: main\n    inputs: {parameters: [{name: x, default: '3'}]}\n"
    "    resource: {action: create, manifest: 'a: {{inputs.parameters.x}}\n\n"
    "      b: {{=1 + 1}}\n\n      ---\n\n      ['}",
    "a resource that is only looked at": "  - {name: main, resource: {action: get}}",
    "an action that comes as a parameter": container("daemon: true").replace(
        "container: {image: alpine}", "resource: {action: '{{workflow.name}}', manifest: 'a: b'}"
    ),
    "a template that calls itself": steps("name: a, template: main, when: 'false'"),
    "durations with and without units": "  - {name: main, suspend: {duration: '{{workflow.name}}'}}\n"
    "  - {name: a, suspend: {duration: '20'}}\n  - {name: b, suspend: {duration: 1h30m}}",
    "retries": container("retryStrategy: {limit: '2', retryPolicy: Always, backoff: {duration: '1', cap: 3m}}"),
    "a limit that comes as a parameter": container("retryStrategy: {limit: '{{workflow.name}}'}"),
    "inputs and outputs that are fine": container(
        "inputs: {artifacts: [{name: a, path: /a/../a/b, git: {repo: r}}, "
        "{name: b, path: /b/c/../c/d/, http: {url: u}}]}, "
        "outputs: {artifacts: [{name: a, path: /x, globalName: '{{workflow.name}}'}], "
        "parameters: [{name: b, value: '1'}, {name: c, valueFrom: {path: /p, default: d}, globalName: c}]}"
    ),
    "outputs that somebody supplies": "  - name: main\n    suspend: {}\n"
    "    outputs: {parameters: [{name: a, valueFrom: {supplied: {}}}]}",
    "metrics": container(
        "metrics: {prometheus: [{name: a_b, help: x, labels: [{key: c, value: d}], "
        "gauge: {realtime: true, value: '1'}}, {name: e, help: x, counter: {value: '1'}}]}"
    ),
    "pod resources": container("podResources: {limits: {cpu: 1, hugepages-2Mi: 2Mi}}, resourceClaims: [{name: a}]"),
    "claims for any kind of pod": "  - {name: main, script: {image: x}, resourceClaims: [{name: a}]}",
    "sets of containers": "  - name: main\n    containerSet: {volumeMounts: [{name: a, mountPath: /a}], containers: "
    "[{name: main, image: x}, {name: b, image: x, dependencies: [main]}]}\n    outputs: {parameters: [{name: a, "
    "valueFrom: {path: /a}}]}",
    "hooks": steps(
        "name: a, template: hello, onExit: hello, hooks: {exit: {template: hello}, running: {template: hello, "
        "expression: 'true'}}"
    )
    + HELLO,
    "a hook with a template that comes as a parameter": steps("name: a, template: hello, onExit: '{{workflow.name}}'")
    + HELLO,
    "conditions": steps("name: a, template: hello, when: 'a == b'", "name: b, template: hello, when: '{{item}} =='")
    + HELLO,
    "loops": steps("name: a, template: hello, withItems: [1]", "name: b, template: hello, withSequence: {end: 3}")
    + HELLO,
}


@pytest.mark.parametrize("templates", ACCEPTED.values(), ids=list(ACCEPTED))
def test_no_problem(templates: str) -> None:
    assert lines(workflow(templates)) == []


@pytest.mark.parametrize(
    "spec",
    [
        "  podGC: {strategy: OnPodSuccess, labelSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]}}",
        "  podGC: {labelSelector: {matchExpressions: [{key: a, operator: DoesNotExist}]}}",
        "  podResources: {limits: {memory: 1Gi}}",
        "  hooks: {exit: {template: main}, late: {template: main, expression: 'true'}}",
        "  onExit: main",
        "  retryStrategy: {limit: 3}",
        "  arguments: {parameters: [{name: a, value: one, enum: [one, two]}, {name: b, valueFrom: {event: x}}]}",
        "  arguments: {parameters: [{name: a, value: '{{workflow.name}}', enum: [one, two]}]}",
        "  arguments: {artifacts: [{name: a, s3: {key: k}}, {name: b, hdfs: {addresses: [x]}}, {name: c, raw: {}}]}",
    ],
)
def test_no_problem_in_the_specification(spec: str) -> None:
    assert lines(workflow(container(), spec=spec)) == []


def test_images_may_come_from_the_defaults() -> None:
    text = "  - {name: main, container: {command: [x]}}\n  - {name: s, script: {source: x}}"
    defaults = "  templateDefaults: {container: {image: x}, script: {image: z}}"
    assert lines(workflow(text, spec=defaults)) == []
