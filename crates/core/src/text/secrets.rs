//! Secrets in texts: what CI logs should not show.

/// Words in the names of values that should not be shown, by their first two letters: most names have none of these.
fn words(first: u8, second: u8) -> &'static [&'static str] {
    match &[first.to_ascii_lowercase(), second.to_ascii_lowercase()] {
        b"pa" => &["password", "passwd"],
        b"pr" => &["private"],
        b"to" => &["token"],
        b"se" => &["secret"],
        b"ap" => &["apikey", "api_key"],
        b"cr" => &["credential"],
        _ => &[],
    }
}

/// What stands in the place of a secret.
pub const MASK: &str = "********";

/// Ends of names that say where a secret is, or how it is dealt with: `secretName`, `tokenExpirationSeconds`.
const ABOUT: &[&str] = &["name", "ref", "path", "file", "seconds", "enabled", "length"];

/// Beginnings of such names: `existingSecret`, `imagePullSecrets`, `automountServiceAccountToken`.
const OF: &[&str] = &["existing", "imagepull", "automount"];

/// Whether the name of a value, a path or a pointer to it says that it is a secret.
pub fn is_secret(name: &str) -> bool {
    // Most names are of nothing secret, and need no other case to say so.
    if name.is_ascii() && !holds(name) {
        return false;
    }
    let lower = name.to_lowercase();
    if !holds(&lower) {
        return false;
    }
    let last = lower.trim_end_matches(['"', '\'', ']']).rsplit(['.', '/', '[']).next().unwrap_or(&lower);
    let is_about = ABOUT.iter().any(|end| last.ends_with(end)) || OF.iter().any(|start| last.starts_with(start));
    !holds(last) || !is_about
}

/// Whether one of the words is in a text, in letters of either case.
fn holds(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().zip(bytes.iter().skip(1)).enumerate().any(|(at, (first, second))| {
        let starts = |word: &&str| {
            let start = bytes.get(at..at + word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
        };
        words(*first, *second).iter().any(starts)
    })
}

/// A text in YAML or a template of it, with the values of keys that look secret masked: in blocks and in braces, on the
/// line and as block scalars. It keeps as many characters as it had, so that columns stay.
pub fn mask_secrets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Lines that are indented deeper belong to a block scalar that is a secret.
    let mut hidden_below = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '-']);
        let indent = line.len() - content.len();
        match hidden_below {
            Some(above) if indent > above || content.trim().is_empty() => out.extend(line.chars().map(star)),
            _ => hidden_below = mask_line(line, &mut out).then_some(indent),
        }
    }
    out
}

/// An argument of `--set` and its kin with what is set to a key that looks secret masked, and all behind it: what is
/// meant by a comma there is not known.
pub fn mask_argument(text: &str) -> String {
    let mut key_start = 0;
    for (at, character) in text.char_indices() {
        match character {
            ',' => key_start = at + 1,
            '=' if is_secret(text.get(key_start..at).unwrap_or_default()) => {
                let (shown, secret) = text.split_at(at + 1);
                return shown.chars().chain(secret.chars().map(star)).collect();
            }
            _ => {}
        }
    }
    mask_secrets(text)
}

fn star(c: char) -> char {
    if c.is_whitespace() { c } else { '*' }
}

/// Masks a line. Whether a block scalar starts there that is a secret.
fn mask_line(line: &str, out: &mut String) -> bool {
    let mut rest = line;
    let mut braces = 0_usize;
    while let Some(colon) = next_colon(rest) {
        let (key, value) = rest.split_at(colon);
        braces += key.matches('{').count();
        braces = braces.saturating_sub(key.matches('}').count());
        let name = key.rsplit([' ', ',', '{', '[', '\t']).next().unwrap_or(key);
        let start = 1 + value.get(1..).map_or(0, |text| text.len() - text.trim_start_matches([' ', '\t']).len());
        let (gap, value) = value.split_at(start.min(value.len()));
        out.push_str(key);
        out.push_str(gap);
        rest = value;
        let written = value.trim_end();
        // An action has no secret in it, and what is in a collection has keys of its own.
        if !is_secret(name) || written.is_empty() || written.contains("{{") || written.starts_with(['{', '[']) {
            continue;
        }
        if written.starts_with(['|', '>']) {
            out.push_str(value);
            return true;
        }
        let end = if braces > 0 { end_in_braces(written) } else { written.len() };
        let (secret, after) = value.split_at(end);
        out.extend(secret.chars().map(star));
        rest = after;
    }
    out.push_str(rest);
    false
}

/// The next colon that ends a key.
fn next_colon(text: &str) -> Option<usize> {
    text.match_indices(':').map(|(at, _)| at).find(|at| {
        let next = text.as_bytes().get(at + 1);
        next.is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\''))
    })
}

/// Where a scalar in braces ends: at a comma or bracket outside of its quotes.
fn end_in_braces(value: &str) -> usize {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => value.char_indices().skip(1).find(|(_, c)| *c == quote).map_or(value.len(), |(at, _)| at + 1),
        None => value.find([',', '}', ']']).unwrap_or(value.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_secret_for_its_end_or_for_what_it_stands_in() {
        for (path, expected) in [
            ("auth.password", true),
            ("tls.secretName", false),
            ("secrets.a.name", true),
            ("/spec/imagePullSecrets", false),
            ("db[\"rootPassword\"]", true),
            ("image.tag", false),
        ] {
            assert_eq!(is_secret(path), expected, "{path}");
        }
    }

    #[test]
    fn secrets_in_arguments_are_masked() {
        for (text, shown) in [
            ("a=1,b.password=hunter2", "a=1,b.password=*******"),
            ("password=a,b=c", "password=*****"),
            ("a={x,y},b=c", "a={x,y},b=c"),
            ("db={\"password\": \"x\"}", "db={\"password\": ***}"),
        ] {
            assert_eq!(mask_argument(text), shown);
        }
    }

    #[test]
    fn secrets_are_masked_and_columns_stay() {
        for (text, shown) in [
            ("  adminPassword: hunter2\n", "  adminPassword: *******\n"),
            ("  password: {{ .Values.x }}\n", "  password: {{ .Values.x }}\n"),
            ("image: nginx\n", "image: nginx\n"),
            ("db: {password: hunter3, port: 5}\n", "db: {password: *******, port: 5}\n"),
            ("{\"token\":\"a, b\",\"n\":1}", "{\"token\":*** **,\"n\":1}"),
            ("- password: 'x: y' # why\n", "- password: *** ** * ***\n"),
            ("secret:\n  inner: x\n", "secret:\n  inner: x\n"),
            ("token: |\n  ab\n\n  cd e\nnext: x\n", "token: |\n  **\n\n  ** *\nnext: x\n"),
            ("credentials: {user: x}\n", "credentials: {user: x}\n"),
            ("secretName: a\nexistingSecret: b\n", "secretName: a\nexistingSecret: b\n"),
            ("passwordFile: /run/a\n", "passwordFile: /run/a\n"),
        ] {
            assert_eq!(mask_secrets(text), shown);
            assert_eq!(mask_secrets(text).chars().count(), text.chars().count());
        }
    }
}
