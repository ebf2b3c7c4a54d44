//! `cargo xtask gen`: files of the tree that are made from others.

mod archive;
mod bundle;
mod config;
mod docs;
mod facts;
mod report;
mod schemas;

use crate::switch;
use std::path::Path;

/// Makes what `args` ask for; whether it went well.
pub fn run(args: &[String]) -> bool {
    match args.first().map(String::as_str) {
        Some("config") => config::run(args),
        Some("docs") => docs::run(args),
        Some("facts") => facts::run(args),
        Some("report") => report::run(args),
        Some("schemas") => schemas::run(args),
        _ => {
            eprintln!("cargo xtask gen config|docs|facts|report|schemas [--from DIR] [--check]");
            false
        }
    }
}

/// Writes a file, or with `--check` compares it.
fn write_or_check(path: &Path, content: &[u8], args: &[String]) -> bool {
    if switch(args, "--check") {
        let same = std::fs::read(path).is_ok_and(|old| old == content);
        println!("{} {}", path.display(), if same { "is up to date" } else { "is NOT what the sources give" });
        return same;
    }
    match std::fs::write(path, content) {
        Ok(()) => println!("{}: {} bytes", path.display(), content.len()),
        Err(error) => eprintln!("{}: {error}", path.display()),
    }
    std::fs::read(path).is_ok_and(|now| now == content)
}
