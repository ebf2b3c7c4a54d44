//! Who may do what, classes of things, and single fields of the rest.

use super::change::Change;
use super::check::Fixed::{At, Forbidden};
use super::check::update;
use crate::validate::api::Reason;

update! {
    /// The role that a binding gives cannot be changed: delete the binding and make it anew, or give it another name.
    ROLE_REF = "update/role-ref";
    mirrors "rbac validation.ValidateRoleBindingUpdate, ValidateClusterRoleBindingUpdate";
    table &[
        ("rbac.authorization.k8s.io/RoleBinding", &[At("roleRef")]),
        ("rbac.authorization.k8s.io/ClusterRoleBinding", &[At("roleRef")]),
    ];
    old "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}\nsubjects: [{kind: ServiceAccount, name: a, namespace: a}]\n";
    accepted "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}\nsubjects: []\n";
    refused "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}\nsubjects: []\n";
}

update! {
    /// What a class stands for cannot be changed: the controller of an IngressClass, the handler of a RuntimeClass, the
    /// value and the preemption of a PriorityClass, the lease that a candidate is for, the signer of a bundle of certificates.
    CLASS = "update/class";
    mirrors "networking validation.ValidateIngressClassUpdate, node validation.ValidateRuntimeClassUpdate, scheduling validation.ValidatePriorityClassUpdate, coordination validation.ValidateLeaseCandidateSpecUpdate, certificates validation.ValidateClusterTrustBundleUpdate";
    table &[
        ("networking.k8s.io/IngressClass", &[At("spec.controller")]),
        ("node.k8s.io/RuntimeClass", &[At("handler")]),
        ("scheduling.k8s.io/PriorityClass", &[Forbidden("value", "may not be changed in an update."), At("preemptionPolicy")]),
        ("coordination.k8s.io/LeaseCandidate", &[At("spec.leaseName")]),
        ("certificates.k8s.io/ClusterTrustBundle", &[At("spec.signerName")]),
    ];
    old "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: a}\nvalue: 10\n";
    accepted "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: a}\nvalue: 10\nglobalDefault: true\n";
    refused "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: a}\nvalue: 20\n";
}

update! {
    /// What a ResourceClaim asks for cannot be changed, nor the template of one; a ResourceSlice stays with its node, its
    /// driver and its pool.
    DEVICE = "update/device";
    mirrors "resource validation.ValidateResourceClaimUpdate, ValidateResourceClaimTemplateUpdate, validateResourceSliceSpec";
    table &[
        ("resource.k8s.io/ResourceClaim", &[At("spec")]),
        ("resource.k8s.io/ResourceClaimTemplate", &[At("spec")]),
        ("resource.k8s.io/ResourceSlice", &[At("spec.pool.name"), At("spec.driver"), At("spec.nodeName")]),
    ];
    old "apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: a}\nspec: {devices: {requests: [{name: a, exactly: {deviceClassName: a}}]}}\n";
    accepted "apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: a, labels: {a: b}}\nspec: {devices: {requests: [{name: a, exactly: {deviceClassName: a, count: 1}}]}}\n";
    refused "apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: a}\nspec: {devices: {requests: [{name: a, exactly: {deviceClassName: b}}]}}\n";
}

update! {
    /// The addresses that a node gives its pods and the name that its provider has for it stay once they are there.
    NODE = "update/node", node;
    mirrors "core validation.ValidateNodeUpdate";
    on &["Node"];
    old "apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {providerID: a}\n";
    accepted "apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {providerID: a, unschedulable: true}\n";
    refused "apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {providerID: b}\n";
}

fn node(change: &mut Change<'_, '_, '_>) {
    for path in ["spec.providerID", "spec.podCIDRs"] {
        let (old, _) = change.both(path);
        if old.is_some_and(|old| old.as_str() != Some("") && !(old.is_list() && old.is_empty())) {
            let Some(difference) = change.difference(path, &[]) else { continue };
            let server = match (path, difference.new) {
                ("spec.podCIDRs", _) => Reason::Forbidden.says("node updates may not change podCIDR except from"),
                (_, Some(_)) => Reason::Invalid.says("field cannot be modified once set"),
                (_, None) => Reason::Invalid.says("field cannot be cleared once set"),
            };
            change.refuse_as(path, path, difference, server);
        }
    }
}

update! {
    /// An Event of `events.k8s.io` says what happened: only its series goes on.
    EVENT = "update/event", event;
    mirrors "core validation.ValidateEventUpdate";
    on &["events.k8s.io/Event"];
    old "apiVersion: events.k8s.io/v1\nkind: Event\nmetadata: {name: a, namespace: default}\neventTime: '2026-01-02T03:04:05.000000Z'\nreportingController: example.com/a\nreportingInstance: a\naction: a\nreason: a\ntype: Normal\n";
    accepted "apiVersion: events.k8s.io/v1\nkind: Event\nmetadata: {name: a, namespace: default, labels: {a: b}}\neventTime: '2026-01-02T03:04:05.000000Z'\nreportingController: example.com/a\nreportingInstance: a\naction: a\nreason: a\ntype: Normal\n";
    refused "apiVersion: events.k8s.io/v1\nkind: Event\nmetadata: {name: a, namespace: default}\neventTime: '2026-01-02T03:04:05.000000Z'\nreportingController: example.com/a\nreportingInstance: a\naction: a\nreason: b\ntype: Normal\n";
}

fn event(change: &mut Change<'_, '_, '_>) {
    // The server looks at them under their old names.
    const FIELDS: &[(&str, &str)] = &[
        ("regarding", "involvedObject"),
        ("reason", "reason"),
        ("note", "message"),
        ("deprecatedSource", "source"),
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
        ("deprecatedCount", "count"),
        ("type", "type"),
        ("eventTime", "eventTime"),
        ("action", "action"),
        ("related", "related"),
        ("reportingController", "reportingController"),
        ("reportingInstance", "reportingInstance"),
    ];
    for (path, name) in FIELDS {
        change.fixed(path, name, &[]);
    }
}

update! {
    /// What was asked for cannot be changed: by a StorageVersionMigration, by a PodCertificateRequest.
    REQUEST = "update/request";
    mirrors "storagemigration validation.ValidateStorageVersionMigrationUpdate, certificates validation.ValidatePodCertificateRequestUpdate";
    table &[
        ("storagemigration.k8s.io/StorageVersionMigration", &[At("spec")]),
        ("certificates.k8s.io/PodCertificateRequest", &[At("spec")]),
    ];
    old "apiVersion: storagemigration.k8s.io/v1\nkind: StorageVersionMigration\nmetadata: {name: a}\nspec: {resource: {group: example.com, resource: widgets}}\n";
    accepted "apiVersion: storagemigration.k8s.io/v1\nkind: StorageVersionMigration\nmetadata: {name: a, labels: {a: b}}\nspec: {resource: {group: example.com, resource: widgets}}\n";
    refused "apiVersion: storagemigration.k8s.io/v1\nkind: StorageVersionMigration\nmetadata: {name: a}\nspec: {resource: {group: example.com, resource: gadgets}}\n";
}
