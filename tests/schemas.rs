//! Schemas of values that are made for real charts: whether they accept the values that the charts are known to work with, and
//! refuse planted ones that have a wrong type.

use crate::command::with_environment;
use crate::corpus::Corpus;
use crate::faults::Faults;
use chartlens::chart::{Chart, File};
use chartlens::host::{HelmVersion, Host};
use chartlens::render::{RenderErrorKind, RenderOptions, render};
use chartlens::values::ValuesSource;
use chartlens_cli::{ChartSource, read_chart, schema};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// A chart with a schema that was made for it.
pub struct Own {
    /// Its folder in the corpus.
    pub name: String,
    /// The values files that its authors test it with.
    pub sets: Vec<(String, Arc<[u8]>)>,
    /// What the schema has against its own values, a line each; what comments with `@schema` refuse is their authors' will, and
    /// not among it.
    pub refused: Vec<String>,
    source: ChartSource,
    schema: Arc<[u8]>,
}

/// Every so many charts of a corpus, with their schemas.
pub fn own(corpus: &Corpus, every: usize) -> impl Iterator<Item = Own> {
    let mut names: Vec<&str> = corpus.cases.iter().filter_map(|case| case["chart"].as_str()).collect();
    names.dedup();
    let names: Vec<&str> = names.into_iter().step_by(every.max(1)).collect();
    names.into_iter().filter_map(|name| one(corpus, name))
}

/// The chart with this name; none where it does not load.
pub fn one(corpus: &Corpus, name: &str) -> Option<Own> {
    let is_own = |case: &&Value| case["chart"] == name && case["origin"] == "chart";
    let files =
        corpus.cases.iter().filter(is_own).flat_map(|case| case["values_files"].as_array().into_iter().flatten());
    let mut files: Vec<&str> = files.filter_map(Value::as_str).collect();
    files.dedup();
    let sets: Vec<(String, Arc<[u8]>)> = files
        .iter()
        .filter_map(|file| Some(((*file).to_owned(), std::fs::read(corpus.root.join(file)).ok()?.into())))
        .collect();
    let source = read(&corpus.dir.join("charts").join(name))?;
    let chart = source.load(HelmVersion::V4).ok()?;
    let made = schema::make(&chart, &sets, &Host::default());
    let (schema, by_comments, mut refused) = match made {
        Ok(made) => (Arc::from(made.schema.to_string().into_bytes()), !made.refused.is_empty(), Vec::new()),
        Err(error) => (Arc::from(Vec::new()), false, vec![error]),
    };
    let own = Own { name: name.to_owned(), sets, refused: Vec::new(), source, schema };
    let given = std::iter::once(Vec::new())
        .chain(own.sets.iter().map(|(name, text)| vec![ValuesSource::File { name: name.clone(), text: text.clone() }]));
    for values in given {
        for helm in [HelmVersion::V4, HelmVersion::V3] {
            refused.extend(faults(&own.with_schema(chart.clone()), values.clone(), helm));
        }
    }
    // Comments that refuse the chart's own values were told when the schema was made.
    let refused = if by_comments { Vec::new() } else { refused };
    Some(Own { refused, ..own })
}

fn read(path: &Path) -> Option<ChartSource> {
    with_environment(path.parent()?, &mut Vec::new(), &mut Vec::new(), |env| {
        read_chart(env, &path.to_string_lossy(), HelmVersion::V4, &mut Vec::new()).ok()
    })
}

/// What the schema of the chart itself has against values.
fn faults(chart: &Chart, values: Vec<ValuesSource>, helm: HelmVersion) -> Vec<String> {
    let options = RenderOptions { values, helm, ..RenderOptions::default() };
    match render(chart, &options, &Host::default(), &|name| Err(format!("{name}: no files are read here"))) {
        Err(error) => match error.kind {
            RenderErrorKind::Schema(faults) => {
                let own = faults.faults.into_iter().filter(|fault| fault.keys.is_empty());
                own.map(|fault| format!("{}: {}", fault.pointer, fault.message)).collect()
            }
            _ => Vec::new(),
        },
        Ok(_) => Vec::new(),
    }
}

impl Own {
    fn with_schema(&self, chart: Chart) -> Chart {
        Chart { schema: Some(self.schema.clone()), ..chart }
    }

    /// Whether the schema refuses the chart with a fault in its values; none where the fault is not in values.yaml.
    pub fn refuses(&self, fault: &Value) -> Option<bool> {
        let ChartSource::Folder(files) = &self.source else { return None };
        let mut files = files.clone();
        for edit in fault["edits"].as_array()? {
            let file = files.iter_mut().find(|file| file.name == edit["file"].as_str().unwrap_or_default())?;
            let text = String::from_utf8_lossy(&file.data).into_owned();
            *file = File::new(file.name.clone(), edited(&text, edit)?);
        }
        let chart = ChartSource::Folder(files).load(HelmVersion::V4).ok()?;
        Some(!faults(&self.with_schema(chart), Vec::new(), HelmVersion::V4).is_empty())
    }
}

/// A text with the lines of an edit in it.
fn edited(text: &str, edit: &Value) -> Option<String> {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let at = usize::try_from(edit["line"].as_u64()?).ok()?.checked_sub(1)?;
    let (old, new) = (edit["old"].as_str()?, edit["new"].as_str());
    let count = old.split('\n').count();
    lines.get(at..at + count).filter(|lines| lines.join("\n") == old)?;
    lines.splice(at..at + count, new.into_iter().flat_map(|new| new.split('\n')));
    Some(lines.join("\n"))
}

/// The planted faults of a kind, by chart.
pub fn planted<'f>(faults: &'f Faults, kind: &str, chart: &str) -> Vec<&'f Value> {
    let of = format!("{chart}/{kind}-");
    faults.faults.iter().filter(|fault| fault["id"].as_str().is_some_and(|id| id.starts_with(&of))).collect()
}
