//! What a render may ask of the world: a clock, a zone, random bytes, cluster objects, names.
//!
//! The core has none of these itself. A render draws one seed and one clock reading, so equal
//! answers of the host give equal bytes.

use std::fmt;
use std::sync::Arc;

/// A moment: seconds since 1970-01-01T00:00:00Z and nanoseconds within the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    /// Seconds since the Unix epoch.
    pub seconds: i64,
    /// Nanoseconds, below 1,000,000,000.
    pub nanoseconds: u32,
}

/// Answers `lookup`: the JSON of one object or of a list, or `None` where there is none.
pub trait Lookup: Send + Sync {
    /// The object as JSON text. An empty `name` asks for a list, an empty `namespace` for all.
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<String>;
}

/// Answers `getHostByName`.
pub trait Dns: Send + Sync {
    /// Addresses of the host.
    fn resolve(&self, host: &str) -> Vec<String>;
}

/// The world as a render sees it.
#[derive(Clone)]
pub struct Host {
    /// The clock reading of this render.
    pub now: Timestamp,
    /// Name of the local time zone in the IANA database, such as `UTC` or `Europe/Berlin`.
    pub zone: String,
    /// The seed of all random draws.
    pub seed: [u8; 32],
    /// Cluster objects for `lookup`; none by default, as in `helm template`.
    pub lookup: Option<Arc<dyn Lookup>>,
    /// Name resolution for `getHostByName`; off by default, as in Helm.
    pub dns: Option<Arc<dyn Dns>>,
}

impl Default for Host {
    /// Midnight of 1970-01-01 in UTC, a seed of zeros, no objects, no names.
    fn default() -> Self {
        Host { now: Timestamp::default(), zone: "UTC".to_owned(), seed: [0; 32], lookup: None, dns: None }
    }
}

/// The seed that a text stands for: equal texts give equal seeds.
pub fn seed_from_text(text: &str) -> [u8; 32] {
    let mut seed = [0u8; 32];
    for (i, byte) in text.bytes().enumerate() {
        let at = i % seed.len();
        if let Some(slot) = seed.get_mut(at) {
            *slot = slot.wrapping_mul(31).wrapping_add(byte).wrapping_add((i / 32) as u8);
        }
    }
    // The length counts too, so that padding makes another seed.
    if let Some(last) = seed.last_mut() {
        *last = last.wrapping_add(text.len() as u8);
    }
    seed
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("now", &self.now)
            .field("zone", &self.zone)
            .field("lookup", &self.lookup.is_some())
            .field("dns", &self.dns.is_some())
            .finish_non_exhaustive()
    }
}

/// Whose behaviour is reproduced where Helm 3 and Helm 4 differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HelmVersion {
    /// Helm 3.17
    V3,
    /// Helm 4.3
    #[default]
    V4,
}
