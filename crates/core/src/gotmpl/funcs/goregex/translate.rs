//! Go's syntax read and written anew for Rust: `regexp/syntax/parse.go`.

use super::fault;
use regex::bytes::Regex;

/// Flags of a group: `i m s U`.
#[derive(Clone, Copy, Default)]
struct Flags {
    fold: bool,
    multi_line: bool,
    dot_newline: bool,
    ungreedy: bool,
}

impl Flags {
    /// All four as Rust writes them, without the parentheses.
    fn text(self) -> String {
        let all = [(self.fold, 'i'), (self.multi_line, 'm'), (self.dot_newline, 's'), (self.ungreedy, 'U')];
        let mut text: String = all.iter().filter(|(on, _)| *on).map(|(_, c)| c).collect();
        if all.iter().any(|(on, _)| !on) {
            text.push('-');
            text.extend(all.iter().filter(|(on, _)| !on).map(|(_, c)| c));
        }
        text
    }
}

/// An open group.
#[derive(Default)]
struct Group {
    /// Flags to go back to at its end.
    flags: Flags,
    /// There is something before this place that an operator can repeat.
    has_atom: bool,
    /// How often the last atom repeats its innermost part.
    last: u32,
    /// The most of all atoms so far.
    most: u32,
}

pub(super) struct Translator<'p> {
    whole: &'p str,
    rest: &'p str,
    /// The pattern for Rust.
    pub out: String,
    /// Names of the groups; the first is the whole match.
    pub names: Vec<String>,
    flags: Flags,
    groups: Vec<Group>,
}

impl<'p> Translator<'p> {
    pub fn new(whole: &'p str) -> Translator<'p> {
        Translator {
            whole,
            rest: whole,
            out: String::with_capacity(whole.len() * 2),
            names: vec![String::new()],
            flags: Flags::default(),
            groups: vec![Group::default()],
        }
    }

    /// The text from `start` up to where the reading stands.
    fn read_since(&self, start: &'p str) -> &'p str {
        start.get(..start.len() - self.rest.len()).unwrap_or(start)
    }

    fn bump(&mut self, n: usize) {
        self.rest = self.rest.get(n..).unwrap_or_default();
    }

    fn next_char(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.bump(c.len_utf8());
        Some(c)
    }

    fn atom(&mut self, weight: u32) {
        if let Some(group) = self.groups.last_mut() {
            group.most = group.most.max(group.last);
            group.last = weight;
            group.has_atom = true;
        }
    }

    fn literal(&mut self, c: u32) {
        push_char(&mut self.out, c);
        self.atom(1);
    }

    /// Go's `parse`.
    pub fn run(&mut self) -> Result<(), String> {
        let mut last_repeat: Option<&'p str> = None;
        while let Some(first) = self.rest.chars().next() {
            let before = self.rest;
            let mut repeat = None;
            match first {
                '(' if before.starts_with("(?") => self.perl_group()?,
                '(' => {
                    self.bump(1);
                    self.open(String::new());
                }
                '|' => {
                    self.bump(1);
                    self.out.push('|');
                    if let Some(group) = self.groups.last_mut() {
                        group.most = group.most.max(group.last);
                        group.last = 1;
                        group.has_atom = false;
                    }
                }
                ')' => {
                    self.bump(1);
                    self.close()?;
                }
                '^' | '$' | '.' => {
                    self.bump(1);
                    self.out.push(first);
                    self.atom(1);
                }
                '[' => self.class()?,
                '*' | '+' | '?' => {
                    self.bump(1);
                    self.repeat(&first.to_string(), None, before, last_repeat)?;
                    repeat = Some(before);
                }
                '{' => match parse_repeat(before) {
                    None => {
                        self.bump(1);
                        self.literal('{' as u32);
                    }
                    Some((min, max, len)) => {
                        self.bump(len);
                        let bad = match (min, max) {
                            (Some(min), None) => min > 1000,
                            (Some(min), Some(Some(max))) => min > 1000 || max > 1000 || min > max,
                            _ => true,
                        };
                        if bad {
                            return Err(fault("invalid repeat count", self.read_since(before)));
                        }
                        let (min, max) = (min.unwrap_or(0), max.flatten());
                        let text = match max {
                            Some(max) => format!("{{{min},{max}}}"),
                            None => format!("{{{min},}}"),
                        };
                        self.repeat(&text, Some((min, max)), before, last_repeat)?;
                        repeat = Some(before);
                    }
                },
                '\\' => self.escape()?,
                c => {
                    self.bump(c.len_utf8());
                    self.literal(c as u32);
                }
            }
            last_repeat = repeat;
        }
        if self.groups.len() > 1 {
            return Err(fault("missing closing )", self.whole));
        }
        Ok(())
    }

    fn open(&mut self, name: String) {
        self.names.push(name);
        self.out.push('(');
        self.groups.push(Group { flags: self.flags, last: 1, most: 1, has_atom: false });
    }

    fn close(&mut self) -> Result<(), String> {
        match self.groups.pop() {
            Some(group) if !self.groups.is_empty() => {
                self.out.push(')');
                self.flags = group.flags;
                self.atom(group.most.max(group.last));
                Ok(())
            }
            _ => Err(fault("unexpected )", self.whole)),
        }
    }

    /// `parser.repeat`
    fn repeat(
        &mut self,
        operator: &str,
        count: Option<(u32, Option<u32>)>,
        before: &'p str,
        last_repeat: Option<&'p str>,
    ) -> Result<(), String> {
        let lazy = self.rest.starts_with('?');
        if lazy {
            self.bump(1);
        }
        if let Some(last) = last_repeat {
            return Err(fault("invalid nested repetition operator", self.read_since(last)));
        }
        let Some(group) = self.groups.last_mut().filter(|g| g.has_atom) else {
            return Err(fault("missing argument to repetition operator", self.read_since(before)));
        };
        if let Some((min, max)) = count {
            let times = match max {
                Some(0) => 0,
                Some(max) => max,
                None => min,
            };
            if times > 0 {
                group.last = group.last.max(1).saturating_mul(times);
            }
            if (min >= 2 || max.is_some_and(|m| m >= 2)) && group.last > 1000 {
                return Err(fault("invalid repeat count", self.read_since(before)));
            }
        }
        self.out.push_str(operator);
        if lazy {
            self.out.push('?');
        }
        Ok(())
    }

    /// `parsePerlFlags`: named groups, groups without capture, flags.
    fn perl_group(&mut self) -> Result<(), String> {
        let start = self.rest;
        let name_at = if start.starts_with("(?P<") && start.len() > 4 {
            Some(4)
        } else if start.starts_with("(?<") && start.len() > 3 {
            Some(3)
        } else {
            None
        };
        if let Some(at) = name_at {
            let Some(end) = start.find('>') else { return Err(fault("invalid named capture", start)) };
            let name = start.get(at..end).unwrap_or_default();
            if name.is_empty() || !name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric()) {
                return Err(fault("invalid named capture", start.get(..=end).unwrap_or(start)));
            }
            self.bump(end + 1);
            self.open(name.to_owned());
            return Ok(());
        }
        self.bump(2);
        let mut flags = self.flags;
        let (mut on, mut saw_flag) = (true, false);
        while let Some(c) = self.next_char() {
            let flag = match c {
                'i' => &mut flags.fold,
                'm' => &mut flags.multi_line,
                's' => &mut flags.dot_newline,
                'U' => &mut flags.ungreedy,
                '-' if on => {
                    (on, saw_flag) = (false, false);
                    continue;
                }
                ':' | ')' if on || saw_flag => {
                    self.out.push_str("(?");
                    self.out.push_str(&flags.text());
                    self.out.push(c);
                    if c == ':' {
                        self.groups.push(Group { flags: self.flags, last: 1, most: 1, has_atom: false });
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            };
            *flag = on;
            saw_flag = true;
        }
        Err(fault("invalid or unsupported Perl syntax", self.read_since(start)))
    }

    /// A backslash outside of brackets.
    fn escape(&mut self) -> Result<(), String> {
        let start = self.rest;
        match start.as_bytes().get(1) {
            Some(b'A') => self.assertion(r"\A"),
            Some(b'z') => self.assertion(r"\z"),
            Some(b'b') => self.assertion(r"(?-u:\b)"),
            Some(b'B') => self.assertion(r"(?-u:\B)"),
            Some(b'C') => return Err(fault("invalid escape sequence", r"\C")),
            Some(b'Q') => {
                self.bump(2);
                let (quoted, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
                self.rest = rest;
                for c in quoted.chars() {
                    self.literal(c as u32);
                }
            }
            _ => {
                if let Some(class) = self.unicode_class()? {
                    self.out.push_str(&class);
                    self.atom(1);
                } else if let Some(class) = self.perl_class() {
                    self.out.push_str(class);
                    self.atom(1);
                } else {
                    let c = self.escaped_char()?;
                    self.literal(c);
                }
            }
        }
        Ok(())
    }

    fn assertion(&mut self, text: &str) {
        self.bump(2);
        self.out.push_str(text);
        self.atom(1);
    }

    /// `parsePerlClassEscape`: `\d` and its kin, ASCII all.
    fn perl_class(&mut self) -> Option<&'static str> {
        let class = match self.rest.as_bytes().get(1)? {
            _ if !self.rest.starts_with('\\') => return None,
            b'd' => "[0-9]",
            b'D' => "[^0-9]",
            b's' => r"[\t\n\f\r\x{20}]",
            b'S' => r"[^\t\n\f\r\x{20}]",
            b'w' => "[0-9A-Za-z_]",
            b'W' => "[^0-9A-Za-z_]",
            _ => return None,
        };
        self.bump(2);
        Some(class)
    }

    /// `parseUnicodeClass`: `\pL`, `\p{Greek}`, `\P{^Lu}`.
    fn unicode_class(&mut self) -> Result<Option<String>, String> {
        let start = self.rest;
        let mut negative = match start.get(..2) {
            Some("\\p") => false,
            Some("\\P") => true,
            _ => return Ok(None),
        };
        self.bump(2);
        let name_start = self.rest;
        let mut name = match self.next_char() {
            None => return Ok(None),
            Some('{') => {
                let Some(end) = start.find('}') else {
                    return Err(fault("invalid character class range", start));
                };
                self.rest = start.get(end + 1..).unwrap_or_default();
                start.get(3..end).unwrap_or_default()
            }
            Some(_) => self.read_since(name_start),
        };
        if let Some(rest) = name.strip_prefix('^') {
            negative = !negative;
            name = rest;
        }
        let letter = if negative { 'P' } else { 'p' };
        if name == "Any" {
            let class = if negative { r"[^\x{0}-\x{10FFFF}]" } else { r"[\x{0}-\x{10FFFF}]" };
            return Ok(Some(class.to_owned()));
        }
        let plain = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric());
        for property in ["gc", "sc"].iter().filter(|_| plain) {
            let class = format!(r"\{letter}{{{property}={name}}}");
            if Regex::new(&class).is_ok() {
                return Ok(Some(class));
            }
        }
        Err(fault("invalid character class range", self.read_since(start)))
    }

    /// `parseEscape`: one character by an escape.
    fn escaped_char(&mut self) -> Result<u32, String> {
        let start = self.rest;
        self.bump(1);
        let Some(c) = self.next_char() else {
            return Err(fault("trailing backslash at end of expression", ""));
        };
        let octal = |s: &str| s.starts_with(|c| matches!(c, '0'..='7'));
        match c {
            '0'..='7' if c == '0' || octal(self.rest) => {
                let mut n = c as u32 - '0' as u32;
                for _ in 0..2 {
                    if octal(self.rest)
                        && let Some(digit) = self.next_char()
                    {
                        n = n * 8 + (digit as u32 - '0' as u32);
                    }
                }
                return Ok(n);
            }
            'x' => {
                if let Some(n) = self.hex() {
                    return Ok(n);
                }
            }
            'a' => return Ok(7),
            'f' => return Ok(12),
            'n' => return Ok(10),
            'r' => return Ok(13),
            't' => return Ok(9),
            'v' => return Ok(11),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => return Ok(c as u32),
            _ => {}
        }
        Err(fault("invalid escape sequence", self.read_since(start)))
    }

    /// The digits after `\x`: two, or any number in braces.
    fn hex(&mut self) -> Option<u32> {
        let first = self.next_char()?;
        if first != '{' {
            let second = self.next_char()?;
            return Some(first.to_digit(16)? * 16 + second.to_digit(16)?);
        }
        let mut n: Option<u32> = None;
        loop {
            match self.next_char()? {
                '}' => return n,
                c => {
                    let next = n.unwrap_or(0) * 16 + c.to_digit(16)?;
                    n = Some(next).filter(|n| *n <= 0x10_FFFF);
                    n?;
                }
            }
        }
    }

    /// `parseClassChar`
    fn class_char(&mut self, class: &'p str) -> Result<u32, String> {
        match self.rest.chars().next() {
            None => Err(fault("missing closing ]", class)),
            Some('\\') => self.escaped_char(),
            Some(c) => {
                self.bump(c.len_utf8());
                Ok(c as u32)
            }
        }
    }

    /// `parseClass`: brackets.
    fn class(&mut self) -> Result<(), String> {
        let start = self.rest;
        self.bump(1);
        let mut class = String::from("[");
        if self.rest.starts_with('^') {
            self.bump(1);
            class.push('^');
        }
        let mut first = true;
        while !self.rest.starts_with(']') || first {
            first = false;
            if let Some(inner) = self.rest.strip_prefix("[:")
                && let Some(end) = inner.find(":]")
            {
                let name = self.rest.get(..end + 4).unwrap_or_default();
                let plain = inner.get(..end).unwrap_or_default().trim_start_matches('^');
                const NAMES: [&str; 14] = [
                    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
                    "upper", "word", "xdigit",
                ];
                if !NAMES.contains(&plain) {
                    return Err(fault("invalid character class range", name));
                }
                class.push_str(name);
                self.bump(name.len());
                continue;
            }
            if let Some(inner) = self.unicode_class()? {
                class.push_str(&inner);
                continue;
            }
            if let Some(inner) = self.perl_class() {
                class.push_str(inner);
                continue;
            }
            let range = self.rest;
            let low = self.class_char(start)?;
            let mut high = low;
            if self.rest.len() >= 2 && self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.bump(1);
                high = self.class_char(start)?;
                if high < low {
                    return Err(fault("invalid character class range", self.read_since(range)));
                }
            }
            push_range(&mut class, low, high);
        }
        self.bump(1);
        class.push(']');
        // A class of characters that no text has is left empty.
        if class == "[]" {
            class = r"[^\x{0}-\x{10FFFF}]".to_owned();
        } else if class == "[^]" {
            class = r"[\x{0}-\x{10FFFF}]".to_owned();
        }
        self.out.push_str(&class);
        self.atom(1);
        Ok(())
    }
}

/// Writes a character for Rust: letters and digits as they are, all else by number.
fn push_char(out: &mut String, c: u32) {
    match char::from_u32(c) {
        Some(c) if c.is_ascii_alphanumeric() => out.push(c),
        Some(_) => out.push_str(&format!("\\x{{{c:X}}}")),
        // Go accepts halves of surrogate pairs, which no text contains.
        None => out.push_str(r"[^\x{0}-\x{10FFFF}]"),
    }
}

/// Writes a range of characters inside brackets, without the surrogates.
fn push_range(class: &mut String, low: u32, high: u32) {
    for (low, high) in [(low, high.min(0xD7FF)), (low.max(0xE000), high)] {
        if low <= high {
            class.push_str(&format!("\\x{{{low:X}}}-\\x{{{high:X}}}"));
        }
    }
}

/// `parseRepeat`: the bounds and the length of `{2}`, `{2,}` or `{2,3}`. A bound that is too large for
/// Go is `None`; the outer `None` of the maximum stands for no bound.
fn parse_repeat(text: &str) -> Option<(Option<u32>, Option<Option<u32>>, usize)> {
    let number = |s: &str| -> Option<(Option<u32>, usize)> {
        let len = s.bytes().take_while(u8::is_ascii_digit).count();
        if len == 0 || (len > 1 && s.starts_with('0')) {
            return None;
        }
        let n = s.get(..len)?.parse::<u32>().ok().filter(|n| *n <= 1_000_000_000);
        Some((n, len))
    };
    let mut at = 1;
    let (min, len) = number(text.get(at..)?)?;
    at += len;
    let max = if text.get(at..)?.starts_with(',') {
        at += 1;
        if text.get(at..)?.starts_with('}') {
            None
        } else {
            let (max, len) = number(text.get(at..)?)?;
            at += len;
            Some(max)
        }
    } else {
        Some(min)
    };
    text.get(at..)?.starts_with('}').then_some((min, max, at + 1))
}
