//! The schema of a custom kind: what structural schemas can say.

use regex::Regex;
use std::sync::OnceLock;

/// Number of a schema in its [`Schemas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SchemaId(pub(super) u32);

/// The schemas of one version of a kind; the first is that of the whole object.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    pub(super) all: Vec<CustomSchema>,
}

impl Schemas {
    /// The schema of the whole object.
    pub fn root(&self) -> Option<&CustomSchema> {
        self.all.first()
    }

    /// The schema with this number.
    pub fn get(&self, id: SchemaId) -> Option<&CustomSchema> {
        self.all.get(id.0 as usize)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// The types that values may have; none of them means any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Types {
    /// Strings.
    pub string: bool,
    /// Whole numbers.
    pub integer: bool,
    /// Numbers.
    pub number: bool,
    /// Booleans.
    pub boolean: bool,
    /// Maps.
    pub object: bool,
    /// Lists.
    pub array: bool,
}

impl Types {
    /// Whether any value will do.
    pub fn is_any(self) -> bool {
        self == Types::default()
    }
}

/// One schema.
#[derive(Clone, Debug, Default)]
pub struct CustomSchema {
    /// The types of values.
    pub types: Types,
    /// Whether null is a value; otherwise it is dropped.
    pub nullable: bool,
    /// `x-kubernetes-int-or-string`
    pub int_or_string: bool,
    /// Whether fields that the schema does not know are kept or fine.
    pub open: bool,
    /// `x-kubernetes-embedded-resource`, and the whole object.
    pub resource: bool,
    /// What the server fills in where there is nothing.
    pub default: Option<Box<Const>>,
    /// Fields, sorted.
    pub properties: Vec<(Box<str>, SchemaId)>,
    /// The schema of other fields.
    pub additional: Option<SchemaId>,
    /// The schema of items.
    pub items: Option<SchemaId>,
    /// Fields that must be there.
    pub required: Vec<Box<str>>,
    /// `x-kubernetes-list-type: set`
    pub is_set: bool,
    /// `x-kubernetes-list-map-keys` of a list that is a map.
    pub list_map_keys: Vec<Box<str>>,
    /// What few schemas say.
    pub more: Option<Box<More>>,
}

impl CustomSchema {
    /// The schema of a field.
    pub fn property(&self, name: &str) -> Option<SchemaId> {
        let at = self.properties.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        self.properties.get(at).map(|(_, id)| *id)
    }
}

/// What few schemas say.
#[derive(Clone, Debug, Default)]
pub struct More {
    /// Values.
    pub values: Vec<Const>,
    /// The format of strings.
    pub format: Option<Box<str>>,
    /// The pattern of strings.
    pub pattern: Option<Pattern>,
    /// Least and most of a number.
    pub number: (Option<Bound>, Option<Bound>),
    /// What a number is a multiple of.
    pub multiple_of: Option<f64>,
    /// Least and most characters.
    pub length: (Option<u64>, Option<u64>),
    /// Least and most items.
    pub items: (Option<u64>, Option<u64>),
    /// Least and most entries.
    pub entries: (Option<u64>, Option<u64>),
    /// Items must differ.
    pub unique: bool,
    /// All of these hold.
    pub all_of: Vec<SchemaId>,
    /// At least one of these holds.
    pub any_of: Vec<SchemaId>,
    /// Exactly one of these holds.
    pub one_of: Vec<SchemaId>,
    /// This does not hold.
    pub not: Option<SchemaId>,
    /// `x-kubernetes-validations`
    pub rules: Vec<Rule>,
}

/// A bound of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// The number.
    pub value: f64,
    /// Whether the number itself is out of bounds.
    pub exclusive: bool,
}

/// A value of an enumeration, or a default.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Number(f64),
    /// A string.
    Str(Box<str>),
    /// A list.
    List(Vec<Const>),
    /// A map.
    Map(Vec<(Box<str>, Const)>),
}

/// A regular expression that is compiled when it is first needed.
#[derive(Debug)]
pub struct Pattern {
    /// The expression.
    pub text: Box<str>,
    compiled: OnceLock<Option<Regex>>,
}

impl Clone for Pattern {
    fn clone(&self) -> Pattern {
        Pattern::new(&self.text)
    }
}

impl Pattern {
    pub(super) fn new(text: &str) -> Pattern {
        Pattern { text: text.into(), compiled: OnceLock::new() }
    }

    /// Whether a text matches; an expression that cannot be read matches everything.
    pub fn is_match(&self, text: &str) -> bool {
        let compiled =
            self.compiled.get_or_init(|| regex::RegexBuilder::new(&self.text).size_limit(1 << 20).build().ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

/// A rule in CEL.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The expression.
    pub rule: Box<str>,
    /// What to say where it does not hold.
    pub message: Option<Box<str>>,
    /// An expression that says it.
    pub message_expression: Option<Box<str>>,
    /// The rule as a program, once it was needed.
    #[cfg(feature = "cel")]
    pub(crate) program: Compiled,
}

/// A program that is compiled when it is first needed; the error is that of the compiler.
#[cfg(feature = "cel")]
#[derive(Default)]
pub(crate) struct Compiled(OnceLock<Result<cel::Program, String>>);

#[cfg(feature = "cel")]
impl Compiled {
    /// The program, which `compile` makes.
    pub(crate) fn get(&self, compile: impl FnOnce() -> Result<cel::Program, String>) -> Result<&cel::Program, &str> {
        self.0.get_or_init(compile).as_ref().map_err(String::as_str)
    }
}

#[cfg(feature = "cel")]
impl Clone for Compiled {
    fn clone(&self) -> Compiled {
        Compiled::default()
    }
}

#[cfg(feature = "cel")]
impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Compiled")
    }
}
