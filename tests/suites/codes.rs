//! The registry of codes: its examples do what they say, and nothing reports a code that has no row.

use chartlens::chart::{ArchiveLimits, File, load_all};
use chartlens::codes::{self, Example};
use chartlens::diag::Diagnostic;
use chartlens::host::{HelmVersion, Host};
use chartlens::lint::Choice;
use chartlens::render::RenderOptions;
use chartlens::session::{Against, CheckOptions, Session};
use chartlens_tests::examples::several;
use chartlens_tests::once::repeated;
use chartlens_tests::tidy;
use std::path::Path;
use std::sync::Arc;

/// What is found in an example; none where there is no example.
fn found(code: &str, example: &Example) -> Option<Vec<Diagnostic>> {
    let choice = Choice { extend_select: vec![code.to_owned()], ..Choice::default() };
    let mut options = CheckOptions { render: RenderOptions::default(), ..CheckOptions::default() };
    options.selection = Arc::new(codes::select(&choice).unwrap());
    options.render.limits.fuel = 2_000_000;
    let report = match example {
        Example::Manifest("") | Example::None(_) => return None,
        Example::Manifest(text) => {
            Session::new().check_manifests(&[("a.yaml".to_owned(), text.as_bytes().into())], &options)
        }
        Example::Chart(files) => {
            let plain = ("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n");
            let own = files.iter().any(|(name, _)| *name == "Chart.yaml");
            let files = files.iter().chain((!own).then_some(&plain));
            let files = files.map(|(name, text)| File::new(*name, *text)).collect();
            let chart = load_all(files, &ArchiveLimits::default(), HelmVersion::V4);
            several(&chart, &mut options);
            Session::new().check(&chart, "a", &options, &Host::default(), &|_| Err("no files".to_owned()))
        }
        Example::Update { old, new } => {
            options.against = Some(Against::Manifests(vec![("old.yaml".to_owned(), old.as_bytes().into())]));
            Session::new().check_manifests(&[("a.yaml".to_owned(), new.as_bytes().into())], &options)
        }
        other => panic!("an example of another kind: {other:?}"),
    };
    Some(report.diagnostics)
}

#[test]
fn examples_of_codes_do_what_they_say() {
    for code in codes::all() {
        let is_it = |found: &Diagnostic| found.code == code.code;
        if let Some(found) = found(code.code, &code.bad) {
            assert!(found.iter().any(is_it), "{}: the bad example gives {found:?}", code.code);
            assert_eq!(repeated(&found), [""; 0], "{}: the bad example has something told twice", code.code);
        }
        if let Some(found) = found(code.code, &code.good) {
            assert!(!found.iter().any(is_it), "{}: the good example has it too", code.code);
        }
    }
}

#[test]
fn every_code_that_is_reported_has_a_row() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    assert_eq!(tidy::codes_without_a_row(&root), [""; 0]);
}

#[test]
fn no_one_looks_into_messages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    assert_eq!(tidy::looks_into_messages(&root), [""; 0]);
    assert_eq!(tidy::looks_into("if found.message.contains(\"x\") {"), Some("found.message.contains("));
    assert_eq!(tidy::looks_into("let text = found.message.clone();"), None);
}
