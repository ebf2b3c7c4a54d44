//! Sessions: what they remember never changes what they say.

use chartlens::chart::{ArchiveLimits, File, load_all};
use chartlens::codes;
use chartlens::host::{HelmVersion, Host, seed_from_text};
use chartlens::lint::Choice;
use chartlens::render::{KubeVersion, RenderOptions};
use chartlens::session::{CheckOptions, Session};
use std::fs;
use std::path::Path;
use std::sync::Arc;

const NAMES: [&str; 5] =
    ["Chart.yaml", "values.yaml", "templates/_helpers.tpl", "templates/deployment.yaml", "templates/rest.yaml"];

fn files() -> Vec<File> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ailing");
    NAMES.iter().map(|name| File::new(*name, fs::read(folder.join(name)).expect("the fixture"))).collect()
}

fn check(session: &Session, files: Vec<File>, options: &CheckOptions) -> String {
    let chart = load_all(files, &ArchiveLimits::default(), HelmVersion::V4);
    let host = Host { seed: seed_from_text("session"), ..Host::default() };
    session.check(&chart, "ailing", options, &host, &|_| Err("no files".to_owned())).to_json()
}

/// A change of the files: drops, doubles or swaps lines, by numbers that a seed gives.
fn edit(files: &mut [File], random: &mut u64) {
    let mut next = |below: usize| {
        // Knuth's MMIX generator: its upper bits are good enough to choose lines.
        *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*random >> 33) as usize % below.max(1)
    };
    let file = &mut files[next(NAMES.len())];
    let text = String::from_utf8_lossy(&file.data).into_owned();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (at, other) = (next(lines.len()), next(lines.len()));
    match next(3) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at]),
        _ => lines.swap(at, other),
    }
    file.data = lines.concat().into_bytes().into();
}

fn options(choice: Choice) -> CheckOptions {
    CheckOptions { selection: Arc::new(codes::select(&choice).expect("a selection")), ..CheckOptions::default() }
}

#[test]
fn a_session_says_after_edits_what_a_new_one_says() {
    let session = Session::new();
    let strict = options(Choice { profile: Some("strict".to_owned()), ..Choice::default() });
    let mut random = 1;
    for round in 0..40 {
        // Edits pile up, and now and then the text is as it was.
        let mut now = files();
        for _ in 0..round % 5 {
            edit(&mut now, &mut random);
        }
        let options = if round % 2 == 0 { &strict } else { &CheckOptions::default() };
        let known = check(&session, now.clone(), options);
        assert_eq!(known, check(&Session::new(), now, options), "round {round}");
    }
    assert!(session.bytes() > 0);
}

#[test]
fn versions_values_and_rules_do_not_mix() {
    let session = Session::new();
    let old = KubeVersion::parse("1.24", HelmVersion::V4).expect("a version");
    let release = RenderOptions { name: "other".to_owned(), ..RenderOptions::default() };
    let all = [
        CheckOptions::default(),
        CheckOptions { kube_versions: vec![old], ..CheckOptions::default() },
        CheckOptions { render: release, ..CheckOptions::default() },
        options(Choice { profile: Some("none".to_owned()), ..Choice::default() }),
        CheckOptions { strict_kinds: true, ..CheckOptions::default() },
    ];
    for options in all.iter().chain(all.iter().rev()) {
        assert_eq!(check(&session, files(), options), check(&Session::new(), files(), options));
    }
}

#[test]
fn threads_share_a_session() {
    let session = Session::new();
    let wanted = check(&Session::new(), files(), &CheckOptions::default());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(check(&session, files(), &CheckOptions::default()), wanted));
        }
    });
}
