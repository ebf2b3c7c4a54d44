//! Names: what an object is called, and where others name it.

use super::objects::{Object, Objects};
use super::pull::Pulled;
use chartlens::kube::tree::Node;

/// Fields that name an object: the key, the key around it where that matters, and the kinds of the object.
const REFERENCES: &[(&str, &str, &[&str])] = &[
    ("name", "configMapRef", &["ConfigMap"]),
    ("name", "configMapKeyRef", &["ConfigMap"]),
    ("name", "configMap", &["ConfigMap"]),
    ("name", "secretRef", &["Secret"]),
    ("name", "secretKeyRef", &["Secret"]),
    ("name", "secret", &["Secret"]),
    ("secretName", "", &["Secret"]),
    ("claimName", "", &["PersistentVolumeClaim"]),
    ("serviceAccountName", "", &["ServiceAccount"]),
    ("serviceName", "", &["Service"]),
    ("name", "service", &["Service"]),
    ("name", "scaleTargetRef", &["Deployment", "StatefulSet", "ReplicaSet"]),
    ("name", "roleRef", &["Role", "ClusterRole"]),
    ("name", "subjects", &["ServiceAccount"]),
    ("name", "backendRefs", &["Service"]),
];

/// Maps with labels.
const LABELS: &[&str] = &["labels", "matchLabels", "selector"];

/// Makes groups of values for workloads, and for what others refer to.
pub fn groups(objects: &Objects<'_>, pulled: &mut Pulled) {
    for workload in objects.workloads() {
        pulled.group(workload.name, workload.kind);
    }
    let referred = |object: &Object<'_>| {
        let names = objects.all.iter().flat_map(|other| scalars(other.node));
        names.into_iter().any(|node| {
            node.as_str() == Some(object.name) && refers(node).is_some_and(|kinds| kinds.contains(&object.kind))
        })
    };
    for object in
        objects.all.iter().filter(|object| !object.name.is_empty() && object.kind != "CustomResourceDefinition")
    {
        if pulled.expression(object.name).is_none() && referred(object) {
            pulled.group(object.name, object.kind);
        }
    }
}

/// Puts the names that have a group into values, wherever they stand.
pub fn names(objects: &Objects<'_>, pulled: &mut Pulled) {
    for object in objects.all.iter().filter(|object| object.kind != "CustomResourceDefinition") {
        for node in scalars(object.node) {
            let Some(text) = node.as_str().filter(|text| !text.is_empty()) else { continue };
            if let Some(new) = replaced(objects, object, node, text, pulled) {
                pulled.edits.scalar(object.file, &new, node);
            }
        }
    }
}

/// What stands in the place of a text that names something; none where it does not.
fn replaced(objects: &Objects<'_>, object: &Object<'_>, node: Node<'_>, text: &str, pulled: &Pulled) -> Option<String> {
    let exists =
        |name: &str, kinds: &[&str]| objects.all.iter().any(|other| other.name == name && kinds.contains(&other.kind));
    let is_name =
        node.key() == "name" && node.parent()?.key() == "metadata" && node.parent()?.parent()?.id() == object.node.id();
    let is_reference = refers(node).is_some_and(|kinds| exists(text, kinds));
    let is_label = LABELS.contains(&node.parent()?.key()) && objects.workloads().any(|workload| workload.name == text);
    if is_name || is_reference || is_label {
        return pulled.expression(text);
    }
    // The host in the value of a variable: `redis`, `redis:6379`, `http://redis/`.
    let is_env = node.key() == "value" && node.parent()?.parent()?.key() == "env";
    if !is_env {
        return None;
    }
    let services = objects.all.iter().filter(|other| other.kind == "Service" && !other.name.is_empty());
    services.into_iter().find_map(|service| {
        let (before, after) = host(text, service.name)?;
        let name = pulled.expression(service.name)?;
        let literal = |text: &str| text.replace("{{", "{{ \"{{\" }}");
        Some(format!("{}{name}{}", literal(before), literal(after)))
    })
}

/// What stands before and behind a host of this name.
fn host<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let found = text.match_indices(name).map(|(at, _)| (text.get(..at), text.get(at + name.len()..)));
    found.into_iter().find_map(|(before, after)| {
        let (before, after) = (before?, after?);
        let starts = before.is_empty() || before.ends_with("//") || before.ends_with('@');
        let ends = after.is_empty() && before.is_empty()
            || after.starts_with([':', '/', '.'])
            || after.is_empty() && before.ends_with("//");
        (starts && ends).then_some((before, after))
    })
}

/// The kinds that a field refers to.
fn refers(node: Node<'_>) -> Option<&'static [&'static str]> {
    let parent = node.parent()?;
    // An item of a list stands for the list.
    let around = if parent.key().is_empty() { parent.parent().map_or("", Node::key) } else { parent.key() };
    let fits =
        |(key, wanted, _): &&(&str, &str, &[&str])| *key == node.key() && (wanted.is_empty() || *wanted == around);
    REFERENCES.iter().find(fits).map(|(_, _, kinds)| *kinds)
}

/// All scalars below a node.
pub fn scalars(node: Node<'_>) -> Vec<Node<'_>> {
    let (mut found, mut work) = (Vec::new(), vec![node]);
    while let Some(node) = work.pop() {
        if !node.is_map() && !node.is_list() {
            found.push(node);
        }
        work.extend(node.children());
    }
    found
}
