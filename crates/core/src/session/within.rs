//! What a change makes of the map that it is in: block YAML is read map by map, so the rest of a document stays what it is.

use super::cure::column;
use super::trial::Change;
use crate::budget::{Budget, Exhausted};
use crate::kube::tree::{Broken, Graft, Tree};
use crate::validate::{Clean, Validator};
use crate::yaml::{Document, NodeKind, has_only_line_feeds};
use std::ops::Range;

/// A document that nothing is wrong with, as changes of it are tried; none where nothing is known of its kind, or where
/// one part of it refers to another.
pub fn clean(document: &Document, validator: &Validator, budget: &Budget) -> Result<Option<Clean>, Exhausted> {
    if document.nodes().any(|(_, node)| matches!(node.kind, NodeKind::Alias(_))) {
        return Ok(None);
    }
    match Tree::build(document, budget) {
        Ok(tree) => validator.clean(tree.into_owned(), budget),
        Err(Broken::Yaml { .. }) => Ok(None),
        Err(Broken::Exhausted(end)) => Err(end),
    }
}

/// Whether a document that nothing is wrong with certainly has no error once a change is made.
pub fn stays_clean(
    (clean, document): (&mut Clean, &Document),
    text: &[u8],
    change: &Change,
    validator: &Validator,
    budget: &Budget,
) -> Result<bool, Exhausted> {
    let Some((map, place)) = clean.tree().map_around(&change.0) else { return Ok(false) };
    let is_block = |kind: &NodeKind| matches!(kind, NodeKind::Mapping { flow: false });
    let mut nodes = document.nodes().filter(|(_, node)| is_block(&node.kind));
    if !nodes.any(|(_, node)| node.start as usize == place.start && node.end as usize == place.end) {
        return Ok(false);
    }
    let (part, keeps) = match added(&place, text, change) {
        Some(part) => (Some(part), true),
        None => (changed(&place, text, change), false),
    };
    let Some(part) = part.and_then(|part| crate::yaml::parse(&part).ok()) else { return Ok(false) };
    if !part.root().is_some_and(|root| is_block(&part.node(root).kind)) {
        return Ok(false);
    }
    match Tree::build(&part, budget) {
        Ok(part) => validator.stays_clean(clean, Graft { map, part: part.into_owned(), keeps }, budget),
        Err(Broken::Yaml { .. }) => Ok(false),
        Err(Broken::Exhausted(end)) => Err(end),
    }
}

/// The lines of a change that writes entries in front of those of a block map: a text that is read as they are where they
/// come to stand. None where it is not certain that it does only that.
fn added(map: &Range<usize>, text: &[u8], (range, new): &Change) -> Option<Vec<u8>> {
    let column = indented(text, map.start)?;
    let lines = new.strip_suffix(&" ".repeat(column)).filter(|lines| lines.ends_with('\n'))?;
    let part = [&b" ".repeat(column), lines.as_bytes()].concat();
    (*range == (map.start..map.start) && is_whole(&part, column)).then_some(part)
}

/// The lines of a block map with a change made: a text that is read as the map is where it stands. None where it is not
/// certain that these are its lines.
fn changed(map: &Range<usize>, text: &[u8], (range, new): &Change) -> Option<Vec<u8>> {
    let column = indented(text, map.start)?;
    let mut lines = text.get(map.start..)?.split_inclusive(is_line_feed);
    let first = lines.next()?;
    let others = lines.take_while(|line| is_deep(line, column));
    let end = map.start + first.len() + others.map(<[u8]>::len).sum::<usize>();
    // A text over several lines may go on further left.
    if end < map.end {
        return None;
    }
    let (before, after) = (text.get(map.start..range.start)?, text.get(range.end..end)?);
    let part = [&b" ".repeat(column), before, new.as_bytes(), after].concat();
    is_whole(&part, column).then_some(part)
}

/// How far a map is indented that is not the whole document, where nothing but dashes stands before it in its first line.
fn indented(text: &[u8], start: usize) -> Option<usize> {
    column(text, start).filter(|column| *column > 0)
}

/// Whether all lines of a text are at least so far to the right: then a block map in it ends with it.
fn is_whole(part: &[u8], column: usize) -> bool {
    has_only_line_feeds(part) && part.split_inclusive(is_line_feed).all(|line| is_deep(line, column))
}

fn is_line_feed(byte: &u8) -> bool {
    *byte == b'\n'
}

/// Whether a line is indented by so many blanks, or has nothing but a comment.
fn is_deep(line: &[u8], column: usize) -> bool {
    let blanks = line.iter().take_while(|byte| **byte == b' ').count();
    blanks >= column || matches!(line.trim_ascii_start().first(), None | Some(b'#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Finding, Severity};

    fn part(text: &str, old: &str, new: &str) -> Option<String> {
        let document = crate::yaml::parse(text.as_bytes()).unwrap();
        let tree = Tree::build(&document, &Budget::default()).unwrap().into_owned();
        let at = text.find(old).unwrap();
        let change = (at..at + old.len(), new.to_owned());
        let (_, map) = tree.map_around(&change.0)?;
        let part = added(&map, text.as_bytes(), &change).or_else(|| changed(&map, text.as_bytes(), &change))?;
        Some(String::from_utf8(part).unwrap())
    }

    #[test]
    fn a_map_is_read_with_all_its_lines_and_no_other() {
        let text = "a:\n  b:\n  - c: 1\n    d: |\n      x\n\n # y\n    e: {f: 2}\n  - c: 3\ng: 4\n";
        let inner = |c: &str, f: &str| format!("    c: {c}\n    d: |\n      x\n\n # y\n    e: {{f: {f}}}\n");
        assert_eq!(part(text, "1", "5"), Some(inner("5", "2")));
        assert_eq!(part(text, "3", "5").as_deref(), Some("    c: 5\n"));
        // In braces no lines are a map's own, the whole is no part, and what is moved to the left is none any more.
        assert_eq!([part(text, "2", "5"), part(text, "4", "5"), part(text, "1", "5\nc: 6")], [None, None, None]);
    }

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: b\n    image: c\n    \
        ports:\n    - name: http\n      containerPort: 80\n    volumeMounts:\n    - name: d\n      mountPath: /e\n  volumes:\n  \
        - name: d\n    emptyDir: {}\n";

    /// Whether a text is YAML without errors.
    fn is_fine(text: &str, validator: &Validator) -> bool {
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        crate::yaml::parse(text.as_bytes()).is_ok_and(|document| {
            let found = validator.check(&document, text.as_bytes(), &Budget::default()).unwrap();
            !found.iter().any(is_error)
        })
    }

    #[test]
    fn no_change_that_stays_clean_brings_an_error() {
        let (validator, budget) =
            (Validator::new("1.37", Default::default(), Default::default()).unwrap(), Budget::default());
        let document = crate::yaml::parse(POD.as_bytes()).unwrap();
        let mut clean = clean(&document, &validator, &budget).unwrap().unwrap();
        let news = [
            "",
            "x",
            "\n",
            "  ",
            "- ",
            "'",
            "\"",
            "#",
            " #",
            "&a ",
            "*a",
            "!!str ",
            "{",
            "}",
            "[]",
            "|\n",
            "---\n",
            "\t",
            "\u{2028}",
            "x: 1\n    ",
            "tty: true\n    ",
            "hostIPC: true\n  ",
            "? a\n  : ",
            "<<: {tty: true}\n    ",
        ];
        let mut count = 0;
        for start in 0..POD.len() {
            for (number, new) in news.into_iter().enumerate() {
                // Every other change only adds something.
                let end = (start + number % 2 * (1 + start % 5)).min(POD.len());
                let change = (start..end, new.to_owned());
                if stays_clean((&mut clean, &document), POD.as_bytes(), &change, &validator, &budget).unwrap() {
                    let mut whole = POD.to_owned();
                    whole.replace_range(change.0.clone(), new);
                    assert!(is_fine(&whole, &validator), "{change:?}");
                    count += 1;
                }
            }
        }
        assert!(count > 200, "{count}");
    }

    #[test]
    fn what_stays_clean_is_clean_as_a_whole() {
        let (validator, budget) =
            (Validator::new("1.37", Default::default(), Default::default()).unwrap(), Budget::default());
        let document = crate::yaml::parse(POD.as_bytes()).unwrap();
        let mut clean = clean(&document, &validator, &budget).unwrap().unwrap();
        let replaced = [
            ("image: c", "image: d", true),
            ("image: c", "image: c\n    securityContext:\n      runAsNonRoot: true", true),
            ("image: c", "image: c\n    securityContext:\n      runAsNonRoot: maybe", false),
            ("image: c", "imge: c", false),
            ("image: c", "image: c\n    image: c", false),
            ("image: c", "image: [c", false),
            ("image: c", "image: *c", false),
            ("- name: b\n    image: c", "- image: c", false),
            ("containerPort: 80", "containerPort: 80000", false),
            ("/e", "/f", true),
            // What is elsewhere knows it.
            ("- name: d\n      mountPath", "- name: e\n      mountPath", false),
            ("- name: d\n    emptyDir", "- name: e\n    emptyDir", false),
        ];
        let added = [
            ("name: b", "securityContext:\n      runAsNonRoot: true\n    ", true),
            ("name: b", "securityContext:\n      runAsNonRoot: maybe\n    ", false),
            ("name: b", "image: d\n    ", false),
            ("name: b", "imge: d\n    ", false),
            ("name: b", "stdin: true\n  ", false),
            ("name: http", "hostPort: 80000\n      ", false),
            ("containers", "hostPID: true\n  ", true),
            ("containers", "volumes: []\n  ", false),
            ("containers", "hostNetwork: true\n  ", true),
        ];
        let replaced = replaced.map(|(old, new, is_fine)| (old, old.len(), new, is_fine));
        let added = added.map(|(before, new, is_fine)| (before, 0, new, is_fine));
        for (at, len, new, is_fine) in replaced.into_iter().chain(added) {
            let start = POD.find(at).unwrap();
            let change = (start..start + len, new.to_owned());
            let stays = stays_clean((&mut clean, &document), POD.as_bytes(), &change, &validator, &budget);
            assert_eq!(stays, Ok(is_fine), "{at} {new}");
            let mut whole = POD.to_owned();
            whole.replace_range(change.0, new);
            assert_eq!(self::is_fine(&whole, &validator), is_fine, "{at} {new}");
        }
    }

    #[test]
    fn what_goes_on_further_left_is_not_taken_apart() {
        assert_eq!(part("a:\n  b: 1\n  c: \"x\n y\"\n  d: 2\n", "1", "5"), None);
        assert_eq!(part("a:\n  b: 1\u{2028}c: 2\n", "1", "5"), None);
    }
}
