//! Expressions in CEL about whole objects and what is around them, for rules that users write.

#[cfg(feature = "cel")]
use super::crd::cel;
use crate::budget::{Budget, Exhausted};
use crate::kube::tree::Node;
use serde_json::Value as Json;
use std::sync::Arc;

/// A compiled expression over `object`, `cause` and `release`.
#[cfg_attr(not(feature = "cel"), derive(Debug))]
pub struct Expression {
    text: String,
    #[cfg(feature = "cel")]
    program: ::cel::Program,
}

#[cfg(feature = "cel")]
impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Expression").field(&self.text).finish()
    }
}

/// The release around objects, as expressions see it.
pub(crate) struct Around {
    #[cfg(feature = "cel")]
    release: ::cel::Value,
    /// The longest list or map in it.
    #[cfg(feature = "cel")]
    longest: u64,
}

impl Around {
    /// A release as plain data.
    #[cfg(feature = "cel")]
    pub(crate) fn new(release: &Json) -> Around {
        let mut longest = 0;
        Around { release: cel::of_json(release, &mut longest), longest }
    }

    #[cfg(not(feature = "cel"))]
    pub(crate) fn new(_release: &Json) -> Around {
        Around {}
    }
}

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// What is no expression, in the words of the CEL compiler; any where this build has no CEL.
    #[cfg(feature = "cel")]
    pub fn new(text: &str) -> Result<Expression, String> {
        Ok(Expression { text: text.to_owned(), program: cel::compile(text)? })
    }

    #[cfg(not(feature = "cel"))]
    #[expect(missing_docs, reason = "see the other one")]
    pub fn new(_text: &str) -> Result<Expression, String> {
        Err("this build has no CEL".to_owned())
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds for an object; why not where it cannot be evaluated.
    #[cfg(feature = "cel")]
    pub fn holds(&self, object: Node<'_>, budget: &Budget) -> Result<Result<bool, String>, Exhausted> {
        cel::holds(&self.program, object, budget)
    }

    #[cfg(not(feature = "cel"))]
    #[expect(missing_docs, reason = "see the other one")]
    pub fn holds(&self, _object: Node<'_>, _budget: &Budget) -> Result<Result<bool, String>, Exhausted> {
        Ok(Err("this build has no CEL".to_owned()))
    }

    /// Whether it names `cause` or `release`: then [`Expression::holds`] is not enough.
    #[cfg(feature = "cel")]
    pub fn looks_around(&self) -> bool {
        let references = self.program.references();
        references.has_variable("cause") || references.has_variable("release")
    }

    #[cfg(not(feature = "cel"))]
    #[expect(missing_docs, reason = "see the other one")]
    pub fn looks_around(&self) -> bool {
        false
    }

    /// The same with the object's cause, and the release around. `of` is the cause of a field, by its JSON pointer.
    #[cfg(feature = "cel")]
    pub(crate) fn holds_in(
        &self,
        object: &Json,
        cause: &Json,
        of: Arc<dyn Fn(&str) -> Json + Send + Sync>,
        around: &Around,
        budget: &Budget,
    ) -> Result<Result<bool, String>, Exhausted> {
        let mut longest = around.longest;
        let variables = [
            ("object", cel::of_json(object, &mut longest)),
            ("cause", cel::of_json(cause, &mut longest)),
            ("release", around.release.clone()),
        ];
        cel::holds_in(&self.program, variables, longest, of, budget)
    }

    #[cfg(not(feature = "cel"))]
    pub(crate) fn holds_in(
        &self,
        _object: &Json,
        _cause: &Json,
        _of: Arc<dyn Fn(&str) -> Json + Send + Sync>,
        _around: &Around,
        _budget: &Budget,
    ) -> Result<Result<bool, String>, Exhausted> {
        Ok(Err("this build has no CEL".to_owned()))
    }
}
