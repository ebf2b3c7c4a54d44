//! Checking values against values.schema.json, with Helm's words.
//!
//! Helm uses the Go library santhosh-tekuri/jsonschema; its behaviour is followed module by module: [`doc`] and
//! [`decimal`] are JSON, [`address`] and [`roots`] find what references mean, [`compile`] makes schemas, [`check`]
//! checks values, [`words`] says what is wrong. Values that an [`ordinary`] schema accepts need none of these. What was
//! read of a schema is [`known`] from then on. Helm 3 uses another library, which [`helm3`] follows.

mod address;
mod check;
mod compile;
mod decimal;
mod doc;
mod draft;
mod format;
mod helm3;
mod known;
mod ordinary;
mod roots;
mod words;

use super::tree::{ChartId, ChartTree};
use crate::budget::{Budget, Exhausted};
use crate::host::HelmVersion;
use crate::log::{Level, Log};
use crate::text::{Origin, lossy};
use crate::value::{Heap, MapId, Repr, Value};
use address::Place;
use check::{Checker, Stop};
use doc::Doc;
use draft::Draft;
use known::{Known, read_json};
use serde_json::Value as Json;
use std::sync::Arc;
use words::Leaf;

pub use known::Schemas;

/// What values.schema.json has against the values.
#[derive(Clone, Debug, Default)]
pub struct SchemaFaults {
    /// Helm's text; empty if all is well.
    pub text: String,
    /// Each fault by itself.
    pub faults: Vec<SchemaFault>,
    /// What there was to say beside.
    pub log: Vec<Log>,
}

/// One thing that a schema has against a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFault {
    /// Name or alias of the chart whose schema it is.
    pub chart: String,
    /// Where the chart is in the root chart: empty, or a path that ends with a slash.
    pub location: String,
    /// JSON pointer in the values of that chart.
    pub pointer: String,
    /// What is wrong, in the words of Helm's library; without a pointer if the schema itself is.
    pub message: String,
    /// The property that is missing, where that is the fault.
    pub missing: Option<String>,
    /// The property that should not be there, where that is the fault.
    pub extra: Option<String>,
    /// The keys that lead from the values of the user to those of the chart.
    pub keys: Vec<String>,
    /// Origin of the value.
    pub about: Origin,
}

/// Checks the values of the root chart and of all inside. An error says which limit of the host ends the work.
pub fn validate(
    heap: &Heap,
    budget: &Budget,
    tree: &ChartTree<'_>,
    values: MapId,
    schemas: &Schemas,
    helm: HelmVersion,
) -> Result<SchemaFaults, Exhausted> {
    let mut walk = Walk { heap, budget, tree, schemas, helm, faults: SchemaFaults::default() };
    walk.chart(tree.root(), (values, Origin::NONE), &[])?;
    Ok(walk.faults)
}

/// Helm's `ValidateAgainstSingleSchema`; the error is its text.
pub fn validate_single(
    heap: &Heap,
    budget: &Budget,
    values: MapId,
    schema: &Arc<[u8]>,
    helm: HelmVersion,
    log: &mut Vec<Log>,
) -> Result<(), String> {
    match validate_as(heap, budget, values, (schema, &Schemas::default()), helm, log) {
        Ok(result) => result.map_err(|fault| fault.text),
        Err(end) => Err(end.to_string()),
    }
}

/// A schema for plain data of any kind.
#[derive(Debug)]
pub struct DataSchema(Known);

impl DataSchema {
    /// Reads and compiles a schema.
    ///
    /// # Errors
    ///
    /// What is no schema, in the words of the library that Helm uses.
    pub fn new(schema: &Json) -> Result<DataSchema, String> {
        let known = Known::read(&Arc::from(schema.to_string().into_bytes()))?;
        let id = known.whole(&Budget::default()).map_err(|end| end.to_string())?.id.clone();
        id.map_err(|error| error.replace(&format!("\"{ROOT}#\""), "the schema"))?;
        Ok(DataSchema(known))
    }

    /// Whether it accepts a map. An error says which limit of the host ends the work.
    pub(crate) fn accepts(&self, map: &Json, budget: &Budget) -> Result<bool, Exhausted> {
        match read_json(map.to_string().as_bytes()) {
            Ok((heap, value)) => match value.repr {
                Repr::Map(map) => Ok(validate_one(&heap, budget, map, &self.0, &mut Vec::new())?.is_ok()),
                _ => Ok(false),
            },
            Err(_) => Ok(false),
        }
    }
}

/// The check of the given version of Helm.
fn validate_as(
    heap: &Heap,
    budget: &Budget,
    values: MapId,
    (schema, schemas): (&Arc<[u8]>, &Schemas),
    helm: HelmVersion,
    log: &mut Vec<Log>,
) -> Result<Result<(), ChartFault>, Exhausted> {
    match helm {
        HelmVersion::V3 => helm3::validate(heap, budget, values, &lossy(schema)),
        HelmVersion::V4 => match schemas.read(schema) {
            Ok(schema) => validate_one(heap, budget, values, &schema, log),
            Err(error) => Ok(Err(error.into())),
        },
    }
}

/// A walk through the charts.
struct Walk<'w> {
    heap: &'w Heap,
    budget: &'w Budget,
    tree: &'w ChartTree<'w>,
    schemas: &'w Schemas,
    helm: HelmVersion,
    faults: SchemaFaults,
}

impl Walk<'_> {
    fn chart(&mut self, chart: ChartId, (values, own): (MapId, Origin), keys: &[String]) -> Result<(), Exhausted> {
        let (heap, tree) = (self.heap, self.tree);
        let faults = &mut self.faults;
        if let Some(schema) = &tree.chart(chart).schema
            && let Err(fault) =
                validate_as(heap, self.budget, values, (schema, self.schemas), self.helm, &mut faults.log)?
        {
            let name = tree.name(chart);
            let location = &tree.chart(chart).location;
            faults.text.push_str(&format!("{name}:\n{}", fault.text));
            faults.faults.extend(fault.leaves.into_iter().map(|Leaf { pointer, message, missing, extra }| {
                let about = match origin_at(heap, values, &pointer) {
                    Origin::NONE => own,
                    about => about,
                };
                let (chart, location, keys) = (name.to_owned(), location.clone(), keys.to_vec());
                SchemaFault { chart, location, pointer, message, missing, extra, keys, about }
            }));
        }
        for &child in tree.children(chart) {
            let name = tree.name(child);
            let keys: Vec<String> = keys.iter().cloned().chain([name.to_owned()]).collect();
            match heap.get(values, name.as_bytes()) {
                None => {}
                Some(value) if value.is_nil() => {}
                Some(Value { repr: Repr::Map(inner), origin }) => {
                    let inner = (*inner, *origin);
                    crate::stack::grow(|| self.chart(child, inner, &keys))?;
                }
                Some(other) => {
                    let ty = other.type_name(heap).unwrap_or("<nil>");
                    let message = format!("invalid type for values: expected object (map), got {ty}");
                    self.faults.text.push_str(&format!("{name}:\n{message}\n"));
                    let (chart, about) = (name.to_owned(), other.origin);
                    let location = tree.chart(child).location.clone();
                    let (pointer, missing, extra) = (String::new(), None, None);
                    let fault = SchemaFault { chart, location, pointer, message, missing, extra, keys, about };
                    self.faults.faults.push(fault);
                }
            }
        }
        Ok(())
    }
}

/// Origin of the value at a pointer, or of the nearest one around it that has one.
fn origin_at(heap: &Heap, values: MapId, pointer: &str) -> Origin {
    let mut at = Value::new(Repr::Map(values));
    let mut found = Origin::NONE;
    for step in pointer.split('/').skip(1).map(|s| s.replace("~1", "/").replace("~0", "~")) {
        let next = match at.repr {
            Repr::Map(map) => heap.get(map, step.as_bytes()).cloned(),
            Repr::List(list) => step.parse().ok().and_then(|i: usize| heap.list(list).items.get(i).cloned()),
            _ => None,
        };
        let Some(next) = next else { break };
        if !next.origin.is_none() {
            found = next.origin;
        }
        at = next;
    }
    found
}

/// The text about one chart, and its parts.
struct ChartFault {
    text: String,
    /// Each fault by itself.
    leaves: Vec<Leaf>,
}

impl From<String> for ChartFault {
    fn from(text: String) -> Self {
        let leaves = vec![Leaf { message: text.clone(), ..Leaf::default() }];
        ChartFault { text, leaves }
    }
}

/// The root of all schemas, as Helm names it.
const ROOT: &str = "file:///values.schema.json";

/// Helm's `ValidateAgainstSingleSchema`.
fn validate_one(
    heap: &Heap,
    budget: &Budget,
    values: MapId,
    schema: &Known,
    log: &mut Vec<Log>,
) -> Result<Result<(), ChartFault>, Exhausted> {
    let instance = Value::new(Repr::Map(values));
    if schema.ordinary.as_ref().and_then(|schema| schema.accepts(heap, budget, &instance)) == Some(true) {
        return Ok(Ok(()));
    }
    let whole = schema.whole(budget)?;
    for urn in &whole.unresolved {
        let line = "unresolved URN reference ignored; using permissive schema";
        log.push(Log::new(Level::Warn, line).with("urn", urn.as_str()));
    }
    let id = match &whole.id {
        Ok(id) => *id,
        Err(error) => return Ok(Err(error.clone().into())),
    };
    let instance = Doc::of_value(heap, budget, &instance)?;
    match Checker::new(&whole.compiled, &instance, budget, None).check(instance.root(), id) {
        Ok(None) => Ok(Ok(())),
        Ok(Some(fault)) => {
            let mut text = String::new();
            fault.display(&mut text, 0);
            let head = format!("jsonschema validation failed with '{ROOT}#'\n");
            let text = format!("{}\n", text.strip_prefix(&head).unwrap_or(&text));
            let mut leaves = Vec::new();
            fault.leaves(&mut leaves);
            Ok(Err(ChartFault { text, leaves }))
        }
        Err(Stop::Panic(text)) => Ok(Err(format!("unable to validate schema: {text}").into())),
        Err(Stop::Exhausted(end)) => Err(end),
    }
}

#[cfg(test)]
mod tests;
