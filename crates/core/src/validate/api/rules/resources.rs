//! Quantities, requests and limits.

use crate::diag::Fact;
use crate::kube::quantity::{Parsed, Quantity, parse};
use crate::kube::tree::{Data, Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::syntax::Problem;

check! {
    /// Amounts of resources are numbers with a suffix that Kubernetes knows: `500m`, `1Gi`, `2e3`.
    QUANTITY = "api/quantity", quantity;
    mirrors "apimachinery resource.ParseQuantity";
    on &["io.k8s.apimachinery.pkg.api.resource.Quantity"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {limits: {memory: 1Gi, cpu: 0.5}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {limits: {memory: 1GB}}}]}\n";
}

fn quantity(cx: &mut Context<'_, '_>, node: Node<'_>) {
    let Some(text) = node.as_str() else { return };
    if parse(text) != Parsed::Wrong {
        return;
    }
    cx.fact(node, Fact::NoQuantity { found: text.to_owned(), near: meant(text) });
}

/// The quantity that is likely meant by a unit of another spelling: `128mb` are 128 megabytes, and no thousandths.
fn meant(text: &str) -> Option<String> {
    const SUFFIXES: &[&str] = &["k", "Ki", "M", "Mi", "G", "Gi", "T", "Ti", "P", "Pi", "E", "Ei"];
    let text = text.trim();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = text.get(number.len()..)?.trim();
    let of_bytes = unit.trim_end_matches(['B', 'b']);
    let suffix = match of_bytes {
        "" => "",
        "m" if of_bytes == unit => "m",
        _ => SUFFIXES.iter().find(|suffix| suffix.eq_ignore_ascii_case(of_bytes))?,
    };
    Some(format!("{number}{suffix}")).filter(|better| parse(better) != Parsed::Wrong)
}

/// The quantity at a node; none where there is none that can be computed with.
pub(in crate::validate::api) fn value(node: Node<'_>) -> Option<Quantity> {
    let parsed = match node.data() {
        Data::Str(text) => parse(text),
        Data::Int(n) => parse(&n.to_string()),
        Data::Float(n) => parse(&n.to_string()),
        // A null is a quantity of nothing.
        Data::Null => parse("0"),
        _ => return None,
    };
    match parsed {
        Parsed::Known(quantity) => Some(quantity),
        _ => None,
    }
}

/// The quantity 1.
pub(super) fn one() -> Quantity {
    match parse("1") {
        Parsed::Known(one) => one,
        _ => Quantity::default(),
    }
}

/// Whether a name is one of Kubernetes' own: without a domain, or with kubernetes.io in it.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.split('/').next().is_some_and(|domain| domain.ends_with("kubernetes.io"))
}

/// Whether more of a resource may be promised than there is.
pub(super) fn overcommits(name: &str) -> bool {
    is_native(name) && !name.starts_with("hugepages-")
}

/// Names of resources that stand without a domain.
pub(super) const STANDARD: &[&str] = &[
    "cpu",
    "memory",
    "ephemeral-storage",
    "storage",
    "pods",
    "services",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "services.nodeports",
    "services.loadbalancers",
];

/// What is wrong with the name of a resource: validateResourceName.
pub(super) fn resource_name(name: &str) -> Result<(), Problem> {
    syntax::qualified_name(name)?;
    let standard = STANDARD.contains(&name)
        || ["hugepages-", "requests.hugepages-", "attachable-volumes-"]
            .iter()
            .any(|start| name.starts_with(start) && (*start != "attachable-volumes-" || !name.contains('/')));
    if !name.contains('/') && (!standard || name.starts_with("attachable-volumes-")) {
        return Err("expected a resource of Kubernetes such as cpu or memory, or a name with a domain".into());
    }
    Ok(())
}

/// What is wrong with the name of a resource of a container: ValidateContainerResourceName.
pub(super) fn container_resource(name: &str) -> Result<(), Problem> {
    resource_name(name)?;
    if !name.contains('/') {
        let known = matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-");
        return if known { Ok(()) } else { Err("expected a resource that containers use".into()) };
    }
    if !is_native(name)
        && (name.starts_with("requests.") || syntax::qualified_name(&format!("requests.{name}")).is_err())
    {
        return Err("expected a domain of one's own before the `/`, and not too long a name".into());
    }
    Ok(())
}

/// Whether amounts of a resource are whole numbers: those that are counted, and those of others.
pub(super) fn is_whole(name: &str) -> bool {
    const COUNTED: &[&str] = &[
        "pods",
        "services",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
    ];
    let extended = !is_native(name)
        && !name.starts_with("requests.")
        && syntax::qualified_name(&format!("requests.{name}")).is_ok();
    COUNTED.contains(&name) || name.starts_with("count/") || extended
}

/// Looks at one amount: ValidateResourceQuantityValue.
pub(super) fn amount(cx: &mut Context<'_, '_>, name: &str, node: Node<'_>) {
    let Some(value) = value(node) else { return };
    if value.is_negative() {
        cx.error(node, format!("expected a quantity that is not negative, found {}", node.found()));
    } else if is_whole(name) && !value.is_whole() {
        cx.error(node, format!("expected a whole number, found {}", node.found()));
    }
}

/// The owner of requests and limits that a container or a pod has.
fn is_bound(resources: Node<'_>) -> bool {
    let owner = resources.parent();
    owner.is_some_and(|owner| {
        owner.parent().is_some_and(|list| matches!(list.key(), "containers" | "initContainers" | "ephemeralContainers"))
    }) || (resources.key() == "resources" && owner.is_some_and(|owner| owner.get("containers").is_some()))
}

fn is_pod_level(resources: Node<'_>) -> bool {
    resources.parent().is_some_and(|owner| owner.get("containers").is_some())
}

const RESOURCES: &[&str] = &["core.v1.ResourceRequirements"];

check! {
    /// A container requests no more of a resource than its limit allows; of huge pages and of resources with a domain it
    /// requests exactly the limit.
    REQUEST_ABOVE_LIMIT = "api/request-above-limit", request_above_limit;
    mirrors "core validation.ValidateContainerResourceRequirements";
    on RESOURCES;
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {requests: {cpu: 1}, limits: {cpu: 1000m}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {requests: {cpu: 2}, limits: {cpu: 1000m}}}]}\n";
}

fn request_above_limit(cx: &mut Context<'_, '_>, resources: Node<'_>) {
    if !is_bound(resources) {
        return;
    }
    let Some(requests) = resources.get("requests").filter(|requests| requests.is_map()) else { return };
    for (name, request) in requests.entries() {
        let limit = resources.get("limits").and_then(|limits| limits.get_raw(name));
        let Some(limit) = limit else {
            if !overcommits(name) {
                cx.at(resources, &["limits"], format!("a request of {name} needs a limit"));
            }
            continue;
        };
        let (Some(a), Some(b)) = (value(request), value(limit)) else { continue };
        let limit = || limit.found();
        if a > b {
            let found = request.found();
            cx.beside(requests, request, format!("expected at most the limit, {}, found {found}", limit()));
        } else if a < b && !overcommits(name) {
            let found = request.found();
            cx.beside(requests, request, format!("expected the limit, {}, found {found}", limit()));
        }
    }
}

check! {
    /// No request and no limit is negative, and resources that are counted have whole numbers.
    NEGATIVE_RESOURCE = "api/negative-resource", negative_resource;
    mirrors "core validation.ValidateResourceQuantityValue";
    on &["core.v1.ResourceRequirements", "core.v1.VolumeResourceRequirements"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {limits: {cpu: 0}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {limits: {cpu: -1}}}]}\n";
}

fn negative_resource(cx: &mut Context<'_, '_>, resources: Node<'_>) {
    // Of what a claim asks for, only the storage counts.
    let claim = resources.parent().is_some_and(|owner| owner.get("accessModes").is_some());
    for (name, node) in resources.map("limits").chain(resources.map("requests")) {
        if !claim {
            amount(cx, name, node);
        }
    }
}

check! {
    /// Resources of a container have names that Kubernetes knows, such as `cpu` and `hugepages-2Mi`, or a domain in front.
    /// Huge pages come in whole pages, beside cpu or memory.
    RESOURCE_NAME = "api/resource-name", resource_names;
    mirrors "core validation.validateResourceName, ValidateContainerResourceName, validateResourceQuantityHugePageValue";
    on RESOURCES;
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {limits: {cpu: 1, example.com/gpu: 1}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {limits: {CPU: 1}}}]}\n";
}

fn resource_names(cx: &mut Context<'_, '_>, resources: Node<'_>) {
    if !is_bound(resources) {
        return;
    }
    let (mut pages, mut main) = (false, false);
    for (name, node) in resources.map("limits").chain(resources.map("requests")) {
        main |= matches!(name, "cpu" | "memory");
        if is_pod_level(resources) {
            if !matches!(name, "cpu" | "memory") && !name.starts_with("hugepages-") {
                cx.key_error(node, format!("a pod has only cpu, memory and huge pages, found {}", quoted(name)));
            }
        } else if let Err(problem) = container_resource(name) {
            cx.problem(&problem).key_error(node, format!("no resource is called {}: {problem}", quoted(name)));
        }
        if let Some(size) = name.strip_prefix("hugepages-") {
            pages = true;
            let Parsed::Known(size) = parse(size) else { continue };
            if value(node).is_some_and(|amount| !amount.is_multiple_of(size)) {
                cx.error(node, format!("expected a multiple of the size of the pages, found {}", node.found()));
            }
        }
    }
    if pages && !main {
        cx.error(resources, "huge pages need a request or limit of cpu or memory beside");
    }
}

check! {
    /// What a pod needs beside its containers has the names and amounts of resources.
    OVERHEAD = "api/overhead", overhead;
    mirrors "core validation.validateOverhead, node validation.validateOverhead";
    on &[super::CORE_POD_SPEC, "node.*.RuntimeClass"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {overhead: {cpu: 10m}, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {overhead: {foo: 1}, containers: [{name: a, image: a}]}\n";
}

fn overhead(cx: &mut Context<'_, '_>, owner: Node<'_>) {
    let overhead = owner.get("overhead");
    let fixed = overhead.and_then(|overhead| overhead.get("podFixed")).or(overhead);
    for (name, node) in fixed.into_iter().flat_map(Node::entries).filter(|(_, node)| !node.is_map()) {
        if let Err(problem) = container_resource(name) {
            cx.problem(&problem).key_error(node, format!("no resource is called {}: {problem}", quoted(name)));
        }
        amount(cx, name, node);
    }
}

check! {
    /// Requests and limits of a whole pod are at least those of its containers, and it has no claims of its own there.
    POD_RESOURCES = "api/pod-resources", pod_resources;
    mirrors "core validation.validatePodResources, validatePodResourceConsistency";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {resources: {requests: {cpu: 1}}, containers: [{name: a, image: a, resources: {requests: {cpu: 1}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {resources: {requests: {cpu: 1}}, containers: [{name: a, image: a, resources: {requests: {cpu: 2}}}]}\n";
}

fn pod_resources(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let Some(resources) = pod.get("resources").filter(|resources| resources.is_map() && cx.minor() >= 34) else {
        return;
    };
    if let Some(claims) = resources.get("claims") {
        cx.error(claims, "a pod has no claims of its own here");
    }
    for (name, node) in resources.map("requests") {
        if let (Some(own), Some(sum)) = (value(node), asked(pod, "requests", name))
            && sum > own
        {
            cx.error(node, format!("expected at least what the containers request together, found {}", node.found()));
        }
    }
    let is_pod = pod.parent().is_some_and(|object| object.str("kind") == Some("Pod"));
    for (name, node) in resources.map("limits") {
        let Some(own) = value(node) else { continue };
        // Of a pod itself the server fills in what its containers request.
        if is_pod
            && resources.path(&["requests", name]).is_none()
            && matches!(name, "cpu" | "memory")
            && asked(pod, "requests", name).is_some_and(|sum| sum > own)
        {
            let message = format!("the containers request more {name} together than the limit of the pod");
            cx.at(resources, &["requests"], message);
        }
        for container in pod.list("containers") {
            if let Some(limit) =
                container.path(&["resources", "limits", name]).filter(|l| value(*l).is_some_and(|l| l > own))
            {
                let found = limit.found();
                cx.error(limit, format!("expected at most the limit of the pod, {}, found {found}", node.found()));
            }
        }
        if name.starts_with("hugepages-") && asked(pod, "limits", name).is_some_and(|sum| sum > own) {
            cx.error(node, format!("expected at least the limits of the containers together, found {}", node.found()));
        }
    }
}

/// What the containers of a pod ask for together: those that run side by side, or the largest init container with the
/// sidecars that run already.
fn asked(pod: Node<'_>, what: &str, name: &str) -> Option<Quantity> {
    let of = |container: Node<'_>| {
        let own = |key: &str| container.path(&["resources", key, name]).and_then(value);
        own(what).or_else(|| if what == "requests" { own("limits") } else { None })
    };
    let mut found = false;
    let zero = Quantity::default();
    let mut sum = zero;
    for amount in pod.list("containers").filter_map(of) {
        found = true;
        sum = sum.plus(amount);
    }
    let (mut sidecars, mut most) = (zero, zero);
    for container in pod.list("initContainers") {
        let Some(amount) = of(container) else { continue };
        found = true;
        if container.str("restartPolicy") == Some("Always") {
            sum = sum.plus(amount);
            sidecars = sidecars.plus(amount);
            most = most.max(sidecars);
        } else {
            most = most.max(sidecars.plus(amount));
        }
    }
    found.then_some(sum.max(most))
}

check! {
    /// Claims of a container are among those of its pod, and each is named once.
    RESOURCE_CLAIM = "api/resource-claim-name", resource_claims;
    mirrors "core validation.validateResourceClaimNames, validatePodResourceClaim";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {resourceClaims: [{name: c, resourceClaimName: x}], containers: [{name: a, image: a, resources: {claims: [{name: c}]}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {claims: [{name: c}]}}]}\n";
}

fn resource_claims(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    if cx.minor() < 34 {
        return;
    }
    let mut known = std::collections::HashSet::new();
    for claim in pod.list("resourceClaims") {
        if let Some((node, name)) = crate::validate::api::table::some(claim, "name") {
            if !known.insert(name) {
                cx.error(node, format!("another claim is called {}", quoted(name)));
            } else if let Err(problem) = syntax::dns_label(name) {
                cx.problem(&problem).error(node, format!("no claim can be called {}: {problem}", quoted(name)));
            }
        }
        let sources: Vec<Node<'_>> =
            ["resourceClaimName", "resourceClaimTemplateName"].iter().filter_map(|key| claim.get(key)).collect();
        if sources.len() != 1 {
            cx.error(
                claim,
                format!("expected `resourceClaimName` or `resourceClaimTemplateName`, found {}", sources.len()),
            );
        }
        for source in sources {
            if let Some(text) = source.as_str()
                && let Err(problem) = syntax::dns_subdomain(text)
            {
                cx.problem(&problem).error(source, format!("no claim can be called {}: {problem}", quoted(text)));
            }
        }
    }
    for container in crate::kube::pods::containers(pod) {
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for claim in container.get("resources").into_iter().flat_map(|resources| resources.list("claims")) {
            let (name, request) = (claim.str("name").unwrap_or(""), claim.str("request").unwrap_or(""));
            let same = |other: &(&str, &str)| {
                other.0 == name && (other.1 == request || other.1.is_empty() || request.is_empty())
            };
            if name.is_empty() {
                cx.error(claim, "the name of the claim is empty");
                continue;
            }
            if seen.iter().any(same) {
                cx.error(claim, format!("the claim {} is named twice", quoted(name)));
            } else if !known.contains(name) {
                cx.error(claim, format!("the pod has no claim called {}", quoted(name)));
            }
            seen.push((name, request));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn units_of_other_spellings_are_understood() {
        for (text, better) in [
            ("128mb", "128M"),
            ("1gb", "1G"),
            ("2gi", "2Gi"),
            ("100mi", "100Mi"),
            ("1 Gi", "1Gi"),
            ("5MiB", "5Mi"),
            ("10 kb", "10k"),
            ("100 m", "100m"),
            ("7B", "7"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(better), "{text}");
        }
        assert_eq!(meant("lots"), None);
        assert_eq!(meant("1 potato"), None);
    }
}
