//! Any template runs to its end or to an error within its limits, and recording causes changes no byte.
//!
//! The input is values.yaml, a zero byte, and a template; without the zero byte it is all template.

#![no_main]

use chartlens::budget::Limits;
use chartlens::chart::{ArchiveLimits, Chart, File, load_files};
use chartlens::host::{HelmVersion, Host};
use chartlens::render::{RenderOptions, render_files};
use libfuzzer_sys::fuzz_target;

const VALUES: &[u8] = b"a: 1\nb: {c: x, d: [1, two, null]}\ns: text\nt: true\n";

fn run(chart: &Chart, trace: bool) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut limits = Limits::default();
    limits.fuel = 200_000;
    limits.output = 1 << 20;
    limits.string = 1 << 20;
    limits.objects = 100_000;
    let options = RenderOptions { trace, limits, ..RenderOptions::default() };
    let no_file = |name: &str| Err(format!("open {name}: no such file or directory"));
    render_files(chart, &options, &Host::default(), &no_file).map_err(|error| error.to_string())
}

fuzz_target!(|input: &[u8]| {
    let (values, template) = match input.iter().position(|byte| *byte == 0) {
        Some(at) => (&input[..at], &input[at + 1..]),
        None => (VALUES, input),
    };
    // Key generation takes as long as it takes; it has tests of its own.
    let slow: [&[u8]; 5] = [b"gen", b"bcrypt", b"htpasswd", b"derivePassword", b"Pwd"];
    if slow.iter().any(|word| template.windows(word.len()).any(|part| part == *word)) {
        return;
    }
    let files = vec![
        File::new("Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\n"),
        File::new("values.yaml", values),
        File::new("templates/t.yaml", template),
        File::new("files/a.txt", "one\ntwo\n"),
    ];
    let Ok(chart) = load_files(files, &ArchiveLimits::default(), HelmVersion::V4) else { return };
    let (plain, traced) = (run(&chart, false), run(&chart, true));
    let limited = |result: &Result<_, String>| result.as_ref().is_err_and(|error| error.contains("limit reached"));
    if !limited(&plain) && !limited(&traced) {
        assert_eq!(plain, traced, "a traced render differs");
    }
});
