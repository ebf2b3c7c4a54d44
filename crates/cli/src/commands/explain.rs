//! `chartlens explain`: what a code or a template function means.

use super::{Command, FAILED, USAGE};
use crate::environment::Environment;
use chartlens::codes::{self, Code};
use chartlens::diag::did_you_mean;
use chartlens::functions::{self, Function};

/// The verb.
pub static COMMAND: Command = Command {
    name: "explain",
    usage: "chartlens explain CODE|FUNCTION",
    summary: "Explain a code of a finding, or a function of templates",
    description: "Prints what a finding's code means, why it matters and what to do, with an example that has it and one\nthat has not; or what a function of templates does, with its parameters. Codes are found by their name alone\nand by the names that other tools have for them.",
    examples: &[
        ("chartlens explain schema/unknown-field", "a code"),
        ("chartlens explain duplicate-env-var", "the name that another tool has for it"),
        ("chartlens explain nindent", "a function"),
    ],
    flags: &[],
    run,
};

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    let [name] = args else {
        let _ = writeln!(env.stderr, "Error: expected one code or function\n\nUsage:  {}", COMMAND.usage);
        return USAGE;
    };
    let page = codes::find(name).map(|code| code.page()).or_else(|| function(name).map(function_page));
    match page {
        Some(page) => {
            let _ = env.stdout.write_all(page.as_bytes());
            0
        }
        None => {
            let _ = writeln!(env.stderr, "Error: there is no code or function {name:?}");
            if let Some(near) = nearest(name) {
                let _ = writeln!(env.stderr, "\nDid you mean `chartlens explain {near}`?");
            }
            let _ = writeln!(env.stderr, "Run 'chartlens rules' for all codes.");
            FAILED
        }
    }
}

fn function(name: &str) -> Option<&'static Function> {
    functions::all().find(|function| function.names.contains(&name))
}

fn nearest(name: &str) -> Option<String> {
    let codes: Vec<Code> = codes::all();
    let names = codes.iter().flat_map(|code| [code.code, code.name()]);
    let functions = functions::all().flat_map(|function| function.names.iter().copied());
    did_you_mean(name, names.chain(functions)).map(str::to_owned)
}

/// The page of a function, as Markdown.
fn function_page(function: &Function) -> String {
    let (first, others) = function.names.split_first().map(|(first, others)| (*first, others)).unwrap_or_default();
    let mut signature = first.to_owned();
    for (number, (name, ty)) in function.param_names.iter().zip(function.params).enumerate() {
        let many = if function.variadic && number + 1 == function.params.len() { "…" } else { "" };
        signature.push_str(&format!(" {name}{many}:{}", ty.name()));
    }
    let mut page = format!("## {first}\n\n    {signature}\n");
    if !others.is_empty() {
        page.push_str(&format!("\nAlso {}.\n", others.join(", ")));
    }
    let doc: Vec<&str> = function.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    page.push_str(&format!("\n{}\n", doc.join("\n").trim()));
    page
}
