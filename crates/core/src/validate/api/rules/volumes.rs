//! Volumes and what mounts them.

use super::CORE_POD_SPEC;
use crate::diag::Fact;
use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::table::Rule::OneOf;
use std::collections::HashSet;

check! {
    /// The volumes of a pod have names of their own, which are DNS labels.
    VOLUME_NAME = "api/volume-name", volume_name;
    mirrors "core validation.ValidateVolumes";
    on &[CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: data, emptyDir: {}}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: data, emptyDir: {}}, {name: data, emptyDir: {}}], containers: [{name: a, image: a}]}\n";
}

fn volume_name(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let mut seen = HashSet::new();
    for volume in pod.list("volumes") {
        let Some((name, text)) = volume.get("name").and_then(|name| Some((name, name.as_str()?))) else { continue };
        if let Err(problem) = syntax::dns_label(text) {
            cx.problem(&problem).error(name, format!("no volume can be called {}: {problem}", quoted(text)));
        } else if !seen.insert(text) {
            cx.error(name, format!("another volume of the pod is called {}", quoted(text)));
        }
    }
}

check! {
    /// The mode of files lies between 0 and 0777, which is 511. YAML reads 0644 as octal and 644 as decimal.
    FILE_MODE = "api/file-mode", file_mode;
    mirrors "core validation.validateConfigMapVolumeSource, validateSecretVolumeSource, validateKeyToPath";
    on &[
        "io.k8s.api.core.v1.ConfigMapVolumeSource",
        "io.k8s.api.core.v1.SecretVolumeSource",
        "io.k8s.api.core.v1.DownwardAPIVolumeSource",
        "io.k8s.api.core.v1.ProjectedVolumeSource",
        "io.k8s.api.core.v1.KeyToPath",
        "io.k8s.api.core.v1.DownwardAPIVolumeFile",
    ];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: data, secret: {secretName: x, defaultMode: 0400}}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: data, secret: {secretName: x, defaultMode: 644}}], containers: [{name: a, image: a}]}\n";
}

fn file_mode(cx: &mut Context<'_, '_>, source: Node<'_>) {
    for key in ["defaultMode", "mode"] {
        let Some((node, mode)) = source.get(key).and_then(|node| Some((node, node.as_int()?))) else { continue };
        if !(0..=0o777).contains(&mode) {
            let message = format!("expected a mode between 0 and 0777 (511), found {mode}");
            let digits = mode.to_string();
            if digits.len() == 3 && digits.bytes().all(|b| b < b'8') {
                cx.error_help(node, message, format!("write it in octal: 0{digits}"));
            } else {
                cx.error(node, message);
            }
        }
    }
}

check! {
    /// What a container mounts is a volume of its pod, or in a StatefulSet one of its `volumeClaimTemplates`.
    MOUNT_WITHOUT_VOLUME = "api/mount-without-volume", mount_without_volume;
    mirrors "core validation.ValidateVolumeMounts, ValidateVolumeDevices";
    on &[CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: data}], containers: [{name: a, image: a, volumeMounts: [{name: data, mountPath: /data}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, volumeMounts: [{name: data, mountPath: /data}]}]}\n";
}

fn mount_without_volume(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let claims = pod.parent().and_then(|template| template.parent()).map(|spec| spec.list("volumeClaimTemplates"));
    let claims = claims.into_iter().flatten().filter_map(|claim| claim.path(&["metadata", "name"]));
    let volumes = pod.list("volumes").filter_map(|volume| volume.get("name"));
    let known: HashSet<&str> = volumes.chain(claims).filter_map(Node::as_str).collect();
    let containers = ["containers", "initContainers", "ephemeralContainers"].into_iter().flat_map(|key| pod.list(key));
    for container in containers {
        for mount in container.list("volumeMounts").chain(container.list("volumeDevices")) {
            let Some((name, text)) = mount.get("name").and_then(|name| Some((name, name.as_str()?))) else { continue };
            if !known.contains(text) {
                let near = crate::diag::did_you_mean(text, known.iter().copied()).map(str::to_owned);
                cx.fact(name, Fact::NoSuchVolume { name: text.to_owned(), near });
            }
        }
    }
}

check! {
    /// A container mounts no more than one volume at a path.
    DUPLICATE_MOUNT_PATH = "api/duplicate-mount-path", duplicate_mount_path;
    mirrors "core validation.ValidateVolumeMounts";
    on &[super::CONTAINER];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v}], containers: [{name: a, image: a, volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v}], containers: [{name: a, image: a, volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a}]}]}\n";
}

fn duplicate_mount_path(cx: &mut Context<'_, '_>, container: Node<'_>) {
    let mut seen = HashSet::new();
    for mount in container.list("volumeMounts") {
        let Some((path, text)) = mount.get("mountPath").and_then(|path| Some((path, path.as_str()?))) else { continue };
        if text.is_empty() {
            cx.error(path, "the path is empty");
        } else if !seen.insert(text) {
            cx.error(path, format!("the container mounts something else at {}", quoted(text)));
        }
    }
}

check! {
    /// `subPath` is a relative path that stays inside the volume, and there is either `subPath` or `subPathExpr`.
    SUB_PATH = "api/sub-path", sub_path;
    mirrors "core validation.validateLocalDescendingPath, ValidateVolumeMounts";
    on &["io.k8s.api.core.v1.VolumeMount"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v}], containers: [{name: a, image: a, volumeMounts: [{name: v, mountPath: /a, subPath: b/c}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v}], containers: [{name: a, image: a, volumeMounts: [{name: v, mountPath: /a, subPath: /b}]}]}\n";
}

fn sub_path(cx: &mut Context<'_, '_>, mount: Node<'_>) {
    let text = |key: &str| mount.get(key).and_then(|node| Some((node, node.as_str().filter(|text| !text.is_empty())?)));
    if let (Some((node, _)), Some(_)) = (text("subPathExpr"), text("subPath")) {
        cx.error(node, "expected `subPath` or `subPathExpr`, found both");
    }
    for (node, path) in [text("subPath"), text("subPathExpr")].into_iter().flatten() {
        if let Err(problem) = syntax::descending_path(path) {
            cx.problem(&problem).error(node, format!("{} cannot be used here: {problem}", quoted(path)));
        }
    }
}

check! {
    /// How mounts spread to and from the host, and whether all below is read-only, has known names; only a privileged
    /// container spreads its mounts.
    MOUNT_OPTIONS = "api/mount-options", mount_options;
    mirrors "core validation.validateMountPropagation, validateMountRecursiveReadOnly";
    on &["io.k8s.api.core.v1.VolumeMount"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v}], containers: [{name: a, image: a, volumeMounts: [{name: v, mountPath: /a, mountPropagation: HostToContainer}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v}], containers: [{name: a, image: a, volumeMounts: [{name: v, mountPath: /a, mountPropagation: Bidirectional}]}]}\n";
}

fn mount_options(cx: &mut Context<'_, '_>, mount: Node<'_>) {
    OneOf("mountPropagation", &["Bidirectional", "HostToContainer", "None"]).check(cx, mount);
    let container = mount.parent().and_then(|list| list.parent());
    let privileged = container.and_then(|container| container.path(&["securityContext", "privileged"]));
    let propagation = mount.str("mountPropagation");
    if propagation == Some("Bidirectional") && privileged.and_then(Node::as_bool) != Some(true) {
        cx.at(mount, &["mountPropagation"], "only a privileged container spreads its mounts to the host");
    }
    if cx.minor() < 31 {
        return;
    }
    OneOf("recursiveReadOnly", &["Disabled", "Enabled", "IfPossible"]).check(cx, mount);
    if let Some(node) =
        mount.get("recursiveReadOnly").filter(|node| matches!(node.as_str(), Some("Enabled" | "IfPossible")))
    {
        if mount.bool("readOnly") != Some(true) {
            cx.error(node, "`recursiveReadOnly` needs `readOnly: true`");
        }
        if propagation.is_some_and(|propagation| propagation != "None") {
            cx.error(node, "`recursiveReadOnly` needs mounts that do not spread");
        }
    }
}

check! {
    /// Block devices of a container come from claims, have names and paths of their own, and are not mounted too.
    VOLUME_DEVICE = "api/volume-device", volume_devices;
    mirrors "core validation.ValidateVolumeDevices, ValidateVolumeMounts";
    on &[super::CONTAINER];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, persistentVolumeClaim: {claimName: a}}], containers: [{name: a, image: a, volumeDevices: [{name: v, devicePath: /dev/a}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, emptyDir: {}}], containers: [{name: a, image: a, volumeDevices: [{name: v, devicePath: /dev/a}]}]}\n";
}

fn volume_devices(cx: &mut Context<'_, '_>, container: Node<'_>) {
    let pod = container.parent().and_then(|list| list.parent());
    let (mut names, mut paths) = (HashSet::new(), HashSet::new());
    for device in container.list("volumeDevices").filter(|device| device.is_map()) {
        let of =
            |key: &str| device.get(key).and_then(|node| Some((node, node.as_str().filter(|text| !text.is_empty())?)));
        if let Some((node, name)) = of("name") {
            let volume = pod.and_then(|pod| pod.list("volumes").find(|volume| volume.str("name") == Some(name)));
            if !names.insert(name) {
                cx.error(node, format!("another device is from {}", quoted(name)));
            } else if volume.is_some_and(|v| v.get("persistentVolumeClaim").is_none() && v.get("ephemeral").is_none()) {
                cx.error(node, "a block device comes from a claim");
            } else if container.list("volumeMounts").any(|mount| mount.str("name") == Some(name)) {
                cx.error(node, "the volume is mounted too");
            }
        }
        if let Some((node, path)) = of("devicePath") {
            if !paths.insert(path) || container.list("volumeMounts").any(|mount| mount.str("mountPath") == Some(path)) {
                cx.error(node, format!("something else is at {}", quoted(path)));
            } else if let Err(problem) = syntax::no_backsteps(path) {
                cx.problem(&problem).error(node, format!("{} cannot be used here: {problem}", quoted(path)));
            }
        }
    }
}
