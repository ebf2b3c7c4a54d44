//! Versions of Kubernetes and Helm: what `.Capabilities` says by default.

use crate::host::HelmVersion;
use crate::text::Str;
use std::sync::LazyLock;

/// What a build of Helm says of itself and of the cluster it imagines.
#[derive(Clone, Copy, Debug)]
pub struct Defaults {
    /// `.Capabilities.HelmVersion.Version`
    pub version: &'static str,
    /// `.Capabilities.HelmVersion.GitCommit`
    pub git_commit: &'static str,
    /// `.Capabilities.HelmVersion.GoVersion`
    pub go_version: &'static str,
    /// `.Capabilities.HelmVersion.KubeClientVersion`, in Helm 4
    pub kube_client_version: &'static str,
    /// Minor version of Kubernetes.
    pub kube_minor: u32,
    /// `.Capabilities.APIVersions`, in Helm's order: client-go's scheme and apiextensions.
    pub api_versions: &'static str,
}

/// Defaults of Helm 4.3.1 or 3.17.2, as their binaries print them.
pub fn defaults(helm: HelmVersion) -> &'static Defaults {
    match helm {
        HelmVersion::V4 => &HELM_4,
        HelmVersion::V3 => &HELM_3,
    }
}

/// The API versions of [`Defaults`], each by itself.
pub fn api_versions(helm: HelmVersion) -> &'static [Str] {
    static HELM_4_LIST: LazyLock<Vec<Str>> = LazyLock::new(|| HELM_4.api_versions.split(' ').map(Str::from).collect());
    static HELM_3_LIST: LazyLock<Vec<Str>> = LazyLock::new(|| HELM_3.api_versions.split(' ').map(Str::from).collect());
    match helm {
        HelmVersion::V4 => &HELM_4_LIST,
        HelmVersion::V3 => &HELM_3_LIST,
    }
}

static HELM_4: Defaults = Defaults {
    version: "v4.3.1",
    git_commit: "c0d08d0d6d9424d4a14febb5e8a3e51b0dd00dff",
    go_version: "go1.27.2",
    kube_client_version: "v1.37",
    kube_minor: 37,
    api_versions: "v1 admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1 \
        admissionregistration.k8s.io/v1beta1 internal.apiserver.k8s.io/v1alpha1 apps/v1 apps/v1beta1 \
        apps/v1beta2 authentication.k8s.io/v1 authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1 \
        authorization.k8s.io/v1 authorization.k8s.io/v1beta1 autoscaling/v1 autoscaling/v2 batch/v1 \
        batch/v1beta1 certificates.k8s.io/v1 certificates.k8s.io/v1beta1 certificates.k8s.io/v1alpha1 \
        coordination.k8s.io/v1alpha2 coordination.k8s.io/v1beta1 coordination.k8s.io/v1 discovery.k8s.io/v1 \
        discovery.k8s.io/v1beta1 events.k8s.io/v1 events.k8s.io/v1beta1 extensions/v1beta1 \
        flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1 \
        flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1beta3 lifecycle.k8s.io/v1alpha1 \
        networking.k8s.io/v1 networking.k8s.io/v1beta1 node.k8s.io/v1 node.k8s.io/v1alpha1 \
        node.k8s.io/v1beta1 policy/v1 policy/v1beta1 rbac.authorization.k8s.io/v1 \
        rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1 resource.k8s.io/v1 \
        resource.k8s.io/v1beta2 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3 scheduling.k8s.io/v1alpha3 \
        scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1 storage.k8s.io/v1beta1 storage.k8s.io/v1 \
        storage.k8s.io/v1alpha1 storagemigration.k8s.io/v1 storagemigration.k8s.io/v1beta1 \
        apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1",
};

static HELM_3: Defaults = Defaults {
    version: "v3.17.2",
    git_commit: "cc0bbbd6d6276b83880042c1ecb34087e84d41eb",
    go_version: "go1.23.7",
    kube_client_version: "",
    kube_minor: 32,
    api_versions: "v1 admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1 \
        admissionregistration.k8s.io/v1beta1 internal.apiserver.k8s.io/v1alpha1 apps/v1 apps/v1beta1 \
        apps/v1beta2 authentication.k8s.io/v1 authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1 \
        authorization.k8s.io/v1 authorization.k8s.io/v1beta1 autoscaling/v1 autoscaling/v2 \
        autoscaling/v2beta1 autoscaling/v2beta2 batch/v1 batch/v1beta1 certificates.k8s.io/v1 \
        certificates.k8s.io/v1beta1 certificates.k8s.io/v1alpha1 coordination.k8s.io/v1alpha2 \
        coordination.k8s.io/v1beta1 coordination.k8s.io/v1 discovery.k8s.io/v1 discovery.k8s.io/v1beta1 \
        events.k8s.io/v1 events.k8s.io/v1beta1 extensions/v1beta1 flowcontrol.apiserver.k8s.io/v1 \
        flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1beta2 \
        flowcontrol.apiserver.k8s.io/v1beta3 networking.k8s.io/v1 networking.k8s.io/v1alpha1 \
        networking.k8s.io/v1beta1 node.k8s.io/v1 node.k8s.io/v1alpha1 node.k8s.io/v1beta1 policy/v1 \
        policy/v1beta1 rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 \
        rbac.authorization.k8s.io/v1alpha1 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3 \
        scheduling.k8s.io/v1alpha1 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1 storage.k8s.io/v1beta1 \
        storage.k8s.io/v1 storage.k8s.io/v1alpha1 storagemigration.k8s.io/v1alpha1 \
        apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1",
};
