//! `cargo xtask vectors`: the selection of recorded cases that the repository carries.

use crate::{option, switch};
use chartlens_tests::recordings::Recordings;
use flate2::{Compression, GzBuilder};
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// One case in this many is taken,
const ONE_IN: usize = 4;
/// but never fewer than these of an area.
const AT_LEAST: usize = 100;

/// Writes or checks the selection; whether all is well.
pub fn run(args: &[String]) -> bool {
    let from = option(args, "--dir").unwrap_or("../shared/conformance");
    let to = Path::new("tests/vectors");
    let recordings = match Recordings::open(from) {
        Ok(recordings) => recordings,
        Err(error) => {
            eprintln!("no recordings at {from}: {error}");
            return false;
        }
    };
    let check = switch(args, "--check");
    let mut stale = Vec::new();
    let mut total = 0;
    for area in recordings.areas().into_iter() {
        let (text, count) = select(&recordings, &area);
        if check {
            // Compressors may differ from version to version; what they pack may not.
            if Recordings::open(to).is_ok_and(|ours| ours.areas().contains(&area) && ours.text(&area) == text) {
                continue;
            }
            stale.push(area);
        } else {
            fs::write(to.join(format!("{area}.jsonl.gz")), pack(&text)).expect("a writable folder");
            println!("{area:<20} {count:>5}");
            total += count;
        }
    }
    let standard = fs::read(Path::new(from).join("values-std.json")).expect("the shared values");
    if check {
        if fs::read(to.join("values-std.json")).ok() != Some(standard) {
            stale.push("values-std.json".to_owned());
        }
        for area in &stale {
            println!("tests/vectors is not what `cargo xtask vectors` writes: {area}");
        }
    } else {
        fs::write(to.join("values-std.json"), standard).expect("a writable folder");
        println!("{total} cases");
    }
    stale.is_empty()
}

/// The cases with the smallest hashes, in the order of the recording.
fn select(recordings: &Recordings, area: &str) -> (String, usize) {
    let text = recordings.text(area);
    let mut order: Vec<(u64, usize)> =
        recordings.cases(area).iter().enumerate().map(|(i, case)| (hash(case.id()), i)).collect();
    order.sort_unstable();
    order.truncate(order.len().div_ceil(ONE_IN).max(AT_LEAST));
    let mut chosen: Vec<usize> = order.into_iter().map(|(_, i)| i).collect();
    chosen.sort_unstable();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let picked: String = chosen.iter().filter_map(|&i| lines.get(i)).flat_map(|line| [*line, "\n"]).collect();
    (picked, chosen.len())
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Without a time in the header, so that equal cases give equal files.
fn pack(text: &str) -> Vec<u8> {
    let mut gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    gzip.write_all(text.as_bytes()).and_then(|()| gzip.finish()).expect("memory")
}
