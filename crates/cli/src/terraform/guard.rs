//! What the parser would take too long for is refused before: it compares every key of an object with all before it.

/// How many entries one pair of braces may hold.
const MAX_ENTRIES: usize = 5000;

/// How many bytes a file may have.
pub const MAX_BYTES: usize = 16 << 20;

/// Where the scanner is.
enum Mode<'t> {
    /// Among expressions: how many entries there are between these braces.
    Code(usize),
    /// In a text in quotation marks.
    Quoted,
    /// In a heredoc that ends with this word.
    Heredoc(&'t str),
}

/// Whether a text is fit to be parsed. The error says what is too much, and in which line.
pub fn check(text: &str) -> Result<(), String> {
    if text.len() > MAX_BYTES {
        return Err(format!("limit reached: more than {} MB of Terraform in one file (limit `file`)", MAX_BYTES >> 20));
    }
    let bytes = text.as_bytes();
    let mut modes = vec![Mode::Code(0)];
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let (mut step, is_inside) = (1, modes.len() > 1);
        match modes.last_mut() {
            Some(Mode::Code(entries)) => match byte {
                b'#' => step = line(rest),
                b'/' if rest.starts_with(b"//") => step = line(rest),
                b'/' if rest.starts_with(b"/*") => {
                    step = memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2);
                }
                b'"' => modes.push(Mode::Quoted),
                b'<' if rest.starts_with(b"<<") => {
                    step = line(rest);
                    let word = text.get(at + 2..at + step).unwrap_or_default().trim_start_matches('-').trim();
                    modes.push(Mode::Heredoc(word));
                }
                b'{' => modes.push(Mode::Code(0)),
                b'}' if is_inside => _ = modes.pop(),
                b'=' | b':' => {
                    *entries += 1;
                    if *entries > MAX_ENTRIES && is_inside {
                        let line = bytes.get(..at).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
                        return Err(format!(
                            "line {}: limit reached: more than {MAX_ENTRIES} entries in one object (limit `entries`)",
                            line + 1
                        ));
                    }
                }
                _ => {}
            },
            // What is inserted into a text is an expression, unless the sign stands there twice.
            Some(Mode::Quoted | Mode::Heredoc(_)) if matches!(byte, b'$' | b'%') && rest.get(1) == Some(&b'{') => {
                let escaped = at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&byte);
                step = 2;
                if !escaped {
                    modes.push(Mode::Code(0));
                }
            }
            Some(Mode::Quoted) => match byte {
                b'\\' => step = 2,
                b'"' => _ = modes.pop(),
                _ => {}
            },
            Some(Mode::Heredoc(word)) if byte == b'\n' => {
                let next = rest.get(1..).unwrap_or_default();
                let line = next.get(..line(next)).unwrap_or_default().trim_ascii();
                if line == word.as_bytes() {
                    modes.pop();
                }
            }
            Some(Mode::Heredoc(_)) => {}
            None => break,
        }
        at += step;
    }
    Ok(())
}

/// How many bytes there are to the end of the line.
fn line(rest: &[u8]) -> usize {
    memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_objects_with_very_many_entries_are_refused() {
        let many = |n: usize| (0..n).map(|i| format!("a{i} = 1\n")).collect::<String>();
        assert_eq!(check(&many(9000)), Ok(()), "attributes of a file are not in an object");
        assert_eq!(check(&format!("a = {{\n{}}}\n", many(4000))), Ok(()));
        let refused = check(&format!("a = {{\n{}}}\n", many(6000))).unwrap_err();
        assert!(refused.starts_with("line 5002: limit reached"), "{refused}");
        let text = format!(
            "a = {{\n b = <<-EOT\n{}EOT\n c = \"{}\" # {}\n}}\n",
            many(6000),
            "= ".repeat(6000),
            "= ".repeat(6000)
        );
        assert_eq!(check(&text), Ok(()), "texts and comments do not count");
        let inside = format!("a = \"${{{{ {} }}}}\"\n", many(6000));
        assert!(check(&inside).is_err(), "expressions in texts do");
        for odd in ["\"", "<<", "<<X\n", "}", "\"${", "/*", "\\", "é = {\"é\" = \"é${é}\"}"] {
            assert_eq!(check(odd), Ok(()), "{odd}");
        }
    }
}
