//! Documents as Helm's commands print them.

use super::{Document, RenderOptions, Rendered};
use crate::host::HelmVersion;

/// What `helm template` prints beside the manifests themselves.
#[derive(Clone, Debug, Default)]
pub struct OutputOptions {
    /// `--include-crds`
    pub include_crds: bool,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--skip-tests`
    pub skip_tests: bool,
    /// `--show-only`
    pub show_only: Vec<String>,
}

fn push_document(out: &mut Vec<u8>, source: &str, text: &[u8]) {
    out.extend_from_slice(b"---\n# Source: ");
    out.extend_from_slice(source.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(text);
    out.push(b'\n');
}

/// Appends the manifest of the release: CRDs, then documents.
fn push_manifest(out: &mut Vec<u8>, rendered: &Rendered, include_crds: bool, hide_secrets: bool) {
    if include_crds {
        for (source, file) in &rendered.crds {
            push_document(out, source, &file.data);
        }
    }
    for document in &rendered.documents {
        if hide_secrets && document.head.kind == "Secret" && document.head.api_version == "v1" {
            let line = format!("---\n# Source: {}\n# HIDDEN: The Secret output has been suppressed\n", document.source);
            out.extend_from_slice(line.as_bytes());
            continue;
        }
        push_document(out, &document.source, &document.text);
    }
}

/// The hooks that the options let through.
pub fn shown_hooks<'r>(rendered: &'r Rendered, options: &OutputOptions) -> impl Iterator<Item = &'r Document> {
    let (none, skip_tests) = (options.no_hooks, options.skip_tests);
    rendered.hooks.iter().filter(move |document| !(none || skip_tests && is_test(document)))
}

fn is_test(document: &Document) -> bool {
    document.hook.as_ref().is_some_and(|hook| hook.events.iter().any(|e| e == "test"))
}

/// What `helm template` writes to standard output. The error is Helm's text.
pub fn template_output(rendered: &Rendered, options: &OutputOptions, helm: HelmVersion) -> Result<Vec<u8>, String> {
    let sizes = rendered.documents.iter().chain(&rendered.hooks).map(|d| d.source.len() + d.text.len() + 16);
    let mut out = Vec::with_capacity(sizes.sum());
    push_manifest(&mut out, rendered, options.include_crds, false);
    // Helm trims the manifest; there is nothing to trim in front of its first `---`.
    out.truncate(crate::text::go_trim_space(&out).len());
    out.push(b'\n');
    for hook in shown_hooks(rendered, options) {
        push_document(&mut out, &hook.source, &hook.text);
    }
    if options.show_only.is_empty() {
        return Ok(out);
    }
    let parts: Vec<&[u8]> =
        super::manifest::split(&out, helm).into_iter().map(|range| out.get(range).unwrap_or_default()).collect();
    let mut shown = Vec::new();
    for wanted in &options.show_only {
        let mut found = false;
        for part in &parts {
            let Some(path) = source_path(part) else { continue };
            if crate::text::glob::path_match(wanted, &path) == Some(true) {
                shown.extend_from_slice(b"---\n");
                shown.extend_from_slice(part);
                shown.push(b'\n');
                found = true;
            }
        }
        if !found {
            return Err(format!("could not find template {wanted} in chart"));
        }
    }
    Ok(shown)
}

/// The path behind the chart's name in the first `# Source:` line of a document.
fn source_path(part: &[u8]) -> Option<String> {
    const MARK: &[u8] = b"# Source: ";
    memchr::memmem::find_iter(part, MARK).find_map(|at| {
        let rest = part.get(at + MARK.len()..)?;
        let line = rest.split(|b| *b == b'\n').next()?;
        let line = crate::text::lossy(line);
        let (chart, path) = line.split_once('/')?;
        (!chart.is_empty() && !path.is_empty()).then(|| path.to_owned())
    })
}

/// The manifest of a release, without the files under `crds/`.
pub(super) fn manifest_text(rendered: &Rendered, hide_secrets: bool) -> Vec<u8> {
    let mut out = Vec::new();
    push_manifest(&mut out, rendered, false, hide_secrets);
    out
}

/// What there is to say of an installation beside what was rendered.
#[derive(Clone, Debug, Default)]
pub struct InstallOptions<'v> {
    /// The time as it is printed.
    pub time: &'v str,
    /// `--hide-notes`
    pub hide_notes: bool,
    /// `--hide-secret`
    pub hide_secrets: bool,
    /// The YAML of the user's values and of all values, which `--debug` shows.
    pub values: Option<(Vec<u8>, Vec<u8>)>,
}

/// What `helm install NAME CHART --dry-run=client` prints.
pub fn install_report(rendered: &Rendered, options: &RenderOptions, install: &InstallOptions<'_>) -> Vec<u8> {
    let time = install.time;
    let mut out = format!(
        "NAME: {}\nLAST DEPLOYED: {time}\nNAMESPACE: {}\nSTATUS: pending-install\nREVISION: 1\nDESCRIPTION: Dry run complete\n",
        options.name, options.namespace
    )
    .into_bytes();
    // Helm tells of tests that ran, and none did.
    if !rendered.hooks.iter().any(is_test) {
        out.extend_from_slice(b"TEST SUITE: None\n");
    }
    if let Some((supplied, computed)) = &install.values {
        for (title, values) in [("USER-SUPPLIED", supplied), ("COMPUTED", computed)] {
            out.extend_from_slice(format!("{title} VALUES:\n").as_bytes());
            out.extend_from_slice(values);
            out.push(b'\n');
        }
    }
    out.extend_from_slice(b"HOOKS:\n");
    for hook in &rendered.hooks {
        push_document(&mut out, &hook.source, &hook.text);
    }
    out.extend_from_slice(b"MANIFEST:\n");
    push_manifest(&mut out, rendered, false, install.hide_secrets);
    out.push(b'\n');
    if !rendered.notes.is_empty() && !install.hide_notes {
        out.extend_from_slice(b"NOTES:\n");
        out.extend_from_slice(crate::text::trim_space_str(&rendered.notes).as_bytes());
        out.push(b'\n');
    }
    out
}
