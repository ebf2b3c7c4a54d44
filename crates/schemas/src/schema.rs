//! One schema and what it says.

use crate::Version;
use crate::format::{NODE_WORDS, NONE, REQUIRED, Section, flag};
use std::sync::atomic::{AtomicU64, Ordering};

/// The types that a value may have; none of them means any value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Types(u32);

impl Types {
    /// A string.
    pub const STRING: Types = Types(flag::STRING);
    /// A whole number.
    pub const INTEGER: Types = Types(flag::INTEGER);
    /// A number.
    pub const NUMBER: Types = Types(flag::NUMBER);
    /// A boolean.
    pub const BOOLEAN: Types = Types(flag::BOOLEAN);
    /// A map.
    pub const OBJECT: Types = Types(flag::OBJECT);
    /// A list.
    pub const ARRAY: Types = Types(flag::ARRAY);

    /// Whether any value will do.
    #[inline]
    pub fn is_any(self) -> bool {
        self.0 == 0
    }

    /// Whether one of these types is allowed.
    #[inline]
    pub fn has(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }
}

/// How a list is merged, and so what of it must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListType {
    /// Replaced as a whole.
    Atomic,
    /// Every item once.
    Set,
    /// Items with keys, every combination once.
    Map,
}

/// What a map may hold beside its properties.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Additional {
    /// Nothing.
    Closed,
    /// Anything.
    Open,
    /// Values of this schema.
    Schema(Schema),
}

/// A property of a map.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// Its name.
    pub name: &'static str,
    /// What its value is.
    pub schema: Schema,
    /// Whether it must be there.
    pub required: bool,
}

/// How many properties are known by where they were found.
const SLOTS: usize = 1024;

/// Where properties were found lately, by table and name: its start in the bundle, and the number in it. Documents ask for
/// the same few over and over. Names may share a slot, so who looks there compares them.
static LATELY: [AtomicU64; SLOTS] = [const { AtomicU64::new(u64::MAX) }; SLOTS];

/// The slot for a property.
#[inline]
fn slot(table: u32, name: &str) -> usize {
    let bytes = name.as_bytes();
    let at = |n: usize| u64::from(bytes.get(n).copied().unwrap_or_default());
    let some = at(0) | at(bytes.len() / 2) << 8 | at(bytes.len().wrapping_sub(1)) << 16 | (bytes.len() as u64) << 24;
    let mixed = (u64::from(table) << 32 ^ some).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 40) as usize % SLOTS
}

/// The schema of a value in one version of Kubernetes.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    pub(crate) version: Version,
    pub(crate) node: u32,
    /// The definition that the node is, if any.
    pub(crate) definition: u32,
}

impl PartialEq for Schema {
    fn eq(&self, other: &Schema) -> bool {
        self.node == other.node && self.version.number == other.version.number
    }
}

impl Schema {
    #[inline]
    fn word(self, at: u32) -> u32 {
        self.version.reader.word(Section::Nodes, self.node.wrapping_mul(NODE_WORDS).wrapping_add(at))
    }

    #[inline]
    fn flags(self) -> u32 {
        match self.word(0) {
            NONE => 0,
            flags => flags,
        }
    }

    #[inline]
    fn form(self) -> u32 {
        self.flags() & flag::MAP
    }

    /// The node with this number, or the definition that it refers to.
    #[inline]
    fn at(self, node: u32) -> Schema {
        let schema = Schema { version: self.version, node, definition: NONE };
        if schema.form() != flag::REFERENCE {
            return schema;
        }
        self.version.by_number(schema.word(1)).unwrap_or(Schema { node: NONE, ..schema })
    }

    /// The words of a list in the bundle.
    fn list(self, at: u32) -> impl Iterator<Item = u32> {
        let reader = self.version.reader;
        let len = if at == NONE { 0 } else { reader.word(Section::Lists, at) };
        (0..len).map(move |n| reader.word(Section::Lists, at + 1 + n))
    }

    /// The version it is of.
    pub fn version(self) -> Version {
        self.version
    }

    /// Number of the definition that this schema is.
    #[inline]
    pub fn definition(self) -> Option<u32> {
        (self.definition != NONE).then_some(self.definition)
    }

    /// Name of the definition that this schema is, such as `io.k8s.api.core.v1.Container`.
    #[inline]
    pub fn definition_name(self) -> Option<&'static str> {
        Some(self.version.definition_name(self.definition()?))
    }

    /// The types of values.
    #[inline]
    pub fn types(self) -> Types {
        Types(self.flags() & 0x3f)
    }

    /// Whether null is allowed beside the types.
    #[inline]
    pub fn is_nullable(self) -> bool {
        self.flags() & flag::NULLABLE != 0
    }

    /// Whether it is a whole number or a string.
    #[inline]
    pub fn is_int_or_string(self) -> bool {
        self.flags() & flag::INT_OR_STRING != 0
    }

    /// Whether it is a quantity.
    #[inline]
    pub fn is_quantity(self) -> bool {
        self.flags() & flag::QUANTITY != 0
    }

    /// Whether unknown fields are kept.
    pub fn preserves_unknown(self) -> bool {
        self.flags() & flag::PRESERVE != 0
    }

    /// Whether it is a whole object with `apiVersion` and `kind`.
    pub fn is_embedded_resource(self) -> bool {
        self.flags() & flag::EMBEDDED != 0
    }

    /// How a list is merged.
    pub fn list_type(self) -> Option<ListType> {
        match self.flags() & flag::LIST_MAP {
            flag::LIST_ATOMIC => Some(ListType::Atomic),
            flag::LIST_SET => Some(ListType::Set),
            flag::LIST_MAP => Some(ListType::Map),
            _ => None,
        }
    }

    /// The schema of a list's items.
    #[inline]
    pub fn items(self) -> Option<Schema> {
        (self.form() == flag::LIST).then(|| self.word(1)).filter(|node| *node != NONE).map(|node| self.at(node))
    }

    /// The keys of a list of type map.
    pub fn list_map_keys(self) -> impl Iterator<Item = &'static str> {
        let at = if self.form() == flag::LIST { self.word(2) } else { NONE };
        self.list(at).map(move |string| self.version.reader.string(string))
    }

    /// The key by which a strategic merge patch matches items.
    pub fn merge_key(self) -> Option<&'static str> {
        let key = if self.form() == flag::LIST { self.word(3) } else { NONE };
        (key != NONE).then(|| self.version.reader.string(key))
    }

    /// The format of a scalar: `int32`, `byte`, `date-time`, …
    pub fn format(self) -> Option<&'static str> {
        let format = if self.form() == 0 { self.word(1) } else { NONE };
        (format != NONE).then(|| self.version.reader.string(format))
    }

    /// The values that a string may have; nothing where any will do.
    pub fn values(self) -> impl Iterator<Item = &'static str> {
        let at = if self.form() == 0 { self.word(2) } else { NONE };
        self.list(at).map(move |string| self.version.reader.string(string))
    }

    /// Where the properties start in the bundle, and how many there are.
    #[inline]
    fn table(self) -> (u32, u32) {
        let at = if self.form() == flag::MAP { self.word(1) } else { NONE };
        if at == NONE { (0, 0) } else { (at + 1, self.version.reader.word(Section::Lists, at) / 2) }
    }

    /// The number of properties.
    #[inline]
    pub fn property_count(self) -> u32 {
        self.table().1
    }

    #[inline]
    fn property_name(self, start: u32, number: u32) -> &'static str {
        self.version.reader.string(self.version.reader.word(Section::Lists, start + 2 * number))
    }

    #[inline]
    fn property_named(self, name: &'static str, start: u32, number: u32) -> Property {
        let node = self.version.reader.word(Section::Lists, start + 2 * number + 1);
        Property { name, schema: self.at(node & !REQUIRED), required: node & REQUIRED != 0 }
    }

    /// The properties of a map, sorted by name.
    pub fn properties(self) -> impl Iterator<Item = Property> {
        let (start, len) = self.table();
        (0..len).map(move |number| self.property_named(self.property_name(start, number), start, number))
    }

    /// The names of the properties that must be there.
    pub fn required(self) -> impl Iterator<Item = &'static str> {
        let (start, len) = self.table();
        let reader = self.version.reader;
        let required = reader.pairs(Section::Lists, start, len).filter(|(_, node)| node & REQUIRED != 0);
        required.map(|(name, _)| reader.string(name))
    }

    /// The property with this name.
    pub fn property(self, name: &str) -> Option<Property> {
        let (start, len) = self.table();
        if len == 0 {
            return None;
        }
        let lately = LATELY.get(slot(start, name))?;
        let found = lately.load(Ordering::Relaxed);
        let (table, number) = ((found >> 32) as u32, found as u32);
        if table == start && number < len {
            let found = self.property_name(start, number);
            if found == name {
                return Some(self.property_named(found, start, number));
            }
        }
        let (mut low, mut high) = (0, len);
        while low < high {
            let middle = low + (high - low) / 2;
            let found = self.property_name(start, middle);
            match found.cmp(name) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    lately.store(u64::from(start) << 32 | u64::from(middle), Ordering::Relaxed);
                    return Some(self.property_named(found, start, middle));
                }
            }
        }
        None
    }

    /// What a map may hold beside its properties.
    #[inline]
    pub fn additional(self) -> Additional {
        if self.flags() & flag::CLOSED != 0 {
            return Additional::Closed;
        }
        match if self.form() == flag::MAP { self.word(2) } else { NONE } {
            NONE => Additional::Open,
            node => Additional::Schema(self.at(node)),
        }
    }
}
