//! Objects that nothing is wrong with, to ask what changes do to them.

use super::schema::{self, Visit};
use super::{Sink, Validator, api, object};
use crate::budget::{Budget, Exhausted};
use crate::diag::Severity;
use crate::kube::tree::{Graft, Tree};
use chartlens_schemas::Schema;

/// An object of a built-in kind that nothing is wrong with.
///
/// What a schema says of a value depends on the value and on what it stands in. So of an object of which one map changes
/// only that map and the values around it are held against the schema: all others are as fine as they were. The checks
/// beyond the schema may look anywhere, and look at everything again.
#[derive(Debug)]
pub(crate) struct Clean {
    tree: Tree<'static>,
    schema: Schema,
    /// The places that checks look at.
    visits: Vec<Visit>,
}

impl Clean {
    /// The object.
    pub(crate) fn tree(&self) -> &Tree<'static> {
        &self.tree
    }
}

impl Validator {
    /// A document that [`Validator::check`] finds nothing in, where it is an object of a built-in kind.
    /// An error says which limit of the host ends the work.
    pub(crate) fn clean(&self, tree: Tree<'static>, budget: &Budget) -> Result<Option<Clean>, Exhausted> {
        let Some(root) = tree.root().filter(|root| object::list_items(*root, self.version).is_none()) else {
            return Ok(None);
        };
        let names = root.str("apiVersion").zip(root.str("kind"));
        let Some(schema) = names.and_then(|(version, kind)| self.version.kind(version, kind)) else { return Ok(None) };
        let (mut visits, mut sink) = (Vec::new(), Sink::new(b""));
        schema::check(root, schema, &self.table, &mut visits, &mut sink, budget)?;
        Ok(Some(Clean { tree, schema, visits }))
    }

    /// Whether such an object has no error once one of its maps, which is not the whole, has other entries.
    /// An error says which limit of the host ends the work.
    pub(crate) fn stays_clean(&self, clean: &mut Clean, graft: Graft, budget: &Budget) -> Result<bool, Exhausted> {
        let Clean { tree, schema, visits } = clean;
        let Some((count, root)) = tree.root().map(|root| (tree.len() as u32, root)) else { return Ok(false) };
        let around = |id: u32| std::iter::successors(Some(root.with_id(id)), |node| node.parent());
        let spine: Vec<u32> = around(graft.map).map(|node| node.id()).collect();
        let is_left = |id: u32| graft.keeps || around(id).all(|node| node.id() != graft.map);
        let is_as_before = |(_, id): &&Visit| !spine.contains(id) && is_left(*id);
        let mut visits: Vec<Visit> = visits.iter().filter(is_as_before).copied().collect();
        let has = |key: &str| graft.keeps && root.with_id(graft.map).get_raw(key).is_some();
        let is_twice = graft.part.root().is_some_and(|part| part.entries().any(|(key, _)| has(key)));
        if is_twice || graft.part.duplicates().next().is_some() {
            return Ok(false);
        }
        tree.grafted(graft, |tree| {
            let Some(root) = tree.root() else { return Ok(false) };
            let mut sink = Sink::new(b"").at_version(self.table.minor());
            let wanted = |id| id >= count || spine.contains(&id);
            schema::check_where(root, *schema, &self.table, &mut visits, &mut sink, budget, wanted)?;
            if !self.options.schemas_only {
                api::run(root, &self.table, &visits, api::Origin::BuiltIn, &mut sink, budget)?;
            }
            Ok(sink.finish().iter().all(|finding| finding.severity != Severity::Error))
        })
    }
}
