"""What is not built yet is refused by its path; what is built, or has no effect here, is not."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from msgspec import Struct

from argosy.model import arguments, kubernetes, locations, meta, policies, spec, template
from argosy.plan import support
from argosy.plan.fidelity import WITHOUT_EFFECT
from argosy.plan.rules import ADVICE, lint
from argosy.plan.snapshot import Shelf, take_snapshot
from argosy.templates import TEMPLATE_TYPES
from tests.plan.manifests import container, manifest, problems, steps, workflow

MODULES = (arguments, kubernetes, locations, meta, policies, spec, template)
TYPES = {
    name: kind
    for module in MODULES
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Struct)
}
CALL = "name: a, template: hello"
USED = [
    (container("volumes: [{name: a, nfs: {}}]"), "", "spec.templates[0].volumes[0].nfs"),
    (
        container("volumes: [{name: a, persistentVolumeClaim: {claimName: b, readOnly: true}}]"),
        "",
        "spec.templates[0].volumes[0].persistentVolumeClaim.readOnly",
    ),
    (
        container("inputs: {artifacts: [{name: a, path: /a, s3: {bucket: b, key: c}}]}"),
        "",
        "spec.templates[0].inputs.artifacts[0].s3.bucket",
    ),
    (
        container("inputs: {artifacts: [{name: a, path: /a, hdfs: {}}]}"),
        "",
        "spec.templates[0].inputs.artifacts[0].hdfs",
    ),
    (
        container("outputs: {artifacts: [{name: a, path: /a, artifactGC: {strategy: OnWorkflowDeletion}}]}"),
        "",
        "spec.templates[0].outputs.artifacts[0].artifactGC",
    ),
    (
        "  - {name: main, container: {image: x, volumeMounts: [{name: a, mountPath: /a, mountPropagation: None}]}}",
        "",
        "spec.templates[0].container.volumeMounts[0].mountPropagation",
    ),
    (
        "  - {name: main, container: {image: x, env: [{name: a, valueFrom: {resourceFieldRef: {resource: b}}}]}}",
        "",
        "spec.templates[0].container.env[0].valueFrom.resourceFieldRef",
    ),
    ("  - {name: main, http: {url: x}}", "", "spec.templates[0].http"),
    ("  - {name: main, plugin: {a: {}}}", "", "spec.templates[0].plugin"),
    ("  - {name: main, data: {}}", "", "spec.templates[0].data"),
    (
        "  - {name: main, resource: {action: create, manifestFrom: {artifact: {name: a}}}}",
        "",
        "spec.templates[0].resource.manifestFrom",
    ),
    (steps("name: a, inline: {data: {}}"), "", "spec.templates[0].steps[0][0].inline.data"),
    (container(), "  templateDefaults: {plugin: {a: {}}}", "spec.templateDefaults.plugin"),
    (container(), "  artifactGC: {strategy: OnWorkflowDeletion}", "spec.artifactGC"),
]


@pytest.mark.parametrize(("templates", "rest", "path"), USED, ids=[row[2] for row in USED])
def test_what_is_not_built_is_refused_by_name(templates: str, rest: str, path: str) -> None:
    found = support.problems(manifest(workflow(templates, spec=rest)))
    assert [(problem.level, problem.message) for problem in found] == [("error", f"not supported yet: {path}")]


BUILT = """kind: Workflow
metadata: {generateName: all-, labels: {a: b}}
spec:
  entrypoint: main
  serviceAccountName: me
  priority: 3
  suspend: false
  onExit: pod
  hooks: {failed: {template: pod, expression: 'workflow.status == "Failed"'}}
  parallelism: 2
  activeDeadlineSeconds: 60
  retryStrategy: {limit: 2, retryPolicy: Always, backoff: {duration: 1s, factor: 2, cap: 3s, maxDuration: 1m}}
  nodeSelector: {disk: fast}
  workflowMetadata: {labels: {a: b}, annotations: {c: d}, labelsFrom: {e: {expression: workflow.name}}}
  templateDefaults: {activeDeadlineSeconds: 3, container: {image: x}}
  arguments: {parameters: [{name: a, value: b, enum: [b], description: c},
    {name: f, valueFrom: {configMapKeyRef: {name: g, key: h}}}]}
  templates:
  - name: main
    failFast: true
    parallelism: 3
    inputs: {parameters: [{name: x, default: "1"}]}
    outputs: {parameters: [{name: o, globalName: p, valueFrom: {parameter: "{{steps.a.status}}", default: d}}]}
    steps:
    - - {name: a, template: dag, when: "{{=1 == 1}}", withItems: [1], continueOn: {failed: true, error: true}}
      - {name: b, templateRef: {name: lib, template: echo, clusterScope: true}}
      - {name: c, inline: {suspend: {duration: 1s}}}
  - name: dag
    dag:
      target: b
      failFast: false
      tasks:
      - {name: a, template: script, withSequence: {count: 3, format: "%d"}, hooks: {exit: {template: pod}}}
      - {name: b, template: wait, depends: a.Failed || a.Succeeded}
  - name: script
    activeDeadlineSeconds: 3
    timeout: 3s
    metadata: {labels: {a: b}}
    tolerations: [{key: a}]
    outputs: {parameters: [{name: o, valueFrom: {path: /o, default: d}}]}
    script:
      image: python
      command: [python]
      source: print(1)
      workingDir: /tmp
      resources: {limits: {cpu: 1}}
      env: [{name: a, value: b}, {name: c, valueFrom: {secretKeyRef: {name: d, key: e, optional: true}}}]
      envFrom: [{prefix: x, configMapRef: {name: d, optional: true}}, {secretRef: {name: e}}]
  - name: wait
    suspend: {duration: 3s}
    outputs: {parameters: [{name: o, valueFrom: {supplied: {}, default: d}}]}
  - name: object
    resource: {action: patch, mergeStrategy: json, manifest: "a: b", flags: [-o], setOwnerReference: true,
      successCondition: a, failureCondition: b}
    outputs: {parameters: [{name: o, valueFrom: {jsonPath: a}}, {name: p, valueFrom: {jqFilter: a}}]}
  - {name: pod, container: {name: c, image: x, args: [a], ports: [{containerPort: 80}], tty: true}}
"""


LIBRARY = "kind: ClusterWorkflowTemplate\nmetadata: {name: lib}\nspec:\n  templates:\n  - {name: echo, suspend: {}}\n"


def test_what_is_built_is_not_refused() -> None:
    assert support.problems(manifest(BUILT)) == []
    assert problems(f"{LIBRARY}---\n{BUILT}") == []


def test_what_the_templates_of_others_ask_for_is_looked_at_too() -> None:
    library = manifest(LIBRARY.replace("suspend: {}", "http: {url: x}"))
    base = manifest(
        LIBRARY.replace("name: lib", "name: base").replace(
            "templates:", "podDisruptionBudget: {}\n  artifactGC: {strategy: Never}\n  templates:"
        )
    )
    taken = manifest(
        """kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: echo
  workflowTemplateRef: {name: base, clusterScope: true}
"""
    )
    own = manifest(workflow(steps("name: a, templateRef: {name: lib, template: echo, clusterScope: true}")))
    found = [support.problems(take_snapshot(each, Shelf([library, base]), {})) for each in (own, taken)]
    assert [[problem.message for problem in problems] for problems in found] == [
        ["not supported yet: http in the template cluster/lib/echo"],
        ["not supported yet: spec.artifactGC"],
    ]


def test_all_that_stands_in_a_manifest_is_looked_at() -> None:
    library = BUILT.replace("kind: Workflow", "kind: WorkflowTemplate").replace(
        "  - name: wait\n", "  - name: wait\n    data: {}\n"
    )
    (found,) = support.problems(manifest(library))
    assert found.path == ("spec", "templates", 3, "data")
    inner = "{entrypoint: a, artifactGC: {strategy: Never}}"
    cron = f"kind: CronWorkflow\nspec: {{schedules: ['* * * * *'], workflowSpec: {inner}}}"
    (found,) = support.problems(manifest(cron))
    assert found.path == ("spec", "workflowSpec", "artifactGC")


def test_lint_only_warns() -> None:
    text = manifest(workflow(container("volumes: [{name: a, nfs: {}}]")))
    assert [(found.level, found.rule) for found in lint(text) if found.rule not in ADVICE] == [
        ("warning", "unsupported")
    ]
    refused = [found for found in lint(text, submitting=True) if found.rule not in ADVICE]
    assert [(found.level, found.rule) for found in refused] == [("error", "unsupported")]


def rows() -> Iterator[tuple[str, str]]:
    """Type and field of every word in the tables."""
    for table in (support.BUILT, WITHOUT_EFFECT):
        yield from ((kind, field) for kind, fields in table.items() for field in fields)


def test_the_tables_name_fields_that_there_are() -> None:
    known = {kind: {field.encode_name for field in msgspec.structs.fields(TYPES[kind])} for kind, _ in rows()}
    assert [(kind, field) for kind, field in rows() if field not in known[kind]] == []


def test_no_field_is_both_built_and_without_effect() -> None:
    assert [kind for kind in WITHOUT_EFFECT if WITHOUT_EFFECT[kind] & support.BUILT[kind]] == []


def test_every_template_type_with_a_handler_is_built() -> None:
    names = {name.replace("_s", "S") for name in TEMPLATE_TYPES}
    assert names <= support.BUILT["Template"]
