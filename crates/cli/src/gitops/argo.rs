//! Argo CD: `Application`, and `ApplicationSet` with a list of elements.

use super::inline;
use super::{ChartOf, Files, Found, Object, Release, in_repository};
use chartlens::kube::tree::{Data, Node};
use chartlens::values::ValuesSource;

/// An application: an object, or the template in a set of them.
pub fn application(object: Object<'_>, node: Node<'_>, files: &Files<'_>, found: &mut Found) {
    let Some(spec) = node.get("spec") else { return };
    let name = node.path(&["metadata", "name"]).and_then(Node::as_str).unwrap_or_default();
    let shown = format!("{}: {} {name}", object.file, object.kind());
    let sources: Vec<Node<'_>> = spec.get("source").into_iter().chain(spec.list("sources")).collect();
    for source in sources {
        let (chart, path) = match (source.str("chart"), source.str("path")) {
            (Some(chart), _) => (elsewhere(source, chart), ""),
            (None, Some(path)) => match in_repository(object.file, path, files.is_chart) {
                Some(chart) => (ChartOf::Here(chart), path),
                // A folder of manifests, or one of another repository, is none of Helm's.
                None if source.get("helm").is_none() => continue,
                None => {
                    found.notes.push(format!("{shown}: there is no chart at {path} in this tree: it is not checked"));
                    continue;
                }
            },
            (None, None) => continue,
        };
        // Beside a chart that is elsewhere there are no files.
        let at = match &chart {
            ChartOf::Here(chart) => (chart.as_str(), path),
            ChartOf::Elsewhere { .. } => ("", ""),
        };
        let values = source.get("helm").map(|helm| values(object, helm, at, &shown, files, found)).unwrap_or_default();
        let release = source.path(&["helm", "releaseName"]).and_then(Node::as_str).filter(|name| !name.is_empty());
        let namespace = spec.path(&["destination", "namespace"]).and_then(Node::as_str).map(str::to_owned);
        let name = release.unwrap_or(name).to_owned();
        found.releases.push(Release { by: shown.clone(), name, namespace, chart, values });
    }
}

/// A chart of a repository; an address without a scheme is that of a registry.
fn elsewhere(source: Node<'_>, chart: &str) -> ChartOf {
    let from = source.str("repoURL").unwrap_or_default().trim_end_matches('/');
    let version = source.str("targetRevision").unwrap_or_default().to_owned();
    let (chart, repository) = match from.contains("://") && !from.starts_with("oci://") {
        true => (chart.to_owned(), from.to_owned()),
        false => (format!("oci://{}/{chart}", from.trim_start_matches("oci://")), String::new()),
    };
    ChartOf::Elsewhere { chart, repository, version }
}

/// The values of a source, in the order in which Argo CD hands them to Helm.
fn values(
    object: Object<'_>,
    helm: Node<'_>,
    (chart, path): (&str, &str),
    shown: &str,
    files: &Files<'_>,
    found: &mut Found,
) -> Vec<ValuesSource> {
    let mut values = Vec::new();
    let ignores = helm.bool("ignoreMissingValueFiles").unwrap_or_default();
    for file in helm.list("valueFiles").filter_map(Node::as_str) {
        // `$name/…` is the root of another source, which is likely this tree.
        let whole = match file.strip_prefix('$').and_then(|file| file.split_once('/')) {
            Some((_, rest)) => in_repository(object.file, rest, &|path| (files.read)(path).is_ok()),
            None => super::beside(chart, path, file),
        };
        match whole.map(|whole| (files.read)(&whole).map(|text| (whole, text))) {
            Some(Ok((name, text))) => values.push(ValuesSource::File { name, text: text.into() }),
            _ if ignores => {}
            _ => found.notes.push(format!("{shown}: the values file {file} is not there")),
        }
    }
    let inner = ["values", "valuesObject"].into_iter().filter_map(|key| helm.get(key));
    values.extend(inner.filter_map(|node| inline::values(object.file, object.text, node)));
    for parameter in helm.list("parameters") {
        let text = match parameter.get("value").map(Node::data) {
            Some(Data::Str(text)) => text.to_string(),
            Some(_) => parameter.get("value").map(|value| value.to_json().to_string()).unwrap_or_default(),
            None => String::new(),
        };
        // Commas and braces belong to the value.
        let text = text.replace('\\', "\\\\").replace(',', "\\,");
        let set = format!("{}={text}", parameter.str("name").unwrap_or_default());
        values.push(match parameter.bool("forceString") {
            Some(true) => ValuesSource::SetString(set),
            _ => ValuesSource::Set(set),
        });
    }
    for parameter in helm.list("fileParameters") {
        let (name, file) = (parameter.str("name").unwrap_or_default(), parameter.str("path").unwrap_or_default());
        match super::beside(chart, path, file) {
            Some(file) => values.push(ValuesSource::SetFile(format!("{name}={file}"))),
            None => found.notes.push(format!("{shown}: the file {file} is not in this tree")),
        }
    }
    values
}

/// A set of applications: one for each element of its lists.
pub fn set(object: Object<'_>, files: &Files<'_>, found: &mut Found) {
    let generators: Vec<Node<'_>> =
        object.node.get("spec").into_iter().flat_map(|spec| spec.list("generators")).collect();
    for generator in generators {
        let Some(list) = generator.get("list") else {
            let kind = generator.entries().next().map_or("", |(kind, _)| kind);
            found.notes.push(format!("{}: what its generator `{kind}` finds is not known here", object.shown()));
            continue;
        };
        for element in list.list("elements") {
            element_of(object, element, files, found);
        }
    }
}

/// The application of one element: the words of the element stand where the template asks for them, line by line.
fn element_of(object: Object<'_>, element: Node<'_>, files: &Files<'_>, found: &mut Found) {
    let Some(template) = object.node.path(&["spec", "template"]) else { return };
    let range = template.range();
    let (Ok(text), Some(name)) = (std::str::from_utf8(object.text), template.path(&["metadata", "name"])) else {
        return;
    };
    let (Some(before), Some(inside), Some(behind)) =
        (text.get(..range.start), text.get(range.clone()), text.get(range.end..))
    else {
        return;
    };
    let (filled, unknown) = filled(inside, element);
    if let Some(action) = unknown {
        let name = name.as_str().unwrap_or_default();
        found.notes.push(format!("{}: `{action}` in the template of {name} is not worked out", object.shown()));
        return;
    }
    let text = format!("{before}{filled}{behind}");
    for document in chartlens::yaml::documents(text.as_bytes()).iter().flatten() {
        let Ok(tree) = crate::plain::tree(document) else { continue };
        let Some(root) =
            tree.root().filter(|root| root.path(&["metadata", "name"]).and_then(Node::as_str) == Some(object.name()))
        else {
            continue;
        };
        if let Some(template) = root.path(&["spec", "template"]).filter(|_| root.str("kind") == Some("ApplicationSet"))
        {
            application(Object { text: text.as_bytes(), node: root, file: object.file }, template, files, found);
        }
    }
}

/// A text with the values of an element in the place of `{{name}}` and `{{ .name }}`, and the first action that asks for more.
fn filled(text: &str, element: Node<'_>) -> (String, Option<String>) {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((action, behind)) = after.split_once("}}") else { return (out, Some(after.to_owned())) };
        let keys: Vec<&str> = action.trim().trim_start_matches('.').split('.').collect();
        let value = element.path(&keys).filter(|value| !value.is_map() && !value.is_list());
        match value.map(Node::to_json) {
            Some(serde_json::Value::String(text)) if !text.contains('\n') => out.push_str(&text),
            Some(value) if !value.is_string() => out.push_str(&value.to_string()),
            _ => return (out, Some(format!("{{{{{action}}}}}"))),
        }
        rest = behind;
    }
    out.push_str(rest);
    (out, None)
}
