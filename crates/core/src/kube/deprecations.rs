//! Versions of APIs that are deprecated or gone, with what replaces them.
//!
//! The rows for Kubernetes name releases of Kubernetes; those for other products name releases of theirs. Where
//! schemas exist, a test compares the releases in which a version was removed with them.

/// What became of one version of some kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deprecation {
    /// Whose releases are meant.
    pub product: &'static str,
    /// `apiVersion`
    pub api_version: &'static str,
    /// The kinds.
    pub kinds: &'static [&'static str],
    /// The release that deprecated it.
    pub deprecated: &'static str,
    /// The first release without it.
    pub removed: Option<&'static str>,
    /// What to use.
    pub replacement: Option<&'static str>,
}

/// What became of a kind under an `apiVersion`.
pub fn find(api_version: &str, kind: &str) -> Option<&'static Deprecation> {
    all().find(|row| row.api_version == api_version && row.kinds.contains(&kind))
}

/// All rows.
pub fn all() -> impl Iterator<Item = &'static Deprecation> {
    KUBERNETES.iter().chain(CERT_MANAGER).chain(ISTIO)
}

const fn row(
    product: &'static str,
    api_version: &'static str,
    kinds: &'static [&'static str],
    releases: (&'static str, &'static str),
    replacement: &'static str,
) -> Deprecation {
    let removed = if releases.1.is_empty() { None } else { Some(releases.1) };
    let replacement = if replacement.is_empty() { None } else { Some(replacement) };
    Deprecation { product, api_version, kinds, deprecated: releases.0, removed, replacement }
}

const fn kubernetes(
    api_version: &'static str,
    kinds: &'static [&'static str],
    releases: (&'static str, &'static str),
    replacement: &'static str,
) -> Deprecation {
    row("Kubernetes", api_version, kinds, releases, replacement)
}

const RBAC: &[&str] = &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];
const FLOW: &[&str] = &["FlowSchema", "PriorityLevelConfiguration"];
const WEBHOOKS: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
const POLICIES: &[&str] = &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];
const ACCESS: &[&str] =
    &["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"];
const CLAIMS: &[&str] = &["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"];

/// Kubernetes itself, group by group.
const KUBERNETES: &[Deprecation] = &[
    kubernetes("admissionregistration.k8s.io/v1beta1", WEBHOOKS, ("1.16", "1.22"), "admissionregistration.k8s.io/v1"),
    kubernetes("admissionregistration.k8s.io/v1beta1", POLICIES, ("1.31", "1.34"), "admissionregistration.k8s.io/v1"),
    kubernetes("admissionregistration.k8s.io/v1alpha1", POLICIES, ("1.30", "1.32"), "admissionregistration.k8s.io/v1"),
    kubernetes(
        "apiextensions.k8s.io/v1beta1",
        &["CustomResourceDefinition"],
        ("1.16", "1.22"),
        "apiextensions.k8s.io/v1",
    ),
    kubernetes("apiregistration.k8s.io/v1beta1", &["APIService"], ("1.19", "1.22"), "apiregistration.k8s.io/v1"),
    kubernetes("apps/v1beta1", &["Deployment", "StatefulSet", "ControllerRevision"], ("1.9", "1.16"), "apps/v1"),
    kubernetes(
        "apps/v1beta2",
        &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ControllerRevision"],
        ("1.9", "1.16"),
        "apps/v1",
    ),
    kubernetes("auditregistration.k8s.io/v1alpha1", &["AuditSink"], ("1.18", "1.19"), ""),
    kubernetes("authentication.k8s.io/v1beta1", &["TokenReview"], ("1.19", "1.22"), "authentication.k8s.io/v1"),
    kubernetes("authentication.k8s.io/v1beta1", &["SelfSubjectReview"], ("1.30", "1.33"), "authentication.k8s.io/v1"),
    kubernetes("authorization.k8s.io/v1beta1", ACCESS, ("1.19", "1.22"), "authorization.k8s.io/v1"),
    kubernetes("autoscaling/v2beta1", &["HorizontalPodAutoscaler"], ("1.22", "1.25"), "autoscaling/v2"),
    kubernetes("autoscaling/v2beta2", &["HorizontalPodAutoscaler"], ("1.23", "1.26"), "autoscaling/v2"),
    kubernetes("batch/v1beta1", &["CronJob"], ("1.21", "1.25"), "batch/v1"),
    kubernetes("batch/v2alpha1", &["CronJob"], ("1.20", "1.21"), "batch/v1"),
    kubernetes(
        "certificates.k8s.io/v1beta1",
        &["CertificateSigningRequest"],
        ("1.19", "1.22"),
        "certificates.k8s.io/v1",
    ),
    kubernetes("coordination.k8s.io/v1beta1", &["Lease"], ("1.19", "1.22"), "coordination.k8s.io/v1"),
    kubernetes("discovery.k8s.io/v1beta1", &["EndpointSlice"], ("1.21", "1.25"), "discovery.k8s.io/v1"),
    kubernetes("events.k8s.io/v1beta1", &["Event"], ("1.19", "1.25"), "events.k8s.io/v1"),
    kubernetes("extensions/v1beta1", &["Deployment", "DaemonSet", "ReplicaSet"], ("1.9", "1.16"), "apps/v1"),
    kubernetes("extensions/v1beta1", &["NetworkPolicy"], ("1.9", "1.16"), "networking.k8s.io/v1"),
    kubernetes("extensions/v1beta1", &["PodSecurityPolicy"], ("1.10", "1.16"), ""),
    kubernetes("extensions/v1beta1", &["Ingress"], ("1.14", "1.22"), "networking.k8s.io/v1"),
    kubernetes("flowcontrol.apiserver.k8s.io/v1alpha1", FLOW, ("1.20", "1.21"), "flowcontrol.apiserver.k8s.io/v1"),
    kubernetes("flowcontrol.apiserver.k8s.io/v1beta1", FLOW, ("1.23", "1.26"), "flowcontrol.apiserver.k8s.io/v1"),
    kubernetes("flowcontrol.apiserver.k8s.io/v1beta2", FLOW, ("1.26", "1.29"), "flowcontrol.apiserver.k8s.io/v1"),
    kubernetes("flowcontrol.apiserver.k8s.io/v1beta3", FLOW, ("1.29", "1.32"), "flowcontrol.apiserver.k8s.io/v1"),
    kubernetes("networking.k8s.io/v1beta1", &["Ingress", "IngressClass"], ("1.19", "1.22"), "networking.k8s.io/v1"),
    kubernetes("networking.k8s.io/v1beta1", &["IPAddress", "ServiceCIDR"], ("1.34", "1.37"), "networking.k8s.io/v1"),
    kubernetes("node.k8s.io/v1alpha1", &["RuntimeClass"], ("1.20", "1.24"), "node.k8s.io/v1"),
    kubernetes("node.k8s.io/v1beta1", &["RuntimeClass"], ("1.22", "1.25"), "node.k8s.io/v1"),
    kubernetes("policy/v1beta1", &["PodDisruptionBudget"], ("1.21", "1.25"), "policy/v1"),
    kubernetes("policy/v1beta1", &["PodSecurityPolicy"], ("1.21", "1.25"), ""),
    kubernetes("rbac.authorization.k8s.io/v1alpha1", RBAC, ("1.17", "1.23"), "rbac.authorization.k8s.io/v1"),
    kubernetes("rbac.authorization.k8s.io/v1beta1", RBAC, ("1.17", "1.22"), "rbac.authorization.k8s.io/v1"),
    kubernetes("resource.k8s.io/v1alpha3", CLAIMS, ("1.32", "1.34"), "resource.k8s.io/v1"),
    kubernetes("scheduling.k8s.io/v1alpha1", &["PriorityClass"], ("1.14", "1.23"), "scheduling.k8s.io/v1"),
    kubernetes("scheduling.k8s.io/v1beta1", &["PriorityClass"], ("1.14", "1.22"), "scheduling.k8s.io/v1"),
    kubernetes("settings.k8s.io/v1alpha1", &["PodPreset"], ("1.19", "1.20"), ""),
    kubernetes(
        "storage.k8s.io/v1beta1",
        &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
        ("1.19", "1.22"),
        "storage.k8s.io/v1",
    ),
    kubernetes("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], ("1.24", "1.27"), "storage.k8s.io/v1"),
    kubernetes("storage.k8s.io/v1alpha1", &["CSIStorageCapacity"], ("1.21", "1.24"), "storage.k8s.io/v1"),
    kubernetes("storage.k8s.io/v1alpha1", &["VolumeAttachment"], ("1.20", "1.23"), "storage.k8s.io/v1"),
    kubernetes("v1", &["ComponentStatus"], ("1.19", ""), ""),
    kubernetes("v1", &["Endpoints"], ("1.33", ""), "discovery.k8s.io/v1 EndpointSlice"),
];

const CERTIFICATES: &[&str] = &["Certificate", "CertificateRequest", "ClusterIssuer", "Issuer"];
const ACME: &[&str] = &["Challenge", "Order"];

const fn cert_manager(
    api_version: &'static str,
    kinds: &'static [&'static str],
    releases: (&'static str, &'static str),
    replacement: &'static str,
) -> Deprecation {
    row("cert-manager", api_version, kinds, releases, replacement)
}

/// cert-manager.
const CERT_MANAGER: &[Deprecation] = &[
    cert_manager(
        "certmanager.k8s.io/v1alpha1",
        &["Certificate", "CertificateRequest", "Challenge", "ClusterIssuer", "Issuer", "Order"],
        ("0.11", "0.11"),
        "cert-manager.io/v1 or acme.cert-manager.io/v1",
    ),
    cert_manager("cert-manager.io/v1alpha2", CERTIFICATES, ("1.4", "1.6"), "cert-manager.io/v1"),
    cert_manager("cert-manager.io/v1alpha3", CERTIFICATES, ("1.4", "1.6"), "cert-manager.io/v1"),
    cert_manager("cert-manager.io/v1beta1", CERTIFICATES, ("1.4", "1.6"), "cert-manager.io/v1"),
    cert_manager("acme.cert-manager.io/v1alpha2", ACME, ("1.4", "1.6"), "acme.cert-manager.io/v1"),
    cert_manager("acme.cert-manager.io/v1alpha3", ACME, ("1.4", "1.6"), "acme.cert-manager.io/v1"),
    cert_manager("acme.cert-manager.io/v1beta1", ACME, ("1.4", "1.6"), "acme.cert-manager.io/v1"),
];

/// Istio.
const ISTIO: &[Deprecation] = &[
    row(
        "Istio",
        "authentication.istio.io/v1alpha1",
        &["MeshPolicy", "Policy"],
        ("1.5", "1.6"),
        "security.istio.io/v1 PeerAuthentication and RequestAuthentication",
    ),
    row(
        "Istio",
        "rbac.istio.io/v1alpha1",
        &["ClusterRbacConfig", "RbacConfig", "ServiceRole", "ServiceRoleBinding"],
        ("1.4", "1.6"),
        "security.istio.io/v1 AuthorizationPolicy",
    ),
    row(
        "Istio",
        "config.istio.io/v1alpha2",
        &["HTTPAPISpec", "HTTPAPISpecBinding", "QuotaSpec", "QuotaSpecBinding", "adapter", "attributemanifest"],
        ("1.5", "1.8"),
        "",
    ),
    row("Istio", "config.istio.io/v1alpha2", &["handler", "instance", "rule", "template"], ("1.5", "1.8"), ""),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::{served, versions};

    fn number(release: &str) -> u32 {
        release.trim_start_matches("1.").parse().unwrap()
    }

    #[test]
    fn removals_agree_with_the_schemas() {
        let oldest = number(versions().next().unwrap());
        for row in KUBERNETES {
            for kind in row.kinds {
                let last = served(row.api_version, kind).map(|(_, last)| number(last));
                match row.removed.map(number) {
                    Some(removed) if removed <= oldest => assert_eq!(last, None, "{row:?} {kind}"),
                    Some(removed) => assert_eq!(last, Some(removed - 1), "{row:?} {kind}"),
                    None => assert_eq!(last, Some(37), "{row:?} {kind}"),
                }
            }
        }
    }

    #[test]
    fn replacements_exist() {
        for row in KUBERNETES {
            let Some(replacement) = row.replacement else { continue };
            let (api_version, other) = replacement.split_once(' ').unwrap_or((replacement, ""));
            for kind in row.kinds {
                let kind = if other.is_empty() { kind } else { other };
                assert!(served(api_version, kind).is_some(), "{row:?}");
            }
        }
    }

    #[test]
    fn rows_are_found() {
        let row = find("policy/v1beta1", "PodDisruptionBudget").unwrap();
        assert_eq!((row.deprecated, row.removed, row.replacement), ("1.21", Some("1.25"), Some("policy/v1")));
        assert_eq!(find("policy/v1", "PodDisruptionBudget"), None);
        assert_eq!(find("cert-manager.io/v1alpha2", "Issuer").unwrap().product, "cert-manager");
    }
}
