//! Go's `path/filepath.Match` and the globs of `.Files.Glob`.

/// Go's `filepath.Match`. `None` is its `ErrBadPattern`.
pub fn path_match(pattern: &str, name: &str) -> Option<bool> {
    // Most patterns are a name, or a star and an extension.
    let literal = pattern.strip_prefix('*').unwrap_or(pattern);
    if !literal.is_empty() && !literal.contains(['*', '?', '[', '\\']) {
        let before = name.strip_suffix(literal);
        let is_star = literal.len() < pattern.len();
        return Some(before.is_some_and(|before| if is_star { !before.contains('/') } else { before.is_empty() }));
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let mut pattern = pattern.as_slice();
    let mut name = name.as_slice();
    'pattern: while !pattern.is_empty() {
        let (star, chunk, rest) = scan_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            // A trailing star takes everything up to a slash.
            return Some(!name.contains(&'/'));
        }
        let (tail, ok) = match_chunk(chunk, name)?;
        // If this is the last chunk, the name must be used up.
        if ok && (tail.is_empty() || !pattern.is_empty()) {
            name = tail;
            continue;
        }
        if star {
            let mut i = 0;
            while i < name.len() && name.get(i) != Some(&'/') {
                let (tail, ok) = match_chunk(chunk, name.get(i + 1..).unwrap_or_default())?;
                if ok && (!pattern.is_empty() || tail.is_empty()) {
                    name = tail;
                    continue 'pattern;
                }
                i += 1;
            }
        }
        // Check the rest of the pattern for syntax errors.
        while !pattern.is_empty() {
            let (_, chunk, rest) = scan_chunk(pattern);
            pattern = rest;
            match_chunk(chunk, &[])?;
        }
        return Some(false);
    }
    Some(name.is_empty())
}

/// The next part of a pattern without stars; whether a star stands before it.
fn scan_chunk(mut pattern: &[char]) -> (bool, &[char], &[char]) {
    let mut star = false;
    while let [first, rest @ ..] = pattern
        && *first == '*'
    {
        pattern = rest;
        star = true;
    }
    let mut in_range = false;
    let mut i = 0;
    while let Some(c) = pattern.get(i) {
        match c {
            '\\' if i + 1 < pattern.len() => i += 1,
            '[' => in_range = true,
            ']' => in_range = false,
            '*' if !in_range => break,
            _ => {}
        }
        i += 1;
    }
    let (chunk, rest) = pattern.split_at(i.min(pattern.len()));
    (star, chunk, rest)
}

/// Whether `chunk` matches the start of `name`, and what is left of it. `None` is a bad pattern.
fn match_chunk<'n>(mut chunk: &[char], mut name: &'n [char]) -> Option<(&'n [char], bool)> {
    // After a failure the rest of the chunk is only checked.
    let mut failed = false;
    while let [first, after @ ..] = chunk {
        failed |= name.is_empty();
        let current = name.first().copied();
        match first {
            '[' => {
                let mut rest = after;
                if !failed {
                    name = name.get(1..).unwrap_or_default();
                }
                let negated = rest.first() == Some(&'^');
                if negated {
                    rest = rest.get(1..)?;
                }
                let mut matched = false;
                let mut ranges = 0;
                loop {
                    if rest.first() == Some(&']') && ranges > 0 {
                        rest = rest.get(1..)?;
                        break;
                    }
                    let (low, tail) = escaped(rest)?;
                    rest = tail;
                    let mut high = low;
                    if rest.first() == Some(&'-') {
                        let (c, tail) = escaped(rest.get(1..)?)?;
                        high = c;
                        rest = tail;
                    }
                    ranges += 1;
                    matched |= current.is_some_and(|c| low <= c && c <= high);
                }
                failed |= matched == negated;
                chunk = rest;
                continue;
            }
            '?' => {
                if !failed {
                    failed = current == Some('/');
                    name = name.get(1..).unwrap_or_default();
                }
                chunk = after;
            }
            _ => {
                let (literal, tail) = match first {
                    '\\' => {
                        let [literal, tail @ ..] = after else { return None };
                        (literal, tail)
                    }
                    literal => (literal, after),
                };
                if !failed {
                    failed = current != Some(*literal);
                    name = name.get(1..).unwrap_or_default();
                }
                chunk = tail;
            }
        }
    }
    Some(if failed { (&[], false) } else { (name, true) })
}

/// A possibly escaped character of a class.
fn escaped(chunk: &[char]) -> Option<(char, &[char])> {
    let (c, rest) = match chunk {
        [] | ['-' | ']', ..] => return None,
        ['\\', c, rest @ ..] => (c, rest),
        ['\\'] => return None,
        [c, rest @ ..] => (c, rest),
    };
    // A class may not end here.
    if rest.is_empty() { None } else { Some((*c, rest)) }
}

/// A glob of `.Files.Glob`: the syntax of the Go library gobwas/glob with `/` as separator.
///
/// `*` and `?` stop at slashes, `**` does not; `[a-z]`, `[!abc]`, `{a,b}` and `\` work as usual.
#[derive(Clone, Debug)]
pub struct Glob {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Char(char),
    Any,
    Star,
    DoubleStar,
    Class { negated: bool, ranges: Vec<(char, char)> },
    OneOf(Vec<Vec<Part>>),
}

impl Glob {
    /// Compiles a pattern. Helm takes `**` where the library reports an error.
    pub fn new(pattern: &str) -> Glob {
        let chars: Vec<char> = pattern.chars().collect();
        let mut at = 0;
        match parse_parts(&chars, &mut at, false) {
            // The library takes this character for bytes that are no UTF-8.
            Ok(parts) if !chars.contains(&char::REPLACEMENT_CHARACTER) => Glob { parts },
            _ => Glob { parts: vec![Part::DoubleStar] },
        }
    }

    /// Whether the whole of `path` matches.
    pub fn matches(&self, path: &str) -> bool {
        let text: Vec<char> = path.chars().collect();
        let mut steps = 0;
        matches_parts(&[&self.parts], &text, &mut steps)
    }
}

/// Work one match may take; patterns such as `*a*a*a*b` could take exponential time.
const MAX_STEPS: u32 = 1_000_000;

fn parse_parts(chars: &[char], at: &mut usize, nested: bool) -> Result<Vec<Part>, ()> {
    let mut parts = Vec::new();
    while let Some(&c) = chars.get(*at) {
        *at += 1;
        match c {
            '\\' => {
                let Some(&literal) = chars.get(*at) else { return Err(()) };
                *at += 1;
                parts.push(Part::Char(literal));
            }
            '?' => parts.push(Part::Any),
            '*' if chars.get(*at) == Some(&'*') => {
                *at += 1;
                parts.push(Part::DoubleStar);
            }
            '*' => parts.push(Part::Star),
            '[' => parts.push(parse_class(chars, at)?),
            '{' => {
                let mut options = Vec::new();
                loop {
                    options.push(parse_parts(chars, at, true)?);
                    match chars.get(*at) {
                        Some(',') => *at += 1,
                        Some('}') => {
                            *at += 1;
                            break;
                        }
                        // The library matches nothing where a brace is left open.
                        _ => return Ok(vec![Part::OneOf(Vec::new())]),
                    }
                }
                parts.push(Part::OneOf(options));
            }
            ',' | '}' if nested => {
                *at -= 1;
                return Ok(parts);
            }
            literal => parts.push(Part::Char(literal)),
        }
    }
    Ok(parts)
}

fn parse_class(chars: &[char], at: &mut usize) -> Result<Part, ()> {
    let negated = chars.get(*at) == Some(&'!');
    *at += usize::from(negated);
    let mut ranges = Vec::new();
    loop {
        let mut c = *chars.get(*at).ok_or(())?;
        *at += 1;
        if c == ']' {
            break;
        }
        if c == '\\' {
            c = *chars.get(*at).ok_or(())?;
            *at += 1;
        }
        let mut high = c;
        if chars.get(*at) == Some(&'-') && chars.get(*at + 1).is_some_and(|c| *c != ']') {
            high = *chars.get(*at + 1).ok_or(())?;
            *at += 2;
        }
        ranges.push((c, high));
    }
    if ranges.is_empty() { Err(()) } else { Ok(Part::Class { negated, ranges }) }
}

/// Matches the concatenation of `stack`, the innermost list last.
fn matches_parts(stack: &[&[Part]], text: &[char], steps: &mut u32) -> bool {
    *steps += 1;
    if *steps > MAX_STEPS {
        return false;
    }
    let Some((parts, outer)) = stack.split_last() else { return text.is_empty() };
    let Some((part, rest)) = parts.split_first() else { return matches_parts(outer, text, steps) };
    let mut with_rest: Vec<&[Part]> = outer.to_vec();
    with_rest.push(rest);
    let one = |text: &[char], ok: bool, steps: &mut u32| {
        ok && matches_parts(&with_rest, text.get(1..).unwrap_or_default(), steps)
    };
    match part {
        Part::Char(c) => one(text, text.first() == Some(c), steps),
        Part::Any => one(text, text.first().is_some_and(|c| *c != '/'), steps),
        Part::Class { negated, ranges } => {
            let inside = text.first().map(|c| ranges.iter().any(|(low, high)| low <= c && c <= high));
            one(text, inside.is_some_and(|inside| inside != *negated), steps)
        }
        Part::Star | Part::DoubleStar => {
            let limit = match part {
                Part::Star => text.iter().position(|c| *c == '/').unwrap_or(text.len()),
                _ => text.len(),
            };
            (0..=limit).any(|n| matches_parts(&with_rest, text.get(n..).unwrap_or_default(), steps))
        }
        Part::OneOf(options) => options.iter().any(|option| {
            let mut stack = with_rest.clone();
            stack.push(option);
            matches_parts(&stack, text, steps)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_match_follows_go() {
        for (pattern, name, expected) in [
            ("abc", "abc", Some(true)),
            ("*", "abc", Some(true)),
            ("*c", "abc", Some(true)),
            ("*c", "a/bc", Some(false)),
            ("bc", "abc", Some(false)),
            ("a*", "ab/c", Some(false)),
            ("a*/b", "a/c/b", Some(false)),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", Some(true)),
            ("ab[c]", "abc", Some(true)),
            ("ab[^c]", "abc", Some(false)),
            ("ab[e-g]", "abc", Some(false)),
            ("a\\*b", "a*b", Some(true)),
            ("[]a]", "]", None),
            ("[-]", "-", None),
            ("[", "a", None),
            ("a[", "ab", None),
            ("a???b", "aαbcb", Some(true)),
            ("templates/.?*", "templates/.x", Some(true)),
        ] {
            assert_eq!(path_match(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn globs_follow_gobwas() {
        let matches = |pattern: &str, path: &str| Glob::new(pattern).matches(path);
        assert!(matches("conf/*", "conf/a.yaml"));
        assert!(!matches("conf/*", "conf/sub/a.yaml"));
        assert!(matches("conf/**", "conf/sub/a.yaml"));
        assert!(matches("**.{yaml,yml}", "a/b.yml"));
        assert!(matches("[!a].txt", "b.txt"));
        assert!(matches("[", "anything/at/all"));
        assert!(!matches("{a", "a"));
    }
}
