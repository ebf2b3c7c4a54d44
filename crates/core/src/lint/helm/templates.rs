//! Templates: `rules/template.go`.

use super::objects::{self, Object};
use super::{Entry, Linter, Weight, deprecations, names};
use crate::host::HelmVersion;
use crate::render::{KubeVersion, LintStop, lint_files};
use crate::text::path::extension;

const FOLDER: &str = "templates/";

pub(super) fn run(linter: &mut Linter<'_>) {
    let there = match linter.folder.templates {
        Entry::Missing if linter.helm() >= HelmVersion::V4 => Err("directory does not exist".to_owned()),
        _ => Ok(()),
    };
    if !linter.rule(Weight::Warning, FOLDER, there) {
        return;
    }
    let folder = match linter.folder.templates {
        Entry::File(_) => Err("not a directory".to_owned()),
        _ => Ok(()),
    };
    if !linter.rule(Weight::Error, FOLDER, folder) {
        return;
    }
    let chart = match linter.load() {
        Ok(chart) => chart,
        Err(text) => {
            linter.rule(Weight::Error, FOLDER, Err(text));
            return;
        }
    };
    let (options, helm) = (linter.options, linter.helm());
    let (rendered, log) = lint_files(chart, options.render, options.host, linter.read);
    linter.log.extend(log);
    let rendered = match rendered {
        Ok(rendered) => rendered,
        Err(LintStop::Silent) => return,
        Err(LintStop::Message(text)) => {
            linter.rule(Weight::Error, FOLDER, Err(text));
            return;
        }
    };
    let kube = options.render.kube_version.clone().unwrap_or_else(|| KubeVersion::default_of(helm));
    for template in &chart.templates {
        linter.rule(Weight::Error, &template.name, allowed_extension(&template.name));
        if helm < HelmVersion::V4 {
            linter.rule(Weight::Warning, &template.name, no_crd_hook(&template.data));
            linter.rule(Weight::Error, &template.name, no_release_time(&template.data));
        }
        if !matches!(extension(&template.name).to_ascii_lowercase().as_str(), ".yaml" | ".yml") {
            continue;
        }
        let name = format!("{}/{}", chart.metadata.name, crate::text::path::clean(&template.name));
        let Some((_, text)) = rendered.iter().find(|(other, _)| *other == name) else { continue };
        if !crate::text::trim_space_str(&crate::text::lossy(text)).is_empty()
            && !documents(linter, &template.name, text, &kube)
        {
            return;
        }
    }
}

/// The rules about what a template wrote; false where the linter ends.
fn documents(linter: &mut Linter<'_>, name: &str, text: &[u8], kube: &KubeVersion) -> bool {
    let helm = linter.helm();
    linter.rule(Weight::Warning, name, top_indent(text));
    for object in objects::read(text, helm) {
        let object = match object {
            Ok(object) => object,
            Err(error) => return linter.rule(Weight::Error, name, Err(format!("unable to parse YAML: {error}"))),
        };
        let Some(object) = object else { continue };
        linter.rule(Weight::Warning, name, names::check(&object));
        linter.rule(Weight::Warning, name, deprecated(&object, kube, helm));
        linter.rule(Weight::Error, name, selector(&object, text));
        linter.rule(Weight::Error, name, list_annotations(&object, text, helm));
    }
    true
}

/// `validateAllowedExtension`
pub(in crate::lint) fn allowed_extension(name: &str) -> Result<(), String> {
    match extension(name) {
        ".yaml" | ".yml" | ".tpl" | ".txt" => Ok(()),
        other => Err(format!("file extension '{other}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt")),
    }
}

/// `validateNoCRDHooks` of Helm 3: `"?helm\.sh/hook"?:\s+crd-install`.
fn no_crd_hook(text: &[u8]) -> Result<(), String> {
    const KEY: &[u8] = b"helm.sh/hook";
    let is_hook = |at: usize| {
        let rest = text.get(at + KEY.len()..).unwrap_or_default();
        let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
        let Some(value) = rest.strip_prefix(b":") else { return false };
        let blanks = value.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')).count();
        blanks > 0 && value.get(blanks..).unwrap_or_default().starts_with(b"crd-install")
    };
    match memchr::memmem::find_iter(text, KEY).any(is_hook) {
        true => Err("manifest is a crd-install hook. This hook is no longer supported in v3 and all CRDs should also exist the crds/ directory at the top level of the chart".to_owned()),
        false => Ok(()),
    }
}

/// `validateNoReleaseTime` of Helm 3.
fn no_release_time(text: &[u8]) -> Result<(), String> {
    match memchr::memmem::find(text, b".Release.Time").is_some() {
        true => {
            Err(".Release.Time has been removed in v3, please replace with the `now` function in your templates"
                .to_owned())
        }
        false => Ok(()),
    }
}

/// `validateTopIndentLevel`
fn top_indent(text: &[u8]) -> Result<(), String> {
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if crate::text::trim_space_str(&crate::text::lossy(line)).is_empty() {
            continue;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            let line = crate::text::quote(line);
            return Err(format!("document starts with an illegal indent: {line}, which may cause parsing problems"));
        }
        return Ok(());
    }
    Ok(())
}

fn deprecated(object: &Object, kube: &KubeVersion, helm: HelmVersion) -> Result<(), String> {
    match deprecations::warning(&object.api_version, &object.kind, kube, helm) {
        Some(text) => Err(text),
        None => Ok(()),
    }
}

/// `validateMatchSelector`, which looks at the whole file as text.
fn selector(object: &Object, text: &[u8]) -> Result<(), String> {
    let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    let wants = matches!(object.kind.as_str(), "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet");
    if wants && !has("matchLabels") && !has("matchExpressions") {
        let name = crate::text::quote(object.name.as_bytes());
        return Err(format!("a {} must contain matchLabels or matchExpressions, and {name} does not", object.kind));
    }
    Ok(())
}

/// `validateListAnnotations`
fn list_annotations(object: &Object, text: &[u8], helm: HelmVersion) -> Result<(), String> {
    if object.kind != "List" {
        return Ok(());
    }
    let kept = objects::has_resource_policy(text, helm).map_err(|error| format!("unable to parse YAML: {error}"))?;
    let word = if helm >= HelmVersion::V4 { "annotation" } else { "Annotation" };
    match kept {
        true => Err(format!("{word} 'helm.sh/resource-policy' within List objects are ignored")),
        false => Ok(()),
    }
}
