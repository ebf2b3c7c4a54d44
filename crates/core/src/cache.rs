//! What was worked out once and holds as long as what it was made from stays the same.

use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Results by what they were made from. Threads share it; what was not asked for longest goes first when it is full.
#[derive(Debug)]
pub struct Cache<K, V> {
    kept: Mutex<Kept<K, V>>,
    /// How many bytes the results may take, as their makers count.
    limit: usize,
}

#[derive(Debug)]
struct Kept<K, V> {
    found: foldhash::HashMap<K, Entry<V>>,
    bytes: usize,
    clock: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    bytes: usize,
    used: u64,
}

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    /// An empty cache for so many bytes.
    pub fn new(limit: usize) -> Cache<K, V> {
        let kept = Kept { found: foldhash::HashMap::default(), bytes: 0, clock: 0 };
        Cache { kept: Mutex::new(kept), limit }
    }

    /// The result for `key`, if it is known.
    pub fn get(&self, key: &K) -> Option<V> {
        self.lock().get(key)
    }

    /// The result for `key`; what `make` gives where none is known, which takes about so many bytes.
    pub fn get_or_insert(&self, key: &K, make: impl FnOnce() -> V, bytes: usize) -> V
    where
        K: Clone,
    {
        let mut kept = self.lock();
        if let Some(known) = kept.get(key) {
            return known;
        }
        let value = make();
        kept.insert(key.clone(), value.clone(), bytes, self.limit);
        value
    }

    /// Keeps a result that takes about so many bytes.
    pub fn insert(&self, key: K, value: V, bytes: usize) {
        self.lock().insert(key, value, bytes, self.limit);
    }

    /// How many bytes the results take, as their makers count.
    pub fn bytes(&self) -> usize {
        self.lock().bytes
    }

    fn lock(&self) -> MutexGuard<'_, Kept<K, V>> {
        // Whoever panicked with the lock left whole entries behind.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq, V: Clone> Kept<K, V> {
    fn get(&mut self, key: &K) -> Option<V> {
        self.clock += 1;
        let entry = self.found.get_mut(key)?;
        entry.used = self.clock;
        Some(entry.value.clone())
    }

    fn insert(&mut self, key: K, value: V, bytes: usize, limit: usize) {
        self.clock += 1;
        let old = self.found.insert(key, Entry { value, bytes, used: self.clock });
        self.bytes = self.bytes + bytes - old.map_or(0, |old| old.bytes);
        if self.bytes > limit {
            self.shrink(limit / 2);
        }
    }

    /// Drops the entries that were not used for longest until the rest fits.
    fn shrink(&mut self, limit: usize) {
        let mut by_age: Vec<(u64, usize)> = self.found.values().map(|entry| (entry.used, entry.bytes)).collect();
        by_age.sort_unstable();
        let mut oldest = 0;
        for (used, bytes) in by_age {
            if self.bytes <= limit {
                break;
            }
            self.bytes -= bytes;
            oldest = used + 1;
        }
        self.found.retain(|_, entry| entry.used >= oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_goes_first() {
        let cache = Cache::new(100);
        for key in 0..10 {
            cache.insert(key, key, 10);
        }
        assert_eq!((cache.get(&0), cache.bytes()), (Some(0), 100));
        cache.insert(10, 10, 10);
        assert_eq!((cache.get(&0), cache.get(&1), cache.get(&10)), (Some(0), None, Some(10)));
        assert_eq!(cache.bytes(), 50);
        cache.insert(10, 11, 5);
        assert_eq!((cache.get(&10), cache.bytes()), (Some(11), 45));
        cache.insert(11, 0, 1000);
        assert_eq!((cache.get(&11), cache.bytes()), (None, 0));
    }
    #[test]
    fn what_is_there_is_not_made_again() {
        let cache = Cache::new(100);
        assert_eq!(cache.get_or_insert(&"a", || 1, 60), 1);
        assert_eq!(cache.get_or_insert(&"a", || unreachable!(), 60), 1);
        assert_eq!((cache.get_or_insert(&"b", || 2, 60), cache.bytes(), cache.get(&"a")), (2, 0, None));
    }
}
