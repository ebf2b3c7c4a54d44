//! Expressions in CEL about whole objects, for rules that users write.

#[cfg(feature = "cel")]
use super::crd::cel;
use crate::budget::{Budget, Exhausted};
use crate::kube::tree::Node;

/// A compiled expression over `object`.
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
}
