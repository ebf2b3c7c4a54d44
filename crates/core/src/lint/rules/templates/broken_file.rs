//! `templates/broken-file`: a file in a ConfigMap or a Secret that is not what its name says.

use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// The API server looks into no file: the program that reads it fails when it starts. Files that are templates themselves, with `{{`
    /// or `{%` in them, are left alone.
    BROKEN_FILE = "templates/broken-file", Warning, "a file in a ConfigMap or a Secret that is not what its name says";
    help "look at the indentation and the quotation marks of the line";
    profiles [Default];
    aliases [];
    Object check;
    bad manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a.yaml: |\n    b: c: d\n";
    good manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a.yaml: |\n    b: c\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let field = match () {
        () if object.is("", "ConfigMap") => "data",
        () if object.is("", "Secret") => "stringData",
        () => return,
    };
    for (key, file) in object.node.map(field) {
        let Some(text) = file.as_str().filter(|text| !text.contains("{{") && !text.contains("{%")) else { continue };
        let broken = match key.rsplit('.').next() {
            Some("yaml" | "yml") => yaml(text),
            Some("json") => json(text),
            _ => None,
        };
        if let Some((line, reason)) = broken {
            let range = lint.line_of(file, line).unwrap_or_else(|| file.range());
            lint.at_range(file, range, Fact::Remark { says: format!("the file `{key}` cannot be read: {reason}") });
        }
    }
}

/// The line that is wrong in a text that is no YAML, from 0, and what the parser says.
fn yaml(text: &str) -> Option<(usize, String)> {
    let mut error = None;
    crate::yaml::each_document(text.as_bytes(), |document| error = error.take().or(document.err()));
    let error = error?;
    let guess = crate::yaml::culprit(text.as_bytes(), error.offset as usize);
    let before = text.as_bytes().get(..guess.range.start)?;
    Some((memchr::memchr_iter(b'\n', before).count(), error.message))
}

fn json(text: &str) -> Option<(usize, String)> {
    if text.trim().is_empty() {
        return None;
    }
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    Some((error.line().saturating_sub(1), error.to_string()))
}
