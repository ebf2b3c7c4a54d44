//! What the server fills in where an object says nothing, as far as checks of updates ask for it.

/// A value that is filled in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Filled {
    Text(&'static str),
    Number(i64),
    Bool(bool),
    /// A struct with nothing in it.
    Empty,
    /// What another field of the same map says.
    Sibling(&'static str),
    /// Goes by the tag of the image.
    PullPolicy,
    /// A list with one text.
    Item(&'static str),
}
use Filled::{Bool, Empty, Item, Number, PullPolicy, Sibling, Text};

/// By the type, without what all have in front, and the field: `SetDefaults_…` and `zz_generated.defaults.go`.
const ROWS: &[(&str, &[(&str, Filled)])] = &[
    (
        "core.v1.PodSpec",
        &[
            ("dnsPolicy", Text("ClusterFirst")),
            ("restartPolicy", Text("Always")),
            ("schedulerName", Text("default-scheduler")),
            ("securityContext", Empty),
            ("serviceAccountName", Sibling("serviceAccount")),
            ("serviceAccount", Sibling("serviceAccountName")),
            ("terminationGracePeriodSeconds", Number(30)),
        ],
    ),
    ("core.v1.PodTemplateSpec", &[("metadata", Empty), ("spec", Empty)]),
    ("core.v1.PersistentVolumeClaim", &[("metadata", Empty), ("spec", Empty)]),
    ("core.v1.Container", CONTAINER),
    ("core.v1.EphemeralContainer", CONTAINER),
    ("core.v1.ContainerPort", &[("protocol", Text("TCP"))]),
    (
        "core.v1.Probe",
        &[
            ("timeoutSeconds", Number(1)),
            ("periodSeconds", Number(10)),
            ("successThreshold", Number(1)),
            ("failureThreshold", Number(3)),
        ],
    ),
    ("core.v1.HTTPGetAction", &[("path", Text("/")), ("scheme", Text("HTTP"))]),
    ("core.v1.ObjectFieldSelector", &[("apiVersion", Text("v1"))]),
    ("core.v1.ResourceFieldSelector", &[("divisor", Text("0"))]),
    ("core.v1.SecretVolumeSource", MODE),
    ("core.v1.ConfigMapVolumeSource", MODE),
    ("core.v1.DownwardAPIVolumeSource", MODE),
    ("core.v1.ProjectedVolumeSource", MODE),
    ("core.v1.ServiceAccountTokenProjection", &[("expirationSeconds", Number(3600))]),
    ("core.v1.PersistentVolumeClaimSpec", &[("volumeMode", Text("Filesystem")), ("resources", Empty)]),
    ("core.v1.PersistentVolumeClaimTemplate", &[("metadata", Empty), ("spec", Empty)]),
    ("core.v1.PersistentVolumeSpec", &[("volumeMode", Text("Filesystem"))]),
    ("core.v1.ISCSIVolumeSource", &[("iscsiInterface", Text("default"))]),
    ("core.v1.ISCSIPersistentVolumeSource", &[("iscsiInterface", Text("default"))]),
    ("core.v1.RBDVolumeSource", RBD),
    ("core.v1.RBDPersistentVolumeSource", RBD),
    (
        "core.v1.AzureDiskVolumeSource",
        &[
            ("cachingMode", Text("ReadWrite")),
            ("fsType", Text("ext4")),
            ("kind", Text("Shared")),
            ("readOnly", Bool(false)),
        ],
    ),
    ("core.v1.ScaleIOVolumeSource", &[("storageMode", Text("ThinProvisioned")), ("fsType", Text("xfs"))]),
    ("core.v1.ScaleIOPersistentVolumeSource", &[("storageMode", Text("ThinProvisioned")), ("fsType", Text("xfs"))]),
    (
        "apps.v1.StatefulSetSpec",
        &[("podManagementPolicy", Text("OrderedReady")), ("revisionHistoryLimit", Number(10)), ("template", Empty)],
    ),
    ("batch.v1.JobSpec", &[("completionMode", Text("NonIndexed"))]),
    ("storage.v1.StorageClass", &[("reclaimPolicy", Text("Delete")), ("volumeBindingMode", Text("Immediate"))]),
    ("storage.v1.CSIDriverSpec", &[("attachRequired", Bool(true)), ("volumeLifecycleModes", Item("Persistent"))]),
    ("scheduling.v1.PriorityClass", &[("preemptionPolicy", Text("PreemptLowerPriority"))]),
    ("core.v1.Secret", &[("type", Text("Opaque"))]),
    ("rbac.v1.RoleRef", &[("apiGroup", Text("rbac.authorization.k8s.io"))]),
    ("resource.v1.ExactDeviceRequest", REQUEST),
    ("resource.v1.DeviceSubRequest", REQUEST),
    ("resource.v1beta2.ExactDeviceRequest", REQUEST),
    ("resource.v1beta2.DeviceSubRequest", REQUEST),
    ("resource.v1beta1.DeviceRequest", REQUEST),
    ("resource.v1beta1.DeviceSubRequest", REQUEST),
];

const REQUEST: &[(&str, Filled)] = &[("allocationMode", Text("ExactCount")), ("count", Number(1))];
const CONTAINER: &[(&str, Filled)] = &[
    ("imagePullPolicy", PullPolicy),
    ("resources", Empty),
    ("terminationMessagePath", Text("/dev/termination-log")),
    ("terminationMessagePolicy", Text("File")),
];
const MODE: &[(&str, Filled)] = &[("defaultMode", Number(420))];
const RBD: &[(&str, Filled)] =
    &[("pool", Text("rbd")), ("user", Text("admin")), ("keyring", Text("/etc/ceph/keyring"))];

/// Fields where zero, `false` or an empty text is not the same as nothing.
pub(super) const POINTERS: &[&str] = &[
    "activeDeadlineSeconds",
    "allowPrivilegeEscalation",
    "attachRequired",
    "automountServiceAccountToken",
    "backoffLimitPerIndex",
    "completions",
    "defaultMode",
    "enableServiceLinks",
    "fsGroup",
    "hostProcess",
    "hostUsers",
    "maxFailedIndexes",
    "minDomains",
    "mode",
    "optional",
    "parallelism",
    "priority",
    "privileged",
    "readOnlyRootFilesystem",
    "runAsGroup",
    "runAsNonRoot",
    "runAsUser",
    "runtimeClassName",
    "setHostnameAsFQDN",
    "shareProcessNamespace",
    "storageClassName",
    "succeededCount",
    "terminationGracePeriodSeconds",
    "tolerationSeconds",
    "volumeAttributesClassName",
];

/// What says what an object inside another one is, and what the server keeps about it.
pub(super) fn is_ignored(definition: &str, field: &str) -> bool {
    definition == "io.k8s.api.core.v1.PersistentVolumeClaim" && matches!(field, "apiVersion" | "kind" | "status")
}

/// What a field of a type is where it is not there.
pub(super) fn of(definition: &str, field: &str) -> Option<Filled> {
    let name = definition.strip_prefix("io.k8s.api.")?;
    let (_, fields) = ROWS.iter().find(|(of, _)| *of == name)?;
    fields.iter().find(|(of, _)| *of == field).map(|(_, default)| *default)
}
