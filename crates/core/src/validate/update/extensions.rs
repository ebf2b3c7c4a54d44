//! CustomResourceDefinitions: what names and stores objects.

use super::change::{Change, Difference};
use super::check::Fixed::At;
use super::check::update;
use crate::kube::tree::Node;
use crate::validate::api::Reason;

const DEFINITION_KIND: &[&str] = &["apiextensions.k8s.io/CustomResourceDefinition"];

update! {
    /// The group, the kind, the plural and the scope of a definition cannot be changed: objects are stored under them.
    DEFINITION = "update/crd";
    mirrors "apiextensions validation.validateCustomResourceDefinitionSpecUpdate";
    table &[("apiextensions.k8s.io/CustomResourceDefinition", &[
        At("spec.scope"), At("spec.names.kind"), At("spec.group"), At("spec.names.plural"),
    ])];
    old "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.example.com}\nspec: {group: example.com, scope: Namespaced, names: {plural: as, kind: A}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
    accepted "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.example.com}\nspec: {group: example.com, scope: Namespaced, names: {plural: as, kind: A, shortNames: [x]}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
    refused "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.example.com}\nspec: {group: example.com, scope: Cluster, names: {plural: as, kind: A}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
}

update! {
    /// A version that objects are stored in stays until all of them are stored in another one and the status says so.
    STORED_VERSION = "update/crd-stored-version", stored_version;
    mirrors "apiextensions validation.ValidateCustomResourceDefinitionStoredVersions";
    on DEFINITION_KIND;
    old "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.example.com}\nspec: {group: example.com, scope: Namespaced, names: {plural: as, kind: A}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
    accepted "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.example.com}\nspec: {group: example.com, scope: Namespaced, names: {plural: as, kind: A}, versions: [{name: v1, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}, {name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
    refused "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.example.com}\nspec: {group: example.com, scope: Namespaced, names: {plural: as, kind: A}, versions: [{name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
}

fn stored_version(change: &mut Change<'_, '_, '_>) {
    let (old, new) = change.both("spec.versions");
    let stored = |version: &Node<'_>| version.bool("storage") == Some(true);
    let Some(old) = old.into_iter().flat_map(Node::items).find(stored) else { return };
    let kept = |version: Node<'_>| version.str("name") == old.str("name");
    if !new.into_iter().flat_map(Node::items).any(kept) {
        let difference = Difference { old: old.get("name"), new };
        let server = Reason::Invalid.says("missing from spec.versions");
        change.refuse_as("spec.versions", "status.storedVersions.0", difference, server);
    }
}
