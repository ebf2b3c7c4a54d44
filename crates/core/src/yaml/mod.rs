//! YAML as Helm reads and writes it.
//!
//! Reading follows goyaml.v2, the parser inside `sigs.k8s.io/yaml`: the same texts are accepted, with the same
//! values, and the same texts are rejected, with the same words. Bytes go through four stages:
//!
//! * the reader (readerc.go) knows encodings and forbidden characters,
//! * the scanner (scannerc.go) makes tokens,
//! * the parser (parserc.go) makes events,
//! * the composer (decode.go) makes a [`Document`] of nodes with their places in the text.
//!
//! Nothing here recurses, so nesting costs memory and no stack.

mod culprit;
mod decode;
mod document;
mod emit;
mod error;
mod gosyntax;
#[cfg(test)]
mod lots;
mod ordinary;
mod outline;
mod parser;
mod plain;
mod reader;
mod recover;
mod resolve;
mod scanner;

pub use crate::json::Numbers;
pub(crate) use culprit::{Guess, Line, culprit, lines};
pub(crate) use decode::resolve_node;
pub use decode::{Origins, Place, from_text, to_value};
pub use document::{Document, Node, NodeId, NodeKind, documents, each_document, parse};
pub use emit::{Dialect, EmitError, emit};
pub use error::YamlError;
pub(crate) use ordinary::ordinary_map;
pub use outline::{Outlined, Seen, cut, outlined};
pub use plain::{entries, is_plain};
pub(crate) use reader::has_only_line_feeds;
pub use recover::{as_read, patched};
pub use resolve::{Resolved, resolve};
pub use scanner::ScalarStyle;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::text::TextBuilder;
    use crate::value::Heap;

    fn to_yaml(heap: &Heap, value: &crate::value::Value, dialect: Dialect) -> String {
        let mut out = TextBuilder::new(false);
        match emit(heap, &Budget::default(), value, dialect, &mut out) {
            Ok(()) => String::from_utf8_lossy(out.as_bytes()).into_owned(),
            Err(error) => format!("{error:?}"),
        }
    }

    fn round(text: &str, dialect: Dialect) -> String {
        let mut heap = Heap::new();
        match from_text(&mut heap, text.as_bytes(), Numbers::Float) {
            Ok(value) => to_yaml(&heap, &value, dialect),
            Err(error) => error.message,
        }
    }

    #[test]
    fn values_are_written_as_sigs_yaml_writes_them() {
        assert_eq!(round("{b: [1, {c: d, e: []}], a: 'y'}", Dialect::Yaml), "a: \"y\"\nb:\n- 1\n- c: d\n  e: []\n");
        assert_eq!(round("{b: [1, {c: d}]}", Dialect::Pretty), "b:\n  - 1\n  - c: d\n");
        assert_eq!(round("[1000000.0, 1234567.5, -0.0]", Dialect::Yaml), "- 1000000\n- 1.2345675e+06\n- 0\n");
        assert_eq!(round("[1000000.0]", Dialect::Pretty), "- 1e+06\n");
        assert_eq!(round("a: \"x\\ny\\n\"", Dialect::Yaml), "a: |\n  x\n  y\n");
        assert_eq!(round("a: \"\\U0001F600\"", Dialect::Yaml), "a: \"\\U0001F600\"\n");
        assert_eq!(round("a: \" x\"", Dialect::Yaml), "a: ' x'\n");
    }

    #[test]
    fn meanings_follow_yaml_1_1() {
        assert_eq!(round("y: 0777", Dialect::Yaml), "\"true\": 511\n");
        assert_eq!(round("a: {y: 3, <<: {y: 2}}", Dialect::Yaml), "a:\n  \"y\": 2\n".replace("\"y\"", "\"true\""));
        assert_eq!(round("? [k]\n: v", Dialect::Yaml), "yaml: invalid map key: []interface {}{\"k\"}");
        assert_eq!(round("a: .inf", Dialect::Yaml), "json: unsupported value: +Inf");
        assert_eq!(round("a: &x [*x]", Dialect::Yaml), "yaml: anchor 'x' value contains itself");
        assert_eq!(round("<<: x", Dialect::Yaml), "yaml: map merge requires map or sequence of maps as the value");
    }

    #[test]
    fn aliases_cannot_grow_a_document_without_bound() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for n in 1..12 {
            let inner = vec![format!("*a{}", n - 1); 9].join(", ");
            text.push_str(&format!("a{n}: &a{n} [{inner}]\n"));
        }
        assert_eq!(round(&text, Dialect::Yaml), "yaml: document contains excessive aliasing");
    }

    #[test]
    fn depth_costs_no_stack() {
        let work = || {
            for text in [
                "[".repeat(9_999) + &"]".repeat(9_999),
                "- ".repeat(9_999) + "x",
                "{a: ".repeat(9_999) + &"}".repeat(9_999),
            ] {
                let mut heap = Heap::new();
                let value = from_text(&mut heap, text.as_bytes(), Numbers::Float).unwrap();
                assert!(to_yaml(&heap, &value, Dialect::Yaml).len() > 9_999);
                let mut out = TextBuilder::new(false);
                let style = crate::json::Style { escape_html: true, indent: false, helm: crate::host::HelmVersion::V4 };
                crate::json::encode(&heap, &Budget::default(), &value, style, &mut out).unwrap();
                crate::json::decode(&mut heap, out.as_bytes()).unwrap();
            }
        };
        std::thread::Builder::new().stack_size(128 << 10).spawn(work).unwrap().join().unwrap();
    }
}
