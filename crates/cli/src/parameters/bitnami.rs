//! The annotations of Bitnami's readme-generator-for-helm: `@param`, `@section`, `@skip`, `@extra`,
//! `@descriptionStart`, `@descriptionEnd`, and the modifiers in brackets.

use super::findings::{Problem, Problems};
use super::names::{Path, dotted, leaves};
use super::{Comments, Parameter, Parameters, Section, Shown};
use chartlens::kube::tree::Node;
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};

/// A line with an annotation.
enum Line<'t> {
    Param { name: &'t str, modifiers: Vec<&'t str>, text: &'t str },
    Extra { name: &'t str, text: &'t str },
    Skip(&'t str),
    Section(&'t str),
    DescriptionStart(&'t str),
    DescriptionEnd,
}

/// Reads a comment line; none of it without an annotation.
fn line(line: &str) -> Option<Line<'_>> {
    let text = line.trim_start().trim_start_matches('#').trim_start();
    let word = text.split_whitespace().next()?;
    let rest = text.get(word.len()..)?.trim();
    let name = || rest.split_whitespace().next();
    let after = |name: &str| rest.get(name.len()..).unwrap_or_default().trim_start();
    Some(match word {
        "@param" => {
            let (modifiers, text) = modifiers(after(name()?));
            Line::Param { name: name()?, modifiers, text }
        }
        "@extra" => Line::Extra { name: name()?, text: modifiers(after(name()?)).1 },
        "@skip" => Line::Skip(name()?),
        "@section" => Line::Section(rest.strip_prefix("--").unwrap_or(rest).trim_start()),
        "@descriptionStart" => Line::DescriptionStart(rest),
        "@descriptionEnd" => Line::DescriptionEnd,
        _ => return None,
    })
}

/// What stands in brackets in front of a text, and the text.
fn modifiers(text: &str) -> (Vec<&str>, &str) {
    match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        Some((inside, text)) => {
            let all = inside.split(',').filter(|modifier| !modifier.is_empty()).map(str::trim);
            (all.collect(), text.trim_start())
        }
        None => (Vec::new(), text),
    }
}

/// A value with its name: a list of texts is one value, and so is what has nothing below it.
struct Leaf<'n> {
    name: String,
    path: Path,
    node: Node<'n>,
}

fn values(root: Node<'_>) -> Vec<Leaf<'_>> {
    let mut found: Vec<Leaf<'_>> = Vec::new();
    for (mut path, mut node) in leaves(root) {
        let list = node.parent().filter(|parent| parent.is_list());
        if let Some(list) = list.filter(|list| list.items().all(|item| item.as_str().is_some())) {
            path.pop();
            node = list;
        }
        let name = dotted(&path);
        if found.last().is_none_or(|last| last.name != name) {
            found.push(Leaf { name, path, node });
        }
    }
    found
}

/// The rows that the annotations describe, in their order.
pub fn read(root: Node<'_>, comments: &Comments<'_>) -> Parameters {
    let values = values(root);
    let (mut sections, mut problems) = (vec![Section::default()], Problems::new(comments));
    let by_name: HashMap<&str, &Leaf<'_>> = values.iter().map(|leaf| (leaf.name.as_str(), leaf)).collect();
    let mut covered: HashSet<String> = HashSet::new();
    let mut description: Option<Vec<String>> = None;
    for (number, text) in comments.all() {
        let found = line(text);
        if let Some(lines) = &mut description {
            if matches!(found, Some(Line::DescriptionEnd)) {
                if let (Some(section), Some(lines)) = (sections.last_mut(), description.take()) {
                    section.description = lines.join("\n");
                }
                continue;
            }
            let text = text.trim_start().trim_start_matches('#');
            lines.push(text.strip_prefix(' ').unwrap_or(text).to_owned());
        }
        let parameter = match found {
            Some(Line::Param { name, modifiers, text }) => {
                let leaf = by_name.get(name);
                let Some((path, node)) = leaf.map(|leaf| (leaf.path.clone(), leaf.node)).or_else(|| inner(root, name))
                else {
                    problems.unknown(name, number);
                    continue;
                };
                covered.insert(if modifiers.is_empty() { name.to_owned() } else { base(name).to_owned() });
                problems.unknown_modifiers(name, &modifiers, number);
                let (shown, type_name) = apply(&modifiers, node, leaf.is_some());
                Some(Parameter {
                    name: name.to_owned(),
                    path,
                    description: text.to_owned(),
                    value: node.to_json(),
                    shown,
                    type_name,
                })
            }
            Some(Line::Extra { name, text }) => Some(Parameter {
                name: name.to_owned(),
                path: Vec::new(),
                description: text.to_owned(),
                value: Json::Null,
                shown: Shown::Nothing,
                type_name: None,
            }),
            Some(Line::Skip(name)) => {
                if inner(root, name).is_none() {
                    problems.unknown(name, number);
                }
                covered.insert(base(name).to_owned());
                None
            }
            Some(Line::Section(name)) => {
                sections.push(Section { name: name.to_owned(), ..Section::default() });
                None
            }
            Some(Line::DescriptionStart(text)) => {
                description.get_or_insert_default().extend((!text.is_empty()).then(|| text.to_owned()));
                None
            }
            _ => None,
        };
        if let Some(section) = sections.last_mut() {
            section.parameters.extend(parameter);
        }
    }
    // A value is described with its own name or that of anything around it.
    let is_covered = |name: &str| {
        let ends = name.match_indices(['.', '[']).map(|(at, _)| at).chain([name.len()]);
        ends.into_iter().any(|end| name.get(..end).is_some_and(|part| covered.contains(part)))
    };
    for leaf in values.iter().filter(|leaf| !is_covered(&leaf.name)) {
        problems.undocumented(&leaf.name, leaf.node);
    }
    sections.retain(|section| !section.name.is_empty() || !section.parameters.is_empty());
    Parameters { sections, problems: problems.found, ..Parameters::default() }
}

/// The list that an item's name is of, else the name.
fn base(name: &str) -> &str {
    name.rsplit_once('[').map_or(name, |(list, _)| list)
}

/// The value at a name that has something below it. Keys may have dots in them.
fn inner<'n>(root: Node<'n>, name: &str) -> Option<(Path, Node<'n>)> {
    let (mut work, mut best) = (vec![(Path::new(), root)], None);
    while let Some((path, node)) = work.pop() {
        let own = dotted(&path);
        if own == name {
            best = Some((path, node));
            break;
        }
        let towards =
            |own: &str| own.is_empty() || name.strip_prefix(own).is_some_and(|rest| rest.starts_with(['.', '[']));
        if towards(&own) {
            let child = |child| (path.iter().cloned().chain([super::names::step(child)]).collect(), child);
            work.extend(node.children().map(child));
        }
    }
    best
}

/// What the table shows for a value, and its type: the last modifier counts, and a list or map that may be null keeps
/// its value.
fn apply(modifiers: &[&str], node: Node<'_>, is_leaf: bool) -> (Shown, Option<String>) {
    let keeps = modifiers.last() == Some(&"nullable")
        && modifiers.iter().position(|m| *m == "nullable") == Some(modifiers.len() - 1);
    // What has something below it has no value of its own to the generator.
    let mut shown = match is_leaf || modifiers.is_empty() {
        true => Some(Shown::Value(node.to_json())),
        false => None,
    };
    let mut type_name = None;
    for modifier in modifiers {
        let empty = match *modifier {
            "array" => Json::Array(Vec::new()),
            "object" => Json::Object(serde_json::Map::new()),
            "string" => Json::String(String::new()),
            "nullable" => {
                shown.get_or_insert(Shown::Value(Json::Null));
                continue;
            }
            other => {
                if let Some(text) = other.strip_prefix("default:") {
                    shown = Some(Shown::Text(text.trim_start().to_owned()));
                }
                continue;
            }
        };
        type_name = Some((*modifier).to_owned());
        if !keeps {
            shown = Some(Shown::Value(empty));
        }
    }
    (shown.unwrap_or_else(|| Shown::Value(node.to_json())), type_name)
}

/// What Bitnami's table shows of a value: texts as they are, lists and maps as JSON.
pub fn value_text(value: &Json) -> String {
    match value {
        Json::Null => "nil".to_owned(),
        Json::String(text) if text.is_empty() => "\"\"".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Problems<'_, '_> {
    fn unknown_modifiers(&mut self, name: &str, modifiers: &[&str], line: u32) {
        let known = |modifier: &&str| {
            matches!(*modifier, "array" | "object" | "string" | "nullable") || modifier.starts_with("default:")
        };
        for modifier in modifiers.iter().filter(|modifier| !known(modifier)) {
            let says = format!(
                "`{name}` has the modifier `{modifier}`: expected array, object, string, nullable or default: VALUE"
            );
            let range = self.comments.place_of(line, modifier);
            self.found.push(Problem { code: "docs/unknown-annotation", says, range });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, read};

    fn rows(text: &str) -> Vec<(String, String)> {
        let read = read(text, Some(Dialect::Bitnami)).unwrap();
        let rows = read.all().map(|row| {
            let shown = match &row.shown {
                super::Shown::Value(value) => super::value_text(value),
                super::Shown::Text(text) => text.clone(),
                super::Shown::Nothing => String::new(),
            };
            (row.name.clone(), shown)
        });
        rows.collect()
    }

    #[test]
    fn modifiers_change_what_is_shown() {
        let text = "## @section A\n## @param a [object] x\na: {b: 1}\n## @param c [array,nullable] x\nc: [1]\n\
                    ## @param d [default: REG] x\nd: docker.io\n## @param e [nullable] x\ne:\n## @param f [nullable,string] x\nf: q\n";
        let shown: Vec<String> = rows(text).into_iter().map(|(_, shown)| shown).collect();
        assert_eq!(shown, ["{}", "nil", "REG", "nil", "\"\""]);
    }

    #[test]
    fn what_is_skipped_or_missing_is_told() {
        let text = "## @section A\n## @skip a\na: {b: 1}\nc: 1\n## @param d nothing\n## @extra e more\n";
        let read = read(text, Some(Dialect::Bitnami)).unwrap();
        let said: Vec<&str> = read.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(said, ["docs/unknown-value", "docs/undocumented-value"]);
        assert_eq!(rows(text), [("e".to_owned(), String::new())]);
    }
}
