//! Rules of the user's own that look further than an object: functions of whoever embeds the library, and expressions that name
//! the cause or the release.

use super::object::Object;
use super::own::{Judge, OwnRule, cannot_evaluate, name_of};
use super::release::Found;
use super::select::Selection;
use super::suppress::annotations_allow;
use crate::budget::{Budget, Exhausted};
use crate::diag::{Cause, Finding, Target};
use crate::kube::tree::Tree;
use crate::validate::{Around, Expression};
use crate::yaml::Document;
use serde_json::{Value as Json, json};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A rule in the language of the host.
pub trait OwnFunction: fmt::Debug + Send + Sync {
    /// What is wrong with each of the objects that the rule is about: their numbers among those of the release. The answers are in their
    /// order; an error is why the function failed for an object.
    fn judge(&self, release: &OwnRelease, about: &[usize]) -> Vec<Result<Vec<Wrong>, String>>;
}

/// What was rendered, or read from manifests.
#[derive(Clone, Debug)]
pub struct OwnRelease {
    /// The name of the release.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// What it was rendered for.
    pub target: Target,
    /// Chart.yaml as plain data; null for manifests.
    pub chart: Json,
    /// The values as the chart's templates find them; null for manifests.
    pub values: Json,
    /// Its objects, hooks included.
    pub objects: Vec<Arc<OwnObject>>,
}

/// An object of the release.
pub struct OwnObject {
    /// The object as plain data.
    pub object: Json,
    /// What wrote it.
    pub cause: Cause,
    /// The document that it stands in, with its number.
    document: (usize, Arc<Document>),
    /// Its number in the document.
    number: usize,
    causes: CauseOf,
}

/// What wrote a range of a document, by the document's number.
pub(crate) type CauseOf = Arc<dyn Fn(usize, Range<usize>) -> Cause + Send + Sync>;

impl OwnObject {
    /// What wrote the value of a field; none where the object has nothing at the JSON pointer.
    pub fn cause_of(&self, pointer: &str) -> Option<Cause> {
        let (number, document) = &self.document;
        let tree = Tree::build(document, &Budget::default()).ok()?;
        let object = Object::all(&tree).into_iter().nth(self.number)?;
        let range = object.node.at(pointer)?.range();
        Some((self.causes)(*number, range))
    }
}

impl fmt::Debug for OwnObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnObject").field("object", &self.object).field("cause", &self.cause).finish_non_exhaustive()
    }
}

/// What is wrong with an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrong {
    /// Where: a JSON pointer in the object; empty for the object as a whole.
    pub pointer: String,
    /// What, in place of the rule's own message.
    pub message: Option<String>,
}

impl Wrong {
    /// Something that is wrong with the object as a whole.
    fn message(message: String) -> Wrong {
        Wrong { message: Some(message), ..Wrong::default() }
    }
}

/// Runs the rules that look further than an object over documents. `release` has no objects yet.
pub(crate) fn lint_around(
    selection: &Selection,
    documents: Vec<Document>,
    mut release: OwnRelease,
    causes: &CauseOf,
    budget: &Budget,
) -> Result<Vec<Found>, Exhausted> {
    let documents: Vec<Arc<Document>> = documents.into_iter().map(Arc::new).collect();
    let mut trees = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        budget.tick()?;
        // What is no plain data has findings of its own.
        trees.extend(Tree::build(document, budget).ok().map(|tree| (number, document, tree)));
    }
    let mut objects = Vec::new();
    for (document, text, tree) in &trees {
        for (number, object) in Object::all(tree).into_iter().enumerate() {
            release.objects.push(Arc::new(OwnObject {
                object: object.node.to_json(),
                cause: causes(*document, object.node.range().start..object.node.range().start + 1),
                document: (*document, Arc::clone(text)),
                number,
                causes: causes.clone(),
            }));
            objects.push((*document, object));
        }
    }
    let mut found = Vec::new();
    for rule in selection.own().iter().filter(|rule| rule.looks_around()) {
        let is_about = |object: &Object<'_>| rule.is_about(object) && !annotations_allow(object.node, &rule.code, &[]);
        let about: Vec<usize> =
            (0..objects.len()).filter(|n| objects.get(*n).is_some_and(|(_, o)| is_about(o))).collect();
        let answers = match &rule.judge {
            Judge::Function(function) => function.judge(&release, &about),
            Judge::Expression(expression) => evaluate(expression, &release, &about, budget)?,
            // It looks at nothing but the object.
            Judge::Schema(_) => Vec::new(),
        };
        for (number, answer) in about.iter().zip(answers) {
            budget.tick()?;
            let Some((document, object)) = objects.get(*number) else { continue };
            for wrong in answer.unwrap_or_else(|reason| vec![Wrong::message(cannot_evaluate(&reason))]) {
                found.push(Found { document: *document, finding: finding(rule, object, wrong), other: None });
            }
        }
    }
    Ok(found)
}

/// What is wrong with an object as a finding, at the place that is named.
fn finding(rule: &OwnRule, object: &Object<'_>, wrong: Wrong) -> Finding {
    let Wrong { pointer, message } = wrong;
    let message = match pointer.is_empty() || pointer.starts_with('/') {
        true => message,
        false => {
            Some(cannot_evaluate(&format!("expected a JSON pointer such as \"/spec/replicas\", found {pointer:?}")))
        }
    };
    let node = object.node.at(&pointer).filter(|_| !pointer.is_empty());
    let range = node.map_or_else(|| name_of(object), |node| node.range());
    let pointer = node.map(|node| node.pointer()).unwrap_or_default();
    rule.finding(message.unwrap_or_else(|| rule.message.clone()), pointer, range)
}

/// What an expression says of objects.
fn evaluate(
    expression: &Expression,
    release: &OwnRelease,
    about: &[usize],
    budget: &Budget,
) -> Result<Vec<Result<Vec<Wrong>, String>>, Exhausted> {
    // As for expressions over the object alone, a null is as good as nothing.
    let objects: Vec<Json> = release.objects.iter().map(|object| without_nulls(&object.object)).collect();
    let around = Around::new(&json!({
        "name": release.name,
        "namespace": release.namespace,
        "kube_version": release.target.kube_version,
        "helm_version": release.target.helm_version,
        "values_set": release.target.values_set,
        "chart": release.chart,
        "values": release.values,
        "objects": objects,
    }));
    let plain = |cause: &Cause| serde_json::to_value(cause).unwrap_or_default();
    let judge = |(object, plain_object): (&Arc<OwnObject>, &Json)| {
        let of = object.clone();
        let of = move |pointer: &str| of.cause_of(pointer).as_ref().map(plain).unwrap_or_default();
        let holds = expression.holds_in(plain_object, &plain(&object.cause), Arc::new(of), &around, budget)?;
        Ok(holds.map(|holds| if holds { Vec::new() } else { vec![Wrong::default()] }))
    };
    about.iter().filter_map(|number| release.objects.get(*number).zip(objects.get(*number))).map(judge).collect()
}

fn without_nulls(value: &Json) -> Json {
    match value {
        Json::Object(entries) => {
            let there = entries.iter().filter(|(_, value)| !value.is_null());
            Json::Object(there.map(|(key, value)| (key.clone(), without_nulls(value))).collect())
        }
        Json::Array(items) => Json::Array(items.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}
