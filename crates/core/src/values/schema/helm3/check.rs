//! Values against schemas: `validation.go` of gojsonschema.

use super::super::compile::{Dependency, Id, More, type_of};
use super::super::decimal::Decimal;
use super::super::doc::{Doc, Node, NodeId};
use super::marshal;
use super::parse::{Schema, Sub};
use crate::budget::{Budget, Exhausted};
use crate::gotmpl::funcs::regex_matches;
use crate::value::number::format_float;
use std::collections::{BTreeMap, HashMap};

/// Why a check gives no verdict.
#[derive(Clone, Copy, Debug)]
pub enum Stop {
    /// The budget is used up.
    Exhausted(Exhausted),
    /// A schema that refers to itself without end. Helm 3 runs out of stack.
    Deep,
}

impl From<Exhausted> for Stop {
    fn from(end: Exhausted) -> Stop {
        Stop::Exhausted(end)
    }
}

/// A fault.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The place in the value.
    pub at: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// The property that is missing, where that is the fault.
    pub missing: Option<String>,
    /// The property that should not be there, where that is the fault.
    pub extra: Option<String>,
}

impl Fault {
    /// The place as the library writes it.
    pub fn field(&self) -> String {
        field(&self.at)
    }
}

fn field(at: &[String]) -> String {
    if at.is_empty() { "(root)".to_owned() } else { at.join(".") }
}

/// What one schema says, and how well the value fits it.
#[derive(Default)]
struct Found {
    faults: Vec<Fault>,
    score: i64,
}

impl Found {
    fn merge(&mut self, other: Found) {
        self.faults.extend(other.faults);
        self.score += other.score;
    }
}

const MAX_DEPTH: usize = 20_000;

/// Checks one value.
pub struct Checker<'c> {
    schema: &'c Schema,
    doc: &'c Doc,
    budget: &'c Budget,
    at: Vec<String>,
    depth: usize,
}

impl<'c> Checker<'c> {
    /// A checker of the value in `doc`.
    pub fn new(schema: &'c Schema, doc: &'c Doc, budget: &'c Budget) -> Checker<'c> {
        Checker { schema, doc, budget, at: Vec::new(), depth: 0 }
    }

    /// All faults.
    pub fn check(&mut self) -> Result<Vec<Fault>, Stop> {
        let mut found = Found::default();
        self.recurse(0, self.doc.root(), &mut found)?;
        Ok(found.faults)
    }

    fn fault(&self, found: &mut Found, message: impl Into<String>) {
        found.faults.push(Fault { at: self.at.clone(), message: message.into(), missing: None, extra: None });
        found.score -= 2;
    }

    fn sub(&mut self, id: Id, node: NodeId) -> Result<Found, Stop> {
        let mut found = Found::default();
        self.recurse(id, node, &mut found)?;
        Ok(found)
    }

    /// A schema for a value within.
    fn below(&mut self, id: Id, node: NodeId, token: &str) -> Result<Found, Stop> {
        self.at.push(token.to_owned());
        let found = self.sub(id, node);
        self.at.pop();
        found
    }

    /// `validateRecursive`
    fn recurse(&mut self, id: Id, node: NodeId, found: &mut Found) -> Result<(), Stop> {
        self.budget.tick()?;
        if self.depth > MAX_DEPTH {
            return Err(Stop::Deep);
        }
        self.depth += 1;
        let result = crate::stack::grow(|| self.recurse_inner(id, node, found));
        self.depth -= 1;
        result
    }

    fn recurse_inner(&mut self, id: Id, node: NodeId, found: &mut Found) -> Result<(), Stop> {
        let schema = self.schema;
        let Some(sub) = schema.subs.get(id) else { return Ok(()) };
        match sub.pass {
            Some(true) => return Ok(()),
            Some(false) => {
                self.fault(found, "False always fails validation");
                return Ok(());
            }
            None => {}
        }
        if let Some(reference) = sub.reference {
            return self.recurse(reference, node, found);
        }
        let doc = self.doc;
        let value = doc.node(node);
        let whole = matches!(value, Node::Number(n) if Decimal::parse(n).is_some_and(|n| n.is_integer()));
        let given = match value {
            Node::Number(_) if whole => "integer",
            other => type_of(other),
        };
        let fits = sub.types.iter().any(|ty| ty == given || (ty == "number" && given == "integer"));
        if !sub.types.is_empty() && !fits {
            let expected = match sub.types.as_slice() {
                [one] => one.clone(),
                several => format!("[{}]", several.join(",")),
            };
            self.fault(found, format!("Invalid type. Expected: {expected}, given: {given}"));
            return Ok(());
        }
        self.schemas(sub, node, found)?;
        match value {
            Node::List(items) => self.array(sub, items, found)?,
            Node::Map(map) => self.object(sub, map, found)?,
            Node::Number(text) => self.number(sub, text, found),
            _ => {}
        }
        self.common(sub, node, found);
        match value {
            Node::Text(text) => self.string(sub, text, found),
            Node::Map(map) => {
                for (name, id) in &sub.properties {
                    let Some(&inner) = map.get(name) else { continue };
                    self.at.push(name.clone());
                    let result = self.recurse(*id, inner, found);
                    self.at.pop();
                    result?;
                }
            }
            _ => {}
        }
        found.score += 1;
        Ok(())
    }

    /// `validateSchema`
    fn schemas(&mut self, sub: &Sub, node: NodeId, found: &mut Found) -> Result<(), Stop> {
        self.any_of(sub, node, found)?;
        self.one_of(sub, node, found)?;
        let mut valid = 0;
        for &id in &sub.all_of {
            let inner = self.sub(id, node)?;
            valid += usize::from(inner.faults.is_empty());
            found.merge(inner);
        }
        if valid != sub.all_of.len() {
            self.fault(found, "Must validate all the schemas (allOf)");
        }
        if let Some(not) = sub.not
            && self.sub(not, node)?.faults.is_empty()
        {
            self.fault(found, "Must not validate the schema (not)");
        }
        let doc = self.doc;
        if let Node::Map(map) = doc.node(node) {
            for (_, dependency) in sub.dependencies.iter().filter(|(name, _)| map.contains_key(*name)) {
                match dependency {
                    Dependency::Names(names) => {
                        for name in names.iter().filter(|name| !map.contains_key(*name)) {
                            self.fault(found, format!("Has a dependency on {name}"));
                        }
                    }
                    Dependency::Schema(id) => self.recurse(*id, node, found)?,
                }
            }
        }
        if let Some(condition) = sub.condition {
            let holds = self.sub(condition, node)?.faults.is_empty();
            let (branch, message) = match holds {
                true => (sub.then, "Must validate \"then\" as \"if\" was valid"),
                false => (sub.otherwise, "Must validate \"else\" as \"if\" was not valid"),
            };
            if let Some(branch) = branch {
                let inner = self.sub(branch, node)?;
                if !inner.faults.is_empty() {
                    self.fault(found, message);
                    found.merge(inner);
                }
            }
        }
        found.score += 1;
        Ok(())
    }

    fn any_of(&mut self, sub: &Sub, node: NodeId, found: &mut Found) -> Result<(), Stop> {
        let mut best: Option<Found> = None;
        for &id in &sub.any_of {
            let inner = self.sub(id, node)?;
            if inner.faults.is_empty() {
                return Ok(());
            }
            if best.as_ref().is_none_or(|best| inner.score > best.score) {
                best = Some(inner);
            }
        }
        if let Some(best) = best {
            self.fault(found, "Must validate at least one schema (anyOf)");
            found.merge(best);
        }
        Ok(())
    }

    fn one_of(&mut self, sub: &Sub, node: NodeId, found: &mut Found) -> Result<(), Stop> {
        if sub.one_of.is_empty() {
            return Ok(());
        }
        let (mut valid, mut best): (usize, Option<Found>) = (0, None);
        for &id in &sub.one_of {
            let inner = self.sub(id, node)?;
            if inner.faults.is_empty() {
                valid += 1;
            } else if valid == 0 && best.as_ref().is_none_or(|best| inner.score > best.score) {
                best = Some(inner);
            }
        }
        if valid != 1 {
            self.fault(found, "Must validate one and only one schema (oneOf)");
            if let (0, Some(best)) = (valid, best) {
                found.merge(best);
            }
        }
        Ok(())
    }

    /// `validateCommon`
    fn common(&self, sub: &Sub, node: NodeId, found: &mut Found) {
        if let Some(constant) = &sub.constant
            && marshal(self.doc, node) != *constant
        {
            self.fault(found, format!("{} does not match: {constant}", field(&self.at)));
        }
        if !sub.choices.is_empty() && !sub.choices.contains(&marshal(self.doc, node)) {
            let all = sub.choices.join(", ");
            self.fault(found, format!("{} must be one of the following: {all}", field(&self.at)));
        }
        found.score += 1;
    }

    /// `validateArray`
    fn array(&mut self, sub: &Sub, items: &[NodeId], found: &mut Found) -> Result<(), Stop> {
        for (i, &item) in items.iter().enumerate() {
            let schema = match sub.items.as_slice() {
                [one] if sub.single => Some(*one),
                [] => None,
                each => each.get(i).copied().or(match sub.additional_items {
                    Some(More::Schema(id)) => Some(id),
                    _ => None,
                }),
            };
            if let Some(schema) = schema {
                let inner = self.below(schema, item, &i.to_string())?;
                found.merge(inner);
            }
        }
        let beyond = !sub.single && !sub.items.is_empty() && sub.items.len() < items.len();
        if beyond && matches!(sub.additional_items, Some(More::Bool(false))) {
            self.fault(found, "No additional items allowed on array");
        }
        let count = items.len() as i64;
        if let Some(min) = sub.min_items.filter(|min| count < *min) {
            self.fault(found, format!("Array must have at least {min} items"));
        }
        if let Some(max) = sub.max_items.filter(|max| count > *max) {
            self.fault(found, format!("Array must have at most {max} items"));
        }
        if sub.unique_items {
            let mut seen: HashMap<String, usize> = HashMap::new();
            for (j, item) in items.iter().enumerate() {
                if let Some(i) = seen.insert(marshal(self.doc, *item), j) {
                    self.fault(found, format!("array items[{i},{j}] must be unique"));
                }
            }
        }
        if let Some(contains) = sub.contains {
            let (mut any, mut best): (bool, Option<Found>) = (false, None);
            for (i, &item) in items.iter().enumerate() {
                let inner = self.below(contains, item, &i.to_string())?;
                if inner.faults.is_empty() {
                    any = true;
                    break;
                }
                if best.as_ref().is_none_or(|best| inner.score > best.score) {
                    best = Some(inner);
                }
            }
            if !any {
                self.fault(found, "At least one of the items must match");
                if let Some(best) = best {
                    found.merge(best);
                }
            }
        }
        found.score += 1;
        Ok(())
    }

    /// `validateObject`
    fn object(&mut self, sub: &Sub, map: &BTreeMap<String, NodeId>, found: &mut Found) -> Result<(), Stop> {
        let count = map.len() as i64;
        if let Some(min) = sub.min_properties.filter(|min| count < *min) {
            self.fault(found, format!("Must have at least {min} properties"));
        }
        if let Some(max) = sub.max_properties.filter(|max| count > *max) {
            self.fault(found, format!("Must have at most {max} properties"));
        }
        for name in &sub.required {
            match map.contains_key(name) {
                true => found.score += 1,
                false => {
                    self.fault(found, format!("{name} is required"));
                    if let Some(fault) = found.faults.last_mut() {
                        fault.missing = Some(name.clone());
                    }
                }
            }
        }
        for (name, &value) in map {
            let described = sub.properties.iter().any(|(known, _)| known == name);
            let mut matched = false;
            for (_, id) in sub.pattern_properties.iter().filter(|(pattern, _)| regex_matches(pattern, name)) {
                matched = true;
                let inner = self.below(*id, value, name)?;
                found.merge(inner);
            }
            found.score += i64::from(matched);
            if described || matched {
                continue;
            }
            match sub.additional_properties {
                Some(More::Bool(false)) => {
                    self.fault(found, format!("Additional property {name} is not allowed"));
                    if let Some(fault) = found.faults.last_mut() {
                        fault.extra = Some(name.clone());
                    }
                }
                Some(More::Schema(id)) => {
                    let inner = self.below(id, value, name)?;
                    found.merge(inner);
                }
                _ => {}
            }
        }
        if let Some(names) = sub.property_names {
            for name in map.keys() {
                let doc = Doc::of(Node::Text(name.clone()));
                let mut inner =
                    Checker { doc: &doc, at: self.at.clone(), ..Checker::new(self.schema, &doc, self.budget) };
                let inner = inner.sub(names, doc.root())?;
                if !inner.faults.is_empty() {
                    self.fault(found, format!("Property name of \"{name}\" does not match"));
                    found.merge(inner);
                }
            }
        }
        found.score += 1;
        Ok(())
    }

    /// `validateString`
    fn string(&self, sub: &Sub, text: &str, found: &mut Found) {
        let count = text.chars().count() as i64;
        if let Some(min) = sub.min_length.filter(|min| count < *min) {
            self.fault(found, format!("String length must be greater than or equal to {min}"));
        }
        if let Some(max) = sub.max_length.filter(|max| count > *max) {
            self.fault(found, format!("String length must be less than or equal to {max}"));
        }
        if let Some(pattern) = &sub.pattern
            && !regex_matches(pattern, text)
        {
            self.fault(found, format!("Does not match pattern '{pattern}'"));
        }
        if !super::format::fits(&sub.format, Some(text)) {
            self.fault(found, format!("Does not match format '{}'", sub.format));
        }
        found.score += 1;
    }

    /// `validateNumber`
    fn number(&self, sub: &Sub, text: &str, found: &mut Found) {
        let Some(number) = Decimal::parse(text) else { return };
        let shown = |limit: &Decimal| format_float(limit.to_float(), b'g', None, 64);
        if let Some(of) = &sub.multiple_of
            && number.is_multiple_of(of) == Some(false)
        {
            self.fault(found, format!("Must be a multiple of {}", shown(of)));
        }
        if let Some(max) = sub.maximum.as_ref().filter(|max| number > **max) {
            self.fault(found, format!("Must be less than or equal to {}", shown(max)));
        }
        if let Some(max) = sub.exclusive_maximum.as_ref().filter(|max| number >= **max) {
            self.fault(found, format!("Must be less than {}", shown(max)));
        }
        if let Some(min) = sub.minimum.as_ref().filter(|min| number < **min) {
            self.fault(found, format!("Must be greater than or equal to {}", shown(min)));
        }
        if let Some(min) = sub.exclusive_minimum.as_ref().filter(|min| number <= **min) {
            self.fault(found, format!("Must be greater than {}", shown(min)));
        }
        if !super::format::fits(&sub.format, None) {
            self.fault(found, format!("Does not match format '{}'", sub.format));
        }
        found.score += 1;
    }
}
