//! `chartlens repo`: the chart repositories that are known, in Helm's files.

use super::login::{rest, secret};
use super::table::table;
use super::{Arguments, GENERAL, run};
use crate::commands::Command;
use crate::environment::{Environment, absolute, now};
use crate::flags::{Flag, Parsed, Takes};
use crate::references::{PLACES, registry, settings};
use chartlens::log::Log;
use chartlens_registry::{Index, Options, Repositories, Repository, moment, write_file};

const TIMEOUT: Flag = Flag::new("timeout", Takes::Duration, "how long fetching an index may take (default 2m0s)");

const ADD: &[Flag] = &[
    Flag::new("username", Takes::Text, "name to log in with"),
    Flag::new("password", Takes::Text, "password to log in with"),
    Flag::new("password-stdin", Takes::Switch, "read the password from standard input"),
    Flag::new("force-update", Takes::Switch, "replace a repository of that name"),
    Flag::new("ca-file", Takes::Text, "certificates to trust in place of the system's"),
    Flag::new("cert-file", Takes::Text, "certificate of the client"),
    Flag::new("key-file", Takes::Text, "key of the client's certificate"),
    Flag::new("insecure-skip-tls-verify", Takes::Switch, "take any certificate"),
    Flag::new("allow-deprecated-repos", Takes::Switch, "take repositories that are gone for good, too"),
    Flag::new("pass-credentials", Takes::Switch, "send name and password to all hosts"),
    TIMEOUT,
];

const LIST: &[Flag] = &[
    Flag::new("output", Takes::Text, "table, json or yaml (default table)")
        .short('o')
        .checked(crate::commands::install::format)
        .choices(|| vec!["table", "json", "yaml"]),
    Flag::new("no-headers", Takes::Switch, "leave the names of the columns out"),
];

const UPDATE: &[Flag] = &[TIMEOUT];

const INDEX: &[Flag] = &[
    Flag::new("url", Takes::Text, "address at which the charts will be"),
    Flag::new("merge", Takes::Text, "an index whose charts are taken over"),
    Flag::new("json", Takes::Switch, "write JSON"),
];

/// The verb.
pub static ADD_COMMAND: Command = Command {
    name: "repo add",
    usage: "chartlens repo add [NAME] [URL] [flags]",
    summary: "Add a chart repository, as `helm repo add` does",
    description: "Fetches the index of a chart repository and keeps its address under a name, where Helm does\n($HELM_REPOSITORY_CONFIG, else repositories.yaml).",
    examples: &[("chartlens repo add charts https://charts.example", "then charts/web is a chart")],
    flags: &[("Repository", ADD), ("Places", PLACES), ("General", GENERAL)],
    run: |args, env| run(&ADD_COMMAND, Arguments::Exactly(2), args, env, add),
};

/// The verb.
pub static LIST_COMMAND: Command = Command {
    name: "repo list",
    usage: "chartlens repo list [flags]",
    summary: "List the chart repositories that are known",
    description: "Prints names and addresses, in the words of `helm repo list`.",
    examples: &[("chartlens repo list -o json", "for other programs")],
    flags: &[("List", LIST), ("Places", PLACES), ("General", GENERAL)],
    run: |args, env| run(&LIST_COMMAND, Arguments::None, args, env, list),
};

/// The verb.
pub static UPDATE_COMMAND: Command = Command {
    name: "repo update",
    usage: "chartlens repo update [REPO1 [REPO2 ...]] [flags]",
    summary: "Fetch the indexes of chart repositories anew",
    description: "Fetches the indexes of all repositories that are known, or of those that are named.",
    examples: &[("chartlens repo update", "all of them")],
    flags: &[("Update", UPDATE), ("Places", PLACES), ("General", GENERAL)],
    run: |args, env| run(&UPDATE_COMMAND, Arguments::AtLeast(0), args, env, update),
};

/// The verb.
pub static REMOVE_COMMAND: Command = Command {
    name: "repo remove",
    usage: "chartlens repo remove [REPO1 [REPO2 ...]] [flags]",
    summary: "Forget chart repositories",
    description: "Takes repositories out of Helm's file, and their indexes out of the cache.",
    examples: &[("chartlens repo remove charts", "forget one")],
    flags: &[("Places", PLACES), ("General", GENERAL)],
    run: |args, env| run(&REMOVE_COMMAND, Arguments::AtLeast(1), args, env, remove),
};

/// The verb.
pub static INDEX_COMMAND: Command = Command {
    name: "repo index",
    usage: "chartlens repo index [DIR] [flags]",
    summary: "Write the index of a folder of packed charts",
    description: "Writes index.yaml for the archives in a folder, which makes it a chart repository for any web server.",
    examples: &[
        ("chartlens repo index dist --url https://charts.example", "with whole addresses"),
        ("chartlens repo index dist --merge dist/index.yaml", "with what is in the index already"),
    ],
    flags: &[("Index", INDEX), ("General", GENERAL)],
    run: |args, env| run(&INDEX_COMMAND, Arguments::Exactly(1), args, env, index),
};

/// Repositories that are gone for good, and what to use in place of them.
const GONE: [(&str, &str); 2] = [
    ("//kubernetes-charts.storage.googleapis.com", "https://charts.helm.sh/stable"),
    ("//kubernetes-charts-incubator.storage.googleapis.com", "https://charts.helm.sh/incubator"),
];

fn add(parsed: &Parsed, env: &mut Environment<'_>, log: &mut Vec<Log>) -> Result<(), String> {
    let [name, url] = parsed.arguments.as_slice() else { return Ok(()) };
    if let Some((_, instead)) = GONE.iter().find(|(gone, _)| url.contains(gone) && !parsed.on("allow-deprecated-repos"))
    {
        return Err(format!("repo {url:?} is no longer available; try {instead:?} instead"));
    }
    let mut registry = registry(parsed, env);
    if !registry.options.username.is_empty() && registry.options.password.is_empty() {
        registry.options.password = if parsed.on("password-stdin") { rest(env)? } else { secret("Password: ", env)? };
    }
    if name.contains('/') {
        return Err(format!("repository name ({name}) contains '/', please specify a different name without '/'"));
    }
    let Options { timeout, .. } = registry.options;
    let repository = Repository { name: name.clone(), ..Repository::unnamed(url, &registry.options) };
    registry.options = Options { timeout, ..Options::default() };
    let mut known = Repositories::load(&registry.settings)?.unwrap_or_default();
    if let Some(existing) = known.get(name).filter(|_| !parsed.on("force-update")) {
        if *existing != repository {
            return Err(format!("repository name ({name}) already exists, please specify a different name"));
        }
        let _ = writeln!(env.stdout, "\"{name}\" already exists with the same configuration, skipping");
        return Ok(());
    }
    repository.check()?;
    repository.download_index(&registry, log).map_err(|error| {
        let url = chartlens::text::quote(url.as_bytes());
        format!("looks like {url} is not a valid chart repository or cannot be reached: {error}")
    })?;
    known.update(repository);
    known.write(&registry.settings)?;
    let _ = writeln!(env.stdout, "\"{name}\" has been added to your repositories");
    Ok(())
}

fn list(parsed: &Parsed, env: &mut Environment<'_>, _: &mut Vec<Log>) -> Result<(), String> {
    // A file that cannot be read has no repositories, for Helm.
    let known = Repositories::load(&settings(parsed, env)).ok().flatten().unwrap_or_default().repositories;
    let form = parsed.text("output").unwrap_or("table");
    if known.is_empty() && form == "table" {
        let _ = writeln!(env.stderr, "no repositories to show");
        return Ok(());
    }
    let text = match form {
        "table" => {
            let mut rows = vec![vec!["NAME".to_owned(), "URL".to_owned()]];
            if parsed.on("no-headers") {
                rows.clear();
            }
            rows.extend(known.into_iter().map(|one| vec![one.name, one.url]));
            format!("{}\n", table(&rows, 0))
        }
        form => chartlens_registry::named(&known, form == "json")?,
    };
    let _ = env.stdout.write_all(text.as_bytes());
    Ok(())
}

fn update(parsed: &Parsed, env: &mut Environment<'_>, log: &mut Vec<Log>) -> Result<(), String> {
    const NOTHING: &str = "no repositories found. You must add one before updating";
    let registry = registry(parsed, env);
    let file = &registry.settings.repository_config;
    let known =
        Repositories::load(&registry.settings).map_err(|error| format!("failed loading file: {file}: {error}"))?;
    let known = known.filter(|known| !known.repositories.is_empty()).ok_or(NOTHING)?;
    if let Some(unknown) = parsed.arguments.iter().find(|name| known.get(name).is_none()) {
        return Err(format!("no repositories found matching '{unknown}'.  Nothing will be updated"));
    }
    let asked = |one: &&Repository| parsed.arguments.is_empty() || parsed.arguments.contains(&one.name);
    let asked: Vec<&Repository> = known.repositories.iter().filter(asked).collect();
    for repository in &asked {
        repository.check()?;
    }
    let _ = writeln!(env.stdout, "Hang tight while we grab the latest from your chart repositories...");
    let mut failed = Vec::new();
    for (repository, result) in asked.iter().zip(registry.update_indexes(&asked, log)) {
        let Repository { name, url, .. } = repository;
        let _ = match result {
            Ok(()) => writeln!(env.stdout, "...Successfully got an update from the \"{name}\" chart repository"),
            Err(error) => {
                failed.push(url.as_str());
                writeln!(
                    env.stdout,
                    "...Unable to get an update from the \"{name}\" chart repository ({url}):\n\t{error}"
                )
            }
        };
    }
    if !failed.is_empty() {
        return Err(format!("failed to update the following repositories: [{}]", failed.join(" ")));
    }
    let _ = writeln!(env.stdout, "Update Complete. ⎈Happy Helming!⎈");
    Ok(())
}

fn remove(parsed: &Parsed, env: &mut Environment<'_>, _: &mut Vec<Log>) -> Result<(), String> {
    let settings = settings(parsed, env);
    let known = Repositories::load(&settings)?.filter(|known| !known.repositories.is_empty());
    let mut known = known.ok_or("no repositories configured")?;
    for name in &parsed.arguments {
        if !known.remove(name) {
            return Err(format!("no repo named {} found", chartlens::text::quote(name.as_bytes())));
        }
        known.write(&settings)?;
        Repository::remove_cached(name, &settings);
        let _ = writeln!(env.stdout, "\"{name}\" has been removed from your repositories");
    }
    Ok(())
}

fn index(parsed: &Parsed, env: &mut Environment<'_>, log: &mut Vec<Log>) -> Result<(), String> {
    let Some(folder) = parsed.arguments.first() else { return Ok(()) };
    let (settings, json) = (settings(parsed, env), parsed.on("json"));
    let clock = || moment(now(), &settings.zone);
    let mut index = Index::of_folder(&env.path(folder), parsed.text("url").unwrap_or_default(), &clock)?;
    if let Some(other) = parsed.text("merge").filter(|other| !other.is_empty()) {
        let other_index = if env.path(other).exists() {
            Index::load(&settings, other, log).map_err(|error| format!("merge failed: {error}"))?
        } else {
            let new = Index::new(clock());
            write_file(&env.path(other), new.text(json)?.as_bytes())?;
            new
        };
        index.merge(other_index);
    }
    index.sort();
    write_file(&env.path(&format!("{}/index.yaml", absolute(&env.folder, folder))), index.text(json)?.as_bytes())
}
