"""Argo's kinds → CustomResourceDefinitions, named as Argo's, with the columns that `kubectl get` shows.

The minimal ones have no schema, as those of Argo: what is wrong with a workflow is told by the controller, when it
takes the workflow up. The full ones have that of the model (`argosy.model.fields`): so `kubectl create` tells of fields
that do not exist, and of values of a wrong type. What Argo itself does not look into is open in both; and so is what is
read more leniently than a schema can say, such as a parameter's value, and every status, which only controllers write.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from argosy.model.fields import fields
from argosy.model.kinds import GROUP

Schema = dict[str, Any]

OPEN: Final[Schema] = {"x-kubernetes-preserve-unknown-fields": True}
OPEN_OBJECT: Final[Schema] = {"type": "object", **OPEN}
SCALARS: Final[dict[str, Schema]] = {
    "s": {"type": "string"},
    "t": {"type": "string", "format": "date-time"},
    "i": {"type": "integer"},
    "b": {"type": "boolean"},
    "n": {"type": "number"},
    "a": OPEN,
    "q": OPEN,
    "x": {"x-kubernetes-int-or-string": True},
    "?": OPEN,
    "o": OPEN_OBJECT,
    "p": OPEN_OBJECT,
}
"""Codes of argosy.model.fields, as schemas. A quantity may be a number with a fraction, which int-or-string refuses."""
OPENED: Final = frozenset(
    ("Affinity", "EphemeralVolumeSource", "Lifecycle", "PersistentVolumeClaim", "Probe", "ObjectMeta", "Volume")
)
"""Kubernetes' own types that are large, and which it checks itself when a pod is made."""


class Column(NamedTuple):
    """What `kubectl get` shows of a kind."""

    name: str
    type: str
    path: str
    description: str

    @property
    def definition(self) -> Schema:
        """As in a CustomResourceDefinition."""
        found = {"name": self.name, "type": self.type, "jsonPath": self.path, "description": self.description}
        return found | ({"format": "date-time"} if self.type == "date" else {})


class Kind(NamedTuple):
    """One of Argo's kinds."""

    name: str
    plural: str
    short: tuple[str, ...]
    namespaced: bool = True
    columns: tuple[Column, ...] = ()
    spec: str = "WorkflowSpec"
    has_status: bool = False


KINDS: Final = (
    Kind(
        "Workflow",
        "workflows",
        ("wf",),
        columns=(
            Column("Status", "string", ".status.phase", "How far the workflow is"),
            Column("Age", "date", ".status.startedAt", "Since when it runs"),
            Column("Message", "string", ".status.message", "Why it is where it is"),
        ),
        has_status=True,
    ),
    Kind("WorkflowTemplate", "workflowtemplates", ("wftmpl",)),
    Kind("ClusterWorkflowTemplate", "clusterworkflowtemplates", ("clusterwftmpl", "cwft"), namespaced=False),
    Kind("CronWorkflow", "cronworkflows", ("cwf", "cronwf"), spec="CronWorkflowSpec", has_status=True),
)


def crds(*, full: bool) -> list[Schema]:
    """The definitions of all kinds."""
    return [_definition(kind, full) for kind in KINDS]


def _definition(kind: Kind, full: bool) -> Schema:
    version: Schema = {"name": "v1alpha1", "served": True, "storage": True}
    version["schema"] = {"openAPIV3Schema": _schema(kind, full)}
    if kind.columns:
        version["additionalPrinterColumns"] = [column.definition for column in kind.columns]
    names = {"kind": kind.name, "listKind": f"{kind.name}List", "plural": kind.plural, "singular": kind.name.lower()}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "names": {**names, "shortNames": list(kind.short)},
            "scope": "Namespaced" if kind.namespaced else "Cluster",
            "versions": [version],
        },
    }


def _schema(kind: Kind, full: bool) -> Schema:
    spec = schema_of(kind.spec) if full else OPEN_OBJECT
    properties: Schema = {
        "apiVersion": SCALARS["s"],
        "kind": SCALARS["s"],
        "metadata": {"type": "object"},
        "spec": spec,
    }
    if kind.has_status:
        properties["status"] = OPEN_OBJECT
    return {"type": "object", "required": ["metadata", "spec"], "properties": properties}


def schema_of(code: str, above: tuple[str, ...] = ()) -> Schema:
    """The schema of a type's code. A type within itself, as the template of a step, is open from there on."""
    if code[0] == "[":
        return {"type": "array", "items": schema_of(code[1:], above)}
    if code[0] == "{":
        return {"type": "object", "additionalProperties": schema_of(code[1:], above)}
    if code in SCALARS:
        return SCALARS[code]
    if code in OPENED or code in above:
        return OPEN_OBJECT
    below = (*above, code)
    return {"type": "object", "properties": {name: schema_of(each, below) for name, each in fields(code).items()}}
