//! Releases that a GitOps controller would make: Argo CD's `Application` and `ApplicationSet`, Flux' `HelmRelease`. Each names a
//! chart and its values; where the chart stands in the same tree, it is checked with them, and findings point into the object.
//!
//! Nothing here reads files: the host says what stands at a path.

mod argo;
mod flux;
mod inline;

use crate::releases::{ChartOf, Files, Found, Release};
use chartlens::kube::tree::{Node, Tree};
use memchr::memmem::Finder;
use std::sync::{Arc, LazyLock};

/// A file with objects: its path as the user would write it, and its text.
pub type Manifest = (String, Arc<[u8]>);

/// One object among the manifests.
#[derive(Clone, Copy)]
struct Object<'o> {
    /// Its file.
    file: &'o str,
    /// The file's text.
    text: &'o [u8],
    node: Node<'o>,
}

impl<'o> Object<'o> {
    fn name(&self) -> &'o str {
        self.node.path(&["metadata", "name"]).and_then(Node::as_str).unwrap_or_default()
    }

    fn kind(&self) -> &'o str {
        self.node.str("kind").unwrap_or_default()
    }

    /// What it is called in a note.
    fn shown(&self) -> String {
        format!("{}: {} {}", self.file, self.kind(), self.name())
    }
}

/// Whether a text may have such an object: what is none need not be read.
pub fn may_have(text: &[u8]) -> bool {
    static GROUPS: LazyLock<[Finder<'static>; 3]> =
        LazyLock::new(|| ["argoproj.io/", "helm.toolkit.fluxcd.io/", "kustomize.config.k8s.io/"].map(Finder::new));
    GROUPS.iter().any(|group| group.find(text).is_some())
}

/// The releases that manifests ask for.
pub fn releases(manifests: &[Manifest], files: &Files<'_>) -> Found {
    let parsed: Vec<_> = manifests.iter().map(|(file, text)| (file, text, chartlens::yaml::documents(text))).collect();
    let trees: Vec<(&str, &[u8], Vec<Tree<'_>>)> = parsed
        .iter()
        .map(|(file, text, documents)| {
            let trees = documents.iter().flatten().filter_map(|document| crate::plain::tree(document).ok());
            (file.as_str(), &***text, trees.collect())
        })
        .collect();
    let roots = trees.iter().flat_map(|(file, text, trees)| {
        trees
            .iter()
            .filter_map(move |tree| Some(Object { file, text, node: tree.root().filter(|root| root.is_map())? }))
    });
    let objects: Vec<Object<'_>> = roots.collect();
    let mut found = Found::default();
    for object in &objects {
        let group = object.node.str("apiVersion").unwrap_or_default();
        match object.kind() {
            "Application" if group.starts_with("argoproj.io/") => {
                argo::application(*object, object.node, files, &mut found)
            }
            "ApplicationSet" if group.starts_with("argoproj.io/") => argo::set(*object, files, &mut found),
            "HelmRelease" if group.starts_with("helm.toolkit.fluxcd.io/") => {
                flux::release(*object, &objects, files, &mut found)
            }
            "Kustomization" if group.starts_with("kustomize.config.k8s.io/") => {
                let folder = object.file.rsplit_once('/').map_or(".", |(folder, _)| folder);
                found.notes.push(format!(
                    "{}: Kustomize is not rendered: kustomize build {folder} | chartlens check -",
                    object.file
                ));
            }
            _ => {}
        }
    }
    found
}

/// The path of something in the repository: below the folder of the file that names it, or one above that.
fn in_repository(file: &str, path: &str, is: &dyn Fn(&str) -> bool) -> Option<String> {
    let path = from_root(path);
    if path.split('/').any(|part| part == "..") || path.starts_with('/') {
        return None;
    }
    let mut folder = file;
    loop {
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        let whole = match (folder.is_empty(), path.is_empty()) {
            (true, true) => ".".to_owned(),
            (true, false) => path.to_owned(),
            (false, true) => folder.to_owned(),
            (false, false) => format!("{folder}/{path}"),
        };
        if is(&whole) {
            return Some(whole);
        }
        if folder.is_empty() {
            return None;
        }
    }
}

/// A path from the root of a repository, which itself is nothing.
fn from_root(path: &str) -> &str {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    if path == "." { "" } else { path }
}

/// The path of a file that is named from a chart's folder; none for one outside the repository, whose root is the chart's
/// path without the one that leads to it from there.
fn beside(chart: &str, path: &str, file: &str) -> Option<String> {
    let path = from_root(path);
    let root = chart.strip_suffix(path).unwrap_or(chart).trim_end_matches('/');
    let whole = chartlens::text::path::clean(&format!("{chart}/{file}"));
    let inside = match chartlens::text::path::clean(root).as_str() {
        "." => !whole.starts_with("..") && !whole.starts_with('/'),
        root => whole.strip_prefix(root).is_some_and(|rest| rest.starts_with('/')),
    };
    inside.then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_repository() {
        let there = |path: &str| ["repo/charts/web", "."].contains(&path);
        assert_eq!(in_repository("repo/apps/prod/a.yaml", "./charts/web/", &there).as_deref(), Some("repo/charts/web"));
        assert_eq!(in_repository("a.yaml", ".", &there).as_deref(), Some("."));
        assert_eq!(in_repository("a.yaml", "", &there).as_deref(), Some("."));
        assert_eq!(in_repository("repo/apps/a.yaml", "../../charts/web", &there), None);
        assert_eq!(beside("repo/charts/web", "charts/web", "../../env/a.yaml").as_deref(), Some("repo/env/a.yaml"));
        assert_eq!(beside("charts/web", "./charts/web/", "a.yaml").as_deref(), Some("charts/web/a.yaml"));
        assert_eq!(beside("repo/charts/web", "charts/web", "../../../a.yaml"), None);
        assert_eq!(beside("charts/web", "charts/web", "../../../etc/a.yaml"), None);
    }
}
