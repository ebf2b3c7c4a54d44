//! The commands that README and docs show: they run as they are copied, and print what stands there.

use chartlens_tests::files::pack;
use chartlens_tests::folder::Folder;
use std::path::{Path, PathBuf};

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
                   metadata: {name: widgets.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  \
                   names: {kind: Widget, plural: widgets}\n  versions:\n  - name: v1\n    served: true\n    \
                   storage: true\n    schema: {openAPIV3Schema: {type: object}}\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(page: &str) -> String {
    std::fs::read_to_string(root().join(page)).expect(page)
}

/// All files below a folder of the repository, by their paths from there.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let top = root().join(folder);
    let mut pending = vec![top.clone()];
    let mut found = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(std::fs::read_dir(&path).expect(folder).map(|entry| entry.expect(folder).path()));
        } else {
            let name = path.strip_prefix(&top).expect(folder).to_string_lossy().replace('\\', "/");
            found.push((name, std::fs::read(&path).expect(folder)));
        }
    }
    found
}

/// A folder with the examples as a clone has them, and with the files that docs call by the names a reader has for his.
fn clone() -> Folder {
    let web = files("examples/web");
    let packed: Vec<(String, &[u8])> =
        web.iter().map(|(name, data)| (format!("web/{name}"), data.as_slice())).collect();
    let packed = pack(packed.iter().map(|(name, data)| (name.as_str(), *data)));
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";
    let folder = files("examples")
        .iter()
        .fold(Folder::default(), |folder, (name, data)| folder.with(&format!("examples/{name}"), data));
    let folder = web.iter().fold(folder, |folder, (name, data)| folder.with(&format!("charts/web/{name}"), data));
    let folder = ["prod.yaml", "a.yaml", "b.yaml", "new.yaml", "old.yaml"]
        .iter()
        .fold(folder, |folder, name| folder.with(name, "replicaCount: 3\n"));
    ["deployment.yaml", "service.yaml", "manifests/a.yaml", "live/a.yaml"]
        .iter()
        .fold(folder, |folder, name| folder.with(name, service))
        .with("web-1.2.0.tgz", packed)
        .with("crds/widgets.yaml", CRD)
        .with("prod.tfvars", "web_image_tag = \"1.5\"\n")
}

/// A command in a block of a page, and what stands below it.
struct Sample {
    command: String,
    /// None where the block has commands alone.
    output: Option<String>,
}

/// The commands of chartlens in the blocks of a page that are for shells.
fn samples(page: &str) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    let mut inside = None;
    for line in text(page).lines() {
        if let Some(kind) = line.strip_prefix("```") {
            inside = inside.is_none().then(|| kind.to_owned());
            continue;
        }
        if !matches!(inside.as_deref(), Some("console" | "sh" | "bash" | "shell")) {
            continue;
        }
        let shown = line.strip_prefix("$ ");
        match shown.unwrap_or(line).strip_prefix("chartlens ") {
            Some(command) => {
                let command = command.split(" #").next().unwrap_or(command).trim().to_owned();
                samples.push(Sample { command, output: shown.map(|_| String::new()) });
            }
            None if shown.is_some() => samples.push(Sample { command: String::new(), output: None }),
            None => {
                if let Some(output) = samples.last_mut().and_then(|sample| sample.output.as_mut()) {
                    output.push_str(line);
                    output.push('\n');
                }
            }
        }
    }
    samples.retain(|sample| !sample.command.is_empty());
    samples
}

#[test]
fn commands_work_as_they_are_copied() {
    let mut tried = 0;
    for page in
        ["README.md", "docs/check.md", "docs/lint.md", "docs/charts.md", "docs/registries.md", "docs/terraform.md"]
    {
        let folder = clone();
        for Sample { command, .. } in samples(page) {
            // The shell's part is the shell's, and a watching command does not end.
            // So are servers that nobody has.
            if command.contains(['<', '>', '|', '$']) || command.contains("--watch") || command.contains(".example") {
                continue;
            }
            let shown = folder.run(&command.replace('\'', ""));
            let most = if command.starts_with("check") { 1 } else { 0 };
            assert!(shown.exit <= most, "{page}: chartlens {command}\n{}{}", shown.stdout, shown.stderr);
            assert!(!shown.stderr.contains("Error: "), "{page}: chartlens {command}\n{}", shown.stderr);
            tried += 1;
        }
    }
    assert!(tried >= 20, "only {tried} commands were found");
}

#[test]
fn what_readme_shows_is_what_comes() {
    let folder = clone();
    let mut compared = 0;
    for Sample { command, output } in samples("README.md") {
        let Some(output) = output else { continue };
        let shown = folder.run(&command);
        let shown = format!("{}{}", shown.stdout, shown.stderr);
        assert!(shown.starts_with(output.trim_end()), "chartlens {command}\n{shown}");
        compared += 1;
    }
    assert!(compared >= 2, "only {compared} answers were found");
}

#[test]
fn a_release_of_the_chart_is_checked_with_what_terraform_and_argo_cd_say() {
    let folder = clone();
    folder.run("new shop --from manifests examples/shop/k8s").ok();
    let shown = folder.run("check examples/shop/release");
    assert_eq!(shown.exit, 0, "{}{}", shown.stdout, shown.stderr);
    assert!(shown.stdout.contains("in 2 charts"), "{}", shown.stdout);
    assert_eq!(shown.stderr, "", "nothing is left unknown");
    let [terraform, argo] = ["main.tf", "application.yaml"].map(|file| format!("examples/shop/release/{file}"));
    for (file, from, to) in [(&terraform, "prod = 3", "prod = -3"), (&argo, "replicas: 3", "replicas: -3")] {
        let text = std::fs::read_to_string(root().join(file)).expect(file).replace(from, to);
        let shown = clone().with(file, text);
        shown.run("new shop --from manifests examples/shop/k8s").ok();
        let shown = shown.run("check examples/shop/release --format concise");
        assert!(shown.exit == 1 && shown.stdout.contains(&format!("(web.replicas from {file}:")), "{}", shown.stdout);
    }
}
