//! Chart.yaml: `rules/chartfile.go`.

use super::{Entry, Linter, Weight, urls};
use crate::chart::METADATA;
use crate::host::HelmVersion;
use crate::json::Numbers;
use crate::semver::{Constraint, Version};
use crate::value::decode::{GoType, decode};
use crate::value::{Heap, MapId, Repr, Value};
use crate::yaml::{Document, NodeId, NodeKind};
use std::ops::Range;
use std::sync::Arc;

const FILE: &str = "Chart.yaml";

/// A rule about a Chart.yaml that can be read: Helm's words where it does not hold.
pub(in crate::lint) type Check = fn(&File) -> Result<(), String>;

/// The rules about a Chart.yaml that can be read, in Helm's order; Helm 3 does not have the last.
const RULES: &[(Weight, Check)] = &[
    (Weight::Error, name),
    (Weight::Error, api_version),
    (Weight::Error, |file| is_text(file, "version")),
    (Weight::Error, version),
    (Weight::Error, app_version),
    (Weight::Error, maintainers),
    (Weight::Error, sources),
    (Weight::Info, icon_presence),
    (Weight::Error, icon),
    (Weight::Error, kind),
    (Weight::Error, dependencies),
    (Weight::Warning, strict_version),
];

pub(super) fn run(linter: &mut Linter<'_>) {
    let helm = linter.helm();
    let text = match &linter.folder.chart_yaml {
        Entry::File(text) => text.clone(),
        Entry::Folder => {
            linter.rule(Weight::Error, FILE, Err("should be a file, not a directory".to_owned()));
            let reason = format!("read {}/{FILE}: is a directory", linter.folder.path);
            linter.rule(Weight::Error, FILE, Err(format!("unable to parse YAML\n\t{reason}")));
            return;
        }
        Entry::Missing => return,
    };
    let mut file = File::new(&text, helm);
    let parsed = file.parse().map_err(|error| format!("unable to parse YAML\n\t{error}"));
    if !linter.rule(Weight::Error, FILE, parsed) {
        return;
    }
    if helm >= HelmVersion::V4 {
        let words = |error| format!("failed to strictly parse chart metadata file\n\t{error}");
        linter.rule(Weight::Warning, FILE, file.strict().map_err(words));
    }
    let rules = if helm >= HelmVersion::V4 { RULES } else { RULES.split_last().map_or(RULES, |(_, rules)| rules) };
    for (weight, check) in rules {
        let result = check(&file);
        linter.rule(*weight, FILE, result);
    }
}

/// A Chart.yaml; nothing where it cannot be read.
pub(in crate::lint) fn read(text: &Arc<[u8]>, helm: HelmVersion) -> Option<File> {
    let mut file = File::new(text, helm);
    file.parse().ok()?;
    Some(file)
}

/// What the strict reading says of a Chart.yaml: the words, and the key that is meant.
pub(in crate::lint) fn unknown(file: &File) -> Option<(String, Range<usize>)> {
    let says = file.strict().err()?;
    let document = crate::yaml::parse(&file.text).ok()?;
    let key = match duplicate_keys(&document).first() {
        Some(twice) => Some(twice.key),
        None => key_at(&document, &unknown_field(&file.heap, file.plain?, &METADATA)?),
    };
    let place = document.node(key?);
    Some((says, place.start as usize..place.end as usize))
}

/// The last key of a path; items of lists are named by their numbers.
fn key_at(document: &Document, path: &[String]) -> Option<NodeId> {
    let (mut at, mut found) = (document.root()?, None);
    for step in path {
        let entry = document.entries(at).find(|(key, _)| document.scalar(*key) == step.as_bytes());
        at = match entry {
            Some((key, value)) => {
                found = Some(key);
                value
            }
            None => *document.children(at).get(step.parse::<usize>().ok()?)?,
        };
    }
    found
}

/// A Chart.yaml that is read.
pub(in crate::lint) struct File {
    heap: Heap,
    /// The file decoded into Go's `Metadata`.
    decoded: Option<MapId>,
    /// The file as it is.
    plain: Option<MapId>,
    helm: HelmVersion,
    text: Arc<[u8]>,
}

impl File {
    fn new(text: &Arc<[u8]>, helm: HelmVersion) -> File {
        File { heap: Heap::new(), decoded: None, plain: None, helm, text: text.clone() }
    }

    /// `chartutil.LoadChartfile`
    fn parse(&mut self) -> Result<(), String> {
        let plain = crate::yaml::from_text(&mut self.heap, &self.text, Numbers::Exact)
            .map_err(|error| format!("error converting YAML to JSON: {error}"))?;
        self.plain = plain.as_map();
        let decoded = decode(&mut self.heap, &plain, &METADATA, self.helm)
            .map_err(|error| format!("error unmarshaling JSON: while decoding JSON: {error}"))?;
        self.decoded = decoded.as_map();
        Ok(())
    }

    /// `chartutil.StrictLoadChartfile`: keys occur once, and all are known.
    fn strict(&self) -> Result<(), String> {
        let duplicates = crate::yaml::parse(&self.text).map(|document| duplicate_keys(&document)).unwrap_or_default();
        if !duplicates.is_empty() {
            let lines = duplicates.iter().map(|twice| twice.says.as_str()).collect::<Vec<_>>().join("\n");
            return Err(format!("error converting YAML to JSON: yaml: unmarshal errors:\n{lines}"));
        }
        let unknown = self.plain.and_then(|map| unknown_field(&self.heap, map, &METADATA));
        match unknown {
            Some(path) => {
                let name = crate::text::quote(path.last().map(String::as_bytes).unwrap_or_default());
                Err(format!("error unmarshaling JSON: while decoding JSON: json: unknown field {name}"))
            }
            None => Ok(()),
        }
    }

    fn get(&self, key: &str) -> Option<&Value> {
        self.heap.get(self.decoded?, key.as_bytes())
    }

    fn text(&self, key: &str) -> String {
        text(self.get(key))
    }

    fn items(&self, key: &str) -> &[Value] {
        match self.get(key).map(|value| &value.repr) {
            Some(Repr::List(list)) => &self.heap.list(*list).items,
            _ => &[],
        }
    }
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).map(ToString::to_string).unwrap_or_default()
}

/// A key that occurs twice.
pub(super) struct Twice {
    /// Where it occurs again.
    key: NodeId,
    /// What go-yaml says of it.
    pub says: String,
}

/// The keys that occur twice.
pub(super) fn duplicate_keys(document: &Document) -> Vec<Twice> {
    let mut found = Vec::new();
    let mut pending: Vec<NodeId> = document.root().into_iter().collect();
    while let Some(node) = pending.pop() {
        let mut inner = Vec::new();
        match &document.node(node).kind {
            NodeKind::Mapping { .. } => {
                let mut seen: Vec<&[u8]> = Vec::new();
                for (key, value) in document.entries(node) {
                    let name = document.scalar(key);
                    if seen.contains(&name) {
                        let line = document.node(key).line + 1;
                        let says = format!("  line {line}: key {} already set in map", crate::text::quote(name));
                        found.push(Twice { key, says });
                    }
                    seen.push(name);
                    inner.push(value);
                }
            }
            NodeKind::Sequence { .. } => inner.extend(document.children(node).iter().copied()),
            _ => {}
        }
        pending.extend(inner.into_iter().rev());
    }
    found
}

/// The path of the first field, in the order of JSON that Go writes, that a type does not have.
fn unknown_field(heap: &Heap, map: MapId, ty: &GoType) -> Option<Vec<String>> {
    let GoType::Struct(structure) = ty else { return None };
    for (key, value) in &heap.map(map).entries {
        let known = structure.fields.iter().find(|(name, _)| key.to_lossy().eq_ignore_ascii_case(name));
        let Some((_, inner)) = known else { return Some(vec![key.to_string()]) };
        let found = match (&value.repr, inner) {
            (Repr::Map(map), inner) => unknown_field(heap, *map, inner),
            (Repr::List(list), GoType::Slice(_, item)) => {
                heap.list(*list).items.iter().enumerate().find_map(|(number, value)| {
                    let Repr::Map(map) = value.repr else { return None };
                    unknown_field(heap, map, item).map(|path| [vec![number.to_string()], path].concat())
                })
            }
            _ => None,
        };
        if let Some(path) = found {
            return Some([vec![key.to_string()], path].concat());
        }
    }
    None
}

fn name(file: &File) -> Result<(), String> {
    let name = file.text("name");
    if name.is_empty() {
        return Err("name is required".to_owned());
    }
    match crate::text::path::base(&name) == name {
        true => Ok(()),
        false => Err(format!("chart name {} is invalid", crate::text::quote(name.as_bytes()))),
    }
}

fn api_version(file: &File) -> Result<(), String> {
    match file.text("apiVersion").as_str() {
        "" => Err("apiVersion is required. The value must be either \"v1\" or \"v2\"".to_owned()),
        "v1" | "v2" => Ok(()),
        other => Err(format!("apiVersion '{other}' is not valid. The value must be either \"v1\" or \"v2\"")),
    }
}

/// `isStringValue`
fn is_text(file: &File, key: &str) -> Result<(), String> {
    let Some(value) = file.plain.and_then(|map| file.heap.get(map, key.as_bytes())) else { return Ok(()) };
    let ty = match &value.repr {
        Repr::Str(_) => return Ok(()),
        Repr::Bool(_) => "bool",
        Repr::Int(..) | Repr::Float(..) => "float64",
        Repr::List(_) => "[]interface {}",
        Repr::Map(_) => "map[string]interface {}",
        _ => "<nil>",
    };
    Err(format!("{key} should be of type string but it's of type {ty}"))
}

/// A version that is a text.
pub(in crate::lint) fn app_version(file: &File) -> Result<(), String> {
    is_text(file, "appVersion")
}

/// What either of the rules about the version says.
pub(in crate::lint) fn any_version(file: &File) -> Result<(), String> {
    is_text(file, "version").and_then(|()| version(file)).and_then(|()| strict_version(file))
}

fn version(file: &File) -> Result<(), String> {
    let text = file.text("version");
    if text.is_empty() {
        return Err("version is required".to_owned());
    }
    let Ok(version) = Version::parse_as(&text, file.helm) else {
        return Err(format!("version '{text}' is not a valid SemVer"));
    };
    const LEAST: &str = "0.0.0-0";
    let above = Constraint::parse(&format!(">{LEAST}")).is_ok_and(|constraint| constraint.check(&version));
    match (above, file.helm) {
        (true, _) => Ok(()),
        (false, HelmVersion::V3) => Err(format!("version {version} is less than or equal to {LEAST}")),
        (false, HelmVersion::V4) => Err(format!("version \"{version}\" is less than or equal to \"{LEAST}\"")),
    }
}

fn strict_version(file: &File) -> Result<(), String> {
    let text = file.text("version");
    match Version::parse_strict(&text) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("version '{text}' is not a valid SemVerV2")),
    }
}

pub(in crate::lint) fn maintainers(file: &File) -> Result<(), String> {
    for item in file.items("maintainers") {
        let Some(map) = item.as_map() else { return Err("a maintainer entry is empty".to_owned()) };
        let field = |key: &str| text(file.heap.get(map, key.as_bytes()));
        let (name, email, url) = (field("name"), field("email"), field("url"));
        if name.is_empty() {
            return Err("each maintainer requires a name".to_owned());
        }
        if !email.is_empty() && !urls::is_email(&email) {
            return Err(format!("invalid email '{email}' for maintainer '{name}'"));
        }
        if !url.is_empty() && !urls::is_url(&url) {
            return Err(format!("invalid url '{url}' for maintainer '{name}'"));
        }
    }
    Ok(())
}

pub(in crate::lint) fn sources(file: &File) -> Result<(), String> {
    for source in file.items("sources") {
        let source = text(Some(source));
        if source.is_empty() || !urls::is_request_url(&source) {
            return Err(format!("invalid source URL '{source}'"));
        }
    }
    Ok(())
}

fn icon_presence(file: &File) -> Result<(), String> {
    if file.text("icon").is_empty() { Err("icon is recommended".to_owned()) } else { Ok(()) }
}

pub(in crate::lint) fn icon(file: &File) -> Result<(), String> {
    let icon = file.text("icon");
    if !icon.is_empty() && !urls::is_request_url(&icon) {
        return Err(format!("invalid icon URL '{icon}'"));
    }
    Ok(())
}

pub(in crate::lint) fn kind(file: &File) -> Result<(), String> {
    let version = file.text("apiVersion");
    if !file.text("type").is_empty() && version != "v2" {
        return Err(format!("chart type is not valid in apiVersion '{version}'. It is valid in apiVersion 'v2'"));
    }
    Ok(())
}

pub(in crate::lint) fn dependencies(file: &File) -> Result<(), String> {
    let version = file.text("apiVersion");
    if !file.items("dependencies").is_empty() && version != "v2" {
        return Err(format!(
            "dependencies are not valid in the Chart file with apiVersion '{version}'. They are valid in apiVersion 'v2'"
        ));
    }
    Ok(())
}
