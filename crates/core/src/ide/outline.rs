//! Where a line of YAML stands, told from indentation alone: for templates, and for text that is being typed.

use super::cursor::Template;
use crate::gotmpl::Kind;
use std::borrow::Cow;

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
fn masked(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memmem::find(text, b"{{").is_none() {
        return Cow::Borrowed(text);
    }
    let template = Template::read(text);
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
    Cow::Owned(out)
}

/// So many lines are looked through for the keys of one map.
const MOST: usize = 2000;

/// The lines of a document, each read when it is asked for.
struct Lines<'t> {
    text: &'t [u8],
    starts: Vec<usize>,
    end: usize,
}

impl<'t> Lines<'t> {
    /// The lines of the document around an offset; the last is one that is still blank, where the offset is behind all.
    fn around(text: &'t [u8], offset: usize) -> Lines<'t> {
        let (start, end) = document(text, offset);
        let breaks = memchr::memchr_iter(b'\n', text.get(start..end).unwrap_or_default());
        let behind = breaks.map(|at| start + at + 1).filter(|at| *at < end);
        let mut starts: Vec<usize> = Some(start).filter(|start| *start < end).into_iter().chain(behind).collect();
        let at_line_start = offset == 0 || text.get(offset - 1) == Some(&b'\n');
        if starts.last().is_none_or(|last| *last < offset && at_line_start) {
            starts.push(offset);
        }
        Lines { text, starts, end }
    }

    fn get(&self, number: usize) -> Option<Line> {
        let start = *self.starts.get(number)?;
        let is_ended = start < self.end && self.text.get(self.end - 1) == Some(&b'\n');
        let end = self.starts.get(number + 1).map_or(self.end - usize::from(is_ended), |next| next - 1);
        Some(Line::read(self.text, start, end))
    }

    /// The lines above one, from there to the top.
    fn above(&self, number: usize) -> impl Iterator<Item = Line> {
        (0..number).rev().filter_map(|number| self.get(number))
    }

    /// The lines below one.
    fn below(&self, number: usize) -> impl Iterator<Item = Line> {
        (number + 1..self.starts.len()).filter_map(|number| self.get(number))
    }

    /// The text behind a key of the document itself, where it is written out.
    fn top(&self, name: &str) -> Option<String> {
        let is_likely = |start: &&usize| {
            let rest = self.text.get(**start..).unwrap_or_default();
            rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest).starts_with(name.as_bytes())
        };
        let starts = self.starts.iter().enumerate().filter(|(_, start)| is_likely(start));
        let mut lines = starts.filter_map(|(number, _)| self.get(number));
        let found = lines.find(|line| matches!(&line.key, Some((0, key)) if key == name))?;
        let rest = self.text.get(found.value?..self.end)?;
        let word = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()))?;
        let word = String::from_utf8_lossy(word).trim().trim_matches(['"', '\'']).to_owned();
        (!word.is_empty() && !word.contains('\x01')).then_some(word)
    }
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
    let lines = Lines::around(&text, offset);
    let number = lines.starts.partition_point(|start| *start <= offset).checked_sub(1)?;
    let here = &lines.get(number)?;
    let before = text.get(here.start..offset)?;
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
    let path = path(lines.above(number), here, column)?;
    let siblings = siblings(&lines, number, here, column);
    let (api_version, kind) = (lines.top("apiVersion"), lines.top("kind"));
    Some(Place { path, part, api_version, kind, siblings })
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
fn path(above: impl Iterator<Item = Line>, here: &Line, column: usize) -> Option<Vec<Step>> {
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
    for line in above {
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
            dashes(&line, &mut steps, &mut column);
        }
        if column == 0 {
            break;
        }
    }
    steps.reverse();
    Some(steps)
}

/// The keys of the map that has a key at a column of a line.
fn siblings(lines: &Lines<'_>, number: usize, here: &Line, column: usize) -> Vec<String> {
    let same = |line: &Line| line.column().is_none_or(|own| own >= column);
    let name = |line: &Line| line.key.as_ref().filter(|(at, _)| *at == column).map(|(_, name)| name.clone());
    let mut found = Vec::new();
    // The first line of an item ends the way up.
    if here.dashes.is_empty() {
        for line in lines.above(number).take(MOST).take_while(same) {
            found.extend(name(&line));
            if line.dashes.last().is_some_and(|dash| *dash < column)
                && line.key.as_ref().is_some_and(|(at, _)| *at == column)
            {
                break;
            }
        }
    }
    let below = lines.below(number).take(MOST).take_while(same);
    found
        .extend(below.take_while(|line| line.dashes.is_empty() || name(line).is_none()).filter_map(|line| name(&line)));
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
