//! Rules of the source tree that no compiler knows: `cargo xtask tidy`, and a test.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the core, lowest first; those of one row belong together. A module imports only from its own
/// row and the rows before it. ARCHITECTURE.md explains them.
pub const LAYERS: &[&[&str]] = &[
    &["text"],
    &["budget", "cache", "host", "log", "stack", "threads"],
    &["diag"],
    &["value"],
    &["json"],
    &["yaml"],
    &["toml"],
    &["semver"],
    &["versions"],
    &["lookup"],
    &["language"],
    &["gotmpl"],
    &["jinja"],
    &["chart"],
    &["values"],
    &["render"],
    &["cause"],
    &["analysis"],
    &["kube"],
    &["validate"],
    &["lint"],
    &["codes"],
    &["report"],
    &["session"],
    &["ide"],
];

/// The modules of the core that name lines and columns: the index of lines, what asks it, and the edges. All others have
/// bytes.
const EDGES: &[&str] =
    &["text/", "diag/place.rs", "report/", "session/position.rs", "session/trace.rs", "ide/lines.rs"];

/// Files longer than this are to be split.
const MAX_LINES: usize = 800;

/// What is wrong in the tree under `root`, a line each.
pub fn problems(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let core = root.join("crates/core/src");
    for path in sources(&core) {
        let name = path.strip_prefix(&core).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).unwrap_or_default();
        found.extend(wrong_imports(&name, &text));
        found.extend(counts_columns(&name, &text));
    }
    for folder in ["crates", "tests", "xtask", "fuzz"] {
        for path in sources(&root.join(folder)) {
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            let text = fs::read_to_string(&path).unwrap_or_default();
            found.extend(too_long(&name, &text));
            found.extend(left_open(&name, &text));
        }
    }
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        if fs::read_to_string(root.join(name)).map_or(0, |text| text.len()) < 500 {
            found.push(format!("{name} is not there"));
        }
    }
    found.extend(functions());
    found.extend(codes_without_a_row(root));
    found.extend(looks_into_messages(root));
    found
}

/// Codes in the sources of the core that the registry does not have.
pub fn codes_without_a_row(root: &Path) -> Vec<String> {
    let rows = chartlens::codes::all();
    let categories = ["schema/", "api/", "yaml/", "render/", "values/", "chart/", "limit/", "lint/"];
    let mut found = Vec::new();
    for path in sources(&root.join("crates/core/src")) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        for (number, line) in code(&text) {
            for literal in line.split('"').skip(1).step_by(2) {
                let is_code = categories.iter().any(|category| {
                    literal.strip_prefix(category).is_some_and(|name| {
                        !name.is_empty()
                            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                    })
                });
                if is_code && !rows.iter().any(|row| row.code == literal) {
                    found.push(format!("{}:{number}: the code `{literal}` has no row in `codes`", path.display()));
                }
            }
        }
    }
    found
}

/// Lines that look into the words of a finding or an error to learn what it is about: facts tell.
pub fn looks_into_messages(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["crates/core/src", "crates/cli/src", "crates/py/src", "crates/wasm/src"] {
        for path in sources(&root.join(folder)) {
            // The texts of Go's errors are made, cut and put together in this one module.
            if path.ends_with("gotmpl/error.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            let lines = code(&text).filter_map(|(number, line)| Some((number, looks_into(line)?)));
            found.extend(lines.map(|(number, what)| format!("{}:{number}: looks into words: {what}", path.display())));
        }
    }
    found
}

/// What in a line looks into words.
pub fn looks_into(line: &str) -> Option<&'static str> {
    const LOOKS: &[&str] = &[
        "found.message.contains(",
        "found.message.starts_with(",
        "fault.message.starts_with(",
        "fault.message.strip_prefix(",
        "fault.message.contains(",
        "fault.message.ends_with(",
        "error.message.contains(",
        "error.message.strip_prefix(",
        "error.message.starts_with(",
        "finding.message.contains(",
        "finding.message.starts_with(",
        "self.message.starts_with(",
        "self.message.strip_prefix(",
        "message().starts_with(",
        "help.as_deref().and_then(|help| help.strip_prefix(",
    ];
    LOOKS.iter().copied().find(|what| line.contains(what))
}

/// Imports of a file of the core that go up: the file's name starts at `src/`.
pub fn wrong_imports(name: &str, text: &str) -> Vec<String> {
    let module = name.split('/').next().unwrap_or_default().trim_end_matches(".rs");
    if module == "lib" {
        return Vec::new();
    }
    let rank = |module: &str| LAYERS.iter().position(|row| row.contains(&module));
    let Some(own) = rank(module) else {
        return vec![format!("{name}: the module `{module}` has no place in the list of layers")];
    };
    let mut found = Vec::new();
    for (number, line) in code(text) {
        for imported in imports(line) {
            let Some(other) = rank(imported) else { continue };
            if other > own {
                found.push(format!("{name}:{number}: `{module}` must not know `{imported}`, which is above it"));
            }
        }
    }
    found
}

/// Places as lines and columns in a file of the core that is not at its edge: the file's name starts at `src/`.
pub fn counts_columns(name: &str, text: &str) -> Vec<String> {
    const NAMES: &[&str] =
        &["LineColumn", "LineUtf16", "line_column(", "line_utf16(", "offset_of(", "end_line", "end_column"];
    if EDGES.iter().any(|edge| name.starts_with(edge)) {
        return Vec::new();
    }
    let named = |line: &str| NAMES.iter().find(|what| line.contains(**what));
    let lines = code(text).filter_map(|(number, line)| Some((number, named(line)?)));
    lines.map(|(number, what)| format!("{name}:{number}: `{what}`: places are bytes here, see `diag::Place`")).collect()
}

/// The lines of code, with their numbers: no comments, and nothing behind the start of the tests.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line));
    let lines = lines.take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// The modules behind each `crate::` of a line, `crate::{a, b}` included.
fn imports(line: &str) -> Vec<&str> {
    let word = |text: &str| text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    let mut modules = Vec::new();
    for rest in line.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => modules.extend(list.split([',', '}', ' ']).map(|part| &part[..word(part)])),
            None => modules.push(&rest[..word(rest)]),
        }
    }
    modules.retain(|module| !module.is_empty());
    modules
}

fn too_long(name: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > MAX_LINES).then(|| format!("{name}: {lines} lines; split it ({MAX_LINES} are the most)"))
}

/// Notes of things to do, which belong into issues.
pub fn left_open(name: &str, text: &str) -> Vec<String> {
    // Written apart, so that this file does not find itself.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimplemented", "!(")];
    let lines = text.lines().enumerate().filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)));
    lines.map(|(i, line)| format!("{name}:{}: left open: {}", i + 1, line.trim())).collect()
}

/// Template functions without a page of documentation that shows them at work.
fn functions() -> Vec<String> {
    chartlens::functions::all()
        .filter_map(|function| {
            let name = function.names.first()?;
            let shown = function.doc.contains("{{") && function.names.iter().any(|name| function.doc.contains(name));
            let prose = function.doc.lines().next().is_some_and(|line| line.trim().len() > 5);
            let what = match (prose, shown) {
                (false, _) => "has no documentation",
                (true, false) => "has no example with {{ … }} in its documentation",
                (true, true) => return None,
            };
            Some(format!("the template function `{name}` {what}"))
        })
        .collect()
}

/// All Rust files under a folder, sorted.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
