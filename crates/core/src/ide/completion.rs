//! What could be written at a place.

use super::cursor::{Chain, ITEM, Scope};
use super::fields::Field;
use super::metadata::{self, CONFIG, METADATA};
use super::outline::{Part, Place, Step, place};
use super::values::Key;
use super::workspace::{FileKind, Snapshot};
use crate::analysis::Path;
use crate::gotmpl::funcs;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

/// Something that could be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is shown, and compared with what is typed.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// One line: a type, a value, a signature.
    pub detail: String,
    /// More, in Markdown.
    pub documentation: String,
    /// What it replaces.
    pub range: Range<u32>,
    /// What is written.
    pub insert: String,
    /// Whether it is on its way out.
    pub deprecated: bool,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A value.
    Value,
    /// A field of the template's data, of an object, of a file.
    Field,
    /// A function.
    Function,
    /// A helper.
    Helper,
    /// A variable.
    Variable,
    /// A word of the language.
    Keyword,
    /// A value of an enumeration.
    Constant,
}

/// What stands at the top of a template's data, and below it.
const BUILTINS: &[(&str, &str)] = &[
    ("Values", "the values"),
    ("Release", "the release"),
    ("Release.Name", "the name of the release"),
    ("Release.Namespace", "the namespace of the release"),
    ("Release.IsInstall", "whether this is an installation"),
    ("Release.IsUpgrade", "whether this is an upgrade or a rollback"),
    ("Release.Revision", "the number of the revision"),
    ("Release.Service", "always `Helm`"),
    ("Chart", "what Chart.yaml says"),
    ("Chart.Name", "the name of the chart"),
    ("Chart.Version", "the version of the chart"),
    ("Chart.AppVersion", "the version of what the chart installs"),
    ("Chart.Description", "one sentence"),
    ("Chart.Type", "`application` or `library`"),
    ("Chart.KubeVersion", "the versions of Kubernetes that the chart is for"),
    ("Chart.Annotations", "the annotations"),
    ("Chart.Home", "the address of the project"),
    ("Chart.Icon", "the address of the icon"),
    ("Chart.Keywords", "the keywords"),
    ("Chart.Sources", "the addresses of the sources"),
    ("Chart.Maintainers", "who keeps the chart"),
    ("Chart.Dependencies", "the charts that it needs"),
    ("Chart.Deprecated", "whether it should no longer be used"),
    ("Chart.APIVersion", "the format of the chart"),
    ("Capabilities", "what the cluster can do"),
    ("Capabilities.KubeVersion", "the version of Kubernetes"),
    ("Capabilities.KubeVersion.Version", "such as `v1.37.0`"),
    ("Capabilities.KubeVersion.Major", "the number before the dot"),
    ("Capabilities.KubeVersion.Minor", "the number behind the dot"),
    ("Capabilities.KubeVersion.GitVersion", "such as `v1.37.0`"),
    ("Capabilities.APIVersions", "the API versions that the cluster serves"),
    ("Capabilities.APIVersions.Has", "whether an API version or a kind is served"),
    ("Capabilities.HelmVersion", "the version of Helm"),
    ("Capabilities.HelmVersion.Version", "such as `v4.3.1`"),
    ("Files", "the files of the chart that are no templates"),
    ("Files.Get", "the text of a file"),
    ("Files.GetBytes", "the bytes of a file"),
    ("Files.Glob", "the files whose names fit a pattern"),
    ("Files.Lines", "the lines of a file"),
    ("Files.AsConfig", "the files as the data of a ConfigMap"),
    ("Files.AsSecrets", "the files as the data of a Secret"),
    ("Template", "the template that is run"),
    ("Template.Name", "its path"),
    ("Template.BasePath", "the folder of templates"),
    ("Subcharts", "the data of the charts inside"),
];

/// What is known of a field of the template's data that is no value.
pub(super) fn builtin_doc(path: &[String]) -> Option<&'static str> {
    let path = path.join(".");
    BUILTINS.iter().find(|(name, _)| *name == path).map(|(_, doc)| *doc)
}

const KEYWORDS: &[(&str, &str)] = &[
    ("if", "what follows is written where a condition holds"),
    ("else", "what follows is written where it does not"),
    ("end", "the end of a block"),
    ("range", "what follows is written for each item"),
    ("with", "what follows is written with another dot, where there is one"),
    ("define", "what follows is a helper"),
    ("template", "writes a helper"),
    ("block", "a helper that is written where it is defined"),
    ("break", "ends the innermost range"),
    ("continue", "goes on with the next item"),
];

/// What a word of the language does.
pub(super) fn keyword_doc(word: &str) -> Option<&'static str> {
    KEYWORDS.iter().find(|(name, _)| *name == word).map(|(_, doc)| *doc)
}

impl Snapshot {
    /// What could be written at an offset.
    pub fn completion(&self, offset: u32) -> Vec<Completion> {
        match self.kind {
            FileKind::Template => match self.template().action(offset) {
                Some(action) => self.in_action(offset, action.start as u32),
                None => self.in_manifest(offset),
            },
            FileKind::Manifest => self.in_manifest(offset),
            FileKind::Values => self.in_values(offset),
            FileKind::Metadata => in_table(&self.text, offset, METADATA),
            FileKind::Config => in_config(&self.text, offset),
            FileKind::Ignore => self.in_rules(offset),
            _ => Vec::new(),
        }
    }

    fn in_action(&self, offset: u32, start: u32) -> Vec<Completion> {
        let before = self.text.get(start as usize..offset as usize).unwrap_or_default();
        let before = String::from_utf8_lossy(before).into_owned();
        if let Some(typed) = open_string(&before) {
            let range = offset - typed.len() as u32
                ..self.end_of_word(offset, |byte| !matches!(byte, b'"' | b'`' | b'\n' | b' '));
            return self.in_string(before.get(..before.len() - typed.len() - 1).unwrap_or_default(), range);
        }
        let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '-');
        let word = before.rfind(|c| !part(c)).map_or(&*before, |at| before.get(at + 1..).unwrap_or_default());
        let word = word.trim_start_matches('-');
        let template = self.template();
        let scope = template.scope(offset - word.len() as u32);
        let word_end = self.end_of_word(offset, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match word.rsplit_once('.') {
            Some((head, typed)) => self.fields_of(&scope, head, offset - typed.len() as u32..word_end),
            None if word.starts_with('$') => variables(&scope, offset - word.len() as u32..word_end),
            None => self.words(&scope, word, offset - word.len() as u32..word_end),
        }
    }

    fn end_of_word(&self, offset: u32, part: impl Fn(u8) -> bool) -> u32 {
        let rest = self.text.get(offset as usize..).unwrap_or_default();
        offset + rest.iter().take_while(|byte| part(**byte)).count() as u32
    }

    /// Fields of what stands before the dot.
    fn fields_of(&self, scope: &Scope, head: &str, range: Range<u32>) -> Vec<Completion> {
        let mut names = head.split('.').map(str::to_owned);
        let first = names.next().unwrap_or_default();
        let base = if first.is_empty() { scope.dot.clone() } else { scope.value(&first) };
        let Some(mut chain) = base else { return Vec::new() };
        chain.extend(names);
        self.below_chain(&chain, &range)
    }

    fn below_chain(&self, chain: &Chain, range: &Range<u32>) -> Vec<Completion> {
        if chain.first().map(String::as_str) == Some("Values") {
            return self.values_below(chain.get(1..).unwrap_or_default(), range);
        }
        let around = chain.join(".");
        let direct = BUILTINS.iter().filter_map(|(name, doc)| {
            let (parent, last) = name.rsplit_once('.').unwrap_or(("", name));
            (parent == around).then(|| item(last, CompletionKind::Field, doc, range.clone()))
        });
        let subcharts = self.chart.index().charts.iter().filter(|row| around == "Subcharts" && row.prefix.len() == 1);
        direct
            .chain(subcharts.map(|row| item(&row.name, CompletionKind::Field, "a chart inside", range.clone())))
            .collect()
    }

    /// The values right below a path of this chart: those that files set, and those that templates read.
    fn values_below(&self, path: &[String], range: &Range<u32>) -> Vec<Completion> {
        let path: Path = path.iter().filter(|key| *key != ITEM).cloned().collect();
        let root = self.root_path(&path);
        let mut found: BTreeMap<String, Completion> = BTreeMap::new();
        for (key, comment) in self.keys_below(&root, range) {
            let Some(name) = key.path.last() else { continue };
            let detail = shown(&key);
            let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
            let made =
                Completion { documentation: comment, ..item(name, CompletionKind::Value, &detail, range.clone()) };
            if plain {
                found.entry(name.clone()).or_insert(made);
            }
        }
        for (name, count) in self.read_below(&path) {
            // What is being typed is read too, so one read is no proof.
            if count > 1 && is_word(&name) {
                let detail = "read by templates, set nowhere";
                found.entry(name.clone()).or_insert_with(|| item(&name, CompletionKind::Value, detail, range.clone()));
            }
        }
        found.into_values().collect()
    }

    /// The names that this chart's templates read right below a path, and how often.
    fn read_below(&self, path: &[String]) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        let reads = self.chart.index().reads.get(self.chart_number());
        for (used, how) in reads.into_iter().flat_map(|reads| reads.uses()).filter(|(used, _)| used.starts_with(path)) {
            if let Some(name) = used.get(path.len()) {
                *found.entry(name.clone()).or_default() += how.spans.len();
            }
        }
        found
    }

    /// The keys right below a path of the root's values, in all files, with their comments.
    fn keys_below(&self, root: &[String], range: &Range<u32>) -> Vec<(Key, String)> {
        let typed = self.text.get(range.start as usize..range.end as usize).unwrap_or_default();
        let typed = String::from_utf8_lossy(typed);
        let charts = &self.chart.index().charts;
        let mut found = Vec::new();
        for values in self.chart.values_texts() {
            let Some(row) = charts.get(values.chart) else { continue };
            let own = match root.first().is_some_and(|key| key == "global") {
                true => root,
                false => match root.strip_prefix(row.prefix.as_slice()) {
                    Some(own) => own,
                    None => continue,
                },
            };
            let keys = values.below(own, &typed);
            found.extend(keys.into_iter().map(|key| (key.clone(), values.comment(&key).unwrap_or_default())));
        }
        found
    }

    fn words(&self, scope: &Scope, typed: &str, range: Range<u32>) -> Vec<Completion> {
        let mut found = variables(scope, range.clone());
        found.extend(KEYWORDS.iter().map(|(word, doc)| item(word, CompletionKind::Keyword, doc, range.clone())));
        let helm = self.chart.helm();
        for function in funcs::all() {
            for name in function.names.iter().filter(|name| funcs::lookup(name, helm).is_some()) {
                let detail = super::signature::signature_text(name, function);
                let documentation = super::signature::prose(function);
                found
                    .push(Completion { documentation, ..item(name, CompletionKind::Function, &detail, range.clone()) });
            }
        }
        if typed.is_empty() {
            found.extend(self.below_chain(&scope.dot.clone().unwrap_or_default(), &range).into_iter().map(|found| {
                Completion { label: format!(".{}", found.label), insert: format!(".{}", found.insert), ..found }
            }));
        }
        found
    }

    /// What could stand in a string: the name of a helper, the path of a file, an API version.
    fn in_string(&self, before: &str, range: Range<u32>) -> Vec<Completion> {
        let head = before.trim_end();
        let helpers = ["include", "template"].iter().any(|word| head.ends_with(word));
        if helpers {
            return self.helpers(&range);
        }
        if [".Get", ".GetBytes", ".Lines", ".Glob"].iter().any(|word| head.ends_with(word)) {
            let files = self.chart.chart().walk().get(self.chart_number()).map(|chart| chart.files.clone());
            let files = files.into_iter().flatten();
            return files
                .map(|file| item(&file.name, CompletionKind::Constant, "a file of the chart", range.clone()))
                .collect();
        }
        if head.ends_with("APIVersions.Has") {
            let kinds = self.chart.schemas().into_iter().flat_map(|version| version.kinds());
            let mut names: Vec<String> =
                kinds.flat_map(|k| [k.api_version.to_owned(), format!("{}/{}", k.api_version, k.kind)]).collect();
            names.sort();
            names.dedup();
            return names.iter().map(|name| item(name, CompletionKind::Constant, "", range.clone())).collect();
        }
        Vec::new()
    }

    fn helpers(&self, range: &Range<u32>) -> Vec<Completion> {
        let all = self.chart.index().helpers.all();
        let made = all.filter_map(|(name, definitions)| {
            let definition = definitions.first()?;
            let documentation = format!("```helm\n{}\n```", definition.body);
            let detail = format!("{}:{}", definition.file, definition.line);
            Some(Completion { documentation, ..item(name, CompletionKind::Helper, &detail, range.clone()) })
        });
        made.collect()
    }

    /// Fields and values of the object at a place.
    fn in_manifest(&self, offset: u32) -> Vec<Completion> {
        let Some(place) = self.place(offset) else { return Vec::new() };
        let typed = |start: usize| start.min(offset as usize) as u32..offset;
        match &place.part {
            Part::Key(start) => self.field_names(&place, typed(*start)),
            Part::Value(key, start) => self.field_values(&place, key, typed(*start)),
        }
    }

    fn field_names(&self, place: &Place, range: Range<u32>) -> Vec<Completion> {
        let tops = ["apiVersion", "kind", "metadata"];
        let Some(field) = self.field_at(place) else {
            let wanted = tops.iter().filter(|name| place.path.is_empty() && !place.siblings.iter().any(|s| s == *name));
            let insert = |name: &str| if name == "metadata" { ":\n  " } else { ": " };
            let made = |name: &&str| Completion {
                insert: format!("{name}{}", insert(name)),
                ..item(name, CompletionKind::Field, "of every object", range.clone())
            };
            return wanted.map(made).collect();
        };
        let indent = " ".repeat(self.column(range.start));
        let fields = field.fields().into_iter().filter(|named| !place.siblings.contains(&named.name));
        // Only what is at hand: definitions of custom resources are too long to be read with every key.
        let docs = self.chart.kept_docs().zip(self.object_at(place));
        let said = |name: &str| {
            let (docs, (api_version, kind)) = docs.as_ref()?;
            let path: Vec<Step> = place.path.iter().cloned().chain([Step::Key(name.to_owned())]).collect();
            docs.of(api_version, kind, &path).map(str::to_owned)
        };
        let made = fields.map(|named| {
            let opening = named.field.opening().replace('\n', &format!("\n{indent}"));
            let required = if named.required { ", required" } else { "" };
            let detail = format!("{}{required}", named.field.type_name());
            let insert = format!("{}{opening}", named.name);
            let documentation = said(&named.name).unwrap_or_default();
            Completion { insert, documentation, ..item(&named.name, CompletionKind::Field, &detail, range.clone()) }
        });
        made.collect()
    }

    fn column(&self, offset: u32) -> usize {
        let before = self.text.get(..offset as usize).unwrap_or_default();
        before.len() - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)
    }

    fn field_values(&self, place: &Place, key: &str, range: Range<u32>) -> Vec<Completion> {
        let constant = |text: &str, detail: &str| item(text, CompletionKind::Constant, detail, range.clone());
        let kinds = || {
            let built = self.chart.schemas().into_iter().flat_map(|version| version.kinds());
            let built = built.map(|kind| (kind.api_version.to_owned(), kind.kind.to_owned()));
            let custom = self.chart.crds().kinds().map(|c| (format!("{}/{}", c.group, c.version), c.kind.clone()));
            built.chain(custom)
        };
        if place.path.is_empty() && key == "kind" {
            let fits = |api: &String| place.api_version.as_ref().is_none_or(|wanted| wanted == api);
            return kinds().filter(|(api, _)| fits(api)).map(|(api, kind)| constant(&kind, &api)).collect();
        }
        if place.path.is_empty() && key == "apiVersion" {
            let fits = |kind: &String| place.kind.as_ref().is_none_or(|wanted| wanted == kind);
            let mut found: Vec<String> = kinds().filter(|(_, kind)| fits(kind)).map(|(api, _)| api).collect();
            found.sort();
            found.dedup();
            return found.iter().map(|api| constant(api, "")).collect();
        }
        let mut path = place.path.clone();
        path.push(Step::Key(key.to_owned()));
        let mut values =
            self.field_at(&Place { path: path.clone(), ..place.clone() }).map(Field::values).unwrap_or_default();
        if let (true, Some((api_version, kind))) = (values.is_empty(), self.object_at(place)) {
            values = self.chart.listed_values((&api_version, &kind), &path);
        }
        values.iter().map(|value| constant(value, "")).collect()
    }

    /// Keys of values: from schemas, from what templates read, and those of the charts' own files.
    fn in_values(&self, offset: u32) -> Vec<Completion> {
        let Some(place) = place(&self.text, offset as usize) else { return Vec::new() };
        let path: Path =
            place.path.iter().filter_map(|s| if let Step::Key(k) = s { Some(k.clone()) } else { None }).collect();
        let root = self.root_path(&path);
        let start = match &place.part {
            Part::Key(start) => *start,
            Part::Value(key, start) => {
                let path: Path = path.into_iter().chain([key.clone()]).collect();
                let range = (*start).min(offset as usize) as u32..offset;
                return self
                    .schema_values(&path)
                    .iter()
                    .map(|v| item(v, CompletionKind::Constant, "", range.clone()))
                    .collect();
            }
        };
        let range = start.min(offset as usize) as u32..offset;
        let mut found: BTreeMap<String, Completion> = BTreeMap::new();
        let mut add = |name: &str, detail: &str, documentation: String| {
            let made = Completion {
                insert: format!("{name}: "),
                documentation,
                ..item(name, CompletionKind::Value, detail, range.clone())
            };
            found.entry(name.to_owned()).or_insert(made);
        };
        for (key, comment) in self.keys_below(&root, &range) {
            if key.key.start != start as u32 {
                add(key.path.last().map_or("", String::as_str), &shown(&key), comment);
            }
        }
        for (name, about) in self.schema_properties(&path) {
            let text = |name: &str| about.get(name).and_then(|text| text.as_str()).unwrap_or_default().to_owned();
            add(&name, &text("type"), text("description"));
        }
        for (number, row) in self.chart.index().charts.iter().enumerate() {
            let own = root.strip_prefix(row.prefix.as_slice());
            let names = own.and_then(|own| Some(self.chart.index().reads.get(number)?.names_in(own)));
            names
                .into_iter()
                .flatten()
                .filter(|name| is_word(name))
                .for_each(|name| add(name, "read by templates", String::new()));
            if row.prefix.split_last().is_some_and(|(_, around)| around == root.as_slice()) {
                add(row.prefix.last().map_or("", String::as_str), "values of a chart inside", String::new());
            }
        }
        for made in self.written_fields(&root, &place, &range) {
            found.entry(made.label.clone()).or_insert(made);
        }
        let written: HashSet<&String> = place.siblings.iter().collect();
        found.into_values().filter(|made| !written.contains(&made.label) && !made.label.is_empty()).collect()
    }

    /// The fields of the object that a value, or one around it, is written into.
    fn written_fields(&self, root: &[String], own: &Place, range: &Range<u32>) -> Vec<Completion> {
        let outer = (1..=root.len()).rev().filter_map(|len| Some((len, root.get(..len)?)));
        let mut placed = outer.filter_map(|(len, path)| Some((len, self.written_at(path)?)));
        let Some((len, place)) = placed.next() else { return Vec::new() };
        let behind = root.get(len..).unwrap_or_default().iter().map(|key| Step::Key(key.clone()));
        let path = place.path.into_iter().chain(behind).collect();
        self.field_names(&Place { path, siblings: own.siblings.clone(), ..place }, range.clone())
    }

    fn schema_of(&self) -> Option<serde_json::Value> {
        let row = self.chart.index().charts.get(self.chart_number())?;
        serde_json::from_slice(&self.chart.text(&format!("{}values.schema.json", row.location))?).ok()
    }

    fn schema_properties(&self, path: &[String]) -> Vec<(String, serde_json::Value)> {
        let about = self.schema_of().and_then(|schema| metadata::schema_doc(&schema, path));
        let properties = about.as_ref().and_then(|about| about.get("properties")?.as_object());
        properties.into_iter().flatten().map(|(name, about)| (name.clone(), about.clone())).collect()
    }

    fn schema_values(&self, path: &[String]) -> Vec<String> {
        let about = self.schema_of().and_then(|schema| metadata::schema_doc(&schema, path)).unwrap_or_default();
        let listed = about.get("enum").and_then(|values| values.as_array()).into_iter().flatten();
        let mut found: Vec<String> =
            listed.map(|value| value.as_str().map_or(value.to_string(), str::to_owned)).collect();
        if about.get("type").is_some_and(|ty| ty == "boolean") {
            found.extend(["true".to_owned(), "false".to_owned()]);
        }
        found
    }
}

/// What is typed of a string that is not closed.
fn open_string(before: &str) -> Option<&str> {
    let mut open = None;
    let mut escaped = false;
    for (at, c) in before.char_indices() {
        match (open, c) {
            (None, '"' | '`') => open = Some((at + 1, c)),
            (Some((_, '"')), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some((_, quote)), c) if c == quote && !escaped => open = None,
            _ => {}
        }
        escaped = false;
    }
    open.and_then(|(at, _)| before.get(at..))
}

fn variables(scope: &Scope, range: Range<u32>) -> Vec<Completion> {
    let mut found: BTreeMap<&str, Completion> = BTreeMap::new();
    for variable in &scope.variables {
        let detail = variable.value.as_ref().map(|chain| format!(".{}", chain.join("."))).unwrap_or_default();
        found.insert(&variable.name, item(&variable.name, CompletionKind::Variable, &detail, range.clone()));
    }
    found
        .entry("$")
        .or_insert_with(|| item("$", CompletionKind::Variable, "the top of the template's data", range.clone()));
    found.into_values().collect()
}

pub(super) fn item(label: &str, kind: CompletionKind, detail: &str, range: Range<u32>) -> Completion {
    let (label, insert) = (label.to_owned(), label.to_owned());
    Completion {
        label,
        kind,
        detail: detail.to_owned(),
        documentation: String::new(),
        range,
        insert,
        deprecated: false,
    }
}

fn is_word(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// The value of a key in a few words.
fn shown(key: &Key) -> String {
    match &key.scalar {
        Some(text) if crate::report::is_secret(&key.path.join(".")) && !text.is_empty() => {
            crate::report::MASK.to_owned()
        }
        Some(text) => text.lines().next().unwrap_or_default().chars().take(60).collect(),
        None if key.children > 0 => format!("{{{} keys}}", key.children),
        None => "[…]".to_owned(),
    }
}

fn in_table(text: &[u8], offset: u32, table: &'static [metadata::Known]) -> Vec<Completion> {
    let Some(place) = place(text, offset as usize) else { return Vec::new() };
    let steps = place.path.iter().map(|step| match step {
        Step::Key(name) => name.clone(),
        Step::Item => "[0]".to_owned(),
    });
    let path: Path = steps.collect();
    match &place.part {
        Part::Key(start) => {
            let range = (*start).min(offset as usize) as u32..offset;
            let fresh = metadata::below(table, &path).filter(|(name, _)| !place.siblings.iter().any(|s| s == name));
            let made = |(name, known): (&'static str, &metadata::Known)| Completion {
                insert: format!("{name}: "),
                ..item(name, CompletionKind::Field, known.doc, range.clone())
            };
            fresh.map(made).collect()
        }
        Part::Value(key, start) => {
            let range = (*start).min(offset as usize) as u32..offset;
            let path: Path = path.into_iter().chain([key.clone()]).collect();
            let values = metadata::find(table, &path).map(|known| known.values).unwrap_or_default();
            values.iter().map(|value| item(value, CompletionKind::Constant, "", range.clone())).collect()
        }
    }
}

/// Keys and values of chartlens.toml; codes in its lists.
fn in_config(text: &[u8], offset: u32) -> Vec<Completion> {
    let before = String::from_utf8_lossy(text.get(..offset as usize).unwrap_or_default()).into_owned();
    let line = before.lines().last().filter(|_| !before.ends_with('\n')).unwrap_or_default();
    let header = before.lines().rev().find_map(|line| line.trim().strip_prefix('[')).unwrap_or_default();
    let table = header.trim_matches(['[', ']']).to_owned();
    let around: Path = if table.is_empty() { Vec::new() } else { table.split('.').map(str::to_owned).collect() };
    let word = line.rfind(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '/')).map_or(0, |at| at + 1);
    let range = offset - (line.len() - word) as u32..offset;
    match line.split_once('=') {
        None => {
            let made = |(name, known): (&'static str, &metadata::Known)| Completion {
                insert: format!("{name} = "),
                ..item(name, CompletionKind::Field, known.doc, range.clone())
            };
            metadata::below(CONFIG, &around).map(made).collect()
        }
        Some((key, _)) => {
            let path: Path = around.into_iter().chain([key.trim().to_owned()]).collect();
            if matches!(key.trim(), "select" | "extend-select" | "ignore") {
                let codes = crate::codes::all().into_iter();
                return codes
                    .map(|code| item(code.code, CompletionKind::Constant, &code.summary, range.clone()))
                    .collect();
            }
            let values = metadata::find(CONFIG, &path).map(|known| known.values).unwrap_or_default();
            let in_quotes = line.get(..word).is_some_and(|before| before.ends_with('"'));
            let trim = |value: &&str| if in_quotes { value.trim_matches('"').to_owned() } else { (*value).to_owned() };
            values.iter().map(|value| item(&trim(value), CompletionKind::Constant, "", range.clone())).collect()
        }
    }
}
