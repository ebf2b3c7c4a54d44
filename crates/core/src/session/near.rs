//! Keys that are set beside a missing one.

use crate::diag::did_you_mean;
use crate::render::Causes;
use foldhash::{HashMap, HashMapExt as _};

/// The keys that are set, by the path of the map that they are in.
#[derive(Debug)]
pub struct NearKeys<'c> {
    below: HashMap<&'c str, Vec<&'c str>>,
}

impl<'c> NearKeys<'c> {
    /// The keys of the values of a render.
    pub fn new(causes: &'c Causes) -> NearKeys<'c> {
        let mut below: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut previous = "";
        for (path, ..) in causes.values.iter() {
            // Values of one map follow each other: what a path begins like the one before is there.
            let same = path.bytes().zip(previous.bytes()).take_while(|(a, b)| a == b).count();
            previous = path;
            for (parent, key) in steps(path, same) {
                below.entry(parent).or_default().push(key);
            }
        }
        NearKeys { below }
    }

    /// Whether something is set at a path.
    pub fn is_set(&self, path: &str) -> bool {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        self.below.get(parent).is_some_and(|keys| keys.contains(&name))
    }

    /// The path of a key that is set beside a missing one and has a name like it.
    pub fn of(&self, path: &str) -> Option<String> {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        let near = did_you_mean(name, self.below.get(parent)?.iter().copied())?;
        Some(if parent.is_empty() { near.to_owned() } else { format!("{parent}.{near}") })
    }
}

/// The keys of a path that end behind its first `from` bytes, each with the path of the map that it is in.
fn steps(path: &str, from: usize) -> impl Iterator<Item = (&str, &str)> {
    let starts = std::iter::once(0).chain(path.match_indices('.').map(|(at, _)| at + 1));
    starts.filter_map(move |start| {
        let rest = path.get(start..)?;
        let key = rest.split(['.', '[']).next().filter(|key| !key.is_empty() && start + key.len() >= from)?;
        Some((path.get(..start.saturating_sub(1))?, key))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_set_with_all_around_it() {
        let all = [("", "a"), ("a", "b"), ("a.b[0]", "c")];
        assert_eq!(steps("a.b[0].c", 0).collect::<Vec<_>>(), all);
        // Behind `a.b[1]`, and behind `a.bc`.
        assert_eq!(steps("a.b[0].c", "a.b[".len()).collect::<Vec<_>>(), all[2..]);
        assert_eq!(steps("a.b[0].c", "a.b".len()).collect::<Vec<_>>(), all[1..]);
    }
}
