//! What an API server refuses when an object that is there is changed: fields that are fixed once an object exists.
//!
//! [`Objects`] are what there is; [`Validator::check_update`] holds each object of a document against the one of the
//! same group, kind, namespace and name. The new object is taken as an apply would make it: a field that neither
//! names keeps what the server gave it, and one that only the old object names falls back to its default.

mod access;
mod change;
mod check;
mod config;
mod defaults;
mod extensions;
mod jobs;
mod objects;
mod pods;
mod services;
mod storage;
mod workloads;

pub use check::Check;
pub use objects::Objects;

use super::{Sink, Validator, object};
use crate::budget::{Budget, Exhausted};
use crate::diag::Finding;
use crate::kube::Gvk;
use crate::kube::tree::{Node, Tree};
use crate::yaml::Document;
use change::Change;

macro_rules! registry {
    ($($file:ident: $($name:ident),+;)+) => {
        /// All checks of updates, in the order of their documentation.
        pub static CHECKS: &[&Check] = &[$($(&$file::$name),+),+];
    };
}

registry! {
    workloads: SELECTOR, STATEFUL_SET, STRATEGY, REVISION, SCHEDULING;
    jobs: JOB, COMPLETIONS, JOB_TEMPLATE;
    pods: CONTAINERS, DEADLINE, TOLERATIONS, GATES, POD_ANNOTATIONS, POD;
    services: CLUSTER_IP, IP_FAMILIES, SERVICE_FIXED, ADDRESS_TYPE, SERVICE_CIDR;
    storage: CLAIM, CLAIM_SIZE, VOLUME, STORAGE_CLASS, STORAGE_DRIVER, STORAGE_NODE;
    config: IMMUTABLE, SECRET_TYPE, QUOTA_SCOPES;
    access: ROLE_REF, CLASS, DEVICE, NODE, EVENT, REQUEST;
    extensions: DEFINITION, STORED_VERSION;
}

impl Validator {
    /// What an API server refuses in changing `before` to the objects of a document, beyond what is wrong with these
    /// themselves. Objects that are new are fine.
    pub fn check_update(
        &self,
        before: &Objects,
        document: &Document,
        text: &[u8],
        budget: &Budget,
    ) -> Result<Vec<Finding>, Exhausted> {
        let mut sink = Sink::new(text).at_version(self.table.minor());
        let Ok(tree) = Tree::build(document, budget) else { return Ok(Vec::new()) };
        let mut work: Vec<Node<'_>> = tree.root().into_iter().collect();
        while let Some(node) = work.pop() {
            budget.tick()?;
            match object::list_items(node, self.version) {
                Some(items) => work.extend(items),
                None => self.update(before, node, &mut sink, budget)?,
            }
        }
        Ok(sink.finish())
    }

    /// One object.
    fn update(&self, before: &Objects, new: Node<'_>, sink: &mut Sink<'_>, budget: &Budget) -> Result<(), Exhausted> {
        let Some(old) = before.find(new) else { return Ok(()) };
        let (api_version, kind) = (new.str("apiVersion").unwrap_or(""), new.str("kind").unwrap_or(""));
        let group = Gvk::new(api_version, kind).group;
        let Some(schema) = self.version.kind(api_version, kind) else {
            #[cfg(feature = "cel")]
            if let Some(custom) = self.crds.get(api_version, kind) {
                super::crd::cel::transition(old, new, custom, sink, budget)?;
            }
            return Ok(());
        };
        for check in CHECKS.iter().copied() {
            budget.spend(1 + old.len() as u64)?;
            check.look(group, kind, &mut Change::new(check, old, new, schema, sink));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::Options;

    /// The codes of an update, in Kubernetes of a minor version.
    fn codes(version: &str, old: &str, new: &str) -> Vec<&'static str> {
        let validator = Validator::new(version, Default::default(), Options::default()).unwrap();
        let mut before = Objects::new("default");
        before.add(&crate::yaml::parse(old.as_bytes()).unwrap(), &Budget::default()).unwrap();
        let document = crate::yaml::parse(new.as_bytes()).unwrap();
        let own = validator.check(&document, new.as_bytes(), &Budget::default()).unwrap();
        assert!(own.is_empty(), "{new}: {own:?}");
        let found = validator.check_update(&before, &document, new.as_bytes(), &Budget::default()).unwrap();
        found.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn examples_do_what_they_say() {
        for check in CHECKS {
            assert!(check.doc.len() > 40 && !check.mirrors.is_empty() && check.code.starts_with("update/"));
            assert_eq!(codes("1.37", check.old, check.old), [""; 0], "{}: the same again", check.code);
            assert_eq!(codes("1.37", check.old, check.accepted), [""; 0], "{}", check.code);
            let refused = codes("1.37", check.old, check.refused);
            assert!(
                !refused.is_empty() && refused.iter().all(|code| *code == check.code),
                "{}: {refused:?}",
                check.code
            );
        }
    }

    #[test]
    fn kinds_are_those_of_kubernetes() {
        for name in CHECKS.iter().flat_map(|check| check.kinds()) {
            let (group, kind) = name.rsplit_once('/').unwrap_or(("", name));
            let served = chartlens_schemas::Schemas::open().versions().any(|version| {
                version.kinds().any(|known| known.kind == kind && Gvk::new(known.api_version, kind).group == group)
            });
            assert!(served, "{name}");
        }
    }

    #[test]
    fn versions_differ_in_what_they_fix() {
        let set = |more: &str| {
            format!(
                "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: a}}\nspec: {{{more}serviceName: a, \
                 selector: {{matchLabels: {{app: a}}}}, template: {{metadata: {{labels: {{app: a}}}}, \
                 spec: {{containers: [{{name: a, image: a}}]}}}}}}\n"
            )
        };
        let history = set("revisionHistoryLimit: 3, ");
        assert_eq!(codes("1.32", &set(""), &history), ["update/stateful-set"]);
        assert_eq!(codes("1.33", &set(""), &history), [""; 0]);
        // A field that a version drops does not change.
        let job = |more: &str| {
            format!(
                "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec: {{{more}template: \
                 {{spec: {{restartPolicy: Never, containers: [{{name: a, image: a}}]}}}}}}\n"
            )
        };
        let managed = job("managedBy: example.com/a, ");
        assert_eq!(codes("1.31", &job(""), &managed), [""; 0]);
        assert_eq!(codes("1.32", &job(""), &managed), ["update/job"]);
    }

    #[test]
    fn other_objects_are_not_held_against_each_other() {
        let secret = |name: &str, kind: &str| {
            format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\ntype: example.com/{kind}\n")
        };
        assert_eq!(codes("1.37", &secret("a", "x"), &secret("a", "y")), ["update/secret-type"]);
        assert_eq!(codes("1.37", &secret("a", "x"), &secret("b", "y")), [""; 0]);
        let elsewhere = secret("a", "y").replace("{name: a}", "{name: a, namespace: b}");
        assert_eq!(codes("1.37", &secret("a", "x"), &elsewhere), [""; 0]);
        let here = secret("a", "y").replace("{name: a}", "{name: a, namespace: default}");
        assert_eq!(codes("1.37", &secret("a", "x"), &here), ["update/secret-type"]);
    }
}
