//! Volumes and what mounts them.

use super::CORE_POD_SPEC;
use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
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
            cx.error(name, format!("no volume can be called {}: {problem}", quoted(text)));
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
                let message = format!("the pod has no volume called {}", quoted(text));
                match crate::diag::did_you_mean(text, known.iter().copied()) {
                    Some(near) => cx.error_help(name, message, format!("did you mean {near}?")),
                    None => cx.error(name, message),
                }
            }
        }
    }
}

check! {
    /// A container mounts one volume at a path.
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
        if path.starts_with('/') {
            cx.error(node, format!("expected a relative path, found {}", quoted(path)));
        } else if path.split('/').any(|part| part == "..") {
            cx.error(node, format!("expected a path without `..`, found {}", quoted(path)));
        }
    }
}
