"""Manifests that break rules, family by family, with the one thing that is found in each."""

from __future__ import annotations

from tests.plan.manifests import ECHO, HELLO, container, steps, tasks, workflow

ARGUMENTS = "arguments: {parameters: [{name: message, value: %s}]}"
CRON = (
    "kind: CronWorkflow\nmetadata: {name: c}\nspec:\n  %s\n  workflowSpec:\n    entrypoint: main\n    templates: [%s]"
)
MAIN = "{name: main, container: {image: alpine}}"
NAME_RULE = (
    "name must consist of alpha-numeric characters or '-', and must start with an alpha-numeric character "
    "(e.g. My-name1-2, 123-NAME)"
)
PARAMETER_RULE = (
    "Parameter/Artifact name must consist of alpha-numeric characters, '_' or '-' e.g. my_param_1, MY-PARAM-1"
)
TYPES = "give it one of: container, script, steps, dag, suspend, resource, containerSet, data, http, plugin"
CHOICES = "container, containerSet, steps, script, resource, dag, suspend, template, template ref"
IMAGE_HINT = "name the image, even where the host's own programs will run"
INPUT_HINT = "write it under arguments, or give inputs.parameters.message a default"


def call(name: str, value: str = "x", more: str = "") -> str:
    """A step or task that calls `echo` with a message."""
    return f"name: {name}, template: echo, {ARGUMENTS % repr(value)}{more and ', '}{more}"


BROKEN: dict[str, list[tuple[str, str]]] = {
    "objects": [
        (
            workflow(container(), spec="").replace("name: wf", f"name: {'a' * 70}"),
            f'metadata.name: workflow name "{"a" * 70}" must not be more than 63 characters long (currently 70)',
        ),
        (
            CRON % ("schedules: []", MAIN),
            'spec: cron workflow must have at least one schedule (write schedules: ["0 * * * *"])',
        ),
        (
            CRON % ("schedules: ['* * * *']", MAIN),
            "spec.schedules[0]: cron schedule * * * * is malformed: expected exactly 5 fields, found 4: [* * * *]",
        ),
        (
            CRON % ("schedules: ['61 * * * *']", MAIN),
            "spec.schedules[0]: cron schedule 61 * * * * is malformed: end of range (61) above maximum (59): 61",
        ),
        (CRON % ("schedules: ['']", MAIN), "spec.schedules[0]: cron schedule  is malformed: empty spec string"),
        (
            CRON % ("schedules: ['@daily', 'CRON_TZ=UTC 0 1 * * *']\n  concurrencyPolicy: Forbit", MAIN),
            "spec.concurrencyPolicy: 'Forbit' is not a valid concurrencyPolicy (did you mean 'Forbid'?)",
        ),
        (
            CRON % ("schedules: ['0 1 * * *']\n  startingDeadlineSeconds: -1", MAIN),
            "spec.startingDeadlineSeconds: startingDeadlineSeconds must be positive",
        ),
        (
            workflow(container(), spec="  podGC: {strategy: Foo}"),
            "spec.podGC.strategy: podGC.strategy unknown strategy 'Foo' (there are: OnPodCompletion, OnPodSuccess, "
            "OnWorkflowCompletion, OnWorkflowSuccess)",
        ),
        (
            workflow(container(), spec="  podGC: {labelSelector: {matchExpressions: [{key: a, operator: Is}]}}"),
            'spec.podGC.labelSelector: podGC.labelSelector invalid: "Is" is not a valid label selector operator',
        ),
        (
            workflow(container(), spec="  podGC: {labelSelector: {matchExpressions: [{key: a, operator: In}]}}"),
            "spec.podGC.labelSelector: podGC.labelSelector invalid: values: Invalid value: []: for 'in', 'notin' "
            "operators, values set can't be empty",
        ),
        (
            workflow(
                container(),
                spec="  podGC: {labelSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}",
            ),
            "spec.podGC.labelSelector: podGC.labelSelector invalid: values: Invalid value: for 'exists', 'does not "
            "exist' operators, values set must be empty",
        ),
    ],
    "names": [
        (workflow(container() + HELLO + HELLO), "spec.templates[2].name: spec.templates[2].name 'hello' is not unique"),
        (
            workflow(container() + "\n  - {container: {image: alpine}}"),
            "spec.templates[1].name: spec.templates[1].name is required",
        ),
        (
            workflow(container() + HELLO.replace("hello\n", "he.llo\n")),
            f"spec.templates[1].name: spec.templates[1].name: 'he.llo' is invalid: {NAME_RULE}",
        ),
        (
            workflow(container() + HELLO.replace("hello\n", "h" * 129 + "\n")),
            f"spec.templates[1].name: spec.templates[1].name: '{'h' * 129}' is invalid: must be no more than 128 bytes",
        ),
        (
            workflow(container("inputs: {parameters: [{name: 'a b', default: x}]}")),
            "~.inputs.parameters[0].name: templates.main.inputs.parameters[0].name: 'a b' is invalid: "
            + PARAMETER_RULE,
        ),
        (
            workflow(container("outputs: {artifacts: [{name: a, path: /a}, {name: a, path: /b}]}")),
            "~.outputs.artifacts[1].name: templates.main.outputs.artifacts [1].name 'a' is not unique",
        ),
        (
            workflow(steps("name: a, template: hello", "name: a, template: hello") + HELLO),
            "~.steps[1][0].name: templates.main.steps[1].name 'a' is not unique",
        ),
        (
            workflow(steps("template: hello") + HELLO),
            "~.steps[0][0].name: templates.main.steps[0].name is required",
        ),
        (
            workflow(steps("name: a.b, template: hello") + HELLO),
            f"~.steps[0][0].name: templates.main.steps[0].name 'a.b' is invalid: {NAME_RULE}",
        ),
        (
            workflow(tasks("name: a, template: hello", "name: a, template: hello") + HELLO),
            "~.dag.tasks[1].name: templates.main sorting failed: duplicated nodeName a",
        ),
        (
            workflow(tasks("name: a_b, template: hello") + HELLO),
            f"~.dag.tasks[0].name: templates.main.tasks[0].name: 'a_b' is invalid: {NAME_RULE}",
        ),
    ],
    "references": [
        (
            workflow(container(), entrypoint="mian"),
            "spec.entrypoint: template name 'mian' undefined (did you mean 'main'?)",
        ),
        (
            workflow(container(), entrypoint="''"),
            "spec: spec.entrypoint is required (write entrypoint: main)",
        ),
        (
            workflow(container() + HELLO, entrypoint="''"),
            "spec: spec.entrypoint is required (name the template to begin with)",
        ),
        (workflow(container(), spec="  onExit: bye"), "spec.onExit: template name 'bye' undefined"),
        (
            workflow(steps("name: a, template: helo") + HELLO),
            "~.steps[0][0].template: templates.main.steps[0].a template name 'helo' undefined (did you mean 'hello'?)",
        ),
        (
            workflow(tasks("name: a, template: Hello") + HELLO),
            "~.dag.tasks[0].template: templates.main.tasks.a template name 'Hello' undefined (did you mean 'hello'?)",
        ),
        (
            workflow(steps("name: a")),
            "~.steps[0][0]: templates.main.steps[0].a failed to get a template (write template, templateRef or inline)",
        ),
        (
            workflow(steps("name: a, template: hello, templateRef: {name: t, template: x}") + HELLO),
            "~.steps[0][0].template: templates.main.steps[0].a template name cannot be specified with templateRef",
        ),
        (
            workflow(steps("name: a, templateRef: {template: x}")),
            "~.steps[0][0].templateRef: templates.main.steps[0].a resource name is required",
        ),
        (
            workflow(steps("name: a, templateRef: {name: x}")),
            "~.steps[0][0].templateRef: templates.main.steps[0].a template name is required",
        ),
        (
            workflow(steps("name: a, templateRef: {name: lib, template: x}")),
            "~.steps[0][0].templateRef.name: templates.main.steps[0].a template reference lib.x not "
            "found (there is no WorkflowTemplate 'lib' here)",
        ),
        (
            workflow(steps("name: a, templateRef: {name: lib, template: x, clusterScope: true}")),
            "~.steps[0][0].templateRef.name: templates.main.steps[0].a template reference lib.x not "
            "found (there is no ClusterWorkflowTemplate 'lib' here)",
        ),
        (
            workflow(steps("name: a, template: hello, onExit: helo") + HELLO),
            "warning ~.steps[0][0].onExit: template name 'helo' undefined (did you mean 'hello'?)",
        ),
        (
            workflow(steps("name: a, template: hello, hooks: {running: {template: hello}}") + HELLO),
            "~.steps[0][0].hooks.running: templates.main.steps[0].a.running Expression required "
            "(say when it runs: expression: ... (a hook named exit needs none))",
        ),
        (
            workflow(tasks("name: a, template: hello, hooks: {running: {template: hello}}") + HELLO),
            "warning ~.dag.tasks[0].hooks.running: templates.main.tasks.a.running Expression required "
            "(say when it runs: expression: ... (a hook named exit needs none))",
        ),
        (
            workflow(container(), spec="  hooks: {exit: {template: bye}}"),
            "warning spec.hooks.exit.template: template name 'bye' undefined",
        ),
        (
            "kind: Workflow\nspec: {workflowTemplateRef: {name: lib}}",
            'spec.workflowTemplateRef.name: workflowtemplate.argoproj.io "lib" not found',
        ),
    ],
    "templates": [
        (workflow("  - {name: main}"), f"~: template 'main' type is unknown ({TYPES})"),
        (
            workflow("  - {name: main, suspend: {}, containerSet: {}}"),
            f"~: templates.main multiple template types specified. choose one of: {CHOICES} "
            "(it has containerSet and suspend)",
        ),
        (
            workflow(container("retryStrategy: {retryPolicy: OnFail}")),
            "~.retryStrategy.retryPolicy: OnFail is not a valid RetryPolicy (did you mean 'OnFailure'?)",
        ),
        (
            workflow(container("activeDeadlineSeconds: -1")),
            "~.activeDeadlineSeconds: templates.main.activeDeadlineSeconds must be a positive integer "
            "> 0 or an argo variable",
        ),
        (
            workflow(container("activeDeadlineSeconds: soon")),
            "~.activeDeadlineSeconds: templates.main.activeDeadlineSeconds must be a positive integer "
            "> 0 or an argo variable",
        ),
        (
            workflow(steps("name: a, template: hello") + "    activeDeadlineSeconds: 3\n" + HELLO),
            "~.activeDeadlineSeconds: templates.main.activeDeadlineSeconds is only valid for leaf "
            "templates (spec.activeDeadlineSeconds is for the whole workflow)",
        ),
        (
            workflow("  - {name: main, suspend: {}, timeout: 3s}"),
            "~.timeout: Suspend template doesn't support timeout field",
        ),
        (
            workflow("  - {name: main, suspend: {}, pendingTimeout: 3s}"),
            "~.pendingTimeout: Suspend template doesn't support pendingTimeout field",
        ),
        (
            workflow(container("timeout: '3'")),
            "~.timeout: main has invalid duration format in timeout (write the unit: 3s)",
        ),
        (
            workflow(container("parallelism: 2")),
            "~.parallelism: templates.main.parallelism is only valid for steps and dag templates",
        ),
        (
            workflow("  - {name: main, http: {url: 'http://x'}, podResources: {limits: {cpu: 1}}}"),
            "~.podResources: templates.main.podResources is not supported for HTTP templates",
        ),
        (
            workflow(container("podResources: {requests: {gpu: 1}}")),
            '~.podResources.requests.gpu: templates.main.podResources: "gpu" is not a valid pod-level '
            "resource, only cpu, memory and hugepages-* are supported",
        ),
        (
            workflow(container(), spec="  podResources: {claims: [{name: a}]}"),
            "spec.podResources.claims: spec.podResources.claims is not supported for pod-level resources",
        ),
        (
            workflow("  - {name: main, suspend: {}, resourceClaims: [{name: a}]}"),
            "~.resourceClaims: templates.main.resourceClaims is not supported for Suspend templates, "
            "which do not create a pod",
        ),
        (
            workflow("  - {name: main, dag: {tasks: []}}"),
            "~.dag: templates.main must have at least one task",
        ),
    ],
    "containers": [
        (
            workflow("  - {name: main, container: {command: [x]}}"),
            f"~.container: templates.main.container.image may not be empty ({IMAGE_HINT})",
        ),
        (
            workflow("  - {name: main, script: {source: x}}", spec="  templateDefaults: {container: {image: alpine}}"),
            f"~.script: templates.main.script.image may not be empty ({IMAGE_HINT})",
        ),
        (
            workflow(container("initContainers: [{image: x}]")),
            "~.initContainers: initContainers must all have container name",
        ),
        (
            workflow(container("sidecars: [{name: wait, image: x}]")),
            '~.sidecars[0].name: templates.main.sidecars: "wait" is a reserved Argo container name',
        ),
        (
            workflow(
                "  - name: main\n    container: {image: x, volumeMounts: [{name: a, mountPath: /m}, "
                "{name: b, mountPath: /m}]}"
            ),
            "~.container.volumeMounts[1].mountPath: templates.main.container.volumeMounts[1].mountPath "
            "'/m' already mounted in container.volumeMounts.a",
        ),
        (
            workflow(container("inputs: {artifacts: [{name: a, path: /a, raw: {}}, {name: b, path: /a, raw: {}}]}")),
            "~.inputs.artifacts[1].path: templates.main.inputs.artifacts[1].path '/a' already mounted "
            "in inputs.artifacts.a",
        ),
        (
            workflow("  - {name: main, containerSet: {}}"),
            "~.containerSet: templates.main.containerSet.containers must have at least one container",
        ),
        (
            workflow("  - {name: main, containerSet: {containers: [{name: a, image: x}, {name: a, image: x}]}}"),
            "~.containerSet.containers[1].name: templates.main.containerSet.containers[1].name 'a' is not unique",
        ),
        (
            workflow(
                "  - name: main\n    containerSet: {containers: [{name: a}], volumeMounts: [{name: a, mountPath: /m}, "
                "{name: b, mountPath: /m}]}"
            ),
            "~.containerSet.volumeMounts[1].mountPath: templates.main.containerSet.volumeMounts[1]."
            "mountPath '/m' already mounted in volumeMounts.a",
        ),
        (
            workflow("  - {name: main, containerSet: {containers: [{name: main1, dependencies: [main]}]}}"),
            "~.containerSet.containers[0].dependencies[0]: templates.main.containerSet.containers.main1 "
            "dependency 'main' not defined (did you mean 'main1'?)",
        ),
        (
            workflow(
                "  - name: main\n    containerSet: {containers: [{name: a, dependencies: [b]}, "
                "{name: b, dependencies: [a]}]}"
            ),
            "~.containerSet.containers[0].dependencies: templates.main.containerSet.containers "
            "dependency cycle detected: a->b->a",
        ),
        (
            workflow("  - {name: main, containerSet: {containers: [{name: supervisor, image: x}]}}"),
            '~.containerSet.containers[0].name: templates.main.containerSet.containers: "supervisor" is '
            "a reserved Argo container name",
        ),
        (
            workflow(
                "  - name: main\n    containerSet: {containers: [{name: a}]}\n"
                "    outputs: {parameters: [{name: a, valueFrom: {path: /a}}]}"
            ),
            "~.containerSet.containers: templates.main.containerSet.containers must have a container "
            'named "main" for input or output',
        ),
    ],
    "resources": [
        (
            workflow("  - {name: main, resource: {action: crate, manifest: 'a: b'}}"),
            "~.resource.action: templates.main.resource.action must be one of: get, create, apply, "
            "delete, replace, patch (did you mean 'create'?)",
        ),
        (
            workflow("  - {name: main, resource: {action: create}}"),
            "~.resource: either templates.main.resource.manifest or templates.main.resource."
            "manifestFrom must be specified",
        ),
        (
            workflow(
                "  - name: main\n    resource: {action: apply, manifest: 'a: b', manifestFrom: {artifact: {name: a}}}\n"
                "    inputs: {artifacts: [{name: a, path: /a, raw: {}}]}"
            ),
            "~.resource.manifestFrom: shouldn't have both `manifest` and `manifestFrom` specified in "
            "`Manifest` for resource template",
        ),
        (
            workflow("  - {name: main, resource: {action: create, manifestFrom: {artifact: {name: a}}}}"),
            "~.resource.manifestFrom.artifact.name: artifact a in `manifestFrom` refer to a non-exist artifact",
        ),
    ],
    "dag": [
        (
            workflow(tasks("name: a, template: hello", "name: b, template: hello, dependencies: [aa]") + HELLO),
            "~.dag.tasks[1].dependencies[0]: templates.main sorting failed: invalid dependency aa "
            "(task b waits for it)",
        ),
        (
            workflow(tasks("name: build, template: hello", "name: b, template: hello, depends: buidl") + HELLO),
            "~.dag.tasks[1].depends: templates.main sorting failed: invalid dependency buidl (did you mean 'build'?)",
        ),
        (
            workflow(
                tasks(
                    *("name: a, template: hello, dependencies: [c]", "name: b, template: hello, dependencies: [a]"),
                    *("name: c, template: hello, dependencies: [b]", "name: d, template: hello, dependencies: [c]"),
                )
                + HELLO
            ),
            "~.dag.tasks[0].dependencies: templates.main sorting failed: graph with cycle: "
            "a -> c -> b -> a (a task cannot wait for a task that waits for it)",
        ),
        (
            workflow(
                tasks("name: a, template: hello", "name: b, template: hello, depends: a, dependencies: [a]") + HELLO
            ),
            "~.dag.tasks[1].dependencies: templates.main cannot use both 'depends' and 'dependencies' "
            "in the same DAG template",
        ),
        (
            workflow(
                tasks("name: a, template: hello, continueOn: {failed: true}", "name: b, template: hello, depends: a")
                + HELLO
            ),
            "~.dag.tasks[0].continueOn: templates.main cannot use 'continueOn' when using 'depends'. "
            "Instead use 'dep-task.Failed'/'dep-task.Errored'",
        ),
        (
            workflow(tasks("name: 5a, template: hello, dependencies: [b]", "name: b, template: hello") + HELLO),
            "~.dag.tasks[0].name: templates.main.tasks.5a name cannot begin with a digit when using "
            "either 'depends' or 'dependencies'",
        ),
        (
            workflow(tasks("name: a, template: hello", "name: b, template: hello, depends: a.AllFailed") + HELLO),
            "~.dag.tasks[1].depends: templates.main.tasks.a dependency 'a' uses an items-based condition "
            "such as .AnySucceeded or .AllFailed but does not contain any items",
        ),
        (
            workflow(tasks("name: a, template: hello", "name: b, template: hello, depends: a.Completed") + HELLO),
            "~.dag.tasks[1].depends: templates.main.tasks.b task result 'Completed' for task 'a' is invalid",
        ),
        (
            workflow(tasks("name: a, template: hello", "name: b, template: hello, depends: a &&") + HELLO),
            "warning ~.dag.tasks[1].depends: templates.main.tasks.b unable to evaluate expression "
            "'(a.Succeeded || a.Skipped || a.Daemoned) &&': unexpected token EOF (1:43)",
        ),
        (
            workflow(tasks("name: a, template: hello") + "      target: b\n" + HELLO),
            "~.dag.target: templates.main.targets: target 'b' is not defined",
        ),
    ],
    "loops": [
        (
            workflow(steps("name: a, template: hello, withItems: [1], withParam: '[1]'") + HELLO),
            "~.steps[0][0]: templates.main.steps[0].a only one of withItems, withParam, withSequence can be specified",
        ),
        (
            workflow(tasks("name: a, template: hello, withSequence: {count: 1, end: 2}") + HELLO),
            "~.dag.tasks[0].withSequence: templates.main.tasks.a only one of count or end can be defined "
            "in withSequence",
        ),
    ],
    "arguments": [
        (
            workflow(container(), spec="  arguments: {parameters: [{name: a}]}"),
            "info spec.arguments.parameters[0]: spec.arguments.a.value or spec.arguments.a.valueFrom is required "
            "(give it when you submit: -p a=VALUE)",
        ),
        (
            workflow(container(), spec="  arguments: {parameters: [{name: 'a#', value: x}]}"),
            f"spec.arguments.parameters[0].name: spec.arguments.parameters[0].name: 'a#' is invalid: {PARAMETER_RULE}",
        ),
        (
            workflow(container(), spec="  arguments: {parameters: [{name: a, value: thre, enum: [one, three]}]}"),
            "spec.arguments.parameters[0]: spec.arguments.a.value should be present in spec.arguments.a.enum list "
            "(did you mean 'three'?)",
        ),
        (
            workflow(container(), spec="  arguments: {parameters: [{name: a, value: x, enum: []}]}"),
            "spec.arguments.parameters[0].enum: spec.arguments.a.enum should contain at least one value",
        ),
        (
            workflow(container(), spec="  arguments: {artifacts: [{name: a}]}"),
            "spec.arguments.artifacts[0]: spec.arguments.a.from, artifact location, or key is required",
        ),
        (
            workflow(steps("name: a, template: echo") + ECHO),
            "~.steps[0][0]: templates.main.steps[0].a templates.echo inputs.parameters.message was not "
            f"supplied ({INPUT_HINT})",
        ),
        (
            workflow(container("inputs: {parameters: [{name: message}]}")),
            f"spec.entrypoint: templates.main inputs.parameters.message was not supplied ({INPUT_HINT})",
        ),
        (
            workflow(steps("name: a, template: echo, arguments: {parameters: [{name: message}]}") + ECHO),
            "~.steps[0][0].arguments.parameters[0]: templates.main.steps[0].a.arguments.message.value or "
            "templates.main.steps[0].a.arguments.message.valueFrom is required",
        ),
        (
            workflow(
                steps("name: a, template: read") + "  - name: read\n    container: {image: x}\n"
                "    inputs: {artifacts: [{name: file, path: /f}]}"
            ),
            "~.steps[0][0]: templates.main.steps[0].a templates.read inputs.artifacts.file was not supplied",
        ),
        (
            workflow(
                steps("name: a, template: read, arguments: {artifacts: [{name: file, from: x, fromExpression: z}]}")
                + "  - name: read\n    container: {image: x}\n    inputs: {artifacts: [{name: file, path: /f}]}"
            ),
            "~.steps[0][0].arguments.artifacts[0]: templates.main.steps[0].a.arguments.file shouldn't "
            "have both `from` and `fromExpression` in Artifact",
        ),
        (
            workflow(steps("name: a, template: hello, arguments: {parameters: [{name: b, value: c}]}") + HELLO),
            "warning ~.steps[0][0].arguments.parameters[0]: templates.main.steps[0].a.arguments."
            "parameters.b is no input of template 'hello'",
        ),
    ],
    "outputs": [
        (
            workflow("  - {name: main, suspend: {}, inputs: {artifacts: [{name: a, path: /a, raw: {}}]}}"),
            "~.inputs.artifacts[0].path: templates.main.inputs.artifacts.a.path only valid in "
            "container/script templates",
        ),
        (
            workflow(container("inputs: {artifacts: [{name: a, raw: {}}]}")),
            "~.inputs.artifacts[0]: error in templates.main.inputs.artifacts.a: Artifact 'a' did not specify a path",
        ),
        (
            workflow(container("inputs: {artifacts: [{name: a, path: /a/../b, raw: {}}]}")),
            "~.inputs.artifacts[0].path: error in templates.main.inputs.artifacts.a: Artifact 'a' "
            "attempted to use a path containing '..'. Directory traversal is not permitted",
        ),
        (
            workflow(container("inputs: {artifacts: [{name: a, path: /a, from: x, raw: {}}]}")),
            "~.inputs.artifacts[0].from: templates.main.inputs.artifacts.a.from not valid in inputs",
        ),
        (
            workflow(container("archiveLocation: {git: {}}")),
            "~.archiveLocation.git: templates.main.archiveLocation.git.repo is required",
        ),
        (
            workflow(container("outputs: {parameters: [{name: a, valueFrom: {path: /a}, globalName: 'a b'}]}")),
            "~.outputs.parameters[0].globalName: templates.main.outputs.parameters.a.globalName: " + PARAMETER_RULE,
        ),
    ],
    "metrics": [
        (
            workflow(
                container("metrics: {prometheus: [{name: a.b, help: x, counter: {value: 1}}]}").replace("1}", "'1'}")
            ),
            "~.metrics.prometheus[0].name: templates.main metric name 'a.b' is invalid. Metric names "
            "must contain alphanumeric characters or '_'",
        ),
        (
            workflow(container("metrics: {prometheus: [{name: a, help: x, labels: [{key: b.c}]}]}")),
            "~.metrics.prometheus[0].labels[0].key: metric label 'b.c' is invalid: keys may only contain "
            "alphanumeric characters or '_'",
        ),
        (
            workflow(container("metrics: {prometheus: [{name: a}]}")),
            "~.metrics.prometheus[0]: templates.main metric 'a' must contain a help string under 'help: ' field",
        ),
        (
            workflow(container("metrics: {prometheus: [{name: a, help: x, histogram: {buckets: [1]}}]}")),
            "~.metrics.prometheus[0]: templates.main metric 'a' error: missing histogram.value",
        ),
        (
            workflow(
                container(
                    "metrics: {prometheus: [{name: a, help: x, gauge: {realtime: true, "
                    "value: '{{resourcesDuration.cpu}}'}}]}"
                )
            ),
            "~.metrics.prometheus[0]: templates.main metric 'a' error: 'resourcesDuration.*' metrics "
            "cannot be used in real-time",
        ),
    ],
    "variables": [
        (
            workflow(steps(call("a", "{{workflow.parameters.x}}")) + ECHO),
            "~.steps[0][0].arguments.parameters[0].value: templates.main.steps failed to resolve "
            "{{workflow.parameters.x}}",
        ),
    ],
    "values": [
        (
            workflow("  - {name: main, suspend: {duration: 1d}}"),
            "warning ~.suspend.duration: templates.main.suspend.duration: unable to parse 1d as a "
            'duration: time: unknown unit "d" in duration "1d" (write 30s, 5m or 1h30m; there are no days: 24h)',
        ),
        (
            workflow(container("retryStrategy: {limit: many}")),
            "warning ~.retryStrategy.limit: templates.main.retryStrategy.limit: value 'many' cannot be "
            "resolved to an int",
        ),
        (
            workflow(container(), spec="  retryStrategy: {backoff: {factor: 2}}"),
            "warning spec.retryStrategy.backoff: spec.retryStrategy.backoff: no base duration specified for "
            "retryStrategy",
        ),
        (
            workflow(container("retryStrategy: {backoff: {duration: 1s, maxDuration: x}}")),
            "warning ~.retryStrategy.backoff.maxDuration: templates.main.retryStrategy.backoff."
            'maxDuration: unable to parse x as a duration: time: invalid duration "x" '
            "(write 30s, 5m or 1h30m; there are no days: 24h)",
        ),
        (
            workflow(container("timeout: 5 minutes")),
            "warning ~.timeout: templates.main.timeout: unable to parse 5 minutes as a duration: time: "
            'unknown unit " minutes" in duration "5 minutes" (write 30s, 5m or 1h30m; there are no days: 24h)',
        ),
    ],
    "unsupported": [],
}
"""Family → manifests and the line that each of them gives, with ~ for the first template."""
