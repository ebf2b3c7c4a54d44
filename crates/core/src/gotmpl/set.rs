//! The templates that can call each other.

use super::ast::{NodeId, Source};
use super::parsed::Parsed;
use crate::text::Str;
use foldhash::HashMap;
use std::sync::Arc;

/// A named template.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its name.
    pub name: Str,
    /// The text it stands in.
    pub source: Source,
    /// Its body.
    pub root: NodeId,
    /// Whether something in it did not parse.
    pub broken: bool,
}

/// Templates by name.
#[derive(Clone, Debug, Default)]
pub struct TemplateSet {
    templates: HashMap<Str, Arc<Template>>,
    /// Texts of which something did not parse.
    broken: Vec<Source>,
}

impl TemplateSet {
    /// Adds the templates of a text, as Go's `Template.Parse` does: a later definition replaces an
    /// earlier one, but a blank one never replaces anything.
    pub fn add(&mut self, parsed: &Parsed) {
        for definition in &parsed.definitions {
            let is_same = |source: &Source| Arc::ptr_eq(&source.tree, &parsed.source.tree);
            if definition.broken && !self.broken.iter().any(is_same) {
                self.broken.push(parsed.source.clone());
            }
            if definition.empty && self.templates.contains_key(&definition.name) {
                continue;
            }
            let template = Template {
                name: definition.name.clone(),
                source: parsed.source.clone(),
                root: definition.root,
                broken: definition.broken,
            };
            self.templates.insert(definition.name.clone(), Arc::new(template));
        }
    }

    /// Whether there are no templates.
    pub fn is_empty(&self) -> bool {
        self.templates.is_empty()
    }

    /// The texts of which something did not parse.
    pub fn broken(&self) -> impl Iterator<Item = &Source> {
        self.broken.iter()
    }

    /// Forgets a template.
    pub fn remove(&mut self, name: &[u8]) {
        self.templates.remove(name);
    }

    /// The template of this name.
    pub fn get(&self, name: &[u8]) -> Option<&Arc<Template>> {
        self.templates.get(name)
    }

    /// All templates, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        self.templates.values().map(|template| &**template)
    }
}
