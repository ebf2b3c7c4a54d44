//! Rules about changes: those that name `oldSelf`.
//!
//! A value is held against the old one at the same place. Items of a list belong together only by their keys; items of
//! other lists have nothing to be compared with, and neither have values that are new.

use super::{Outcome, value};
use crate::budget::{Budget, Exhausted};
use crate::diag::Fact;
use crate::kube::crds::{Custom, CustomSchema, Schemas};
use crate::kube::tree::Node;
use crate::stack;
use crate::validate::Sink;

/// Evaluates the rules about changes of an object.
pub(in crate::validate) fn check(
    old: Node<'_>,
    new: Node<'_>,
    custom: &Custom,
    sink: &mut Sink<'_>,
    budget: &Budget,
) -> Result<(), Exhausted> {
    match custom.schemas.root() {
        Some(root) => Walk { schemas: &custom.schemas, sink, budget }.value(old, new, root),
        None => Ok(()),
    }
}

struct Walk<'s, 'x, 'b> {
    schemas: &'s Schemas,
    sink: &'s mut Sink<'x>,
    budget: &'b Budget,
}

impl Walk<'_, '_, '_> {
    fn value(&mut self, old: Node<'_>, new: Node<'_>, schema: &CustomSchema) -> Result<(), Exhausted> {
        self.budget.tick()?;
        self.rules(old, new, schema)?;
        if new.is_map() && old.is_map() {
            for (key, child) in new.entries() {
                let of = schema.property(key).or(schema.additional).and_then(|id| self.schemas.get(id));
                if let (Some(before), Some(of)) = (old.get(key), of)
                    && !child.is_null()
                {
                    stack::grow(|| self.value(before, child, of))?;
                }
            }
        }
        let Some(items) = schema.items.and_then(|id| self.schemas.get(id)) else { return Ok(()) };
        if schema.list_map_keys.is_empty() {
            return Ok(());
        }
        let key = |item: Node<'_>| -> Vec<String> {
            schema
                .list_map_keys
                .iter()
                .map(|key| item.get(key).map_or_else(String::new, |n| n.found().to_string()))
                .collect()
        };
        for item in new.items() {
            let wanted = key(item);
            self.budget.spend(old.len() as u64)?;
            if let Some(before) = old.items().find(|old| key(*old) == wanted) {
                stack::grow(|| self.value(before, item, items))?;
            }
        }
        Ok(())
    }

    /// The rules of a value that are about changes.
    fn rules(&mut self, old: Node<'_>, new: Node<'_>, schema: &CustomSchema) -> Result<(), Exhausted> {
        let Some(more) = schema.more.as_ref().filter(|more| !more.rules.is_empty()) else { return Ok(()) };
        let about = |rule: &&crate::kube::crds::Rule| rule.rule.contains("oldSelf");
        if !more.rules.iter().any(|rule| about(&rule)) {
            return Ok(());
        }
        let mut size = 0;
        let before = value::of_node(old, schema, self.schemas, &mut size);
        let after = value::of_node(new, schema, self.schemas, &mut size);
        self.budget.spend(size)?;
        for rule in more.rules.iter().filter(about) {
            if let Outcome::Fails(message) = super::evaluate(rule, &after, Some(&before), size, self.budget)? {
                let rule = rule.rule.to_string();
                self.sink.fact("update/cel-rule", new, Fact::Rule { rule, message });
            }
        }
        Ok(())
    }
}
