"""The names of kinds: what `configmap`, `cm` or `jobs.batch` means to kubectl, and what an object is called.

Kinds that are not in the table live in a namespace, and are known by what their objects say of themselves.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from argosy.executors.objects.failures import KubectlError
from argosy.model.kinds import GROUP_VERSION
from argosy.ports.store import ObjectKey

Object = dict[str, Any]
WORKFLOW = (GROUP_VERSION, "Workflow")
INTERNAL = "argosy.internal"
"""The group of what is kept in objects for this package alone, and the prefix of its annotations."""
DEPENDENTS = (f"{INTERNAL}/v1", "Dependents")
"""The kind that says which objects an owner has; named after the owner's uid."""


class Resource(NamedTuple):
    """A kind as the API server knows it."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool


NAMESPACED = """
v1 ConfigMap configmaps cm
v1 Endpoints endpoints ep
v1 Event events ev
v1 LimitRange limitranges limits
v1 PersistentVolumeClaim persistentvolumeclaims pvc
v1 Pod pods po
v1 PodTemplate podtemplates
v1 ReplicationController replicationcontrollers rc
v1 ResourceQuota resourcequotas quota
v1 Secret secrets
v1 Service services svc
v1 ServiceAccount serviceaccounts sa
apps/v1 ControllerRevision controllerrevisions
apps/v1 DaemonSet daemonsets ds
apps/v1 Deployment deployments deploy
apps/v1 ReplicaSet replicasets rs
apps/v1 StatefulSet statefulsets sts
autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers hpa
batch/v1 CronJob cronjobs cj
batch/v1 Job jobs
coordination.k8s.io/v1 Lease leases
discovery.k8s.io/v1 EndpointSlice endpointslices
networking.k8s.io/v1 Ingress ingresses ing
networking.k8s.io/v1 NetworkPolicy networkpolicies netpol
policy/v1 PodDisruptionBudget poddisruptionbudgets pdb
rbac.authorization.k8s.io/v1 Role roles
rbac.authorization.k8s.io/v1 RoleBinding rolebindings
argoproj.io/v1alpha1 CronWorkflow cronworkflows cwf cronwf
argoproj.io/v1alpha1 Workflow workflows wf
argoproj.io/v1alpha1 WorkflowArtifactGCTask workflowartifactgctasks wfat
argoproj.io/v1alpha1 WorkflowEventBinding workfloweventbindings wfeb
argoproj.io/v1alpha1 WorkflowTaskResult workflowtaskresults
argoproj.io/v1alpha1 WorkflowTaskSet workflowtasksets wfts
argoproj.io/v1alpha1 WorkflowTemplate workflowtemplates wftmpl
"""

EVERYWHERE = """
v1 Namespace namespaces ns
v1 Node nodes no
v1 PersistentVolume persistentvolumes pv
apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions crd crds
admissionregistration.k8s.io/v1 MutatingWebhookConfiguration mutatingwebhookconfigurations
admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration validatingwebhookconfigurations
apiregistration.k8s.io/v1 APIService apiservices
certificates.k8s.io/v1 CertificateSigningRequest certificatesigningrequests csr
networking.k8s.io/v1 IngressClass ingressclasses
rbac.authorization.k8s.io/v1 ClusterRole clusterroles
rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings
scheduling.k8s.io/v1 PriorityClass priorityclasses pc
storage.k8s.io/v1 StorageClass storageclasses sc
storage.k8s.io/v1 VolumeAttachment volumeattachments
argoproj.io/v1alpha1 ClusterWorkflowTemplate clusterworkflowtemplates clusterwftmpl cwft
"""


@cache
def _rows() -> list[tuple[Resource, list[str]]]:
    rows = []
    for text, namespaced in ((NAMESPACED, True), (EVERYWHERE, False)):
        for line in text.split("\n"):
            if line:
                api_version, kind, plural, *short = line.split()
                rows.append((Resource(api_version, kind, plural, namespaced), [plural, kind.lower(), *short]))
    return rows


@cache
def _by_name() -> dict[str, Resource]:
    return {name: resource for resource, names in reversed(_rows()) for name in names}


@cache
def _by_kind() -> dict[tuple[str, str], Resource]:
    return {(group(resource.api_version), resource.kind): resource for resource, _ in _rows()}


def find(word: str) -> Resource:
    """What a word on kubectl's command line means: `cm`, `configmap`, `jobs.batch`, `jobs.v1.batch`."""
    name, _, rest = word.lower().partition(".")
    resource = _by_name().get(name)
    if resource is not None and (not rest or rest in _qualifiers(resource)):
        return resource
    where = f' in group "{rest}"' if rest else ""
    raise KubectlError(f'error: the server doesn\'t have a resource type "{name}"{where}')


def _qualifiers(resource: Resource) -> tuple[str, str]:
    version = resource.api_version.rpartition("/")[2]
    return group(resource.api_version), f"{version}.{group(resource.api_version)}"


def group(api_version: str) -> str:
    """The group in `group/version`; empty for the core's `v1`."""
    return api_version.rpartition("/")[0]


def built_in(api_version: str) -> bool:
    """Whether the group is Kubernetes' own, so that the server knows how its lists are merged."""
    name = group(api_version)
    return "." not in name or name.endswith(".k8s.io")


def namespaced(api_version: str, kind: str) -> bool:
    """Whether objects of this kind live in a namespace."""
    resource = _by_kind().get((group(api_version), kind))
    return resource is None or resource.namespaced


def full_name(key: ObjectKey) -> str:
    """The object as `kubectl -o name` prints it: `configmap/x`, `job.batch/x`."""
    suffix = group(key.api_version)
    return f"{key.kind.lower()}{'.' + suffix if suffix else ''}/{key.name}"


def key_of(data: Object) -> ObjectKey:
    """Which object this is."""
    meta = data["metadata"]
    return ObjectKey(data["apiVersion"], data["kind"], meta.get("namespace", ""), meta.get("name", ""))
