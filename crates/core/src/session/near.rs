//! Keys that are set beside a missing one.

use crate::diag::did_you_mean;
use crate::render::Causes;
use std::collections::HashMap;

/// The keys that are set, by the path of the map that they are in.
#[derive(Debug)]
pub struct NearKeys<'c> {
    below: HashMap<&'c str, Vec<&'c str>>,
}

impl<'c> NearKeys<'c> {
    /// The keys of the values of a render.
    pub fn new(causes: &'c Causes) -> NearKeys<'c> {
        let mut below: HashMap<&str, Vec<&str>> = HashMap::new();
        for (path, ..) in causes.values.iter() {
            let dots = path.match_indices('.').filter_map(|(at, _)| Some((path.get(..at)?, path.get(at + 1..)?)));
            for (parent, rest) in std::iter::once(("", path.as_str())).chain(dots) {
                let Some(key) = rest.split(['.', '[']).next().filter(|key| !key.is_empty()) else { continue };
                let keys = below.entry(parent).or_default();
                // Values of one map follow each other.
                if keys.last() != Some(&key) {
                    keys.push(key);
                }
            }
        }
        NearKeys { below }
    }

    /// The path of a key that is set beside a missing one and has a name like it.
    pub fn of(&self, path: &str) -> Option<String> {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        let near = did_you_mean(name, self.below.get(parent)?.iter().copied())?;
        Some(if parent.is_empty() { near.to_owned() } else { format!("{parent}.{near}") })
    }
}
