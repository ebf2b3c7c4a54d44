//! Tables in Markdown.

use super::{Look, Style};
use crate::parameters::{Parameter, Parameters, Section};

/// The sections with their tables; `level` is how many `#` their headings have.
pub fn markdown(parameters: &Parameters, look: &Look<'_>, level: usize) -> String {
    let mut out = String::new();
    let alone = parameters.sections.iter().all(|section| section.name.is_empty());
    for section in &parameters.sections {
        if !out.is_empty() {
            out.push('\n');
        }
        if !alone {
            let name = if section.name.is_empty() { look.style.others() } else { &section.name };
            out.push_str(&format!("{} {name}\n\n", "#".repeat(level)));
        }
        if !section.description.is_empty() {
            out.push_str(&format!("{}\n\n", section.description));
        }
        out.push_str(&table(section, look));
    }
    out
}

fn table(section: &Section, look: &Look<'_>) -> String {
    if section.parameters.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = section.parameters.iter().map(|parameter| row(parameter, look)).collect();
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = look.columns().iter().map(|name| (*name).to_owned()).collect();
    if look.style == Style::HelmDocs {
        let rule: Vec<String> = head.iter().map(|name| "-".repeat(name.len() + 2)).collect();
        return line(&head)
            + &format!("|{}|\n", rule.join("|"))
            + &rows.iter().map(|row| line(row)).collect::<String>();
    }
    let wide = |cell: &String| cell.encode_utf16().count();
    let width =
        |at: usize| rows.iter().chain([&head]).filter_map(|row| row.get(at)).map(wide).max().unwrap_or(3).max(3);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let padded = |cells: &Vec<String>| {
        let pad = |(cell, width): (&String, &usize)| format!("{cell}{}", " ".repeat(width - wide(cell)));
        line(&cells.iter().zip(&widths).map(pad).collect::<Vec<_>>())
    };
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect();
    [&head, &rule].into_iter().chain(&rows).map(padded).collect()
}

fn row(parameter: &Parameter, look: &Look<'_>) -> Vec<String> {
    let (value, is_code) = look.value(&parameter.shown);
    let value = if is_code { code(&value) } else { cell(&value) };
    let description = cell(&parameter.description);
    let typed = || cell(&look.type_of(parameter));
    match (look.style, look.types) {
        (Style::Bitnami, None) => vec![code(&parameter.name), description, value],
        (Style::Bitnami, Some(_)) => vec![code(&parameter.name), description, typed(), value],
        (Style::HelmDocs, _) => vec![cell(&parameter.name), typed(), value, description],
    }
}

/// A text that stays in its cell: no line breaks, and bars that do not end it.
fn cell(text: &str) -> String {
    bars(&text.replace('\n', "<br>"))
}

/// Code in a cell.
fn code(text: &str) -> String {
    let text = bars(&text.trim_end_matches('\n').replace('\n', "\\n"));
    // Code with a backtick in it stands between two.
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

fn bars(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        if c == '|' && !escaped {
            out.push('\\');
        }
        out.push(c);
        escaped = c == '\\' && !escaped;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_what_is_in_them() {
        assert_eq!(cell("a|b\\|c\nd"), "a\\|b\\|c<br>d");
        assert_eq!((code("a\nb\n").as_str(), code("a`b").as_str()), ("`a\\nb`", "`` a`b ``"));
    }
}
