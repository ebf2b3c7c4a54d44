//! What the library says: `kind/kind.go` and `output.go` of santhosh-tekuri/jsonschema.

use crate::value::number::format_float;

/// A fault of a value, with those it consists of.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The place in the value.
    pub at: Vec<String>,
    /// What is wrong.
    pub kind: Kind,
    /// The faults below.
    pub causes: Vec<Fault>,
    /// Whether the place is a slice of Go's that goes on to be written to.
    pub shared: bool,
}

/// One fault by itself.
#[derive(Clone, Debug, Default)]
pub struct Leaf {
    /// JSON pointer to the value.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// The property that is missing, where that is the fault.
    pub missing: Option<String>,
    /// The property that should not be there, where that is the fault.
    pub extra: Option<String>,
}

/// Kinds of faults.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Nobody wants to know.
    Silent,
    /// A whole schema, by its location.
    Schema(String),
    /// Several faults of one schema.
    Group,
    /// Faults behind a reference.
    Reference,
    /// A message that needs no numbers.
    Text(String),
    /// `anyOf` or `oneOf`: all of them failed.
    Alternatives(String),
    /// `required`: the properties that are missing, and the message.
    Missing(Vec<String>, String),
    /// `additionalProperties`: the properties that should not be there, and the message.
    Additional(Vec<String>, String),
}

impl Fault {
    /// Puts what was written last into the places of faults that share it.
    pub fn settle(&mut self, slots: &[String]) {
        if let (true, Some(last)) = (self.shared, slots.get(..self.at.len())) {
            self.at = last.to_vec();
        }
        self.shared = false;
        for cause in &mut self.causes {
            crate::stack::grow(|| cause.settle(slots));
        }
    }

    fn skip(&self) -> bool {
        self.causes.len() == 1 && matches!(self.kind, Kind::Reference)
    }

    /// `ValidationError.display`
    pub fn display(&self, out: &mut String, indent: usize) {
        let mut indent = indent;
        if !self.skip() {
            if indent > 0 {
                out.push('\n');
                out.push_str(&"  ".repeat(indent - 1));
                out.push_str("- ");
            }
            indent += 1;
            match &self.kind {
                Kind::Schema(location) => {
                    out.push_str(&format!("jsonschema validation failed with {}", quoted(location)));
                }
                _ => out.push_str(&format!("at {}: {}", quoted(&self.pointer()), self.message())),
            }
        }
        for cause in &self.causes {
            crate::stack::grow(|| cause.display(out, indent));
        }
    }

    /// The place as a JSON pointer.
    pub fn pointer(&self) -> String {
        self.at.iter().map(|token| format!("/{}", escape(token))).collect()
    }

    fn message(&self) -> &str {
        match &self.kind {
            Kind::Text(text) | Kind::Alternatives(text) | Kind::Missing(_, text) | Kind::Additional(_, text) => text,
            Kind::Schema(_) | Kind::Group | Kind::Reference | Kind::Silent => "validation failed",
        }
    }

    /// The ends of the tree. Alternatives that all fail are one fault.
    pub fn leaves(&self, into: &mut Vec<Leaf>) {
        if !self.causes.is_empty() && !matches!(self.kind, Kind::Alternatives(_)) {
            for cause in &self.causes {
                crate::stack::grow(|| cause.leaves(into));
            }
            return;
        }
        let at = self.pointer();
        if let Kind::Additional(names, _) = &self.kind {
            into.extend(names.iter().map(|name| Leaf {
                pointer: format!("{at}/{}", escape(name)),
                message: format!("additional property {} not allowed", quoted(name)),
                missing: None,
                extra: Some(name.clone()),
            }));
            return;
        }
        let missing = match &self.kind {
            Kind::Missing(names, _) if names.len() == 1 => names.first().cloned(),
            _ => None,
        };
        into.push(Leaf { pointer: at, message: self.summary(), missing, extra: None });
    }

    /// The message with those of alternatives behind it.
    fn summary(&self) -> String {
        let mut ends: Vec<String> = self.causes.iter().map(|cause| crate::stack::grow(|| cause.summary())).collect();
        ends.dedup();
        if ends.is_empty() { self.message().to_owned() } else { ends.join(", or ") }
    }
}

/// A token of a JSON pointer.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// The library's `quote`: Go's quoting with single quotes.
pub fn quoted(text: &str) -> String {
    let double = crate::text::quote(text.as_bytes());
    let inner = double.get(1..double.len().saturating_sub(1)).unwrap_or_default();
    format!("'{}'", inner.replace("\\\"", "\"").replace('\'', "\\'"))
}

/// Several quoted texts.
pub fn all_quoted<'t>(texts: impl IntoIterator<Item = &'t String>) -> String {
    texts.into_iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")
}

/// A whole number as golang.org/x/text prints it in English.
pub fn integer(number: i64) -> String {
    group(&number.to_string())
}

/// A float as golang.org/x/text prints it in English by `%v`: like Go's `%g`, with groups of digits in front of the
/// point, and powers of ten in raised digits.
pub fn float(number: f64) -> String {
    if number.is_infinite() {
        return if number < 0.0 { "-∞" } else { "∞" }.to_owned();
    }
    let shortest = format_float(number, b'e', None, 64);
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "+00"));
    let power: i32 = exponent.parse().unwrap_or(0);
    // The library takes the exponent form from six places on.
    if number != 0.0 && !(-4..6).contains(&power) {
        let raised: String = exponent.trim_start_matches('+').chars().map(raise).collect();
        return format!("{mantissa}×10{raised}");
    }
    group(&format_float(number, b'f', None, 64))
}

fn raise(c: char) -> char {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    match c.to_digit(10) {
        Some(digit) => DIGITS.get(digit as usize).copied().unwrap_or(c),
        None => '⁻',
    }
}

/// Puts a comma between thousands.
fn group(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut out = sign.to_owned();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    match fraction {
        Some(fraction) => format!("{out}.{fraction}"),
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_english() {
        let texts = [1.0, 1234.5, 123456.789, 123456789.0, 1e6, 1.5e22, 1e-5, -1e-7, 0.0001, 0.0, 1e100];
        let wanted = [
            "1",
            "1,234.5",
            "123,456.789",
            "1.23456789×10⁰⁸",
            "1×10⁰⁶",
            "1.5×10²²",
            "1×10⁻⁰⁵",
            "-1×10⁻⁰⁷",
            "0.0001",
            "0",
            "1×10¹⁰⁰",
        ];
        assert_eq!(texts.map(float), wanted);
        assert_eq!((integer(1234567), integer(-12)), ("1,234,567".to_owned(), "-12".to_owned()));
        assert_eq!(quoted("it's \"q\""), "'it\\'s \"q\"'");
    }
}
