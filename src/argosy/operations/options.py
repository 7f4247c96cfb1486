"""A workflow and what was said beside it (`-p`, `--entrypoint`, ...) → the workflow that was meant.

As ApplySubmitOpts in Argo's workflow/util/util.go.
"""

from __future__ import annotations

from msgspec.structs import replace

from argosy.errors import InvalidRequest, NotSupported
from argosy.model.arguments import Parameter
from argosy.model.meta import ObjectMeta
from argosy.model.requests import SubmitOpts
from argosy.model.spec import WorkflowSpec
from argosy.model.workflow import Workflow


def with_options(workflow: Workflow, options: SubmitOpts) -> Workflow:
    """A copy with the options applied. Raises InvalidRequest for one that cannot be read."""
    if options.artifacts:
        raise NotSupported("not supported yet: artifacts on the command line")
    return replace(workflow, metadata=_metadata(workflow.metadata, options), spec=_spec(workflow.spec, options))


def _metadata(meta: ObjectMeta, options: SubmitOpts) -> ObjectMeta:
    owners = [options.owner_reference] if options.owner_reference else []
    return replace(
        meta,
        name=options.name or meta.name,
        generate_name=options.generate_name or meta.generate_name,
        labels=meta.labels | parse_labels(options.labels, "labels"),
        annotations=meta.annotations | parse_labels(options.annotations, "annotations"),
        owner_references=[*meta.owner_references, *owners],
    )


def _spec(spec: WorkflowSpec, options: SubmitOpts) -> WorkflowSpec:
    return replace(
        spec,
        entrypoint=options.entry_point or spec.entrypoint,
        service_account_name=options.service_account or spec.service_account_name,
        pod_priority_class_name=options.pod_priority_class_name or spec.pod_priority_class_name,
        priority=spec.priority if options.priority is None else options.priority,
        arguments=replace(
            spec.arguments, parameters=override_parameters(spec.arguments.parameters, options.parameters)
        ),
    )


def override_parameters(declared: list[Parameter], given: list[str]) -> list[Parameter]:
    """The `name=value` texts first, then what was declared and is not among them (overrideParameters in Argo)."""
    if not given:
        return declared
    first = [_parameter(text) for text in given]
    names = {parameter.name for parameter in first}
    return [*first, *(parameter for parameter in declared if parameter.name not in names)]


def _parameter(text: str) -> Parameter:
    name, equal, value = text.partition("=")
    if not equal:
        raise InvalidRequest(f"expected parameter of the form: NAME=VALUE. Received: {text}")
    return Parameter(name=name, value=value)


def parse_labels(text: str, what: str) -> dict[str, str]:
    """`a=b,c=d` as a mapping; empty for an empty text. Raises InvalidRequest."""
    found: dict[str, str] = {}
    for part in text.split(",") if text else ():
        name, equal, value = part.partition("=")
        if not equal or not name or "=" in value:
            raise InvalidRequest(f"expected {what} of the form: NAME1=VALUE1,NAME2=VALUE2. Received: {text}")
        found[name] = value
    return found
