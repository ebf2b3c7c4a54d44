//! The entries of a map.

use super::Value;
use crate::text::Str;
use std::collections::{BTreeMap, btree_map};

/// So many entries at most stand in a row: adding one moves those behind it.
const ROW: usize = 64;

/// So many are looked through one by one: most differ in length already.
const FEW: usize = 8;

/// The entries of a map, in the order of their keys. Nearly all maps have few, which stand in a row: that is small, made and
/// copied at once, and gone through quickly. More are a tree, so that adding one never takes long.
#[derive(Clone, Debug)]
pub struct Entries(Held);

#[derive(Clone, Debug)]
enum Held {
    Row(Vec<(Str, Value)>),
    Tree(BTreeMap<Str, Value>),
}

impl Default for Entries {
    fn default() -> Self {
        Entries::new()
    }
}

impl Entries {
    /// None.
    pub const fn new() -> Entries {
        Entries(Held::Row(Vec::new()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Held::Row(row) => row.len(),
            Held::Tree(tree) => tree.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Option<&Value> {
        match &self.0 {
            Held::Row(row) if row.len() <= FEW => row.iter().find(|(own, _)| own.as_bytes() == key).map(|(_, v)| v),
            Held::Row(row) => row.get(place(row, key).ok()?).map(|(_, value)| value),
            Held::Tree(tree) => tree.get(key),
        }
    }

    /// Whether there is a value for a key.
    pub fn contains_key(&self, key: &[u8]) -> bool {
        self.get(key).is_some()
    }

    /// Sets the value of a key, and gives what it was.
    pub fn insert(&mut self, key: Str, value: Value) -> Option<Value> {
        let row = match &mut self.0 {
            Held::Row(row) => row,
            Held::Tree(tree) => return tree.insert(key, value),
        };
        // Most come in order.
        let at = match row.last() {
            Some((last, _)) if *last >= key => place(row, &key),
            _ => Err(row.len()),
        };
        match at {
            Ok(at) => row.get_mut(at).map(|(_, old)| std::mem::replace(old, value)),
            Err(at) => {
                row.insert(at, (key, value));
                if row.len() > ROW {
                    self.0 = Held::Tree(std::mem::take(row).into_iter().collect());
                }
                None
            }
        }
    }

    /// Takes a key away, and gives its value.
    pub fn remove(&mut self, key: &[u8]) -> Option<Value> {
        match &mut self.0 {
            Held::Row(row) => place(row, key).ok().map(|at| row.remove(at).1),
            Held::Tree(tree) => tree.remove(key),
        }
    }

    /// Takes away what `keep` does not want.
    pub fn retain(&mut self, mut keep: impl FnMut(&Str, &Value) -> bool) {
        match &mut self.0 {
            Held::Row(row) => row.retain(|(key, value)| keep(key, value)),
            Held::Tree(tree) => tree.retain(|key, value| keep(key, value)),
        }
    }

    /// Keys and values.
    pub fn iter(&self) -> Iter<'_> {
        match &self.0 {
            Held::Row(row) => Iter::Row(row.iter()),
            Held::Tree(tree) => Iter::Tree(tree.iter()),
        }
    }

    /// The keys.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Str> + ExactSizeIterator {
        self.iter().map(|(key, _)| key)
    }

    /// The values.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
        self.iter().map(|(_, value)| value)
    }

    /// The values, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        let (row, tree) = match &mut self.0 {
            Held::Row(row) => (Some(row), None),
            Held::Tree(tree) => (None, Some(tree.values_mut())),
        };
        row.into_iter().flatten().map(|(_, value)| value).chain(tree.into_iter().flatten())
    }
}

/// Where a key stands in a row, or where it would.
fn place(row: &[(Str, Value)], key: &[u8]) -> Result<usize, usize> {
    row.binary_search_by(|(own, _)| own.cmp_bytes(key))
}

/// The last value of a key counts.
impl FromIterator<(Str, Value)> for Entries {
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Entries {
        let mut row: Vec<(Str, Value)> = entries.into_iter().collect();
        if row.len() > ROW {
            return Entries(Held::Tree(row.into_iter().collect()));
        }
        if !row.is_sorted_by(|(a, _), (b, _)| a < b) {
            row.sort_by(|(a, _), (b, _)| a.cmp(b));
            row.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    std::mem::swap(next, kept);
                }
                same
            });
        }
        Entries(Held::Row(row))
    }
}

impl<const N: usize> From<[(Str, Value); N]> for Entries {
    fn from(entries: [(Str, Value); N]) -> Entries {
        entries.into_iter().collect()
    }
}

/// Goes through keys and values.
#[derive(Clone, Debug)]
pub enum Iter<'e> {
    /// Of a row.
    Row(std::slice::Iter<'e, (Str, Value)>),
    /// Of a tree.
    Tree(btree_map::Iter<'e, Str, Value>),
}

impl<'e> Iterator for Iter<'e> {
    type Item = (&'e Str, &'e Value);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Iter::Row(row) => row.next().map(|(key, value)| (key, value)),
            Iter::Tree(tree) => tree.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Iter::Row(row) => row.size_hint(),
            Iter::Tree(tree) => tree.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Iter::Row(row) => row.next_back().map(|(key, value)| (key, value)),
            Iter::Tree(tree) => tree.next_back(),
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'e> IntoIterator for &'e Entries {
    type Item = (&'e Str, &'e Value);
    type IntoIter = Iter<'e>;

    fn into_iter(self) -> Iter<'e> {
        self.iter()
    }
}

/// Takes keys and values.
#[derive(Debug)]
pub enum IntoIter {
    /// Of a row.
    Row(std::vec::IntoIter<(Str, Value)>),
    /// Of a tree.
    Tree(btree_map::IntoIter<Str, Value>),
}

impl Iterator for IntoIter {
    type Item = (Str, Value);

    fn next(&mut self) -> Option<(Str, Value)> {
        match self {
            IntoIter::Row(row) => row.next(),
            IntoIter::Tree(tree) => tree.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            IntoIter::Row(row) => row.size_hint(),
            IntoIter::Tree(tree) => tree.size_hint(),
        }
    }
}

impl IntoIterator for Entries {
    type Item = (Str, Value);
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        match self.0 {
            Held::Row(row) => IntoIter::Row(row.into_iter()),
            Held::Tree(tree) => IntoIter::Tree(tree.into_iter()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look drawn by lot, the same ones each time.
    fn drawn(seed: u64) -> impl Iterator<Item = u64> {
        std::iter::successors(Some(seed), |n| {
            Some(n.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407))
        })
        .map(|n| n >> 33)
    }

    fn shown(entries: impl Iterator<Item = (Str, Value)>) -> Vec<String> {
        entries.map(|(key, value)| format!("{key} {value:?}")).collect()
    }

    #[test]
    fn a_row_and_a_tree_are_a_map() {
        for keys in [5, 30, 500] {
            let (mut entries, mut map) = (Entries::new(), BTreeMap::new());
            for (step, n) in drawn(keys).take(2000).enumerate() {
                let (key, value) = (Str::from(format!("{}", n % keys)), Value::int(step as i64));
                if n % 5 == 0 {
                    let (own, other) = (entries.remove(&key), map.remove(&key));
                    assert_eq!(own.is_some(), other.is_some());
                } else {
                    let (own, other) = (entries.insert(key.clone(), value.clone()), map.insert(key.clone(), value));
                    assert_eq!(own.is_some(), other.is_some());
                }
                assert_eq!(format!("{:?}", entries.get(&key)), format!("{:?}", map.get(&key)));
                assert_eq!(entries.len(), map.len());
            }
            assert_eq!(shown(entries.clone().into_iter()), shown(map.clone().into_iter()));
            assert!(entries.keys().rev().eq(map.keys().rev()));
            let odd = |value: &Value| matches!(value.repr, crate::value::Repr::Int(n, _) if n % 2 == 1);
            entries.retain(|_, value| odd(value));
            map.retain(|_, value| odd(value));
            assert_eq!(shown(entries.into_iter()), shown(map.into_iter()));
        }
    }

    #[test]
    fn of_two_values_of_a_key_the_last_counts() {
        for many in [3, 30, 300] {
            let pairs = drawn(many).take(many as usize).enumerate();
            let pairs: Vec<(Str, Value)> =
                pairs.map(|(i, n)| (Str::from(format!("{}", n % (many / 2))), Value::int(i as i64))).collect();
            let (entries, map) = (Entries::from_iter(pairs.clone()), BTreeMap::from_iter(pairs));
            assert_eq!(shown(entries.into_iter()), shown(map.into_iter()));
        }
    }
}
