//! Flux: `HelmRelease`.

use super::inline;
use super::{ChartOf, Files, Found, Object, Release, in_repository};
use chartlens::kube::tree::Node;
use chartlens::values::ValuesSource;

/// A release of the helm-controller.
pub fn release(object: Object<'_>, objects: &[Object<'_>], files: &Files<'_>, found: &mut Found) {
    let Some(spec) = object.node.get("spec") else { return };
    let shown = object.shown();
    let chart = spec.path(&["chart", "spec"]);
    let source = chart.and_then(|chart| chart.path(&["sourceRef", "kind"])).and_then(Node::as_str).unwrap_or_default();
    let path = chart.and_then(|chart| chart.str("chart")).unwrap_or_default();
    if !matches!(source, "GitRepository" | "Bucket") {
        let from = if source.is_empty() { "its chartRef" } else { source };
        found.notes.push(format!("{shown}: the chart {path} comes from {from}: it is not fetched, and so not checked"));
        return;
    }
    let Some(chart_path) = in_repository(object.file, path, files.is_chart) else {
        found.notes.push(format!("{shown}: there is no chart at {path} in this tree: it is not checked"));
        return;
    };
    let mut values = Vec::new();
    let more = chart.into_iter().flat_map(|chart| chart.list("valuesFiles"));
    for file in more.filter_map(Node::as_str) {
        match in_repository(object.file, file, &|path| (files.read)(path).is_ok()) {
            Some(name) => {
                values.extend((files.read)(&name).ok().map(|text| ValuesSource::File { name, text: text.into() }))
            }
            None => found.notes.push(format!("{shown}: the values file {file} is not there")),
        }
    }
    for from in spec.list("valuesFrom") {
        match values_from(object, from, objects) {
            Some(source) => values.push(source),
            None if from.bool("optional") == Some(true) => {}
            None => {
                let (kind, name) = (from.str("kind").unwrap_or_default(), from.str("name").unwrap_or_default());
                found.notes.push(format!("{shown}: its values of the {kind} {name} are not in this tree"));
            }
        }
    }
    values.extend(spec.get("values").and_then(|node| inline::values(object.file, object.text, node)));
    let namespace = spec.str("targetNamespace").or(object.node.path(&["metadata", "namespace"]).and_then(Node::as_str));
    // The helm-controller puts the target's namespace in front.
    let name = match (spec.str("releaseName"), spec.str("targetNamespace")) {
        (Some(name), _) => name.to_owned(),
        (None, Some(namespace)) => format!("{namespace}-{}", object.name()),
        (None, None) => object.name().to_owned(),
    };
    let (chart, namespace) = (ChartOf::Here(chart_path), namespace.map(str::to_owned));
    found.releases.push(Release { by: shown, name, namespace, chart, values });
}

/// The values in a ConfigMap or a Secret of the tree.
fn values_from(object: Object<'_>, from: Node<'_>, objects: &[Object<'_>]) -> Option<ValuesSource> {
    let namespace =
        |object: &Object<'_>| object.node.path(&["metadata", "namespace"]).and_then(Node::as_str).map(str::to_owned);
    let is = |other: &&Object<'_>| {
        Some(other.kind()) == from.str("kind")
            && Some(other.name()) == from.str("name")
            && namespace(other) == namespace(&object)
    };
    let holder = objects.iter().find(is)?;
    let key = from.str("valuesKey").unwrap_or("values.yaml");
    let plain =
        ["data", "stringData"].into_iter().filter(|field| holder.kind() == "ConfigMap" || *field == "stringData");
    let node = plain.into_iter().find_map(|field| holder.node.get(field)?.get(key))?;
    match from.str("targetPath") {
        Some(path) => Some(ValuesSource::Set(format!("{path}={}", node.as_str()?.replace(',', "\\,")))),
        None => inline::values(holder.file, holder.text, node),
    }
}
