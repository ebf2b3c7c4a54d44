//! The objects of a release together: what each says of the others.

use super::object::Object;
use super::rule::{Rule, Scope};
use super::select::Selection;
use crate::diag::{Fact, Finding, Severity, did_you_mean};
use crate::kube::pods::{containers, pod_spec, pod_template};
use crate::kube::tree::{Node, Tree};
use std::ops::Range;

/// A place in a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// JSON pointer.
    pub pointer: String,
    /// Bytes.
    pub range: Range<usize>,
}

impl At {
    fn of(node: Node<'_>) -> At {
        At { pointer: node.pointer(), range: node.range() }
    }
}

/// An object that another names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The kind that is meant.
    pub kind: String,
    /// The name.
    pub name: String,
    /// What of it is meant, with places: a port by name or number, or keys.
    pub parts: Vec<(String, At)>,
    /// The namespace, where it is told; else that of the object.
    pub namespace: Option<String>,
    /// Whether it may be missing.
    pub optional: bool,
    /// Where it is named.
    pub at: At,
}

/// A port of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its number.
    pub number: i64,
    /// The port of the pods, by name or number.
    pub target: String,
    /// Where the target, or else the port stands.
    pub at: At,
}

/// Labels that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Keys with values.
    pub labels: Vec<(String, String)>,
    /// Whether there are expressions beside, which are not looked at.
    pub more: bool,
    /// Where it stands.
    pub at: At,
}

impl Selector {
    /// Whether labels have all that is asked for.
    pub fn matches(&self, labels: &[(String, String)]) -> bool {
        self.labels.iter().all(|wanted| labels.contains(wanted))
    }

    /// That it fits nothing of this name: `Pods`, `Services`.
    pub fn fits_no(&self, of: &str) -> Fact {
        let labels = self.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        Fact::SelectsNothing { of: of.to_owned(), labels }
    }
}

/// The pods of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pods {
    /// Their labels.
    pub labels: Vec<(String, String)>,
    /// The ports that their containers declare: name, which may be empty, and number.
    pub ports: Vec<(String, i64)>,
}

/// What an object has to do with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its group; empty for the core.
    pub group: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace, where it says one.
    pub namespace: Option<String>,
    /// Where its name stands.
    pub at: At,
    /// Its labels.
    pub labels: Vec<(String, String)>,
    /// Its pods.
    pub pods: Option<Pods>,
    /// What it selects: of a workload, a service, a policy, a budget or a monitor.
    pub selector: Option<Selector>,
    /// What it names.
    pub references: Vec<Reference>,
    /// The ports of a service.
    pub ports: Vec<Port>,
    /// `spec.replicas`, with its place.
    pub replicas: Option<(i64, At)>,
    /// `helm.sh/hook`.
    pub hook: Option<String>,
    /// The keys of a config map or a secret.
    pub keys: Vec<String>,
    /// The pods that a network policy lets in or out.
    pub peers: Vec<Selector>,
    /// `minAvailable` of a budget as a number, `minReplicas` of an autoscaler.
    pub least: Option<(i64, At)>,
    /// Whether a role allows commands in pods.
    pub runs_commands: bool,
}

/// The objects of a document.
pub(crate) fn summaries(tree: &Tree<'_>) -> Vec<Summary> {
    Object::all(tree).iter().map(summary).collect()
}

fn summary(object: &Object<'_>) -> Summary {
    let node = object.node;
    let metadata = node.get("metadata");
    let name = metadata.and_then(|metadata| metadata.get("name"));
    let mut found = Summary {
        group: object.group.to_owned(),
        kind: object.kind.to_owned(),
        name: name.and_then(Node::as_str).unwrap_or_default().to_owned(),
        namespace: metadata.and_then(|metadata| metadata.str("namespace")).map(str::to_owned),
        at: name.or_else(|| node.get("kind")).map(At::of).unwrap_or_default(),
        labels: metadata.map(|metadata| pairs(metadata.get("labels"))).unwrap_or_default(),
        pods: None,
        selector: selector(object),
        references: Vec::new(),
        ports: Vec::new(),
        replicas: node.path(&["spec", "replicas"]).and_then(|n| Some((n.as_int()?, At::of(n)))),
        hook: metadata.and_then(|m| m.get("annotations")?.str("helm.sh/hook")).map(str::to_owned),
        keys: Vec::new(),
        peers: peers(object),
        least: ["minAvailable", "minReplicas"].into_iter().find_map(|field| {
            let node = node.get("spec")?.get(field)?;
            Some((node.as_int()?, At::of(node)))
        }),
        runs_commands: super::rules::runs_commands(object),
    };
    if object.is_any("", &["ConfigMap", "Secret"]) {
        let maps = ["data", "stringData", "binaryData"].into_iter().flat_map(|field| node.map(field));
        found.keys = maps.map(|(key, _)| key.to_owned()).collect();
    }
    if let Some(spec) = pod_spec(node) {
        let template = pod_template(node).unwrap_or(node);
        let port = |port: Node<'_>| Some((port.str("name").unwrap_or("").to_owned(), port.int("containerPort")?));
        found.pods = Some(Pods {
            labels: pairs(template.path(&["metadata", "labels"])),
            ports: containers(spec).flat_map(|container| container.list("ports")).filter_map(port).collect(),
        });
        pod_references(spec, &mut found.references);
    }
    if object.is("", "Service") {
        let text = |node: Node<'_>| node.as_str().map(str::to_owned).or_else(|| node.as_int().map(|n| n.to_string()));
        found.ports.extend(node.path(&["spec", "ports"]).into_iter().flat_map(Node::items).filter_map(|port| {
            let (number, target) = (port.get("port")?, port.get("targetPort"));
            let at = target.unwrap_or(number);
            let name = port.str("name").unwrap_or("").to_owned();
            Some(Port { name, number: number.as_int()?, target: text(at)?, at: At::of(at) })
        }));
    }
    object_references(object, &mut found.references);
    found
}

fn pairs(map: Option<Node<'_>>) -> Vec<(String, String)> {
    let entry = |(key, value): (&str, Node<'_>)| Some((key.to_owned(), value.as_str()?.to_owned()));
    map.into_iter().flat_map(Node::entries).filter_map(entry).collect()
}

fn selector(object: &Object<'_>) -> Option<Selector> {
    let spec = object.spec()?;
    let (node, plain) = match (object.group, object.kind) {
        ("", "Service") => (spec.get("selector")?, true),
        ("networking.k8s.io", "NetworkPolicy") => (spec.get("podSelector")?, false),
        ("apps", _)
        | ("policy", "PodDisruptionBudget")
        | ("monitoring.coreos.com", "ServiceMonitor" | "PodMonitor") => (spec.get("selector")?, false),
        _ => return None,
    };
    Some(match plain {
        true => Selector { labels: pairs(Some(node)), more: false, at: At::of(node) },
        false => label_selector(node),
    })
}

fn label_selector(node: Node<'_>) -> Selector {
    let more = node.list("matchExpressions").next().is_some();
    Selector { labels: pairs(node.get("matchLabels")), more, at: At::of(node) }
}

/// The pods in the same namespace that a network policy lets in or out.
fn peers(object: &Object<'_>) -> Vec<Selector> {
    let Some(spec) = object.spec().filter(|_| object.is("networking.k8s.io", "NetworkPolicy")) else {
        return Vec::new();
    };
    let rules = [("ingress", "from"), ("egress", "to")].into_iter();
    let peers = rules.flat_map(|(rules, peers)| spec.list(rules).flat_map(move |rule| rule.list(peers)));
    let near = peers.filter(|peer| peer.get("namespaceSelector").is_none());
    near.filter_map(|peer| peer.get("podSelector")).map(label_selector).collect()
}

/// What a pod names: config maps, secrets, claims, its service account.
fn pod_references(spec: Node<'_>, found: &mut Vec<Reference>) {
    let mut add = |kind: &str, of: Option<Node<'_>>, field: &str| {
        let Some((of, name)) = of.and_then(|of| Some((of, of.get(field)?))) else { return };
        let Some(text) = name.as_str().filter(|text| !text.is_empty()) else { return };
        let optional = of.bool("optional") == Some(true);
        let at = At::of(name);
        let keys = of.get("key").into_iter().chain(of.list("items").filter_map(|item| item.get("key")));
        let parts = keys.filter_map(|key| Some((key.as_str()?.to_owned(), At::of(key)))).collect();
        found.push(Reference { kind: kind.to_owned(), name: text.to_owned(), namespace: None, parts, optional, at });
    };
    for container in containers(spec) {
        for source in container.list("envFrom") {
            add("ConfigMap", source.get("configMapRef"), "name");
            add("Secret", source.get("secretRef"), "name");
        }
        for variable in container.list("env") {
            add("ConfigMap", variable.path(&["valueFrom", "configMapKeyRef"]), "name");
            add("Secret", variable.path(&["valueFrom", "secretKeyRef"]), "name");
        }
    }
    for volume in spec.list("volumes") {
        add("ConfigMap", volume.get("configMap"), "name");
        add("Secret", volume.get("secret"), "secretName");
        add("PersistentVolumeClaim", volume.get("persistentVolumeClaim"), "claimName");
        for source in volume.get("projected").into_iter().flat_map(|projected| projected.list("sources")) {
            add("ConfigMap", source.get("configMap"), "name");
            add("Secret", source.get("secret"), "name");
        }
    }
    add("ServiceAccount", Some(spec), "serviceAccountName");
}

/// What objects other than pods name.
fn object_references(object: &Object<'_>, found: &mut Vec<Reference>) {
    served_by(object, found);
    let mut add = |kind: &str, name: Option<Node<'_>>, part: Option<String>| {
        let Some(name) = name else { return };
        let Some(text) = name.as_str().filter(|text| !text.is_empty()) else { return };
        let (kind, name, at) = (kind.to_owned(), text.to_owned(), At::of(name));
        let parts = part.map(|part| (part, at.clone())).into_iter().collect();
        found.push(Reference { kind, name, namespace: None, parts, optional: false, at });
    };
    if object.is_any("rbac.authorization.k8s.io", &["RoleBinding", "ClusterRoleBinding"]) {
        let role = object.node.get("roleRef");
        return add(role.and_then(|role| role.str("kind")).unwrap_or(""), role.and_then(|role| role.get("name")), None);
    }
    let Some(spec) = object.spec() else { return };
    match (object.group, object.kind) {
        ("networking.k8s.io", "Ingress") => {
            let paths =
                spec.list("rules").flat_map(|rule| rule.get("http").into_iter().flat_map(|http| http.list("paths")));
            let backends = paths.filter_map(|path| path.get("backend")).chain(spec.get("defaultBackend"));
            for service in backends.filter_map(|backend| backend.get("service")) {
                let port = service.get("port");
                let named = port.and_then(|port| port.str("name")).map(str::to_owned);
                let port = named.or_else(|| port?.int("number").map(|number| number.to_string()));
                add("Service", service.get("name"), port);
            }
        }
        ("gateway.networking.k8s.io", "HTTPRoute" | "GRPCRoute" | "TCPRoute" | "TLSRoute") => {
            for backend in spec.list("rules").flat_map(|rule| rule.list("backendRefs")) {
                let is_service = backend.str("kind").is_none_or(|kind| kind == "Service");
                if is_service && backend.get("namespace").is_none() {
                    add("Service", backend.get("name"), backend.int("port").map(|port| port.to_string()));
                }
            }
        }
        ("autoscaling", "HorizontalPodAutoscaler") => {
            if let Some(target) = spec.get("scaleTargetRef") {
                add(target.str("kind").unwrap_or("Deployment"), target.get("name"), None);
            }
        }
        ("apps", "StatefulSet") => add("Service", spec.get("serviceName"), None),
        _ => {}
    }
}

/// The services that the API server asks for an object's sake: webhooks, conversions, and APIs of others.
fn served_by(object: &Object<'_>, found: &mut Vec<Reference>) {
    let spec = object.spec();
    let services: Vec<Node<'_>> = match (object.group, object.kind) {
        ("admissionregistration.k8s.io", _) => {
            object.node.list("webhooks").filter_map(|webhook| webhook.path(&["clientConfig", "service"])).collect()
        }
        ("apiregistration.k8s.io", "APIService") => spec.and_then(|spec| spec.get("service")).into_iter().collect(),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            let service = spec.and_then(|spec| spec.path(&["conversion", "webhook", "clientConfig", "service"]));
            service.into_iter().collect()
        }
        _ => return,
    };
    for service in services {
        let Some(name) = service.get("name") else { continue };
        found.extend(name.as_str().filter(|text| !text.is_empty()).map(|text| Reference {
            kind: "Service".to_owned(),
            name: text.to_owned(),
            namespace: service.str("namespace").map(str::to_owned),
            parts: Vec::new(),
            optional: false,
            at: At::of(name),
        }));
    }
}

/// The objects of a release.
pub(crate) struct Release<'r> {
    /// The objects, each with the number of its document.
    pub objects: Vec<(usize, &'r Summary)>,
    /// Names of objects that come from elsewhere: kind and name, which may be a pattern.
    pub external: &'r [(String, String)],
    /// The namespace of the release.
    pub namespace: &'r str,
    pub(super) rule: Option<(&'static Rule, Severity)>,
}

/// The kinds of objects that others name, where rules look for them.
pub const NAMED: &[&str] = &[
    "ClusterRole",
    "ConfigMap",
    "Deployment",
    "PersistentVolumeClaim",
    "ReplicaSet",
    "ReplicationController",
    "Role",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
];

/// Objects that every namespace has.
fn is_built_in(kind: &str, name: &str) -> bool {
    match kind {
        "ServiceAccount" => name == "default",
        "ConfigMap" => name == "kube-root-ca.crt",
        "ClusterRole" => matches!(name, "cluster-admin" | "admin" | "edit" | "view") || name.starts_with("system:"),
        "Role" => name.starts_with("system:") || name == "extension-apiserver-authentication-reader",
        _ => false,
    }
}

/// Whether objects of a group are likely made into pods by an operator.
fn is_operated(group: &str, kind: &str) -> bool {
    const PLAIN: &[&str] = &["", "apps", "batch", "autoscaling", "policy", "extensions", "cert-manager.io", "keda.sh"];
    const MONITORING: &[&str] = &["Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"];
    match group {
        "monitoring.coreos.com" => MONITORING.contains(&kind),
        _ => !PLAIN.contains(&group) && !group.ends_with("k8s.io"),
    }
}

/// What a rule found in one of the documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The number of the document.
    pub document: usize,
    /// The finding.
    pub finding: Finding,
    /// The document that it is about too, where there is one.
    pub other: Option<usize>,
}

impl Summary {
    /// Whether it is of a kind of a group.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && self.group == group
    }

    /// Whether it may be in the namespace of another: one that says none is in the release's.
    pub fn is_near(&self, other: &Summary) -> bool {
        self.namespace == other.namespace || self.namespace.is_none() || other.namespace.is_none()
    }
}

impl<'r> Release<'r> {
    /// The objects of a release, and what it may count on.
    pub fn new(
        objects: Vec<(usize, &'r Summary)>,
        external: &'r [(String, String)],
        namespace: &'r str,
    ) -> Release<'r> {
        Release { objects, external, namespace, rule: None }
    }

    /// The objects of a kind that another object may mean by a name in its own namespace.
    pub fn named(&self, from: &'r Summary, kind: &str, name: &str) -> Option<&'r Summary> {
        let mut objects = self.objects.iter().map(|(_, object)| *object);
        objects.find(|other| other.kind == kind && other.name == name && other.is_near(from))
    }

    /// The objects with pods that labels select, near an object.
    pub fn selected(&self, by: &'r Summary, selector: &Selector) -> Vec<(&'r Summary, &'r Pods)> {
        let pods = self.objects.iter().filter_map(|(_, object)| Some((*object, object.pods.as_ref()?)));
        pods.filter(|(object, pods)| object.is_near(by) && selector.matches(&pods.labels)).collect()
    }

    /// The pods of the release.
    pub fn pods(&self) -> impl Iterator<Item = &'r Pods> + '_ {
        self.objects.iter().filter_map(|(_, object)| object.pods.as_ref())
    }

    /// Whether an object says that it belongs to a namespace which has no pods of this release: it is about others then.
    pub fn is_elsewhere(&self, object: &Summary) -> bool {
        let Some(namespace) = &object.namespace else { return false };
        let mut with_pods = self.objects.iter().filter(|(_, other)| other.pods.is_some());
        !with_pods.any(|(_, other)| other.namespace.as_ref() == Some(namespace))
    }

    /// Whether the release has objects in a namespace: those that name none are in its own.
    fn is_in(&self, namespace: &str) -> bool {
        namespace == self.namespace
            || self.objects.iter().any(|(_, object)| object.namespace.as_deref() == Some(namespace))
    }

    /// Whether the pods that labels ask for may be made by an operator, out of an object of its own kind.
    pub fn may_be_made(&self) -> bool {
        self.objects.iter().any(|(_, object)| is_operated(&object.group, &object.kind))
    }

    /// Says what objects name that is neither in the release nor known to come from elsewhere.
    pub fn dangling(&self, from: impl Fn(&Summary) -> bool, kinds: &[&str], found: &mut Vec<Found>) {
        for (document, object) in self.objects.iter().filter(|(_, object)| from(object)) {
            for reference in object.references.iter().filter(|reference| kinds.contains(&reference.kind.as_str())) {
                let (of, name) = (reference.kind.as_str(), reference.name.as_str());
                let elsewhere = reference.namespace.as_deref().is_some_and(|namespace| !self.is_in(namespace));
                if reference.optional || elsewhere || is_built_in(of, name) || self.is_external(of, name) {
                    continue;
                }
                if self.named(object, of, name).is_some() {
                    continue;
                }
                let known =
                    self.objects.iter().filter(|(_, other)| other.kind == of).map(|(_, other)| other.name.as_str());
                let near = did_you_mean(name, known).map(str::to_owned);
                let fact = Fact::NoSuchObject { of: of.to_owned(), name: name.to_owned(), near };
                found.extend(self.found(*document, &reference.at, fact));
            }
        }
    }

    /// Whether something of this kind and name comes from elsewhere.
    pub fn is_external(&self, kind: &str, name: &str) -> bool {
        let matches = |pattern: &str| pattern == name || crate::text::glob::path_match(pattern, name) == Some(true);
        self.external.iter().any(|(of, pattern)| of.eq_ignore_ascii_case(kind) && matches(pattern))
    }

    /// A finding of the rule that runs.
    pub fn found(&self, document: usize, at: &At, fact: Fact) -> Option<Found> {
        let (rule, level) = self.rule?;
        let finding = rule.finding(level, fact, at.pointer.clone(), at.range.clone());
        Some(Found { document, finding, other: None })
    }

    /// Runs the rules that look at the release.
    pub fn lint(mut self, selection: &Selection) -> Vec<Found> {
        let mut found = Vec::new();
        for (rule, level) in selection.running() {
            let Scope::Release(run) = &rule.scope else { continue };
            self.rule = Some((rule, *level));
            run(&self, &mut found);
        }
        found
    }
}
