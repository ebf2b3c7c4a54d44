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
    let chart_of = match source {
        "GitRepository" | "Bucket" => match in_repository(object.file, path, files.is_chart) {
            Some(path) => ChartOf::Here(path),
            None => {
                found.notes.push(format!("{shown}: there is no chart at {path} in this tree: it is not checked"));
                return;
            }
        },
        _ => match elsewhere(object, spec, objects) {
            Some(chart) => chart,
            None => {
                let from = if source.is_empty() { "its chartRef" } else { source };
                let what = "which is not in this tree: it is not checked";
                found.notes.push(format!("{shown}: the chart {path} comes from {from}, {what}"));
                return;
            }
        },
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
    let namespace = namespace.map(str::to_owned);
    found.releases.push(Release { by: shown, name, namespace, chart: chart_of, values });
}

/// The chart that a HelmRepository or an OCIRepository of the tree leads to.
fn elsewhere(object: Object<'_>, spec: Node<'_>, objects: &[Object<'_>]) -> Option<ChartOf> {
    let chart = spec.path(&["chart", "spec"]);
    let reference = chart.and_then(|chart| chart.get("sourceRef")).or(spec.get("chartRef"))?;
    let of =
        |object: &Object<'_>| object.node.path(&["metadata", "namespace"]).and_then(Node::as_str).map(str::to_owned);
    let namespace = reference.str("namespace").map(str::to_owned).or_else(|| of(&object));
    let is = |other: &&Object<'_>| {
        Some(other.kind()) == reference.str("kind")
            && Some(other.name()) == reference.str("name")
            && of(other) == namespace
    };
    let source = objects.iter().find(is)?.node.get("spec")?;
    let url = source.str("url")?.trim_end_matches('/');
    if reference.str("kind") == Some("OCIRepository") {
        let version = source.path(&["ref", "tag"]).or(source.path(&["ref", "semver"])).and_then(Node::as_str);
        let version = version.unwrap_or_default().to_owned();
        return Some(ChartOf::Elsewhere { chart: url.to_owned(), repository: String::new(), version });
    }
    let (name, version) = (chart?.str("chart")?, chart?.str("version").unwrap_or_default().to_owned());
    Some(match url.starts_with("oci://") {
        true => ChartOf::Elsewhere { chart: format!("{url}/{name}"), repository: String::new(), version },
        false => ChartOf::Elsewhere { chart: name.to_owned(), repository: url.to_owned(), version },
    })
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
