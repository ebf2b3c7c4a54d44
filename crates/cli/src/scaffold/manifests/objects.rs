//! The objects in files of manifests.

use chartlens::kube::tree::{Node, Tree};
use chartlens::yaml::Document;
use serde_json::Value as Json;
use std::ops::Range;

/// A file with its documents.
pub struct Parsed {
    /// Its path in the folder.
    pub name: String,
    /// Its text, without a byte order mark.
    pub text: String,
    documents: Vec<Document>,
}

impl Parsed {
    /// Reads a file.
    pub fn new(name: &str, text: &str) -> Result<Parsed, String> {
        let text = text.trim_start_matches('\u{feff}').to_owned();
        let documents = chartlens::yaml::documents(text.as_bytes()).into_iter().collect::<Result<Vec<_>, _>>();
        let documents = documents.map_err(|error| format!("{name}: {error}"))?;
        Ok(Parsed { name: name.to_owned(), text, documents })
    }

    /// The documents as plain data.
    pub fn trees(&self) -> Result<Vec<Tree<'_>>, String> {
        let trees = self.documents.iter().map(crate::plain::tree);
        trees.collect::<Result<_, _>>().map_err(|message| format!("{}: {message}", self.name))
    }

    /// The bytes of each document, with what stands before the next.
    pub fn chunks(&self) -> Vec<Range<usize>> {
        let starts: Vec<usize> =
            self.documents.iter().map(|document| self.separator(document.start as usize)).collect();
        let start =
            |number: usize| if number == 0 { 0 } else { starts.get(number).copied().unwrap_or(self.text.len()) };
        (0..starts.len()).map(|number| start(number)..start(number + 1)).collect()
    }

    /// Where the line of the last `---` at or before an offset begins.
    fn separator(&self, offset: usize) -> usize {
        let before = self.text.get(..(offset + 3).min(self.text.len())).unwrap_or_default();
        before.rfind("\n---").map_or(0, |at| at + 1)
    }
}

/// An object: where it is, and what it is called.
#[derive(Clone, Copy)]
pub struct Object<'t> {
    /// The number of its file.
    pub file: usize,
    /// Its root.
    pub node: Node<'t>,
    /// Its kind.
    pub kind: &'t str,
    /// Its name; empty where it has none.
    pub name: &'t str,
}

/// All objects.
pub struct Objects<'t> {
    /// The objects that are templated; items of lists one by one.
    pub all: Vec<Object<'t>>,
    /// The documents as plain data, as they were.
    pub plain: Vec<Json>,
    /// The texts of the files.
    pub texts: Vec<&'t str>,
    /// What was left out.
    pub notes: Vec<String>,
    definitions: Vec<(usize, usize)>,
    left_out: Vec<(usize, usize)>,
}

impl<'t> Objects<'t> {
    /// The objects in files.
    pub fn of(files: &'t [Parsed], trees: &'t [Vec<Tree<'t>>]) -> Objects<'t> {
        let mut objects = Objects {
            all: Vec::new(),
            plain: Vec::new(),
            texts: files.iter().map(|file| file.text.as_str()).collect(),
            notes: Vec::new(),
            definitions: Vec::new(),
            left_out: Vec::new(),
        };
        for (number, (file, trees)) in files.iter().zip(trees).enumerate() {
            for (document, tree) in trees.iter().enumerate() {
                let Some(root) = tree.root().filter(|root| !root.is_null()) else { continue };
                let kind = root.str("kind").unwrap_or_default();
                let api_version = root.str("apiVersion").unwrap_or_default();
                if kind.is_empty() || api_version.starts_with("kustomize.config.k8s.io/") {
                    objects.notes.push(format!("{}: what is no object is left out", file.name));
                    objects.left_out.push((number, document));
                    continue;
                }
                objects.plain.push(root.to_json());
                if kind == "CustomResourceDefinition" {
                    objects.definitions.push((number, document));
                }
                let items: Vec<Node<'_>> = if kind == "List" { root.list("items").collect() } else { vec![root] };
                objects.all.extend(items.into_iter().map(|node| Object {
                    file: number,
                    node,
                    kind: node.str("kind").unwrap_or_default(),
                    name: node.path(&["metadata", "name"]).and_then(Node::as_str).unwrap_or_default(),
                }));
            }
        }
        objects
    }

    /// Whether a document defines a custom resource.
    pub fn is_definition(&self, file: usize, document: usize) -> bool {
        self.definitions.contains(&(file, document))
    }

    /// Whether a document is no object.
    pub fn is_left_out(&self, file: usize, document: usize) -> bool {
        self.left_out.contains(&(file, document))
    }

    /// How far a byte of a file is from the start of its line.
    pub fn column(&self, file: usize, offset: usize) -> usize {
        let before = self.texts.get(file).and_then(|text| text.get(..offset)).unwrap_or_default();
        before.len() - before.rfind('\n').map_or(0, |at| at + 1)
    }

    /// The objects that run pods.
    pub fn workloads(&self) -> impl Iterator<Item = &Object<'t>> {
        self.all.iter().filter(|object| object.pod().is_some() && !object.name.is_empty())
    }
}

impl<'t> Object<'t> {
    /// The specification of its pods.
    pub fn pod(&self) -> Option<Node<'t>> {
        match self.kind {
            "Pod" => self.node.get("spec"),
            "CronJob" => self.node.path(&["spec", "jobTemplate", "spec", "template", "spec"]),
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => {
                self.node.path(&["spec", "template", "spec"])
            }
            _ => None,
        }
    }

    /// The labels of its pods.
    pub fn pod_labels(&self) -> Option<Node<'t>> {
        match self.kind {
            "Pod" => self.node.path(&["metadata", "labels"]),
            "CronJob" => self.node.path(&["spec", "jobTemplate", "spec", "template", "metadata", "labels"]),
            _ => self.node.path(&["spec", "template", "metadata", "labels"]),
        }
    }
}
