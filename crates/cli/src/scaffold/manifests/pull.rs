//! What goes into values: images, numbers of pods, resources, ports, hosts, sizes.

use super::edits::{Edits, is_flow};
use super::links::scalars;
use super::objects::{Object, Objects};
use crate::scaffold::{split_image, value_key};
use chartlens::kube::tree::{Data, Node};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// The values that were pulled out, and what stands in their place.
#[derive(Default)]
pub struct Pulled {
    /// The values.
    pub values: Map<String, Json>,
    /// Comments by path.
    pub comments: BTreeMap<String, String>,
    /// The replacements.
    pub edits: Edits,
    /// Groups of values by the name of the object that they are about.
    groups: BTreeMap<String, String>,
}

impl Pulled {
    /// The group of values of an object: made with its name in it where it is not there yet.
    pub fn group(&mut self, name: &str, kind: &str) -> String {
        if let Some(key) = self.groups.get(name) {
            return key.clone();
        }
        let base = value_key(name);
        let free = |key: &String| !self.values.contains_key(key);
        let key = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}{n}"))).find(free).unwrap_or(base);
        self.values.insert(key.clone(), json!({"name": name}));
        self.comments.insert(key.clone(), format!("The {kind} {name}"));
        self.comments.insert(format!("{key}.name"), "Its name, wherever it is named".to_owned());
        self.groups.insert(name.to_owned(), key.clone());
        key
    }

    /// What writes a name: the value itself, or that of the workload whose name it begins with.
    pub fn expression(&self, name: &str) -> Option<String> {
        if let Some(key) = self.groups.get(name) {
            return Some(format!("{{{{ .Values.{key}.name }}}}"));
        }
        let longest = self.groups.iter().filter_map(|(known, key)| Some((key, name.strip_prefix(known.as_str())?)));
        let (key, rest) = longest.filter(|(_, rest)| rest.starts_with('-')).min_by_key(|(_, rest)| rest.len())?;
        Some(format!("{{{{ .Values.{key}.name }}}}{rest}"))
    }

    /// Sets a value, and gives the way to it: under another name where there is another value of this name.
    fn set(&mut self, group: &str, name: &str, value: Json, comment: &str) -> String {
        let Some(values) = self.values.get_mut(group).and_then(Json::as_object_mut) else { return String::new() };
        let fits = |name: &String| values.get(name).is_none_or(|known| *known == value);
        let names = std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{name}{number}")));
        let name = names.into_iter().find(fits).unwrap_or_else(|| name.to_owned());
        values.insert(name.clone(), value);
        self.comments.insert(format!("{group}.{name}"), comment.to_owned());
        format!(".Values.{group}.{name}")
    }
}

fn action(value: &str) -> String {
    format!("{{{{ {value} }}}}")
}

/// What of workloads is meant to change.
pub fn workloads(objects: &Objects<'_>, pulled: &mut Pulled) {
    for workload in objects.workloads() {
        let group = pulled.group(workload.name, workload.kind);
        if let Some(replicas) =
            workload.node.path(&["spec", "replicas"]).filter(|node| node.as_int().is_some() && is_kept(*node))
        {
            let value = pulled.set(&group, "replicas", replicas.to_json(), "How many pods");
            pulled.edits.scalar(workload.file, &action(&value), replicas);
        }
        let Some(pod) = workload.pod() else { continue };
        let all =
            pod.list("containers").map(|node| (node, false)).chain(pod.list("initContainers").map(|node| (node, true)));
        for (number, (container, is_init)) in all.enumerate() {
            let prefix = if number == 0 && !is_init {
                String::new()
            } else {
                value_key(container.str("name").unwrap_or("other"))
            };
            of_container(objects, workload, container, &group, &prefix, pulled);
        }
        ports(objects, workload, pod, &group, pulled);
    }
}

fn of_container(
    objects: &Objects<'_>,
    workload: &Object<'_>,
    container: Node<'_>,
    group: &str,
    prefix: &str,
    pulled: &mut Pulled,
) {
    let named = |name: &str| {
        let mut chars = name.chars();
        let upper: String = chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default();
        if prefix.is_empty() { name.to_owned() } else { format!("{prefix}{upper}") }
    };
    let of = container.str("name").unwrap_or_default();
    if let Some(image) = container.get("image").filter(|image| image.as_str().is_some_and(|text| !text.is_empty())) {
        let (repository, tag) = split_image(image.as_str().unwrap_or_default());
        let parts = if tag.is_empty() {
            json!({"repository": repository})
        } else {
            json!({"repository": repository, "tag": tag})
        };
        let value = pulled.set(group, &named("image"), parts, &format!("Image of the container {of}"));
        let tag = if tag.is_empty() { String::new() } else { format!(":{}", action(&format!("{value}.tag"))) };
        pulled.edits.scalar(workload.file, &format!("{}{tag}", action(&format!("{value}.repository"))), image);
    }
    let whole = |resources: &Node<'_>| resources.is_map() && !resources.is_empty() && is_kept(*resources);
    if let Some(resources) = container.get("resources").filter(whole) {
        let value = pulled.set(
            group,
            &named("resources"),
            resources.to_json(),
            &format!("What the container {of} asks for, and may use"),
        );
        let indent = match (is_flow(resources), resources.children().next()) {
            (false, Some(first)) => objects.column(workload.file, first.key_range().start),
            _ => objects.column(workload.file, resources.key_range().start) + 2,
        };
        pulled.edits.map(workload.file, &value, indent, resources);
    }
}

/// The ports of containers, and where Services and probes name them by number.
fn ports(objects: &Objects<'_>, workload: &Object<'_>, pod: Node<'_>, group: &str, pulled: &mut Pulled) {
    let declared: Vec<Node<'_>> = pod.list("containers").flat_map(|container| container.list("ports")).collect();
    let numbers: Vec<Node<'_>> = declared.iter().filter_map(|port| port.get("containerPort")).collect();
    for (port, number) in declared.iter().zip(&numbers) {
        let name = match port.str("name").filter(|_| numbers.len() > 1) {
            Some(name) => value_key(&format!("port-{name}")),
            None if numbers.len() > 1 => format!("port{}", number.as_int().unwrap_or_default()),
            None => "port".to_owned(),
        };
        let value = pulled.set(group, &name, number.to_json(), "Port that the container listens on");
        let text = action(&value);
        let same = |node: &Node<'_>| node.as_int().is_some() && node.as_int() == number.as_int() && node.is_plain();
        let probes =
            scalars(pod).into_iter().filter(|node| matches!(node.key(), "port" | "containerPort")).filter(same);
        probes.for_each(|node| pulled.edits.scalar(workload.file, &text, node));
        for service in objects.all.iter().filter(|object| object.kind == "Service" && selects(object, workload)) {
            let targets = service.node.path(&["spec", "ports"]).into_iter().flat_map(Node::items);
            let targets = targets.filter_map(|port| port.get("targetPort")).filter(same);
            targets.for_each(|node| pulled.edits.scalar(service.file, &text, node));
        }
    }
}

/// Whether a Service selects the pods of a workload.
fn selects(service: &Object<'_>, workload: &Object<'_>) -> bool {
    let (Some(selector), Some(labels)) = (service.node.path(&["spec", "selector"]), workload.pod_labels()) else {
        return false;
    };
    !selector.is_empty() && selector.entries().all(|(key, value)| labels.str(key) == value.as_str())
}

/// What of other objects is meant to change: ports of Services and where Ingresses name them, hosts, sizes.
pub fn others(objects: &Objects<'_>, pulled: &mut Pulled) {
    for service in objects.all.iter().filter(|object| object.kind == "Service" && !object.name.is_empty()) {
        let ports: Vec<Node<'_>> = service.node.path(&["spec", "ports"]).into_iter().flat_map(Node::items).collect();
        let [port] = ports.as_slice() else { continue };
        let Some(number) = port.get("port").filter(|port| port.as_int().is_some()) else { continue };
        let group = pulled.group(service.name, service.kind);
        let value = pulled.set(&group, "servicePort", number.to_json(), "Port of the Service");
        pulled.edits.scalar(service.file, &action(&value), number);
        for ingress in objects.all.iter().filter(|object| object.kind == "Ingress") {
            for backend in scalars(ingress.node)
                .into_iter()
                .filter(|node| node.key() == "number" && node.as_int() == number.as_int())
            {
                let to = backend.parent().and_then(Node::parent).and_then(|service| service.str("name"));
                if to == Some(service.name) {
                    pulled.edits.scalar(ingress.file, &action(&value), backend);
                }
            }
        }
    }
    for object in objects.all.iter().filter(|object| !object.name.is_empty()) {
        match object.kind {
            "Ingress" => hosts(object, pulled),
            "PersistentVolumeClaim" => {
                let size = object.node.path(&["spec", "resources", "requests", "storage"]);
                size.into_iter().for_each(|size| storage(object, "storage", size, pulled));
            }
            "StatefulSet" => {
                let claims = object.node.path(&["spec", "volumeClaimTemplates"]).into_iter().flat_map(Node::items);
                for (number, claim) in claims.enumerate() {
                    let name = if number == 0 { "storage".to_owned() } else { format!("storage{}", number + 1) };
                    let size = claim.path(&["spec", "resources", "requests", "storage"]);
                    size.into_iter().for_each(|size| storage(object, &name, size, pulled));
                }
            }
            _ => {}
        }
    }
}

/// Whether values keep all of it: a null is taken away, and a number may be written otherwise.
fn is_kept(node: Node<'_>) -> bool {
    scalars(node)
        .iter()
        .all(|scalar| matches!(scalar.data(), Data::Str(_)) || scalar.as_int().is_some_and(|n| n.abs() < 1_000_000))
}

fn storage(object: &Object<'_>, name: &str, size: Node<'_>, pulled: &mut Pulled) {
    if size.is_map() || size.is_list() || !is_kept(size) {
        return;
    }
    let group = pulled.group(object.name, object.kind);
    let value = pulled.set(&group, name, size.to_json(), "How much it stores");
    pulled.edits.scalar(object.file, &action(&value), size);
}

/// The hosts of an Ingress, each wherever it stands in it.
fn hosts(object: &Object<'_>, pulled: &mut Pulled) {
    let named = |node: &Node<'_>| {
        node.key() == "host" || node.parent().is_some_and(|list| list.is_list() && list.key() == "hosts")
    };
    let mut nodes: Vec<Node<'_>> =
        scalars(object.node).into_iter().filter(named).filter(|node| node.as_str().is_some()).collect();
    nodes.sort_by_key(|node| node.range().start);
    let mut known: Vec<&str> = Vec::new();
    for node in nodes {
        let Some(host) = node.as_str() else { continue };
        let number = known.iter().position(|known| *known == host).unwrap_or_else(|| {
            known.push(host);
            known.len() - 1
        });
        let name = if number == 0 { "host".to_owned() } else { format!("host{}", number + 1) };
        let group = pulled.group(object.name, object.kind);
        let value = pulled.set(&group, &name, host.into(), "Name that is answered to");
        pulled.edits.scalar(object.file, &action(&value), node);
    }
}
