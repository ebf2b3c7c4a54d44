//! `cargo xtask bench memory [--helm PATH]`: peak memory over growing charts, beside Helm's where it is at hand.

use super::{chartlens, peak_memory};
use crate::option;
use std::fs;
use std::path::Path;

/// A chart of some size, written into a folder.
type Make = fn(&Path, usize);

/// What grows, how it is made, and the sizes.
const TABLES: &[(&str, Make, &[usize])] = &[
    ("charts in an umbrella", umbrella, &[30, 60, 120]),
    ("keys in the values", values, &[10_000, 20_000, 40_000]),
    ("lines of output", output, &[50_000, 100_000, 200_000]),
];

/// Prints the tables; whether memory grows no faster than what it is for, and stays below Helm's.
pub fn run(args: &[String]) -> bool {
    let Some(ours) = chartlens() else { return false };
    let helm = option(args, "--helm").map(Path::new);
    let mut good = true;
    for (what, make, sizes) in TABLES {
        println!("{what:<24} {:>10} {:>10}", "MiB", "helm MiB");
        let mut before: Option<(usize, f64)> = None;
        for &size in *sizes {
            let folder = tempfile::tempdir().expect("a folder for charts");
            make(folder.path(), size);
            let args = ["template", "r", "."].map(str::to_owned);
            let Some(own) = peak_memory(&ours, &args, folder.path()) else {
                eprintln!("GNU time is needed: /usr/bin/time");
                return false;
            };
            let theirs = helm.and_then(|helm| peak_memory(helm, &args, folder.path()));
            println!("{size:<24} {own:>10.1} {:>10}", theirs.map_or("-".to_owned(), |mib| format!("{mib:.1}")));
            let grown = before.is_none_or(|(smaller, mib)| own <= mib * (size as f64 / smaller as f64) * 1.25);
            good &= grown && theirs.is_none_or(|theirs| own < theirs);
            before = Some((size, own));
        }
    }
    good
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder around a file")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn chart(name: &str, dependencies: impl IntoIterator<Item = String>) -> String {
    let list: String = dependencies.into_iter().map(|name| format!("- {{name: {name}, version: 0.1.0}}\n")).collect();
    let list = if list.is_empty() { String::new() } else { format!("dependencies:\n{list}") };
    format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n{list}")
}

/// Charts that each bring a chart of their own, under many globals.
fn umbrella(folder: &Path, size: usize) {
    write(folder, "Chart.yaml", chart("umbrella", (0..size).map(|n| format!("s{n}"))));
    let globals: String = (0..500).map(|n| format!("  k{n}: \"v{n}\"\n")).collect();
    write(folder, "values.yaml", format!("global:\n{globals}"));
    for n in 0..size {
        let own = format!("charts/s{n}");
        write(folder, &format!("{own}/Chart.yaml"), chart(&format!("s{n}"), ["inner".to_owned()]));
        write(folder, &format!("{own}/values.yaml"), "a: 1\n");
        write(folder, &format!("{own}/templates/a.yaml"), "v: {{ .Values.global.k1 }}\n");
        write(folder, &format!("{own}/charts/inner/Chart.yaml"), chart("inner", []) + "type: library\n");
    }
}

fn values(folder: &Path, size: usize) {
    write(folder, "Chart.yaml", chart("values", []));
    let keys: String = (0..size).map(|n| format!("k{n}: {{a: {n}, b: text {n}}}\n")).collect();
    write(folder, "values.yaml", keys);
    write(folder, "templates/a.yaml", "v: {{ len .Values }}\n");
}

fn output(folder: &Path, size: usize) {
    write(folder, "Chart.yaml", chart("output", []));
    write(
        folder,
        "templates/a.yaml",
        format!("kind: A\n{{{{ range until {size} }}}}\nk{{{{ . }}}}: value of a line\n{{{{- end }}}}\n"),
    );
}
