//! Kinds that are on their way out: `rules/deprecations.go` of Helm's linter.
//!
//! Helm asks the types of client-go; what they say is in the table, from the `APILifecycle…` functions of
//! k8s.io/api 0.37 for Helm 4 and 0.32 for Helm 3.

use crate::host::HelmVersion;
use crate::render::KubeVersion;

/// What becomes of a kind.
struct Row {
    api_version: &'static str,
    kind: &'static str,
    /// The minor version of Kubernetes 1 that deprecates it.
    deprecated: u32,
    /// The one that no longer has it; zero where that is not known.
    removed: u32,
    /// `apiVersion` and kind to use instead; empty where there is none.
    replacement: &'static str,
    /// Which version of Helm says so; none for both.
    helm: Option<HelmVersion>,
}

const BOTH: Option<HelmVersion> = None;
const FOUR: Option<HelmVersion> = Some(HelmVersion::V4);
const THREE: Option<HelmVersion> = Some(HelmVersion::V3);

const fn row(
    api_version: &'static str,
    kind: &'static str,
    deprecated: u32,
    removed: u32,
    replacement: &'static str,
    helm: Option<HelmVersion>,
) -> Row {
    Row { api_version, kind, deprecated, removed, replacement, helm }
}

/// What there is to say about a kind in a version of Kubernetes: `deprecation.WarningMessage`.
pub(super) fn warning(api_version: &str, kind: &str, kube: &KubeVersion, helm: HelmVersion) -> Option<String> {
    let of = |kind: &str| {
        ROWS.iter().find(|row| {
            row.api_version == api_version && row.kind == kind && row.helm.is_none_or(|wanted| wanted == helm)
        })
    };
    // A list shares the fate of its items.
    let (row, list) = match of(kind) {
        Some(row) => (row, ""),
        None => (of(kind.strip_suffix("List")?)?, "List"),
    };
    let (major, minor): (u32, u32) = (kube.major.parse().ok()?, kube.minor.parse().ok()?);
    if (major, minor) != (0, 0) && (1, row.deprecated) > (major, minor) {
        return None;
    }
    let mut text = format!("{api_version} {kind} is deprecated in v1.{}+", row.deprecated);
    if row.removed > 0 {
        text.push_str(&format!(", unavailable in v1.{}+", row.removed));
    }
    if !row.replacement.is_empty() {
        text.push_str(&format!("; use {}{list}", row.replacement));
    }
    Some(text)
}

const ROWS: &[Row] = &[
    row("v1", "ComponentStatus", 19, 0, "", BOTH),
    row("v1", "Endpoints", 33, 0, "discovery.k8s.io/v1 EndpointSlice", FOUR),
    row("v1", "EndpointsList", 33, 0, "discovery.k8s.io/v1 EndpointSliceList", FOUR),
    row("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicy", 35, 38, "", BOTH),
    row("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicyBinding", 35, 38, "", BOTH),
    row("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicy", 29, 32, "", BOTH),
    row("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicyBinding", 29, 32, "", BOTH),
    row(
        "admissionregistration.k8s.io/v1beta1",
        "MutatingAdmissionPolicy",
        37,
        40,
        "admissionregistration.k8s.io/v1 MutatingAdmissionPolicy",
        FOUR,
    ),
    row(
        "admissionregistration.k8s.io/v1beta1",
        "MutatingAdmissionPolicyBinding",
        37,
        40,
        "admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding",
        FOUR,
    ),
    row(
        "admissionregistration.k8s.io/v1beta1",
        "MutatingWebhookConfiguration",
        16,
        22,
        "admissionregistration.k8s.io/v1 MutatingWebhookConfiguration",
        BOTH,
    ),
    row("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy", 31, 34, "", BOTH),
    row("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicyBinding", 31, 34, "", BOTH),
    row(
        "admissionregistration.k8s.io/v1beta1",
        "ValidatingWebhookConfiguration",
        16,
        22,
        "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration",
        BOTH,
    ),
    row("apps/v1beta1", "ControllerRevision", 8, 16, "apps/v1 ControllerRevision", BOTH),
    row("apps/v1beta1", "Deployment", 8, 16, "apps/v1 Deployment", BOTH),
    row("apps/v1beta1", "DeploymentRollback", 8, 16, "apps/v1 DeploymentRollback", BOTH),
    row("apps/v1beta1", "Scale", 8, 16, "autoscaling/v1 Scale", BOTH),
    row("apps/v1beta1", "StatefulSet", 8, 16, "apps/v1 StatefulSet", BOTH),
    row("apps/v1beta2", "ControllerRevision", 9, 16, "apps/v1 ControllerRevision", BOTH),
    row("apps/v1beta2", "DaemonSet", 9, 16, "apps/v1 DaemonSet", BOTH),
    row("apps/v1beta2", "Deployment", 9, 16, "apps/v1 Deployment", BOTH),
    row("apps/v1beta2", "ReplicaSet", 9, 16, "apps/v1 ReplicaSet", BOTH),
    row("apps/v1beta2", "Scale", 9, 16, "autoscaling/v1 Scale", BOTH),
    row("apps/v1beta2", "StatefulSet", 9, 16, "apps/v1 StatefulSet", BOTH),
    row("authentication.k8s.io/v1alpha1", "SelfSubjectReview", 29, 32, "", BOTH),
    row("authentication.k8s.io/v1beta1", "SelfSubjectReview", 30, 33, "", BOTH),
    row("authentication.k8s.io/v1beta1", "TokenReview", 19, 22, "authentication.k8s.io/v1 TokenReview", BOTH),
    row(
        "authorization.k8s.io/v1beta1",
        "LocalSubjectAccessReview",
        19,
        22,
        "authorization.k8s.io/v1 LocalSubjectAccessReview",
        BOTH,
    ),
    row(
        "authorization.k8s.io/v1beta1",
        "SelfSubjectAccessReview",
        19,
        22,
        "authorization.k8s.io/v1 SelfSubjectAccessReview",
        BOTH,
    ),
    row(
        "authorization.k8s.io/v1beta1",
        "SelfSubjectRulesReview",
        19,
        22,
        "authorization.k8s.io/v1 SelfSubjectRulesReview",
        BOTH,
    ),
    row(
        "authorization.k8s.io/v1beta1",
        "SubjectAccessReview",
        19,
        22,
        "authorization.k8s.io/v1 SubjectAccessReview",
        BOTH,
    ),
    row("autoscaling/v2beta1", "HorizontalPodAutoscaler", 22, 25, "autoscaling/v2 HorizontalPodAutoscaler", THREE),
    row(
        "autoscaling/v2beta1",
        "HorizontalPodAutoscalerList",
        22,
        25,
        "autoscaling/v2beta2 HorizontalPodAutoscalerList",
        THREE,
    ),
    row("autoscaling/v2beta2", "HorizontalPodAutoscaler", 23, 26, "autoscaling/v2 HorizontalPodAutoscaler", THREE),
    row("autoscaling/v2beta2", "HorizontalPodAutoscalerList", 22, 25, "", THREE),
    row("batch/v1beta1", "CronJob", 21, 25, "batch/v1 CronJob", BOTH),
    row("certificates.k8s.io/v1alpha1", "ClusterTrustBundle", 34, 37, "", BOTH),
    row(
        "certificates.k8s.io/v1beta1",
        "CertificateSigningRequest",
        19,
        22,
        "certificates.k8s.io/v1 CertificateSigningRequest",
        BOTH,
    ),
    row("certificates.k8s.io/v1beta1", "ClusterTrustBundle", 37, 40, "certificates.k8s.io/v1 ClusterTrustBundle", FOUR),
    row(
        "certificates.k8s.io/v1beta1",
        "PodCertificateRequest",
        37,
        40,
        "certificates.k8s.io/v1 PodCertificateRequest",
        FOUR,
    ),
    row("coordination.k8s.io/v1alpha2", "LeaseCandidate", 35, 38, "", BOTH),
    row("coordination.k8s.io/v1beta1", "Lease", 19, 22, "coordination.k8s.io/v1 Lease", BOTH),
    row("coordination.k8s.io/v1beta1", "LeaseCandidate", 36, 39, "", FOUR),
    row("discovery.k8s.io/v1beta1", "EndpointSlice", 21, 25, "discovery.k8s.io/v1 EndpointSlice", BOTH),
    row("discovery.k8s.io/v1beta1", "EndpointSliceList", 21, 25, "discovery.k8s.io/v1 EndpointSlice", BOTH),
    row("events.k8s.io/v1beta1", "Event", 22, 25, "", BOTH),
    row("extensions/v1beta1", "DaemonSet", 8, 16, "apps/v1 DaemonSet", BOTH),
    row("extensions/v1beta1", "Deployment", 8, 16, "apps/v1 Deployment", BOTH),
    row("extensions/v1beta1", "DeploymentRollback", 8, 16, "", BOTH),
    row("extensions/v1beta1", "Ingress", 14, 22, "networking.k8s.io/v1 Ingress", BOTH),
    row("extensions/v1beta1", "NetworkPolicy", 9, 16, "networking.k8s.io/v1 NetworkPolicy", BOTH),
    row("extensions/v1beta1", "ReplicaSet", 8, 16, "apps/v1 ReplicaSet", BOTH),
    row("extensions/v1beta1", "Scale", 2, 16, "", BOTH),
    row(
        "flowcontrol.apiserver.k8s.io/v1beta1",
        "FlowSchema",
        23,
        26,
        "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema",
        BOTH,
    ),
    row(
        "flowcontrol.apiserver.k8s.io/v1beta1",
        "PriorityLevelConfiguration",
        23,
        26,
        "flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration",
        BOTH,
    ),
    row(
        "flowcontrol.apiserver.k8s.io/v1beta2",
        "FlowSchema",
        26,
        29,
        "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema",
        BOTH,
    ),
    row(
        "flowcontrol.apiserver.k8s.io/v1beta2",
        "PriorityLevelConfiguration",
        26,
        29,
        "flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration",
        BOTH,
    ),
    row(
        "flowcontrol.apiserver.k8s.io/v1beta3",
        "FlowSchema",
        29,
        32,
        "flowcontrol.apiserver.k8s.io/v1 FlowSchema",
        BOTH,
    ),
    row(
        "flowcontrol.apiserver.k8s.io/v1beta3",
        "PriorityLevelConfiguration",
        29,
        32,
        "flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration",
        BOTH,
    ),
    row("lifecycle.k8s.io/v1alpha1", "Eviction", 40, 43, "", FOUR),
    row("lifecycle.k8s.io/v1alpha1", "EvictionRequest", 40, 43, "", FOUR),
    row("networking.k8s.io/v1alpha1", "IPAddress", 30, 33, "", THREE),
    row("networking.k8s.io/v1alpha1", "ServiceCIDR", 30, 33, "", THREE),
    row("networking.k8s.io/v1beta1", "IPAddress", 34, 37, "", BOTH),
    row("networking.k8s.io/v1beta1", "Ingress", 19, 22, "networking.k8s.io/v1 Ingress", BOTH),
    row("networking.k8s.io/v1beta1", "IngressClass", 19, 22, "networking.k8s.io/v1 IngressClassList", BOTH),
    row("networking.k8s.io/v1beta1", "IngressClassList", 19, 22, "networking.k8s.io/v1 IngressClassList", BOTH),
    row("networking.k8s.io/v1beta1", "ServiceCIDR", 34, 37, "", BOTH),
    row("node.k8s.io/v1beta1", "RuntimeClass", 22, 25, "", BOTH),
    row("policy/v1beta1", "Eviction", 22, 25, "", BOTH),
    row("policy/v1beta1", "PodDisruptionBudget", 21, 25, "policy/v1 PodDisruptionBudget", BOTH),
    row("rbac.authorization.k8s.io/v1beta1", "ClusterRole", 17, 22, "rbac.authorization.k8s.io/v1 ClusterRole", BOTH),
    row(
        "rbac.authorization.k8s.io/v1beta1",
        "ClusterRoleBinding",
        17,
        22,
        "rbac.authorization.k8s.io/v1 ClusterRoleBinding",
        BOTH,
    ),
    row("rbac.authorization.k8s.io/v1beta1", "Role", 17, 22, "rbac.authorization.k8s.io/v1 Role", BOTH),
    row("rbac.authorization.k8s.io/v1beta1", "RoleBinding", 17, 22, "rbac.authorization.k8s.io/v1 RoleBinding", BOTH),
    row("resource.k8s.io/v1alpha3", "DeviceClass", 34, 37, "resource.k8s.io/v1beta1 DeviceClass", THREE),
    row("resource.k8s.io/v1alpha3", "DeviceTaintRule", 36, 39, "", FOUR),
    row("resource.k8s.io/v1alpha3", "ResourceClaim", 34, 37, "resource.k8s.io/v1beta1 ResourceClaim", THREE),
    row(
        "resource.k8s.io/v1alpha3",
        "ResourceClaimTemplate",
        34,
        37,
        "resource.k8s.io/v1beta1 ResourceClaimTemplate",
        THREE,
    ),
    row("resource.k8s.io/v1alpha3", "ResourcePoolStatusRequest", 39, 42, "", FOUR),
    row("resource.k8s.io/v1alpha3", "ResourceSlice", 34, 37, "resource.k8s.io/v1beta1 ResourceSlice", THREE),
    row("resource.k8s.io/v1beta1", "DeviceClass", 35, 38, "", BOTH),
    row("resource.k8s.io/v1beta1", "ResourceClaim", 35, 38, "", BOTH),
    row("resource.k8s.io/v1beta1", "ResourceClaimTemplate", 35, 38, "", BOTH),
    row("resource.k8s.io/v1beta1", "ResourceSlice", 35, 38, "", BOTH),
    row("resource.k8s.io/v1beta2", "DeviceClass", 36, 39, "", FOUR),
    row("resource.k8s.io/v1beta2", "DeviceTaintRule", 39, 42, "", FOUR),
    row("resource.k8s.io/v1beta2", "ResourceClaim", 36, 39, "", FOUR),
    row("resource.k8s.io/v1beta2", "ResourceClaimTemplate", 36, 39, "", FOUR),
    row("resource.k8s.io/v1beta2", "ResourceSlice", 36, 39, "", FOUR),
    row("scheduling.k8s.io/v1beta1", "PodGroup", 40, 43, "", FOUR),
    row("scheduling.k8s.io/v1beta1", "PriorityClass", 14, 22, "scheduling.k8s.io/v1 PriorityClass", BOTH),
    row("scheduling.k8s.io/v1beta1", "Workload", 40, 43, "", FOUR),
    row("storage.k8s.io/v1alpha1", "CSIStorageCapacity", 21, 24, "storage.k8s.io/v1beta1 CSIStorageCapacity", BOTH),
    row("storage.k8s.io/v1alpha1", "VolumeAttachment", 21, 24, "storage.k8s.io/v1 VolumeAttachment", BOTH),
    row("storage.k8s.io/v1alpha1", "VolumeAttributesClass", 32, 35, "", THREE),
    row("storage.k8s.io/v1alpha1", "VolumeAttributesClass", 32, 35, "storage.k8s.io/v1 VolumeAttributesClass", FOUR),
    row("storage.k8s.io/v1beta1", "CSIDriver", 19, 22, "storage.k8s.io/v1 CSIDriver", BOTH),
    row("storage.k8s.io/v1beta1", "CSINode", 17, 22, "storage.k8s.io/v1 CSINode", BOTH),
    row("storage.k8s.io/v1beta1", "CSINodeList", 17, 22, "storage.k8s.io/v1 CSINode", BOTH),
    row("storage.k8s.io/v1beta1", "CSIStorageCapacity", 24, 27, "storage.k8s.io/v1 CSIStorageCapacity", BOTH),
    row("storage.k8s.io/v1beta1", "StorageClass", 19, 22, "storage.k8s.io/v1 StorageClass", BOTH),
    row("storage.k8s.io/v1beta1", "VolumeAttachment", 19, 22, "storage.k8s.io/v1 VolumeAttachment", BOTH),
    row("storage.k8s.io/v1beta1", "VolumeAttributesClass", 34, 37, "", THREE),
    row("storage.k8s.io/v1beta1", "VolumeAttributesClass", 34, 37, "storage.k8s.io/v1 VolumeAttributesClass", FOUR),
    row("storagemigration.k8s.io/v1alpha1", "StorageVersionMigration", 33, 36, "", THREE),
    row(
        "storagemigration.k8s.io/v1beta1",
        "StorageVersionMigration",
        37,
        40,
        "storagemigration.k8s.io/v1 StorageVersionMigration",
        FOUR,
    ),
];
