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
    let home = Folder::default();
    let mut command = Command::new("nvim");
    command.args(["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c"]);
    command.arg(format!("luafile {}", script("neovim.lua").display()));
    command.args(["--", SERVER]).arg(folder.join("t")).env("HOME", home.path()).env("XDG_STATE_HOME", home.path());
    if let Some(output) = run(&mut command) {
        is_ok(&output);
    }
}

#[test]
fn emacs_shows_diagnostics_through_eglot() {
    let has_eglot =
        run(Command::new("emacs").args(["--batch", "--eval", "(package-initialize)", "--eval", "(require 'eglot)"]));
    if has_eglot.is_none_or(|output| !output.status.success()) {
        return println!("Emacs has no eglot here: it was not tried");
    }
    let folder = chart();
    let mut command = Command::new("emacs");
    command.args(["--batch", "--eval", "(package-initialize)", "-l"]).arg(script("emacs.el"));
    command.env("SERVER", SERVER).env("CHART", folder.join("t"));
    if let Some(output) = run(&mut command) {
        is_ok(&output);
    }
}
