//! `chartlens completion`: scripts for shells, made from the tables of verbs and flags.

use super::{COMMANDS, Command, USAGE};
use crate::environment::Environment;

/// The verb.
pub static COMMAND: Command = Command {
    name: "completion",
    usage: "chartlens completion bash|zsh|fish",
    summary: "Print a completion script for a shell",
    description: "Prints a script that teaches a shell the verbs and flags of chartlens, and what may stand behind them.",
    examples: &[
        ("source <(chartlens completion bash)", "in this shell"),
        ("chartlens completion fish > ~/.config/fish/completions/chartlens.fish", "for good"),
    ],
    flags: &[],
    run,
};

const SHELLS: &[&str] = &["bash", "zsh", "fish"];

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    let script = match args.first().map(String::as_str) {
        Some("bash") => bash(),
        Some("zsh") => format!("#compdef chartlens\nautoload -U +X bashcompinit && bashcompinit\n{}", bash()),
        Some("fish") => fish(),
        _ => {
            let _ = writeln!(env.stderr, "Error: expected one of {}\n\nUsage:  {}", SHELLS.join(", "), COMMAND.usage);
            return USAGE;
        }
    };
    let _ = env.stdout.write_all(script.as_bytes());
    0
}

fn flags(command: &Command) -> impl Iterator<Item = &'static crate::flags::Flag> {
    command.flags.iter().flat_map(|(_, flags)| flags.iter())
}

/// What may follow a verb, where that is no path.
fn arguments(command: &Command) -> Option<Vec<&'static str>> {
    match command.name {
        "explain" => {
            let codes = chartlens::codes::all().into_iter().map(|code| code.code);
            Some(codes.chain(chartlens::functions::all().flat_map(|function| function.names.iter().copied())).collect())
        }
        "completion" => Some(SHELLS.to_vec()),
        "rules" | "version" | "config" | "lsp" | "repo list" | "registry login" | "registry logout" => Some(Vec::new()),
        _ => None,
    }
}

/// The first words of all verbs.
fn first_words() -> Vec<&'static str> {
    let mut words: Vec<&str> = COMMANDS.iter().filter_map(|command| command.name.split(' ').next()).collect();
    words.dedup();
    words
}

/// The words that verbs of two words begin with, and those that may follow each.
fn inner_verbs() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (group, inner) in COMMANDS.iter().filter_map(|command| command.name.split_once(' ')) {
        match groups.last_mut().filter(|(last, _)| *last == group) {
            Some((_, all)) => all.push(inner),
            None => groups.push((group, vec![inner])),
        }
    }
    groups
}

fn bash() -> String {
    let (mut values, mut cases, mut groups) = (String::new(), String::new(), String::new());
    for (group, inner) in inner_verbs() {
        groups.push_str(&format!("    {group}) inner=\"{}\" ;;\n", inner.join(" ")));
    }
    for command in COMMANDS {
        for flag in flags(command) {
            if let Some(choices) = flag.choices {
                let (verb, name, words) = (command.name, flag.name, choices().join(" "));
                values.push_str(&format!("    '{verb} --{name}') words=\"{words}\" ;;\n"));
            }
        }
        let names: Vec<String> = flags(command).map(|f| format!("--{}", f.name)).collect();
        let files = match arguments(command) {
            Some(words) => format!(" words=\"{}\"", words.join(" ")),
            None => " files=1".to_owned(),
        };
        cases.push_str(&format!("    '{}') flags=\"{} --help\"{files} ;;\n", command.name, names.join(" ")));
    }
    BASH.replace("VERBS", &first_words().join(" "))
        .replace("GROUPS\n", &groups)
        .replace("VALUES\n", &values)
        .replace("CASES\n", &cases)
}

/// `--flag=value` is three words to bash.
const BASH: &str = r#"_chartlens() {
  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" verb="${COMP_WORDS[1]}" words= flags= files= inner=
  if [ "$word" = = ]; then word=; elif [ "$before" = = ]; then before="${COMP_WORDS[COMP_CWORD-2]}"; fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "VERBS help" -- "$word"))
    return
  fi
  case "$verb" in
GROUPS
  esac
  if [ -n "$inner" ]; then
    if [ "$COMP_CWORD" -eq 2 ]; then
      COMPREPLY=($(compgen -W "$inner" -- "$word"))
      return
    fi
    verb="$verb ${COMP_WORDS[2]}"
  fi
  case "$verb $before" in
VALUES
  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    return
  fi
  case "$verb" in
    help) words="VERBS" ;;
CASES
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) case "$before" in -*) files=1 ;; esac
       if [ -n "$files" ]; then COMPREPLY=($(compgen -f -- "$word")); else COMPREPLY=($(compgen -W "$words" -- "$word")); fi ;;
  esac
}
complete -o filenames -F _chartlens chartlens
"#;

fn fish() -> String {
    let quote = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let mut out = String::new();
    let line = |out: &mut String, text: String| out.push_str(&format!("complete -c chartlens {text}\n"));
    for code in chartlens::codes::all() {
        let about = quote(&code.summary);
        line(&mut out, format!("-f -n '__fish_seen_subcommand_from explain' -a {} -d '{about}'", code.code));
    }
    for (group, inner) in inner_verbs() {
        line(&mut out, format!("-f -n __fish_use_subcommand -a {group} -d '{}'", inner.join(", ")));
    }
    for command in COMMANDS {
        let about = quote(command.summary);
        let verb = match command.name.split_once(' ') {
            Some((group, inner)) => {
                let within =
                    format!("__fish_seen_subcommand_from {group}; and not __fish_seen_subcommand_from {inner}");
                line(&mut out, format!("-f -n '{within}' -a {inner} -d '{about}'"));
                &format!("{group}; and __fish_seen_subcommand_from {inner}")
            }
            None => {
                line(&mut out, format!("-n __fish_use_subcommand -a {} -d '{about}'", command.name));
                command.name
            }
        };
        if let Some(words) = arguments(command).filter(|_| command.name != "explain") {
            line(&mut out, format!("-f -n '__fish_seen_subcommand_from {verb}' -a '{}'", words.join(" ")));
        }
        for flag in flags(command) {
            let short = flag.short.map(|c| format!(" -s {c}")).unwrap_or_default();
            let takes = match (flag.takes, flag.choices) {
                (crate::flags::Takes::Switch, _) => String::new(),
                (_, Some(choices)) => format!(" -x -a '{}'", choices().join(" ")),
                (_, None) => " -r".to_owned(),
            };
            let about = quote(flag.help);
            line(
                &mut out,
                format!("-n '__fish_seen_subcommand_from {verb}' -l {}{short}{takes} -d '{about}'", flag.name),
            );
        }
    }
    out
}
