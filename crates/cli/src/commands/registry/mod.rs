//! Verbs that bring charts from somewhere or to somewhere, as Helm has them: flags, words and exit codes are Helm's.

pub mod dependency;
pub mod login;
pub mod package;
pub mod pull;
pub mod push;
pub mod repo;
mod table;

use super::{Command, FAILED};
use crate::environment::Environment;
use crate::flags::{Flag, Parsed, Takes, parse};
use chartlens::host::HelmVersion;
use chartlens::log::Log;
use chartlens_registry::Registry;

/// What all these verbs have.
const GENERAL: &[Flag] = &[Flag::new("debug", Takes::Switch, "say more")];

/// What a verb does with a command line.
type Work = fn(&Parsed, &mut Environment<'_>, &mut Vec<Log>) -> Result<(), String>;

/// Runs a verb that takes so many arguments.
fn run(command: &Command, takes: Arguments, args: &[String], env: &mut Environment<'_>, work: Work) -> u8 {
    let groups: Vec<&[Flag]> = command.flags.iter().map(|(_, flags)| *flags).collect();
    let mut log = Vec::new();
    let parsed = parse(&groups, args).and_then(|parsed| takes.check(command, parsed.arguments.len()).map(|()| parsed));
    let result = match &parsed {
        Ok(parsed) => work(parsed, env, &mut log),
        Err(message) => Err(message.clone()),
    };
    env.log(&log, HelmVersion::V4, parsed.is_ok_and(|parsed| parsed.on("debug")));
    match result {
        Ok(()) => 0,
        Err(message) => {
            let _ = env.stdout.flush();
            let _ = writeln!(env.stderr, "Error: {message}");
            FAILED
        }
    }
}

/// How many arguments a verb takes: cobra's checks in Helm's words.
#[derive(Clone, Copy)]
enum Arguments {
    None,
    Exactly(usize),
    AtLeast(usize),
    AtMost(usize),
}

impl Arguments {
    fn check(self, command: &Command, found: usize) -> Result<(), String> {
        let counted = |count: usize| if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") };
        let asks = match self {
            Arguments::None if found > 0 => "accepts no arguments".to_owned(),
            Arguments::Exactly(count) if found != count => format!("requires {}", counted(count)),
            Arguments::AtLeast(count) if found < count => format!("requires at least {}", counted(count)),
            Arguments::AtMost(count) if found > count => format!("accepts at most {}", counted(count)),
            _ => return Ok(()),
        };
        let usage = command.usage.replacen("chartlens", "helm", 1);
        Err(format!("\"helm {}\" {asks}\n\nUsage:  {usage}", command.name))
    }
}

/// Prints which artifacts were pulled or pushed.
fn tell(registry: &Registry, env: &mut Environment<'_>) {
    for line in registry.take_said() {
        let _ = writeln!(env.stdout, "{line}");
    }
}
