//! Templates by the names that `include` calls them by.

use super::set::{Template, TemplateSet};
use crate::text::Str;
use foldhash::HashMap;
use std::sync::Arc;

/// What was called in one render: each name is looked up once.
#[derive(Debug, Default)]
pub(super) struct Called {
    numbers: HashMap<Str, usize>,
    names: Vec<Name>,
}

/// A name that was called.
#[derive(Debug, Default)]
pub(super) struct Name {
    /// The chart's template of that name.
    pub template: Option<Arc<Template>>,
    /// How often it is being included right now.
    pub included: u32,
}

impl Called {
    /// The number of a name.
    pub fn number(&mut self, name: &Str, set: &TemplateSet) -> usize {
        if let Some(&number) = self.numbers.get(name.as_bytes()) {
            return number;
        }
        let number = self.names.len();
        self.names.push(Name { template: set.get(name).cloned(), included: 0 });
        self.numbers.insert(name.clone(), number);
        number
    }

    /// The name with that number.
    #[expect(clippy::indexing_slicing, reason = "numbers are given here alone and names are never removed")]
    pub fn name(&mut self, number: usize) -> &mut Name {
        &mut self.names[number]
    }
}
