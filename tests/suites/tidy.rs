//! The rules of `cargo xtask tidy` hold, and are able to fail.

use chartlens_tests::tidy::{LAYERS, counts_columns, left_open, problems, wrong_imports};
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository")
}

#[test]
fn the_tree_is_tidy() {
    let found = problems(root());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_tree_without_licences_is_not() {
    let empty = tempfile::tempdir().expect("a folder");
    let found = problems(empty.path());
    assert!(found.contains(&"LICENSE-APACHE is not there".to_owned()), "{found:?}");
    assert!(found.contains(&"LICENSE-MIT is not there".to_owned()), "{found:?}");
}

#[test]
fn imports_that_go_up_are_seen() {
    let up = "use crate::text::Str;\nuse crate::{yaml, render::Rendered};\nfn f() { crate::chart::x() }\n";
    let found = wrong_imports("yaml/reader.rs", up);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("yaml/reader.rs:2: `yaml` must not know `render`"), "{found:?}");
    assert!(wrong_imports("render/mod.rs", up).is_empty());
    assert!(wrong_imports("value.rs", "// crate::render\n#[cfg(test)]\nuse crate::render;\n").is_empty());
    assert_eq!(wrong_imports("novel/x.rs", "").len(), 1);
}

#[test]
fn lines_and_columns_are_seen_inside() {
    let counts =
        "use crate::text::LineIndex;\nlet at = lines.line_column(text, 3);\n// LineColumn\nlet end_line = 3;\n";
    let found = counts_columns("session/look.rs", counts);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("session/look.rs:2: `line_column(`"), "{found:?}");
    assert!(counts_columns("report/pretty.rs", counts).is_empty());
}

#[test]
fn notes_of_things_to_do_are_seen() {
    let note = format!("a\n// {} later\n", concat!("TO", "DO"));
    assert_eq!(left_open("x.rs", &note).len(), 1);
}

#[test]
fn every_layer_is_a_module() {
    for module in LAYERS.iter().copied().flatten() {
        let src = root().join("crates/core/src");
        assert!(src.join(module).is_dir() || src.join(format!("{module}.rs")).is_file(), "{module}");
    }
}
