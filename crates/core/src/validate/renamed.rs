//! Fields that older versions of an API had, and what has taken their place: manifests for them are still around.

/// A field that is gone: its name, a field that tells the map it stood in, and what to write now.
type Renamed = (&'static str, &'static str, &'static str);

/// From the migration guide of Kubernetes for the versions that replaced beta ones.
const RENAMED: &[Renamed] = &[
    // networking.k8s.io/v1 IngressBackend
    ("serviceName", "service", "write `service: {name: …}`"),
    ("servicePort", "service", "write `service: {port: {number: …}}`, or `name` for the name of a port"),
    // networking.k8s.io/v1 IngressSpec
    ("backend", "defaultBackend", "write `defaultBackend`"),
    // autoscaling/v2 HorizontalPodAutoscalerSpec and its metrics
    (
        "targetCPUUtilizationPercentage",
        "metrics",
        "write a metric of type `Resource` for `cpu` with `target: {type: Utilization, averageUtilization: …}`",
    ),
    ("targetAverageUtilization", "target", "write `target: {type: Utilization, averageUtilization: …}`"),
    ("targetAverageValue", "target", "write `target: {type: AverageValue, averageValue: …}`"),
    ("targetValue", "target", "write `target: {type: Value, value: …}`"),
    ("metricName", "metric", "write `metric: {name: …}`"),
    // apiextensions.k8s.io/v1 CustomResourceDefinitionSpec
    ("version", "versions", "name it in `versions`"),
    ("validation", "versions", "write `schema: {openAPIV3Schema: …}` for each of `versions`"),
    ("subresources", "versions", "write it for each of `versions`"),
    ("additionalPrinterColumns", "versions", "write it for each of `versions`"),
];

/// What to write instead of a field that a map no longer has, of which these fields are `known`.
pub(super) fn now(field: &str, known: &[&str]) -> Option<&'static str> {
    let here = |(old, beside, _): &&Renamed| *old == field && known.contains(beside);
    RENAMED.iter().find(here).map(|(_, _, now)| *now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_renamed_where_they_stood() {
        assert_eq!(now("serviceName", &["resource", "service"]), Some("write `service: {name: …}`"));
        assert_eq!(now("serviceName", &["replicas", "template"]), None);
        assert_eq!(now("other", &["service"]), None);
    }
}
