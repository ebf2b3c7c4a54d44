//! How large values can be that fit into a request, by the schema of a custom resource.

use crate::kube::tree::Node;
use crate::validate::crd::cel::escape;

/// How many bytes a request may have (`MaxRequestSizeBytes`).
const REQUEST: u64 = 3 << 20;

/// The size of a value: characters, bytes or items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub min: u64,
    pub max: u64,
}

impl Size {
    pub(super) const UNKNOWN: Size = Size { min: 0, max: u64::MAX };

    pub(super) fn fixed(size: u64) -> Size {
        Size { min: size, max: size }
    }

    pub(super) fn union(self, other: Size) -> Size {
        Size { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    pub(super) fn add(self, other: Size) -> Size {
        Size { min: self.min.saturating_add(other.min), max: self.max.saturating_add(other.max) }
    }

    pub(super) fn multiply(self, other: Size) -> Size {
        Size { min: self.min.saturating_mul(other.min), max: self.max.saturating_mul(other.max) }
    }

    /// A text in which something is replaced.
    pub(super) fn replaced(text: Size, what: Size, with: Size) -> Size {
        let (times, kept) = match () {
            () if what.min == 0 => (text.max.saturating_add(1), text.max),
            () if with.max <= what.min => (0, text.max),
            () => (text.max.div_ceil(what.min), 0),
        };
        Size { min: 0, max: times.saturating_mul(with.max).saturating_add(kept) }
    }
}

/// A size, so many times (`multiplyByCostFactor`).
pub(super) fn factor(size: u64, by: f64) -> u64 {
    // The cast ends at the largest number, as the server does.
    (size as f64 * by).ceil() as u64
}

/// A part of the schema that a rule is about.
#[derive(Clone, Copy, Debug)]
pub(in crate::validate::api) enum Place<'t> {
    /// A schema; whether it is that of a whole object.
    Schema(Node<'t>, bool),
    /// A text of any length that no schema speaks of, as the name of an object.
    Text,
    /// Something of no size: the metadata of an object, the key of a map.
    Small,
}

impl<'t> Place<'t> {
    /// How many characters or items it has at the most (`DeclType.MaxElements`).
    pub(super) fn size(self) -> Size {
        let schema = match self {
            Place::Schema(schema, _) => schema,
            Place::Text => return Size { min: 0, max: REQUEST - 2 },
            Place::Small => return Size::default(),
        };
        let bound = |key: &str| schema.int(key).map(|most| u64::try_from(most).unwrap_or(0));
        let any = schema.bool("x-kubernetes-int-or-string") == Some(true);
        let max = match (schema.str("type").unwrap_or(""), schema.str("format").unwrap_or("")) {
            _ if any => bound("maxLength").map_or(REQUEST - 2, |most| most.saturating_mul(4)),
            ("array", _) => {
                bound("maxItems").unwrap_or_else(|| self.items().map_or(0, |items| (REQUEST - 2) / (items.least() + 1)))
            }
            ("object", _) => match self.items() {
                Some(values) => bound("maxProperties").unwrap_or_else(|| (REQUEST - 2) / (values.least() + 6)),
                None => 0,
            },
            ("string", "byte") => bound("maxLength").unwrap_or(REQUEST - 2),
            ("string", "duration" | "date-time") => 32,
            ("string", "date") => 12,
            ("string", _) => match (bound("maxLength"), schema.get("enum")) {
                (Some(most), _) => most.saturating_mul(4),
                (None, Some(_)) => {
                    schema.list("enum").filter_map(|v| v.as_str()).map(|v| v.len() as u64).max().unwrap_or(0)
                }
                (None, None) => REQUEST - 2,
            },
            _ => 0,
        };
        Size { min: 0, max }
    }

    /// How many bytes it takes at the least (`DeclType.MinSerializedSize`).
    pub(super) fn least(self) -> u64 {
        let Place::Schema(schema, _) = self else { return 2 };
        if schema.bool("x-kubernetes-int-or-string") == Some(true) {
            return 1;
        }
        match (schema.str("type").unwrap_or(""), schema.str("format").unwrap_or("")) {
            ("object", _) if self.items().is_none() => {
                let needed = schema.list("required").filter_map(|name| name.as_str());
                let parts = needed.filter_map(|name| {
                    let (_, part) = schema.map("properties").find(|(known, _)| *known == name)?;
                    let is_given = part.get("default").is_some();
                    (!is_given)
                        .then(|| name.len() as u64 + 4 + crate::stack::grow(|| Place::Schema(part, false).least()))
                });
                parts.fold(2, u64::saturating_add)
            }
            ("boolean", _) => 4,
            ("integer" | "number", _) => 1,
            ("string", "duration") => 3,
            ("string", "date") => 12,
            ("string", "date-time") => 21,
            _ => 2,
        }
    }

    /// How often it can be in a request (`maxCardinality`).
    pub(in crate::validate::api) fn times(self) -> u64 {
        REQUEST / (self.least() + 1)
    }

    /// What a list or a map has in it.
    pub(super) fn items(self) -> Option<Place<'t>> {
        let Place::Schema(schema, _) = self else { return None };
        let key = if schema.str("type") == Some("array") { "items" } else { "additionalProperties" };
        let items = schema.get(key).filter(|items| items.is_map())?;
        Some(Place::Schema(items, items.bool("x-kubernetes-embedded-resource") == Some(true)))
    }

    /// The keys of a map.
    pub(super) fn keys(self) -> Option<Place<'t>> {
        let Place::Schema(schema, _) = self else { return None };
        (schema.str("type") == Some("object") && self.items().is_some()).then_some(Place::Small)
    }

    /// A field, by the name that expressions give it.
    pub(super) fn field(self, name: &str) -> Option<Place<'t>> {
        let (schema, whole) = match self {
            Place::Schema(schema, whole) => (schema, whole),
            Place::Small if matches!(name, "name" | "generateName") => return Some(Place::Text),
            _ => return None,
        };
        let property = schema.map("properties").find(|(known, _)| escape(known) == name).map(|(_, property)| property);
        match (name, property) {
            (_, Some(of)) if !(whole && name == "metadata") => {
                Some(Place::Schema(of, of.bool("x-kubernetes-embedded-resource") == Some(true)))
            }
            ("apiVersion" | "kind", None) if whole => Some(Place::Text),
            ("metadata", _) if whole => Some(Place::Small),
            _ => None,
        }
    }
}
