//! `chartlens completion`: scripts for shells, made from the tables of verbs and flags.

use super::{COMMANDS, Command, USAGE};
use crate::environment::Environment;

/// The verb.
pub static COMMAND: Command = Command {
    name: "completion",
    usage: "chartlens completion bash|zsh|fish",
    summary: "Print a completion script for a shell",
    description: "Prints a script that teaches a shell the verbs and flags of chartlens.",
    examples: &[
        ("source <(chartlens completion bash)", "in this shell"),
        ("chartlens completion fish > ~/.config/fish/completions/chartlens.fish", "for good"),
    ],
    flags: &[],
    run,
};

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    let script = match args.first().map(String::as_str) {
        Some("bash") => bash(),
        Some("zsh") => format!("#compdef chartlens\nautoload -U +X bashcompinit && bashcompinit\n{}", bash()),
        Some("fish") => fish(),
        _ => {
            let _ = writeln!(env.stderr, "Error: expected one of bash, zsh, fish\n\nUsage:  {}", COMMAND.usage);
            return USAGE;
        }
    };
    let _ = env.stdout.write_all(script.as_bytes());
    0
}

fn flags(command: &Command) -> impl Iterator<Item = &'static crate::flags::Flag> {
    command.flags.iter().flat_map(|(_, flags)| flags.iter())
}

fn bash() -> String {
    let verbs: Vec<&str> = COMMANDS.iter().map(|c| c.name).collect();
    let mut cases = String::new();
    let codes: Vec<&str> = chartlens::codes::all().iter().map(|code| code.code).collect();
    cases
        .push_str(&format!("    explain) COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n", codes.join(" ")));
    for command in COMMANDS.iter().filter(|command| command.name != "explain") {
        let names: Vec<String> = flags(command).map(|f| format!("--{}", f.name)).collect();
        cases.push_str(&format!("    {}) words=\"{} --help\" ;;\n", command.name, names.join(" ")));
    }
    format!(
        "_chartlens() {{\n  local word=\"${{COMP_WORDS[COMP_CWORD]}}\" words=\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W \"{} help\" -- \"$word\"))\n    return\n  fi\n  case \"${{COMP_WORDS[1]}}\" in\n{cases}  esac\n  case \"$word\" in\n    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}}\ncomplete -o filenames -F _chartlens chartlens\n",
        verbs.join(" ")
    )
}

fn fish() -> String {
    let quote = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let mut out = String::new();
    for code in chartlens::codes::all() {
        out.push_str(&format!(
            "complete -c chartlens -f -n '__fish_seen_subcommand_from explain' -a {} -d '{}'\n",
            code.code,
            quote(&code.summary)
        ));
    }
    for command in COMMANDS {
        out.push_str(&format!(
            "complete -c chartlens -n __fish_use_subcommand -a {} -d '{}'\n",
            command.name,
            quote(command.summary)
        ));
        for flag in flags(command) {
            let short = flag.short.map(|c| format!(" -s {c}")).unwrap_or_default();
            let takes = if flag.takes == crate::flags::Takes::Switch { "" } else { " -r" };
            out.push_str(&format!(
                "complete -c chartlens -n '__fish_seen_subcommand_from {}' -l {}{short}{takes} -d '{}'\n",
                command.name,
                flag.name,
                quote(flag.help)
            ));
        }
    }
    out
}
