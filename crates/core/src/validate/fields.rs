//! What the API server makes of fields that are not there, and which fields it drops before it looks.
//!
//! The published schemas say `required` of many fields that Go fills with zero, and know nothing of feature gates.

/// What happens where a required field is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// The server refuses it, and names the field.
    Refused,
    /// The server refuses it, and names a field below it.
    Below(&'static [&'static str]),
    /// The server fills in zero, and that is fine.
    Fine,
}

/// Required by the schema alone: the end of the definition's name, the field, the first minor version where it is fine.
const FINE: &[(&str, &str, u32)] = &[
    (".ControllerRevision", "revision", 0),
    (".CustomResourceDefinitionVersion", "served", 0),
    (".CustomResourceDefinitionVersion", "storage", 0),
    (".CSIDriver", "spec", 0),
    (".CSINodeSpec", "drivers", 0),
    (".Counter", "value", 0),
    (".DeviceCapacity", "value", 0),
    (".EndpointSlice", "endpoints", 0),
    (".discovery.v1.ForZone", "name", 0),
    (".HTTPHeader", "value", 0),
    (".ISCSIVolumeSource", "lun", 0),
    (".ISCSIPersistentVolumeSource", "lun", 0),
    (".LimitRangeSpec", "limits", 0),
    (".NetworkPolicySpec", "podSelector", 0),
    (".PodFailurePolicy", "rules", 0),
    (".PodFailurePolicyOnPodConditionsPattern", "status", 0),
    (".PodFailurePolicyRule", "onPodConditions", 0),
    (".PreferredSchedulingTerm", "preference", 0),
    (".PriorityClass", "value", 0),
    (".ResourceClaimTemplateSpec", "spec", 0),
    (".ResourcePool", "generation", 0),
    (".RoleRef", "apiGroup", 0),
    (".ScaleIOVolumeSource", "secretRef", 0),
    (".ScaleIOPersistentVolumeSource", "secretRef", 0),
    (".SleepAction", "seconds", 33),
    (".StatefulSetSpec", "serviceName", 0),
    (".Sysctl", "value", 0),
    (".storage.v1.TokenRequest", "audience", 0),
];

/// Where the server looks for what a missing map would have.
const BELOW: &[(&str, &str, &[&str])] = &[
    (".Deployment", "spec", &["selector"]),
    (".ReplicaSet", "spec", &["selector"]),
    (".StatefulSet", "spec", &["selector"]),
    (".DaemonSet", "spec", &["template", "metadata", "labels"]),
    (".DaemonSetSpec", "selector", &[]),
    (".DeploymentSpec", "template", &["spec", "containers"]),
    (".DaemonSetSpec", "template", &["spec", "containers"]),
    (".StatefulSetSpec", "template", &["metadata", "labels"]),
    (".JobSpec", "template", &["spec", "containers"]),
    (".CronJob", "spec", &["schedule"]),
    (".CronJobSpec", "jobTemplate", &["spec", "template", "spec", "containers"]),
    (".HorizontalPodAutoscaler", "spec", &["maxReplicas"]),
    (".HorizontalPodAutoscalerSpec", "scaleTargetRef", &["kind"]),
    (".ObjectMetricSource", "describedObject", &["kind"]),
    (".ObjectMetricSource", "metric", &["name"]),
    (".PodsMetricSource", "metric", &["name"]),
    (".ExternalMetricSource", "metric", &["name"]),
    (".ObjectMetricSource", "target", &["type"]),
    (".PodsMetricSource", "target", &["type"]),
    (".ExternalMetricSource", "target", &["type"]),
    (".ResourceMetricSource", "target", &["type"]),
    (".ContainerResourceMetricSource", "target", &["type"]),
    (".RoleBinding", "roleRef", &["kind"]),
    (".ClusterRoleBinding", "roleRef", &["kind"]),
    (".CustomResourceDefinition", "spec", &["group"]),
    (".CustomResourceDefinitionSpec", "names", &["plural"]),
    (".FlowSchema", "spec", &["priorityLevelConfiguration", "name"]),
    (".FlowSchemaSpec", "priorityLevelConfiguration", &["name"]),
    (".LimitedPriorityLevelConfiguration", "limitResponse", &["type"]),
    (".PriorityLevelConfiguration", "spec", &["type"]),
    (".WeightedPodAffinityTerm", "podAffinityTerm", &["topologyKey"]),
    (".PersistentVolumeClaimTemplate", "spec", &["accessModes"]),
    (".ValidatingAdmissionPolicyBinding", "spec", &["policyName"]),
    (".CertificateSigningRequest", "spec", &["request"]),
    (".IPAddress", "spec", &["parentRef"]),
];

/// What the server does where a field is missing that the schema of a definition requires.
pub(super) fn missing(definition: &str, field: &str, minor: u32) -> Missing {
    let at = |(name, key): (&str, &str)| key == field && definition.ends_with(name);
    if (field == "items" && definition.ends_with("List")) || FINE.iter().any(|row| at((row.0, row.1)) && row.2 <= minor)
    {
        return Missing::Fine;
    }
    match BELOW.iter().find(|row| at((row.0, row.1))) {
        Some((_, _, path)) => Missing::Below(path),
        None => Missing::Refused,
    }
}

/// Fields that the server drops until their feature is on: the end of the definition's name, the field, since when it
/// is kept. The newest come first.
const GATED: &[(&str, &str, u32)] = &[
    (".core.v1.Lifecycle", "stopSignal", 38),
    (".core.v1.PodSpec", "evictionResponders", 38),
    (".batch.v1.JobSpec", "scheduling", 38),
    (".core.v1.PodSpec", "schedulingGroup", 37),
    (".core.v1.VolumeProjection", "clusterTrustBundle", 37),
    (".core.v1.VolumeProjection", "podCertificate", 37),
    (".core.v1.Container", "restartPolicyRules", 35),
    (".core.v1.PodSpec", "hostnameOverride", 35),
    (".core.v1.Volume", "image", 35),
    (".autoscaling.v2.HPAScalingRules", "tolerance", 35),
    (".storage.v1.CSIDriverSpec", "nodeAllocatableUpdatePeriodSeconds", 35),
    (".core.v1.PodSpec", "resourceClaims", 34),
    (".core.v1.PodSpec", "resources", 34),
    (".core.v1.ResourceRequirements", "claims", 34),
    (".core.v1.PersistentVolumeClaimSpec", "volumeAttributesClassName", 34),
    (".core.v1.PersistentVolumeSpec", "volumeAttributesClassName", 34),
    (".core.v1.Container", "resizePolicy", 33),
    (".core.v1.PodSecurityContext", "seLinuxChangePolicy", 33),
    (".core.v1.PodSecurityContext", "supplementalGroupsPolicy", 33),
    (".core.v1.PodSpec", "hostUsers", 33),
    (".core.v1.SecurityContext", "procMount", 33),
    (".batch.v1.JobSpec", "managedBy", 32),
    (".batch.v1.JobSpec", "successPolicy", 31),
];

/// Whether the server drops a field of a definition before it looks at the object.
pub(super) fn is_dropped(definition: &str, field: &str, minor: u32) -> bool {
    gated(minor).any(|(name, key, _)| *key == field && definition.ends_with(name))
}

/// The rows that hold for a minor version.
fn gated(minor: u32) -> impl Iterator<Item = &'static (&'static str, &'static str, u32)> {
    GATED.iter().take_while(move |(.., since)| minor < *since)
}

/// Whether anything that this version of the server drops may be in a definition.
pub(super) fn may_drop(definition: &str, minor: u32) -> bool {
    gated(minor).any(|(name, ..)| definition.ends_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_a_field() {
        let schemas = chartlens_schemas::Schemas::open();
        let known = |end: &str, field: &str| {
            schemas.versions().any(|version| {
                (0..version.definition_count()).any(|number| {
                    version.definition_name(number).ends_with(end)
                        && version.by_number(number).is_some_and(|schema| schema.property(field).is_some())
                })
            })
        };
        let rows = FINE.iter().map(|row| (row.0, row.1)).chain(BELOW.iter().map(|row| (row.0, row.1)));
        for (end, field) in rows.chain(GATED.iter().map(|row| (row.0, row.1))) {
            assert!(known(end, field), "{end} {field}");
        }
    }

    #[test]
    fn the_newest_rows_come_first() {
        assert!(GATED.is_sorted_by_key(|(.., since)| std::cmp::Reverse(*since)));
    }

    #[test]
    fn zero_is_fine_where_the_server_takes_it() {
        let stateful = "io.k8s.api.apps.v1.StatefulSetSpec";
        assert_eq!(missing(stateful, "serviceName", 31), Missing::Fine);
        assert_eq!(missing(stateful, "selector", 31), Missing::Refused);
        assert_eq!(missing("io.k8s.api.core.v1.PodList", "items", 31), Missing::Fine);
        assert!(is_dropped("io.k8s.api.core.v1.PodSpec", "resourceClaims", 31));
        assert!(!is_dropped("io.k8s.api.core.v1.PodSpec", "resourceClaims", 37));
    }
}
