//! Volumes of the cluster and claims on them.

use super::resources::value;
use crate::kube::quantity::Quantity;
use crate::kube::tree::{Node, quoted};
use crate::validate::api::STATEFUL_TEMPLATES;
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::table::Rule::{Exact, Form, OneOf, Required, Since};
use crate::validate::api::table::{Rule, some};

const MODES: &[&str] = &["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const VOLUME_MODES: &[&str] = &["Block", "Filesystem"];

fn access_modes(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let Some(modes) = spec.get("accessModes").filter(|modes| !modes.is_list() || !modes.is_empty()) else {
        return cx.at(spec, &["accessModes"], "expected at least one access mode, found none");
    };
    for mode in modes.items() {
        if mode.as_str().is_some_and(|text| !MODES.contains(&text)) {
            cx.beside(modes, mode, format!("expected one of {}, found {}", MODES.join(", "), mode.found()));
        }
    }
    let alone = |mode: Node<'_>| mode.as_str() == Some("ReadWriteOncePod");
    if modes.items().any(alone)
        && modes.items().any(|mode| !alone(mode) && mode.as_str().is_some_and(|m| MODES.contains(&m)))
    {
        cx.error(modes, "ReadWriteOncePod goes with no other access mode");
    }
}

fn is_positive(node: Node<'_>) -> bool {
    value(node).is_none_or(|quantity| !quantity.is_zero() && !Quantity::is_negative(quantity))
}

check! {
    /// A claim on a volume has access modes, of which `ReadWriteOncePod` stands alone, and asks for an amount of storage
    /// above 0. It is filled from one other claim or object, whose group goes with its kind.
    CLAIM = "api/volume-claim", claim;
    mirrors "core validation.ValidatePersistentVolumeClaimSpec, validateDataSource, validateDataSourceRef";
    on &["core.v1.PersistentVolumeClaim", "core.v1.PersistentVolumeClaimTemplate"];
    accepted "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n";
    rejected "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnly], resources: {requests: {storage: 1Gi}}}\n";
}

fn claim(cx: &mut Context<'_, '_>, claim: Node<'_>) {
    // Older servers do not look at the templates of a StatefulSet before there are claims.
    let template = claim.parent().is_some_and(|list| list.key() == "volumeClaimTemplates");
    if template && cx.minor() < STATEFUL_TEMPLATES {
        return;
    }
    let Some(spec) = claim.get("spec") else {
        return cx.at(claim, &["spec", "accessModes"], "the claim has no access modes");
    };
    if !spec.is_map() {
        return;
    }
    access_modes(cx, spec);
    match spec.path(&["resources", "requests", "storage"]) {
        None => cx.at(spec, &["resources", "requests", "storage"], "the claim asks for no storage"),
        Some(storage) if !is_positive(storage) => {
            cx.error(storage, format!("expected a quantity above 0, found {}", storage.found()));
        }
        Some(_) => {}
    }
    let rules = [
        Form("storageClassName", syntax::dns_subdomain),
        OneOf("volumeMode", VOLUME_MODES),
        Since(34, &Form("volumeAttributesClassName", syntax::dns_subdomain)),
    ];
    rules.into_iter().for_each(|rule: Rule| rule.check(cx, spec));
    let reference = spec.get("dataSourceRef");
    // Alone, a source that is neither a claim nor a snapshot is dropped (EnforceDataSourceBackwardsCompatibility).
    let kept = |source: &Node<'_>| {
        let kind = (source.str("apiGroup").unwrap_or(""), source.str("kind").unwrap_or(""));
        reference.is_some()
            || [("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot")].contains(&kind)
    };
    let source = spec.get("dataSource").filter(kept);
    [source, reference].into_iter().flatten().for_each(|node| data_source(cx, node));
    // Without the reference the server makes it from the source, and the other way round.
    if let (Some(source), Some(reference)) = (source, reference) {
        let same = ["apiGroup", "kind", "name"].iter().all(|key| source.str(key) == reference.str(key));
        if !same {
            cx.beside(spec, source, "`dataSource` and `dataSourceRef` must be the same");
        }
    }
}

fn data_source(cx: &mut Context<'_, '_>, source: Node<'_>) {
    Required(&["name", "kind"]).check(cx, source);
    match some(source, "apiGroup") {
        None if source.str("kind") != Some("PersistentVolumeClaim") => {
            cx.error(source, "without an `apiGroup` the kind must be PersistentVolumeClaim");
        }
        _ if cx.minor() >= 29 => Form("apiGroup", syntax::dns_subdomain).check(cx, source),
        _ => {}
    }
}

check! {
    /// A volume of the cluster has access modes and a capacity of storage above 0. A local volume says where it is, and a
    /// class of attributes belongs to a CSI volume.
    PERSISTENT_VOLUME = "api/persistent-volume", persistent_volume;
    mirrors "core validation.ValidatePersistentVolumeSpec, storage util.ValidatePersistentVolume";
    on &["core.v1.PersistentVolume"];
    accepted "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /a}}\n";
    rejected "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], hostPath: {path: /a}}\n";
}

fn persistent_volume(cx: &mut Context<'_, '_>, volume: Node<'_>) {
    let Some(spec) = volume.get("spec") else {
        return cx.at(volume, &["spec", "accessModes"], "the volume has no access modes");
    };
    if !spec.is_map() {
        return;
    }
    access_modes(cx, spec);
    match spec.get("capacity") {
        Some(capacity) if capacity.is_map() => {
            if capacity.get_raw("storage").is_none() || capacity.len() > 1 {
                cx.error(capacity, "expected a capacity of `storage` and nothing else");
            }
            for (_, amount) in capacity.entries().filter(|(_, amount)| !is_positive(*amount)) {
                cx.error(amount, format!("expected a quantity above 0, found {}", amount.found()));
            }
        }
        Some(_) => {}
        None => cx.missing(spec, "capacity", "the volume has no capacity (capacity.storage)"),
    }
    super::allowed(cx, spec, "persistentVolumeReclaimPolicy", &["Delete", "Recycle", "Retain"]);
    OneOf("volumeMode", VOLUME_MODES).check(cx, spec);
    Form("storageClassName", syntax::dns_subdomain).check(cx, spec);
    if spec.get("local").is_some() && spec.get("nodeAffinity").is_none() {
        cx.missing(spec, "nodeAffinity", "a local volume needs `nodeAffinity`");
    }
    let root = |path: &str| path.split('/').all(|part| part.is_empty() || part == ".");
    if spec.str("persistentVolumeReclaimPolicy") == Some("Recycle")
        && spec
            .path(&["hostPath", "path"])
            .and_then(Node::as_str)
            .is_some_and(|path| path.starts_with('/') && root(path))
    {
        cx.at(spec, &["persistentVolumeReclaimPolicy"], "the root of a host cannot be recycled");
    }
    if cx.minor() >= 34 && spec.get("volumeAttributesClassName").is_some() {
        Exact("volumeAttributesClassName", syntax::dns_subdomain).check(cx, spec);
        if spec.get("csi").is_none() {
            cx.missing(spec, "csi", "`volumeAttributesClassName` needs a CSI volume");
        }
    }
    mount_options(cx, volume, spec);
}

/// Only some sources take options of mounting.
fn mount_options(cx: &mut Context<'_, '_>, volume: Node<'_>, spec: Node<'_>) {
    const KEY: &str = "volume.beta.kubernetes.io/mount-options";
    const TAKERS: &[&str] = &[
        "gcePersistentDisk",
        "awsElasticBlockStore",
        "glusterfs",
        "nfs",
        "rbd",
        "quobyte",
        "iscsi",
        "cinder",
        "cephfs",
        "azureFile",
        "vsphereVolume",
        "azureDisk",
        "portworxVolume",
        "photonPersistentDisk",
        "csi",
        "flexVolume",
    ];
    let annotation = volume.path(&["metadata", "annotations", KEY]);
    if TAKERS.iter().any(|key| spec.get(key).is_some()) {
        return;
    }
    if let Some(node) = annotation {
        cx.error(node, "volumes of this source take no mount options");
    }
}

check! {
    /// A StorageClass names its provisioner by a qualified name; what happens to the volumes and when they are bound has
    /// known names; its parameters have keys and at most 256 KiB.
    STORAGE_CLASS = "api/storage-class", storage_class;
    mirrors "storage validation.ValidateStorageClass, validateProvisioner, validateParameters, validateAllowedTopologies";
    on &["storage.*.StorageClass"];
    accepted "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: example.com/disk\n";
    rejected "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: example.com/disk\nreclaimPolicy: Recycle\n";
}

fn storage_class(cx: &mut Context<'_, '_>, class: Node<'_>) {
    let rules = [
        Required(&["provisioner"]),
        Form("provisioner", syntax::qualified_name_caseless),
        OneOf("volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]),
    ];
    rules.into_iter().for_each(|rule: Rule| rule.check(cx, class));
    super::allowed(cx, class, "reclaimPolicy", &["Delete", "Retain"]);
    parameters(cx, class, 512, 256 << 10, false);
    let mut seen: Vec<Vec<(&str, Vec<&str>)>> = Vec::new();
    for term in class.list("allowedTopologies") {
        let mut keys = std::collections::HashSet::new();
        let mut whole = Vec::new();
        for requirement in term.list("matchLabelExpressions") {
            Required(&["values"]).check(cx, requirement);
            Rule::Distinct("values").check(cx, requirement);
            let key = requirement.str("key").unwrap_or("");
            if let Some(node) = requirement.get("key") {
                if let Err(problem) = syntax::qualified_name(key) {
                    cx.problem(&problem)
                        .error(node, format!("{} cannot be the key of a label: {problem}", quoted(key)));
                }
                if !keys.insert(key) {
                    cx.error(node, format!("another expression has the key {}", quoted(key)));
                }
            }
            let mut values: Vec<&str> = requirement.list("values").filter_map(Node::as_str).collect();
            values.sort_unstable();
            whole.push((key, values));
        }
        whole.sort();
        if seen.contains(&whole) || whole.is_empty() {
            cx.at(term, &["matchLabelExpressions"], "another term says the same");
        }
        seen.push(whole);
    }
}

/// Parameters have keys, and are not too many.
pub(super) fn parameters(cx: &mut Context<'_, '_>, class: Node<'_>, most: usize, bytes: usize, needed: bool) {
    let Some(map) = class.get("parameters").filter(|map| map.is_map() && !map.is_empty()) else {
        if needed {
            cx.at(class, &["parameters"], "expected at least one parameter, found none");
        }
        return;
    };
    if map.len() > most {
        cx.error(map, format!("expected at most {most} parameters, found {}", map.len()));
    }
    let size: usize = map.entries().map(|(key, value)| key.len() + value.as_str().map_or(0, str::len)).sum();
    if size > bytes {
        cx.error(map, format!("expected at most {bytes} bytes of parameters, found {size}"));
    }
    for (_, value) in map.entries().filter(|(key, _)| key.is_empty()) {
        cx.key_beside(map, value, "the name of the parameter is empty");
    }
}
