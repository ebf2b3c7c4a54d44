//! What YAML takes otherwise than people mean it, told from the line at fault.

/// What to do about a line of YAML that a parser refuses.
pub fn help(line: &str) -> Option<String> {
    let trimmed = line.trim();
    let value = value_of(trimmed);
    let first = value.chars().next();
    let quoted = |why: &str| Some(format!("{why}: quote the value"));
    if line.trim_start_matches(' ').starts_with('\t') {
        return Some("YAML is indented with spaces: replace the tab".to_owned());
    }
    if line.contains('\u{a0}') {
        return Some("there is a non-breaking space in the line: replace it with a plain one".to_owned());
    }
    match first {
        Some('@' | '`') => quoted(&format!("a text cannot begin with `{}`", first.unwrap_or_default())),
        Some('%') => quoted("a text cannot begin with `%`"),
        Some('*') => quoted("`*` begins a reference to an anchor"),
        Some('&') if value.trim_start_matches(|c: char| !c.is_whitespace()).trim().is_empty() => None,
        Some('&') => quoted("`&` begins an anchor"),
        Some('!') => quoted("`!` begins a tag"),
        Some('{') if value.starts_with("{{") => Some(
            "the braces of a template are left in the output: is the action written in a text that `tpl` should run?"
                .to_owned(),
        ),
        Some('"') => escape(value).or_else(|| after_quote(value, '"')),
        Some('\'') => after_quote(value, '\''),
        Some('|' | '>' | '[' | '{' | '#') | None => None,
        Some(_) if value.contains(": ") || value.ends_with(':') => {
            Some("a `: ` inside a text begins a map: quote the value".to_owned())
        }
        Some(_) => None,
    }
}

/// What stands behind the key and the dashes of a line.
fn value_of(line: &str) -> &str {
    let mut rest = line;
    while let Some(item) = rest.strip_prefix("- ") {
        rest = item.trim_start();
    }
    let key =
        rest.find(": ").filter(|at| !rest.starts_with(['"', '\'', '{', '[']) || rest.get(..*at).is_some_and(closes));
    key.and_then(|at| rest.get(at + 2..)).unwrap_or(rest).trim()
}

/// Whether a key in quotation marks ends where the text does.
fn closes(key: &str) -> bool {
    key.len() > 1 && (key.ends_with('"') || key.ends_with('\''))
}

/// A backslash that begins no escape of YAML.
fn escape(value: &str) -> Option<String> {
    let mut chars = value.chars().skip(1);
    while let Some(c) = chars.next() {
        if c == '"' {
            return None;
        }
        if c == '\\' {
            let next = chars.next()?;
            if !"0abtnvfre \"/\\N_LPxuU\t".contains(next) {
                return Some(format!(
                    "in double quotation marks a backslash begins an escape, and `\\{next}` is none: use single quotation marks, or write `\\\\{next}`"
                ));
            }
        }
    }
    None
}

/// Text behind the closing quotation mark.
fn after_quote(value: &str, mark: char) -> Option<String> {
    let inside = value.strip_prefix(mark)?;
    let end = inside.find(mark)?;
    let rest = inside.get(end + 1..)?.trim();
    (!rest.is_empty() && !rest.starts_with(['#', ',', ']', '}', ':', mark])).then(|| {
        format!(
            "the text ends with the second {mark}, and more follows: put the quotation marks around the whole value"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traps_are_told_from_the_line() {
        for (line, word) in [
            ("a: @x", "begin with `@`"),
            ("- `x`", "begin with ``"),
            ("a: %d", "begin with `%`"),
            ("a: *x y", "anchor"),
            ("a: &x y", "anchor"),
            ("\ta: 1", "tab"),
            ("a:\u{a0}b", "non-breaking"),
            ("a: \"\\d+\"", "escape"),
            ("a: \"x\" y", "second \""),
            ("image: nginx: latest", "begins a map"),
        ] {
            assert!(help(line).is_some_and(|help| help.contains(word)), "{line}: {:?}", help(line));
        }
        for line in ["a: b", "a: \"x\"", "a: |", "- b: c", "a: 'it''s'", "a: [b]", "a: http://x"] {
            assert_eq!(help(line), None, "{line}");
        }
    }
}
