//! The Go types that templates can meet, by name.

use super::Value;

macro_rules! go_types {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant,)* }

        impl $name {
            /// The type as Go's `%T` prints it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

go_types! {
    /// Integer types.
    IntType {
        /// `int`, 64 bits wide.
        Int = "int",
        /// `int8`
        Int8 = "int8",
        /// `int16`
        Int16 = "int16",
        /// `int32`, also `rune`.
        Int32 = "int32",
        /// `int64`
        Int64 = "int64",
        /// `uint`
        Uint = "uint",
        /// `uint8`, also `byte`.
        Uint8 = "uint8",
        /// `uint16`
        Uint16 = "uint16",
        /// `uint32`
        Uint32 = "uint32",
        /// `uint64`
        Uint64 = "uint64",
        /// `time.Duration`, an int64 of nanoseconds that prints as `1h2m3s`.
        Duration = "time.Duration",
        /// `time.Month`, an int that prints as its English name.
        Month = "time.Month",
        /// `time.Weekday`, an int that prints as its English name.
        Weekday = "time.Weekday",
        /// `parse.itemType`, an int: what kind of word the parser of templates read.
        ItemType = "parse.itemType",
        /// `parse.Pos`, an int: where it stands.
        Pos = "parse.Pos",
    }
}

impl IntType {
    /// Go's kind of the type.
    pub fn kind_name(self) -> &'static str {
        match self {
            IntType::Duration => "int64",
            IntType::Month | IntType::Weekday | IntType::ItemType | IntType::Pos => "int",
            other => other.name(),
        }
    }

    /// Whether it is one of the unsigned types.
    pub fn is_unsigned(self) -> bool {
        matches!(self, IntType::Uint | IntType::Uint8 | IntType::Uint16 | IntType::Uint32 | IntType::Uint64)
    }
}

go_types! {
    /// Float types.
    FloatType {
        /// `float32`
        Float32 = "float32",
        /// `float64`
        Float64 = "float64",
    }
}

go_types! {
    /// Slice types.
    ListType {
        /// `[]interface {}`
        Any = "[]interface {}",
        /// `[]string`
        Str = "[]string",
        /// `[]int`
        Int = "[]int",
        /// `[]float64`
        Float = "[]float64",
        /// `[][]interface {}`, from `chunk`.
        Lists = "[][]interface {}",
        /// `[]map[string]interface {}`, from TOML's arrays of tables.
        Dicts = "[]map[string]interface {}",
        /// `common.VersionSet`, `.Capabilities.APIVersions`.
        VersionSet = "common.VersionSet",
        /// `[]*v2.Maintainer`
        Maintainers = "[]*v2.Maintainer",
        /// `[]*v2.Dependency`
        Dependencies = "[]*v2.Dependency",
        /// `[]net.IP`-like slices of byte slices.
        ByteSlices = "[][]uint8",
    }
}

go_types! {
    /// Map types.
    MapType {
        /// `map[string]interface {}`
        Dict = "map[string]interface {}",
        /// `map[string]string`, from `split` and chart annotations.
        Str = "map[string]string",
        /// `common.Values`, the type of `.Values` and of the top-level context.
        Values = "common.Values",
        /// `engine.files`, the type of `.Files`.
        Files = "engine.files",
    }
}

/// A method that writes a struct as text; the error is Go's.
pub type Marshal = fn(&Structure) -> Result<String, String>;

/// The type of a struct: Go's name and its methods and fields.
#[derive(Debug)]
pub struct StructType {
    /// `%T` of the struct itself.
    pub name: &'static str,
    /// `%T` of a pointer to it.
    pub pointer_name: &'static str,
    /// Names of the fields, in declaration order. Templates reach only the exported ones, whose
    /// names start with a capital letter; Go's `fmt` prints all.
    pub fields: &'static [&'static str],
    /// The `String` method, which `fmt` prefers.
    pub string: Option<fn(&Structure) -> String>,
    /// Whether `String` belongs to the pointer type alone, so that a plain struct prints its fields.
    pub string_of_pointer: bool,
    /// The `GoString` method, for `%#v`.
    pub go_string: Option<fn(&Structure) -> String>,
    /// The `MarshalText` method, which the JSON and YAML writers prefer.
    pub marshal_text: Option<Marshal>,
    /// Names of the fields in JSON and whether they are left out when empty, where the Go type says so with tags.
    /// Without, JSON shows the exported fields under their Go names.
    pub json: &'static [(&'static str, bool)],
}

impl StructType {
    /// A type without methods.
    pub const fn new(name: &'static str, pointer_name: &'static str, fields: &'static [&'static str]) -> StructType {
        StructType {
            name,
            pointer_name,
            fields,
            string: None,
            string_of_pointer: false,
            go_string: None,
            marshal_text: None,
            json: &[],
        }
    }

    /// Name of a field in JSON and whether it is left out when empty; `None` for fields that JSON does not show.
    pub fn json_name(&self, index: usize) -> Option<(&'static str, bool)> {
        if let Some(tagged) = self.json.get(index) {
            return (tagged.0 != "-").then_some(*tagged);
        }
        let name = *self.fields.get(index)?;
        name.starts_with(|c: char| c.is_ascii_uppercase()).then_some((name, false))
    }

    /// The type as `%T` prints it.
    pub fn type_name(&self, pointer: bool) -> &'static str {
        if pointer { self.pointer_name } else { self.name }
    }
}

impl Structure {
    /// A struct with these fields, or a pointer to one.
    pub fn new(ty: &'static StructType, pointer: bool, fields: Vec<Value>) -> Structure {
        Structure { ty, pointer, addressable: false, fields }
    }

    /// A pointer to no struct of this type.
    pub fn nil_pointer(ty: &'static StructType) -> Structure {
        Structure::new(ty, true, Vec::new())
    }

    /// Whether it is a pointer to none.
    pub fn is_nil(&self) -> bool {
        self.pointer && self.fields.is_empty() && !self.ty.fields.is_empty()
    }

    /// What `fmt` prints in place of the fields, if the type has a `String` method that applies.
    pub fn string_method(&self) -> Option<String> {
        let string = self.ty.string?;
        (self.pointer || !self.ty.string_of_pointer).then(|| string(self))
    }
}

/// A struct value.
#[derive(Clone, Debug)]
pub struct Structure {
    /// Its type.
    pub ty: &'static StructType,
    /// Whether the template holds a pointer to it.
    pub pointer: bool,
    /// Whether it was reached through a pointer, so that Go can take its address and finds the methods of its pointer.
    /// Handing it to a function as an `interface {}` copies it, and the copy has no address.
    pub addressable: bool,
    /// The fields, in the order of [`StructType::fields`].
    pub fields: Vec<Value>,
}

impl Structure {
    /// The exported field of this name.
    pub fn field(&self, name: &[u8]) -> Option<&Value> {
        let i = self.ty.fields.iter().position(|field| field.as_bytes() == name)?;
        self.fields.get(i)
    }
}

impl MapType {
    /// Whether the elements are `interface {}`.
    #[inline]
    pub fn holds_interfaces(self) -> bool {
        matches!(self, MapType::Dict | MapType::Values)
    }

    /// What a missing key gives under `missingkey=zero`.
    #[inline]
    pub fn zero_element(self) -> Value {
        match self {
            MapType::Dict | MapType::Values => Value::NIL_INTERFACE,
            MapType::Str => Value::str(""),
            MapType::Files => Value::new(super::Repr::Bytes(crate::text::Str::nil())),
        }
    }
}
