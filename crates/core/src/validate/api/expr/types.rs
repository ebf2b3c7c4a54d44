//! Types of values, from the schemas of custom resources.

use crate::kube::tree::Node;
use crate::validate::crd::cel::escape;
use std::fmt;

/// The names of types, which are values too.
pub(super) const NAMES: &[&str] = &[
    "bool",
    "bytes",
    "double",
    "duration",
    "google",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "timestamp",
    "type",
    "uint",
];

/// A type.
#[derive(Clone, Debug)]
pub(in crate::validate::api) enum Type<'t> {
    /// The checker does not know.
    Unknown,
    /// The server does not know before there is a value.
    Dyn,
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    Null,
    Time,
    Duration,
    List(Box<Type<'t>>),
    Map(Box<Type<'t>>),
    /// The fields of a schema of a custom resource; whether it is that of the whole object.
    Object(Node<'t>, bool),
    /// These fields.
    Fields(Vec<(String, Type<'t>)>),
}

impl<'t> Type<'t> {
    /// What a schema says (SchemaDeclType).
    pub(in crate::validate::api) fn of_schema(schema: Node<'t>, root: bool) -> Type<'t> {
        if schema.bool("x-kubernetes-int-or-string") == Some(true) {
            return Type::Dyn;
        }
        match (schema.str("type").unwrap_or(""), schema.str("format").unwrap_or("")) {
            ("array", _) => {
                Type::List(Box::new(schema.get("items").map_or(Type::Unknown, |items| Type::of_schema(items, false))))
            }
            ("object", _) => match schema.get("additionalProperties") {
                Some(of) if of.is_map() => Type::Map(Box::new(Type::of_schema(of, false))),
                Some(of) if of.as_bool() == Some(true) => Type::Unknown,
                _ if root || schema.get("properties").is_some() => Type::Object(schema, root),
                _ => Type::Unknown,
            },
            ("boolean", _) => Type::Bool,
            ("integer", _) => Type::Int,
            ("number", _) => Type::Double,
            ("string", "byte") => Type::Bytes,
            ("string", "duration") => Type::Duration,
            ("string", "date" | "date-time") => Type::Time,
            ("string", _) => Type::Text,
            ("", _) if schema.bool("x-kubernetes-preserve-unknown-fields") == Some(true) => Type::Dyn,
            _ => Type::Unknown,
        }
    }

    pub(super) fn has_fields(&self) -> bool {
        matches!(self, Type::Object(..) | Type::Fields(_) | Type::Map(_) | Type::Dyn | Type::Unknown)
    }

    /// The type of a field.
    pub(super) fn field(&self, name: &str) -> Option<Type<'t>> {
        match self {
            Type::Unknown => Some(Type::Unknown),
            Type::Dyn => Some(Type::Dyn),
            Type::Map(of) => Some((**of).clone()),
            Type::Fields(fields) => fields.iter().find(|(known, _)| known == name).map(|(_, ty)| ty.clone()),
            Type::Object(schema, root) => {
                let whole = *root || schema.bool("x-kubernetes-embedded-resource") == Some(true);
                match name {
                    "apiVersion" | "kind" if whole => return Some(Type::Text),
                    "metadata" if whole => {
                        let names = ["name", "generateName"].map(|name| (name.to_owned(), Type::Text));
                        return Some(Type::Fields(names.to_vec()));
                    }
                    _ => {}
                }
                let property = schema.map("properties").find(|(known, _)| escape(known) == name);
                property.map(|(_, property)| Type::of_schema(property, false))
            }
            _ => None,
        }
    }

    /// Whether a value may be either.
    pub(super) fn fits(&self, other: &Type<'t>) -> bool {
        match (self, other) {
            (Type::Unknown | Type::Dyn, _) | (_, Type::Unknown | Type::Dyn) => true,
            (Type::Null, Type::Object(..) | Type::Fields(_) | Type::Time | Type::Duration) => true,
            (Type::Object(..) | Type::Fields(_) | Type::Time | Type::Duration, Type::Null) => true,
            (Type::List(a), Type::List(b)) | (Type::Map(a), Type::Map(b)) => a.fits(b),
            (Type::Object(..) | Type::Fields(_) | Type::Map(_), Type::Object(..) | Type::Fields(_) | Type::Map(_)) => {
                true
            }
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// What is known of a value that is of both types.
    pub(super) fn join(self, other: Type<'t>) -> Type<'t> {
        match (self, other) {
            (Type::Unknown, _) | (_, Type::Unknown) => Type::Unknown,
            (Type::Dyn, Type::Dyn) => Type::Dyn,
            (Type::List(a), Type::List(b)) => Type::List(Box::new(a.join(*b))),
            (Type::Map(a), Type::Map(b)) => Type::Map(Box::new(a.join(*b))),
            (
                a @ (Type::Bool
                | Type::Int
                | Type::Uint
                | Type::Double
                | Type::Text
                | Type::Bytes
                | Type::Time
                | Type::Duration),
                b,
            ) if std::mem::discriminant(&a) == std::mem::discriminant(&b) => a,
            _ => Type::Unknown,
        }
    }
}

impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Unknown => "unknown",
            Type::Dyn => "dyn",
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Uint => "uint",
            Type::Double => "double",
            Type::Text => "string",
            Type::Bytes => "bytes",
            Type::Null => "null",
            Type::Time => "timestamp",
            Type::Duration => "duration",
            Type::List(of) => return write!(f, "list of {of}"),
            Type::Map(of) => return write!(f, "map of {of}"),
            Type::Object(..) | Type::Fields(_) => "object",
        })
    }
}
