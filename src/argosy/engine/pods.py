"""A node that runs a pod: what is asked of the executor, and what its report becomes."""

from __future__ import annotations

import re

import msgspec

from argosy.engine.context import Context
from argosy.engine.deadlines import pod_seconds
from argosy.engine.retry import hosts_of_failures, latest_end
from argosy.language.names import node_id, pod_name
from argosy.model.arguments import Outputs
from argosy.model.kinds import RETRY
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.ports.pods import PodKey, PodReport, PodRequest

TRAILING_MARKS = re.compile(r"(\([^()]*\)|\[[^\[\]]*\])+$")


def step_or_task_name(node_name: str) -> str:
    """The step or task that a node is of: `wf[0].fan(1:b)(0)` → `fan` (getStepOrDAGTaskName in Argo's operator.go)."""
    return TRAILING_MARKS.sub("", node_name).rpartition(".")[2]


def own_variables(workflow: str, name: str, holder: WorkflowStep | DAGTask, pod_template: str | None) -> dict[str, str]:
    """The variables that are of one node: `node.name`, the name of its step or task, and, for a pod, `pod.name`."""
    kind = "tasks.name" if isinstance(holder, DAGTask) else "steps.name"
    own = {"node.name": name, kind: holder.name}
    if pod_template is not None:
        own["pod.name"] = name_of_pod(workflow, name, pod_template)
    return own


def name_of_pod(workflow: str, name: str, template: str) -> str:
    """`pod.name` of the node of that name."""
    return pod_name(workflow, name, template, node_id(workflow, name))


def pod_request(context: Context) -> PodRequest:
    """What to ask of the executor for this node."""
    resolved, node, template = context.state.resolved, context.node, context.template
    retry = context.owner if context.owner is not None and context.owner.node.type == RETRY else None
    strategy = (retry.template.retry_strategy or resolved.spec.retry_strategy) if retry else None
    latest = latest_end(retry, strategy) if retry and strategy else None
    return PodRequest(
        key=PodKey(resolved.uid, node.id),
        namespace=resolved.namespace,
        workflow_name=resolved.name,
        pod_name=pod_name(resolved.name, node.name, template.name, node.id),
        node_name=node.name,
        template=template,
        wants_result=_wants_result(context),
        deadline_seconds=pod_seconds(context.state, context, latest),
        service_account=template.service_account_name or resolved.spec.service_account_name,
        labels=template.metadata.labels,
        annotations=template.metadata.annotations,
        spec=resolved.bare_spec,
        caller=context.boundary.template if context.boundary else None,
        placement=resolved.placement,
        avoided_hosts=hosts_of_failures(retry, strategy) if retry and strategy else (),
    )


def _wants_result(context: Context) -> bool:
    """Whether the template around the node reads its result (includeScriptOutput in Argo's operator.go)."""
    boundary = context.boundary
    return boundary is not None and step_or_task_name(context.node.name) in boundary.plan_of_node.results_read


def pod_outputs(template: Template, report: PodReport) -> Outputs:
    """The outputs of a pod that has ended: parameters that it gave or that have a value, artifacts, result, code."""
    parameters = [
        msgspec.structs.replace(parameter, value=report.parameters.get(parameter.name, parameter.value))
        for parameter in template.outputs.parameters
        if parameter.name in report.parameters or parameter.value is not None
    ]
    return Outputs(parameters=parameters, artifacts=report.artifacts, result=report.result, exit_code=report.exit_code)
