"""The WorkflowTemplates and ClusterWorkflowTemplates of the store, as `argosy.plan.snapshot` asks for them."""

from __future__ import annotations

from argosy.errors import NotFound
from argosy.model.codec import decode_lenient
from argosy.model.kinds import GROUP_VERSION
from argosy.model.spec import WorkflowSpec
from argosy.model.workflow import ClusterWorkflowTemplate, Workflow, WorkflowTemplate
from argosy.plan.restrictions import MUST_NOT_CHANGE, check_unchanged
from argosy.plan.snapshot import CLUSTER, NAMESPACED, take_snapshot
from argosy.ports.operation import Services
from argosy.ports.store import ObjectKey, ObjectStore

KINDS: dict[str, type[WorkflowTemplate | ClusterWorkflowTemplate]] = {
    NAMESPACED: WorkflowTemplate,
    CLUSTER: ClusterWorkflowTemplate,
}


class StoredLibrary:
    """argosy.plan.snapshot.Library, of one namespace. Every object is read once."""

    def __init__(self, objects: ObjectStore, namespace: str) -> None:
        self._objects, self._namespace = objects, namespace
        self._specs: dict[tuple[str, str], WorkflowSpec | None] = {}

    def spec(self, where: str, name: str) -> WorkflowSpec | None:
        """The specification in an object, if it is there."""
        if (where, name) not in self._specs:
            self._specs[where, name] = self._read(where, name)
        return self._specs[where, name]

    def names(self, where: str) -> list[str]:
        """The names of all objects."""
        namespace = self._namespace if where == NAMESPACED else None
        found = self._objects.list(GROUP_VERSION, KINDS[where].__name__, namespace)
        return [each["metadata"]["name"] for each in found]

    def _read(self, where: str, name: str) -> WorkflowSpec | None:
        namespace = self._namespace if where == NAMESPACED else ""
        try:
            data = self._objects.get(ObjectKey(GROUP_VERSION, KINDS[where].__name__, namespace, name))
        except NotFound:
            return None
        return decode_lenient(data, KINDS[where]).spec


def with_snapshot(services: Services, workflow: Workflow) -> Workflow:
    """The workflow as it will run, with a copy of the templates in the store that it can reach."""
    library = StoredLibrary(services.store.objects, workflow.metadata.namespace)
    return take_snapshot(workflow, library, services.defaults)


def guard(services: Services, workflow: Workflow) -> None:
    """Raises InvalidRequest where the template that a workflow is made from has changed, and must not."""
    if services.restrictions.template_referencing == MUST_NOT_CHANGE:
        library = StoredLibrary(services.store.objects, workflow.metadata.namespace)
        check_unchanged(workflow, library, services.defaults)
