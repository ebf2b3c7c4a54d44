//! Objects, pods and containers as rules see them, and running the rules over a document.

use super::options::Set;
use super::rule::{Lint, Scope};
use super::select::Selection;
use super::suppress::annotations_allow;
use crate::budget::{Budget, Exhausted};
use crate::diag::Finding;
use crate::kube::pods::pod_spec;
use crate::kube::tree::{Node, Tree};

/// An object of the release.
pub(super) struct Object<'t> {
    /// The whole object.
    pub node: Node<'t>,
    pub kind: &'t str,
    /// The group of its `apiVersion`; empty for the core.
    pub group: &'t str,
}

/// A pod: one by itself, or those that a workload makes.
pub(super) struct Pod<'t> {
    pub object: &'t Object<'t>,
    pub spec: Node<'t>,
}

/// What a container is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It starts with the pod and stays.
    Main,
    /// It runs before the others, or beside them if it restarts always.
    Init,
    /// It was put in by hand.
    Ephemeral,
}

/// A container of a pod.
pub(super) struct Container<'t> {
    pub pod: &'t Pod<'t>,
    pub node: Node<'t>,
    pub role: Role,
}

impl<'t> Object<'t> {
    /// The objects of a document: itself, or the items of a list.
    pub(super) fn all(tree: &'t Tree<'_>) -> Vec<Object<'t>> {
        let mut found = Vec::new();
        let mut pending: Vec<Node<'t>> = tree.root().into_iter().collect();
        while let Some(node) = pending.pop() {
            match is_list(node) {
                true => pending.extend(node.list("items")),
                false => found.extend(Object::new(node)),
            }
        }
        found
    }

    fn new(node: Node<'t>) -> Option<Object<'t>> {
        let (api, kind) = (node.str("apiVersion")?, node.str("kind")?);
        Some(Object { node, kind, group: api.split_once('/').map_or("", |(group, _)| group) })
    }

    /// Whether it is of a kind of a group: `("apps", "Deployment")`.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && self.group == group
    }

    /// Whether it is one of these kinds of a group.
    pub fn is_any(&self, group: &str, kinds: &[&str]) -> bool {
        self.group == group && kinds.contains(&self.kind)
    }

    /// Its `spec`.
    pub fn spec(&self) -> Option<Node<'t>> {
        self.node.get("spec")
    }

    /// Whether it runs for as long as it is there: no Job and no Pod by itself.
    pub fn is_service_workload(&self) -> bool {
        self.is_any("apps", &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])
            || self.is("", "ReplicationController")
    }
}

impl<'t> Pod<'t> {
    /// Whether the pods run on Windows.
    pub fn is_windows(&self) -> bool {
        self.spec.path(&["os", "name"]).and_then(Node::as_str) == Some("windows")
    }

    /// The containers that stay, and those that come first.
    pub fn containers(&self) -> impl Iterator<Item = (Node<'t>, Role)> + use<'t> {
        let roles =
            [("initContainers", Role::Init), ("containers", Role::Main), ("ephemeralContainers", Role::Ephemeral)];
        let spec = self.spec;
        roles.into_iter().flat_map(move |(key, role)| spec.list(key).map(move |node| (node, role)))
    }
}

impl<'t> Container<'t> {
    /// Those of a pod.
    fn all(pod: &'t Pod<'t>) -> impl Iterator<Item = Container<'t>> {
        let containers = pod.containers().filter(|(node, _)| node.is_map());
        containers.map(move |(node, role)| Container { pod, node, role })
    }

    /// A field of its security context, or else of the pod's.
    pub fn security(&self, field: &str) -> Option<Node<'t>> {
        let of = |node: Node<'t>| node.get("securityContext")?.get(field);
        of(self.node).or_else(|| of(self.pod.spec))
    }

    /// A field of its own security context.
    pub fn own_security(&self, field: &str) -> Option<Node<'t>> {
        self.node.get("securityContext")?.get(field)
    }

    /// A probe that asks whether its first port is open.
    pub fn probe(&self) -> Option<String> {
        let port = self.node.list("ports").next()?.get("containerPort")?.as_int()?;
        Some(format!("{{tcpSocket: {{port: {port}}}}}"))
    }

    /// Whether it runs beside the others: no init container, unless it restarts always.
    pub fn stays(&self) -> bool {
        match self.role {
            Role::Main => true,
            Role::Init => self.node.str("restartPolicy") == Some("Always"),
            Role::Ephemeral => false,
        }
    }
}

/// Whether a node is a list of objects.
fn is_list(node: Node<'_>) -> bool {
    node.str("kind").is_some_and(|kind| kind.ends_with("List")) && node.get("items").is_some_and(Node::is_list)
}

/// Runs the rules that look at single objects over a document, which stands in a text. `minor` is the minor version of
/// Kubernetes.
pub(crate) fn lint_document(
    tree: &Tree<'_>,
    text: &[u8],
    minor: u32,
    selection: &Selection,
    budget: &Budget,
) -> Result<Vec<Finding>, Exhausted> {
    let mut findings = Vec::new();
    if let Some(list) = tree.root().filter(|root| is_list(*root)) {
        for (rule, level) in selection.running() {
            let Scope::List(run) = &rule.scope else { continue };
            let set = Set { rule, settings: selection.settings() };
            run(&mut Lint { rule, set, level: *level, minor, text, findings: &mut findings }, list);
        }
    }
    for object in Object::all(tree) {
        budget.tick()?;
        let node = object.node;
        for rule in selection.own() {
            let from = findings.len();
            rule.lint(&object, budget, &mut findings)?;
            if findings.len() > from && annotations_allow(node, &rule.code, &[]) {
                findings.truncate(from);
            }
        }
        let pod = pod_spec(node).map(|spec| Pod { object: &object, spec });
        let containers: Vec<Container<'_>> = pod.iter().flat_map(Container::all).collect();
        for (rule, level) in selection.running() {
            let from = findings.len();
            let set = Set { rule, settings: selection.settings() };
            let mut lint = Lint { rule, set, level: *level, minor, text, findings: &mut findings };
            match rule.scope {
                Scope::Object(run) => run(&mut lint, &object),
                Scope::Pod(run) => pod.iter().for_each(|pod| run(&mut lint, pod)),
                Scope::Container(run) => containers.iter().for_each(|container| run(&mut lint, container)),
                Scope::List(_) | Scope::Release(_) | Scope::Chart(_) | Scope::Output(_) | Scope::Renders(_) => {}
            }
            if findings.len() > from && annotations_allow(node, rule.code, rule.aliases) {
                findings.truncate(from);
            }
        }
    }
    findings.sort_by(|a, b| (a.range.start, a.code).cmp(&(b.range.start, b.code)));
    Ok(findings)
}
