//! Devices that nodes offer, and taints on them.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::syntax::Problem;
use crate::validate::api::table::Rule::{Count, Exact, Form, Longest, Range, Required};
use std::collections::HashSet;

check! {
    /// The taint of a device has a key like a label, a value like a label's and one of the effects `NoSchedule`,
    /// `NoExecute` and, from Kubernetes 1.35 on, `None`; a rule that sets it names drivers, pools and devices.
    DEVICE_TAINT = "api/device-taint", taint;
    mirrors "resource validation.validateDeviceTaint, validateDeviceTaintSelector";
    on &["resource.*.DeviceTaint", "resource.*.DeviceTaintSelector"];
    accepted "apiVersion: resource.k8s.io/v1\nkind: ResourceSlice\nmetadata: {name: a}\nspec: {allNodes: true, driver: a, pool: {name: a, generation: 1, resourceSliceCount: 1}, devices: [{name: a, taints: [{key: a, effect: NoSchedule}]}]}\n";
    rejected "apiVersion: resource.k8s.io/v1\nkind: ResourceSlice\nmetadata: {name: a}\nspec: {allNodes: true, driver: a, pool: {name: a, generation: 1, resourceSliceCount: 1}, devices: [{name: a, taints: [{key: a, effect: Never}]}]}\n";
}

/// From here on a taint may do nothing.
const NO_EFFECT: u32 = 35;

fn taint(cx: &mut Context<'_, '_>, taint: Node<'_>) {
    if taint.key() == "deviceSelector" {
        Exact("driver", driver).check(cx, taint);
        Exact("pool", pool_name).check(cx, taint);
        return Exact("device", syntax::dns_label).check(cx, taint);
    }
    Exact("key", syntax::qualified_name).check(cx, taint);
    Form("value", syntax::label_value).check(cx, taint);
    Required(&["effect"]).check(cx, taint);
    let effects: &[&str] =
        if cx.minor() >= NO_EFFECT { &["NoExecute", "NoSchedule", "None"] } else { &["NoExecute", "NoSchedule"] };
    super::allowed(cx, taint, "effect", effects);
}

/// The name of a driver of devices.
fn driver(text: &str) -> Result<(), Problem> {
    if text.len() > 63 {
        return Err("it has more than 63 characters".into());
    }
    syntax::dns_subdomain(text)
}

/// The name of a pool: DNS subdomains with slashes between them.
fn pool_name(text: &str) -> Result<(), Problem> {
    if text.len() > 253 {
        return Err("it has more than 253 characters".into());
    }
    text.split('/').try_for_each(syntax::dns_subdomain)
}

check! {
    /// A ResourceSlice says whose devices it has: which driver's, of which pool, and on which nodes, in one of four ways.
    /// Its devices have names of their own.
    RESOURCE_SLICE = "api/resource-slice", slice;
    mirrors "resource validation.validateResourceSliceSpec, validateResourcePool";
    on &["resource.*.ResourceSliceSpec"];
    accepted "apiVersion: resource.k8s.io/v1\nkind: ResourceSlice\nmetadata: {name: a}\nspec: {nodeName: a, driver: a, pool: {name: a/b, generation: 1, resourceSliceCount: 1}, devices: [{name: a}]}\n";
    rejected "apiVersion: resource.k8s.io/v1\nkind: ResourceSlice\nmetadata: {name: a}\nspec: {driver: a, pool: {name: a, generation: 1, resourceSliceCount: 1}, devices: [{name: a}]}\n";
}

fn slice(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    Required(&["driver"]).check(cx, spec);
    Form("driver", driver).check(cx, spec);
    if let Some(pool) = spec.get("pool").filter(|pool| pool.is_map()) {
        Required(&["name"]).check(cx, pool);
        Form("name", pool_name).check(cx, pool);
        Range("resourceSliceCount", 1, i64::MAX).check(cx, pool);
        Count("generation").check(cx, pool);
    }
    const WAYS: &[&str] = &["nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection"];
    for key in ["allNodes", "perDeviceNodeSelection"] {
        if let Some(node) = spec.get(key).filter(|node| node.as_bool() == Some(false)) {
            cx.error(node, "expected nothing or true, found false");
        }
    }
    Exact("nodeName", syntax::dns_subdomain).check(cx, spec);
    let says = |key: &str| spec.get(key).is_some_and(|node| node.as_bool() != Some(false) && node.as_str() != Some(""));
    match WAYS.iter().filter(|key| says(key)).count() {
        1 => {}
        0 => cx.error(spec, format!("expected one of {}", WAYS.join(", "))),
        _ => cx.error(spec, format!("expected only one of {}", WAYS.join(", "))),
    }
    if let Some(terms) = spec.path(&["nodeSelector", "nodeSelectorTerms"]).filter(|terms| terms.len() > 1) {
        cx.error(terms, "expected exactly one term");
    }
    let mut seen = HashSet::new();
    for device in spec.list("devices").filter(|device| device.is_map()) {
        Exact("name", syntax::dns_label).check(cx, device);
        Longest("name", 63).check(cx, device);
        let name = device.str("name").unwrap_or("");
        if !seen.insert(name) {
            cx.error(device, format!("another device is called {}", quoted(name)));
        }
    }
}

check! {
    /// A StorageVersionMigration names the resource whose objects are stored anew, as the server lists it.
    STORAGE_MIGRATION = "api/storage-migration", migration;
    mirrors "storagemigration validation.ValidateStorageVersionMigration";
    on &["storagemigration.v1.StorageVersionMigration", "storagemigration.v1beta1.StorageVersionMigration"];
    accepted "apiVersion: storagemigration.k8s.io/v1\nkind: StorageVersionMigration\nmetadata: {name: a}\nspec: {resource: {group: example.com, resource: widgets}}\n";
    rejected "apiVersion: storagemigration.k8s.io/v1\nkind: StorageVersionMigration\nmetadata: {name: a}\nspec: {resource: {group: example.com, resource: Widgets}}\n";
}

fn migration(cx: &mut Context<'_, '_>, migration: Node<'_>) {
    let Some(resource) = migration.path(&["spec", "resource"]).filter(|resource| resource.is_map()) else {
        return cx.at(migration, &["spec", "resource", "resource"], "the migration does not say what to store anew");
    };
    Required(&["resource"]).check(cx, resource);
    Form("resource", syntax::dns_1035_label).check(cx, resource);
    Form("group", syntax::dns_subdomain).check(cx, resource);
}
