//! The verbs.

pub mod check;
mod completion;
mod config;
mod docs;
mod explain;
mod field_docs;
mod install;
mod lint;
mod lsp;
mod new;
pub mod options;
mod rules;
mod schema;
pub mod template;
mod trace;

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
    &lsp::COMMAND,
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
            let text = match rest.iter().find_map(|name| find(name)) {
                Some(command) => crate::help::of_command(command, all),
                None => crate::help::overview(),
            };
            let _ = env.stdout.write_all(text.as_bytes());
            0
        }
        "--version" | "-V" => (VERSION.run)(rest, env),
        name => match find(name) {
            Some(command) => match help_asked(rest) {
                Some(all) => {
                    let _ = env.stdout.write_all(crate::help::of_command(command, all).as_bytes());
                    0
                }
                None => (command.run)(rest, env),
            },
            None => {
                let _ = writeln!(env.stderr, "Error: unknown command {name:?} for \"chartlens\"");
                if let Some(near) = nearest(name) {
                    let _ = writeln!(env.stderr, "\nDid you mean `chartlens {near}`?");
                }
                let _ = writeln!(env.stderr, "Run 'chartlens help' for usage.");
                USAGE
            }
        },
    }
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

fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().copied().find(|command| command.name == name)
}

/// The verb that a misspelt one is nearest to.
fn nearest(name: &str) -> Option<&'static str> {
    let shared = |command: &&&Command| command.name.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
    COMMANDS.iter().max_by_key(shared).filter(|command| shared(command) >= 2).map(|command| command.name)
}
