//! Rules that users write: expressions in CEL that objects must satisfy, JSON Schemas that must accept them, and functions of
//! whoever embeds the library.

use super::functions::OwnFunction;
use super::object::Object;
use super::schemas::ObjectSchema;
use crate::budget::{Budget, Exhausted};
use crate::diag::{Fact, Finding, Severity};
use crate::validate::Expression;
use std::ops::Range;
use std::sync::Arc;

/// The code of findings of such rules until they get their own.
const CODE: &str = "lint/own-rule";

/// A rule of the user's own.
#[derive(Clone, Debug)]
pub struct OwnRule {
    /// Its code: category and name, such as `team/owner`.
    pub code: String,
    /// How much its findings weigh.
    pub level: Severity,
    /// What is wrong where it does not hold.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The kinds that it is about, such as `Deployment`; all where there are none.
    pub kinds: Vec<String>,
    /// What decides.
    pub judge: Judge,
}

/// What decides whether a rule of the user's own holds.
#[derive(Clone, Debug)]
pub enum Judge {
    /// An expression over `object`, `cause` and `release` that must hold.
    Expression(Arc<Expression>),
    /// A schema that must accept the object, or parts of it.
    Schema(Arc<ObjectSchema>),
    /// A function that says what is wrong.
    Function(Arc<dyn OwnFunction>),
}

impl PartialEq for Judge {
    fn eq(&self, other: &Judge) -> bool {
        match (self, other) {
            (Judge::Expression(one), Judge::Expression(other)) => one.text() == other.text(),
            (Judge::Schema(one), Judge::Schema(other)) => one.text() == other.text(),
            (Judge::Function(one), Judge::Function(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl PartialEq for OwnRule {
    fn eq(&self, other: &OwnRule) -> bool {
        self.key() == other.key() && self.judge == other.judge
    }
}

impl Eq for OwnRule {}

impl OwnRule {
    /// A rule by its code.
    ///
    /// # Errors
    ///
    /// A code that is no category and name.
    pub fn checked(self) -> Result<OwnRule, String> {
        match self.code.split('/').filter(|part| !part.is_empty()).count() {
            2 => Ok(self),
            _ => Err(format!("rules: the code {:?} is no category and name, such as \"team/owner\"", self.code)),
        }
    }

    /// What makes its findings what they are; what a function says is not kept.
    pub(super) fn key(&self) -> (&str, Severity, &str, Option<&str>, &[String], &str) {
        let expression = match &self.judge {
            Judge::Expression(expression) => expression.text(),
            Judge::Schema(schema) => schema.text(),
            Judge::Function(_) => "",
        };
        (&self.code, self.level, &self.message, self.help.as_deref(), &self.kinds, expression)
    }

    /// Whether it is about an object.
    pub(super) fn is_about(&self, object: &Object<'_>) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|kind| kind == object.kind)
    }

    /// Whether it looks further than the object: at its cause, or at the release.
    pub(super) fn looks_around(&self) -> bool {
        match &self.judge {
            Judge::Expression(expression) => expression.looks_around(),
            Judge::Schema(_) => false,
            Judge::Function(_) => true,
        }
    }

    /// Looks at an object, where the rule is a schema or an expression over the object alone.
    pub(super) fn lint(
        &self,
        object: &Object<'_>,
        budget: &Budget,
        findings: &mut Vec<Finding>,
    ) -> Result<(), Exhausted> {
        if self.looks_around() || !self.is_about(object) {
            return Ok(());
        }
        let expression = match &self.judge {
            Judge::Expression(expression) => expression,
            Judge::Schema(schema) => {
                for (pointer, range) in schema.refuses(object, budget)? {
                    let range = if pointer.is_empty() { name_of(object) } else { range };
                    findings.push(self.finding(self.message.clone(), pointer, range));
                }
                return Ok(());
            }
            Judge::Function(_) => return Ok(()),
        };
        let message = match expression.holds(object.node, budget)? {
            Ok(true) => return Ok(()),
            Ok(false) => self.message.clone(),
            Err(reason) => cannot_evaluate(&reason),
        };
        findings.push(self.finding(message, String::new(), name_of(object)));
        Ok(())
    }

    /// A finding of the rule.
    pub(super) fn finding(&self, message: String, pointer: String, range: Range<usize>) -> Finding {
        let fact = Fact::OwnRule { code: self.code.clone(), message };
        let finding = Finding::of(CODE, fact, pointer, range).severity(self.level);
        Finding { help: self.help.clone(), ..finding }
    }
}

/// That a rule fails itself.
pub(super) fn cannot_evaluate(reason: &str) -> String {
    format!("the rule cannot be evaluated: {reason}")
}

/// Where an object has its name.
pub(super) fn name_of(object: &Object<'_>) -> Range<usize> {
    let name = object.node.path(&["metadata", "name"]).or_else(|| object.node.get("kind"));
    name.unwrap_or(object.node).range()
}
