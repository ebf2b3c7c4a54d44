//! Texts with one token changed.

use super::rng::Rng;

/// Tokens that may stand in a template for another.
const CODE: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    "(",
    ")",
    "|",
    ".",
    "$",
    ":=",
    "=",
    "if",
    "else",
    "end",
    "range",
    "with",
    "define",
    "include",
    "nil",
    "true",
    "0",
    "1",
    "-1",
    "1.5",
    "\"\"",
    "\"x\"",
    "`",
    "\"",
    "'",
    ",",
    "not",
    "and",
    "or",
    "eq",
    "default",
    "toYaml",
    "quote",
    "len",
    "index",
    "list",
    "dict",
    "tpl",
    "required",
    "break",
    "continue",
    "$x",
    "$.",
    ".Values",
    ".Release.Name",
    "/*",
    "*/",
    "-",
    "\n",
    "\\",
    "template",
    "block",
    "int",
    "upper",
    "keys",
    "first",
];

/// Tokens that may stand in YAML for another.
const DATA: &[&str] = &[
    ":",
    "- ",
    "-",
    "\n",
    "  ",
    " ",
    "\t",
    "|",
    ">",
    "&a",
    "*a",
    "<<:",
    "{",
    "}",
    "[",
    "]",
    ",",
    "#",
    "'",
    "\"",
    "!!str",
    "!!int",
    "!",
    "?",
    "---",
    "...",
    "%",
    "@",
    "~",
    "null",
    "true",
    "yes",
    "1",
    "0x1",
    "1e3",
    "-1",
    "x",
    "|-",
    ">+",
    "|2",
    "\\",
    "=",
    ".inf",
    "012",
    "1_0",
    "2001-01-01",
    "\u{feff}",
    "\u{85}",
    "\r\n",
    "é",
];

/// Tokens that may stand in JSON for another.
const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1e3",
    "\"x\"",
    "\"string\"",
    "\"object\"",
    "\"array\"",
    "[]",
    "{}",
    "\"$ref\"",
    "\"#\"",
    "\"type\"",
    "\"required\"",
    "\"properties\"",
    "\"items\"",
    "\"enum\"",
    "\"const\"",
    "\"pattern\"",
    "\"format\"",
    "\"minimum\"",
    "\"anyOf\"",
    "\"not\"",
    "\"if\"",
];

/// A template with one token changed, mostly one inside an action.
pub fn template(rng: &mut Rng, text: &str) -> String {
    let tokens = tokens(text);
    let mut inside = false;
    let code: Vec<usize> = (0..tokens.len())
        .filter(|&i| {
            inside = (inside || tokens[i].starts_with("{{")) && !(i > 0 && tokens[i - 1].ends_with("}}"));
            inside && !tokens[i].trim().is_empty()
        })
        .collect();
    match code.is_empty() || rng.one_in(8) {
        true => change(rng, &tokens, None, CODE),
        false => {
            let at = *rng.pick(&code);
            change(rng, &tokens, Some(at), CODE)
        }
    }
}

/// YAML with one token changed.
pub fn yaml(rng: &mut Rng, text: &str) -> String {
    change(rng, &tokens(text), None, DATA)
}

/// JSON with one token changed.
pub fn json(rng: &mut Rng, text: &str) -> String {
    change(rng, &tokens(text), None, JSON)
}

fn change(rng: &mut Rng, tokens: &[&str], at: Option<usize>, others: &[&'static str]) -> String {
    let at = at.unwrap_or_else(|| rng.below(tokens.len()));
    let mut out: Vec<&str> = tokens.to_vec();
    match rng.below(8) {
        _ if tokens.is_empty() => return rng.word(others).to_owned(),
        0 => drop(out.remove(at)),
        1 => out.insert(at, tokens[at]),
        2 if at + 1 < out.len() => out.swap(at, at + 1),
        3 => out[at] = tokens[rng.below(tokens.len())],
        4 => out.insert(at, rng.word(others)),
        5 if rng.one_in(4) => out.truncate(at),
        _ => out[at] = rng.word(others),
    }
    out.concat()
}

/// Words, runs of blanks, the delimiters of actions, and single signs.
fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let length = match first {
            '{' if rest.starts_with("{{-") => 3,
            '-' if rest.starts_with("-}}") => 3,
            '{' if rest.starts_with("{{") => 2,
            '}' if rest.starts_with("}}") => 2,
            ':' if rest.starts_with(":=") => 2,
            ' ' => run(|c| c == ' '),
            c if c.is_alphanumeric() || c == '_' => run(|c| c.is_alphanumeric() || c == '_'),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        out.push(token);
        rest = after;
    }
    out
}
