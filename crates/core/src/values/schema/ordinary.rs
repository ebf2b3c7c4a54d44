//! Ordinary schemas, and values that they surely accept or refuse.
//!
//! Nearly all charts write a small part of JSON Schema. Here such a schema is taken as it stands: nothing is compiled,
//! and no metaschema is asked, for its form is looked at right away. Whatever is not certain is left to the modules that
//! follow Go's library, which alone know its words.

use super::draft::Draft;
use super::format;
use crate::budget::Budget;
use crate::gotmpl::funcs::{compile_regex, regex_matches};
use crate::text::{Str, lossy, rune_count};
use crate::value::{Heap, ListId, MapId, Repr, Value};
use std::cell::RefCell;
use std::collections::HashSet;

/// Deeper schemas and values, and references in circles, are left to the others.
const MAX_DEPTH: u32 = 100;

/// Above this, floats pass over whole numbers.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Keywords that decide something and are not looked at here.
const OTHERS: [&[u8]; 19] = [
    b"$anchor",
    b"$dynamicAnchor",
    b"$dynamicRef",
    b"$recursiveAnchor",
    b"$recursiveRef",
    b"$vocabulary",
    b"additionalItems",
    b"contains",
    b"contentSchema",
    b"dependentRequired",
    b"dependentSchemas",
    b"id",
    b"maxContains",
    b"minContains",
    b"multipleOf",
    b"prefixItems",
    b"propertyNames",
    b"unevaluatedItems",
    b"unevaluatedProperties",
];

/// An ordinary schema.
#[derive(Debug)]
pub struct Ordinary {
    heap: Heap,
    root: Value,
    draft: Draft,
}

impl Ordinary {
    /// The schema in `heap`, if it is ordinary: valid, and without anything that is not known here.
    pub fn of(heap: Heap, root: Value) -> Option<Ordinary> {
        let named = root.as_map().and_then(|map| heap.get(map, b"$schema"));
        let draft = match named {
            None => Draft::D2020,
            Some(name) => Draft::of_url(name.as_str()?.to_str()?)?,
        };
        let schema = Ordinary { heap, root, draft };
        let form = Form { schema: &schema, named: RefCell::new(HashSet::from([b"#".as_slice()])) };
        let is_ordinary = draft >= Draft::D7 && form.is_schema(&schema.root, 0);
        is_ordinary.then_some(schema)
    }

    /// Whether it accepts a value; none where that is not certain.
    pub fn accepts(&self, heap: &Heap, budget: &Budget, value: &Value) -> Option<bool> {
        Check { schema: self, heap, budget }.accepts(&self.root, value, 0)
    }

    /// What a reference names: a place that plain keys lead to.
    fn target(&self, name: &[u8]) -> Option<&Value> {
        let is_plain =
            |key: &&[u8]| key.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'$'));
        let mut keys = name.strip_prefix(b"#")?.split(|b| *b == b'/');
        keys.next().filter(|before| before.is_empty())?;
        keys.try_fold(&self.root, |at, key| self.heap.get(at.as_map()?, Some(key).filter(is_plain)?))
    }

    fn items(&self, list: Option<&Value>) -> &[Value] {
        list.and_then(Value::as_list).map_or(&[], |list| &self.heap.list(list).items)
    }

    /// The items of a list of scalars of which no two are equal.
    fn distinct(&self, value: &Value) -> Option<&[Value]> {
        let items = &self.heap.list(value.as_list()?).items;
        are_distinct(items).then_some(items)
    }
}

/// A look at the form of a schema.
struct Form<'o> {
    schema: &'o Ordinary,
    /// The references that were looked at.
    named: RefCell<HashSet<&'o [u8]>>,
}

impl<'o> Form<'o> {
    fn is_schema(&self, value: &'o Value, depth: u32) -> bool {
        match value.repr {
            _ if depth > MAX_DEPTH => false,
            Repr::Bool(_) => true,
            Repr::Map(map) => {
                self.schema.heap.map(map).entries.iter().all(|(key, value)| self.is_keyword(key, value, depth))
            }
            _ => false,
        }
    }

    fn is_keyword(&self, key: &[u8], value: &'o Value, depth: u32) -> bool {
        let is_schema = |value: &'o Value| self.is_schema(value, depth + 1);
        match key {
            b"$schema" => depth == 0,
            b"$id" => depth == 0 && value.as_str().is_some_and(|id| is_plain_url(id)),
            b"$ref" => value.as_str().is_some_and(|name| self.is_reference(name, depth)),
            b"$comment" | b"title" | b"description" | b"contentMediaType" | b"contentEncoding" | b"format" => {
                value.as_str().is_some()
            }
            b"readOnly" | b"writeOnly" | b"deprecated" | b"uniqueItems" => matches!(value.repr, Repr::Bool(_)),
            b"default" => true,
            b"examples" => value.as_list().is_some(),
            b"type" => match value.repr {
                Repr::Str(_) => is_type(value),
                _ => self.schema.distinct(value).is_some_and(|names| !names.is_empty() && names.iter().all(is_type)),
            },
            b"required" => self.are_names(value),
            b"enum" => self.schema.distinct(value).is_some_and(|choices| !choices.is_empty()),
            b"const" => is_scalar(value),
            b"properties" | b"definitions" | b"$defs" => {
                value.as_map().is_some_and(|map| self.schema.heap.map(map).entries.values().all(is_schema))
            }
            b"patternProperties" => value.as_map().is_some_and(|map| {
                let is_regex = |key: &Str| key.to_str().is_some_and(|pattern| compile_regex(pattern).is_ok());
                self.schema.heap.map(map).entries.iter().all(|(key, value)| is_regex(key) && is_schema(value))
            }),
            b"dependencies" => value.as_map().is_some_and(|map| {
                let is_dependency = |value: &'o Value| match value.repr {
                    Repr::List(_) => self.are_names(value),
                    _ => is_schema(value),
                };
                self.schema.heap.map(map).entries.values().all(is_dependency)
            }),
            b"items" | b"additionalProperties" | b"not" | b"if" | b"then" | b"else" => is_schema(value),
            b"allOf" | b"anyOf" | b"oneOf" => {
                let schemas = self.schema.items(Some(value));
                !schemas.is_empty() && schemas.iter().all(is_schema)
            }
            b"minimum" | b"maximum" | b"exclusiveMinimum" | b"exclusiveMaximum" => number(value).is_some(),
            b"minLength" | b"maxLength" | b"minItems" | b"maxItems" | b"minProperties" | b"maxProperties" => {
                number(value).is_some_and(|n| is_whole(n) && n >= 0.0)
            }
            b"pattern" => value.as_str().and_then(Str::to_str).is_some_and(|pattern| compile_regex(pattern).is_ok()),
            _ => !OTHERS.contains(&key),
        }
    }

    fn is_reference(&self, name: &'o [u8], depth: u32) -> bool {
        let Some(target) = self.schema.target(name) else { return false };
        !self.named.borrow_mut().insert(name) || self.is_schema(target, depth + 1)
    }

    fn are_names(&self, value: &Value) -> bool {
        self.schema.distinct(value).is_some_and(|names| names.iter().all(|name| name.as_str().is_some()))
    }
}

/// Whether a list holds only scalars, and each once. Long lists are left to the others.
fn are_distinct(items: &[Value]) -> bool {
    let different = |(at, item): (usize, &Value)| items.iter().take(at).all(|other| equal(item, other) == Some(false));
    items.len() <= 200 && items.iter().all(is_scalar) && items.iter().enumerate().all(different)
}

fn is_type(value: &Value) -> bool {
    value.as_str().and_then(Str::to_str).is_some_and(|name| super::compile::TYPES.contains(&name))
}

fn is_scalar(value: &Value) -> bool {
    matches!(value.repr, Repr::Nil(_) | Repr::Bool(_) | Repr::Int(..) | Repr::Float(..) | Repr::Str(_))
}

fn is_plain_url(url: &[u8]) -> bool {
    let rest = url.strip_prefix(b"https://").or_else(|| url.strip_prefix(b"http://")).unwrap_or_default();
    !rest.is_empty() && rest.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'/'))
}

fn number(value: &Value) -> Option<f64> {
    match value.repr {
        Repr::Int(n, _) => Some(n as f64).filter(|n| is_whole(*n)),
        Repr::Float(n, _) => n.is_finite().then_some(n),
        _ => None,
    }
}

fn is_whole(n: f64) -> bool {
    n.fract() == 0.0 && n.abs() < MAX_WHOLE
}

/// Whether two scalars are equal. Fractions that are the same float may have been written differently.
fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (&a.repr, &b.repr) {
        (Repr::Nil(_), Repr::Nil(_)) => Some(true),
        (Repr::Bool(a), Repr::Bool(b)) => Some(a == b),
        (Repr::Str(a), Repr::Str(b)) => Some(a == b),
        (Repr::Int(..) | Repr::Float(..), Repr::Int(..) | Repr::Float(..)) => {
            let (a, b) = (number(a)?, number(b)?);
            if a == b && !is_whole(a) { None } else { Some(a == b) }
        }
        _ => Some(false),
    }
}

/// A value under a schema. All answers are none where they are not certain.
struct Check<'c> {
    schema: &'c Ordinary,
    heap: &'c Heap,
    budget: &'c Budget,
}

impl<'c> Check<'c> {
    fn accepts(&self, schema: &'c Value, value: &Value, depth: u32) -> Option<bool> {
        self.budget.tick().ok().filter(|()| depth <= MAX_DEPTH)?;
        let map = match schema.repr {
            Repr::Bool(b) => return Some(b),
            Repr::Map(map) => map,
            _ => return None,
        };
        let keyword = |name: &str| self.schema.heap.get(map, name.as_bytes());
        if let Some(name) = keyword("$ref") {
            let accepted = self.accepts(self.schema.target(name.as_str()?)?, value, depth + 1)?;
            // Before 2019-09 everything beside a reference is ignored.
            if !accepted || self.schema.draft < Draft::D2019 {
                return Some(accepted);
            }
        }
        let own = self.is_of_type(keyword("type"), value)?
            && self.is_chosen(keyword("const"), keyword("enum"), value)?
            && match value.repr {
                Repr::Map(entries) => self.map(map, entries, value, depth)?,
                Repr::List(list) => self.list(map, list, depth)?,
                Repr::Str(ref text) => self.text(map, text)?,
                Repr::Int(..) | Repr::Float(..) => self.number(map, number(value)?)?,
                Repr::Bool(_) | Repr::Nil(_) => true,
                _ => return None,
            };
        if own { self.combined(map, value, depth) } else { Some(false) }
    }

    fn is_of_type(&self, types: Option<&Value>, value: &Value) -> Option<bool> {
        let Some(types) = types else { return Some(true) };
        let whole = matches!(value.repr, Repr::Int(..)) || matches!(value.repr, Repr::Float(n, _) if n.fract() == 0.0);
        let own: &[u8] = match value.repr {
            Repr::Nil(_) => b"null",
            Repr::Bool(_) => b"boolean",
            Repr::Int(..) | Repr::Float(..) => b"number",
            Repr::Str(_) => b"string",
            Repr::List(_) => b"array",
            Repr::Map(_) => b"object",
            _ => return None,
        };
        let fits = |name: &Value| name.as_str().is_some_and(|name| **name == *own || whole && **name == *b"integer");
        Some(fits(types) || self.schema.items(Some(types)).iter().any(fits))
    }

    fn is_chosen(&self, constant: Option<&Value>, choices: Option<&Value>, value: &Value) -> Option<bool> {
        if let Some(constant) = constant
            && !equal(value, constant)?
        {
            return Some(false);
        }
        if choices.is_none() {
            return Some(true);
        }
        for choice in self.schema.items(choices) {
            if equal(value, choice)? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// Whether a count is within the bounds that two keywords set.
    fn is_within(&self, schema: MapId, least: &str, most: &str, count: usize) -> bool {
        let bound = |name: &str| self.schema.heap.get(schema, name.as_bytes()).and_then(number);
        bound(least).is_none_or(|least| count as f64 >= least) && bound(most).is_none_or(|most| count as f64 <= most)
    }

    fn map(&self, schema: MapId, map: MapId, whole: &Value, depth: u32) -> Option<bool> {
        let entries = &self.heap.map(map).entries;
        let keyword = |name: &str| self.schema.heap.get(schema, name.as_bytes());
        let has_all = |names: &[Value]| names.iter().all(|n| n.as_str().is_some_and(|name| entries.contains_key(name)));
        if !self.is_within(schema, "minProperties", "maxProperties", entries.len())
            || !has_all(self.schema.items(keyword("required")))
        {
            return Some(false);
        }
        let dependencies = keyword("dependencies").and_then(Value::as_map);
        for (name, dependency) in dependencies.into_iter().flat_map(|map| &self.schema.heap.map(map).entries) {
            let is_met = |dependency: &'c Value| match dependency.repr {
                Repr::List(_) => Some(has_all(self.schema.items(Some(dependency)))),
                _ => self.accepts(dependency, whole, depth + 1),
            };
            if entries.contains_key(name) && !is_met(dependency)? {
                return Some(false);
            }
        }
        let properties = keyword("properties").and_then(Value::as_map);
        let patterns = keyword("patternProperties").and_then(Value::as_map);
        let patterns = patterns.map(|map| &self.schema.heap.map(map).entries);
        let more = keyword("additionalProperties");
        for (key, value) in entries {
            let own = properties.and_then(|properties| self.schema.heap.get(properties, key));
            let matches = |(pattern, _): &(&Str, &Value)| regex_matches(&pattern.to_lossy(), &lossy(key));
            let by_pattern = patterns.into_iter().flatten().filter(matches).map(|(_, schema)| schema);
            let mut named = own.into_iter().chain(by_pattern).peekable();
            let rest = more.filter(|_| named.peek().is_none());
            for schema in named.chain(rest) {
                if !self.accepts(schema, value, depth + 1)? {
                    return Some(false);
                }
            }
        }
        Some(true)
    }

    fn list(&self, schema: MapId, list: ListId, depth: u32) -> Option<bool> {
        let items = &self.heap.list(list).items;
        let keyword = |name: &str| self.schema.heap.get(schema, name.as_bytes());
        if !self.is_within(schema, "minItems", "maxItems", items.len()) {
            return Some(false);
        }
        if matches!(keyword("uniqueItems"), Some(Value { repr: Repr::Bool(true), .. })) && !are_distinct(items) {
            return None;
        }
        let Some(schema) = keyword("items") else { return Some(true) };
        for item in items {
            if !self.accepts(schema, item, depth + 1)? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn text(&self, schema: MapId, text: &Str) -> Option<bool> {
        let keyword = |name: &str| self.schema.heap.get(schema, name.as_bytes()).and_then(Value::as_str);
        if !self.is_within(schema, "minLength", "maxLength", rune_count(text)) {
            return Some(false);
        }
        if let Some(pattern) = keyword("pattern")
            && !regex_matches(pattern.to_str()?, &lossy(text))
        {
            return Some(false);
        }
        // Since 2019-09 formats are mere words.
        let format = keyword("format").filter(|_| self.schema.draft < Draft::D2019);
        Some(
            format.and_then(Str::to_str).and_then(|name| format::check(name, &lossy(text))).is_none_or(|ok| ok.is_ok()),
        )
    }

    fn number(&self, schema: MapId, number: f64) -> Option<bool> {
        let bound = |name: &str| self.schema.heap.get(schema, name.as_bytes()).and_then(self::number);
        let bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].map(bound);
        if bounds.contains(&Some(number)) && !is_whole(number) {
            return None;
        }
        let [least, most, above, below] = bounds;
        Some(
            least.is_none_or(|least| number >= least)
                && most.is_none_or(|most| number <= most)
                && above.is_none_or(|above| number > above)
                && below.is_none_or(|below| number < below),
        )
    }

    /// The keywords that put other schemas together.
    fn combined(&self, schema: MapId, value: &Value, depth: u32) -> Option<bool> {
        let keyword = |name: &str| self.schema.heap.get(schema, name.as_bytes());
        let accepts = |schema: &'c Value| self.accepts(schema, value, depth + 1);
        for schema in self.schema.items(keyword("allOf")) {
            if !accepts(schema)? {
                return Some(false);
            }
        }
        if keyword("anyOf").is_some() && self.count(keyword("anyOf"), 1, accepts)? == 0 {
            return Some(false);
        }
        if keyword("oneOf").is_some() && self.count(keyword("oneOf"), 2, accepts)? != 1 {
            return Some(false);
        }
        if let Some(not) = keyword("not")
            && accepts(not)?
        {
            return Some(false);
        }
        let Some(condition) = keyword("if") else { return Some(true) };
        let branch = if accepts(condition)? { keyword("then") } else { keyword("else") };
        branch.map_or(Some(true), accepts)
    }

    /// How many schemas of a list accept the value, up to a number that is enough to know.
    fn count(
        &self,
        schemas: Option<&'c Value>,
        enough: usize,
        accepts: impl Fn(&'c Value) -> Option<bool>,
    ) -> Option<usize> {
        let mut count = 0;
        for schema in self.schema.items(schemas) {
            count += usize::from(accepts(schema)?);
            if count == enough {
                break;
            }
        }
        Some(count)
    }
}
