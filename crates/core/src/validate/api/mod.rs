//! What an API server refuses beyond its schemas: one small file per family of checks, one table of them all.
//!
//! A check belongs to one or more definitions of the OpenAPI document and sees every value of these types, wherever
//! it stands. It never repeats what a schema finding at the same place said, and it must accept whatever a real API
//! server accepts. Its examples are run by a test and make its entry in docs/api-checks.md.

mod check;
mod cron;
mod rules;
mod syntax;

pub use check::Check;
pub use rules::CHECKS;

pub(crate) use check::Context;

use super::Sink;
use super::schema::Visit;
use crate::budget::{Budget, Exhausted};
use crate::kube::tree::Node;
use chartlens_schemas::Version;

/// The definitions that stand for every object, built in or custom.
const OBJECT: &str = "*";

/// Which checks look at which definition, in one version of Kubernetes.
#[derive(Debug)]
pub struct Table {
    /// By the number of the definition.
    checks: Vec<Vec<&'static Check>>,
    /// For every object.
    object: Vec<&'static Check>,
    version: Version,
}

impl Table {
    pub(super) fn new(version: Version) -> Table {
        let mut table =
            Table { checks: vec![Vec::new(); version.definition_count() as usize], object: Vec::new(), version };
        for check in CHECKS {
            for name in check.on {
                if *name == OBJECT {
                    table.object.push(check);
                } else if let Some(slot) =
                    version.definition_number(name).and_then(|number| table.checks.get_mut(number as usize))
                {
                    slot.push(check);
                }
            }
        }
        table
    }

    /// Whether there is a check for a definition.
    #[inline]
    pub(super) fn has(&self, definition: u32) -> bool {
        !self.of(definition).is_empty()
    }

    fn of(&self, definition: u32) -> &[&'static Check] {
        self.checks.get(definition as usize).map_or(&[], Vec::as_slice)
    }
}

/// Runs the checks on an object and on the places that were noted in it.
pub(super) fn run(
    root: Node<'_>,
    table: &Table,
    visits: &[Visit],
    sink: &mut Sink<'_>,
    budget: &Budget,
) -> Result<(), Exhausted> {
    let schema_findings = sink.len();
    for check in &table.object {
        budget.tick()?;
        (check.run)(&mut Context::new(check, sink, schema_findings, table.version), root);
    }
    for (definition, node) in visits {
        let node = root.with_id(*node);
        if node.is_null() {
            continue;
        }
        for check in table.of(*definition) {
            budget.spend(1 + node.len() as u64)?;
            (check.run)(&mut Context::new(check, sink, schema_findings, table.version), node);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::{Options, Validator};

    fn codes(text: &str) -> Vec<&'static str> {
        let validator = Validator::new("1.31", Default::default(), Options::default()).unwrap();
        let document = crate::yaml::parse(text.as_bytes()).unwrap();
        let findings = validator.check(&document, text.as_bytes(), &Budget::default()).unwrap();
        findings.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn examples_do_what_they_say() {
        for check in CHECKS {
            assert_eq!(codes(check.accepted), [""; 0], "{}: {}", check.code, check.accepted);
            if !check.rejected.is_empty() {
                assert_eq!(codes(check.rejected), [check.code], "{}: {}", check.code, check.rejected);
            }
        }
    }

    #[test]
    fn checks_are_documented_and_named_once() {
        let mut seen = std::collections::HashSet::new();
        let version = chartlens_schemas::Schemas::open().version("1.31").unwrap();
        for check in CHECKS {
            assert!(seen.insert(check.code), "{}", check.code);
            assert!(
                check.code.starts_with("api/") && check.doc.len() > 40 && !check.mirrors.is_empty(),
                "{}",
                check.code
            );
            let known = |name: &&str| *name == OBJECT || version.definition_number(name).is_some();
            assert!(check.on.iter().all(known), "{}: {:?}", check.code, check.on);
        }
    }

    #[test]
    fn sizes_are_bounded() {
        let data = "x".repeat(600_000);
        let map = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{a: {data}, b: {data}}}\n");
        assert_eq!(codes(&map), ["api/config-size"]);
        let note = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, annotations: {{a: {data}}}}}\n");
        assert_eq!(codes(&note), ["api/annotations-size"]);
    }
}
