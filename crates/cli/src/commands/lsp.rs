//! `chartlens lsp`: the language server, on standard input and output.

use super::{Command, FAILED};
use crate::config::Found;
use crate::environment::Environment;
use crate::faults::faults;
use crate::flags::{Flag, Parsed, Takes, parse};
use crate::folder::read_without;
use chartlens::chart::{ArchiveLimits, File, Ignore};
use chartlens::host::Host;
use chartlens::ide::{ChartOptions, FieldDocs, KeptDocs};
use chartlens::lint::Choice;
use chartlens::render::KubeVersion;
use chartlens::session::CheckOptions;
use chartlens::values::ValuesSource;
use chartlens_lsp::{Edited, Fault, Log, Settings, World};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FLAGS: &[Flag] = &[
    Flag::new(
        "field-docs",
        Takes::Text,
        "documentation of fields that `chartlens field-docs` wrote elsewhere; by default what it keeps for the user",
    ),
    Flag::new("log", Takes::Text, "a file that gets a line for each request and stage, with the time it took"),
    Flag::new("stdio", Takes::Switch, "use standard input and output, as is always done"),
];

/// The verb.
pub static COMMAND: Command = Command {
    name: "lsp",
    usage: "chartlens lsp [flags]",
    summary: "Serve editors: diagnostics, completion, hover, rename and the like",
    description: "Speaks the Language Server Protocol on standard input and output. Editors start it themselves;\ndocs/editors.md has their settings.",
    examples: &[
        ("chartlens lsp", "what an editor runs"),
        ("chartlens lsp --log lsp.log", "with the times of all stages in a file"),
    ],
    flags: &[("Editors", FLAGS)],
    run,
};

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    match parse(&[FLAGS], args) {
        Ok(parsed) => match log(&parsed, env).and_then(|log| Ok((log, field_docs(&parsed, env)?))) {
            Ok((log, docs)) => serve(log, docs),
            Err(message) => {
                let _ = writeln!(env.stderr, "Error: {message}");
                FAILED
            }
        },
        Err(message) => super::misused(&COMMAND, args, &message, env),
    }
}

fn log(parsed: &Parsed, env: &Environment<'_>) -> Result<Log, String> {
    let Some(name) = parsed.text("log") else { return Ok(Log::default()) };
    let file = std::fs::File::create(env.path(name)).map_err(|error| format!("{name}: {error}"))?;
    Ok(Log::new(Box::new(file)))
}

/// The documentation of fields: hovers are the first to read it.
fn field_docs(parsed: &Parsed, env: &Environment<'_>) -> Result<KeptDocs, String> {
    let file = match parsed.text("field-docs") {
        Some(name) => {
            FieldDocs::read(&env.read(name)?).map_err(|reason| format!("{name}: {reason}"))?;
            Some(env.path(name))
        }
        None => super::field_docs::kept(),
    };
    Ok(KeptDocs::new(move || std::fs::read(file.as_ref()?).ok()))
}

fn serve(log: Log, docs: KeptDocs) -> u8 {
    let input = Box::new(std::io::BufReader::new(std::io::stdin()));
    let output = Box::new(std::io::stdout());
    // Random draws and the clock stay what they are, so findings change only where texts do.
    let host = Host { now: crate::environment::now(), ..Host::default() };
    chartlens_lsp::run(input, output, Arc::new(Machine { host, docs: Arc::new(docs) }), log)
}

/// Folders and configurations on disk.
struct Machine {
    host: Host,
    docs: Arc<KeptDocs>,
}

/// Steps that one render may take: editors want an answer soon, also of a template that never ends.
const FUEL: u64 = 60_000_000;

impl World for Machine {
    fn files(&self, root: &Path) -> Result<Vec<File>, String> {
        let text = std::fs::read(root.join(".helmignore")).unwrap_or_default();
        // A line at fault is told where it stands; the others count.
        let (rules, _) = Ignore::parse_all(&text);
        read_without(&rules, root, &root.to_string_lossy(), &ArchiveLimits::default(), &mut Vec::new())
    }

    fn faults(&self, text: &str) -> Vec<Fault> {
        faults(text)
    }

    fn options(&self, path: &Path, edited: Edited<'_>, settings: &Settings) -> Result<ChartOptions, String> {
        let mut check = CheckOptions::default();
        check.render.limits.fuel = FUEL;
        let mut found = Found::above(path)?;
        let folder = found.file.as_deref().and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
        let sets = std::mem::take(&mut found.config.targets.values_sets);
        let named = |env: &mut Environment<'_>| found.apply(&check, &Choice::default(), env);
        let mut check = Environment::of_folder(folder.clone(), named)?;
        for (name, files) in sets {
            let read = |file: &String| values_file(path, &folder.join(file), edited);
            check.values_sets.push((name, files.iter().map(read).collect::<Result<_, _>>()?));
        }
        check.values_sets.sort_by_key(|(name, _)| Some(name) != settings.values_set.as_ref());
        if let Some(version) = &settings.kube_version {
            let version = KubeVersion::parse(version, check.render.helm).map_err(|error| error.to_string())?;
            check.kube_versions.retain(|other| *other != version);
            check.kube_versions.insert(0, version);
        }
        Ok(ChartOptions { check, host: self.host.clone(), field_docs: Some(self.docs.clone()) })
    }
}

/// A values file under its name from the chart's folder.
fn values_file(chart: &Path, file: &Path, edited: Edited<'_>) -> Result<ValuesSource, String> {
    let text = match edited(file) {
        Some(text) => text,
        None => std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?.into(),
    };
    Ok(ValuesSource::File { name: from(chart, file), text })
}

/// The path of a file from a folder.
fn from(folder: &Path, file: &Path) -> String {
    let shared = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", folder.components().count() - shared);
    let path: PathBuf =
        up.map(PathBuf::from).chain(file.components().skip(shared).map(|part| part.as_os_str().into())).collect();
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_from_the_chart_to_the_file() {
        let name = |file: &str| from(Path::new("/a/b"), Path::new(file));
        assert_eq!(
            [name("/a/b/c.yaml"), name("/a/x/c.yaml"), name("/z.yaml")],
            ["c.yaml", "../x/c.yaml", "../../z.yaml"]
        );
    }
}
