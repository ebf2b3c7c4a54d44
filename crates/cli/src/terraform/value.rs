//! Values of expressions, each with the place it comes from.

use super::text::Text;
use chartlens::budget::Exhausted;
use serde_json::Number;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A place in one of the sources: its number, and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The number of the source.
    pub source: usize,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A value.
#[derive(Clone, Debug)]
pub struct Value {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Rc<Text>),
    /// A list, a set or a tuple.
    List(Rc<Items>),
    /// A map or an object.
    Map(Rc<Entries>),
    /// What only a run of Terraform can tell.
    Unknown(Type),
    /// What Terraform would refuse to work out: to `try` it is another thing than what is not known.
    Failed,
}

/// The items of a list.
#[derive(Debug)]
pub struct Items {
    /// The items.
    pub items: Vec<Value>,
    depth: u64,
}

/// The entries of a map.
#[derive(Debug, Default)]
pub struct Entries {
    /// The entries: where the key stands, and the value.
    pub entries: BTreeMap<String, (Place, Value)>,
    /// What is not known and may bring others, or set some of these otherwise.
    pub open: Option<Place>,
    depth: u64,
}

/// How deep lists and maps may lie inside each other.
const MAX_DEPTH: u64 = 200;

/// The type of a variable.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Type {
    /// Any at all.
    #[default]
    Any,
    /// `string`
    Text,
    /// `number`
    Number,
    /// `bool`
    Bool,
    /// `list(…)` and `set(…)`
    List(Box<Type>),
    /// `map(…)`
    Map(Box<Type>),
    /// `object({…})`: the type of each attribute, and what it is when it is left out.
    Object(BTreeMap<String, (Type, Option<Left>)>),
}

/// What an optional attribute is when it is left out.
#[derive(Clone, Debug)]
pub struct Left(pub Value);

impl PartialEq for Left {
    fn eq(&self, other: &Left) -> bool {
        self.0.equals(&other.0)
    }
}

impl Value {
    /// A value at a place.
    pub fn new(place: Place, data: Data) -> Value {
        Value { place, data }
    }

    /// Nothing.
    pub fn null(place: Place) -> Value {
        Value::new(place, Data::Null)
    }

    /// What only a run can tell.
    pub fn unknown(place: Place, ty: Type) -> Value {
        Value::new(place, Data::Unknown(ty))
    }

    /// What Terraform would refuse.
    pub fn failed(place: Place) -> Value {
        Value::new(place, Data::Failed)
    }

    /// A text that stands at a place, or is made there.
    pub fn text(place: Place, text: impl Into<String>) -> Value {
        Value::new(place, Data::Text(Rc::new(Text::new(text, place))))
    }

    /// A number that is made at a place.
    pub fn number(place: Place, number: f64) -> Value {
        let whole = number.fract() == 0.0 && number.abs() < 9e15;
        let number = if whole { Some(Number::from(number as i64)) } else { Number::from_f64(number) };
        number.map_or(Value::failed(place), |number| Value::new(place, Data::Number(number)))
    }

    /// A list.
    pub fn list(place: Place, items: Vec<Value>) -> Result<Value, Exhausted> {
        let depth = deeper(items.iter())?;
        Ok(Value::new(place, Data::List(Rc::new(Items { items, depth }))))
    }

    /// A map.
    pub fn map(
        place: Place,
        entries: BTreeMap<String, (Place, Value)>,
        open: Option<Place>,
    ) -> Result<Value, Exhausted> {
        let depth = deeper(entries.values().map(|(_, value)| value))?;
        Ok(Value::new(place, Data::Map(Rc::new(Entries { entries, open, depth }))))
    }

    /// Whether nothing of it is known.
    pub fn is_unknown(&self) -> bool {
        matches!(self.data, Data::Unknown(_) | Data::Failed)
    }

    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Value]> {
        match &self.data {
            Data::List(list) => Some(&list.items),
            _ => None,
        }
    }

    /// The entries of a map.
    pub fn entries(&self) -> Option<&Entries> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The entry of a map.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries()?.entries.get(key).map(|(_, value)| value)
    }

    /// The value as a text, as Terraform makes one of booleans and numbers.
    pub fn to_text(&self) -> Option<Rc<Text>> {
        let text = match &self.data {
            Data::Text(text) => return Some(text.clone()),
            Data::Bool(value) => value.to_string(),
            Data::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(Rc::new(Text::new(text, self.place)))
    }

    /// The value as a plain text, which is known as a whole.
    pub fn to_plain(&self) -> Option<String> {
        self.to_text().filter(|text| text.is_known()).map(|text| text.as_str().to_owned())
    }

    /// The value as a number.
    pub fn to_number(&self) -> Option<f64> {
        match &self.data {
            Data::Number(number) => number.as_f64(),
            Data::Text(text) if text.is_known() => text.as_str().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    /// The value as a boolean.
    pub fn to_bool(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(value) => Some(*value),
            Data::Text(text) if text.is_known() => text.as_str().parse().ok(),
            _ => None,
        }
    }

    /// Whether all of it is known.
    pub fn is_known(&self) -> bool {
        match &self.data {
            Data::Unknown(_) | Data::Failed => false,
            Data::Text(text) => text.is_known(),
            Data::List(list) => list.items.iter().all(Value::is_known),
            Data::Map(map) => map.open.is_none() && map.entries.values().all(|(_, value)| value.is_known()),
            Data::Null | Data::Bool(_) | Data::Number(_) => true,
        }
    }

    /// Whether two values say the same, wherever they stand.
    pub fn equals(&self, other: &Value) -> bool {
        match (&self.data, &other.data) {
            (Data::Null, Data::Null) => true,
            (Data::Bool(a), Data::Bool(b)) => a == b,
            (Data::Number(_), Data::Number(_)) => self.to_number() == other.to_number(),
            (Data::Text(a), Data::Text(b)) => a.as_str() == b.as_str(),
            (Data::List(a), Data::List(b)) => {
                a.items.len() == b.items.len() && a.items.iter().zip(&b.items).all(|(a, b)| a.equals(b))
            }
            (Data::Map(a), Data::Map(b)) => {
                type Entry<'e> = (&'e String, &'e (Place, Value));
                let same = |((k, (_, a)), (l, (_, b))): (Entry<'_>, Entry<'_>)| k == l && a.equals(b);
                a.entries.len() == b.entries.len() && a.entries.iter().zip(&b.entries).all(same)
            }
            _ => false,
        }
    }

    /// The value as a variable of a type has it.
    pub fn converted(self, ty: &Type) -> Result<Value, Exhausted> {
        let place = self.place;
        Ok(match (ty, &self.data) {
            (Type::Any, _) | (_, Data::Null | Data::Failed) => self,
            (ty, Data::Unknown(_)) => Value::unknown(place, ty.clone()),
            (Type::Text, _) => self.to_text().map_or(Value::failed(place), |text| Value::new(place, Data::Text(text))),
            (Type::Number, Data::Number(_)) => self,
            (Type::Number, _) => self.to_number().map_or(Value::failed(place), |number| Value::number(place, number)),
            (Type::Bool, _) => {
                self.to_bool().map_or(Value::failed(place), |value| Value::new(place, Data::Bool(value)))
            }
            (Type::List(of), Data::List(list)) => {
                let items = list.items.iter().map(|item| item.clone().converted(of)).collect::<Result<_, _>>()?;
                Value::list(place, items)?
            }
            (Type::Map(of), Data::Map(map)) => {
                let one = |(key, (at, value)): (&String, &(Place, Value))| {
                    Ok((key.clone(), (*at, value.clone().converted(of)?)))
                };
                Value::map(place, map.entries.iter().map(one).collect::<Result<_, _>>()?, map.open)?
            }
            (Type::Object(attributes), Data::Map(map)) => {
                let mut entries = BTreeMap::new();
                for (name, (ty, left)) in attributes {
                    let entry = match (map.entries.get(name), left) {
                        (Some((at, value)), left) => match (&value.data, left) {
                            (Data::Null, Some(Left(left))) => (*at, left.clone()),
                            _ => (*at, value.clone().converted(ty)?),
                        },
                        (None, Some(Left(left))) => (left.place, left.clone()),
                        (None, None) => return Ok(Value::failed(place)),
                    };
                    entries.insert(name.clone(), entry);
                }
                Value::map(place, entries, map.open)?
            }
            _ => Value::failed(place),
        })
    }
}

fn deeper<'v>(values: impl Iterator<Item = &'v Value>) -> Result<u64, Exhausted> {
    let depth = |value: &Value| match &value.data {
        Data::List(list) => list.depth,
        Data::Map(map) => map.depth,
        _ => 0,
    };
    match values.map(depth).max().unwrap_or(0) + 1 {
        depth if depth > MAX_DEPTH => Err(Exhausted::Depth(MAX_DEPTH)),
        depth => Ok(depth),
    }
}
