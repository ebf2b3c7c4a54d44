//! Mistakes in values: those of the chart, of files given with `-f`, and of `--set`.

use super::site::Site;
use super::{Kind, Plant};
use crate::differential::rng::Rng;
use chartlens::yaml::{self, NodeKind};

/// The kinds.
pub const KINDS: &[Kind] = &[
    Kind { name: "file-order", is_heard: true, is_strict: true, plant: file_order },
    Kind { name: "list-for-map", is_heard: true, is_strict: false, plant: list_for_map },
    Kind { name: "null", is_heard: true, is_strict: false, plant: null },
    Kind { name: "set-type", is_heard: true, is_strict: true, plant: set_type },
    Kind { name: "values-tab", is_heard: true, is_strict: false, plant: values_tab },
    Kind { name: "values-indent", is_heard: true, is_strict: false, plant: values_indent },
    Kind { name: "values-quote", is_heard: true, is_strict: false, plant: values_quote },
    Kind { name: "values-colon", is_heard: true, is_strict: false, plant: values_colon },
    Kind { name: "values-twice", is_heard: true, is_strict: false, plant: values_twice },
    Kind { name: "subchart-key", is_heard: false, is_strict: true, plant: subchart_key },
    Kind { name: "alias", is_heard: false, is_strict: true, plant: alias },
    Kind { name: "condition-text", is_heard: false, is_strict: true, plant: condition_text },
    Kind { name: "number-like", is_heard: true, is_strict: false, plant: number_like },
    Kind { name: "schema-typo", is_heard: true, is_strict: false, plant: schema_typo },
];

/// A value of the chart's values.yaml that stands in maps only.
struct Leaf {
    path: Vec<String>,
    line: usize,
    text: String,
    is_quoted: bool,
    is_map: bool,
}

fn leaves(site: &Site) -> Vec<Leaf> {
    let text = site.lines("values.yaml").join("\n");
    let Ok(document) = yaml::parse(text.as_bytes()) else { return Vec::new() };
    let mut all = Vec::new();
    let mut open: Vec<(Vec<String>, _)> = document.root().map(|root| (Vec::new(), root)).into_iter().collect();
    while let Some((path, at)) = open.pop() {
        for (key, value) in document.entries(at) {
            let name = String::from_utf8_lossy(document.scalar(key)).into_owned();
            if name.is_empty() || name.contains(['.', '/', ',', '=', '[', '"', ' ']) {
                continue;
            }
            let path: Vec<String> = path.iter().cloned().chain([name]).collect();
            let is_scalar = matches!(document.node(value).kind, NodeKind::Scalar { .. });
            let is_map = document.entries(value).next().is_some();
            let raw = String::from_utf8_lossy(document.scalar(value)).into_owned();
            let source = text.get(document.node(value).start as usize..).unwrap_or_default();
            let is_quoted = source.starts_with(['"', '\'']);
            if is_scalar || is_map {
                let line = document.node(key).line as usize + 1;
                all.push(Leaf { path: path.clone(), line, text: raw, is_quoted, is_map });
            }
            open.push((path, value));
        }
    }
    all
}

/// One of the values of which a condition holds.
fn one(site: &Site, rng: &mut Rng, holds: impl Fn(&Leaf) -> bool) -> Option<Leaf> {
    let mut all: Vec<Leaf> = leaves(site).into_iter().filter(holds).collect();
    (!all.is_empty()).then(|| all.swap_remove(rng.below(all.len())))
}

/// A values file that sets one value; the number of its line.
fn setting(path: &[String], value: &str) -> (String, usize) {
    let mut text = String::new();
    for (depth, key) in path.iter().enumerate() {
        let value = if depth + 1 == path.len() { format!(" {value}") } else { String::new() };
        text.push_str(&format!("{}{key}:{value}\n", "  ".repeat(depth)));
    }
    (text, path.len())
}

fn is_number(leaf: &Leaf) -> bool {
    !leaf.is_map && !leaf.is_quoted && leaf.text.parse::<u32>().is_ok()
}

/// A later file that takes back what an earlier one sets right.
fn file_order(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let leaf = one(site, rng, is_number)?;
    let (right, _) = setting(&leaf.path, &leaf.text);
    let (wrong, line) = setting(&leaf.path, "many");
    let mut plant = Plant::file("later.yaml", wrong, line);
    plant.files.insert(0, ("earlier.yaml".to_owned(), right));
    Some(plant)
}

/// A list where the chart has a map.
fn list_for_map(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let leaf = one(site, rng, |leaf| leaf.is_map && leaf.path.len() < 4)?;
    let (text, line) = setting(&leaf.path, "[one]");
    Some(Plant::file("extra.yaml", text, line))
}

/// A null that takes a default away which is needed.
fn null(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let leaf = one(site, rng, |leaf| leaf.is_map)?;
    let (text, line) = setting(&leaf.path, "null");
    let mut plant = Plant::file("extra.yaml", text, line);
    plant.others = vec![("values.yaml".to_owned(), leaf.line)];
    // Where nothing fails, the null is what was wanted.
    site.fails(&plant).then_some(plant)
}

/// A word for a number, by `--set`.
fn set_type(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let leaf = one(site, rng, is_number)?;
    let path = leaf.path.join(".");
    Some(Plant { set: Some(format!("{path}=lots")), path: Some(path), ..Plant::default() })
}

/// A tab before a key.
fn values_tab(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let leaf = one(site, rng, |leaf| leaf.path.len() > 1)?;
    let line = site.line("values.yaml", leaf.line)?.trim_start();
    Plant::line(site, "values.yaml", leaf.line, format!("\t{line}"))
}

/// A key that stands a blank too far.
fn values_indent(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let leaf = one(site, rng, |leaf| !leaf.is_map)?;
    let line = site.line("values.yaml", leaf.line)?;
    let new = if rng.one_in(2) { line.strip_prefix(' ').map(str::to_owned) } else { None };
    let plant = Plant::line(site, "values.yaml", leaf.line, new.unwrap_or_else(|| format!(" {line}")))?;
    (site.fails(&plant)).then(|| plant.or("values.yaml", leaf.line - 1).or("values.yaml", leaf.line + 1))
}

/// A quotation mark that is never closed.
fn values_quote(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let leaf = one(site, rng, |leaf| leaf.is_quoted)?;
    let line = site.line("values.yaml", leaf.line)?.trim_end();
    line.ends_with(['"', '\'']).then_some(())?;
    let plant = Plant::line(site, "values.yaml", leaf.line, line.get(..line.len() - 1)?)?;
    site.fails(&plant).then_some(plant)
}

/// A text with a colon and a blank in it.
fn values_colon(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let leaf = one(site, rng, |leaf| !leaf.is_map && !leaf.is_quoted && leaf.text.len() > 2 && leaf.text != "null")?;
    let line = site.line("values.yaml", leaf.line)?.trim_end();
    line.ends_with(&leaf.text).then_some(())?;
    let plant = Plant::line(site, "values.yaml", leaf.line, format!("{line}: more"))?;
    site.fails(&plant).then_some(plant)
}

/// A key of values.yaml twice.
fn values_twice(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let leaf = one(site, rng, |leaf| !leaf.is_map && !leaf.text.is_empty() && !leaf.text.contains('\n'))?;
    let line = site.line("values.yaml", leaf.line)?;
    let mut plant = Plant::line(site, "values.yaml", leaf.line, format!("{line}\n{line}"))?;
    plant.expect = Some(("values.yaml".to_owned(), leaf.line + 1));
    site.fails(&plant).then(|| plant.or("values.yaml", leaf.line))
}

/// The dependencies of a chart: name and alias.
fn dependencies(site: &Site) -> Vec<(String, Option<String>)> {
    site.dependencies().iter().filter(|(name, alias)| alias.as_ref().unwrap_or(name).len() > 4).cloned().collect()
}

/// The values of a chart inside under a misspelt name.
fn subchart_key(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let all = dependencies(site);
    let (name, alias) = all.get(rng.below(all.len()))?;
    let name = alias.as_ref().unwrap_or(name);
    let wrong = format!("{}{}", name.get(..2)?, name.get(3..)?);
    let taken = leaves(site).iter().any(|leaf| leaf.path[0] == wrong);
    (!taken).then(|| Plant::file("extra.yaml", format!("{wrong}:\n  nameOverride: other\n"), 1).or("extra.yaml", 2))
}

/// The values of a chart inside under its name, where it has an alias.
fn alias(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let all: Vec<_> = dependencies(site).into_iter().filter(|(_, alias)| alias.is_some()).collect();
    let (name, _) = all.get(rng.below(all.len()))?;
    let taken = dependencies(site).iter().any(|(other, alias)| alias.as_ref().unwrap_or(other) == name);
    let taken = taken || leaves(site).iter().any(|leaf| leaf.path[0] == *name);
    (!taken).then(|| Plant::file("extra.yaml", format!("{name}:\n  nameOverride: other\n"), 1).or("extra.yaml", 2))
}

/// A switch that is a text: every text but the empty one is true.
fn condition_text(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let leaf = one(site, rng, |leaf| {
        let is_switch = leaf.path.last().is_some_and(|name| name == "enabled") && leaf.path.len() < 3;
        let path = format!(".Values.{} }}}}", leaf.path.join("."));
        is_switch && site.template_lines().any(|(_, _, line)| line.contains(" if ") && line.contains(&path))
    })?;
    let (text, line) = setting(&leaf.path, "\"false\"");
    Some(Plant::file("extra.yaml", text, line))
}

/// A tag that is read as a number and written otherwise.
fn number_like(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let leaf = one(site, rng, |leaf| leaf.path.last().is_some_and(|name| name == "tag") && leaf.path.len() < 4)?;
    let (text, line) = setting(&leaf.path, rng.word(&["1.10", "20240115", "0123", "1e3", "2.0"]));
    Some(Plant::file("extra.yaml", text, line))
}

/// A key that the chart's values.schema.json does not know.
fn schema_typo(site: &Site, rng: &mut Rng) -> Option<Plant> {
    site.has_schema().then_some(())?;
    let leaf = one(site, rng, |leaf| !leaf.is_map && leaf.path.iter().all(|key| key.len() > 3))?;
    let mut path = leaf.path.clone();
    let last = path.pop()?;
    path.push(format!("{last}s"));
    let (text, line) = setting(&path, if leaf.text.is_empty() { "\"\"" } else { &leaf.text });
    let plant = Plant::file("extra.yaml", text, line);
    site.fails(&plant).then_some(plant)
}
