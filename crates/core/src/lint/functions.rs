//! Functions of whoever embeds the library as rules: each sees the objects of a render with their causes.

use super::object::Object;
use super::own::{Judge, OwnRule, cannot_evaluate, name_of};
use super::release::Found;
use super::select::Selection;
use super::suppress::annotations_allow;
use crate::budget::{Budget, Exhausted};
use crate::diag::{Cause, Target};
use crate::kube::tree::Tree;
use crate::yaml::Document;
use serde_json::Value as Json;
use std::fmt;
use std::ops::Range;

/// A rule in the language of the host.
pub trait OwnFunction: fmt::Debug + Send + Sync {
    /// What is wrong with each of the objects that the rule is about: their numbers among those of the release. The answers are in their
    /// order; an error is why the function failed for an object.
    fn judge(&self, release: &OwnRelease, about: &[usize]) -> Vec<Result<Vec<Wrong>, String>>;
}

/// What was rendered, or read from manifests.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnRelease {
    /// The name of the release.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// What it was rendered for.
    pub target: Target,
    /// Its objects, hooks included.
    pub objects: Vec<OwnObject>,
}

/// An object of the release.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnObject {
    /// The object as plain data.
    pub object: Json,
    /// What wrote it.
    pub cause: Cause,
}

/// What is wrong with an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrong {
    /// Where: a JSON pointer in the object; empty for the object as a whole.
    pub pointer: String,
    /// What, in place of the rule's own message.
    pub message: Option<String>,
}

/// Runs the rules that are functions over documents. `release` has no objects yet; `cause` knows what wrote a range of a document.
pub(crate) fn lint_functions(
    selection: &Selection,
    documents: &[Document],
    mut release: OwnRelease,
    cause: &dyn Fn(usize, Range<usize>) -> Cause,
    budget: &Budget,
) -> Result<Vec<Found>, Exhausted> {
    let functions: Vec<_> = selection.own().iter().filter_map(function).collect();
    if functions.is_empty() {
        return Ok(Vec::new());
    }
    let mut trees = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        budget.tick()?;
        // What is no plain data has findings of its own.
        trees.extend(Tree::build(document, budget).ok().map(|tree| (number, tree)));
    }
    let objects = trees.iter().flat_map(|(number, tree)| Object::all(tree).into_iter().map(move |o| (*number, o)));
    let objects: Vec<(usize, Object<'_>)> = objects.collect();
    for (document, object) in &objects {
        let cause = cause(*document, object.node.range());
        release.objects.push(OwnObject { object: object.node.to_json(), cause });
    }
    let mut found = Vec::new();
    for (rule, function) in functions {
        let is_about = |object: &Object<'_>| rule.is_about(object) && !annotations_allow(object.node, &rule.code, &[]);
        let about: Vec<usize> =
            (0..objects.len()).filter(|n| objects.get(*n).is_some_and(|(_, o)| is_about(o))).collect();
        for (number, answer) in about.iter().zip(function.judge(&release, &about)) {
            budget.tick()?;
            let Some((document, object)) = objects.get(*number) else { continue };
            let wrong = answer.unwrap_or_else(|reason| {
                vec![Wrong { pointer: String::new(), message: Some(cannot_evaluate(&reason)) }]
            });
            for Wrong { pointer, message } in wrong {
                let node = object.node.at(&pointer).filter(|_| !pointer.is_empty());
                let range = node.map_or_else(|| name_of(object), |node| node.range());
                let pointer = node.map(|node| node.pointer()).unwrap_or_default();
                let finding = rule.finding(message.unwrap_or_else(|| rule.message.clone()), pointer, range);
                found.push(Found { document: *document, finding, other: None });
            }
        }
    }
    Ok(found)
}

/// The rule and its function, where it is one.
fn function(rule: &OwnRule) -> Option<(&OwnRule, &dyn OwnFunction)> {
    match &rule.judge {
        Judge::Function(function) => Some((rule, &**function)),
        Judge::Expression(_) => None,
    }
}
