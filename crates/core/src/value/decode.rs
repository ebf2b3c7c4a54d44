//! Decoding values into Go structs: what `yaml.Unmarshal` of sigs.k8s.io/yaml does with a target type.
//!
//! Scalars under a string field become strings, field names are found regardless of case, and a
//! value of the wrong sort gives encoding/json's error text.

use super::number::format_float;
use super::{Entries, Heap, Repr, Value};
use crate::host::HelmVersion;
use crate::text::{Str, lossy};

/// A Go type to decode into.
#[derive(Debug)]
pub enum GoType {
    /// `string`
    String,
    /// `bool`
    Bool,
    /// `interface {}`
    Any,
    /// `map[string]string` or any other map with elements of one type; the text is its name.
    Map(&'static str, &'static GoType),
    /// A slice; the text is its name in Helm 4 and in Helm 3.
    Slice([&'static str; 2], &'static GoType),
    /// A struct or a pointer to one.
    Struct(&'static GoStruct),
}

/// A Go struct to decode into.
#[derive(Debug)]
pub struct GoStruct {
    /// Type name in Helm 4 and in Helm 3.
    pub names: [&'static str; 2],
    /// Name of the type without its package; empty for anonymous structs.
    pub short: &'static str,
    /// JSON names and types of the fields.
    pub fields: &'static [(&'static str, GoType)],
}

fn pick(names: [&'static str; 2], helm: HelmVersion) -> &'static str {
    let [four, three] = names;
    if helm >= HelmVersion::V4 { four } else { three }
}

impl GoType {
    fn name(&self, helm: HelmVersion) -> &'static str {
        match self {
            GoType::String => "string",
            GoType::Bool => "bool",
            GoType::Any => "interface {}",
            GoType::Map(name, _) => name,
            GoType::Slice(names, _) => pick(*names, helm),
            GoType::Struct(ty) => pick(ty.names, helm),
        }
    }
}

/// Where the decoder is, for error texts.
struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Step<'p>,
}

enum Step<'p> {
    Root,
    Field(&'static str, &'static GoStruct),
    Key(&'p Str),
    Index(usize),
}

impl Path<'_> {
    fn error(&self, value: &Value, ty: &GoType, helm: HelmVersion) -> String {
        let what = match &value.repr {
            Repr::Bool(_) => "bool",
            Repr::Int(..) | Repr::Float(..) => "number",
            Repr::Str(_) => "string",
            Repr::List(_) => "array",
            _ => "object",
        };
        let mut steps: Vec<&Path<'_>> = std::iter::successors(Some(self), |p| p.parent).collect();
        steps.reverse();
        let place = match &self.step {
            Step::Root => "Go value".to_owned(),
            _ if helm >= HelmVersion::V4 => {
                let path: String = steps
                    .iter()
                    .map(|p| match &p.step {
                        Step::Root => String::new(),
                        Step::Field(name, _) => format!(".{name}"),
                        Step::Key(key) => format!(".{}", key.to_lossy().replace('~', "~0").replace('/', "~1")),
                        Step::Index(i) => format!(".{i}"),
                    })
                    .collect();
                match self.step {
                    Step::Index(_) => path,
                    _ => format!("Go struct field {path}"),
                }
            }
            _ => {
                let fields: Vec<_> = steps
                    .iter()
                    .filter_map(|p| match &p.step {
                        Step::Field(name, ty) => Some((*name, *ty)),
                        _ => None,
                    })
                    .collect();
                let owner = fields.last().map_or("", |(_, ty)| ty.short);
                let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
                format!("Go struct field {owner}.{}", names.join("."))
            }
        };
        format!("json: cannot unmarshal {what} into {place} of type {}", ty.name(helm))
    }
}

/// Decodes `value` as `ty`: maps get the struct's own field names, scalars become strings where
/// the type asks for it. The error is encoding/json's text.
pub fn decode(heap: &mut Heap, value: &Value, ty: &'static GoType, helm: HelmVersion) -> Result<Value, String> {
    let root = Path { parent: None, step: Step::Root };
    decode_at(heap, value, ty, helm, &root)
}

fn decode_at(
    heap: &mut Heap,
    value: &Value,
    ty: &'static GoType,
    helm: HelmVersion,
    path: &Path<'_>,
) -> Result<Value, String> {
    if value.is_nil() {
        return Ok(value.clone());
    }
    match (ty, &value.repr) {
        (GoType::Any, _) => Ok(value.clone()),
        (GoType::String, repr) => match scalar_text(repr) {
            Some(text) => Ok(Value::str(text).with_origin(value.origin)),
            None => Err(path.error(value, ty, helm)),
        },
        (GoType::Bool, Repr::Bool(_)) => Ok(value.clone()),
        (GoType::Map(_, element), Repr::Map(id)) => {
            let mut entries = Entries::new();
            for (key, item) in heap.map(*id).entries.clone() {
                let at = Path { parent: Some(path), step: Step::Key(&key) };
                let mut item = decode_at(heap, &item, element, helm, &at)?;
                if item.is_nil() && matches!(element, GoType::String) {
                    item = Value::str("");
                }
                entries.insert(key, item);
            }
            Ok(heap.new_dict(entries).with_origin(value.origin))
        }
        (GoType::Slice(_, element), Repr::List(id)) => {
            let mut items = Vec::new();
            for (i, item) in heap.list(*id).items.clone().iter().enumerate() {
                let at = Path { parent: Some(path), step: Step::Index(i) };
                let mut item = decode_at(heap, item, element, helm, &at)?;
                if item.is_nil() && matches!(element, GoType::String) {
                    item = Value::str("");
                }
                items.push(item);
            }
            Ok(heap.new_list(items).with_origin(value.origin))
        }
        (GoType::Struct(ty), Repr::Map(id)) => {
            let mut entries = Entries::new();
            for (key, item) in heap.map(*id).entries.clone() {
                let Some((name, field)) = field(ty, &key) else { continue };
                let at = Path { parent: Some(path), step: Step::Field(name, ty) };
                let item = decode_at(heap, &item, field, helm, &at)?;
                // A null empties what can be nil; elsewhere Go passes it.
                if !item.is_nil() || matches!(field, GoType::Slice(..) | GoType::Map(..)) {
                    let name = if key.as_bytes() == name.as_bytes() { key } else { Str::from(*name) };
                    entries.insert(name, item);
                }
            }
            Ok(heap.new_dict(entries).with_origin(value.origin))
        }
        _ => Err(path.error(value, ty, helm)),
    }
}

/// The first number that JSON has none for, where no text is wanted.
pub fn unsupported(heap: &Heap, value: &Value, ty: &'static GoType) -> Option<f64> {
    match (ty, &value.repr) {
        (GoType::String, Repr::Float(..)) => None,
        (GoType::Map(_, element), Repr::Map(id)) => {
            heap.map(*id).entries.values().find_map(|item| unsupported(heap, item, element))
        }
        (GoType::Slice(_, element), Repr::List(id)) => {
            heap.list(*id).items.iter().find_map(|item| unsupported(heap, item, element))
        }
        (GoType::Struct(ty), Repr::Map(id)) => heap.map(*id).entries.iter().find_map(|(key, item)| {
            let wanted = field(ty, key).map_or(&GoType::Any, |(_, wanted)| wanted);
            unsupported(heap, item, wanted)
        }),
        _ => heap.find_unsupported(value),
    }
}

/// The field a key names: exactly, or else regardless of case.
fn field(ty: &'static GoStruct, key: &Str) -> Option<&'static (&'static str, GoType)> {
    let exact = ty.fields.iter().find(|(name, _)| name.as_bytes() == key.as_bytes());
    exact.or_else(|| match key.is_ascii() {
        true => ty.fields.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(key)),
        false => {
            let text = lossy(key).to_lowercase();
            ty.fields.iter().find(|(name, _)| name.to_lowercase() == text)
        }
    })
}

/// The text of a scalar under a string field.
fn scalar_text(repr: &Repr) -> Option<Str> {
    Some(match repr {
        Repr::Str(s) => s.clone(),
        Repr::Bool(b) => Str::from(if *b { "true" } else { "false" }),
        Repr::Int(n, ty) if ty.is_unsigned() => Str::from((*n as u64).to_string()),
        Repr::Int(n, _) => Str::from(n.to_string()),
        Repr::Float(f, _) => Str::from(format_float(*f, b'g', None, 64)),
        _ => return None,
    })
}
