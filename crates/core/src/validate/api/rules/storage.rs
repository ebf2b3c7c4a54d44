//! Volumes of the cluster and claims on them.

use super::resources::value;
use crate::kube::quantity::Quantity;
use crate::kube::tree::Node;
use crate::validate::api::check::{Context, check};

const MODES: &[&str] = &["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

fn access_modes(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    match spec.get("accessModes") {
        None => cx.missing(spec, "accessModes", "expected at least one access mode, found none"),
        Some(modes) if modes.is_list() && modes.is_empty() => {
            cx.error(modes, "expected at least one access mode, found none")
        }
        Some(modes) => {
            for mode in modes.items() {
                if mode.as_str().is_some_and(|text| !MODES.contains(&text)) {
                    cx.error(mode, format!("expected one of {}, found {}", MODES.join(", "), mode.found()));
                }
            }
        }
    }
    super::allowed(cx, spec, "volumeMode", &["Block", "Filesystem"]);
}

check! {
    /// A claim has access modes and asks for some storage.
    CLAIM = "api/volume-claim", claim;
    mirrors "core validation.ValidatePersistentVolumeClaimSpec";
    on &["io.k8s.api.core.v1.PersistentVolumeClaim"];
    accepted "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n";
    rejected "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [RWO], resources: {requests: {storage: 1Gi}}}\n";
}

fn claim(cx: &mut Context<'_, '_>, claim: Node<'_>) {
    // Nobody looks at the templates of a StatefulSet before there are claims.
    if !super::is_object(claim) {
        return;
    }
    let Some(spec) = claim.get("spec") else {
        return cx.missing(claim, "spec", "the claim has no `spec`");
    };
    if !spec.is_map() {
        return;
    }
    access_modes(cx, spec);
    match spec.path(&["resources", "requests", "storage"]) {
        None => cx.missing(spec, "resources", "the claim asks for no storage (resources.requests.storage)"),
        Some(storage) if value(storage).is_some_and(|q| q.is_zero() || Quantity::is_negative(q)) => {
            cx.error(storage, format!("expected a quantity above 0, found {}", storage.found()));
        }
        Some(_) => {}
    }
}

check! {
    /// A persistent volume has a capacity, access modes and a known reclaim policy.
    PERSISTENT_VOLUME = "api/persistent-volume", persistent_volume;
    mirrors "core validation.ValidatePersistentVolumeSpec";
    on &["io.k8s.api.core.v1.PersistentVolume"];
    accepted "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /a}}\n";
    rejected "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], hostPath: {path: /a}}\n";
}

fn persistent_volume(cx: &mut Context<'_, '_>, volume: Node<'_>) {
    let Some(spec) = volume.get("spec").filter(|spec| spec.is_map()) else { return };
    access_modes(cx, spec);
    if spec.get("capacity").is_none_or(|capacity| capacity.is_map() && capacity.get_raw("storage").is_none()) {
        cx.missing(spec, "capacity", "the volume has no capacity (capacity.storage)");
    }
    super::allowed(cx, spec, "persistentVolumeReclaimPolicy", &["Delete", "Recycle", "Retain"]);
}

check! {
    /// A storage class has a provisioner, a known reclaim policy and a known time of binding.
    STORAGE_CLASS = "api/storage-class", storage_class;
    mirrors "storage validation.ValidateStorageClass";
    on &["io.k8s.api.storage.v1.StorageClass"];
    accepted "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: example.com/a\nvolumeBindingMode: WaitForFirstConsumer\n";
    rejected "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: example.com/a\nvolumeBindingMode: Waiting\n";
}

fn storage_class(cx: &mut Context<'_, '_>, class: Node<'_>) {
    if let Some(provisioner) = class.get("provisioner")
        && provisioner.as_str() == Some("")
    {
        cx.error(provisioner, "the provisioner is empty");
    }
    super::allowed(cx, class, "reclaimPolicy", &["Delete", "Retain"]);
    super::allowed(cx, class, "volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]);
}
