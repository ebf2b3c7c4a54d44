//! A field that stands in a map that does not know it is moved to the one that does.

use super::cure::column;
use super::duplicate::{whole_lines, written};
use super::fix::Mend;
use crate::diag::{Edit, Fix};
use crate::render::{Causes, Document};
use crate::text::Span;
use crate::yaml::{Document as Yaml, NodeId, NodeKind};
use std::ops::Range;

/// The field whose key stands at `key`, moved in front of the first key of the map at `path`: its lines stand in the
/// template as they are, and the map has lines of its own.
pub fn field(document: &Document, key: usize, path: &str, causes: &Causes) -> Option<Mend> {
    let parsed = crate::yaml::parse(&document.text).ok()?;
    let (around, entry) = entry_at(&parsed, key)?;
    let lines = whole_lines(&document.text, &entry)?;
    let target = map_at(&parsed, around, path).or_else(|| map_at(&parsed, parsed.root()?, path))?;
    let NodeKind::Mapping { flow: false } = parsed.node(target).kind else { return None };
    let (first, _) = parsed.entries(target).next()?;
    let first = parsed.node(first).start as usize..parsed.node(first).end as usize;
    let (from, to) = (written(document, &lines, causes)?, causes.literal(document, &first)?);
    let text = document.text.get(lines.clone())?;
    if causes.text(from)?.as_bytes() != text || lines.contains(&first.start) {
        return None;
    }
    let source = &causes.sources.get(to.file)?.text;
    let moved = moved(std::str::from_utf8(text).ok()?, column(source, to.start as usize)?)?;
    let place = |span| causes.place(span);
    let edits = vec![
        Edit { place: place(from)?, new: String::new() },
        Edit { place: place(Span { end: to.start, ..to })?, new: moved },
    ];
    let name = String::from_utf8_lossy(document.text.get(key..)?.split(|byte| *byte == b':').next()?).into_owned();
    let title = match path {
        "" => format!("move `{name}` to the top of the object"),
        path => format!("move `{name}` into `{path}`"),
    };
    // The same in the document, whose lines may be indented otherwise.
    let there = self::moved(std::str::from_utf8(text).ok()?, column(&document.text, first.start)?)?;
    Some(Mend {
        fix: Fix { title, safe: false, edits },
        change: change(document, &lines, first.start, &there)?,
        renamed: None,
    })
}

/// Lines that begin in another column, from their first key to where the key behind them begins.
fn moved(lines: &str, column: usize) -> Option<String> {
    let own = lines.len() - lines.trim_start_matches(' ').len();
    let mut out = String::new();
    for line in lines.lines() {
        let content = line.get(own..).or_else(|| line.trim().is_empty().then_some(""))?;
        if !out.is_empty() {
            out.push_str(&" ".repeat(column));
        }
        out.push_str(content);
        out.push('\n');
    }
    out.push_str(&" ".repeat(column));
    Some(out)
}

/// What becomes of the document from the lines to the place that they move to, whichever comes first.
fn change(document: &Document, lines: &Range<usize>, to: usize, moved: &str) -> Option<(Range<usize>, String)> {
    let text = |range: Range<usize>| std::str::from_utf8(document.text.get(range)?).ok();
    Some(match to < lines.start {
        true => (to..lines.end, format!("{moved}{}", text(to..lines.start)?)),
        false => (lines.start..to, format!("{}{moved}", text(lines.end..to)?)),
    })
}

/// The map that has a key at an offset, and the bytes of the entry.
fn entry_at(document: &Yaml, key: usize) -> Option<(NodeId, Range<usize>)> {
    let maps = document.nodes().filter(|(_, node)| matches!(node.kind, NodeKind::Mapping { .. }));
    maps.into_iter().find_map(|(map, _)| {
        let (name, value) = document.entries(map).find(|(name, _)| document.node(*name).start as usize == key)?;
        let (name, value) = (document.node(name), document.node(value));
        Some((map, name.start as usize..value.end.max(name.end) as usize))
    })
}

/// The map at a path such as `template.spec` or `containers[].resources` below another one; of a list the only item.
fn map_at(document: &Yaml, from: NodeId, path: &str) -> Option<NodeId> {
    let mut at = from;
    for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
        at = match step.strip_suffix(']') {
            None => document.entries(at).find(|(key, _)| document.scalar(*key) == step.as_bytes())?.1,
            Some("") => match document.children(at) {
                [only] if matches!(document.node(at).kind, NodeKind::Sequence { .. }) => *only,
                _ => return None,
            },
            Some(number) => *document.children(at).get(number.parse::<usize>().ok()?)?,
        };
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_shape() {
        assert_eq!(moved("  a:\n    b: 1\n", 4).as_deref(), Some("a:\n      b: 1\n    "));
        assert_eq!(moved("    a: 1\n", 0).as_deref(), Some("a: 1\n"));
        assert_eq!(moved("    a:\n  b\n", 0), None);
    }

    #[test]
    fn a_path_leads_through_the_only_item_of_a_list() {
        let document = crate::yaml::parse(b"a: {b: [{c: {d: 1}}]}\ne: [1, 2]\n").unwrap();
        let root = document.root().unwrap();
        assert!(map_at(&document, root, "a.b[].c").is_some() && map_at(&document, root, "a.b[0].c").is_some());
        assert!(map_at(&document, root, "e[]").is_none() && map_at(&document, root, "a.x").is_none());
    }
}
