//! Rules that users write: an expression in CEL that objects must satisfy.

use super::object::Object;
use crate::budget::{Budget, Exhausted};
use crate::diag::{Fact, Finding, Severity};
use crate::validate::Expression;
use std::sync::Arc;

/// The code of findings of such rules until they get their own.
pub(super) const CODE: &str = "lint/own-rule";

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
    /// What must hold.
    pub expression: Arc<Expression>,
}

impl PartialEq for OwnRule {
    fn eq(&self, other: &OwnRule) -> bool {
        let parts = |rule: &OwnRule| (rule.code.clone(), rule.level, rule.message.clone(), rule.help.clone());
        parts(self) == parts(other) && self.kinds == other.kinds && self.expression.text() == other.expression.text()
    }
}

impl Eq for OwnRule {}

impl OwnRule {
    /// What makes its findings what they are.
    pub(super) fn key(&self) -> (&str, Severity, &str, Option<&str>, &[String], &str) {
        let (message, help) = (self.message.as_str(), self.help.as_deref());
        (&self.code, self.level, message, help, &self.kinds, self.expression.text())
    }

    /// Looks at an object.
    pub(super) fn lint(
        &self,
        object: &Object<'_>,
        budget: &Budget,
        findings: &mut Vec<Finding>,
    ) -> Result<(), Exhausted> {
        if !self.kinds.is_empty() && !self.kinds.iter().any(|kind| kind == object.kind) {
            return Ok(());
        }
        let message = match self.expression.holds(object.node, budget)? {
            Ok(true) => return Ok(()),
            Ok(false) => self.message.clone(),
            Err(reason) => format!("the rule cannot be evaluated: {reason}"),
        };
        let name = object.node.path(&["metadata", "name"]).or_else(|| object.node.get("kind")).unwrap_or(object.node);
        let fact = Fact::OwnRule { code: self.code.clone(), message };
        let finding = Finding::of(CODE, fact, String::new(), name.range()).severity(self.level);
        findings.push(Finding { help: self.help.clone(), ..finding });
        Ok(())
    }
}
