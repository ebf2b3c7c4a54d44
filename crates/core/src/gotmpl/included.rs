//! The templates that are being included, of which Helm bounds how often one name may be among them.

use crate::text::Str;
use foldhash::HashMap;

/// Helm's bound on nested includes of one name.
const MAX_INCLUDES: usize = 1_000;

/// The names of the templates that are being included right now, outermost first.
#[derive(Debug, Default)]
pub(super) struct Included {
    names: Vec<Str>,
    /// Of those beyond the bound, how often each name is there: below it none can be there too often.
    beyond: HashMap<Str, usize>,
}

impl Included {
    /// Enters a template; whether its name is not there too often.
    pub fn enter(&mut self, name: &Str) -> bool {
        if self.names.len() > MAX_INCLUDES {
            let first = self.names.get(..MAX_INCLUDES).unwrap_or_default();
            let count = first.iter().filter(|other| *other == name).count();
            if count + self.beyond.get(name).copied().unwrap_or(0) > MAX_INCLUDES {
                return false;
            }
        }
        if self.names.len() >= MAX_INCLUDES {
            *self.beyond.entry(name.clone()).or_insert(0) += 1;
        }
        self.names.push(name.clone());
        true
    }

    /// Leaves the template entered last.
    pub fn leave(&mut self) {
        let Some(name) = self.names.pop() else { return };
        if self.names.len() >= MAX_INCLUDES
            && let Some(count) = self.beyond.get_mut(&name)
        {
            *count -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_may_be_there_a_thousand_times_and_once_more() {
        let (mut included, a, b) = (Included::default(), Str::from("a"), Str::from("b"));
        for round in 0..MAX_INCLUDES {
            assert!(included.enter(&a) && included.enter(&b), "{round}");
        }
        assert!(included.enter(&a) && !included.enter(&a) && included.enter(&b) && !included.enter(&b));
        included.leave();
        assert!(included.enter(&b) && !included.enter(&b));
        (0..2 * MAX_INCLUDES + 2).for_each(|_| included.leave());
        assert!(included.enter(&a) && included.names.len() == 1);
    }
}
