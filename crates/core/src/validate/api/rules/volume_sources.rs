//! Where volumes come from: the sources of pods' volumes and of persistent volumes.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::syntax::Problem;
use crate::validate::api::table::Rule::{Enum, Exact, Form, NotNegative, OneOf, Range, Required, Since};
use crate::validate::api::table::{Rule, form, is_blank, required, some};

const LUN: Rule = Range("lun", 0, 255);
const PARTITION: Rule = Range("partition", 0, 255);
const USER: Rule = Range("user", 0, 2_147_483_647);
const HOST_PATHS: &[&str] =
    &["DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"];

check! {
    /// The sources of a volume say what they are made from: `secretName`, `claimName`, a ConfigMap's `name`, a server
    /// and a path; paths stay inside the volume, and types are among the known ones.
    VOLUME_FIELDS = "api/volume-fields";
    mirrors "core validation.validateVolumeSource and the functions for each source, validateKeyToPath";
    table &[
        ("core.v1.SecretVolumeSource", &[Required(&["secretName"]), Since(36, &Range("defaultUser", 0, 2_147_483_647))]),
        ("core.v1.ConfigMapVolumeSource", &[Required(&["name"])]),
        ("core.v1.SecretProjection", &[Required(&["name"])]),
        ("core.v1.ConfigMapProjection", &[Required(&["name"])]),
        ("core.v1.PersistentVolumeClaimVolumeSource", &[Required(&["claimName"])]),
        ("core.v1.KeyToPath", &[Required(&["key", "path"]), Form("path", syntax::local_path), USER]),
        ("core.v1.HostPathVolumeSource", &[Required(&["path"]), Form("path", syntax::no_backsteps), Enum("type", HOST_PATHS)]),
        ("core.v1.GitRepoVolumeSource", &[Required(&["repository"]), Form("directory", syntax::descending_path)]),
        ("core.v1.EmptyDirVolumeSource", &[NotNegative("sizeLimit"), Since(36, &Range("mode", 0, 0o1777))]),
        ("core.v1.NFSVolumeSource", &[Required(&["server", "path"]), Form("path", syntax::absolute_path)]),
        ("core.v1.ISCSIVolumeSource", &[Required(&["targetPortal", "iqn"]), LUN, Form("iqn", iqn), Exact("initiatorName", iqn)]),
        ("core.v1.ISCSIPersistentVolumeSource", &[Required(&["targetPortal", "iqn"]), LUN, Form("iqn", iqn), Exact("initiatorName", iqn)]),
        ("core.v1.GCEPersistentDiskVolumeSource", &[Required(&["pdName"]), PARTITION]),
        ("core.v1.AWSElasticBlockStoreVolumeSource", &[Required(&["volumeID"]), PARTITION]),
        ("core.v1.GlusterfsVolumeSource", &[Required(&["endpoints", "path"])]),
        ("core.v1.GlusterfsPersistentVolumeSource", &[Required(&["endpoints", "path"]), Exact("endpointsNamespace", syntax::dns_label)]),
        ("core.v1.RBDVolumeSource", &[Required(&["monitors", "image"])]),
        ("core.v1.RBDPersistentVolumeSource", &[Required(&["monitors", "image"])]),
        ("core.v1.CinderVolumeSource", &[Required(&["volumeID"])]),
        ("core.v1.CinderPersistentVolumeSource", &[Required(&["volumeID"])]),
        ("core.v1.CephFSVolumeSource", &[Required(&["monitors"])]),
        ("core.v1.CephFSPersistentVolumeSource", &[Required(&["monitors"])]),
        ("core.v1.FlexVolumeSource", &[Required(&["driver"])]),
        ("core.v1.FlexPersistentVolumeSource", &[Required(&["driver"])]),
        ("core.v1.AzureFileVolumeSource", &[Required(&["secretName", "shareName"])]),
        ("core.v1.AzureFilePersistentVolumeSource", &[Required(&["secretName", "shareName"]), Exact("secretNamespace", syntax::path_name)]),
        ("core.v1.AzureDiskVolumeSource", &[
            Required(&["diskName", "diskURI"]),
            OneOf("cachingMode", &["None", "ReadOnly", "ReadWrite"]),
            OneOf("kind", &["Dedicated", "Managed", "Shared"]),
        ]),
        ("core.v1.VsphereVirtualDiskVolumeSource", &[Required(&["volumePath"])]),
        ("core.v1.PhotonPersistentDiskVolumeSource", &[Required(&["pdID"])]),
        ("core.v1.PortworxVolumeSource", &[Required(&["volumeID"])]),
        ("core.v1.ScaleIOVolumeSource", &[Required(&["gateway", "system", "volumeName"])]),
        ("core.v1.ScaleIOPersistentVolumeSource", &[Required(&["gateway", "system", "volumeName"])]),
        ("core.v1.StorageOSVolumeSource", &[Required(&["volumeName"]), Form("volumeName", syntax::dns_label), Form("volumeNamespace", syntax::dns_label)]),
        ("core.v1.StorageOSPersistentVolumeSource", &[Required(&["volumeName"]), Form("volumeName", syntax::dns_label), Form("volumeNamespace", syntax::dns_label)]),
        ("core.v1.LocalVolumeSource", &[Required(&["path"]), Form("path", syntax::no_backsteps)]),
        ("core.v1.QuobyteVolumeSource", &[Required(&["registry", "volume"])]),
        ("core.v1.CSIVolumeSource", &[Required(&["driver"]), Form("driver", syntax::driver)]),
        ("core.v1.CSIPersistentVolumeSource", &[Required(&["driver", "volumeHandle"]), Form("driver", syntax::driver)]),
        ("core.v1.EphemeralVolumeSource", &[Required(&["volumeClaimTemplate"])]),
        ("core.v1.ImageVolumeSource", &[Enum("pullPolicy", &["Always", "IfNotPresent", "Never"]), Required(&["reference"])]),
        ("core.v1.VolumeNodeAffinity", &[Required(&["required"])]),
    ];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: data, secret: {secretName: x}}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: data, secret: {optional: true}}], containers: [{name: a, image: a}]}\n";
}

/// The name of an initiator or target of iSCSI.
fn iqn(text: &str) -> Result<(), Problem> {
    let word = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let dated = |rest: &str| {
        let (date, rest) = rest.split_at_checked(8)?;
        let (year, month) = date.strip_suffix('.')?.split_once('-')?;
        let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
        let (authority, name) = rest.split_once(':')?;
        let domain =
            !authority.is_empty() && authority.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
        let plain =
            !name.is_empty() && !name.contains([',', ';', '*', '&', '$', '|']) && !name.contains(char::is_whitespace);
        (digits(year, 4) && digits(month, 2) && domain && plain).then_some(())
    };
    let fits = match (text.strip_prefix("iqn."), text.get(..4), text.get(4..)) {
        (Some(rest), ..) => dated(rest).is_some(),
        (_, Some(start), Some(rest)) if start.starts_with("eui") => word(rest, 16),
        (_, Some(start), Some(rest)) if start.starts_with("naa") => word(rest, 32),
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err("expected a name such as iqn.2001-04.com.example:storage, eui.… or naa.…".into())
    }
}

check! {
    /// Sources with more than a name and a path: a Fibre Channel volume has WWNs or WWIDs, a Flocker volume a name or an
    /// id, an iSCSI volume with a login its secret, an Azure disk the address that fits its kind, and references to
    /// secrets are whole.
    VOLUME_DETAILS = "api/volume-details", details;
    mirrors "core validation.validateFCVolumeSource, validateFlockerVolumeSource, validateISCSIVolumeSource, validateAzureDisk, validateFlexVolumeSource, validatePVSecretReference";
    on &[
        "core.v1.FCVolumeSource", "core.v1.FlockerVolumeSource", "core.v1.ISCSIVolumeSource", "core.v1.ISCSIPersistentVolumeSource",
        "core.v1.AzureDiskVolumeSource", "core.v1.FlexVolumeSource", "core.v1.FlexPersistentVolumeSource",
        "core.v1.QuobyteVolumeSource", "core.v1.CinderVolumeSource", "core.v1.CinderPersistentVolumeSource",
        "core.v1.StorageOSVolumeSource", "core.v1.StorageOSPersistentVolumeSource", "core.v1.CSIVolumeSource",
        "core.v1.CSIPersistentVolumeSource",
    ];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: data, fc: {wwids: [a]}}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: data, fc: {}}], containers: [{name: a, image: a}]}\n";
}

fn details(cx: &mut Context<'_, '_>, source: Node<'_>) {
    let has = |key: &str| source.get(key).is_some_and(|node| !is_blank(node));
    match source.key() {
        "fc" => {
            match (has("targetWWNs"), has("wwids")) {
                (false, false) => cx.missing(source, "targetWWNs", "expected `targetWWNs` or `wwids`, found neither"),
                (true, true) => cx.at(source, &["targetWWNs"], "expected `targetWWNs` or `wwids`, found both"),
                _ => {}
            }
            if has("targetWWNs") {
                if source.get("lun").is_none() {
                    cx.missing(source, "lun", "`targetWWNs` need a `lun`");
                }
                LUN.check(cx, source);
            }
        }
        "flocker" => {
            match (has("datasetName"), has("datasetUUID")) {
                (false, false) => cx.error(source, "expected `datasetName` or `datasetUUID`, found neither"),
                (true, true) => cx.error(source, "expected `datasetName` or `datasetUUID`, found both"),
                _ => {}
            }
            if let Some((node, name)) = some(source, "datasetName").filter(|(_, name)| name.contains('/')) {
                cx.error(node, format!("expected a name without `/`, found {}", quoted(name)));
            }
        }
        "iscsi" => {
            let login = |key: &str| source.bool(key) == Some(true);
            if (login("chapAuthDiscovery") || login("chapAuthSession")) && source.get("secretRef").is_none() {
                cx.missing(source, "secretRef", "a login needs a `secretRef`");
            }
            portal(cx, source);
        }
        "azureDisk" => {
            let managed = source.str("kind") == Some("Managed");
            let start = if managed { "/subscriptions/" } else { "https://" };
            if let Some((node, uri)) = some(source, "diskURI").filter(|(_, uri)| !uri.starts_with(start)) {
                cx.error(node, format!("expected an address that starts with {start}, found {}", quoted(uri)));
            }
        }
        "flexVolume" => {
            for (key, value) in source.map("options") {
                let domain = format!(".{}", key.split('/').next().unwrap_or(key).to_lowercase());
                if domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io") {
                    cx.key_error(value, "options of kubernetes.io and k8s.io are the system's own");
                }
            }
        }
        "quobyte" => {
            if source.str("tenant").is_some_and(|tenant| tenant.len() >= 65) {
                cx.at(source, &["tenant"], "expected at most 64 characters");
            } else if let Some((node, registry)) = some(source, "registry") {
                let pair = |pair: &str| {
                    pair.rsplit_once(':').is_some_and(|(host, _)| !host.contains(':') || host.ends_with(']'))
                };
                if !registry.split(',').all(pair) {
                    cx.error(node, format!("expected hosts with ports, found {}", quoted(registry)));
                }
            }
        }
        _ => {}
    }
    secrets(cx, source);
}

/// The name of a claimed iSCSI volume and its portal make one short text.
fn portal(cx: &mut Context<'_, '_>, source: Node<'_>) {
    let Some(owner) = source.parent() else { return };
    let persistent = owner.key() == "spec" && owner.get("capacity").is_some();
    let name = if persistent { source.root().path(&["metadata", "name"]) } else { owner.get("name") };
    let (Some(name), Some((node, portal))) = (name.and_then(Node::as_str), some(source, "targetPortal")) else {
        return;
    };
    if source.get("initiatorName").is_some() && name.len() + 1 + portal.len() > 64 {
        let place = if persistent { node } else { owner.get("name").unwrap_or(node) };
        cx.error(place, "with an `initiatorName` the volume's name and the portal may have 63 characters together");
    }
}

/// References to secrets: in persistent volumes with a namespace.
fn secrets(cx: &mut Context<'_, '_>, source: Node<'_>) {
    let persistent = source.parent().is_some_and(|owner| owner.key() == "spec" && owner.get("name").is_none());
    let csi = source.key() == "csi";
    for (key, secret) in source.entries().filter(|(key, node)| key.ends_with("ecretRef") && node.is_map()) {
        match source.key() {
            "csi" | "cinder" | "storageos" => required(cx, secret, "name"),
            "iscsi" if persistent => required(cx, secret, "name"),
            _ => continue,
        }
        if persistent && source.key() != "iscsi" && (!csi || key != "controllerExpandSecretRef" || cx.minor() >= 25) {
            required(cx, secret, "namespace");
        }
        if csi {
            for (key, wanted) in [("name", syntax::dns_subdomain as syntax::Form), ("namespace", syntax::dns_label)] {
                if let Some((node, text)) = some(secret, key) {
                    form(cx, node, text, wanted);
                }
            }
        }
    }
}

/// The sources of a pod's volume in the order in which the server looks at them: the first one counts.
const SOURCES: &[&str] = &[
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
];

/// The same for persistent volumes.
const PERSISTENT: &[&str] = &[
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "flocker",
    "nfs",
    "rbd",
    "quobyte",
    "cephfs",
    "iscsi",
    "cinder",
    "fc",
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
];

check! {
    /// A volume has one source; one of a pod without any is an empty folder.
    VOLUME_SOURCE = "api/volume-source", volume_source;
    mirrors "core validation.validateVolumeSource, ValidatePersistentVolumeSpec";
    on &["core.v1.Volume", "core.v1.PersistentVolumeSpec"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: data}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: data, emptyDir: {}, configMap: {name: x}}], containers: [{name: a, image: a}]}\n";
}

fn volume_source(cx: &mut Context<'_, '_>, volume: Node<'_>) {
    let persistent = volume.key() == "spec";
    let order = if persistent { PERSISTENT } else { SOURCES };
    let found: Vec<Node<'_>> = order.iter().filter_map(|key| volume.get(key)).collect();
    match found.as_slice() {
        [] if persistent => cx.error(volume, "expected a source of the volume such as `csi` or `nfs`, found none"),
        [] | [_] => {}
        [first, others @ ..] => {
            for other in others.iter().filter(|other| !persistent || other.key() != "flexVolume") {
                let message = format!("expected one source of the volume, found {} and {}", first.key(), other.key());
                cx.error(*other, message);
            }
        }
    }
}

check! {
    /// A projected volume has parts of one source each, whose files do not get in each other's way; tokens live at least
    /// ten minutes.
    PROJECTED = "api/projected-volume", projected;
    mirrors "core validation.validateProjectionSources";
    on &["core.v1.ProjectedVolumeSource"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, projected: {sources: [{secret: {name: a}}]}}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, projected: {sources: [{secret: {name: a}, configMap: {name: b}}]}}], containers: [{name: a, image: a}]}\n";
}

fn projected(cx: &mut Context<'_, '_>, volume: Node<'_>) {
    const PARTS: &[&str] =
        &["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate"];
    let mut paths = std::collections::HashSet::new();
    for source in volume.list("sources") {
        let parts: Vec<Node<'_>> = PARTS
            .iter()
            .filter(|part| cx.minor() >= 37 || !matches!(**part, "clusterTrustBundle" | "podCertificate"))
            .filter_map(|part| source.get(part))
            .collect();
        if parts.len() > 1 {
            let names: Vec<&str> = parts.iter().map(|part| part.key()).collect();
            cx.error(source, format!("expected one source, found {}", names.join(" and ")));
        }
        for part in parts {
            let own = match part.key() {
                "clusterTrustBundle" => vec![part],
                "podCertificate" => Vec::new(),
                "serviceAccountToken" => {
                    let pod = std::iter::successors(volume.parent(), |node| node.parent()).nth(2);
                    let of_pod = pod.filter(|pod| {
                        pod.parent().is_some_and(|o| super::is_object(o) && o.str("kind") == Some("Pod"))
                    });
                    let named = |pod: Node<'_>| {
                        ["serviceAccountName", "serviceAccount"].iter().any(|key| some(pod, key).is_some())
                    };
                    if of_pod.is_some_and(|pod| !named(pod)) {
                        cx.error(part, "a token needs the `serviceAccountName` of the pod");
                    }
                    Range("expirationSeconds", 600, 1 << 32).check(cx, part);
                    USER.check(cx, part);
                    if part.get("path").is_none_or(is_blank) {
                        cx.at(volume, &["path"], "the token has no path");
                    }
                    Form("path", syntax::local_path).check(cx, part);
                    Vec::new()
                }
                _ => part.list("items").collect(),
            };
            if part.key() == "clusterTrustBundle"
                && let Some(node) = part.get("labelSelector").filter(|_| part.get("name").is_some())
            {
                cx.error(node, "a bundle that is named is not selected too");
            }
            let certificate = ["credentialBundlePath", "keyPath", "certificateChainPath"];
            let named: Vec<(Node<'_>, &str)> = match part.key() {
                "podCertificate" => certificate.iter().filter_map(|key| some(part, key)).collect(),
                _ => own.iter().filter_map(|item| some(*item, "path")).collect(),
            };
            if part.key() == "podCertificate" && named.is_empty() {
                cx.error(part, "expected a path of a bundle, a key or a chain");
            }
            for (node, path) in named {
                if !paths.insert(path) {
                    cx.beside(volume, node, format!("another file of the volume is at {}", quoted(path)));
                }
            }
        }
    }
}

check! {
    /// What a projected volume takes from certificates: a bundle is chosen by its name or by its signer, keys have a known
    /// type, and files stay inside.
    CERTIFICATE_VOLUME = "api/certificate-volume";
    mirrors "core validation.validateProjectionSources, ValidateSignerName";
    table &[
        ("core.v1.ClusterTrustBundleProjection", &[
            Rule::ExactlyOne(&["name", "signerName"]),
            Required(&["path"]),
            Form("path", syntax::local_path),
            Exact("name", syntax::path_name),
            Exact("signerName", syntax::signer),
        ]),
        ("core.v1.PodCertificateProjection", &[
            Required(&["signerName"]),
            Form("signerName", syntax::signer),
            Required(&["keyType"]),
            Enum("keyType", &["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"]),
            Range("maxExpirationSeconds", 3600, 7_862_400),
            Form("credentialBundlePath", syntax::local_path),
            Form("keyPath", syntax::local_path),
            Form("certificateChainPath", syntax::local_path),
        ]),
    ];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, projected: {sources: [{clusterTrustBundle: {name: a, path: b}}]}}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, projected: {sources: [{clusterTrustBundle: {name: a, path: ../b}}]}}], containers: [{name: a, image: a}]}\n";
}

check! {
    /// A file of the downward API comes from a field of the pod or from a resource of one of its containers.
    DOWNWARD_FILE = "api/downward-file", downward_file;
    mirrors "core validation.validateDownwardAPIVolumeFile";
    on &["core.v1.DownwardAPIVolumeFile"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.labels}}]}}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, downwardAPI: {items: [{path: a}]}}], containers: [{name: a, image: a}]}\n";
}

fn downward_file(cx: &mut Context<'_, '_>, file: Node<'_>) {
    Required(&["path"]).check(cx, file);
    Form("path", syntax::local_path).check(cx, file);
    match (file.get("fieldRef"), file.get("resourceFieldRef")) {
        (Some(_), Some(_)) => cx.error(file, "expected `fieldRef` or `resourceFieldRef`, found both"),
        (None, None) => cx.error(file, "expected `fieldRef` or `resourceFieldRef`, found neither"),
        _ => {}
    }
}

check! {
    /// What a pod's own claim is made from has labels and annotations, and no other metadata; its name and the pod's make
    /// the name of the claim.
    EPHEMERAL_CLAIM = "api/ephemeral-claim", ephemeral;
    mirrors "core validation.validateEphemeralVolumeSource, ValidateTemplateObjectMeta, validateVolumeSource";
    on &["core.v1.EphemeralVolumeSource"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, ephemeral: {volumeClaimTemplate: {metadata: {labels: {a: b}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, ephemeral: {volumeClaimTemplate: {metadata: {name: x}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}], containers: [{name: a, image: a}]}\n";
}

fn ephemeral(cx: &mut Context<'_, '_>, source: Node<'_>) {
    for (key, value) in source.get("volumeClaimTemplate").map(|t| t.map("metadata")).into_iter().flatten() {
        let empty = value.is_null() || is_blank(value);
        if !matches!(key, "labels" | "annotations") && !empty {
            cx.key_error(value, format!("`{key}` cannot be set here, only labels and annotations can"));
        }
    }
    let labels = source.path(&["volumeClaimTemplate", "metadata", "labels"]);
    for (key, value) in labels.into_iter().flat_map(Node::entries) {
        let problem = syntax::qualified_name(key).and_then(|()| syntax::label_value(value.as_str().unwrap_or("")));
        if let (Err(problem), Some(labels)) = (problem, labels) {
            cx.problem(&problem).key_beside(labels, value, format!("no label is like this: {problem}"));
        }
    }
    let Some(volume) = source.parent() else { return };
    let root = source.root();
    if let (Some("Pod"), Some(pod), Some((node, name))) =
        (root.str("kind"), root.path(&["metadata", "name"]).and_then(Node::as_str), some(volume, "name"))
        && let Err(problem) = syntax::dns_subdomain(&format!("{pod}-{name}"))
    {
        cx.problem(&problem).error(node, format!("no claim can be called {pod}-{name}: {problem}"));
    }
}
