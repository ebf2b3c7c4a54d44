//! Pods: they are made to run, not to be changed.

use super::change::{Change, Difference};
use super::check::update;
use crate::kube::tree::Node;

const POD_KIND: &[&str] = &["Pod"];

/// How many containers a pod has before and after.
fn sizes(change: &Change<'_, '_, '_>, path: &str) -> (usize, usize) {
    let (old, new) = change.both(path);
    let len = |node: Option<Node<'_>>| node.map_or(0, Node::len);
    (len(old), len(new))
}

/// Whether containers come or go: then nothing else is looked at.
fn is_another(change: &Change<'_, '_, '_>) -> bool {
    ["spec.containers", "spec.initContainers"].iter().any(|path| {
        let (old, new) = sizes(change, path);
        old != new
    })
}

update! {
    /// Containers of a pod neither come nor go.
    CONTAINERS = "update/pod-containers", containers;
    mirrors "core validation.ValidateContainerUpdates";
    on POD_KIND;
    old "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n";
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n";
    refused "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}, {name: b, image: b}]}\n";
}

fn containers(change: &mut Change<'_, '_, '_>) {
    for path in ["spec.containers", "spec.initContainers"] {
        let (old, new) = sizes(change, path);
        if old != new {
            let (old, new) = change.both(path);
            return change.rule(path, "containers of a pod neither come nor go", Difference { old, new });
        }
    }
}

update! {
    /// The deadline of a pod can be set and shortened, not put off or taken away.
    DEADLINE = "update/pod-deadline", deadline;
    mirrors "core validation.ValidatePodUpdate";
    on POD_KIND;
    old "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {activeDeadlineSeconds: 60, containers: [{name: a, image: a}]}\n";
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {activeDeadlineSeconds: 30, containers: [{name: a, image: a}]}\n";
    refused "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {activeDeadlineSeconds: 90, containers: [{name: a, image: a}]}\n";
}

fn deadline(change: &mut Change<'_, '_, '_>) {
    const PATH: &str = "spec.activeDeadlineSeconds";
    let (old, new) = change.both(PATH);
    let seconds = |node: Option<Node<'_>>| node.and_then(Node::as_int);
    let Some(before) = seconds(old).filter(|_| !is_another(change)) else { return };
    if seconds(new).is_none_or(|after| after > before) {
        change.rule(PATH, "a deadline can only be shortened", Difference { old, new });
    }
}

update! {
    /// A pod can come to tolerate more taints, not fewer.
    TOLERATIONS = "update/pod-tolerations", tolerations;
    mirrors "core validation.validateOnlyAddedTolerations";
    on POD_KIND;
    old "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {tolerations: [{key: a, operator: Exists}], containers: [{name: a, image: a}]}\n";
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {tolerations: [{key: a, operator: Exists}, {key: b, operator: Exists}], containers: [{name: a, image: a}]}\n";
    refused "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {tolerations: [{key: b, operator: Exists}], containers: [{name: a, image: a}]}\n";
}

fn tolerations(change: &mut Change<'_, '_, '_>) {
    const PATH: &str = "spec.tolerations";
    let (old, new) = change.both(PATH);
    if is_another(change) {
        return;
    }
    let text = |node: Node<'_>, key: &str| node.str(key).unwrap_or("").to_owned();
    let same = |a: Node<'_>, b: Node<'_>| {
        ["key", "operator", "value", "effect"].iter().all(|key| text(a, key) == text(b, key))
    };
    let kept = |a: &Node<'_>| new.into_iter().flat_map(Node::items).any(|b| same(*a, b));
    if let Some(gone) = old.into_iter().flat_map(Node::items).find(|a| !kept(a)) {
        change.rule(PATH, "a pod goes on tolerating what it tolerated", Difference { old: Some(gone), new });
    }
}

update! {
    /// The gates that hold a pod back are taken away one by one; none comes later.
    GATES = "update/pod-scheduling-gates", gates;
    mirrors "core validation.validateOnlyDeletedSchedulingGates";
    on POD_KIND;
    old "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {schedulingGates: [{name: example.com/a}], containers: [{name: a, image: a}]}\n";
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n";
    refused "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {schedulingGates: [{name: example.com/b}], containers: [{name: a, image: a}]}\n";
}

fn gates(change: &mut Change<'_, '_, '_>) {
    let (old, new) = change.both("spec.schedulingGates");
    if is_another(change) {
        return;
    }
    let known: Vec<&str> = old.into_iter().flat_map(Node::items).filter_map(|gate| gate.str("name")).collect();
    for (number, gate) in new.into_iter().flat_map(Node::items).enumerate() {
        if let Some(name) = gate.get("name").filter(|name| name.as_str().is_some_and(|name| !known.contains(&name))) {
            let path = format!("spec.schedulingGates.{number}.name");
            change.rule(&path, "gates can only be taken away", Difference { old: None, new: Some(name) });
        }
    }
}

update! {
    /// Annotations that say how AppArmor confines a pod, or that it mirrors one of a node's files, stay as they are.
    POD_ANNOTATIONS = "update/pod-annotations", annotations;
    mirrors "core validation.ValidatePodSpecificAnnotationUpdates";
    on POD_KIND;
    old "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {example.com/a: b}}\nspec: {containers: [{name: a, image: a}]}\n";
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {example.com/a: c}}\nspec: {containers: [{name: a, image: a}]}\n";
    refused "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {container.apparmor.security.beta.kubernetes.io/a: unconfined}}\nspec: {containers: [{name: a, image: a}]}\n";
}

fn annotations<'t>(change: &mut Change<'_, 't, '_>) {
    let (old, new) = change.both("metadata.annotations");
    let special = |key: &str| {
        key.starts_with("container.apparmor.security.beta.kubernetes.io/") || key == "kubernetes.io/config.mirror"
    };
    let entries = |node: Option<Node<'_>>| -> Vec<String> {
        let keys = node.into_iter().flat_map(|node| node.entries().map(|(key, _)| key));
        keys.filter(|key| special(key)).map(str::to_owned).collect()
    };
    let mut keys = entries(old);
    keys.extend(entries(new));
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let value = |node: Option<Node<'_>>| node.and_then(|node| node.str(&key)).map(str::to_owned);
        if value(old) != value(new) {
            let find = |node: Option<Node<'t>>| node.and_then(|node| node.get(&key));
            change.entry("metadata.annotations", &key, Difference { old: find(old), new: find(new) });
        }
    }
}

update! {
    /// Of the specification of a pod only the images, the deadline, the tolerations and the gates can be changed, and of
    /// one that is held back by a gate where it may run. To change more, a pod is deleted and made anew; workloads such
    /// as a Deployment do that by themselves.
    POD = "update/pod", pod;
    mirrors "core validation.ValidatePodUpdate";
    on POD_KIND;
    old "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n";
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {restartPolicy: Always, containers: [{name: a, image: b}]}\n";
    refused "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: A, value: b}]}]}\n";
}

fn pod(change: &mut Change<'_, '_, '_>) {
    if is_another(change) {
        return;
    }
    let mut apart =
        vec!["containers.*.image", "initContainers.*.image", "activeDeadlineSeconds", "schedulingGates", "tolerations"];
    // Only of pods themselves it is filled in.
    let (old, new) = change.both("spec.enableServiceLinks");
    let links = |node: Option<Node<'_>>| node.and_then(Node::as_bool) != Some(false);
    if links(old) == links(new) {
        apart.push("enableServiceLinks");
    }
    if change.both("spec.schedulingGates").0.is_some_and(|gates| !gates.is_empty()) {
        apart.extend(["nodeSelector", "affinity.nodeAffinity"]);
        selector(change);
        node_affinity(change);
    }
    change.forbidden("spec", "spec", &apart, "pod updates may not change fields other than");
}

/// A pod that is held back can be bound more tightly to nodes, not less.
fn selector(change: &mut Change<'_, '_, '_>) {
    const PATH: &str = "spec.nodeSelector";
    let (old, new) = change.both(PATH);
    let kept = |(key, value): &(&str, Node<'_>)| {
        new.and_then(|new| new.get(key)).is_some_and(|new| new.as_str() == value.as_str())
    };
    if let Some((_, gone)) = old.into_iter().flat_map(Node::entries).find(|entry| !kept(entry)) {
        change.rule(PATH, "labels can only be added", Difference { old: Some(gone), new });
    }
}

/// The terms that nodes have to fit, of a pod that is held back, get more requirements and no fewer.
fn node_affinity(change: &mut Change<'_, '_, '_>) {
    const PATH: &str = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
    let (before, after) = change.both(PATH);
    let items = |list: Option<Node<'_>>| list.map_or(0, Node::len);
    if items(before) == 0 {
        return;
    }
    if items(before) != items(after) {
        let difference = Difference { old: before, new: after };
        return change.rule(PATH, "terms that nodes have to fit neither come nor go", difference);
    }
    let pairs = before.into_iter().flat_map(Node::items).zip(after.into_iter().flat_map(Node::items));
    for (number, (old, new)) in pairs.enumerate() {
        let kept = |key: &str| {
            let same = old.list(key).zip(new.list(key)).all(|(old, new)| change.same(PATH, key, old, new));
            same && old.list(key).count() <= new.list(key).count()
        };
        if !kept("matchExpressions") || !kept("matchFields") {
            let difference = Difference { old: Some(old), new: Some(new) };
            change.rule(&format!("{PATH}.{number}"), "requirements of nodes can only be added", difference);
        }
    }
}
