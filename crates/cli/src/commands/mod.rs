//! The verbs.

mod asked;
pub mod check;
mod completion;
mod config;
mod docs;
mod explain;
#[cfg(feature = "lsp")]
mod field_docs;
mod install;
mod lint;
#[cfg(feature = "lsp")]
mod lsp;
mod new;
pub mod options;
#[cfg(feature = "registry")]
mod registry;
mod rules;
mod schema;
pub mod template;
mod trace;

#[cfg(feature = "registry")]
pub use registry::package::times as package_times;

use crate::environment::Environment;
use crate::flags::Flag;
use chartlens::diag::did_you_mean;

/// A verb of the command line.
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// What stands behind it.
    pub usage: &'static str,
    /// One line.
    pub summary: &'static str,
    /// The rest of its help.
    pub description: &'static str,
    /// Examples: command and what it does.
    pub examples: &'static [(&'static str, &'static str)],
    /// Its flags, in groups with a heading.
    pub flags: &'static [(&'static str, &'static [Flag])],
    /// Runs it; gives the exit code.
    pub run: fn(&[String], &mut Environment<'_>) -> u8,
}

/// All verbs, in the order of help.
pub static COMMANDS: &[&Command] = &[
    &template::COMMAND,
    &check::COMMAND,
    &lint::COMMAND,
    &trace::COMMAND,
    &new::COMMAND,
    &docs::COMMAND,
    &schema::COMMAND,
    &install::COMMAND,
    #[cfg(feature = "registry")]
    &registry::pull::COMMAND,
    #[cfg(feature = "registry")]
    &registry::push::COMMAND,
    #[cfg(feature = "registry")]
    &registry::package::COMMAND,
    #[cfg(feature = "registry")]
    &registry::dependency::LIST_COMMAND,
    #[cfg(feature = "registry")]
    &registry::dependency::BUILD_COMMAND,
    #[cfg(feature = "registry")]
    &registry::dependency::UPDATE_COMMAND,
    #[cfg(feature = "registry")]
    &registry::repo::ADD_COMMAND,
    #[cfg(feature = "registry")]
    &registry::repo::LIST_COMMAND,
    #[cfg(feature = "registry")]
    &registry::repo::UPDATE_COMMAND,
    #[cfg(feature = "registry")]
    &registry::repo::REMOVE_COMMAND,
    #[cfg(feature = "registry")]
    &registry::repo::INDEX_COMMAND,
    #[cfg(feature = "registry")]
    &registry::login::LOGIN_COMMAND,
    #[cfg(feature = "registry")]
    &registry::login::LOGOUT_COMMAND,
    #[cfg(feature = "lsp")]
    &lsp::COMMAND,
    #[cfg(feature = "lsp")]
    &field_docs::COMMAND,
    &explain::COMMAND,
    &rules::COMMAND,
    &config::COMMAND,
    &completion::COMMAND,
    &VERSION,
];

/// Exit code of findings and of Helm's errors.
pub const FAILED: u8 = 1;
/// Exit code of wrong usage.
pub const USAGE: u8 = 2;

static VERSION: Command = Command {
    name: "version",
    usage: "chartlens version",
    summary: "Print the version",
    description: "Prints the version of chartlens and the versions of Helm whose bytes it writes.",
    examples: &[],
    flags: &[],
    run: |_, env| {
        let _ = writeln!(env.stdout, "chartlens {} (Helm 4.3.1, Helm 3.17.2)", env!("CARGO_PKG_VERSION"));
        0
    },
};

/// Runs the command line; `args` come without the program's name. Gives the exit code.
pub fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    let (first, rest) = match args.split_first() {
        Some((first, rest)) => (first.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    match first {
        "help" | "--help" | "-h" | "--help-all" => {
            let all = args.iter().any(|arg| arg == "--help-all");
            let words: Vec<String> = rest.iter().filter(|word| !word.starts_with('-')).cloned().collect();
            let text = match (find(&words), words.first().and_then(|word| group(word))) {
                (Some((command, _)), _) => crate::help::of_command(command, all),
                (None, Some(group)) => crate::help::of_group(group),
                (None, None) => crate::help::overview(),
            };
            let _ = env.stdout.write_all(text.as_bytes());
            0
        }
        "--version" | "-V" => (VERSION.run)(rest, env),
        name => match (find(args), group(name)) {
            (Some((command, rest)), _) => match help_asked(rest) {
                Some(all) => {
                    let _ = env.stdout.write_all(crate::help::of_command(command, all).as_bytes());
                    0
                }
                None => (command.run)(rest, env),
            },
            (None, Some(group)) if rest.is_empty() || help_asked(rest).is_some() => {
                let _ = env.stdout.write_all(crate::help::of_group(group).as_bytes());
                0
            }
            (None, group) => {
                let (name, within) = match (group, rest.first()) {
                    (Some(group), Some(word)) => (format!("{group} {word}"), format!("chartlens {group}")),
                    _ => (name.to_owned(), "chartlens".to_owned()),
                };
                let last = name.rsplit(' ').next().unwrap_or_default();
                let _ = writeln!(env.stderr, "Error: unknown command {last:?} for {within:?}");
                if let Some(near) = nearest(&name).filter(|_| group.is_none()) {
                    let _ = writeln!(env.stderr, "\nDid you mean `chartlens {near}`?");
                }
                let _ = writeln!(env.stderr, "Run 'chartlens help' for usage.");
                USAGE
            }
        },
    }
}

/// Other names that Helm has for its verbs.
const ALIASES: &[(&str, &str)] = &[
    ("dep", "dependency"),
    ("dependencies", "dependency"),
    ("fetch", "pull"),
    ("repo ls", "repo list"),
    ("repo rm", "repo remove"),
    ("repo up", "repo update"),
    ("dependency ls", "dependency list"),
    ("dependency up", "dependency update"),
];

fn canonical(name: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| name)
}

/// The word that several verbs begin with, if it is one.
fn group(word: &str) -> Option<&'static str> {
    let word = canonical(word);
    COMMANDS
        .iter()
        .filter_map(|command| command.name.split_once(' '))
        .map(|(group, _)| group)
        .find(|group| *group == word)
}

/// Whether help is asked for, and whether all of it.
fn help_asked(args: &[String]) -> Option<bool> {
    args.iter().take_while(|arg| *arg != "--").find_map(|arg| match arg.as_str() {
        "--help" | "-h" => Some(false),
        "--help-all" => Some(true),
        _ => None,
    })
}

/// Says what is wrong with the usage of a command, and which flag was likely meant. Gives the exit code.
fn misused(command: &Command, args: &[String], message: &str, env: &mut Environment<'_>) -> u8 {
    let _ = writeln!(env.stderr, "Error: {message}");
    let known = || command.flags.iter().flat_map(|(_, flags)| flags.iter().map(|flag| flag.name));
    let given = args.iter().take_while(|arg| *arg != "--").filter_map(|arg| arg.strip_prefix("--"));
    let mut given = given.map(|long| long.split('=').next().unwrap_or(long));
    if let Some(near) =
        given.find(|name| !known().any(|flag| flag == *name)).and_then(|name| did_you_mean(name, known()))
    {
        let _ = writeln!(env.stderr, "\nDid you mean `--{near}`?");
    }
    let _ = writeln!(env.stderr, "Run 'chartlens help {}' for usage.", command.name);
    USAGE
}

/// The verb that a command line begins with, of one word or of two, and what follows it.
fn find(args: &[String]) -> Option<(&'static Command, &[String])> {
    let known = |name: &str| COMMANDS.iter().copied().find(|command| command.name == canonical(name));
    let (first, rest) = args.split_first()?;
    if let Some(group) = group(first) {
        let (second, rest) = rest.split_first()?;
        return known(&format!("{group} {second}")).map(|command| (command, rest));
    }
    known(first).map(|command| (command, rest))
}

/// The verb that a misspelt one is nearest to.
fn nearest(name: &str) -> Option<&'static str> {
    let shared = |command: &&&Command| command.name.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
    COMMANDS.iter().max_by_key(shared).filter(|command| shared(command) >= 2).map(|command| command.name)
}
