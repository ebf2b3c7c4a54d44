//! What is wrong, as data. Words are made of it in [`words`](super::words), and nowhere else: whoever wants to know
//! what a finding is about asks its [`Fact`], never its message.

use crate::text::MASK;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a finding is about.
///
/// In JSON the name of the variant is the member `kind`, in kebab case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fact {
    /// A field that the schema of its map does not have.
    UnknownField {
        /// Its name.
        field: String,
        /// The field that is likely meant, of those that are not there yet.
        near: Option<String>,
        /// Where a field of this name and type belongs, if there is one such place: the path from the map that it stands in,
        /// or from the object where it is not below that; empty for the object itself.
        inside: Option<String>,
        /// What has taken its place, where an older version of the API had it here.
        now: Option<String>,
        /// The fields that there are.
        known: Vec<String>,
    },
    /// A field that may be left out, and better is not.
    NotSet {
        /// Its path below the place.
        field: String,
    },
    /// A field that is better another or not there.
    Unwanted {
        /// Its name.
        field: String,
        /// What it is.
        found: Found,
    },
    /// Something is not as it should be, in the words of a rule.
    Remark {
        /// What.
        says: String,
    },
    /// An object is named that is not part of the release.
    NoSuchObject {
        /// Its kind.
        of: String,
        /// Its name.
        name: String,
        /// The object of that kind that is likely meant.
        near: Option<String>,
    },
    /// A port is named that the object has not.
    NoSuchPort {
        /// The kind of the object.
        of: String,
        /// Its name.
        name: String,
        /// The port.
        port: String,
        /// The ports that it has.
        known: Vec<String>,
    },
    /// A text that is no amount of anything.
    NoQuantity {
        /// The text.
        found: String,
        /// The amount that is likely meant.
        near: Option<String>,
    },
    /// A volume is named that the pod has not.
    NoSuchVolume {
        /// Its name.
        name: String,
        /// The volume that is likely meant.
        near: Option<String>,
    },
    /// A selector that fits nothing in the release.
    SelectsNothing {
        /// What it should fit: `Pods`, `Services`.
        of: String,
        /// The labels that are asked for, as `key=value`.
        labels: Vec<String>,
    },
    /// Another object of the release is the same.
    SameObject {
        /// Its kind.
        of: String,
        /// Its name.
        name: String,
    },
    /// A comment that allows what is not found.
    UnusedAllow {
        /// The name in it.
        name: String,
    },
    /// A rule of the user's own does not hold.
    OwnRule {
        /// Its code.
        code: String,
        /// Its message.
        message: String,
    },
    /// A field that must be there.
    MissingField {
        /// Its name.
        field: String,
        /// Whether it is there, and null.
        null: bool,
    },
    /// A field that must be there and is null, which whoever decodes it may take for missing.
    NullField {
        /// Its name.
        field: String,
    },
    /// A name of an object that is there and empty.
    EmptyField {
        /// Its name.
        field: String,
    },
    /// A value of another type than the schema asks for.
    WrongType {
        /// The types it asks for.
        expected: Vec<Type>,
        /// What there is.
        found: Found,
        /// How the value is spelt in its text, where it is a scalar and no secret.
        written: Option<String>,
    },
    /// A value that is none of those listed.
    NotListed {
        /// The values listed.
        allowed: Vec<String>,
        /// The one that is likely meant.
        near: Option<String>,
        /// What there is.
        found: Found,
    },
    /// A number that its type cannot hold.
    IntegerRange {
        /// Bits of the type.
        bits: u32,
        /// What there is.
        found: Found,
    },
    /// A number beyond a bound.
    OutOfRange {
        /// What the number must be: `at least 1`, `a multiple of 5`.
        bound: String,
        /// What it is.
        found: String,
    },
    /// Too few or too many characters, items or entries.
    Length {
        /// The least that is allowed.
        least: Option<u64>,
        /// The most that is allowed.
        most: Option<u64>,
        /// How many there are.
        found: u64,
        /// What is counted: `characters`, `items` or `entries`.
        of: String,
    },
    /// A text that does not match a pattern.
    Pattern {
        /// The regular expression.
        pattern: String,
        /// What there is.
        found: Found,
    },
    /// A text that is not of a format.
    Format {
        /// The format in words: `an IPv4 address`.
        format: String,
        /// What there is.
        found: Found,
    },
    /// An item that occurs twice in a list that is a set.
    DuplicateItem {
        /// The item.
        found: Found,
    },
    /// Two items with the same keys in a list that is a map.
    DuplicateKeys {
        /// The fields that are the keys.
        fields: Vec<String>,
        /// Their values.
        values: Vec<String>,
    },
    /// A key that occurs twice in one map.
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A value that fits none, or more than one, of several schemas.
    Alternatives {
        /// The schemas in words.
        expected: String,
        /// How many fit.
        fit: u32,
    },
    /// A value that a schema excludes.
    Forbidden {
        /// The fields that may not be there together.
        fields: Vec<String>,
    },
    /// A field that is fixed once the object exists, and that an update changes.
    Immutable {
        /// The field, with dots.
        field: String,
        /// JSON pointer of the first value in it that differs.
        place: String,
        /// That value in the object that is there; none where it says nothing.
        was: Option<Found>,
        /// What it becomes; none where it goes.
        becomes: Option<Found>,
    },
    /// A change that a rule about changes refuses.
    Change {
        /// The field, with dots.
        field: String,
        /// The rule.
        rule: String,
        /// The value in the object that is there; none where it says nothing.
        was: Option<Found>,
        /// What it becomes; none where it goes.
        becomes: Option<Found>,
    },
    /// How the API server itself says it, where that is known, beside the words of the finding.
    ServerSays {
        /// How it classes it, as in the causes of its answers: `FieldValueInvalid`.
        reason: String,
        /// Its words behind the value; examples and regular expressions that it adds are left out. Empty where they are
        /// not known.
        detail: String,
    },
    /// What is there before an update is not known.
    NothingBefore {
        /// Why.
        reason: String,
    },
    /// A rule of a custom resource that does not hold.
    Rule {
        /// The rule in CEL.
        rule: String,
        /// What its author says.
        message: String,
    },
    /// A rule of a custom resource that was not evaluated.
    RuleSkipped {
        /// The rule in CEL.
        rule: String,
        /// Why not.
        reason: String,
    },
    /// A kind that nothing is known of.
    UnknownKind {
        /// `apiVersion` of the object.
        api_version: String,
        /// Its `kind`.
        of: String,
        /// `apiVersion` and `kind` that are likely meant.
        near: Option<(String, String)>,
    },
    /// A kind that only later versions of Kubernetes serve.
    ServedLater {
        /// `apiVersion` of the object.
        api_version: String,
        /// Its `kind`.
        of: String,
        /// The first version that serves it.
        since: String,
        /// The version that is looked at.
        here: String,
        /// The `apiVersion` to use there.
        replacement: Option<String>,
    },
    /// A kind that only earlier versions of Kubernetes serve.
    ServedBefore {
        /// `apiVersion` of the object.
        api_version: String,
        /// Its `kind`.
        of: String,
        /// The last version that serves it, as far as schemas tell.
        last: Option<String>,
        /// The version that removed it, where that is known.
        removed: Option<String>,
        /// The version that is looked at.
        here: String,
        /// The `apiVersion`, or in words what else, to use there.
        replacement: Option<String>,
    },
    /// A version of a custom kind that its definition does not serve.
    NotServed {
        /// `apiVersion` of the object.
        api_version: String,
        /// Its `kind`.
        of: String,
    },
    /// A kind that is on its way out.
    Deprecated {
        /// `apiVersion` of the object.
        api_version: String,
        /// Its `kind`.
        of: String,
        /// What deprecated it, with the version: `Kubernetes 1.22`.
        since: Option<String>,
        /// The version that removes it.
        removed: Option<String>,
        /// What to use instead.
        replacement: Option<String>,
        /// What its definition says.
        warning: Option<String>,
    },

    /// A version of Kubernetes that there are no schemas for.
    UnknownKubeVersion {
        /// The version.
        version: String,
        /// The version whose schemas are used in its place, where that is sound.
        instead: Option<String>,
        /// The versions that are known.
        known: Vec<String>,
    },

    /// Templates reached through nothing.
    NilAccess {
        /// The field that was asked of nothing.
        field: String,
    },
    /// Templates asked a value for a field that its type does not have.
    NoSuchField {
        /// The field.
        field: String,
        /// Go's type of the value.
        of: String,
    },
    /// An argument of another type than a function takes.
    WrongArgument {
        /// Go's type that is taken.
        expected: String,
        /// Go's type that was given; none for nothing.
        found: Option<String>,
    },
    /// A call with too few or too many arguments.
    ArgumentCount {
        /// The function.
        function: String,
        /// How many it takes, or how many at least.
        expected: u32,
        /// How many there are.
        given: u32,
    },
    /// `range` over what is no collection.
    NotIterable {
        /// What it is, as Go prints it.
        found: String,
    },
    /// `include` or `template` of a name that nobody defines.
    UnknownTemplate {
        /// The name.
        name: String,
        /// The defined name that is likely meant.
        near: Option<String>,
    },
    /// A call of a function that there is not.
    UnknownFunction {
        /// Its name.
        name: String,
        /// The function that is likely meant.
        near: Option<String>,
    },
    /// A variable that was not declared here.
    UndefinedVariable {
        /// Its name, with the dollar sign.
        name: String,
    },
    /// A quotation mark that is one for people only.
    TypographicQuote {
        /// The mark.
        found: char,
    },
    /// A key with a dash in it that is written with dots.
    DashedKey {
        /// What is written, such as `.Values.my-app.tag`.
        written: String,
        /// How it is read instead: `index .Values "my-app" "tag"`.
        instead: String,
    },
    /// An action, a comment, a quotation or a block that is not closed.
    Unclosed {
        /// What it is: `action`, `comment`, `string`, `raw string`, `parenthesis`, `if`, `with`, `range`, `define`, `block`.
        what: String,
        /// The line where it was opened, where that is known.
        opened: Option<u32>,
    },
    /// A name that a file defines a second time.
    DefinedTwice {
        /// The name.
        name: String,
        /// The line where the first definition stands.
        first: u32,
    },
    /// An `end` or `else` that closes nothing.
    NothingOpen {
        /// `end` or `else`.
        word: String,
    },
    /// `fail` or `required` ended the work.
    Refused {
        /// `fail` or `required`.
        function: String,
        /// What the chart says.
        message: String,
    },

    /// A helper that another chart's definition of the same name replaces.
    ReplacedHelper {
        /// Its name.
        name: String,
        /// Where the definition that is used stands: `FILE:LINE`.
        by: String,
        /// The chart that gets the other body.
        chart: String,
    },

    /// A text that is no YAML.
    NoYaml {
        /// What the parser says.
        reason: String,
    },
    /// A value that values.schema.json refuses.
    ValuesSchema {
        /// The chart whose schema it is.
        chart: String,
        /// Pointer to the value in the chart's values.
        pointer: String,
        /// The path to it as its user writes it: of a chart inside with the chart's name in front.
        path: String,
        /// The property that is missing, where one is.
        missing: Option<String>,
        /// The property that should not be there, where one is.
        extra: Option<String>,
        /// The path that is likely meant.
        near: Option<String>,
        /// What the schema's library says.
        reason: String,
    },
    /// A key in the values that no template reads.
    UnknownValue {
        /// Its path.
        path: String,
        /// The path that is likely meant.
        near: Option<String>,
    },
    /// A key in the values that no template read in this render.
    UnusedValue {
        /// Its path.
        path: String,
    },
    /// A value that templates write and nobody sets.
    UndefinedValue {
        /// Its path.
        path: String,
        /// The path that is likely meant.
        near: Option<String>,
        /// Others that are missing beside it.
        others: Vec<String>,
        /// Where it is set to null, `FILE:LINE`, which is as good as not at all.
        null: Option<String>,
    },
}

impl Fact {
    /// The fact without the values in it, for what may be a secret.
    pub fn masked(mut self) -> Fact {
        match &mut self {
            Fact::WrongType { found, written, .. } => {
                found.text = None;
                *written = None;
            }
            Fact::NotListed { found, .. }
            | Fact::Unwanted { found, .. }
            | Fact::IntegerRange { found, .. }
            | Fact::Pattern { found, .. }
            | Fact::Format { found, .. }
            | Fact::DuplicateItem { found } => found.text = None,
            Fact::Immutable { was, becomes, .. } | Fact::Change { was, becomes, .. } => {
                was.iter_mut().chain(becomes).for_each(|found| found.text = None);
            }
            _ => {}
        }
        self
    }

    /// The same with what stands between backticks masked, where that may be the value.
    pub fn with_masked_words(mut self) -> Fact {
        if let Fact::Remark { says } = &mut self {
            let parts = says.split('`').enumerate();
            *says = parts.map(|(n, part)| if n % 2 == 1 { MASK } else { part }).collect::<Vec<_>>().join("`");
        }
        self
    }

    /// The field that a finding says is missing.
    pub fn missing_field(&self) -> Option<&str> {
        match self {
            Fact::MissingField { field, .. } => Some(field),
            _ => None,
        }
    }
}

/// A type of the values in objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Type {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A text.
    String,
    /// A quantity such as `100Mi`: a number or a text.
    Quantity,
    /// A list.
    List,
    /// A map.
    Map,
    /// A map that is a whole object.
    Object,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Null => "null",
            Type::Boolean => "a boolean",
            Type::Integer => "an integer",
            Type::Number => "a number",
            Type::String => "a string",
            Type::Quantity => "a quantity",
            Type::List => "a list",
            Type::Map => "a map",
            Type::Object => "an object",
        })
    }
}

/// A value that was found: its type, and what it says where that is no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Found {
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// What it says, as YAML reads it; none for collections, null and secrets.
    pub text: Option<String>,
}

impl Found {
    /// Whether it is a boolean, a number or a string.
    pub fn is_scalar(&self) -> bool {
        !matches!(self.ty, Type::Null | Type::List | Type::Map | Type::Object)
    }
}

/// `the string "abc"`, `the number 3`, `a list`.
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.text, self.ty) {
            (Some(text), Type::String) => write!(f, "the string {}", super::words::quoted(text)),
            (Some(text), Type::Boolean) => write!(f, "the boolean {text}"),
            (Some(text), Type::Integer | Type::Number) => write!(f, "the number {text}"),
            (None, Type::Integer) => f.write_str("a number"),
            _ => write!(f, "{}", self.ty),
        }
    }
}
