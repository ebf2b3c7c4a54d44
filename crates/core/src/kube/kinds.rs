//! Kinds of objects and the versions of Kubernetes that serve them.

use crate::diag::did_you_mean;
use chartlens_schemas::{Kind, Schemas, Version};

/// Group, version and kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gvk<'a> {
    /// The group; empty for the core one.
    pub group: &'a str,
    /// The version.
    pub version: &'a str,
    /// The kind.
    pub kind: &'a str,
}

impl<'a> Gvk<'a> {
    /// Reads an `apiVersion`.
    pub fn new(api_version: &'a str, kind: &'a str) -> Gvk<'a> {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        Gvk { group, version, kind }
    }
}

/// The versions of Kubernetes that schemas exist for, oldest first.
pub fn versions() -> impl DoubleEndedIterator<Item = &'static str> {
    Schemas::open().versions().map(Version::name)
}

/// The version whose schemas tell about `wanted`, such as `1.31`: itself, or for the one that comes next the newest.
///
/// # Errors
///
/// Nothing is known of the version: the text names those that are known.
pub fn known_version(wanted: &str) -> Result<&'static str, String> {
    if let Some(known) = versions().find(|known| *known == wanted) {
        return Ok(known);
    }
    let minor = |version: &str| version.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok());
    let (oldest, newest) = (versions().next().unwrap_or("none"), versions().next_back().unwrap_or("none"));
    match (minor(wanted), minor(newest)) {
        (Some(wanted), Some(known)) if wanted == known + 1 => Ok(newest),
        _ => Err(format!("nothing is known of Kubernetes {wanted}: expected a version from {oldest} to {newest}")),
    }
}

/// The oldest and the newest version of Kubernetes that serves a kind, of those that are known.
pub fn served(api_version: &str, kind: &str) -> Option<(&'static str, &'static str)> {
    let mut serving = Schemas::open().versions().filter(|version| version.kind(api_version, kind).is_some());
    let first = serving.next()?;
    Some((first.name(), serving.next_back().unwrap_or(first).name()))
}

/// Whether Kubernetes itself has the group, in any version.
pub fn is_builtin_group(group: &str) -> bool {
    Schemas::open().versions().flat_map(Version::kinds).any(|known| Gvk::new(known.api_version, "").group == group)
}

/// The kind that was most likely meant: the same kind under another `apiVersion`, else the nearest name.
pub fn nearest_kind(version: Version, api_version: &str, kind: &str) -> Option<Kind> {
    let same: Vec<Kind> = version.kinds().filter(|known| known.kind.eq_ignore_ascii_case(kind)).collect();
    if !same.is_empty() {
        let group = Gvk::new(api_version, kind).group;
        // The newest stable version of the nearest group.
        return same.into_iter().min_by_key(|known| {
            let other = Gvk::new(known.api_version, known.kind);
            (strsim::osa_distance(group, other.group), other.version.len(), other.version.to_owned())
        });
    }
    let near = did_you_mean(kind, version.kinds().filter(|known| known.api_version == api_version).map(|k| k.kind));
    if let Some(kind) = near {
        return version.kinds().find(|known| known.kind == kind && known.api_version == api_version);
    }
    if api_version.contains('.') && !is_builtin_group(Gvk::new(api_version, kind).group) {
        return None;
    }
    let near = did_you_mean(kind, version.kinds().map(|known| known.kind))?;
    version.kinds().find(|known| known.kind == near)
}
