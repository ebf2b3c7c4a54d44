//! What an API server refuses beyond its schemas: one small file per family of checks, one table of them all.
//!
//! A check belongs to one or more definitions of the OpenAPI document and sees every value of these types, wherever
//! it stands. It never repeats what a schema finding at the same place said, and it must accept whatever a real API
//! server accepts. Its examples are run by a test and make its entry in docs/codes.md.

mod address;
mod check;
mod cron;
#[cfg(feature = "cel")]
mod expr;
mod rules;
mod spelled;
mod syntax;
mod table;

pub use check::Check;
use check::Run;
pub use rules::CHECKS;

pub(crate) use check::Context;
pub(super) use check::{LATER, Origin, Reason, STATEFUL_TEMPLATES, in_stateful_template};

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
    checks: Vec<Vec<(&'static Check, Step)>>,
    /// For every object.
    object: Vec<(&'static Check, Step)>,
    version: Version,
    minor: u32,
}

/// What a check does with the values of one definition.
#[derive(Clone, Copy, Debug)]
enum Step {
    Call(fn(&mut Context<'_, '_>, Node<'_>)),
    Rules(&'static [table::Rule]),
}

/// The versions that `*` in the name of a definition stands for.
const VERSIONS: &[&str] =
    &["v1", "v2", "v1beta1", "v1beta2", "v1beta3", "v2beta1", "v2beta2", "v1alpha1", "v1alpha2", "v1alpha3"];

/// The numbers of a definition: of `core.v1.Pod`, `storage.*.CSIDriver`, or a whole name.
fn numbers(version: Version, name: &str) -> Vec<u32> {
    let whole = if name.starts_with("io.") { name.to_owned() } else { format!("io.k8s.api.{name}") };
    if !whole.contains(".*.") {
        return version.definition_number(&whole).into_iter().collect();
    }
    VERSIONS.iter().filter_map(|v| version.definition_number(&whole.replace(".*.", &format!(".{v}.")))).collect()
}

impl Table {
    pub(super) fn new(version: Version) -> Table {
        let minor = version.name().split_once('.').and_then(|(_, minor)| minor.parse().ok()).unwrap_or(0);
        let checks = vec![Vec::new(); version.definition_count() as usize];
        let mut table = Table { checks, object: Vec::new(), version, minor };
        for check in CHECKS {
            match check.run {
                Run::Call(call) => check.on.iter().for_each(|name| table.put(name, check, Step::Call(call))),
                Run::Table(rows) => rows.iter().for_each(|(name, rules)| table.put(name, check, Step::Rules(rules))),
            }
        }
        table
    }

    /// The minor version of Kubernetes: 37 of 1.37.
    pub(super) fn minor(&self) -> u32 {
        self.minor
    }

    fn put(&mut self, name: &str, check: &'static Check, step: Step) {
        if name == OBJECT {
            return self.object.push((check, step));
        }
        for number in numbers(self.version, name) {
            if let Some(slot) = self.checks.get_mut(number as usize) {
                slot.push((check, step));
            }
        }
    }

    /// Whether there is a check for a definition.
    #[inline]
    pub(super) fn has(&self, definition: u32) -> bool {
        !self.of(definition).is_empty()
    }

    fn of(&self, definition: u32) -> &[(&'static Check, Step)] {
        self.checks.get(definition as usize).map_or(&[], Vec::as_slice)
    }
}

/// Runs the checks on an object and on the places that were noted in it.
pub(super) fn run(
    root: Node<'_>,
    table: &Table,
    visits: &[Visit],
    origin: Origin,
    sink: &mut Sink<'_>,
    budget: &Budget,
) -> Result<(), Exhausted> {
    let schema_findings = sink.len();
    for (check, step) in &table.object {
        budget.tick()?;
        step.take(&mut Context::new(check, sink, schema_findings, table.minor, origin), root);
    }
    look(root, table, visits, (origin, schema_findings), sink, budget)
}

/// The checks of the values of an object, without those of the object itself.
pub(super) fn run_parts(
    root: Node<'_>,
    table: &Table,
    visits: &[Visit],
    sink: &mut Sink<'_>,
    budget: &Budget,
) -> Result<(), Exhausted> {
    let schema_findings = sink.len();
    look(root, table, visits, (Origin::Custom, schema_findings), sink, budget)
}

fn look(
    root: Node<'_>,
    table: &Table,
    visits: &[Visit],
    (origin, schema_findings): (Origin, usize),
    sink: &mut Sink<'_>,
    budget: &Budget,
) -> Result<(), Exhausted> {
    for (definition, node) in visits {
        let node = root.with_id(*node);
        if node.is_null() {
            continue;
        }
        for (check, step) in table.of(*definition) {
            budget.spend(1 + node.len() as u64)?;
            step.take(&mut Context::new(check, sink, schema_findings, table.minor, origin), node);
        }
    }
    Ok(())
}

impl Step {
    fn take(self, cx: &mut Context<'_, '_>, node: Node<'_>) {
        match self {
            Step::Call(call) => call(cx, node),
            Step::Rules(rules) => rules.iter().for_each(|rule| rule.check(cx, node)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::{Options, Validator};

    fn codes(text: &str) -> Vec<&'static str> {
        let validator = Validator::new("1.37", Default::default(), Options::default()).unwrap();
        let document = crate::yaml::parse(text.as_bytes()).unwrap();
        let findings = validator.check(&document, text.as_bytes(), &Budget::default()).unwrap();
        let all = findings.into_iter().map(|finding| finding.code);
        all.filter(|code| *code != "api/deprecated-version").collect()
    }

    #[test]
    fn examples_do_what_they_say() {
        let mut wrong = Vec::new();
        for check in CHECKS {
            let accepted = codes(check.accepted);
            let rejected = if check.rejected.is_empty() { Vec::new() } else { codes(check.rejected) };
            if !accepted.is_empty()
                || rejected.iter().any(|code| *code != check.code)
                || rejected.is_empty() != check.rejected.is_empty()
            {
                wrong.push(format!("{}: accepted {accepted:?}, refused {rejected:?}", check.code));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn checks_are_documented_and_named_once() {
        let mut seen = std::collections::HashSet::new();
        let version = chartlens_schemas::Schemas::open().version("1.37").unwrap();
        for check in CHECKS {
            assert!(seen.insert(check.code), "{}", check.code);
            assert!(
                check.code.starts_with("api/") && check.doc.len() > 40 && !check.mirrors.is_empty(),
                "{}",
                check.code
            );
            for name in check.definitions() {
                assert!(name == OBJECT || !numbers(version, name).is_empty(), "{}: {name}", check.code);
            }
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
