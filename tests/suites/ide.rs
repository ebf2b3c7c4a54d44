//! What editors ask: every file in `fixtures/ide` is a case.

use chartlens::chart::File;
use chartlens::ide::{ChartOptions, MOST_PARTS, Workspace};
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

/// The chart `c` with one template.
fn workspace(template: &str) -> Workspace {
    let mut workspace = Workspace::default();
    let files = vec![
        File::new("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
        File::new("values.yaml", "x: word\npassword: hunter2\n"),
        File::new("templates/a.yaml", template),
    ];
    workspace.set_chart("c", files, ChartOptions::default());
    workspace
}

#[test]
fn a_preview_tells_what_wrote_as_many_parts_as_it_has() {
    let list = |count: usize| {
        format!("l:\n{{{{- range until {count} }}}}\n- {{{{ $.Values.x }}}}\n{{{{- end }}}}\n---\na: 1\n")
    };
    for (lines, is_cut) in [(20, false), (MOST_PARTS, true)] {
        let workspace = workspace(&list(lines));
        let here = workspace.snapshot("c/templates/a.yaml").expect("the template");
        let documents = here.chart.preview(|_| true).documents;
        let parts: Vec<_> = documents.iter().flat_map(|document| &document.parts).collect();
        assert_eq!(documents.iter().map(|document| document.is_cut).collect::<Vec<_>>(), [is_cut, is_cut]);
        assert_eq!(parts.len() == MOST_PARTS, is_cut, "{} parts", parts.len());
        // What is told is right, and the texts are whole.
        assert!(parts.iter().any(|part| part.values == ["x"] && part.at.is_some()));
        let texts: Vec<&str> = documents.iter().map(|document| document.text.as_str()).collect();
        assert_eq!(texts[0].matches("- word").count(), lines);
        assert!(texts[1].contains("a: 1"));
        // The way back from one place is there for each.
        let last = texts[0].rfind("word").expect("the last line") as u32;
        let cause = here.chart.cause("c/templates/a.yaml", 1, last).expect("a cause");
        assert_eq!(cause.values[0].path, "x");
    }
}

#[test]
fn what_one_place_wrote_is_shown_as_far_as_one_can_read() {
    let template = "a: {{ repeat 100000 .Values.x }}\nl:\n{{- range until 5000 }}\n- {{ . }}\n{{- end }}\n\
                    deep: {{ include \"deep\" 200 }}\n\
                    {{- define \"deep\" }}{{ if . }}x{{ include \"deep\" (sub . 1) }}{{ end }}{{ end }}\n";
    let workspace = workspace(template);
    let here = workspace.snapshot("c/templates/a.yaml").expect("the template");
    const MOST: usize = 5000;
    for at in [4, template.find("{{ . }}").expect("the item"), template.find("include").expect("the call")] {
        let hover = here.hover(at as u32 + 4);
        assert!(hover.as_ref().is_none_or(|hover| hover.text.len() < 4 * MOST), "hover at {at}");
    }
    let inlays = here.inlays(0..template.len() as u32);
    assert!(inlays.iter().any(|inlay| inlay.label == "= 5000 texts"), "{inlays:?}");
    let tooltips = inlays.iter().filter_map(|inlay| inlay.tooltip.as_ref());
    assert!(tooltips.clone().any(|text| text.ends_with('…')) && tooltips.clone().all(|text| text.len() < 17 * MOST));
    // Each asks only for what is in its range.
    assert_eq!(here.inlays(0..template.find('\n').expect("a line") as u32).len(), 1);
}
