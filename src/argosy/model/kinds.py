"""The words of Argo's API that code compares: kinds, phases, types of nodes and types of templates.

Plain strings, so that comparing and encoding them costs nothing; the `Literal` types are for signatures.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

GROUP: Final = "argoproj.io"
GROUP_VERSION: Final = "argoproj.io/v1alpha1"

NodePhase: TypeAlias = Literal["", "Pending", "Running", "Succeeded", "Skipped", "Failed", "Error", "Omitted"]
WorkflowPhase: TypeAlias = Literal["", "Pending", "Running", "Succeeded", "Failed", "Error"]
PENDING: Final = "Pending"
RUNNING: Final = "Running"
SUCCEEDED: Final = "Succeeded"
SKIPPED: Final = "Skipped"
FAILED: Final = "Failed"
ERROR: Final = "Error"
OMITTED: Final = "Omitted"
UNKNOWN: Final = ""

FULFILLED: Final = frozenset((SUCCEEDED, SKIPPED, FAILED, ERROR, OMITTED))
"""Phases that a node does not leave. A node that is daemoned counts as fulfilled too, whatever its phase."""
FAILED_OR_ERROR: Final = frozenset((FAILED, ERROR))

NodeType: TypeAlias = Literal[
    "Pod", "Container", "Steps", "StepGroup", "DAG", "TaskGroup", "Retry", "Skipped", "Suspend", "HTTP", "Plugin"
]
POD: Final = "Pod"
CONTAINER: Final = "Container"
STEPS: Final = "Steps"
STEP_GROUP: Final = "StepGroup"
DAG: Final = "DAG"
TASK_GROUP: Final = "TaskGroup"
RETRY: Final = "Retry"
SKIPPED_NODE: Final = "Skipped"
SUSPEND: Final = "Suspend"
HTTP: Final = "HTTP"
PLUGIN: Final = "Plugin"

TemplateType: TypeAlias = Literal[
    "Container", "ContainerSet", "Steps", "DAG", "Script", "Resource", "Data", "Suspend", "HTTP", "Plugin", "Unknown"
]
TEMPLATE_FIELDS: Final = (
    "container",
    "container_set",
    "steps",
    "dag",
    "script",
    "resource",
    "data",
    "suspend",
    "http",
    "plugin",
)
"""The attributes of Template that say its type, in the order in which Argo looks at them (Template.GetType)."""
