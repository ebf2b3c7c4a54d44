//! A schema for the values of a chart, made of what is known of them: their defaults, comments, and the fields of
//! Kubernetes that templates write them to.
//!
//! * [`annotations`] reads `@schema` comments,
//! * [`fields`] renders the chart and follows every value to the fields that it ends up in,
//! * [`kube`] writes the schema of a field,
//! * [`shape`] puts all of it together,
//! * [`widen`] lets values in that the chart itself is tested with.
//!
//! Nothing here reads or writes files.

mod annotations;
mod fields;
mod kube;
mod probes;
mod shape;
mod widen;

use crate::parameters::{self, Comments, Problem};
use annotations::All;
use chartlens::chart::Chart;
use chartlens::host::{HelmVersion, Host};
use chartlens::render::{RenderErrorKind, RenderOptions, render};
use chartlens::values::ValuesSource;
use fields::Fields;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// What marks a schema that was made here.
pub const MARK: &str = "made by `chartlens schema`";

/// A values file: its name and its text.
pub type ValuesFile = (String, Arc<[u8]>);

/// A schema, and what is wrong with the comments that it was made of.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// The schema.
    pub schema: Json,
    /// What is wrong with the comments.
    pub problems: Vec<Problem>,
    /// What comments with `@schema` have against the chart's own values, a line each.
    pub refused: Vec<String>,
}

/// How often a schema is held against the chart's own values and loosened.
const ROUNDS: usize = 40;

/// Makes the schema of a chart's values. `sets` are values that it must accept beside the defaults: the name of the
/// file and its text.
///
/// # Errors
///
/// A values.yaml that cannot be read.
pub fn make(chart: &Chart, sets: &[ValuesFile], host: &Host) -> Result<Made, String> {
    let text = chart.values.as_ref().map(|values| values.text.clone()).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let document = chartlens::yaml::parse(text.as_bytes()).map_err(|error| format!("values.yaml: {error}"))?;
    let tree = crate::plain::tree(&document).map_err(|message| format!("values.yaml: {message}"))?;
    let comments = Comments::new(&text, &document);
    let described = parameters::read(&text, None)?;
    let defaults = tree.root().filter(|root| root.is_map());
    let mut fields = Fields::default();
    for values in probes::variants(defaults, sets) {
        let options = options(values);
        if let Ok(rendered) =
            render(chart, &RenderOptions { trace: true, keep_going: true, ..options }, host, &no_files)
        {
            fields.add(&rendered);
        }
    }
    let mut made = Made::default();
    let Some(defaults) = defaults else {
        made.schema = head(&chart.metadata.name, &mut json!({"type": "object"}), &Json::Null);
        return Ok(made);
    };
    let said = annotations::read(defaults, &comments);
    let mut shape = shape::Shape {
        fields: &fields,
        said: &said.by_path,
        described: &described,
        definitions: kube::Definitions::default(),
    };
    let mut body = shape.of(defaults, &Vec::new());
    let definitions = shape.definitions.into_json();
    for (_, set) in sets {
        if let Some(values) = chartlens::yaml::parse(set).ok().and_then(|document| crate::plain::json(&document)) {
            widen::accept(&mut body, &definitions, &values);
        }
    }
    annotations::merge(&mut body, said.root.as_ref());
    made.schema = head(&chart.metadata.name, &mut body, &definitions);
    made.refused = hold(chart, &mut made.schema, &said, sets, host);
    made.problems = said.problems;
    Ok(made)
}

fn no_files(name: &str) -> Result<Vec<u8>, String> {
    Err(format!("{name}: no files are read here"))
}

fn options(values: Vec<ValuesSource>) -> RenderOptions {
    RenderOptions { values, skip_schema_validation: true, ..RenderOptions::default() }
}

/// The schema with its head in front and the definitions behind.
fn head(name: &str, body: &mut Json, definitions: &Json) -> Json {
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": format!("{MARK} from values.yaml, its comments, and the fields that values end up in"),
        "title": format!("Values of {name}"),
    });
    if let (Some(all), Some(own)) = (schema.as_object_mut(), body.as_object_mut()) {
        all.append(own);
        if definitions.as_object().is_some_and(|definitions| !definitions.is_empty()) {
            all.insert("definitions".to_owned(), definitions.clone());
        }
    }
    schema
}

/// Holds the schema against the chart's own values with the validator that Helm has, and loosens what refuses them.
/// What comments say of a schema stays; what they refuse is given, a line each.
fn hold(chart: &Chart, schema: &mut Json, said: &All, sets: &[ValuesFile], host: &Host) -> Vec<String> {
    let said: Vec<String> = said
        .by_path
        .iter()
        .filter(|(_, said)| said.schema.is_some())
        .map(|(place, _)| format!("/{}", place.join("/")))
        .collect();
    let (bare, mut refused) = (bare(chart), Vec::new());
    let given = || std::iter::once(None).chain(sets.iter().map(Some));
    for (helm, set) in
        [HelmVersion::V4, HelmVersion::V3].into_iter().flat_map(|helm| given().map(move |set| (helm, set)))
    {
        let values: Vec<ValuesSource> =
            set.iter().map(|(name, text)| ValuesSource::File { name: name.clone(), text: text.clone() }).collect();
        for _ in 0..ROUNDS {
            let chart = Chart { schema: Some(Arc::from(schema.to_string().into_bytes())), ..bare.clone() };
            let options = RenderOptions { skip_schema_validation: false, helm, ..options(values.clone()) };
            let Err(error) = render(&chart, &options, host, &no_files) else { break };
            let RenderErrorKind::Schema(faults) = error.kind else { break };
            let own: Vec<_> = faults.faults.iter().filter(|fault| fault.keys.is_empty()).collect();
            // What is around a fault is at fault for it alone.
            let is_around = |pointer: &str| {
                own.iter().any(|other| other.pointer.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/')))
            };
            let (mut loosened, mut told) = (false, Vec::new());
            for fault in own.iter().filter(|fault| fault.missing.is_some() || !is_around(&fault.pointer)) {
                let by_comment = fault.missing.is_some() || said.contains(&fault.pointer);
                if !by_comment && widen::loosen(schema, &fault.pointer) {
                    loosened = true;
                    continue;
                }
                let of = set.map_or("values.yaml", |(name, _)| name.as_str());
                told.push(format!("{of}: a comment with `@schema` refuses {:?}: {}", fault.pointer, fault.message));
            }
            if !loosened {
                refused.extend(told.into_iter().filter(|line| !refused.contains(line)).collect::<Vec<_>>());
                break;
            }
        }
    }
    refused
}

/// The chart with its values and those of the charts inside, and nothing to render.
fn bare(chart: &Chart) -> Chart {
    let dependencies = chart.dependencies.iter().map(|chart| Arc::new(bare(chart))).collect();
    Chart { templates: Vec::new(), dependencies, ..chart.clone() }
}

/// The type of a value in a schema, as a table shows it; empty where the schema does not say.
pub fn type_at(schema: &Json, path: &[String]) -> String {
    let mut at = schema;
    for step in path {
        let inside = match step.starts_with('[') {
            true => at.get("items"),
            false => at.get("properties").and_then(|properties| properties.get(step)),
        };
        let Some(inside) = inside else { return String::new() };
        at = inside;
    }
    match at.get("type") {
        Some(Json::String(name)) => name.clone(),
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}
