//! Where a line of YAML stands, told from indentation alone: for templates, and for text that is being typed.

use super::cursor::Template;
use crate::gotmpl::{Kind, items};

/// A step from the top of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The value of a key.
    Key(String),
    /// An item of a list.
    Item,
}

/// What is written at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A key: where it starts.
    Key(usize),
    /// The value of a key: the key, and where the value starts.
    Value(String, usize),
}

/// A place in the outline of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The keys around.
    pub path: Vec<Step>,
    /// What is there.
    pub part: Part,
    /// The text of `apiVersion:` and of `kind:` of the document, where they are written out.
    pub api_version: Option<String>,
    pub kind: Option<String>,
    /// The keys that the map has already.
    pub siblings: Vec<String>,
}

/// A line, actions blanked: how far it is indented, and what it opens.
struct Line {
    start: usize,
    /// Columns of the dashes in front.
    dashes: Vec<usize>,
    /// Column and name of the key.
    key: Option<(usize, String)>,
    /// Where the value behind the key starts.
    value: Option<usize>,
    /// Whether the value is a block of text.
    is_block: bool,
    /// The column of the first character that is no blank; none for a line that says nothing.
    indent: Option<usize>,
}

/// Stands for the bytes of actions that write values.
const FILLER: u8 = b'\x01';

/// The text with its actions masked: those alone on their lines as blanks.
fn masked(text: &[u8]) -> Vec<u8> {
    let template = Template { text, items: items(text) };
    let mut out = text.to_vec();
    for action in template.actions() {
        let head = template.inside(&action).first().map(|item| item.kind);
        let writes = !matches!(
            head,
            None | Some(Kind::If | Kind::Else | Kind::End | Kind::With | Kind::Range | Kind::Define | Kind::Block)
        );
        if let Some(bytes) = out.get_mut(action) {
            bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = if writes { FILLER } else { b' ' });
        }
    }
    out
}

impl Line {
    fn read(text: &[u8], start: usize, end: usize) -> Line {
        let line = text.get(start..end).unwrap_or_default();
        let mut at = line.iter().take_while(|byte| **byte == b' ').count();
        let says = line.get(at..).is_some_and(|rest| {
            rest.first().is_some_and(|byte| *byte != b'#')
                && rest.iter().any(|byte| !matches!(byte, &FILLER | b' ' | b'\r'))
        });
        let indent = says.then_some(at);
        let mut dashes = Vec::new();
        while line.get(at..).is_some_and(|rest| rest == b"-" || rest.starts_with(b"- ")) {
            dashes.push(at);
            at += 1 + line.get(at + 1..).unwrap_or_default().iter().take_while(|byte| **byte == b' ').count();
        }
        let rest = line.get(at..).unwrap_or_default();
        let colon = memchr::memchr_iter(b':', rest).find(|at| matches!(rest.get(at + 1), None | Some(b' ' | b'\r')));
        let key = colon.and_then(|colon| {
            let name = String::from_utf8_lossy(rest.get(..colon)?).trim_matches(['"', '\'']).to_owned();
            (says && !name.starts_with('#')).then_some((at, name))
        });
        let value = key.as_ref().zip(colon).map(|(_, colon)| {
            let behind = rest.get(colon + 1..).unwrap_or_default();
            start + at + colon + 1 + behind.iter().take_while(|byte| **byte == b' ').count()
        });
        let first = value.and_then(|value| text.get(value.min(end)..end)?.first().copied());
        Line { start, dashes, key, value, is_block: matches!(first, Some(b'|' | b'>')), indent }
    }

    /// The column at which what the line holds begins, its dashes aside.
    fn column(&self) -> Option<usize> {
        self.key.as_ref().map(|(column, _)| *column).or(self.indent)
    }
}

/// What the outline of a text says of an offset; none inside a block of text.
pub(super) fn place(text: &[u8], offset: usize) -> Option<Place> {
    let text = masked(text);
    let (start, end) = document(&text, offset);
    let mut lines = Vec::new();
    let mut at = start;
    while at < end {
        let len = memchr::memchr(b'\n', text.get(at..end)?).unwrap_or(end - at);
        lines.push(Line::read(&text, at, at + len));
        at += len + 1;
    }
    let at_line_start = offset == 0 || text.get(offset - 1) == Some(&b'\n');
    if lines.last().is_none_or(|line| line.start < offset && at_line_start) {
        lines.push(Line::read(&text, offset, offset));
    }
    let number = lines.iter().rposition(|line| line.start <= offset)?;
    let here = lines.get(number)?;
    let before = text.get(here.start..offset)?;
    let top = |name: &str| {
        let found = lines.iter().find(|line| matches!(&line.key, Some((0, key)) if key == name))?;
        let rest = text.get(found.value?..end)?;
        let word = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()))?;
        let word = String::from_utf8_lossy(word).trim().trim_matches(['"', '\'']).to_owned();
        (!word.is_empty() && !word.contains('\x01')).then_some(word)
    };
    let (part, column) = match (&here.key, here.value) {
        (Some((column, name)), Some(value)) if offset > here.start + column + name.len() => {
            (Part::Value(name.clone(), value), *column)
        }
        (Some((column, _)), _) => (Part::Key(here.start + column), *column),
        _ => {
            let dash = here.dashes.last().map(|dash| dash + 1);
            let blank = before.iter().skip(dash.unwrap_or(0)).take_while(|byte| **byte == b' ').count();
            let column = dash.unwrap_or(0) + blank;
            (Part::Key(here.start + column), column)
        }
    };
    let above = lines.get(..number)?;
    let path = path(above, here, column)?;
    let siblings = siblings(&lines, number, column);
    Some(Place { path, part, api_version: top("apiVersion"), kind: top("kind"), siblings })
}

/// The text of `metadata.name` of the document around an offset, where it is written out.
pub(super) fn name_of(text: &[u8], offset: usize) -> Option<String> {
    let (start, end) = document(text, offset);
    let document = String::from_utf8_lossy(text.get(start..end)?).into_owned();
    let mut lines = document.lines().skip_while(|line| line.trim_end() != "metadata:").skip(1);
    let inside = lines.by_ref().take_while(|line| line.starts_with([' ', '{']) || line.is_empty());
    inside.map(str::trim).find_map(|line| line.strip_prefix("name:")).map(|name| name.trim().to_owned())
}

/// The steps to what stands at a column of a line.
fn path(above: &[Line], here: &Line, column: usize) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut column = column;
    let dashes = |line: &Line, steps: &mut Vec<Step>, column: &mut usize| {
        for dash in line.dashes.iter().rev().filter(|dash| **dash < *column).copied().collect::<Vec<_>>() {
            steps.push(Step::Item);
            // A list may stand as deep as the key that it is the value of.
            *column = dash + 1;
        }
    };
    dashes(here, &mut steps, &mut column);
    for line in above.iter().rev() {
        let Some(own) = line.column() else { continue };
        if let Some((at, name)) = line.key.as_ref().filter(|(at, _)| *at < column) {
            if line.is_block {
                return None;
            }
            steps.push(Step::Key(name.clone()));
            column = *at;
        }
        let first = line.dashes.first().copied().unwrap_or(own);
        if first < column {
            dashes(line, &mut steps, &mut column);
        }
        if column == 0 {
            break;
        }
    }
    steps.reverse();
    Some(steps)
}

/// The keys of the map that has a key at a column of a line.
fn siblings(lines: &[Line], number: usize, column: usize) -> Vec<String> {
    let same = |line: &&Line| line.column().is_none_or(|own| own >= column);
    let name = |line: &Line| line.key.as_ref().filter(|(at, _)| *at == column).map(|(_, name)| name.clone());
    let mut found = Vec::new();
    // The first line of an item ends the way up.
    let above = lines.get(..number).unwrap_or_default();
    if lines.get(number).is_some_and(|line| line.dashes.is_empty()) {
        for line in above.iter().rev().take_while(same) {
            found.extend(name(line));
            if line.dashes.last().is_some_and(|dash| *dash < column)
                && line.key.as_ref().is_some_and(|(at, _)| *at == column)
            {
                break;
            }
        }
    }
    let below = lines.get(number + 1..).unwrap_or_default().iter();
    found.extend(
        below.take_while(same).take_while(|line| line.dashes.is_empty() || name(line).is_none()).filter_map(name),
    );
    found
}

/// The document around an offset.
fn document(text: &[u8], offset: usize) -> (usize, usize) {
    let separator = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(b"---"));
    let starts = memchr::memchr_iter(b'\n', text).map(|at| at + 1).filter(separator);
    let mut start = 0;
    for at in starts {
        if at > offset {
            return (start, at);
        }
        start = at + memchr::memchr(b'\n', text.get(at..).unwrap_or_default()).map_or(0, |end| end + 1);
    }
    (start.min(offset), text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Place {
        let offset = text.find('|').unwrap();
        place(text.replacen('|', "", 1).as_bytes(), offset).unwrap()
    }

    fn shown(place: &Place) -> String {
        let steps = place.path.iter().map(|step| match step {
            Step::Key(name) => name.as_str(),
            Step::Item => "-",
        });
        steps.collect::<Vec<_>>().join(".")
    }

    #[test]
    fn indentation_tells_the_way() {
        let pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    ports:\n      - containerPort: 1\n        ";
        assert_eq!(shown(&at(&format!("{pod}|"))), "spec.containers.-.ports.-");
        assert_eq!(at(&format!("{pod}|")).siblings, ["containerPort"]);
        let found = at(&format!("{pod}protocol: T|"));
        assert_eq!(found.part, Part::Value("protocol".to_owned(), pod.len() + "protocol: ".len()));
        assert_eq!((found.api_version.as_deref(), found.kind.as_deref()), (Some("v1"), Some("Pod")));
        assert_eq!(shown(&at("spec:\n  containers:\n  - na|")), "spec.containers.-");
        assert_eq!(shown(&at("spec:\n  containers:\n  - name: x\n    |\n  other: y\n")), "spec.containers.-");
    }

    #[test]
    fn actions_are_no_structure() {
        let text = "spec:\n{{- if .Values.x }}\n  {{- with .y }}\n  template:\n    {{- end }}\n    sp|\n{{ end }}\n";
        assert_eq!(shown(&at(text)), "spec.template");
        assert_eq!(at("kind: {{ .Values.kind }}\nspec:\n  |\n").kind, None);
        assert_eq!(shown(&at("a: 1\n---\nb:\n  |\n---\nc: 1\n")), "b");
    }

    #[test]
    fn blocks_of_text_have_no_keys() {
        let text = "data:\n  a: |\n    x: ";
        assert_eq!(place(text.as_bytes(), text.len()), None);
    }

    #[test]
    fn keys_of_the_same_map_are_siblings() {
        let found = at("metadata:\n  name: x\n  |\n  labels:\n    a: b\nspec: 1\n");
        assert_eq!(found.siblings, ["name", "labels"]);
        assert_eq!(at("- a: 1\n  b: 2\n- |\n  c: 3\n- d: 4\n").siblings, ["c"]);
    }
}
