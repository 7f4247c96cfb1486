"""What the schema does not say: where each type goes, what it is, and where Argo's Go code differs from the schema.

Read by `generate_model.py`. The sources are the Go files of Argo's `pkg/apis/workflow/v1alpha1`.
"""

from __future__ import annotations


def words(text: str) -> list[str]:
    """The words of a text. They are easier to keep in order than a list of quoted names."""
    return text.split()


# Types whose JSON is read by hand-written Go code, Argo's or Kubernetes': their codes in `argosy.model.fields`.
PATCHES = {
    "Amount": "n",  # amount.go: any JSON number
    "FieldsV1": "o",
    "IntOrString": "x",
    "Item": "?",  # item.go: any JSON
    "ParallelSteps": "[WorkflowStep",  # workflow_types.go: a list, under no key
    "Plugin": "p",  # plugin_types.go: any object with exactly one key
    "Quantity": "q",
    "Time": "t",
}

# Fields of the type AnyString (anystring.go).
PATCHED_FIELDS: dict[str, dict[str, str]] = {
    "Parameter": {"default": "a", "value": "a", "description": "a", "enum": "[a"},
    "ValueFrom": {"default": "a"},
}

# Fields that Go holds by pointer, so that absent and zero differ.
POINTERS: dict[str, set[str]] = {
    "Artifact": {"archiveLogs", "mode"},
    "ArtifactLocation": {"archiveLogs"},
    "ArtifactPaths": {"archiveLogs", "mode"},
    "ArtifactRepository": {"archiveLogs"},
    "ArtifactResult": {"error"},
    "ConfigMapEnvSource": {"optional"},
    "ConfigMapKeySelector": {"optional"},
    "Container": {"restartPolicy"},
    "ContainerNode": {"restartPolicy"},
    "CronWorkflowSpec": {"failedJobsHistoryLimit", "startingDeadlineSeconds", "successfulJobsHistoryLimit"},
    "DAGTemplate": {"failFast"},
    "FileKeySelector": {"optional"},
    "Gauge": {"realtime"},
    "GitArtifact": {"depth"},
    "HTTP": {"timeoutSeconds"},
    "ListMeta": {"remainingItemCount"},
    "NodeStatus": {"daemoned", "taskResultSynced"},
    "ObjectMeta": {"deletionGracePeriodSeconds"},
    "Outputs": {"exitCode", "result"},
    "OwnerReference": {"blockOwnerDeletion", "controller"},
    "S3Artifact": {"insecure"},
    "S3ArtifactRepository": {"insecure"},
    "ScriptTemplate": {"restartPolicy"},
    "SecretEnvSource": {"optional"},
    "SecretKeySelector": {"optional"},
    "SubmitOpts": {"priority"},
    "TTLStrategy": {"secondsAfterCompletion", "secondsAfterFailure", "secondsAfterSuccess"},
    "TarStrategy": {"compressionLevel"},
    "Template": {"automountServiceAccountToken", "daemon", "failFast", "parallelism"},
    "TypedLocalObjectReference": {"apiGroup"},
    "TypedObjectReference": {"apiGroup", "namespace"},
    "UserContainer": {"mirrorVolumeMounts", "restartPolicy"},
    "VolumeMount": {"mountPropagation", "recursiveReadOnly"},
    "WorkflowSpec": {
        "activeDeadlineSeconds",
        "archiveLogs",
        "automountServiceAccountToken",
        "dnsPolicy",
        "hostNetwork",
        "parallelism",
        "priority",
        "suspend",
    },
}

# Objects that Go holds by value and that much code reads: they are there even when the JSON leaves them out.
VALUES: dict[str, set[str]] = {
    "ClusterWorkflowTemplate": {"metadata", "spec"},
    "ClusterWorkflowTemplateList": {"metadata"},
    "CronWorkflow": {"metadata", "spec", "status"},
    "CronWorkflowList": {"metadata"},
    "CronWorkflowSpec": {"workflowSpec"},
    "DAGTask": {"arguments"},
    "Data": {"source"},
    "ExecutorPlugin": {"metadata", "spec"},
    "ExecutorPluginSidecar": {"container"},
    "ExecutorPluginSpec": {"sidecar"},
    "LifecycleHook": {"arguments"},
    "Submit": {"metadata", "workflowTemplateRef"},
    "Template": {"inputs", "metadata", "outputs"},
    "Workflow": {"metadata", "spec", "status"},
    "WorkflowArtifactGCTask": {"metadata", "spec", "status"},
    "WorkflowEventBinding": {"metadata", "spec"},
    "WorkflowEventBindingList": {"metadata"},
    "WorkflowEventBindingSpec": {"event"},
    "WorkflowList": {"metadata"},
    "WorkflowSpec": {"arguments"},
    "WorkflowStep": {"arguments"},
    "WorkflowTaskResult": {"metadata"},
    "WorkflowTaskSet": {"metadata", "spec", "status"},
    "WorkflowTemplate": {"metadata", "spec"},
    "WorkflowTemplateList": {"metadata"},
}

# Kinds that Argo's controller, agent and executor pass to each other, which the schema leaves out:
# task_set_types.go, task_result_types.go, artifact_gc_task_types.go.
KIND = {"apiVersion": "s", "kind": "s", "metadata": "ObjectMeta"}
RESULT = {"message": "s", "outputs": "Outputs", "phase": "s", "progress": "s"}
SUPPLEMENT: dict[str, dict[str, str]] = {
    "ArtifactGCSpec": {"artifactsByNode": "{ArtifactNodeSpec"},
    "ArtifactGCStatus": {"artifactResultsByNode": "{ArtifactResultNodeStatus"},
    "ArtifactNodeSpec": {"archiveLocation": "ArtifactLocation", "artifacts": "{Artifact"},
    "ArtifactResult": {"error": "s", "name": "s", "success": "b"},
    "ArtifactResultNodeStatus": {"artifactResults": "{ArtifactResult"},
    "NodeResult": RESULT,
    "WorkflowArtifactGCTask": {**KIND, "spec": "ArtifactGCSpec", "status": "ArtifactGCStatus"},
    "WorkflowTaskResult": {**KIND, **RESULT},
    "WorkflowTaskSet": {**KIND, "spec": "WorkflowTaskSetSpec", "status": "WorkflowTaskSetStatus"},
    "WorkflowTaskSetSpec": {"tasks": "{Template"},
    "WorkflowTaskSetStatus": {"nodes": "{NodeResult"},
}

MODULES: dict[str, tuple[str, list[str]]] = {
    "meta": (
        "What every Kubernetes object carries, and the ways of pointing at another object.",
        words(
            """
            ObjectMeta Metadata ListMeta OwnerReference CreateOptions LabelSelector LabelSelectorRequirement
            LocalObjectReference ObjectReference ConfigMapKeySelector SecretKeySelector
            """
        ),
    ),
    "kubernetes": (
        "The parts of a Kubernetes container that an executor reads. All other parts of a pod are opaque (`Object`).",
        words(
            """
            Container EnvVar EnvVarSource EnvFromSource ConfigMapEnvSource SecretEnvSource ObjectFieldSelector
            ResourceFieldSelector FileKeySelector ResourceRequirements VolumeMount
            """
        ),
    ),
    "locations": (
        "Where an artifact is kept, how it is packed, and the repositories that artifacts go to by default.",
        words(
            """
            ArtifactLocation ArtifactRepository ArtifactRepositoryRef ArtifactRepositoryRefStatus ArtifactGC
            ArchiveStrategy NoneStrategy TarStrategy ZipStrategy ArtifactoryArtifact ArtifactoryArtifactRepository
            AzureArtifact AzureArtifactRepository GCSArtifact GCSArtifactRepository GitArtifact HDFSArtifact
            HDFSArtifactRepository HTTPArtifact HTTPAuth BasicAuth ClientCertAuth OAuth2Auth OAuth2EndpointParam Header
            OSSArtifact OSSArtifactRepository OSSLifecycleRule PluginArtifact PluginArtifactRepository RawArtifact
            S3Artifact S3ArtifactRepository CreateS3BucketOptions S3EncryptionOptions
            """
        ),
    ),
    "arguments": (
        "What goes into a template and what comes out of it: parameters and artifacts.",
        words("Parameter ValueFrom SuppliedValueFrom Artifact ArtifactPaths Inputs Outputs Arguments"),
    ),
    "policies": (
        "How a template is run: retried, remembered, measured, kept apart from others, repeated.",
        words(
            """
            RetryStrategy Backoff RetryAffinity RetryNodeAntiAffinity Memoize Cache Metrics Prometheus MetricLabel
            Counter Gauge Histogram Synchronization Mutex SemaphoreRef SyncDatabaseRef Sequence ContinueOn
            """
        ),
    ),
    "template": (
        "A template of any type, and the steps and tasks that call templates.",
        words(
            """
            Template TemplateRef WorkflowTemplateRef WorkflowStep DAGTemplate DAGTask LifecycleHook ContainerNode
            ContainerSetTemplate ContainerSetRetryStrategy ScriptTemplate SuspendTemplate ResourceTemplate ManifestFrom
            Data DataSource TransformationStep HTTP HTTPHeader HTTPHeaderSource HTTPBodySource UserContainer
            ExecutorConfig
            """
        ),
    ),
    "spec": (
        "What a workflow is to do: the templates, where to start, and how all of it is run.",
        words(
            """
            WorkflowSpec WorkflowMetadata LabelValueFrom WorkflowLevelArtifactGC PodGC TTLStrategy VolumeClaimGC
            ExecutorPlugin ExecutorPluginSpec ExecutorPluginSidecar
            """
        ),
    ),
    "status": (
        "What has become of a workflow and of each of its nodes.",
        words(
            """
            WorkflowStatus NodeStatus NodeFlag NodeSynchronizationStatus MemoizationStatus Condition ArtGCStatus
            SynchronizationStatus SemaphoreStatus SemaphoreHolding MutexStatus MutexHolding
            """
        ),
    ),
    "workflow": (
        "A workflow, and the libraries of templates that workflows are made from.",
        words(
            """
            Workflow WorkflowList WorkflowTemplate WorkflowTemplateList ClusterWorkflowTemplate
            ClusterWorkflowTemplateList
            """
        ),
    ),
    "cron": (
        "A workflow that is started by the clock.",
        words("CronWorkflow CronWorkflowList CronWorkflowSpec CronWorkflowStatus StopStrategy"),
    ),
    "events": (
        "A workflow that is started by an event that someone sends.",
        words("WorkflowEventBinding WorkflowEventBindingList WorkflowEventBindingSpec Event Submit"),
    ),
    "tasks": (
        "The kinds with which Argo's controller, its agent and its executors pass work and results to each other.",
        list(SUPPLEMENT),
    ),
    "requests": (
        "What the API's operations take and give, where that is not one of the kinds.",
        words(
            """
            WorkflowCreateRequest WorkflowSubmitRequest SubmitOpts WorkflowLintRequest WorkflowRetryRequest
            WorkflowResubmitRequest WorkflowResumeRequest WorkflowSetRequest WorkflowStopRequest WorkflowSuspendRequest
            WorkflowTerminateRequest WorkflowDeleteResponse WorkflowWatchEvent LogEntry WorkflowTemplateCreateRequest
            WorkflowTemplateUpdateRequest WorkflowTemplateLintRequest WorkflowTemplateDeleteResponse
            ClusterWorkflowTemplateCreateRequest ClusterWorkflowTemplateUpdateRequest ClusterWorkflowTemplateLintRequest
            ClusterWorkflowTemplateDeleteResponse CreateCronWorkflowRequest UpdateCronWorkflowRequest
            LintCronWorkflowRequest CronWorkflowResumeRequest CronWorkflowSuspendRequest CronWorkflowDeletedResponse
            RetryArchivedWorkflowRequest ResubmitArchivedWorkflowRequest ArchivedWorkflowDeletedResponse LabelKeys
            LabelValues CollectEventRequest CollectEventResponse EventResponse GetUserInfoResponse InfoResponse Version
            Link Column
            """
        ),
    ),
}

# Kubernetes types that nothing in the engine reads.
OPAQUE = set(
    words(
        """
            AWSElasticBlockStoreVolumeSource Affinity AppArmorProfile AzureDiskVolumeSource AzureFileVolumeSource
            CSIVolumeSource Capabilities CephFSVolumeSource CinderVolumeSource ClusterTrustBundleProjection
            ConfigMapProjection ConfigMapVolumeSource ContainerPort ContainerResizePolicy ContainerRestartRule
            ContainerRestartRuleOnExitCodes DownwardAPIProjection DownwardAPIVolumeFile DownwardAPIVolumeSource
            EmptyDirVolumeSource EphemeralVolumeSource ExecAction FCVolumeSource FlexVolumeSource FlockerVolumeSource
            GCEPersistentDiskVolumeSource GRPCAction GitRepoVolumeSource GlusterfsVolumeSource HTTPGetAction HostAlias
            HostPathVolumeSource ISCSIVolumeSource ImageVolumeSource KeyToPath Lifecycle LifecycleHandler
            ManagedFieldsEntry ModifyVolumeStatus NFSVolumeSource NodeAffinity NodeSelector NodeSelectorRequirement
            NodeSelectorTerm PersistentVolumeClaim PersistentVolumeClaimCondition PersistentVolumeClaimSpec
            PersistentVolumeClaimStatus PersistentVolumeClaimTemplate PersistentVolumeClaimVolumeSource
            PhotonPersistentDiskVolumeSource PodAffinity PodAffinityTerm PodAntiAffinity PodCertificateProjection
            PodDNSConfig PodDNSConfigOption PodDisruptionBudgetSpec PodResourceClaim PodSecurityContext
            PortworxVolumeSource PreferredSchedulingTerm Probe ProbeHTTPHeader ProjectedVolumeSource QuobyteVolumeSource
            RBDVolumeSource ResourceClaim SELinuxOptions ScaleIOVolumeSource SeccompProfile SecretProjection
            SecretVolumeSource SecurityContext ServiceAccountTokenProjection SleepAction StorageOSVolumeSource Sysctl
            TCPSocketAction Toleration TypedLocalObjectReference TypedObjectReference Volume VolumeDevice
            VolumeProjection VolumeResourceRequirements VsphereVirtualDiskVolumeSource WeightedPodAffinityTerm
            WindowsSecurityContextOptions
            """
    )
)
