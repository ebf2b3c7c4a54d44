//! What names a chart and values, wherever it stands: objects of GitOps controllers, Terraform. One shape for all of
//! them, so that charts are checked in one way.

use chartlens::diag::{Diagnostic, ValueCause};
use chartlens::kube::tree::{Node, Tree};
use chartlens::text::Composed;
use chartlens::values::{Program, ValuesSource};
use serde_json::Value as Json;
use std::sync::Arc;

/// A release: a chart with a name, a namespace and values.
#[derive(Clone, Debug)]
pub struct Release {
    /// What asks for it, as notes name it.
    pub by: String,
    /// The name of the release.
    pub name: String,
    /// Its namespace; none where none is named.
    pub namespace: Option<String>,
    /// Its chart.
    pub chart: ChartOf,
    /// Its values, in the order in which they count.
    pub values: Vec<ValuesSource>,
}

/// Where a chart is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartOf {
    /// At a path, as the user would write it.
    Here(String),
    /// In a repository or a registry.
    Elsewhere {
        /// Its name or reference, as Helm takes it.
        chart: String,
        /// The address of the repository; empty where the reference says all.
        repository: String,
        /// The version or range; empty for the newest.
        version: String,
    },
}

impl ChartOf {
    /// Where it comes from, in words.
    pub fn shown(&self) -> String {
        match self {
            ChartOf::Here(path) => path.clone(),
            ChartOf::Elsewhere { chart, repository, .. } if repository.is_empty() => chart.clone(),
            ChartOf::Elsewhere { chart, repository, .. } => format!("{chart} of {repository}"),
        }
    }
}

/// Objects that stand in a file of another language.
#[derive(Clone, Debug)]
pub struct Objects {
    /// What makes them, as findings name it: `infra/main.tf: kubernetes_manifest.web`.
    pub name: String,
    /// The objects as YAML, with the places of all of it.
    pub text: Composed,
    /// Whether numbers, booleans and texts become what the schema asks for before they are sent.
    pub converts: bool,
}

/// What the files of a tree ask for.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The releases.
    pub releases: Vec<Release>,
    /// The objects.
    pub objects: Vec<Objects>,
    /// What cannot be read, with the file's text.
    pub faults: Vec<(Diagnostic, Arc<[u8]>)>,
    /// What cannot be looked at, a line each.
    pub notes: Vec<String>,
    /// The files that were read for it: these are values and templates, and no manifests.
    pub read: Vec<String>,
}

/// The files around.
pub struct Files<'f> {
    /// Whether a chart stands at a path.
    pub is_chart: &'f dyn Fn(&str) -> bool,
    /// Reads a file. The error says why it cannot.
    pub read: &'f dyn Fn(&str) -> Result<Vec<u8>, String>,
    /// The paths of the files in a folder, in order.
    #[cfg(feature = "terraform")]
    pub list: &'f dyn Fn(&str) -> Vec<String>,
}

/// Values, with the chart's defaults in the place of what is not known: these have the types that templates want. Beside them the
/// paths below which something else may be set.
pub fn settled(values: Vec<ValuesSource>, defaults: &Json) -> (Vec<ValuesSource>, Vec<String>) {
    let (mut kept, mut open) = (Vec::new(), Vec::new());
    for source in values {
        match source {
            ValuesSource::Program(text, program) if !text.is_known(&(0..text.text.len())) => {
                let text = match program {
                    Program::File => Some(document(&text, defaults, &mut open)),
                    Program::Set | Program::SetString => assignment(&text, defaults, &mut open),
                };
                kept.extend(text.map(|text| ValuesSource::Program(Arc::new(text), program)));
            }
            source => kept.push(source),
        }
    }
    (kept, open)
}

/// A values file that is not known in part.
fn document(text: &Composed, defaults: &Json, open: &mut Vec<String>) -> Composed {
    let nothing = |open: &mut Vec<String>| {
        open.push(String::new());
        text.replaced(&[(0..text.text.len(), "{}".to_owned())])
    };
    let Ok(document) = chartlens::yaml::parse(&text.text) else { return nothing(open) };
    let tree: Result<Tree<'_>, String> = crate::plain::tree(&document);
    let Some(root) = tree.as_ref().ok().and_then(Tree::root).filter(|root| root.is_map()) else { return nothing(open) };
    let mut edits = Vec::new();
    let mut work = vec![(root, String::new(), Some(defaults))];
    while let Some((node, path, default)) = work.pop() {
        let range = node.range();
        let is_container = node.is_map() || node.is_list();
        if is_container && !text.is_known(&(range.start..range.start + 1)) {
            open.push(path.clone());
        }
        if text.is_unknown(&range) {
            if let Some(default) = default.filter(|default| !default.is_null()) {
                if default.is_object() || default.is_array() {
                    open.push(path);
                }
                edits.push((range, default.to_string()));
            }
            continue;
        }
        let entries = node.entries().map(|(key, value)| {
            let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
            (value, path, default.and_then(|default| default.get(&*key)))
        });
        let inner: Vec<(Node<'_>, String, Option<&Json>)> = match node.is_map() {
            true => entries.collect(),
            false => node.children().map(|item| (item, path.clone(), None)).collect(),
        };
        work.extend(inner);
    }
    edits.sort_by_key(|(range, _)| range.start);
    text.replaced(&edits)
}

/// The argument of a flag that is not known in part; none where it is better left out.
fn assignment(text: &Composed, defaults: &Json, open: &mut Vec<String>) -> Option<Composed> {
    let argument = String::from_utf8_lossy(&text.text);
    let at = argument.find('=').unwrap_or(argument.len());
    if !text.is_known(&(0..at)) {
        open.push(String::new());
        return None;
    }
    let path = argument.get(..at).unwrap_or_default();
    let default = path.split('.').try_fold(defaults, |value, key| value.get(key));
    let range = at + 1..argument.len();
    match default {
        Some(Json::Object(_) | Json::Array(_)) => {
            open.push(path.to_owned());
            None
        }
        Some(default) if !default.is_null() && text.is_unknown(&range) => {
            let new = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
            Some(text.replaced(&[(range, new.replace('\\', "\\\\").replace(',', "\\,"))]))
        }
        _ => Some(text.clone()),
    }
}

/// Whether a finding hangs on what is not known: on a value that has another in its place, or on one that may be set otherwise.
pub fn is_unsure(found: &Diagnostic, open: &[String]) -> bool {
    let Some(cause) = &found.cause else { return false };
    let guards = cause.guards.iter().flat_map(|guard| &guard.values);
    cause.values.iter().chain(guards).any(|value| value.layer == "unknown" || is_below(value, open))
}

fn is_below(value: &ValueCause, open: &[String]) -> bool {
    let file = value.file().unwrap_or_default();
    // The defaults of a chart inside stand below its name.
    let inside = file.strip_suffix("values.yaml").filter(|_| !value.is_outside()).unwrap_or_default();
    let names = inside.split('/').filter(|part| !part.is_empty() && *part != "charts");
    let path = names.chain([value.path.as_str()]).collect::<Vec<_>>().join(".");
    open.iter().any(|open| {
        open.is_empty()
            || path.strip_prefix(open.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chartlens::text::ComposedPart;

    /// A text in which `?…?` is not known.
    fn text(marked: &str) -> Composed {
        let (mut text, mut parts) = (String::new(), Vec::new());
        for (number, part) in marked.split('?').enumerate() {
            text.push_str(part);
            let (end, is_known) = (text.len(), number % 2 == 0);
            parts.push(ComposedPart { end, source: 0, range: 0..1, is_verbatim: false, is_known });
        }
        let sources = vec![("main.tf".to_owned(), Arc::from(&b"x"[..]))];
        Composed { text: text.as_bytes().into(), sources, parts }
    }

    fn of(marked: &str, program: Program) -> (String, Vec<String>) {
        let defaults = serde_json::json!({"port": 80, "image": {"tag": "v1"}, "hosts": ["a"], "empty": null});
        let (values, open) = settled(vec![ValuesSource::Program(Arc::new(text(marked)), program)], &defaults);
        let shown = values.iter().map(|source| match source {
            ValuesSource::Program(text, _) => String::from_utf8_lossy(&text.text).into_owned(),
            other => format!("{other:?}"),
        });
        (shown.collect::<Vec<_>>().join("|"), open)
    }

    #[test]
    fn defaults_stand_in_for_what_is_not_known() {
        let file = |marked| of(marked, Program::File);
        let none = Vec::<String>::new;
        assert_eq!(file("port: ?unknown?\nname: a\n"), ("port: 80\nname: a\n".to_owned(), none()));
        assert_eq!(file("image:\n  tag: ?unknown?\n"), ("image:\n  tag: \"v1\"\n".to_owned(), none()));
        assert_eq!(file("image:\n  tag: a-?unknown?\n").0, "image:\n  tag: a-unknown\n");
        assert_eq!(file("hosts: ?unknown?\n"), ("hosts: [\"a\"]\n".to_owned(), vec!["hosts".to_owned()]));
        assert_eq!(file("empty: ?1?\nnew: ?2?\n"), ("empty: 1\nnew: 2\n".to_owned(), none()));
        assert_eq!(file("?unknown?\n"), ("{}".to_owned(), vec![String::new()]));
        assert_eq!(file("a: 1\n?unknown?\n"), ("{}".to_owned(), vec![String::new()]), "what is no YAML with it");
        assert_eq!(file("?\"port\"?: 81\n"), ("\"port\": 81\n".to_owned(), vec![String::new()]));
        let set = |marked| of(marked, Program::Set);
        assert_eq!(set("image.tag=?unknown?"), ("image.tag=v1".to_owned(), none()));
        assert_eq!(set("hosts=?unknown?"), (String::new(), vec!["hosts".to_owned()]));
        assert_eq!(set("?x?=1"), (String::new(), vec![String::new()]));
        assert_eq!(set("image.tag=a-?x?").0, "image.tag=a-x");
    }

    #[test]
    fn findings_below_open_paths_are_not_sure() {
        let found = |path: &str, file: &str, layer: &'static str| {
            let value = ValueCause {
                path: path.to_owned(),
                place: chartlens::diag::Place::of_file(file),
                layer: layer.into(),
                argument: None,
                missing: false,
                overrode: Vec::new(),
            };
            let cause = chartlens::diag::Cause { values: vec![value], ..Default::default() };
            Diagnostic { cause: Some(cause), ..Diagnostic::default() }
        };
        let open = ["image".to_owned(), "redis.auth".to_owned()];
        assert!(is_unsure(&found("image.tag", "values.yaml", "default"), &open));
        assert!(!is_unsure(&found("images", "values.yaml", "default"), &open));
        assert!(is_unsure(&found("auth.on", "charts/redis/values.yaml", "default"), &open));
        assert!(is_unsure(&found("x", "main.tf", "unknown"), &[]));
        assert!(!is_unsure(&Diagnostic::default(), &[String::new()]));
    }
}
