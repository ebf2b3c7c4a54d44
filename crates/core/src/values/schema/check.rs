//! Values against schemas: `validator.go` of santhosh-tekuri/jsonschema.

use super::compile::{Compiled, Dependency, Id, Items, More, Schema, TYPES, type_bit, type_of};
use super::decimal::Decimal;
use super::doc::{Doc, Node, NodeId};
use super::draft::Draft;
use super::words::{Fault, Kind, all_quoted, escape, float, integer, quoted};
use crate::budget::{Budget, Exhausted};
use crate::gotmpl::funcs::regex_matches;
use std::collections::{BTreeMap, BTreeSet};

/// Why a check gives no verdict.
#[derive(Clone, Debug)]
pub enum Stop {
    /// The budget is used up.
    Exhausted(Exhausted),
    /// Go's library would have panicked with this text.
    Panic(String),
}

impl From<Exhausted> for Stop {
    fn from(end: Exhausted) -> Stop {
        Stop::Exhausted(end)
    }
}

/// Parts of a metaschema's instance that are schemas of their own draft.
pub struct Meta<'m> {
    /// The metaschema that is being checked against.
    pub schema: Id,
    /// The metaschemas of the parts, by pointer.
    pub resources: &'m BTreeMap<String, Id>,
}

/// What of a value no keyword has looked at.
#[derive(Clone, Debug, Default)]
struct Unseen {
    properties: BTreeSet<String>,
    items: BTreeSet<usize>,
}

impl Unseen {
    fn is_empty(&self) -> bool {
        self.properties.is_empty() && self.items.is_empty()
    }
}

/// One step on the way to a schema.
struct Scope {
    schema: Id,
    keyword: &'static str,
    /// Steps with the same number are about the same value.
    value: usize,
}

/// The outcome of one schema: what is left unseen, or the fault.
type Outcome = Result<Result<Unseen, Fault>, Stop>;

/// Checks one value.
pub struct Checker<'c> {
    compiled: &'c Compiled,
    doc: &'c Doc,
    budget: &'c Budget,
    meta: Option<Meta<'c>>,
    at: Vec<String>,
    /// The tokens written last at each depth, as in the one array that Go's library keeps for shallow places.
    slots: Vec<String>,
    scopes: Vec<Scope>,
}

/// Capacity of that array.
const SLOTS: usize = 8;

/// The work of one schema on one value.
struct Frame {
    node: NodeId,
    schema: Id,
    unseen: Unseen,
    faults: Vec<Fault>,
    /// Whether only the verdict counts.
    silent: bool,
}

impl<'c> Checker<'c> {
    /// A checker of the value in `doc`.
    pub fn new(compiled: &'c Compiled, doc: &'c Doc, budget: &'c Budget, meta: Option<Meta<'c>>) -> Checker<'c> {
        Checker { compiled, doc, budget, meta, at: Vec::new(), slots: Vec::new(), scopes: Vec::new() }
    }

    /// `Schema.validate`: the fault of the whole, if there is one.
    pub fn check(&mut self, node: NodeId, schema: Id) -> Result<Option<Fault>, Stop> {
        let Some(root) = self.compiled.schemas.get(schema) else { return Ok(None) };
        self.scopes.push(Scope { schema, keyword: "", value: 0 });
        let unseen = self.unseen(node, root, false);
        let outcome = self.run(Frame { node, schema, unseen, faults: Vec::new(), silent: false });
        self.scopes.pop();
        Ok(outcome?.err().map(|mut fault| {
            fault.settle(&self.slots);
            let causes = if matches!(fault.kind, Kind::Group) { fault.causes } else { vec![fault] };
            Fault { at: Vec::new(), kind: Kind::Schema(root.location.clone()), causes, shared: false }
        }))
    }

    fn fault(&self, silent: bool, kind: Kind) -> Fault {
        match silent {
            true => Fault { at: Vec::new(), kind: Kind::Silent, causes: Vec::new(), shared: false },
            false => Fault { at: self.at.clone(), kind, causes: Vec::new(), shared: false },
        }
    }

    fn text(&self, silent: bool, text: impl FnOnce() -> String) -> Fault {
        if silent { self.fault(true, Kind::Silent) } else { self.fault(false, Kind::Text(text())) }
    }

    /// None of several schemas holds.
    fn alternatives(&self, silent: bool, text: &str) -> Fault {
        self.fault(silent, if silent { Kind::Silent } else { Kind::Alternatives(text.to_owned()) })
    }

    /// `unevalFrom`
    fn unseen(&self, node: NodeId, schema: &Schema, wanted: bool) -> Unseen {
        let mut unseen = Unseen::default();
        match self.doc.node(node) {
            Node::Map(map)
                if !schema.all_properties_evaluated() && (wanted || schema.unevaluated_properties.is_some()) =>
            {
                unseen.properties = map.keys().cloned().collect();
            }
            Node::List(items) if wanted || schema.unevaluated_items.is_some() => {
                if let Some(from) = schema.items_evaluated() {
                    unseen.items = (from..items.len()).collect();
                }
            }
            _ => {}
        }
        unseen
    }

    /// `validator.validate`
    fn run(&mut self, mut frame: Frame) -> Outcome {
        self.budget.tick()?;
        let compiled = self.compiled;
        let Some(schema) = compiled.schemas.get(frame.schema) else { return Ok(Ok(frame.unseen)) };
        if let Some(fault) = self.first(&frame, schema) {
            return Ok(fault);
        }
        if let Some(target) = schema.reference {
            let fault = self.reference(&mut frame, target, "$ref")?;
            if schema.draft < Draft::D2019 {
                return Ok(match fault {
                    Some(fault) => Err(fault),
                    None => Ok(frame.unseen),
                });
            }
            frame.faults.extend(fault);
        }
        let doc = self.doc;
        match doc.node(frame.node) {
            Node::Map(map) => self.map(&mut frame, schema, map)?,
            Node::List(items) => self.list(&mut frame, schema, items)?,
            Node::Text(text) => self.string(&mut frame, schema, text),
            Node::Number(number) => self.number(&mut frame, schema, number)?,
            _ => {}
        }
        if frame.faults.is_empty() || !frame.silent {
            if schema.draft >= Draft::D2019 {
                self.references(&mut frame, schema)?;
            }
            self.conditions(&mut frame, schema)?;
            if schema.draft >= Draft::D2019 {
                self.unevaluated(&mut frame, schema)?;
            }
        }
        if frame.faults.len() > 1 {
            let group = self.fault(frame.silent, Kind::Group);
            return Ok(Err(Fault { causes: frame.faults, ..group }));
        }
        Ok(match frame.faults.pop() {
            Some(fault) => Err(fault),
            None => Ok(frame.unseen),
        })
    }

    /// What ends a check at once: false schemas, cycles, types, constants, formats.
    fn first(&self, frame: &Frame, schema: &Schema) -> Option<Result<Unseen, Fault>> {
        match schema.bool {
            Some(true) => return Some(Ok(frame.unseen.clone())),
            Some(false) => return Some(Err(self.text(frame.silent, || "false schema".to_owned()))),
            None => {}
        }
        if let Some(other) = self.cycle() {
            let words = || {
                let (here, there) = (self.keywords(self.scopes.len().saturating_sub(1)), self.keywords(other));
                let location = crate::text::quote(schema.location.as_bytes());
                format!("both {here} and {there} resolve to {location} causing reference cycle")
            };
            return Some(Err(self.text(frame.silent, words)));
        }
        let node = self.doc.node(frame.node);
        if let Node::Other(name) = node {
            return Some(Err(self.text(frame.silent, || format!("invalid jsonType {name}"))));
        }
        let found = type_of(node);
        let whole = || matches!(node, Node::Number(n) if Decimal::parse(n).is_some_and(|n| n.is_integer()));
        let integers = type_bit("integer");
        if schema.types != 0 && schema.types & type_bit(found) == 0 && !(schema.types & integers != 0 && whole()) {
            let wanted = TYPES.iter().filter(|name| schema.types & type_bit(name) != 0).copied();
            let words = || format!("got {found}, want {}", wanted.collect::<Vec<_>>().join(" or "));
            return Some(Err(self.text(frame.silent, words)));
        }
        if let Some(constant) = schema.constant
            && !equals(self.doc, frame.node, &schema.doc, constant)
        {
            let words = || match schema.doc.node(constant) {
                Node::List(_) | Node::Map(_) => "'const' failed".to_owned(),
                other => format!("value must be {}", shown(other)),
            };
            return Some(Err(self.text(frame.silent, words)));
        }
        if let Some((types, choices)) = &schema.choices {
            let matched = types & type_bit(found) != 0
                && choices.iter().any(|choice| equals(self.doc, frame.node, &schema.doc, *choice));
            if !matched {
                return Some(Err(self.text(frame.silent, || choice_words(&schema.doc, choices))));
            }
        }
        if let (Some(name), Node::Text(text)) = (&schema.format, node)
            && let Some(Err(reason)) = super::format::check(name, text)
        {
            let words = || format!("{} is not valid {name}: {reason}", quoted(text));
            return Some(Err(self.text(frame.silent, words)));
        }
        None
    }

    fn cycle(&self) -> Option<usize> {
        let (here, before) = self.scopes.split_last()?;
        before
            .iter()
            .enumerate()
            .rev()
            .take_while(|(_, scope)| scope.value == here.value)
            .find(|(_, scope)| scope.schema == here.schema)
            .map(|(at, _)| at)
    }

    /// The keywords on the way to a scope: `kwLoc`.
    fn keywords(&self, end: usize) -> String {
        let location = |scope: &Scope| self.compiled.schemas.get(scope.schema).map_or("", |s| s.location.as_str());
        let mut out = String::new();
        for pair in self.scopes.get(..=end).unwrap_or_default().windows(2) {
            let [before, here] = pair else { continue };
            if here.keyword.is_empty() {
                let from = location(before).len();
                out.push_str(location(here).get(from..).unwrap_or_default());
            } else {
                out.push_str(&format!("/{}", escape(here.keyword)));
            }
        }
        out
    }

    fn map(&mut self, frame: &mut Frame, schema: &Schema, map: &BTreeMap<String, NodeId>) -> Result<(), Stop> {
        let count = map.len() as i64;
        let limits = [
            ("minProperties", schema.min_properties.filter(|limit| count < *limit)),
            ("maxProperties", schema.max_properties.filter(|limit| count > *limit)),
        ];
        self.limits(frame, count, &limits);
        let missing = missing(map, &schema.required);
        if !missing.is_empty() {
            let words = match missing.as_slice() {
                [one] => format!("missing property {}", quoted(one)),
                several => format!("missing properties {}", all_quoted(several)),
            };
            let kind = if frame.silent { Kind::Silent } else { Kind::Missing(missing, words) };
            frame.faults.push(self.fault(frame.silent, kind));
        }
        if frame.silent && !frame.faults.is_empty() {
            return Ok(());
        }
        for (name, dependency) in schema.dependencies.iter().filter(|(name, _)| map.contains_key(*name)) {
            match dependency {
                Dependency::Names(names) => self.required_too(frame, map, name, names),
                Dependency::Schema(id) => {
                    let fault = self.same(frame, *id, "", false)?;
                    frame.faults.extend(fault);
                }
            }
        }
        self.properties(frame, schema, map)?;
        if schema.draft == Draft::D4 {
            return Ok(());
        }
        if let Some(names) = schema.property_names {
            for name in map.keys() {
                let fault = self.property_name(name, names)?;
                frame.faults.extend(fault);
            }
        }
        if schema.draft == Draft::D6 {
            return Ok(());
        }
        for (_, id) in schema.dependent_schemas.iter().filter(|(name, _)| map.contains_key(*name)) {
            let fault = self.same(frame, *id, "", false)?;
            frame.faults.extend(fault);
        }
        for (name, names) in schema.dependent_required.iter().filter(|(name, _)| map.contains_key(*name)) {
            self.required_too(frame, map, name, names);
        }
        Ok(())
    }

    fn required_too(&self, frame: &mut Frame, map: &BTreeMap<String, NodeId>, name: &str, names: &[String]) {
        let missing = missing(map, names);
        if !missing.is_empty() {
            let words = || format!("properties {} required, if {} exists", all_quoted(&missing), quoted(name));
            frame.faults.push(self.text(frame.silent, words));
        }
    }

    fn limits(&self, frame: &mut Frame, count: i64, limits: &[(&str, Option<i64>)]) {
        for (name, limit) in limits {
            if let Some(limit) = limit {
                let words = || format!("{name}: got {}, want {}", integer(count), integer(*limit));
                frame.faults.push(self.text(frame.silent, words));
            }
        }
    }

    fn properties(&mut self, frame: &mut Frame, schema: &Schema, map: &BTreeMap<String, NodeId>) -> Result<(), Stop> {
        let mut additional: Vec<String> = Vec::new();
        for (name, &value) in map {
            if frame.silent && !frame.faults.is_empty() {
                return Ok(());
            }
            let mut seen = false;
            let by_pattern = schema.pattern_properties.iter().filter(|(pattern, _)| regex_matches(pattern, name));
            for id in schema.properties.get(name).into_iter().chain(by_pattern.map(|(_, id)| id)) {
                seen = true;
                let fault = self.below(frame, *id, value, name.clone())?;
                frame.faults.extend(fault);
            }
            if let (false, Some(more)) = (seen, schema.additional_properties) {
                seen = true;
                match more {
                    More::Bool(true) => {}
                    More::Bool(false) => additional.push(name.clone()),
                    More::Schema(id) => {
                        let fault = self.below(frame, id, value, name.clone())?;
                        frame.faults.extend(fault);
                    }
                }
            }
            if seen {
                frame.unseen.properties.remove(name);
            }
        }
        if !additional.is_empty() {
            let text = format!("additional properties {} not allowed", all_quoted(&additional));
            frame.faults.push(self.fault(frame.silent, Kind::Additional(additional, text)));
        }
        Ok(())
    }

    fn property_name(&mut self, name: &str, schema: Id) -> Result<Option<Fault>, Stop> {
        let doc = Doc::of(Node::Text(name.to_owned()));
        let (schema, meta) = match &self.meta {
            None => (schema, None),
            Some(meta) => {
                let own = self.meta_of(schema).unwrap_or(schema);
                let current = if own == schema { meta.schema } else { own };
                (own, Some(Meta { schema: current, resources: meta.resources }))
            }
        };
        let mut inner = Checker::new(self.compiled, &doc, self.budget, meta);
        let fault = crate::stack::grow(|| inner.check(doc.root(), schema))?;
        Ok(fault.map(|fault| {
            let text = format!("invalid propertyName {}", quoted(name));
            Fault { at: self.at.clone(), kind: Kind::Text(text), causes: fault.causes, shared: true }
        }))
    }

    fn list(&mut self, frame: &mut Frame, schema: &Schema, items: &[NodeId]) -> Result<(), Stop> {
        let count = items.len() as i64;
        let limits = [
            ("minItems", schema.min_items.filter(|limit| count < *limit)),
            ("maxItems", schema.max_items.filter(|limit| count > *limit)),
        ];
        self.limits(frame, count, &limits);
        if schema.unique_items {
            self.budget.spend((items.len() as u64).saturating_pow(2) / 2)?;
            let equal = |i: &usize, j: &usize| match (items.get(*i), items.get(*j)) {
                (Some(a), Some(b)) => equals(self.doc, *a, self.doc, *b),
                _ => false,
            };
            let pair = (1..items.len()).find_map(|i| (0..i).find(|j| equal(&i, j)).map(|j| (j, i)));
            if let Some((j, i)) = pair {
                let words = || format!("items at {} and {} are equal", integer(j as i64), integer(i as i64));
                frame.faults.push(self.text(frame.silent, words));
            }
        }
        let mut each: Vec<(usize, Id)> = Vec::new();
        if schema.draft < Draft::D2020 {
            let evaluated = match &schema.items {
                Some(Items::All(id)) => {
                    each.extend((0..items.len()).map(|i| (i, *id)));
                    items.len()
                }
                Some(Items::Each(ids)) => {
                    each.extend(ids.iter().copied().enumerate().take(items.len()));
                    ids.len().min(items.len())
                }
                None => 0,
            };
            if let Some(More::Schema(id)) = schema.additional_items {
                each.extend((evaluated..items.len()).map(|i| (i, id)));
            }
            self.each(frame, items, &each)?;
            if let (Some(More::Bool(false)), true) = (schema.additional_items, evaluated < items.len()) {
                let left = (items.len() - evaluated) as i64;
                let words = || format!("last {} additionalItem(s) not allowed", integer(left));
                frame.faults.push(self.text(frame.silent, words));
            }
        } else {
            each.extend(schema.prefix_items.iter().copied().enumerate().take(items.len()));
            let evaluated = each.len();
            each.extend(schema.items_2020.into_iter().flat_map(|id| (evaluated..items.len()).map(move |i| (i, id))));
            self.each(frame, items, &each)?;
        }
        self.contains(frame, schema, items)
    }

    fn each(&mut self, frame: &mut Frame, items: &[NodeId], each: &[(usize, Id)]) -> Result<(), Stop> {
        for &(i, schema) in each {
            let Some(&item) = items.get(i) else { continue };
            let fault = self.below(frame, schema, item, i.to_string())?;
            frame.faults.extend(fault);
        }
        Ok(())
    }

    fn contains(&mut self, frame: &mut Frame, schema: &Schema, items: &[NodeId]) -> Result<(), Stop> {
        let Some(contains) = schema.contains else { return Ok(()) };
        let (mut faults, mut matched) = (Vec::new(), Vec::new());
        for (i, &item) in items.iter().enumerate() {
            match self.below(frame, contains, item, i.to_string())? {
                Some(fault) => faults.push(fault),
                None => {
                    matched.push(i);
                    if schema.draft >= Draft::D2020 {
                        frame.unseen.items.remove(&i);
                    }
                }
            }
        }
        let count = matched.len() as i64;
        let places = || matched.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
        let few = |limit: i64| match count {
            0 => format!("min {} items required to match contains schema, but none matched", integer(limit)),
            _ => format!(
                "min {} items required to match contains schema, but matched {} items at {}",
                integer(limit),
                integer(count),
                places()
            ),
        };
        match schema.min_contains {
            Some(limit) if count < limit => {
                let fault = self.text(frame.silent, || few(limit));
                frame.faults.push(Fault { causes: faults, ..fault });
            }
            None if count == 0 => {
                let fault = self.text(frame.silent, || "no items match contains schema".to_owned());
                frame.faults.push(Fault { causes: faults, ..fault });
            }
            _ => {}
        }
        if let Some(limit) = schema.max_contains.filter(|limit| count > *limit) {
            let words = || {
                let (limit, count) = (integer(limit), integer(count));
                let places = places();
                format!("max {limit} items required to match contains schema, but matched {count} items at {places}")
            };
            frame.faults.push(self.text(frame.silent, words));
        }
        Ok(())
    }

    fn string(&self, frame: &mut Frame, schema: &Schema, text: &str) {
        let count = text.chars().count() as i64;
        let limits = [
            ("minLength", schema.min_length.filter(|limit| count < *limit)),
            ("maxLength", schema.max_length.filter(|limit| count > *limit)),
        ];
        self.limits(frame, count, &limits);
        if let Some(pattern) = &schema.pattern
            && !regex_matches(pattern, text)
        {
            let words = || format!("{} does not match pattern {}", quoted(text), quoted(pattern));
            frame.faults.push(self.text(frame.silent, words));
        }
    }

    fn number(&self, frame: &mut Frame, schema: &Schema, text: &str) -> Result<(), Stop> {
        let Some(number) = Decimal::parse(text) else { return Ok(()) };
        let limits = [
            ("minimum", schema.minimum.as_ref().filter(|limit| number < **limit)),
            ("maximum", schema.maximum.as_ref().filter(|limit| number > **limit)),
            ("exclusiveMinimum", schema.exclusive_minimum.as_ref().filter(|limit| number <= **limit)),
            ("exclusiveMaximum", schema.exclusive_maximum.as_ref().filter(|limit| number >= **limit)),
        ];
        let mut broken: Vec<(&str, &Decimal)> =
            limits.into_iter().filter_map(|(name, limit)| limit.map(|limit| (name, limit))).collect();
        if let Some(of) = &schema.multiple_of {
            match number.is_multiple_of(of) {
                None => return Err(Stop::Panic("division by zero".to_owned())),
                Some(true) => {}
                Some(false) => broken.push(("multipleOf", of)),
            }
        }
        for (name, limit) in broken {
            let words = || format!("{name}: got {}, want {}", float(number.to_float()), float(limit.to_float()));
            frame.faults.push(self.text(frame.silent, words));
        }
        Ok(())
    }

    /// `condValidate`
    fn conditions(&mut self, frame: &mut Frame, schema: &Schema) -> Result<(), Stop> {
        if let Some(not) = schema.not
            && self.same(frame, not, "", true)?.is_none()
        {
            frame.faults.push(self.text(frame.silent, || "'not' failed".to_owned()));
        }
        let mut faults = Vec::new();
        for &id in &schema.all_of {
            faults.extend(self.same(frame, id, "", false)?);
            if frame.silent && !faults.is_empty() {
                break;
            }
        }
        if !faults.is_empty() {
            let fault = self.text(frame.silent, || "'allOf' failed".to_owned());
            frame.faults.push(Fault { causes: faults, ..fault });
        }
        self.any_of(frame, schema)?;
        self.one_of(frame, schema)?;
        let Some(condition) = schema.condition else { return Ok(()) };
        let branch = match self.same(frame, condition, "", true)? {
            None => schema.then,
            Some(_) => schema.otherwise,
        };
        if let Some(branch) = branch {
            let fault = self.same(frame, branch, "", false)?;
            frame.faults.extend(fault);
        }
        Ok(())
    }

    fn any_of(&mut self, frame: &mut Frame, schema: &Schema) -> Result<(), Stop> {
        let (mut matched, mut faults) = (schema.any_of.is_empty(), Vec::new());
        for &id in &schema.any_of {
            match self.same(frame, id, "", false)? {
                Some(fault) => faults.push(fault),
                None => {
                    matched = true;
                    // What nobody has seen yet must be shown to all.
                    if frame.unseen.is_empty() {
                        break;
                    }
                }
            }
        }
        if !matched {
            let fault = self.alternatives(frame.silent, "'anyOf' failed");
            frame.faults.push(Fault { causes: faults, ..fault });
        }
        Ok(())
    }

    fn one_of(&mut self, frame: &mut Frame, schema: &Schema) -> Result<(), Stop> {
        let (mut matched, mut faults) = (None, Vec::new());
        for (i, &id) in schema.one_of.iter().enumerate() {
            match (self.same(frame, id, "", matched.is_some())?, matched) {
                (Some(fault), None) => faults.push(fault),
                (Some(_), Some(_)) => {}
                (None, None) => matched = Some(i),
                (None, Some(first)) => {
                    let words = || format!("'oneOf' failed, subschemas {first}, {i} matched");
                    frame.faults.push(self.text(frame.silent, words));
                    break;
                }
            }
        }
        if matched.is_none() && !schema.one_of.is_empty() {
            let fault = self.alternatives(frame.silent, "'oneOf' failed, none matched");
            frame.faults.push(Fault { causes: faults, ..fault });
        }
        Ok(())
    }

    fn unevaluated(&mut self, frame: &mut Frame, schema: &Schema) -> Result<(), Stop> {
        let doc = self.doc;
        if let (Some(id), Node::Map(map)) = (schema.unevaluated_properties, doc.node(frame.node)) {
            for name in std::mem::take(&mut frame.unseen.properties) {
                let Some(&value) = map.get(&name) else { continue };
                let fault = self.below(frame, id, value, name)?;
                frame.faults.extend(fault);
            }
        }
        if let (Some(id), Node::List(items)) = (schema.unevaluated_items, doc.node(frame.node)) {
            for i in std::mem::take(&mut frame.unseen.items) {
                let Some(&item) = items.get(i) else { continue };
                let fault = self.below(frame, id, item, i.to_string())?;
                frame.faults.extend(fault);
            }
        }
        Ok(())
    }

    /// The metaschema of the part of the instance reached, if it is a schema of its own.
    fn meta_of(&self, schema: Id) -> Option<Id> {
        let meta = self.meta.as_ref().filter(|meta| meta.schema == schema)?;
        let pointer: String = self.at.iter().map(|token| format!("/{}", escape(token))).collect();
        meta.resources.get(&pointer).copied()
    }

    /// Runs a schema in a scope of its own.
    fn inner(&mut self, mut frame: Frame, keyword: &'static str, value: usize) -> Outcome {
        self.scopes.push(Scope { schema: frame.schema, keyword, value });
        let before = self.meta.as_ref().map(|meta| meta.schema);
        if let Some(own) = self.meta_of(frame.schema) {
            frame.schema = own;
            if let Some(meta) = &mut self.meta {
                meta.schema = own;
            }
        }
        let outcome = crate::stack::grow(|| self.run(frame));
        if let (Some(meta), Some(before)) = (&mut self.meta, before) {
            meta.schema = before;
        }
        self.scopes.pop();
        outcome
    }

    /// `validateSelf`: another schema for the same value.
    fn same(
        &mut self,
        frame: &mut Frame,
        schema: Id,
        keyword: &'static str,
        silent: bool,
    ) -> Result<Option<Fault>, Stop> {
        let Some(own) = self.compiled.schemas.get(schema) else { return Ok(None) };
        let unseen = self.unseen(frame.node, own, !frame.unseen.is_empty());
        let silent = frame.silent || silent;
        let value = self.scopes.last().map_or(0, |scope| scope.value);
        let inner = Frame { node: frame.node, schema, unseen, faults: Vec::new(), silent };
        Ok(match self.inner(inner, keyword, value)? {
            Err(fault) => Some(fault),
            Ok(left) => {
                frame.unseen.properties.retain(|name| left.properties.contains(name));
                frame.unseen.items.retain(|i| left.items.contains(i));
                None
            }
        })
    }

    /// `validateVal`: a schema for a value within.
    fn below(&mut self, frame: &Frame, schema: Id, node: NodeId, token: String) -> Result<Option<Fault>, Stop> {
        let Some(own) = self.compiled.schemas.get(schema) else { return Ok(None) };
        let unseen = self.unseen(node, own, false);
        let value = self.scopes.last().map_or(0, |scope| scope.value) + 1;
        let depth = self.at.len();
        if let Some(slot) = self.slots.get_mut(depth) {
            slot.clone_from(&token);
        } else if depth < SLOTS {
            self.slots.push(token.clone());
        }
        self.at.push(token);
        let outcome = self.inner(Frame { node, schema, unseen, faults: Vec::new(), silent: frame.silent }, "", value);
        self.at.pop();
        Ok(outcome?.err())
    }

    /// `validateRef`
    fn reference(&mut self, frame: &mut Frame, target: Id, keyword: &'static str) -> Result<Option<Fault>, Stop> {
        let silent = frame.silent;
        Ok(self.same(frame, target, keyword, false)?.map(|fault| {
            let causes = if matches!(fault.kind, Kind::Group) { fault.causes } else { vec![fault] };
            Fault { causes, ..self.fault(silent, Kind::Reference) }
        }))
    }

    /// `validateRefs`
    fn references(&mut self, frame: &mut Frame, schema: &Schema) -> Result<(), Stop> {
        if let Some(target) = schema.recursive_ref {
            let mut found = target;
            let get = |id: Id| self.compiled.schemas.get(id);
            if get(target).is_some_and(|s| s.recursive_anchor) {
                let anchored = |scope: &&Scope| {
                    get(scope.schema).and_then(|s| get(s.resource)).is_some_and(|s| s.recursive_anchor)
                };
                found = self.scopes.iter().find(anchored).map_or(target, |scope| scope.schema);
            }
            let fault = self.reference(frame, found, "$recursiveRef")?;
            frame.faults.extend(fault);
        }
        if let Some((target, anchor)) = &schema.dynamic_ref {
            let mut found = *target;
            let get = |id: Id| self.compiled.schemas.get(id);
            if !anchor.is_empty() && get(*target).is_some_and(|s| s.dynamic_anchor == *anchor) {
                let bound = |scope: &Scope| {
                    let resource = get(get(scope.schema)?.resource)?;
                    resource.dynamic_anchors.get(anchor).copied()
                };
                found = self.scopes.iter().find_map(bound).unwrap_or(*target);
            }
            let fault = self.reference(frame, found, "$dynamicRef")?;
            frame.faults.extend(fault);
        }
        Ok(())
    }
}

fn missing(map: &BTreeMap<String, NodeId>, wanted: &[String]) -> Vec<String> {
    wanted.iter().filter(|name| !map.contains_key(*name)).cloned().collect()
}

fn choice_words(doc: &Doc, choices: &[NodeId]) -> String {
    let nodes: Vec<&Node> = choices.iter().map(|id| doc.node(*id)).collect();
    if nodes.iter().any(|node| matches!(node, Node::List(_) | Node::Map(_))) {
        return "'enum' failed".to_owned();
    }
    let all: Vec<String> = nodes.into_iter().map(shown).collect();
    let head = if all.len() == 1 { "value must be" } else { "value must be one of" };
    format!("{head} {}", all.join(", "))
}

/// The library's `display`.
fn shown(node: &Node) -> String {
    match node {
        Node::Null => "<nil>".to_owned(),
        Node::Bool(b) => b.to_string(),
        Node::Number(text) => text.clone(),
        Node::Text(text) => quoted(text),
        _ => "value".to_owned(),
    }
}

/// Whether two values are equal; numbers count by value.
fn equals(one: &Doc, a: NodeId, other: &Doc, b: NodeId) -> bool {
    match (one.node(a), other.node(b)) {
        (Node::Null, Node::Null) => true,
        (Node::Bool(x), Node::Bool(y)) => x == y,
        (Node::Text(x), Node::Text(y)) => x == y,
        (Node::Number(x), Node::Number(y)) => {
            matches!((Decimal::parse(x), Decimal::parse(y)), (Some(x), Some(y)) if x == y)
        }
        (Node::List(x), Node::List(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| crate::stack::grow(|| equals(one, *x, other, *y)))
        }
        (Node::Map(x), Node::Map(y)) => {
            x.len() == y.len()
                && x.iter()
                    .all(|(name, x)| y.get(name).is_some_and(|y| crate::stack::grow(|| equals(one, *x, other, *y))))
        }
        _ => false,
    }
}
