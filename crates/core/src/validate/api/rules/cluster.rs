//! What belongs to the cluster: nodes, namespaces, APIs of other servers, classes of runtimes, leases, events.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax::Problem;
use crate::validate::api::table::Rule::{Below, Count, Distinct, Exact, Form, Most, Range, Required};
use crate::validate::api::table::{is_blank, some, text};
use crate::validate::api::{address, syntax};
use std::collections::HashSet;

check! {
    /// An APIService is called after its version and group, has priorities in their ranges, and is reached by a service
    /// whose certificate is checked or not.
    API_SERVICE = "api/api-service", api_service;
    mirrors "apiregistration validation.ValidateAPIService";
    on &["io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService"];
    accepted "apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: v1.example.com}\nspec: {group: example.com, version: v1, groupPriorityMinimum: 100, versionPriority: 100, service: {name: a, namespace: b}}\n";
    rejected "apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: v1.example.com}\nspec: {group: example.com, version: v1, groupPriorityMinimum: 30000, versionPriority: 100, service: {name: a, namespace: b}}\n";
}

fn api_service(cx: &mut Context<'_, '_>, service: Node<'_>) {
    let Some(spec) = service.get("spec").filter(|spec| spec.is_map()) else {
        return cx.at(service, &["spec", "group"], "the API has no group");
    };
    let (group, version) = (spec.str("group").unwrap_or(""), spec.str("version").unwrap_or(""));
    if let Some((node, name)) = some(service, "metadata").or_else(|| some(service.get("metadata")?, "name"))
        && name != format!("{version}.{group}")
    {
        cx.error(node, format!("expected {version}.{group}, found {}", quoted(name)));
    }
    if group.is_empty() {
        cx.at(spec, &["group"], "the API has no group");
    }
    Form("group", syntax::dns_subdomain).check(cx, spec);
    if let Err(problem) = syntax::dns_1035_label(version) {
        cx.problem(&problem).at(spec, &["version"], format!("no version is called {}: {problem}", quoted(version)));
    }
    Range("groupPriorityMinimum", 1, 20000).check(cx, spec);
    Range("versionPriority", 1, 1000).check(cx, spec);
    let insecure = spec.get("insecureSkipTLSVerify").filter(|node| node.as_bool() == Some(true));
    let bundle = some(spec, "caBundle");
    match spec.get("service") {
        None => {
            if let Some((node, _)) = bundle {
                cx.error(node, "an API of the server itself has no certificates of its own");
            }
            if let Some(node) = insecure {
                cx.error(node, "an API of the server itself has no certificate to check");
            }
        }
        Some(reference) => {
            Required(&["name", "namespace"]).check(cx, reference);
            Range("port", 1, 65535).check(cx, reference);
            if let Some(node) = insecure.filter(|_| bundle.is_some()) {
                cx.error(node, "with a `caBundle` the certificate is checked");
            }
        }
    }
}

check! {
    /// Taints of a node have keys and values in the forms of labels, a known effect, and are there once for each; its
    /// addresses for pods are blocks of both families at most.
    NODE = "api/node", node;
    mirrors "core validation.ValidateNode, validateNodeTaints";
    on &["core.v1.NodeSpec"];
    accepted "apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {taints: [{key: a, effect: NoSchedule}]}\n";
    rejected "apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {taints: [{key: a b, effect: NoSchedule}]}\n";
}

fn node(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let minor = cx.minor();
    let mut seen = HashSet::new();
    for taint in spec.list("taints").filter(|taint| taint.is_map()) {
        Exact("key", syntax::qualified_name).check(cx, taint);
        Form("value", syntax::label_value).check(cx, taint);
        super::allowed(cx, taint, "effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"]);
        if !seen.insert((taint.str("key"), taint.str("effect"))) {
            cx.error(taint, "another taint has the same key and effect");
        }
    }
    let single = spec.get("podCIDR").filter(|_| spec.list("podCIDRs").next().is_none());
    let blocks: Vec<Node<'_>> = spec.list("podCIDRs").chain(single).collect();
    for block in &blocks {
        if let Some(text) = block.as_str().filter(|text| !text.is_empty())
            && let Err(problem) = address::legacy_cidr(text, minor)
        {
            let message = format!("{} cannot be used here: {problem}", quoted(text));
            if block.key() == "podCIDR" { cx.at(spec, &["podCIDRs", "0"], message) } else { cx.error(*block, message) }
        }
    }
    let six = |block: &Node<'_>| block.as_str().is_some_and(|text| text.contains(':'));
    if blocks.len() > 2 || matches!(blocks.as_slice(), [a, b] if six(a) == six(b)) {
        cx.at(spec, &["podCIDRs"], "expected one block of each family at most");
    }
}

check! {
    /// Labels that say how strictly pods of a namespace are looked at have known levels, and versions such as `v1.30`.
    POD_SECURITY_LABEL = "api/pod-security-label", security_labels;
    mirrors "pod-security-admission ValidateNamespace, api.PolicyToEvaluate, ParseLevel, ParseVersion";
    on &["core.v1.Namespace"];
    accepted "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {pod-security.kubernetes.io/enforce: baseline}}\n";
    rejected "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {pod-security.kubernetes.io/enforce: strict}}\n";
}

fn security_labels(cx: &mut Context<'_, '_>, namespace: Node<'_>) {
    for (key, value) in namespace.path(&["metadata", "labels"]).into_iter().flat_map(Node::entries) {
        let (Some(name), Some(text)) = (key.strip_prefix("pod-security.kubernetes.io/"), value.as_str()) else {
            continue;
        };
        match name {
            "enforce" | "audit" | "warn" if !matches!(text, "privileged" | "baseline" | "restricted") => {
                cx.error(value, format!("expected privileged, baseline or restricted, found {}", quoted(text)));
            }
            "enforce-version" | "audit-version" | "warn-version" => {
                let number = text.strip_prefix("v1.").unwrap_or("");
                let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
                let plain = digits && (number == "0" || !number.starts_with('0'));
                if text != "latest" && !plain {
                    cx.error(value, format!("expected latest or a version such as v1.30, found {}", quoted(text)));
                }
            }
            _ => {}
        }
    }
    for finalizer in namespace.get("spec").into_iter().flat_map(|spec| spec.list("finalizers")) {
        let Some(text) = finalizer.as_str() else { continue };
        let standard = matches!(text, "kubernetes" | "orphan" | "foregroundDeletion");
        if syntax::qualified_name(text).is_err() || (!text.contains('/') && !standard) {
            cx.at(namespace, &["spec", "finalizers"], format!("{} cannot be a finalizer", quoted(text)));
        }
    }
}

check! {
    /// A class of runtimes names its handler by a DNS label; tolerations that it adds are there once.
    RUNTIME_CLASS = "api/runtime-class", runtime_class;
    mirrors "node validation.ValidateRuntimeClass, validateScheduling";
    on &["node.v1.RuntimeClass"];
    accepted "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: a}\nhandler: runc\n";
    rejected "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: a}\nhandler: run.c\n";
}

fn runtime_class(cx: &mut Context<'_, '_>, class: Node<'_>) {
    Exact("handler", syntax::dns_label).check(cx, class);
    let Some(scheduling) = class.get("scheduling") else { return };
    if let Some(selector) = scheduling.get("nodeSelector") {
        for (key, value) in selector.entries() {
            let problem = syntax::qualified_name(key).and_then(|()| syntax::label_value(value.as_str().unwrap_or("")));
            if let Err(problem) = problem {
                cx.problem(&problem).key_beside(selector, value, format!("no label is like this: {problem}"));
            }
        }
    }
    let mut seen = HashSet::new();
    for toleration in scheduling.list("tolerations") {
        let key = ["key", "operator", "value", "effect"].map(|key| toleration.str(key).unwrap_or(""));
        if !seen.insert(key) {
            cx.error(toleration, "another toleration says the same");
        }
    }
}

check! {
    /// A lease lasts at least a second, and has not changed hands a negative number of times; who stands for one says
    /// which, and its versions are semantic ones.
    LEASE = "api/lease", lease;
    mirrors "coordination validation.ValidateLeaseSpec, ValidateLeaseCandidateSpec";
    on &["coordination.v1.LeaseSpec", "coordination.*.LeaseCandidate"];
    accepted "apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: a}\nspec: {leaseDurationSeconds: 15}\n";
    rejected "apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: a}\nspec: {leaseDurationSeconds: 0}\n";
}

fn lease(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    if spec.str("kind") == Some("LeaseCandidate") {
        return candidate(cx, spec);
    }
    Range("leaseDurationSeconds", 1, i64::MAX).check(cx, spec);
    Count("leaseTransitions").check(cx, spec);
}

fn candidate(cx: &mut Context<'_, '_>, candidate: Node<'_>) {
    let Some(spec) = candidate.get("spec").filter(|spec| spec.is_map()) else {
        return Below("spec", &["leaseName"]).check(cx, candidate);
    };
    Required(&["leaseName"]).check(cx, spec);
    // Before, candidates said it otherwise.
    if cx.minor() < CANDIDATE_VERSIONS {
        return;
    }
    Required(&["binaryVersion", "strategy"]).check(cx, spec);
    Form("binaryVersion", semantic_version).check(cx, spec);
    Form("emulationVersion", semantic_version).check(cx, spec);
    if spec.str("strategy") == Some("OldestEmulationVersion") && spec.str("emulationVersion").is_none_or(str::is_empty)
    {
        cx.at(spec, &["emulationVersion"], "the strategy OldestEmulationVersion needs an `emulationVersion`");
    }
    if let Some((_, strategy)) = some(spec, "strategy") {
        let known = strategy == "OldestEmulationVersion" || strategy.contains('/');
        // The server names the field twice.
        const PATH: &[&str] = &["strategy", "strategy"];
        match syntax::qualified_name(strategy) {
            _ if !known => cx.at(spec, PATH, format!("no strategy is called {}", quoted(strategy))),
            Err(problem) => {
                cx.problem(&problem).at(spec, PATH, format!("{} cannot be used here: {problem}", quoted(strategy)));
            }
            Ok(()) => {}
        }
    }
}

/// From here on candidates say their versions.
const CANDIDATE_VERSIONS: u32 = 32;

fn semantic_version(text: &str) -> Result<(), Problem> {
    let numbers = text.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
    };
    let good = numbers.split('.').count() == 3 && numbers.split('.').all(is_number);
    if good { Ok(()) } else { Err("it is no semantic version, such as 1.2.3".into()) }
}

check! {
    /// The data of a revision of a workload are a map, and its number is not negative.
    REVISION = "api/controller-revision", revision;
    mirrors "apps validation.ValidateControllerRevisionCreate";
    on &["apps.v1.ControllerRevision"];
    accepted "apiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {name: a}\nrevision: 1\ndata: {a: b}\n";
    rejected "apiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {name: a}\nrevision: -1\ndata: {a: b}\n";
}

fn revision(cx: &mut Context<'_, '_>, revision: Node<'_>) {
    Count("revision").check(cx, revision);
    if !revision.get("data").is_some_and(Node::is_map) {
        cx.at(revision, &["data"], "the revision has no data");
    }
}

check! {
    /// What drivers of storage say of themselves and of nodes, and what volumes are attached to: names of drivers, tokens
    /// that live at least ten minutes, policies with known names.
    CSI = "api/csi", csi;
    mirrors "storage validation.ValidateCSIDriver, ValidateCSINode, ValidateVolumeAttachment, ValidateVolumeAttributesClass, ValidateCSIStorageCapacity";
    on &["storage.*.CSIDriver", "storage.*.CSINode", "storage.*.VolumeAttachment", "storage.*.VolumeAttributesClass", "storage.*.CSIStorageCapacity"];
    accepted "apiVersion: storage.k8s.io/v1\nkind: CSIDriver\nmetadata: {name: a}\nspec: {fsGroupPolicy: File}\n";
    rejected "apiVersion: storage.k8s.io/v1\nkind: CSIDriver\nmetadata: {name: a}\nspec: {fsGroupPolicy: file}\n";
}

fn csi(cx: &mut Context<'_, '_>, object: Node<'_>) {
    let spec = object.get("spec");
    match (object.str("kind").unwrap_or(""), spec) {
        ("CSIDriver", Some(spec)) => csi_driver(cx, spec),
        ("CSINode", Some(spec)) => csi_node(cx, spec),
        ("VolumeAttachment", Some(spec)) => {
            Required(&["attacher"]).check(cx, spec);
            Form("attacher", syntax::driver).check(cx, spec);
            Exact("nodeName", syntax::dns_subdomain).check(cx, spec);
            let Some(source) = spec.get("source").filter(|source| source.is_map()) else { return };
            match (source.get("persistentVolumeName"), source.get("inlineVolumeSpec")) {
                (Some(_), None) => Exact("persistentVolumeName", syntax::dns_subdomain).check(cx, source),
                (None, Some(_)) => {}
                _ => cx.error(source, "expected `persistentVolumeName` or `inlineVolumeSpec`, and only one of them"),
            }
        }
        ("VolumeAttributesClass", _) => {
            Required(&["driverName"]).check(cx, object);
            Form("driverName", syntax::driver).check(cx, object);
            super::storage::parameters(cx, object, 512, 256 << 10, true);
        }
        ("CSIStorageCapacity", _) => {
            Exact("storageClassName", syntax::dns_subdomain).check(cx, object);
            for key in ["capacity", "maximumVolumeSize"] {
                crate::validate::api::table::Rule::NotNegative(key).check(cx, object);
            }
        }
        _ => {}
    }
}

/// From here on drivers say whether tokens are secrets.
const TOKENS_IN_SECRETS: u32 = 35;

fn csi_driver(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    use crate::validate::api::table::Rule::OneOf;
    OneOf("fsGroupPolicy", &["File", "None", "ReadWriteOnceWithFSType"]).check(cx, spec);
    if cx.minor() >= 35 {
        Range("nodeAllocatableUpdatePeriodSeconds", 10, i64::MAX).check(cx, spec);
    }
    if let Some(node) = spec.get("serviceAccountTokenInSecrets")
        && cx.minor() >= TOKENS_IN_SECRETS
        && spec.list("tokenRequests").next().is_none()
    {
        cx.error(node, "a driver that asks for no tokens does not say where it wants them");
    }
    let mut seen = HashSet::new();
    for request in spec.list("tokenRequests").filter(|request| request.is_map()) {
        let audience = request.str("audience").unwrap_or("");
        if !seen.insert(audience) {
            cx.at(request, &["audience"], format!("another request is for {}", quoted(audience)));
        }
        Range("expirationSeconds", 600, 1 << 32).check(cx, request);
    }
    if let Some(modes) = spec.get("volumeLifecycleModes") {
        for mode in modes.items() {
            if mode.as_str().is_some_and(|mode| !matches!(mode, "Persistent" | "Ephemeral")) {
                cx.beside(modes, mode, format!("expected Persistent or Ephemeral, found {}", mode.found()));
            }
        }
    }
}

fn csi_node(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let mut seen = HashSet::new();
    for driver in spec.list("drivers").filter(|driver| driver.is_map()) {
        Required(&["name", "nodeID"]).check(cx, driver);
        Form("name", syntax::driver).check(cx, driver);
        if let Some((node, id)) = text(driver, "nodeID").filter(|(_, id)| id.len() > 256) {
            cx.error(node, format!("expected at most 256 characters, found {}", id.len()));
        }
        if let Some((node, name)) = some(driver, "name")
            && !seen.insert(name)
        {
            cx.error(node, format!("another driver is called {}", quoted(name)));
        }
        if let Some(allocatable) = driver.get("allocatable") {
            Count("count").check(cx, allocatable);
        }
        Distinct("topologyKeys").check(cx, driver);
        for key in driver.list("topologyKeys") {
            let text = key.as_str().unwrap_or("");
            if let Err(problem) = syntax::qualified_name(text) {
                cx.problem(&problem).error(key, format!("{} cannot be the key of a label: {problem}", quoted(text)));
            }
        }
    }
}

/// Usages of certificates.
const USAGES: &[&str] = &[
    "signing",
    "digital signature",
    "content commitment",
    "key encipherment",
    "key agreement",
    "data encipherment",
    "cert sign",
    "crl sign",
    "encipher only",
    "decipher only",
    "any",
    "server auth",
    "client auth",
    "code signing",
    "email protection",
    "s/mime",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "timestamping",
    "ocsp signing",
    "microsoft sgc",
    "netscape sgc",
];

check! {
    /// A request for a certificate is one in PEM, says who signs it, for what, and for how long, at least ten minutes.
    CERTIFICATE_REQUEST = "api/certificate-request", certificate;
    mirrors "certificates validation.validateCertificateSigningRequest, ValidateCertificateSigningRequestName";
    on &["certificates.v1.CertificateSigningRequestSpec"];
    accepted "apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: a}\nspec: {request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIAAAKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==, signerName: example.com/a, usages: [client auth]}\n";
    rejected "apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: a}\nspec: {request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIAAAKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==, signerName: a, usages: [client auth]}\n";
}

fn certificate(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    Required(&["usages", "signerName"]).check(cx, spec);
    Form("signerName", syntax::signer).check(cx, spec);
    Range("expirationSeconds", 600, i64::MAX).check(cx, spec);
    let mut seen = HashSet::new();
    for usage in spec.list("usages") {
        let text = usage.as_str().unwrap_or("");
        if !USAGES.contains(&text) {
            cx.error(usage, format!("no usage is called {}", quoted(text)));
        } else if !seen.insert(text) {
            cx.error(usage, format!("the usage {text} is named twice"));
        }
    }
    if let Some((node, request)) = text(spec, "request") {
        let plain: Vec<u8> = request.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
        let decoded = crate::text::base64_decode(&plain);
        let pem = |bytes: &[u8]| bytes.windows(35).any(|part| part == b"-----BEGIN CERTIFICATE REQUEST-----");
        if decoded.is_some_and(|bytes| !pem(&bytes)) {
            cx.error(node, "expected a certificate request in PEM");
        }
    }
}

check! {
    /// Rules of fairness among requests: precedence, subjects and resources of a FlowSchema, and what a priority level
    /// does with requests that wait.
    FLOW = "api/flow-control", flow;
    mirrors "flowcontrol validation.ValidateFlowSchema, ValidatePriorityLevelConfiguration";
    on &["flowcontrol.*.FlowSchema", "flowcontrol.*.PriorityLevelConfiguration"];
    accepted "apiVersion: flowcontrol.apiserver.k8s.io/v1\nkind: FlowSchema\nmetadata: {name: a}\nspec: {priorityLevelConfiguration: {name: b}}\n";
    rejected "apiVersion: flowcontrol.apiserver.k8s.io/v1\nkind: FlowSchema\nmetadata: {name: a}\nspec: {matchingPrecedence: 20000, priorityLevelConfiguration: {name: b}}\n";
}

fn flow(cx: &mut Context<'_, '_>, object: Node<'_>) {
    let levels = object.str("kind") == Some("PriorityLevelConfiguration");
    let Some(spec) = object.get("spec").filter(|spec| spec.is_map()) else {
        if levels {
            cx.at(object, &["spec", "type"], "the level does not say its type");
        }
        return;
    };
    if levels {
        return priority_level(cx, object, spec);
    }
    if spec.int("matchingPrecedence") != Some(0) {
        Range("matchingPrecedence", 1, 10000).check(cx, spec);
    }
    let name = object.path(&["metadata", "name"]).and_then(Node::as_str);
    if let Some(node) = spec.get("matchingPrecedence").filter(|node| node.as_int() == Some(1) && name != Some("exempt"))
    {
        cx.error(node, "only the schema `exempt` comes first, with 1");
    }
    if let Some(method) = spec.get("distinguisherMethod") {
        super::allowed(cx, method, "type", &["ByNamespace", "ByUser"]);
    }
    if let Some(level) = spec.get("priorityLevelConfiguration") {
        Exact("name", syntax::dns_subdomain).check(cx, level);
    }
    for rule in spec.list("rules").filter(|rule| rule.is_map()) {
        Required(&["subjects"]).check(cx, rule);
        for subject in rule.list("subjects").filter(|subject| subject.is_map()) {
            flow_subject(cx, subject);
        }
        if rule.list("resourceRules").next().is_none() && rule.list("nonResourceRules").next().is_none() {
            cx.error(rule, "expected `resourceRules` or `nonResourceRules`, found neither");
        }
        for part in rule.list("resourceRules").filter(|part| part.is_map()) {
            Required(&["apiGroups", "resources", "verbs"]).check(cx, part);
            verbs(
                cx,
                part,
                &["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"],
            );
            if part.list("namespaces").next().is_none() && part.bool("clusterScope") != Some(true) {
                cx.at(part, &["namespaces"], "expected namespaces or `clusterScope`");
            }
            for key in ["apiGroups", "resources", "namespaces"] {
                alone(cx, part, key);
            }
            for namespace in part.list("namespaces") {
                let text = namespace.as_str().unwrap_or("");
                if let Err(problem) = syntax::dns_label(text)
                    && text != "*"
                {
                    let message = format!("no namespace is called {}: {problem}", quoted(text));
                    cx.problem(&problem).error(namespace, message);
                }
            }
        }
        for part in rule.list("nonResourceRules").filter(|part| part.is_map()) {
            Required(&["nonResourceURLs", "verbs"]).check(cx, part);
            verbs(cx, part, &["connect", "delete", "get", "head", "options", "patch", "post", "put", "trace"]);
            alone(cx, part, "nonResourceURLs");
            for url in part.list("nonResourceURLs") {
                let text = url.as_str().unwrap_or("");
                if text != "*" && (!text.starts_with('/') || text.contains("//") || text.contains(' ')) {
                    cx.error(url, format!("expected a path that starts with `/`, found {}", quoted(text)));
                }
            }
        }
    }
}

fn flow_subject(cx: &mut Context<'_, '_>, subject: Node<'_>) {
    let kind = subject.str("kind").unwrap_or("");
    let own = match kind {
        "ServiceAccount" => "serviceAccount",
        "User" => "user",
        "Group" => "group",
        _ => {
            return cx.at(
                subject,
                &["kind"],
                format!("expected Group, ServiceAccount or User, found {}", quoted(kind)),
            );
        }
    };
    for key in ["serviceAccount", "user", "group"] {
        match (subject.get(key), key == own) {
            (None, true) => cx.missing(subject, key, format!("a subject of the kind {kind} has a `{key}`")),
            (Some(node), false) => cx.error(node, format!("a subject of the kind {kind} has no `{key}`")),
            (Some(node), true) => Required(&["name"]).check(cx, node),
            _ => {}
        }
    }
    if let Some(account) = subject.get("serviceAccount").filter(|_| own == "serviceAccount") {
        Required(&["namespace"]).check(cx, account);
    }
}

fn verbs(cx: &mut Context<'_, '_>, rule: Node<'_>, known: &[&str]) {
    let Some(verbs) = rule.get("verbs") else { return };
    if verbs.items().any(|verb| verb.as_str() == Some("*")) {
        return alone(cx, rule, "verbs");
    }
    // A null is an empty text to the server.
    let is_known = |verb: Node<'_>| verb.as_str().map_or(!verb.is_null(), |verb| known.contains(&verb));
    if let Some(verb) = verbs.items().find(|verb| !is_known(*verb)) {
        cx.beside(verbs, verb, format!("expected one of {}, found {}", known.join(", "), verb.found()));
    }
}

fn alone(cx: &mut Context<'_, '_>, rule: Node<'_>, key: &str) {
    let Some(list) = rule.get(key).filter(|list| list.len() > 1) else { return };
    if list.items().any(|item| item.as_str() == Some("*")) {
        cx.error(list, "`*` stands for all, so it stands alone");
    }
}

fn priority_level(cx: &mut Context<'_, '_>, object: Node<'_>, spec: Node<'_>) {
    let name = object.path(&["metadata", "name"]).and_then(Node::as_str).unwrap_or("");
    let kind = spec.str("type").unwrap_or("");
    if !matches!(kind, "Exempt" | "Limited") {
        cx.at(spec, &["type"], format!("expected Exempt or Limited, found {}", quoted(kind)));
    } else if (kind == "Exempt") != (name == "exempt") {
        cx.at(spec, &["type"], "only the level `exempt` is Exempt");
    }
    for (key, own) in [("limited", "Limited"), ("exempt", "Exempt")] {
        match (spec.get(key), own == kind) {
            (Some(node), false) => cx.error(node, format!("a level of the type {kind} has no `{key}`")),
            (None, true) if key == "limited" => cx.missing(spec, key, "a level of the type Limited has its limits"),
            _ => {}
        }
        if let Some(part) = spec.get(key).filter(|part| part.is_map()) {
            Range("lendablePercent", 0, 100).check(cx, part);
            Count("nominalConcurrencyShares").check(cx, part);
            Count("borrowingLimitPercent").check(cx, part);
        }
    }
    let Some(response) = spec.path(&["limited", "limitResponse"]) else {
        if let Some(limited) = spec.get("limited") {
            cx.at(limited, &["limitResponse", "type"], "the level does not say what happens beyond its limits");
        }
        return;
    };
    super::allowed(cx, response, "type", &["Queue", "Reject"]);
    match (response.str("type"), response.get("queuing")) {
        (Some("Queue"), None) => cx.missing(response, "queuing", "a level that lets requests wait says how"),
        (Some("Reject"), Some(node)) => cx.error(node, "a level that rejects requests lets none wait"),
        (_, Some(queuing)) => {
            let usual = |key, usual| queuing.int(key).filter(|n| *n != 0).unwrap_or(usual);
            let (queues, hand) = (usual("queues", 64), usual("handSize", 8));
            Count("queueLengthLimit").check(cx, queuing);
            Range("queues", 0, 10_000_000).check(cx, queuing);
            if hand < 0 || hand > queues {
                cx.at(queuing, &["handSize"], format!("expected at most queues, {queues}, found {hand}"));
            }
        }
        _ => {}
    }
}

check! {
    /// Requests for devices have names of their own and are for a class, one or several of them; devices are chosen by at
    /// most 32 expressions.
    DEVICE_REQUEST = "api/device-request", devices;
    mirrors "resource validation.validateDeviceClaim, validateDeviceRequest, validateExactDeviceRequest, validateSelectorSlice";
    on &["resource.*.ResourceClaimSpec", "resource.*.DeviceClassSpec"];
    accepted "apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: a}\nspec: {devices: {requests: [{name: a, exactly: {deviceClassName: b}}]}}\n";
    rejected "apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: a}\nspec: {devices: {requests: [{name: a}]}}\n";
}

fn devices(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    selectors(cx, spec);
    Most("config", 32).check(cx, spec);
    let Some(devices) = spec.get("devices").filter(|devices| devices.is_map()) else { return };
    for key in ["requests", "constraints", "config"] {
        Most(key, 32).check(cx, devices);
    }
    let mut names = HashSet::new();
    for request in devices.list("requests").filter(|request| request.is_map()) {
        Exact("name", syntax::dns_label).check(cx, request);
        if !names.insert(request.str("name").unwrap_or("")) {
            cx.error(request, "another request has this name");
        }
        let (exact, first) = (request.get("exactly"), request.get("firstAvailable").filter(|list| !is_blank(*list)));
        let newer = request.get("deviceClassName").is_none();
        match (exact, first) {
            (None, None) if newer => cx.error(request, "expected `exactly` or `firstAvailable`, found neither"),
            (Some(_), Some(_)) => cx.error(request, "expected `exactly` or `firstAvailable`, found both"),
            _ => {}
        }
        let own = if newer { exact } else { Some(request) };
        let subs: Vec<Node<'_>> = first.into_iter().flat_map(Node::items).collect();
        Most("firstAvailable", 8).check(cx, request);
        for part in own.into_iter().chain(subs).filter(|part| part.is_map()) {
            if part != request && part.parent() != Some(request) {
                Exact("name", syntax::dns_label).check(cx, part);
            }
            Exact("deviceClassName", syntax::dns_subdomain).check(cx, part);
            crate::validate::api::table::Rule::Enum("allocationMode", &["All", "ExactCount"]).check(cx, part);
            match part.str("allocationMode") {
                Some("All") => {
                    if let Some(node) = part.get("count").filter(|node| node.as_int() != Some(0)) {
                        cx.error(node, "all devices have no count");
                    }
                }
                _ if part.int("count") != Some(0) => Range("count", 1, i64::MAX).check(cx, part),
                _ => {}
            }
            selectors(cx, part);
        }
    }
    for constraint in devices.list("constraints").filter(|constraint| constraint.is_map()) {
        for request in constraint.list("requests") {
            let name = request.as_str().unwrap_or("").split('/').next().unwrap_or("");
            if !names.contains(name) {
                cx.error(request, format!("no request is called {}", quoted(name)));
            }
        }
    }
}

fn selectors(cx: &mut Context<'_, '_>, owner: Node<'_>) {
    Most("selectors", 32).check(cx, owner);
    for selector in owner.list("selectors").filter(|selector| selector.is_map()) {
        match selector.get("cel") {
            None => cx.missing(selector, "cel", "the selector has no expression"),
            Some(cel) => {
                if let Some((node, "")) = text(cel, "expression") {
                    cx.error(node, "the expression is empty");
                }
            }
        }
    }
}
