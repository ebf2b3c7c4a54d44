//! Tables in HTML: what stands in the body of a page.

use super::{Look, Style};
use crate::parameters::Parameters;

/// The sections with their tables.
pub fn html(parameters: &Parameters, look: &Look<'_>) -> String {
    let mut out = String::new();
    let alone = parameters.sections.iter().all(|section| section.name.is_empty());
    for section in parameters.sections.iter() {
        if !alone {
            let name = if section.name.is_empty() { look.style.others() } else { &section.name };
            out.push_str(&format!("<h3>{}</h3>\n", escaped(name)));
        }
        if !section.description.is_empty() {
            out.push_str(&format!("<p>{}</p>\n", escaped(&section.description)));
        }
        if section.parameters.is_empty() {
            continue;
        }
        let head: String = look.columns().iter().map(|name| format!("<th>{name}</th>")).collect();
        out.push_str(&format!("<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n"));
        for parameter in &section.parameters {
            let (value, is_code) = look.value(&parameter.shown);
            let value = if is_code { code(&value) } else { escaped(&value) };
            let (name, description) = (code(&parameter.name), escaped(&parameter.description));
            let typed = || escaped(&look.type_of(parameter));
            let cells = match (look.style, look.types) {
                (Style::Bitnami, None) => vec![name, description, value],
                (Style::Bitnami, Some(_)) => vec![name, description, typed(), value],
                (Style::HelmDocs, _) => vec![name, typed(), value, description],
            };
            let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
            out.push_str(&format!("<tr>{cells}</tr>\n"));
        }
        out.push_str("</tbody>\n</table>\n");
    }
    out
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.trim_end_matches('\n').replace('\n', "<br>")
}
