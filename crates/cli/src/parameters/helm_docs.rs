//! The annotations of helm-docs: `# -- text` above a key, `# key -- text` anywhere, `@default`, `@section`,
//! `@notationType`, `@raw` and `@ignored`.

use super::findings::Problems;
use super::names::{Path, quoted, step};
use super::{Comments, Parameter, Parameters, Section, Shown, is_leaf};
use chartlens::kube::tree::{Data, Node};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What the comment of a value says.
#[derive(Clone, Debug, Default)]
struct Said {
    description: String,
    default: Option<String>,
    section: Option<String>,
    type_name: Option<String>,
    notation: Option<String>,
}

/// The key and the text of a comment that names the value that it is about: `# image.tag -- The tag`.
pub fn keyed(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start().strip_prefix('#')?.trim_start();
    let (key, text) = text.split_once(" -- ")?;
    let key = key.trim();
    let is_key = !key.is_empty() && !key.starts_with(['@', '-']) && !key.contains(char::is_whitespace);
    (is_key && !key.ends_with([':', '.', ','])).then_some((key, text))
}

/// Reads the lines behind the first of a comment: `text` is what that one says.
fn said(text: &str, lines: &[&str]) -> Said {
    let mut said = Said { description: text.trim_start().to_owned(), ..Said::default() };
    if let Some((name, text)) = said.description.strip_prefix('(').and_then(|text| text.split_once(')')) {
        let (name, text) = (name.to_owned(), text.trim_start().to_owned());
        (said.type_name, said.description) = (Some(name).filter(|name| !name.is_empty()), text);
    }
    let mut raw = false;
    for line in lines {
        let text = line.trim_start().strip_prefix('#').unwrap_or(line);
        let text = text.strip_prefix([' ', '\t']).unwrap_or(text);
        let of = |tag: &str| text.trim_start().strip_prefix(tag).map(|rest| rest.trim().to_owned());
        match () {
            () if !raw && of("@raw").is_some() => raw = true,
            () if of("@default -- ").is_some() => said.default = of("@default -- "),
            () if of("@section -- ").is_some() => said.section = of("@section -- "),
            () if of("@notationType -- ").is_some() => said.notation = of("@notationType -- "),
            () => {
                said.description.push(if raw { '\n' } else { ' ' });
                said.description.push_str(text);
            }
        }
    }
    said
}

/// What the comment right above a node says: of several that begin with `# --` the last.
fn above(lines: &[&str]) -> Option<Said> {
    let first = lines.iter().rposition(|line| line.starts_with("# --"))?;
    let text = lines.get(first)?.trim_start_matches('#').trim_start().strip_prefix("--")?;
    Some(said(text, lines.get(first + 1..).unwrap_or_default()))
}

/// Comments that name the value that they are about, wherever they stand.
fn named<'t>(comments: &Comments<'t>) -> BTreeMap<&'t str, (u32, Said)> {
    let all: Vec<(u32, &str)> = comments.all().collect();
    let mut found = BTreeMap::new();
    for (at, (number, line)) in all.iter().enumerate() {
        let Some((key, text)) = keyed(line) else { continue };
        let next = all.iter().skip(at + 1).zip(number + 1..);
        let follows = next.take_while(|((number, line), wanted)| number == wanted && keyed(line).is_none());
        let follows: Vec<&str> = follows.map(|((_, line), _)| *line).collect();
        let ends = follows.iter().position(|line| line.trim_start().starts_with("# --")).unwrap_or(follows.len());
        found.insert(key, (*number, said(text, follows.get(..ends).unwrap_or_default())));
    }
    found
}

struct Walk<'c, 't> {
    comments: &'c Comments<'t>,
    named: BTreeMap<&'t str, (u32, Said)>,
    rows: Vec<(Option<String>, Parameter)>,
    problems: Problems<'c, 't>,
    /// The names that comments name, and that are there.
    met: Vec<String>,
}

/// All values: what has a comment as a whole, and below it only what has one too.
pub fn read(root: Node<'_>, comments: &Comments<'_>) -> Parameters {
    let (named, problems) = (named(comments), Problems::new(comments));
    let mut walk = Walk { comments, named, rows: Vec::new(), problems, met: Vec::new() };
    walk.inside(root, &Path::new(), true);
    let Walk { named, met, rows, mut problems, .. } = walk;
    for (name, (line, _)) in named.iter().filter(|(name, _)| !met.iter().any(|met| met == *name)) {
        problems.unknown(name, *line);
    }
    let mut sections: Vec<Section> = Vec::new();
    for (section, parameter) in rows {
        let name = section.unwrap_or_default();
        match sections.iter_mut().find(|section| section.name == name) {
            Some(section) => section.parameters.push(parameter),
            None => sections.push(Section { name, parameters: vec![parameter], ..Section::default() }),
        }
    }
    Parameters { sections, problems: problems.found, ..Parameters::default() }
}

impl Walk<'_, '_> {
    fn inside(&mut self, node: Node<'_>, path: &Path, all: bool) {
        for child in node.children() {
            let path: Path = path.iter().cloned().chain([step(child)]).collect();
            self.value(child, &path, all);
        }
    }

    fn value(&mut self, node: Node<'_>, path: &Path, all: bool) {
        if self.is_ignored(node) {
            return;
        }
        let lines = self.comments.above(node);
        let name = quoted(path);
        let own = above(&lines);
        let named = self.named.get(name.as_str()).map(|(_, said)| said.clone());
        self.met.extend(named.is_some().then(|| name.clone()));
        let is_described = named.is_some() || own.as_ref().is_some_and(|said| !said.description.is_empty());
        if !is_leaf(node) && !is_described {
            return self.inside(node, path, all);
        }
        if all || is_described {
            self.row(node, path, name, own, named);
        }
        if !is_leaf(node) {
            self.inside(node, path, false);
        }
    }

    fn is_ignored(&self, node: Node<'_>) -> bool {
        self.comments.above(node).iter().any(|line| line.contains("@ignore"))
    }

    /// A value as JSON, without what is ignored in it.
    fn json(&self, node: Node<'_>) -> Json {
        let children = || node.children().filter(|child| !self.is_ignored(*child));
        match node.data() {
            Data::Map => children().map(|child| (child.key().to_owned(), self.json(child))).collect(),
            Data::List => children().map(|child| self.json(child)).collect(),
            _ => node.to_json(),
        }
    }

    fn row(&mut self, node: Node<'_>, path: &Path, name: String, own: Option<Said>, named: Option<Said>) {
        if own.is_none() && named.is_none() {
            self.problems.undocumented(&name, node);
        }
        let (own, named) = (own.unwrap_or_default(), named.unwrap_or_default());
        let or = |first: Option<String>, second: Option<String>| first.filter(|text| !text.is_empty()).or(second);
        let shown = match (or(named.default, own.default), &own.notation) {
            (Some(text), _) => Shown::Text(text),
            (None, Some(_)) if node.as_str().is_some() => Shown::Text(node.as_str().unwrap_or_default().to_owned()),
            (None, _) => Shown::Value(self.json(node)),
        };
        let description = or(Some(named.description), Some(own.description)).unwrap_or_default();
        let type_name = or(named.type_name, own.type_name).or(own.notation);
        let parameter = Parameter { name, path: path.clone(), description, value: self.json(node), shown, type_name };
        self.rows.push((or(named.section, own.section), parameter));
    }
}

/// The name that helm-docs has for the type of a value; a null is taken for a string.
pub fn type_name(value: &Json) -> &'static str {
    match value {
        Json::Bool(_) => "bool",
        Json::Number(number) if number.is_f64() => "float",
        Json::Number(_) => "int",
        Json::Array(_) => "list",
        Json::Object(_) => "object",
        Json::String(_) | Json::Null => "string",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, read};

    #[test]
    fn a_described_map_is_a_row_and_hides_what_nobody_describes() {
        let text = "# -- All of it\na:\n  b: 1\n  # -- (port) Its port\n  # of several lines\n  # @default -- none\n  c: 2\n# @ignored\nd: 1\n# e -- Old form\n\ne: []\nf: x\n";
        let read = read(text, Some(Dialect::HelmDocs)).unwrap();
        let rows: Vec<_> =
            read.all().map(|row| (row.name.as_str(), row.description.as_str(), row.type_name.as_deref())).collect();
        assert_eq!(
            rows,
            [
                ("a", "All of it", None),
                ("a.c", "Its port of several lines", Some("port")),
                ("e", "Old form", None),
                ("f", "", None)
            ]
        );
        assert_eq!(read.problems.len(), 1, "{:?}", read.problems);
    }
}
