//! Real editors without a screen. An editor that is not installed is passed with a word.

use chartlens_tests::folder::Folder;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SERVER: &str = env!("CARGO_BIN_EXE_chartlens-under-test");

fn chart() -> Folder {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Values.name }}\nspec:\n  \
                      replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: web}}\n  template:\n    \
                      metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - name: web\n          \
                      image: nginx:1.27\n          imagePullPolcy: Always\n";
    Folder::chart([("values.yaml", "name: web\nreplicas: two\n"), ("templates/deployment.yaml", deployment)])
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("editors").join(name)
}

/// The block of code in a language in docs/editors.md.
fn snippet(language: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/editors.md");
    let text = std::fs::read_to_string(path).expect("the documentation");
    let start = text.split(&format!("```{language}\n")).nth(1).expect("the block");
    start.split("```").next().expect("its end").to_owned()
}

/// A folder with the command under its name, and a file.
fn installed(name: &str, text: &str) -> Folder {
    let folder = Folder::default().with(name, text);
    std::fs::create_dir(folder.join("bin")).expect("a folder");
    std::fs::hard_link(SERVER, folder.join("bin/chartlens"))
        .or_else(|_| std::fs::copy(SERVER, folder.join("bin/chartlens")).map(drop))
        .expect("the command");
    folder
}

/// The PATH with the command on it.
fn path(folder: &Folder) -> String {
    format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap_or_default())
}

/// What an editor said; none where it is not installed.
fn run(command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("{:?} is not installed: it was not tried", command.get_program());
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn is_ok(output: &Output) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && (out.contains("ok") || err.contains("ok")), "{out}\n{err}");
}

#[test]
fn neovim_shows_completes_renames_and_mends() {
    let folder = chart();
    let home = installed("init.lua", &snippet("lua"));
    let mut command = Command::new("nvim");
    command.args(["--headless", "-i", "NONE", "-n", "-u"]).arg(home.join("init.lua"));
    command.arg("-c").arg(format!("luafile {}", script("neovim.lua").display()));
    // A script that fails is over.
    command.args(["-c", "cquit 1"]);
    command.current_dir(folder.join("t")).env("PATH", path(&home)).env("HOME", home.path());
    command.env("XDG_STATE_HOME", home.path());
    if let Some(output) = run(&mut command) {
        is_ok(&output);
    }
}

#[test]
fn emacs_shows_diagnostics_through_eglot() {
    let check = ["--batch", "--eval", "(package-initialize)", "--eval", "(require 'eglot)"];
    if run(Command::new("emacs").args(check)).is_none_or(|output| !output.status.success()) {
        return println!("Emacs has no eglot here: it was not tried");
    }
    let folder = chart();
    let home = installed("init.el", &snippet("elisp"));
    let mut command = Command::new("emacs");
    command.args(["--batch", "--eval", "(package-initialize)", "-l"]).arg(home.join("init.el"));
    command.arg("-l").arg(script("emacs.el")).current_dir(folder.join("t")).env("PATH", path(&home));
    if let Some(output) = run(&mut command) {
        is_ok(&output);
    }
}

#[test]
fn the_snippet_for_helix_names_the_command() {
    let table: toml::Table = snippet("toml").parse().expect("TOML");
    let server = &table["language-server"]["chartlens"];
    assert_eq!((server["command"].as_str(), server["args"][0].as_str()), (Some("chartlens"), Some("lsp")));
    assert_eq!(table["language"][0]["language-servers"][0].as_str(), Some("chartlens"));
}

#[test]
fn the_snippet_for_zed_is_json() {
    let settings: serde_json::Value = serde_json::from_str(&snippet("json")).expect("JSON");
    assert_eq!(settings["lsp"]["helm-ls"]["binary"]["path"], "chartlens");
}

#[test]
fn every_feature_of_the_table_is_backed_by_a_test() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = |folder: PathBuf| {
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        entries.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
    };
    let suites = ["lsp", "ide"].map(|name| tests.join(format!("suites/{name}.rs")));
    let suites = suites.map(|path| std::fs::read_to_string(path).expect("the suite")).concat();
    let functions = suites.lines().filter_map(|line| line.strip_prefix("fn ")?.split('(').next().map(str::to_owned));
    let cases = names(tests.join("fixtures/ide")).map(|name| name.trim_end_matches(".case").to_owned());
    let known: Vec<String> = functions.chain(cases).chain(names(tests.join("../editors/vscode/test"))).collect();
    let page = std::fs::read_to_string(tests.join("../docs/editors.md")).expect("the page");
    let table = page.split("## Features").nth(1).expect("the table");
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() > 25, "{rows:?}");
    for row in rows {
        let backing: Vec<&str> = row.split(" | ").nth(1).unwrap_or_default().split('`').skip(1).step_by(2).collect();
        let family =
            backing.first().unwrap_or_else(|| panic!("nothing backs {row}")).split('-').next().unwrap_or_default();
        for name in backing {
            let full = if name.starts_with('-') { format!("{family}{name}") } else { name.to_owned() };
            let is_there = match full.trim_end_matches(['*', '…']) {
                start if start.len() < full.len() => known.iter().any(|known| known.starts_with(start)),
                whole => known.iter().any(|known| known == whole),
            };
            assert!(is_there, "no test is called {full}: {row}");
        }
    }
}
