"""Advice family by family, the second half: a manifest, and the lines that are said about it; none where it is fine."""

from __future__ import annotations

from tests.plan.advised import CRON, LIBRARY
from tests.plan.manifests import ECHO, HELLO, container, steps, workflow

HABITS: dict[str, list[tuple[str, list[str]]]] = {
    "unused": [
        (
            workflow(container(), spec="  arguments: {parameters: [{name: a, value: b}]}"),
            ["warning spec.arguments.parameters[0]: parameter 'a' is not used (remove it, or read it)"],
        ),
        (
            workflow(container() + HELLO),
            ["warning spec.templates[1]: template 'hello' is not used (remove it, or call it)"],
        ),
        (
            workflow(steps("name: a, template: echo, arguments: {parameters: [{name: message, value: x}]}") + ECHO),
            [
                "warning spec.templates[1].outputs.parameters[0]: templates.echo.outputs.parameters.out is not used "
                "(remove it, or read it where the template is called)"
            ],
        ),
        (
            workflow(
                steps(
                    "name: a, template: echo, arguments: {parameters: [{name: message, value: x}]}",
                    "name: b, template: hello, when: '{{=toJson(steps.a.outputs.parameters)}} == 1'",
                )
                + ECHO
                + HELLO
            ),
            [],
        ),
        (
            workflow(
                container("inputs: {parameters: [{name: a}]}")
                + "\n  - {name: bye, container: {image: x, args: ['{{workflow.parameters.b}}', "
                "'{{=workflow.parameters[\"c\"]}}']}}",
                spec="  arguments: {parameters: [{name: a, value: b}, {name: b, value: b}, {name: c, value: b}]}\n"
                "  onExit: bye",
            ),
            [],
        ),
        (
            workflow(
                container().replace("alpine}", "alpine, args: ['{{workflow.parameters.json}}']}"),
                spec="  arguments: {parameters: [{name: a, value: b}]}",
            ),
            [],
        ),
        (workflow(container(), spec="  hooks: {exit: {template: '{{workflow.name}}'}}") + HELLO, []),
        (workflow(steps("name: a, template: gone")) + HELLO, []),
        (LIBRARY % ("name: a", "  arguments: {parameters: [{name: a, value: b}]}\n", container()), []),
        (
            "kind: Workflow\nmetadata: {name: a}\nspec: {workflowTemplateRef: {name: b}, arguments: {parameters: "
            "[{name: a, value: b}]}}",
            [],
        ),
        (
            LIBRARY % ("name: lib", "", container().replace("alpine}", "alpine, args: ['{{workflow.parameters.a}}']}"))
            + "\n---\n"
            + workflow(
                "  - {name: go, steps: [[{name: a, templateRef: {name: lib, template: main}}]]}",
                entrypoint="go",
                spec="  arguments: {parameters: [{name: a, value: b}]}",
            ),
            [],
        ),
    ],
    "library": [
        (
            LIBRARY % ("name: a", "", container()),
            ["info spec: there is no entrypoint: this is a library, for templateRef"],
        ),
        (
            LIBRARY
            % (
                "name: a",
                "  entrypoint: main\n",
                container(
                    "inputs: {parameters: [{name: a}, {name: b, default: x}], artifacts: [{name: c, path: /c}, "
                    "{name: d, path: /d, optional: true}]}"
                ),
            ),
            [
                "info spec.entrypoint: entrypoint 'main' needs parameters.a, which only a caller can give",
                "info spec.entrypoint: entrypoint 'main' needs artifacts.c, which only a caller can give",
            ],
        ),
        (
            LIBRARY
            % (
                "name: a",
                "  entrypoint: main\n  arguments: {parameters: [{name: known, value: x}]}\n",
                container().replace(
                    "alpine}",
                    "alpine, args: ['{{workflow.parameters.a}} {{workflow.parameters.known}}', "
                    "'{{workflow.parameters.a}} {{workflow.parameters.json}}']}",
                ),
            ),
            [
                "warning spec.templates[0].container.args[1]: workflow.parameters.a is not declared: who submits this "
                "without it gets an error (write it under spec.arguments.parameters)"
            ],
        ),
        (
            workflow(container()),
            [
                "info metadata.name: workflow 'wf' can be submitted once, until it is deleted (write generateName: wf- "
                "instead of name)"
            ],
        ),
        (LIBRARY % ("name: a", "  entrypoint: gone\n", container()), []),
        (workflow(container()).replace("{name: wf}", "{generateName: wf-}"), []),
        (CRON % ("name: c", "0 * * * *", ""), []),
    ],
    "cluster": [
        (
            workflow(container().replace("main", "printIt"), entrypoint="printIt"),
            [
                "warning spec.templates[0].name: templates.printIt: pods are named after their template, and a cluster "
                "refuses capitals in names (write print-it)"
            ],
        ),
        (
            workflow(container()).replace("name: wf", "name: wf-"),
            ["warning metadata.name: 'wf-' ends in a dash, which a cluster refuses (write generateName: wf-)"],
        ),
        (
            LIBRARY % ("name: wf-", "", container()),
            ["warning metadata.name: 'wf-' ends in a dash, which a cluster refuses (write name: wf)"],
        ),
        (
            LIBRARY % ("generateName: wf-", "", container()),
            [
                "warning metadata.generateName: a WorkflowTemplate with generateName: each apply makes one more, and "
                "nobody can refer to it (write name: wf)"
            ],
        ),
        (
            workflow(
                container("volumes: [{name: work, emptyDir: {}}]").replace(
                    "alpine}", "alpine, volumeMounts: [{name: wrok, mountPath: /a}]}"
                )
            ),
            [
                "warning spec.templates[0].container.volumeMounts[0].name: templates.main mounts 'wrok', and there is "
                "no such volume (did you mean 'work'?)"
            ],
        ),
        (
            LIBRARY
            % (
                "name: a",
                "",
                "  - {name: main, containerSet: {volumeMounts: [{name: x, mountPath: /x}], containers: "
                "[{name: main, image: x}]}}",
            ),
            [
                "info spec.templates[0].containerSet.volumeMounts[0].name: templates.main mounts 'x', and there is no "
                "such volume (write it under volumes or volumeClaimTemplates)"
            ],
        ),
        (
            workflow(
                container().replace(
                    "alpine}",
                    "alpine, volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /b}, "
                    "{name: c, mountPath: /c}]}",
                ),
                spec="  volumes: [{name: a}]\n  volumeClaimTemplates: [{metadata: {name: b}}]\n"
                "  templateDefaults: {volumes: [{name: c}, {}]}",
            ),
            [],
        ),
        (
            workflow(
                container("podSpecPatch: x").replace("alpine}", "alpine, volumeMounts: [{name: a, mountPath: /a}]}")
            ),
            [],
        ),
        (
            workflow("  - {name: main, resource: {action: create, manifest: 'metadata: {name: x}'}}"),
            [
                "warning spec.templates[0].resource.manifest: templates.main.resource creates 'x': the second run "
                "fails, since it is there already (write generateName: x-, or action: apply)"
            ],
        ),
        (workflow("  - {name: main, resource: {action: create, manifest: 'metadata: {generateName: x}'}}"), []),
        (workflow("  - {name: main, resource: {action: create, manifest: '{{{'}}"), []),
        (workflow("  - {name: main, resource: {action: apply, manifest: 'metadata: {name: x}'}}"), []),
        (
            workflow(container(), spec="  arguments: {parameters: [{name: a, value: 3}, {name: b, value: true}]}"),
            [
                "warning spec.arguments.parameters[0].value: value: 3 is no text: `argo submit` converts it, a plain "
                'apply does not (write value: "3")',
                "warning spec.arguments.parameters[1].value: value: true is no text: `argo submit` converts it, a "
                'plain apply does not (write value: "true")',
            ],
        ),
    ],
    "secrets": [
        (
            workflow(container().replace("alpine}", "alpine, env: [{name: DB_PASSWORD, value: hunter2}]}")),
            [
                "warning spec.templates[0].container.env[0].value: templates.main.container.env.DB_PASSWORD looks like "
                "a secret, and stands in the manifest (take it from a Secret: valueFrom: {secretKeyRef: {name: ..., "
                "key: ...}})"
            ],
        ),
        (
            workflow(
                container(
                    "sidecars: [{name: s, image: x, env: [{name: TOKEN, value: /run/token}]}], "
                    "initContainers: [{name: i, image: x, env: [{name: TOKEN_TTL, value: abc}]}]"
                ).replace(
                    "alpine}",
                    "alpine, env: [{name: TOKEN, value: '{{workflow.name}}'}, {name: API_KEY, "
                    "valueFrom: {secretKeyRef: "
                    "{name: a, key: b}}}, {name: SECRET, value: 'true'}]}",
                )
            ),
            [],
        ),
    ],
    "locks": [
        (
            workflow(
                container("synchronization: {mutexes: [{name: a}]}"), spec="  synchronization: {mutexes: [{name: a}]}"
            ),
            [
                "warning spec.templates[0].synchronization.mutexes[0]: templates.main wants the mutex 'a' that the "
                "workflow holds around it: it waits for ever (let only one of them want it)"
            ],
        ),
        (workflow(container("synchronization: {mutexes: [{name: a}]}")), []),
    ],
    "schedules": [
        (
            CRON % ("name: c", "0 6 * * *", ""),
            [
                "info spec: there is no concurrencyPolicy: a run may begin while the one before it runs (write "
                "concurrencyPolicy: Forbid, Replace or Allow)",
                "info spec.schedules: there is no timezone: the hours are those of the controller, mostly UTC (write "
                "timezone: Europe/Berlin, or UTC)",
            ],
        ),
        (
            CRON % ("name: c", "@daily", "  concurrencyPolicy: Allow"),
            [
                "info spec.schedules: there is no timezone: the hours are those of the controller, mostly UTC (write "
                "timezone: Europe/Berlin, or UTC)"
            ],
        ),
        (
            CRON % ("name: c", "0 6 * * *", "  concurrencyPolicy: Allow\n  timezone: Europe/Berln"),
            [
                "warning spec.timezone: no time of the schedule can be told: provided bad location Europe/Berln: "
                "unknown time zone Europe/Berln (write a name of the IANA database: Europe/Berlin)"
            ],
        ),
        (CRON % ("name: c", "*/5 * * * *", "  concurrencyPolicy: Allow"), []),
        (CRON % ("name: c", "CRON_TZ=UTC 0 6 * * *", "  concurrencyPolicy: Allow"), []),
        (CRON % ("name: c", "0 6 * * *", "  concurrencyPolicy: Allow\n  timezone: UTC"), []),
        (workflow(container()), []),
    ],
    "style": [
        (
            workflow(container()).replace("{name: wf}", "{generateName: wf}"),
            [
                "style metadata.generateName: generateName 'wf' does not end in a dash (write wf-)",
                "style spec: there is no activeDeadlineSeconds: it may hang for ever (write "
                "spec.activeDeadlineSeconds)",
                "style spec: there is no ttlStrategy: finished workflows pile up (write "
                "spec.ttlStrategy.secondsAfterCompletion)",
                "style spec.templates[0].container: templates.main.container has no resources (write requests and "
                "limits)",
                "style spec.templates[0].container.image: templates.main.container.image 'alpine' has no tag",
            ],
        ),
        (
            LIBRARY % ("name: a", "", container().replace("alpine}", "'x/a:latest', resources: {}}")),
            [
                "style spec.templates[0].container.image: templates.main.container.image 'x/a:latest' is another one "
                "tomorrow (name a version)"
            ],
        ),
        (
            workflow(
                container("timeout: 3s, podResources: {}").replace("alpine", "'a@sha256:x'"),
                spec="  ttlStrategy: {secondsAfterCompletion: 3}",
            ),
            [],
        ),
        (
            workflow(
                container().replace("alpine", "'a:1', resources: {}"),
                spec="  activeDeadlineSeconds: 3\n  ttlStrategy: {secondsAfterCompletion: 3}",
            ),
            [],
        ),
    ],
}
