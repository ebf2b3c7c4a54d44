//! The bytes of the bundle.
//!
//! Everything is a 32-bit word, lowest byte first, but the text of the strings. The bundle starts with [`MAGIC`] and
//! one pair (offset in bytes, length in words) per [`Section`]; the text is the last section and counts bytes.
//!
//! * A string is a number: the text from one word of `StringEnds` to the next.
//! * A node has [`NODE_WORDS`] words: flags, then what its form says. A reference: the definition's number. A list:
//!   the node of its items, its map keys (in `Lists`), its merge key (a string). A map: its properties (in `Lists`),
//!   the node of other values. Anything else: its format (a string), its values (in `Lists`). [`NONE`] stands for
//!   nothing.
//! * A list in `Lists` is its length and its words. Properties are pairs of name and node, sorted by name; the
//!   highest bit of the node says that the property is required.
//! * A version has [`VERSION_WORDS`] words: its name, start and number of its kinds in `Lists` (each kind, apiVersion,
//!   definition; sorted), start of its table from definition to node.
//! * `Definitions` are the names of definitions, sorted.

/// The first four bytes.
pub const MAGIC: &[u8; 4] = b"CLKS";
/// No such thing.
pub const NONE: u32 = u32::MAX;
/// Words of a node.
pub const NODE_WORDS: u32 = 4;
/// Words of a version.
pub const VERSION_WORDS: u32 = 4;
/// Words of a kind.
pub const ROOT_WORDS: u32 = 3;
/// On the node of a property: it is required.
pub const REQUIRED: u32 = 1 << 31;

/// The parts of the bundle, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Ends of the strings; the first word is 0.
    StringEnds,
    /// Nodes.
    Nodes,
    /// Lists and tables.
    Lists,
    /// Versions.
    Versions,
    /// Names of definitions.
    Definitions,
    /// The text of the strings.
    Text,
}

/// Number of sections.
pub const SECTIONS: usize = 6;

/// Flags of a node.
pub mod flag {
    /// Strings are allowed.
    pub const STRING: u32 = 1;
    /// Whole numbers are allowed.
    pub const INTEGER: u32 = 1 << 1;
    /// Numbers are allowed.
    pub const NUMBER: u32 = 1 << 2;
    /// Booleans are allowed.
    pub const BOOLEAN: u32 = 1 << 3;
    /// Maps are allowed.
    pub const OBJECT: u32 = 1 << 4;
    /// Lists are allowed.
    pub const ARRAY: u32 = 1 << 5;
    /// Null is allowed beside the types.
    pub const NULLABLE: u32 = 1 << 6;
    /// A whole number or a string.
    pub const INT_OR_STRING: u32 = 1 << 7;
    /// A quantity: a number or a string.
    pub const QUANTITY: u32 = 1 << 8;
    /// A map without other keys than its properties.
    pub const CLOSED: u32 = 1 << 9;
    /// `x-kubernetes-list-type: atomic`
    pub const LIST_ATOMIC: u32 = 1 << 10;
    /// `x-kubernetes-list-type: set`
    pub const LIST_SET: u32 = 2 << 10;
    /// `x-kubernetes-list-type: map`
    pub const LIST_MAP: u32 = 3 << 10;
    /// `x-kubernetes-preserve-unknown-fields`
    pub const PRESERVE: u32 = 1 << 12;
    /// `x-kubernetes-embedded-resource`
    pub const EMBEDDED: u32 = 1 << 13;
    /// The node is a reference.
    pub const REFERENCE: u32 = 1 << 14;
    /// The node is a list.
    pub const LIST: u32 = 2 << 14;
    /// The node is a map.
    pub const MAP: u32 = 3 << 14;
}
