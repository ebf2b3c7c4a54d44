//! What editors ask: every file in `fixtures/ide` is a case.

use chartlens::chart::File;
use chartlens_tests::case::Case;
use chartlens_tests::cases::all;
use chartlens_tests::ide::run;
use chartlens_tests::ide::spaced::{formatted, rendered, spaced};
use chartlens_tests::ide::typing::{charts, session};
use chartlens_tests::recordings::Recordings;
use std::path::Path;

#[test]
fn cases_hold() {
    let paths = all("ide");
    assert!(paths.len() >= 20, "only {} cases", paths.len());
    let wrong: Vec<String> = paths.iter().filter_map(|path| run(path).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// So many random edits; `cargo xtask edits` makes more, in real charts too, and holds the times.
const EDITS: usize = 250;

#[test]
fn random_edits_end_where_a_fresh_start_does() {
    let found = session(&charts(None, 0, 0), 1, EDITS);
    assert!(found.compared >= 4, "compared {} times", found.compared);
    assert!(found.wrong.is_empty(), "{}", found.wrong.join("\n"));
}

/// Every so many recorded templates are formatted, for time.
const EVERY: usize = 8;

#[test]
fn formatting_changes_nothing_of_what_is_rendered() {
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let mut all = charts(recordings.is_dir().then_some(&*recordings), 4, 1);
    let areas = ["language", "helmfuncs", "sprig_collections", "sprig_strings", "toyaml"];
    let recorded = areas.map(|area| Recordings::bundled().text(area));
    let cases = recorded.iter().flat_map(|text| text.lines().step_by(EVERY)).map(Case::read);
    all.extend(cases.map(|case| {
        let values = "str: text\nlist: [a, b]\nmap: {a: 1, b: {c: d}}\nt: true\n";
        let template = File::new("templates/t.yaml", case.template());
        let metadata = File::new("Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\n");
        (case.id().to_owned(), vec![metadata, File::new("values.yaml", values), template])
    }));
    let mut compared = 0;
    for (seed, (name, files)) in all.into_iter().enumerate() {
        let Some(before) = rendered(files.clone()) else { continue };
        let other = |file: &File| match String::from_utf8(file.data.to_vec()) {
            Ok(text) if file.name.contains("templates/") => File::new(&*file.name, spaced(&text, seed as u64 + 1)),
            _ => file.clone(),
        };
        let others: Vec<File> = files.iter().map(other).collect();
        assert_eq!(rendered(others.clone()).as_ref(), Some(&before), "{name} with other white space");
        for files in [files, others] {
            let even = formatted(&files).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(rendered(even).as_ref(), Some(&before), "{name} formatted");
        }
        compared += 1;
    }
    assert!(compared > 60, "only {compared} charts render");
}
