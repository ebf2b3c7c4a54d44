//! Where a field belongs that stands where its map does not know it: the one place of the same object that has a field of
//! its name and type.

use crate::kube::tree::{Data, Node};
use chartlens_schemas::{Schema, Types};

/// How deep maps are looked into, and how many.
const DEEPEST: usize = 8;
const MOST: usize = 5_000;

/// So many steps from where it stands a field may belong.
const FAR: usize = 5;

/// A step of a path: a key, or into the items of a list.
const ITEMS: &str = "[]";

/// Where `field`, a child of `around` that is not known there, belongs: the path from that map, or from the object where it
/// is not below it; empty for the object itself. None where no place or more than one is as near.
pub(super) fn place(field: Node<'_>, around: Node<'_>, root: Schema) -> Option<String> {
    let here = path(around);
    let mut places = places(field, root);
    places.retain(|place| !same(place, &here));
    let near = places.iter().map(|place| distance(place, &here)).min().filter(|near| *near <= FAR)?;
    places.retain(|place| distance(place, &here) == near);
    // Of several the one that the object has.
    let is_there: Vec<_> = places.iter().filter(|place| has(around.root(), place)).cloned().collect();
    let [place] = (if is_there.len() == 1 { is_there } else { places }).try_into().ok()?;
    Some(shown(&place, &here))
}

/// The paths of all maps that know a field of this name and type.
fn places(field: Node<'_>, root: Schema) -> Vec<Vec<&'static str>> {
    let mut found = Vec::new();
    let mut open = std::collections::VecDeque::from([(Vec::new(), root)]);
    for _ in 0..MOST {
        let Some((path, schema)) = open.pop_front() else { break };
        if schema.property(field.key()).is_some_and(|property| fits(field, property.schema)) {
            found.push(path.clone());
        }
        if path.len() >= DEEPEST {
            continue;
        }
        let below = |step| path.iter().copied().chain([step]).collect::<Vec<_>>();
        for property in schema.properties().filter(|property| !matches!(property.name, "status" | "managedFields")) {
            let path = below(property.name);
            match property.schema.items() {
                Some(items) => open.push_back((path.into_iter().chain([ITEMS]).collect(), items)),
                None => open.push_back((path, property.schema)),
            }
        }
    }
    found
}

/// Whether a value is of a type that a schema asks for.
fn fits(value: Node<'_>, schema: Schema) -> bool {
    let types = schema.types();
    let wanted = match value.data() {
        Data::Null => return false,
        Data::Map => Types::OBJECT,
        Data::List => Types::ARRAY,
        Data::Bool(_) => Types::BOOLEAN,
        Data::Str(_) => Types::STRING,
        Data::Int(_) | Data::Uint(_) => Types::INTEGER,
        Data::Float(_) => Types::NUMBER,
    };
    let is_number = matches!(value.data(), Data::Int(_) | Data::Uint(_) | Data::Float(_));
    types.has(wanted) || (is_number && (types.has(Types::NUMBER) || schema.is_int_or_string() || schema.is_quantity()))
}

/// The keys that lead to a node; items by their numbers.
fn path(node: Node<'_>) -> Vec<String> {
    let steps = std::iter::successors(Some(node), |node| node.parent()).filter(|node| node.parent().is_some());
    let step = |node: Node<'_>| if node.key().is_empty() { node.index().to_string() } else { node.key().to_owned() };
    let mut path: Vec<String> = steps.map(step).collect();
    path.reverse();
    path
}

/// How many of the first steps two paths share.
fn common(place: &[&str], here: &[String]) -> usize {
    let is_same = |(step, own): &(&&str, &String)| **step == own.as_str() || (**step == ITEMS && is_number(own));
    place.iter().zip(here).take_while(is_same).count()
}

fn is_number(step: &str) -> bool {
    step.bytes().all(|byte| byte.is_ascii_digit())
}

fn same(place: &[&str], here: &[String]) -> bool {
    place.len() == here.len() && common(place, here) == here.len()
}

/// How many steps lead from one map to the other.
fn distance(place: &[&str], here: &[String]) -> usize {
    place.len() + here.len() - 2 * common(place, here)
}

/// Whether the object has the map at a path, as far as no list is on the way.
fn has(root: Node<'_>, place: &[&str]) -> bool {
    let keys = place.iter().take_while(|step| **step != ITEMS);
    keys.copied().try_fold(root, |node, key| node.get(key)).is_some()
}

/// The path from the map that the field stands in, where that leads there, or else from the object.
fn shown(place: &[&'static str], here: &[String]) -> String {
    let shared = common(place, here);
    let own = here.iter().take(shared).map(String::as_str);
    let steps: Vec<&str> = own.chain(place.iter().skip(shared).copied()).collect();
    let steps = steps.get(if shared == here.len() { shared } else { 0 }..).unwrap_or_default();
    if steps.is_empty() {
        return String::new();
    }
    let mut text = String::new();
    for step in steps {
        match *step {
            ITEMS => text.push_str(ITEMS),
            step if is_number(step) => text.push_str(&format!("[{step}]")),
            step if text.is_empty() => text.push_str(step),
            step => text.push_str(&format!(".{step}")),
        }
    }
    text
}
