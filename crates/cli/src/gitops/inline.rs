//! Values that stand inside an object: a text of which nothing else is left, so that every value keeps its line and column.

use chartlens::kube::tree::{Data, Node};
use chartlens::values::ValuesSource;
use std::ops::Range;

/// The values in a node of a file: a map, or a text that is YAML itself.
pub fn values(file: &str, text: &[u8], node: Node<'_>) -> Option<ValuesSource> {
    let range = match node.data() {
        Data::Map if !node.is_empty() => node.range(),
        Data::Str(inner) if !inner.trim().is_empty() => match block(text, node.range()) {
            Some(range) => range,
            // A text in quotation marks has no lines of its own.
            None => return Some(source(file, inner.as_bytes().to_vec())),
        },
        _ => return None,
    };
    let inside = |at: usize| range.contains(&at);
    let kept = text.iter().enumerate().map(|(at, byte)| if inside(at) || *byte == b'\n' { *byte } else { b' ' });
    let mut kept: Vec<u8> = kept.collect();
    // Characters of several bytes before it in its line count as one column.
    let line =
        text.get(..range.start).unwrap_or_default().iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let wide = text.get(line..range.start).unwrap_or_default().iter().filter(|byte| **byte & 0xc0 == 0x80).count();
    kept.drain(line..line + wide);
    Some(source(file, kept))
}

fn source(file: &str, text: Vec<u8>) -> ValuesSource {
    ValuesSource::File { name: file.to_owned(), text: text.into() }
}

/// The lines of a block scalar, behind its head.
fn block(text: &[u8], range: Range<usize>) -> Option<Range<usize>> {
    let whole = text.get(range.clone())?;
    if !matches!(whole.first(), Some(b'|')) {
        return None;
    }
    let head = whole.iter().position(|byte| *byte == b'\n')?;
    Some(range.start + head + 1..range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_places() {
        for text in ["a: 1\nv:\n  b: 2\n  c: 3\nd: 4\n", "a: 1\nv: |\n  b: 2\n  c: 3\nd: 4\n"] {
            let document = chartlens::yaml::parse(text.as_bytes()).unwrap();
            let tree = crate::plain::tree(&document).unwrap();
            let Some(ValuesSource::File { text, .. }) =
                values("f", text.as_bytes(), tree.root().unwrap().get("v").unwrap())
            else {
                panic!("values")
            };
            let lines: Vec<&str> = std::str::from_utf8(&text).unwrap().lines().map(str::trim_end).collect();
            assert_eq!(lines.get(2..4), Some(["  b: 2", "  c: 3"].as_slice()));
            assert!(
                lines.iter().enumerate().all(|(number, line)| (2..4).contains(&number) || line.is_empty()),
                "{lines:?}"
            );
        }
    }
}
