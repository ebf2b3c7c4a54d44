//! From rendered files to documents: Helm's `pkg/release/v1/util`.

use super::heads::Heads;
use crate::host::HelmVersion;
use crate::json::Numbers;
use crate::text::{Origin, Part, is_go_space, lossy};
use crate::value::decode::{GoStruct, GoType, decode};
use crate::value::{Heap, Value};
use crate::yaml::{NodeId, NodeKind, Outlined, Resolved, Seen, YamlError};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// Where the documents of a file are: Helm's `SplitManifests`.
pub fn split(text: &[u8], helm: HelmVersion) -> Vec<Range<usize>> {
    if helm < HelmVersion::V4 {
        return split_3(text);
    }
    let text = trim(text, 0..text.len(), helm);
    let bytes = text.0;
    let mut documents = Vec::new();
    let mut push = |range: Range<usize>| {
        let (_, range) = trim(bytes, range, helm);
        if !range.is_empty() {
            documents.push(range);
        }
    };
    let mut start = text.1.start;
    let whole = bytes.get(text.1.clone()).unwrap_or_default();
    let first = whole.starts_with(b"---").then_some(start);
    let others = memchr::memmem::find_iter(whole, b"\n---").map(|at| text.1.start + at + 1);
    for at in first.into_iter().chain(others) {
        push(start..at);
        start = at + 3;
    }
    push(start..text.1.end);
    documents
}

/// Helm 3's `SplitManifests`: at `(?:^|\s*\n)---\s*`. A separator takes the blanks behind it along, so that the next
/// one right below is no separator.
fn split_3(text: &[u8]) -> Vec<Range<usize>> {
    let blank = |b: &u8| matches!(b, b'\t' | b'\n' | b'\x0C' | b'\r' | b' ');
    let (bytes, whole) = trim(text, 0..text.len(), HelmVersion::V3);
    let mut documents = Vec::new();
    let mut start = whole.start;
    let mut at = start;
    let mut push = |range: Range<usize>| {
        let (_, range) = trim(bytes, range.clone(), HelmVersion::V3);
        if !range.is_empty() {
            documents.push(range);
        }
    };
    while at < whole.end {
        let rest = bytes.get(at..whole.end).unwrap_or_default();
        let found = match at == whole.start && rest.starts_with(b"---") {
            true => Some((0, 3)),
            false => memchr::memmem::find(rest, b"\n---").map(|i| (i, i + 4)),
        };
        let Some((separator, after)) = found else { break };
        push(start..at + separator);
        let behind = rest.get(after..).unwrap_or_default();
        start = at + after + behind.iter().take_while(|b| blank(b)).count();
        at = start;
    }
    push(start..whole.end);
    documents
}

/// A range without the blanks around it: Helm 4 cuts only those in front, and what is blank altogether.
fn trim(text: &[u8], range: Range<usize>, helm: HelmVersion) -> (&[u8], Range<usize>) {
    let part = text.get(range.clone()).unwrap_or_default();
    let blanks = part.iter().take_while(|b| b.is_ascii() && is_go_space(char::from(**b))).count();
    if helm >= HelmVersion::V4 && part.get(blanks).is_some_and(u8::is_ascii) {
        return (text, range.start + blanks..range.end);
    }
    let whole = lossy(part);
    let trimmed = whole.trim_start_matches(is_go_space);
    // Blanks are valid UTF-8, so their bytes count alike in both forms.
    let start = range.start + (whole.len() - trimmed.len());
    let mut end = range.end;
    let without_end = trimmed.trim_end_matches(is_go_space);
    if helm < HelmVersion::V4 || without_end.is_empty() {
        end -= trimmed.len() - without_end.len();
    }
    (text, start..end.max(start))
}

static METADATA: GoStruct = GoStruct {
    names: [
        "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }",
        "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }",
    ],
    short: "",
    fields: &[("name", GoType::String), ("annotations", GoType::Map("map[string]string", &GoType::String))],
};

static HEAD_STRUCT: GoStruct = GoStruct {
    names: ["util.SimpleHead", "releaseutil.SimpleHead"],
    short: "SimpleHead",
    fields: &[("apiVersion", GoType::String), ("kind", GoType::String), ("metadata", GoType::Struct(&METADATA))],
};

static HEAD: GoType = GoType::Struct(&HEAD_STRUCT);

/// The head of a document, which is all that Helm looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `apiVersion`
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// `metadata.name`
    pub name: String,
    /// `metadata.annotations`
    pub annotations: Vec<(String, String)>,
}

impl Head {
    /// Reads the head of a document. The message of the error is Helm's text without its `YAML parse error on …:`.
    pub fn read(text: &[u8], helm: HelmVersion) -> Result<Head, YamlError> {
        // Go finds fields regardless of case; what is not ASCII may fold to it.
        let wanted = |key: &[u8]| {
            !key.is_ascii() || HEAD_STRUCT.fields.iter().any(|(name, _)| key.eq_ignore_ascii_case(name.as_bytes()))
        };
        let unix = with_line_feeds(text);
        let outlined = crate::yaml::outlined(&unix);
        if let Some(head) = outlined.as_ref().and_then(Head::seen) {
            return Ok(head);
        }
        let mut heap = Heap::new();
        let value = match outlined {
            Some(outlined) => crate::yaml::from_text(&mut heap, &outlined.cut(wanted), Numbers::Exact),
            None => crate::yaml::parse(text)
                .and_then(|document| crate::yaml::entries(&mut heap, &document, Numbers::Exact, wanted)),
        };
        let value = value.map_err(|e| YamlError { message: format!("error converting YAML to JSON: {e}"), ..e })?;
        let value = decode(&mut heap, &value, &HEAD, helm).map_err(|e| YamlError {
            message: format!("error unmarshaling JSON: while decoding JSON: {e}"),
            offset: 0,
            line: 1,
        })?;
        let mut head = Head::default();
        let Some(map) = value.as_map() else { return Ok(head) };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(ToString::to_string).unwrap_or_default();
        head.api_version = text(heap.get(map, b"apiVersion"));
        head.kind = text(heap.get(map, b"kind"));
        if let Some(metadata) = heap.get(map, b"metadata").and_then(Value::as_map) {
            head.name = text(heap.get(metadata, b"name"));
            if let Some(annotations) = heap.get(metadata, b"annotations").and_then(Value::as_map) {
                let entries = heap.map(annotations).entries.iter();
                head.annotations = entries.map(|(k, v)| (k.to_string(), text(Some(v)))).collect();
            }
        }
        Ok(head)
    }

    /// The head of a document whose outline shows all of it.
    fn seen(outlined: &Outlined<'_>) -> Option<Head> {
        let mut head = Head::default();
        for (field, seen) in fields(outlined.entries(), &HEAD_STRUCT)? {
            match (field, seen) {
                ("apiVersion", Seen::Text(version)) => head.api_version = lossy(version).into_owned(),
                ("kind", Seen::Text(kind)) => head.kind = lossy(kind).into_owned(),
                ("metadata", Seen::Mapping(metadata)) => {
                    for (field, seen) in fields(metadata, &METADATA)? {
                        match (field, seen) {
                            ("name", Seen::Text(name)) => head.name = lossy(name).into_owned(),
                            ("annotations", Seen::Mapping(annotations)) => head.annotations = texts(annotations)?,
                            _ => return None,
                        }
                    }
                }
                _ => return None,
            }
        }
        Some(head)
    }

    /// An annotation.
    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.annotations.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A text of Windows with the line breaks of Unix, which YAML takes it for.
fn with_line_feeds(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\r', text).is_none() {
        return Cow::Borrowed(text);
    }
    let (mut out, mut copied) = (Vec::with_capacity(text.len()), 0);
    for at in memchr::memmem::find_iter(text, b"\r\n") {
        out.extend_from_slice(text.get(copied..at).unwrap_or_default());
        copied = at + 1;
    }
    out.extend_from_slice(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// The entries that are fields of a struct; none where Go might find others, or one of them twice.
fn fields<'o>(entries: Vec<(&'o [u8], Seen<'o>)>, of: &GoStruct) -> Option<Vec<(&'static str, Seen<'o>)>> {
    let mut found: Vec<(&'static str, Seen<'o>)> = Vec::new();
    for (key, seen) in entries {
        if !key.is_ascii() {
            return None;
        }
        let named = |(name, _): &&(&'static str, GoType)| key.eq_ignore_ascii_case(name.as_bytes());
        let Some(&(name, _)) = of.fields.iter().find(named) else { continue };
        if name.as_bytes() != key || found.iter().any(|(other, _)| *other == name) {
            return None;
        }
        found.push((name, seen));
    }
    Some(found)
}

/// The entries of a mapping of texts, in the order of their keys.
fn texts(entries: Vec<(&[u8], Seen<'_>)>) -> Option<Vec<(String, String)>> {
    let mut found = BTreeMap::new();
    for (key, seen) in entries {
        let (Resolved::Str, Seen::Text(text)) = (crate::yaml::resolve(key), seen) else { return None };
        found.insert(lossy(key).into_owned(), lossy(text).into_owned());
    }
    Some(found.into_iter().collect())
}

/// The text of a document that is no YAML, its lines at fault left blank; none where that does not help.
pub(super) fn patched_text(text: &[u8]) -> Option<Vec<u8>> {
    Some(crate::yaml::patched(text, |text| crate::yaml::parse(text).map(|_| ()))?.0)
}

/// What can be read of a document that is no YAML. `heads` knows those that were read before.
pub fn patched(document: &Document, helm: HelmVersion, heads: Option<&Heads>) -> Option<Document> {
    let text = match heads {
        Some(heads) => heads.patched(&document.text)?,
        None => patched_text(&document.text)?.into(),
    };
    let head = Head::read(&text, helm).ok()?;
    let text = Part::new(&crate::text::Str::from(&*text), 0..text.len());
    Some(Document { text, head, ..document.clone() })
}

/// Where a document that is YAML does not fit Helm's idea of an object: the first value of a wrong sort.
pub fn misfit(text: &[u8]) -> Option<Range<usize>> {
    let document = crate::yaml::parse(text).ok()?;
    let at = misfit_at(&document, document.root()?, &HEAD)?;
    let node = document.node(at);
    Some(node.start as usize..node.end as usize)
}

fn misfit_at(document: &crate::yaml::Document, node: NodeId, ty: &GoType) -> Option<NodeId> {
    let kind = &document.node(node).kind;
    let (is_map, is_list) = (matches!(kind, NodeKind::Mapping { .. }), matches!(kind, NodeKind::Sequence { .. }));
    let is_null = !is_map && !is_list && document.scalar(node).is_empty();
    match ty {
        GoType::String | GoType::Bool => (is_map || is_list).then_some(node),
        GoType::Any | GoType::Slice(..) => None,
        GoType::Map(..) | GoType::Struct(_) if !is_map => (!is_null).then_some(node),
        GoType::Map(_, inner) => document.entries(node).find_map(|(_, value)| misfit_at(document, value, inner)),
        GoType::Struct(structure) => document.entries(node).find_map(|(key, value)| {
            let mut fields = structure.fields.iter();
            let named = |name: &str| document.scalar(key).eq_ignore_ascii_case(name.as_bytes());
            let (_, ty) = fields.find(|(name, _)| named(name))?;
            misfit_at(document, value, ty)
        }),
    }
}

/// A document of the result.
#[derive(Clone, Debug)]
pub struct Document {
    /// The template it comes from, as the `# Source:` line names it.
    pub source: String,
    /// Number of the document in its file, from 1.
    pub number: u32,
    /// Its text.
    pub text: Part,
    /// Its head.
    pub head: Head,
    /// Origin of the file's text, in traced renders.
    pub origin: Origin,
    /// Where the document starts in that text.
    pub start: usize,
    /// What makes it a hook, if it is one.
    pub hook: Option<Hook>,
}

#[cfg(feature = "typed")]
impl Document {
    /// The document as a typed object, such as `k8s_openapi::api::apps::v1::Deployment`.
    ///
    /// ```
    /// # use chartlens::{chart::{ArchiveLimits, File, load_files}, host::{HelmVersion, Host}, render::{RenderOptions, render}};
    /// #[derive(serde::Deserialize)]
    /// struct Named { kind: String, metadata: Metadata }
    /// #[derive(serde::Deserialize)]
    /// struct Metadata { name: String }
    ///
    /// # let files = vec![
    /// #     File::new("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
    /// #     File::new("templates/a.yaml", "kind: Service\nmetadata: {name: web}\n"),
    /// # ];
    /// # let chart = load_files(files, &ArchiveLimits::default(), HelmVersion::V4).unwrap();
    /// let rendered = render(&chart, &RenderOptions::default(), &Host::default(), &|_| Err("no files".into())).unwrap();
    /// let object: Named = rendered.documents[0].to().unwrap();
    /// assert_eq!((object.kind.as_str(), object.metadata.name.as_str()), ("Service", "web"));
    /// ```
    ///
    /// # Errors
    ///
    /// What `serde` has to say where the document does not fit the type.
    pub fn to<T: serde::de::DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        let mut heap = Heap::new();
        let json = crate::yaml::from_text(&mut heap, &self.text, Numbers::Exact)
            .map_err(|e| e.to_string())
            .and_then(|value| {
                let mut out = crate::text::TextBuilder::new(false);
                let style = crate::json::Style { escape_html: false, indent: false, helm: HelmVersion::V4 };
                let budget = crate::budget::Budget::default();
                crate::json::encode(&heap, &budget, &value, style, &mut out).map_err(|e| e.to_string())?;
                Ok(out.as_bytes().to_vec())
            })
            .map_err(serde::de::Error::custom)?;
        serde_json::from_slice(&json)
    }
}

/// What Helm reads from a hook's annotations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hook {
    /// When it runs.
    pub events: Vec<String>,
    /// Its place among hooks of the same event.
    pub weight: i64,
    /// When it is deleted.
    pub delete_policies: Vec<String>,
    /// When its logs are shown.
    pub output_log_policies: Vec<String>,
}

/// The events of hooks that Helm knows.
pub const HOOK_EVENTS: [&str; 10] = [
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

/// The words of an annotation of hooks, as Helm reads them.
pub(crate) fn hook_events(text: &str) -> Vec<String> {
    text.split(',').map(|part| crate::text::trim_space_str(part).to_lowercase()).collect()
}

impl Hook {
    /// The hook a document is: `Ok(None)` for none, an error with the annotation for an unknown event.
    pub fn read(head: &Head) -> Result<Option<Hook>, String> {
        let Some(types) = head.annotation("helm.sh/hook") else { return Ok(None) };
        let mut hook = Hook::default();
        for event in hook_events(types) {
            if !HOOK_EVENTS.contains(&event.as_str()) {
                return Err(types.to_owned());
            }
            hook.events.push(if event == "test-success" { "test".to_owned() } else { event });
        }
        let weight = head.annotation("helm.sh/hook-weight").unwrap_or("");
        hook.weight = crate::value::number::atoi(weight.as_bytes()).unwrap_or(0);
        hook.delete_policies = head.annotation("helm.sh/hook-delete-policy").map(hook_events).unwrap_or_default();
        hook.output_log_policies =
            head.annotation("helm.sh/hook-output-log-policy").map(hook_events).unwrap_or_default();
        Ok(Some(hook))
    }
}

/// Helm's `InstallOrder`.
const INSTALL_ORDER: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Sorts as Helm installs: known kinds in their order, unknown ones after them by name.
pub fn sort(documents: &mut [Document], helm: HelmVersion) {
    // Helm 3 does not know the last two.
    let known = if helm >= HelmVersion::V4 { INSTALL_ORDER.len() } else { INSTALL_ORDER.len() - 2 };
    let rank = |kind: &str| INSTALL_ORDER.iter().take(known).position(|k| *k == kind);
    documents.sort_by_cached_key(|document| {
        let kind = &document.head.kind;
        match rank(kind) {
            Some(rank) => (rank, String::new()),
            None => (INSTALL_ORDER.len(), kind.clone()),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, helm: HelmVersion) -> Vec<&str> {
        split(text.as_bytes(), helm).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn helm_4_keeps_what_follows_a_document() {
        assert_eq!(parts("\n a: 1\n\n---\n\nb: 2\n", HelmVersion::V4), ["a: 1\n\n", "b: 2\n"]);
        assert_eq!(parts("a: 1\n---b: 2\n---\n \n", HelmVersion::V4), ["a: 1\n", "b: 2\n"]);
        assert_eq!(parts("  \n", HelmVersion::V4), [""; 0]);
    }

    #[test]
    fn helm_3_trims_documents() {
        assert_eq!(parts("\n a: 1\n\n---\n\nb: 2\n", HelmVersion::V3), ["a: 1", "b: 2"]);
    }

    #[test]
    fn heads_are_read_as_strings() {
        let head = Head::read(
            b"apiVersion: 1\nkind: X\nmetadata: {annotations: {helm.sh/hook: 'pre-install, Test'}}",
            HelmVersion::V4,
        )
        .unwrap();
        assert_eq!((head.api_version.as_str(), head.kind.as_str()), ("1", "X"));
        let hook = Hook::read(&head).unwrap().unwrap();
        assert_eq!(hook.events, ["pre-install", "test"]);
    }
}
