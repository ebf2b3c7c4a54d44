//! Help texts, made from the tables of verbs and flags.

use crate::commands::{COMMANDS, Command};
use crate::flags::{Flag, NO_EFFECT};
use std::fmt::Write as _;

/// Help of the whole command.
pub fn overview() -> String {
    let mut out = String::from(
        "chartlens renders Helm charts exactly as Helm does and shows, for every byte, the template line and the\nvalues key that caused it.\n\nUsage:\n  chartlens COMMAND [flags]\n\nCommands:\n",
    );
    for command in COMMANDS {
        let _ = writeln!(out, "  {:<17} {}", command.name, command.summary);
    }
    out.push_str("\nRun 'chartlens help COMMAND' for a command's flags and examples.\n");
    out
}

/// Help of the verbs that begin with one word.
pub fn of_group(group: &str) -> String {
    let mut out = format!("Usage:\n  chartlens {group} COMMAND [flags]\n\nCommands:\n");
    for command in COMMANDS {
        if let Some((_, inner)) = command.name.split_once(' ').filter(|(first, _)| *first == group) {
            let _ = writeln!(out, "  {inner:<12} {}", command.summary);
        }
    }
    let _ = writeln!(out, "\nRun 'chartlens help {group} COMMAND' for a command's flags and examples.");
    out
}

/// Help of one verb; flags without effect are shown only if `all` are to be.
pub fn of_command(command: &Command, all: bool) -> String {
    let mut out = format!("{}\n\nUsage:\n  {}\n", command.description, command.usage);
    if !command.examples.is_empty() {
        out.push_str("\nExamples:\n");
        for (line, what) in command.examples {
            let _ = writeln!(out, "  # {what}\n  {line}");
        }
    }
    let mut hidden = 0;
    for (heading, flags) in command.flags {
        let (shown, idle): (Vec<&Flag>, Vec<&Flag>) = flags.iter().partition(|flag| all || flag.help != NO_EFFECT);
        hidden += idle.len();
        if !shown.is_empty() {
            let _ = writeln!(out, "\n{heading}:");
        }
        for flag in shown {
            let short = flag.short.map_or_else(|| "    ".to_owned(), |c| format!("-{c}, "));
            let name = format!("--{} {}", flag.name, flag.takes.placeholder());
            let _ = writeln!(out, "  {short}{:<36} {}", name.trim_end(), flag.help);
        }
    }
    if !command.flags.is_empty() {
        let _ = writeln!(out, "\n  -h, --help                               show this help");
    }
    if hidden > 0 {
        let text = format!("the {hidden} flags of Helm too that have no effect here");
        let _ = writeln!(out, "      --help-all                           {text}");
    }
    out
}
