//! An object and what it becomes: what differs, as the server sees it, and how that is said.

use super::check::Check;
use super::defaults::{self, Filled};
use crate::diag::{Fact, Finding, Found};
use crate::kube::quantity::{Parsed, Quantity, parse};
use crate::kube::tree::{Data, Node};
use crate::stack;
use crate::validate::api::Reason;
use crate::validate::{Sink, fields};
use chartlens_schemas::{Additional, Schema};
use std::collections::BTreeSet;

/// Both forms of an object, and where a check says what it found.
pub(super) struct Change<'s, 't, 'x> {
    check: &'static Check,
    pub old: Node<'t>,
    pub new: Node<'t>,
    schema: Schema,
    sink: &'s mut Sink<'x>,
}

/// Two values that are not the same, and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Difference<'t> {
    pub old: Option<Node<'t>>,
    pub new: Option<Node<'t>>,
}

impl<'s, 't, 'x> Change<'s, 't, 'x> {
    pub(super) fn new(
        check: &'static Check,
        old: Node<'t>,
        new: Node<'t>,
        schema: Schema,
        sink: &'s mut Sink<'x>,
    ) -> Change<'s, 't, 'x> {
        Change { check, old, new, schema, sink }
    }

    /// The minor version of Kubernetes: 37 of 1.37.
    pub(super) fn minor(&self) -> u32 {
        self.sink.minor()
    }

    /// The values behind a path with dots.
    pub(super) fn both(&self, path: &str) -> (Option<Node<'t>>, Option<Node<'t>>) {
        let find = |root: Node<'t>| path.split('.').try_fold(root, |node, key| node.get(key));
        (find(self.old), find(self.new))
    }

    /// The texts behind a path; an empty one is none.
    pub(super) fn texts(&self, path: &str) -> (Option<&'t str>, Option<&'t str>) {
        let text = |node: Option<Node<'t>>| node?.as_str().filter(|text| !text.is_empty());
        let (old, new) = self.both(path);
        (text(old), text(new))
    }

    /// Where the values behind a path first differ, apart from those behind the paths in `apart`, which start there
    /// and have `*` for any item.
    pub(super) fn difference(&self, path: &str, apart: &[&str]) -> Option<Difference<'t>> {
        let (old, new) = self.both(path);
        let mut schema = Some(self.schema);
        let mut default = None;
        for key in path.split('.') {
            let definition = schema.and_then(Schema::definition_name).unwrap_or_default();
            if fields::is_dropped(definition, key, self.minor()) {
                return None;
            }
            default = schema.and_then(|schema| defaults::of(schema.definition_name()?, key));
            schema = schema.and_then(|schema| Some(schema.property(key)?.schema));
        }
        let key = path.rsplit('.').next().unwrap_or_default();
        Walk { apart, minor: self.minor() }.compare(
            Some(key),
            "",
            Side { node: old, default },
            Side { node: new, default },
            schema,
        )
    }

    /// Where two items of the list behind a path first differ.
    pub(super) fn difference_of(
        &self,
        path: &str,
        old: Node<'t>,
        new: Node<'t>,
        apart: &[&str],
    ) -> Option<Difference<'t>> {
        let list = path.split('.').try_fold(self.schema, |schema, key| Some(schema.property(key)?.schema));
        let side = |node| Side { node: Some(node), default: None };
        Walk { apart, minor: self.minor() }.compare(None, "", side(old), side(new), list.and_then(Schema::items))
    }

    /// Whether two items of a list in the items of the list behind a path are the same.
    pub(super) fn same(&self, path: &str, key: &str, old: Node<'t>, new: Node<'t>) -> bool {
        let list = path.split('.').try_fold(self.schema, |schema, key| Some(schema.property(key)?.schema));
        let of = list.and_then(Schema::items).and_then(|item| item.property(key)?.schema.items());
        let side = |node| Side { node: Some(node), default: None };
        Walk { apart: &[], minor: self.minor() }.compare(None, "", side(old), side(new), of).is_none()
    }

    /// A field is fixed; `name` is what the server calls it.
    pub(super) fn fixed(&mut self, path: &str, name: &str, apart: &[&str]) {
        if let Some(difference) = self.difference(path, apart) {
            self.refuse(path, name, difference);
        }
    }

    /// A field is fixed, which the server says in these words.
    pub(super) fn forbidden(&mut self, path: &str, name: &str, apart: &[&str], detail: &str) {
        if let Some(difference) = self.difference(path, apart) {
            self.refuse_as(path, name, difference, Reason::Forbidden.says(detail));
        }
    }

    /// Says that a field is fixed.
    pub(super) fn refuse(&mut self, path: &str, name: &str, difference: Difference<'t>) {
        self.refuse_as(path, name, difference, Reason::Invalid.says("field is immutable"));
    }

    /// The same, in other words of the server.
    pub(super) fn refuse_as(&mut self, path: &str, name: &str, difference: Difference<'t>, server: Fact) {
        let found = |node: Option<Node<'_>>| node.map(Node::found);
        let (was, is) = (found(difference.old), found(difference.new));
        let place = difference.new.or(difference.old).map_or_else(String::new, Node::pointer);
        let fact = Fact::Immutable { field: path.to_owned(), place, was, becomes: is };
        let pointer = format!("/{}", name.replace('.', "/"));
        self.push(pointer, path, (fact, Some(server)), difference);
    }

    /// Says what rule a change of a field breaks.
    pub(super) fn rule(&mut self, path: &str, rule: &str, difference: Difference<'t>) {
        let found = |node: Option<Node<'_>>| -> Option<Found> { node.map(Node::found) };
        let (was, is) = (found(difference.old), found(difference.new));
        let fact = Fact::Change { field: path.to_owned(), rule: rule.to_owned(), was, becomes: is };
        self.push(format!("/{}", path.replace('.', "/")), path, (fact, None), difference);
    }

    /// Says that an entry of a map is fixed.
    pub(super) fn entry(&mut self, path: &str, key: &str, difference: Difference<'t>) {
        let found = |node: Option<Node<'_>>| node.map(Node::found);
        let (was, is) = (found(difference.old), found(difference.new));
        let field = format!("{path}[{key}]");
        let pointer = format!("/{}/{}", path.replace('.', "/"), key.replace('~', "~0").replace('/', "~1"));
        let fact = Fact::Immutable { field, place: pointer.clone(), was, becomes: is };
        self.push(pointer, path, (fact, None), difference);
    }

    /// Adds a finding: what it says, and what the server says, where that is known.
    fn push(&mut self, pointer: String, path: &str, (fact, server): (Fact, Option<Fact>), difference: Difference<'t>) {
        let range = match difference.new {
            Some(node) => node.range(),
            None => self.around(path, difference.old),
        };
        let mut finding = Finding::of(self.check.code, fact, pointer, range);
        finding.facts.extend(server);
        self.sink.push(finding);
    }

    /// The bytes of what is around a value that is gone: the key of the deepest of its parents that is there.
    fn around(&self, path: &str, old: Option<Node<'t>>) -> std::ops::Range<usize> {
        let pointer = old.map_or_else(|| format!("/{}", path.replace('.', "/")), Node::pointer);
        let parents = pointer.match_indices('/').map(|(end, _)| end).rev();
        let deepest = parents.filter_map(|end| self.new.at(pointer.get(..end)?)).find(|node| !node.is_null());
        let deepest = deepest.unwrap_or(self.new);
        if deepest.key().is_empty() { deepest.range() } else { deepest.key_range() }
    }
}

/// One side of a comparison.
#[derive(Clone, Copy)]
struct Side<'t> {
    node: Option<Node<'t>>,
    default: Option<Filled>,
}

/// What the server sees of a value.
#[derive(PartialEq)]
enum Seen<'t> {
    Nothing,
    Bool(bool),
    Number(i64),
    Float(u64),
    Text(&'t str),
    Quantity(Quantity),
    List,
    Map,
}

struct Walk<'a> {
    apart: &'a [&'a str],
    minor: u32,
}

impl Walk<'_> {
    fn compare<'t>(
        &self,
        key: Option<&str>,
        at: &str,
        old: Side<'t>,
        new: Side<'t>,
        schema: Option<Schema>,
    ) -> Option<Difference<'t>> {
        if self.apart.iter().any(|path| fits(at, path)) {
            return None;
        }
        if old.node.is_none() && new.node.is_none() {
            // What nobody says stays as it is.
            return None;
        }
        let (mut a, mut b) = (seen(key, old, schema), seen(key, new, schema));
        // What is left apart of a map may be all that there is of it.
        if self.apart.iter().any(|path| starts(path, at)) {
            match (&a, &b) {
                (Seen::Map, Seen::Nothing) => b = Seen::Map,
                (Seen::Nothing, Seen::Map) => a = Seen::Map,
                _ => {}
            }
        }
        if a != b {
            return Some(Difference { old: old.node, new: new.node });
        }
        match a {
            Seen::List => {
                let (a, b) = (items(old.node), items(new.node));
                let of = schema.and_then(Schema::items);
                for (number, (a, b)) in a.iter().zip(&b).enumerate() {
                    let side = |node: &Node<'t>| Side { node: Some(*node), default: None };
                    let found = self.compare(None, &format!("{at}/{number}"), side(a), side(b), of);
                    if found.is_some() {
                        return found;
                    }
                }
                let rest = a.len().min(b.len());
                (a.len() != b.len()).then(|| Difference { old: a.get(rest).copied(), new: b.get(rest).copied() })
            }
            Seen::Map => {
                let keys = |side: Side<'t>| side.node.into_iter().flat_map(|node| node.entries().map(|(key, _)| key));
                // Those of the new object first, in its order.
                let mut seen = BTreeSet::new();
                let name = schema.and_then(Schema::definition_name).unwrap_or_default();
                let dropped = |key: &str| fields::is_dropped(name, key, self.minor);
                let counts = |key: &str| !defaults::is_ignored(name, key) && !dropped(key);
                let mut all = keys(new).chain(keys(old)).filter(|key| counts(key) && seen.insert(*key));
                all.find_map(|key| {
                    let (of, default) = field(schema, key);
                    let slot = schema.is_some_and(|schema| schema.property(key).is_some()).then_some(key);
                    if matches!(default, Some(Filled::Sibling(other)) if none_of(new.node, [key, other])) {
                        // The other one keeps it.
                        return None;
                    }
                    let side = |side: Side<'t>| {
                        let sibling = match default {
                            Some(Filled::Sibling(other)) => side.node.and_then(|node| node.get(other)),
                            _ => None,
                        };
                        let node = side.node.and_then(|node| node.get(key)).or(sibling);
                        let default = match default {
                            Some(Filled::PullPolicy) => Some(Filled::Text(pull_policy(side.node))),
                            other => other,
                        };
                        Side { node, default }
                    };
                    stack::grow(|| self.compare(slot, &format!("{at}/{key}"), side(old), side(new), of))
                })
            }
            _ => None,
        }
    }
}

/// The schema of a field, and what the server fills in.
fn field(schema: Option<Schema>, key: &str) -> (Option<Schema>, Option<Filled>) {
    let Some(schema) = schema else { return (None, None) };
    let default = schema.definition_name().and_then(|name| defaults::of(name, key));
    match (schema.property(key), schema.additional()) {
        (Some(property), _) => (Some(property.schema), default),
        (None, Additional::Schema(of)) => (Some(of), None),
        (None, _) => (None, None),
    }
}

/// Whether a map has none of two keys.
fn none_of(map: Option<Node<'_>>, keys: [&str; 2]) -> bool {
    keys.iter().all(|key| map.and_then(|map| map.get(key)).is_none())
}

/// Whether a list has this text and nothing else.
fn is_only(list: Node<'_>, text: &str) -> bool {
    list.len() == 1 && list.items().all(|item| item.as_str() == Some(text))
}

/// How images are pulled where nothing says so.
fn pull_policy(container: Option<Node<'_>>) -> &'static str {
    let image = container.and_then(|container| container.str("image")).unwrap_or("");
    let name = image.rsplit('/').next().unwrap_or(image);
    let latest = !image.contains('@') && name.split_once(':').is_none_or(|(_, tag)| tag == "latest");
    if latest { "Always" } else { "IfNotPresent" }
}

fn items<'t>(node: Option<Node<'t>>) -> Vec<Node<'t>> {
    node.map(|node| node.items().collect()).unwrap_or_default()
}

/// What the server sees of the value of a field, of an item, or of an entry of a map of anything: the latter two have
/// no key, for they are there whatever they say.
fn seen<'t>(key: Option<&str>, side: Side<'t>, schema: Option<Schema>) -> Seen<'t> {
    let counts = |zero: bool| !zero || key.is_none_or(|key| defaults::POINTERS.contains(&key));
    let value = match side.node.map(Node::data) {
        None | Some(Data::Null) => Seen::Nothing,
        Some(Data::Str(text)) if schema.is_some_and(Schema::is_quantity) => quantity(text),
        Some(Data::Int(n)) if schema.is_some_and(Schema::is_quantity) => quantity(&n.to_string()),
        Some(Data::Float(n)) if schema.is_some_and(Schema::is_quantity) => quantity(&n.to_string()),
        Some(Data::Str(text)) if counts(text.is_empty()) => Seen::Text(text),
        Some(Data::Bool(value)) if counts(!value) => Seen::Bool(*value),
        Some(Data::Int(n)) if counts(*n == 0) => Seen::Number(*n),
        Some(Data::Uint(n)) => Seen::Float((*n as f64).to_bits()),
        Some(Data::Float(n)) if n.fract() == 0.0 && counts(*n == 0.0) => Seen::Number(*n as i64),
        Some(Data::Float(n)) if n.fract() != 0.0 => Seen::Float(n.to_bits()),
        Some(Data::List) if side.node.is_some_and(|node| !node.is_empty()) => Seen::List,
        Some(Data::Map) if side.node.is_some_and(|node| !node.is_empty()) => Seen::Map,
        // An empty struct is there; an empty map of anything is none.
        Some(Data::Map) if schema.is_some_and(|schema| schema.property_count() > 0) => Seen::Map,
        Some(_) => Seen::Nothing,
    };
    match (value, side.default) {
        (Seen::Nothing, Some(Filled::Text(text))) => Seen::Text(text),
        (Seen::Nothing, Some(Filled::Number(n))) => Seen::Number(n),
        (Seen::Nothing, Some(Filled::Bool(value))) => Seen::Bool(value),
        (Seen::Nothing, Some(Filled::Empty)) => Seen::Map,
        (Seen::Nothing, Some(Filled::Item(item))) => Seen::Text(item),
        (Seen::List, Some(Filled::Item(item))) if side.node.is_some_and(|node| is_only(node, item)) => Seen::Text(item),
        (value, _) => value,
    }
}

fn quantity(text: &str) -> Seen<'static> {
    match parse(text) {
        Parsed::Known(quantity) => Seen::Quantity(quantity),
        _ => Seen::Nothing,
    }
}

/// Whether a pointer is a path with `*` for any step.
fn fits(pointer: &str, path: &str) -> bool {
    let (mut a, mut b) = (pointer.split('/').skip(1), path.split('.'));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(step), Some(wanted)) if wanted == "*" || wanted == step => {}
            _ => return false,
        }
    }
}

/// Whether a path goes on behind a pointer.
fn starts(path: &str, pointer: &str) -> bool {
    !pointer.is_empty() && path.rsplit_once('.').is_some_and(|(parent, _)| fits(pointer, parent))
}
