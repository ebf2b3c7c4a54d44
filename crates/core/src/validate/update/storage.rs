//! Storage: claims, volumes, classes and drivers.

use super::change::{Change, Difference};
use super::check::Fixed::{At, Forbidden, Named};
use super::check::update;
use crate::kube::quantity::{Parsed, parse};
use crate::kube::tree::{Data, Node};
use crate::validate::api::Reason;

const CLAIM_KIND: &[&str] = &["PersistentVolumeClaim"];

update! {
    /// Of a claim that has its volume only the size and the class of attributes can be changed, and a class can be named
    /// where there was none.
    CLAIM = "update/volume-claim", claim;
    mirrors "core validation.ValidatePersistentVolumeClaimUpdate";
    on CLAIM_KIND;
    old "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {storageClassName: a, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n";
    accepted "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {storageClassName: a, accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}\n";
    refused "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {storageClassName: b, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n";
}

const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

fn claim(change: &mut Change<'_, '_, '_>) {
    let annotation = |root: Node<'_>| root.path(&["metadata", "annotations", BETA_CLASS]).map(|node| node.id());
    let (old, new) = (annotation(change.old), annotation(change.new));
    let (old, new) = (old.map(|id| change.old.with_id(id)), new.map(|id| change.new.with_id(id)));
    let text = |node: Option<Node<'_>>| node.and_then(Node::as_str).unwrap_or("").to_owned();
    let class = change.both("spec.storageClassName");
    let moved = class.0.is_none() && class.1.is_some() && text(class.1) == text(old) && old.is_some();
    if text(old) != text(new) && !(moved && new.is_none()) {
        change.entry("metadata.annotations", BETA_CLASS, Difference { old, new });
    }
    let mut apart = vec!["resources.requests.storage", "volumeAttributesClassName"];
    if change.texts("spec.volumeName").0.is_none() {
        apart.push("volumeName");
    }
    if class.0.is_none() && (old.is_none() || text(class.1) == text(old)) {
        apart.push("storageClassName");
    }
    change.forbidden("spec", "spec", &apart, "spec is immutable after creation");
}

update! {
    /// A claim can grow, where its class allows that, but not shrink.
    CLAIM_SIZE = "update/volume-claim-size", claim_size;
    mirrors "core validation.ValidatePersistentVolumeClaimUpdate";
    on CLAIM_KIND;
    old "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}\n";
    accepted "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 3Gi}}}\n";
    refused "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n";
}

fn claim_size(change: &mut Change<'_, '_, '_>) {
    const PATH: &str = "spec.resources.requests.storage";
    let (old, new) = change.both(PATH);
    let size = |node: Option<Node<'_>>| {
        let text = match node?.data() {
            Data::Str(text) => text.to_string(),
            Data::Int(n) => n.to_string(),
            Data::Float(n) => n.to_string(),
            _ => return None,
        };
        match parse(&text) {
            Parsed::Known(quantity) => Some(quantity),
            _ => None,
        }
    };
    if let (Some(before), Some(after)) = (size(old), size(new))
        && after < before
    {
        change.rule(PATH, "a claim cannot shrink", Difference { old, new });
    }
}

update! {
    /// What a volume is made of and whether it is a file system or a block device stay as they are, and so do the nodes
    /// that reach it once there are some.
    VOLUME = "update/volume", volume;
    mirrors "core validation.ValidatePersistentVolumeUpdate";
    on &["PersistentVolume"];
    old "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], nfs: {server: a, path: /a}}\n";
    accepted "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {capacity: {storage: 2Gi}, accessModes: [ReadWriteMany], persistentVolumeReclaimPolicy: Delete, nfs: {server: a, path: /a}}\n";
    refused "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], nfs: {server: b, path: /a}}\n";
}

/// What of a volume's specification is not what it is made of.
const BESIDE: &[&str] = &[
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
];

fn volume(change: &mut Change<'_, '_, '_>) {
    let mut apart = BESIDE.to_vec();
    if change.both("spec.csi.controllerExpandSecretRef").0.is_none() {
        apart.push("csi.controllerExpandSecretRef");
    }
    const SOURCE: &str = "spec.persistentvolumesource";
    change.forbidden("spec", SOURCE, &apart, "spec.persistentvolumesource is immutable after creation");
    change.fixed("spec.volumeMode", "volumeMode", &[]);
    if change.both("spec.nodeAffinity").0.is_some() {
        change.fixed("spec.nodeAffinity", "nodeAffinity", &[]);
    }
    let (old, new) = change.both("spec.volumeAttributesClassName");
    if old.is_some() && new.is_none() {
        let path = "spec.volumeAttributesClassName";
        let server = Reason::Forbidden.says("update from non-nil value to nil is forbidden");
        change.refuse_as(path, path, Difference { old, new }, server);
    }
}

update! {
    /// Who makes the volumes of a class, and how, cannot be changed: there would be volumes that the class does not
    /// describe. Make a class of another name.
    STORAGE_CLASS = "update/storage-class";
    mirrors "storage validation.ValidateStorageClassUpdate, ValidateVolumeAttributesClassUpdate";
    table &[
        ("storage.k8s.io/StorageClass", &[
            At("provisioner"), At("parameters"), At("reclaimPolicy"), At("volumeBindingMode"),
        ]),
        ("storage.k8s.io/VolumeAttributesClass", &[
            Forbidden("driverName", "updates to driverName are forbidden."),
            Forbidden("parameters", "updates to parameters are forbidden."),
        ]),
    ];
    old "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: example.com/a\nparameters: {type: fast}\n";
    accepted "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: example.com/a\nparameters: {type: fast}\nreclaimPolicy: Delete\nallowVolumeExpansion: true\n";
    refused "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: example.com/a\nparameters: {type: slow}\n";
}

update! {
    /// How the volumes of a driver are attached and how long they live, what capacity is told of, and which volume is
    /// attached where cannot be changed.
    STORAGE_DRIVER = "update/storage-driver";
    mirrors "storage validation.ValidateCSIDriverUpdate, ValidateCSIStorageCapacityUpdate, ValidateVolumeAttachmentUpdate";
    table &[
        ("storage.k8s.io/CSIDriver", &[
            Named("spec.attachRequired", "spec.attachedRequired"), At("spec.volumeLifecycleModes"),
        ]),
        ("storage.k8s.io/CSIStorageCapacity", &[At("nodeTopology"), At("storageClassName")]),
        ("storage.k8s.io/VolumeAttachment", &[At("spec")]),
    ];
    old "apiVersion: storage.k8s.io/v1\nkind: CSIDriver\nmetadata: {name: a}\nspec: {}\n";
    accepted "apiVersion: storage.k8s.io/v1\nkind: CSIDriver\nmetadata: {name: a}\nspec: {attachRequired: true, podInfoOnMount: true}\n";
    refused "apiVersion: storage.k8s.io/v1\nkind: CSIDriver\nmetadata: {name: a}\nspec: {attachRequired: false}\n";
}

update! {
    /// What a node says of a driver stays as it is while the driver is there, but for how many volumes it takes, which
    /// can be changed from Kubernetes 1.35 on.
    STORAGE_NODE = "update/storage-node", storage_node;
    mirrors "storage validation.ValidateCSINodeUpdate";
    on &["storage.k8s.io/CSINode"];
    old "apiVersion: storage.k8s.io/v1\nkind: CSINode\nmetadata: {name: a}\nspec: {drivers: [{name: a, nodeID: a}]}\n";
    accepted "apiVersion: storage.k8s.io/v1\nkind: CSINode\nmetadata: {name: a}\nspec: {drivers: [{name: a, nodeID: a}, {name: b, nodeID: b}]}\n";
    refused "apiVersion: storage.k8s.io/v1\nkind: CSINode\nmetadata: {name: a}\nspec: {drivers: [{name: a, nodeID: b}]}\n";
}

/// From here on the number of volumes that a node takes can be changed.
const ALLOCATABLE: u32 = 35;

fn storage_node(change: &mut Change<'_, '_, '_>) {
    const PATH: &str = "spec.drivers";
    let (old, new) = change.both(PATH);
    let apart: &[&str] = if change.minor() >= ALLOCATABLE { &["allocatable"] } else { &[] };
    let pairs = old.into_iter().flat_map(Node::items).flat_map(|old| {
        let named = move |new: &Node<'_>| new.str("name") == old.str("name");
        new.into_iter().flat_map(Node::items).filter(named).map(move |new| (old, new))
    });
    let pairs: Vec<_> = pairs.collect();
    for (old, new) in pairs {
        if let Some(difference) = change.difference_of(PATH, old, new, apart) {
            change.refuse(PATH, PATH, difference);
        }
    }
}
