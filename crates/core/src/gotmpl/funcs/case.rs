//! Letter case as Go's package `unicode` and the string libraries under sprig see it.
//!
//! Go maps one character to one character; Rust's full mappings may give several (`ß` → `SS`).

use crate::text::{is_letter, lossy, runes};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// `unicode.ToUpper`
pub(super) fn to_upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        // Greek letters with a subscript iota: the full mapping spells it out, the simple one does not.
        _ => match c as u32 {
            n @ (0x1F80..=0x1F87 | 0x1F90..=0x1F97 | 0x1FA0..=0x1FA7) => char::from_u32(n + 8).unwrap_or(c),
            n @ (0x1FB3 | 0x1FC3 | 0x1FF3) => char::from_u32(n + 9).unwrap_or(c),
            _ => c,
        },
    }
}

/// `unicode.ToLower`
pub(super) fn to_lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// `unicode.ToTitle`
pub(super) fn to_title(c: char) -> char {
    match c {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        // Georgian letters have capitals but no title case.
        '\u{10D0}'..='\u{10FF}' => c,
        _ => to_upper(c),
    }
}

/// `unicode.IsUpper`
pub(super) fn is_upper(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_uppercase() } else { c.general_category() == GeneralCategory::UppercaseLetter }
}

/// `unicode.IsLower`
pub(super) fn is_lower(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_lowercase() } else { c.general_category() == GeneralCategory::LowercaseLetter }
}

fn is_title(c: char) -> bool {
    !c.is_ascii() && c.general_category() == GeneralCategory::TitlecaseLetter
}

/// `unicode.IsNumber`
pub(super) fn is_number(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { c.general_category_group() == GeneralCategoryGroup::Number }
}

/// `unicode.IsPunct`
pub(super) fn is_punct(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// `strings.Title`: the first letter of each word.
pub(super) fn title(text: &[u8]) -> String {
    let mut separated = true;
    let mut out = String::with_capacity(text.len());
    for c in lossy(text).chars() {
        out.push(if separated { to_title(c) } else { c });
        separated = match c {
            '_' => false,
            c if c.is_ascii() => !c.is_ascii_alphanumeric(),
            c if is_letter(c) || crate::text::is_digit(c) => false,
            c => c.is_whitespace(),
        };
    }
    out
}

/// `goutils.Uncapitalize`: the first letter of each word in lower case.
pub(super) fn uncapitalize(text: &[u8]) -> String {
    let mut next = true;
    let lower = |c: char| {
        if c.is_whitespace() {
            next = true;
        } else if next {
            next = false;
            return to_lower(c);
        }
        c
    };
    lossy(text).chars().map(lower).collect()
}

/// `goutils.SwapCase`
pub(super) fn swap_case(text: &[u8]) -> String {
    let mut at_start = true;
    let swap = |c: char| {
        if is_upper(c) || is_title(c) {
            at_start = false;
            to_lower(c)
        } else if is_lower(c) {
            if std::mem::replace(&mut at_start, false) { to_title(c) } else { to_upper(c) }
        } else {
            at_start = c.is_whitespace();
            c
        }
    };
    lossy(text).chars().map(swap).collect()
}

/// `goutils.Initials`, which takes bytes for characters.
pub(super) fn initials(text: &[u8]) -> String {
    let mut gap = true;
    let mut out = String::new();
    for &b in text {
        let c = char::from(b);
        if c.is_whitespace() {
            gap = true;
        } else if std::mem::replace(&mut gap, false) {
            out.push(c);
        }
    }
    out
}

fn is_connector(c: char) -> bool {
    matches!(c, '-' | '_') || c.is_whitespace()
}

/// `xstrings.ToPascalCase`
pub(super) fn pascal_case(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = runes(text).map(|(_, c)| c).peekable();
    // Leading connectors stay.
    let Some(mut current) = chars.next() else { return out };
    while is_connector(current) {
        out.push(current);
        match chars.next() {
            Some(next) => current = next,
            // A text of connectors alone gets its last one twice, as in Go.
            None => {
                out.push(current);
                return out;
            }
        }
    }
    let mut upper_run = is_upper(current);
    if chars.peek().is_none() {
        // A single letter at the end is capitalised all the same.
        out.push(to_upper(current));
        return out;
    }
    current = to_upper(current);
    for next in chars {
        let previous = std::mem::replace(&mut current, next);
        if is_connector(current) && is_connector(previous) {
            out.push(previous);
            continue;
        }
        if is_connector(previous) {
            upper_run = is_upper(current);
            current = to_upper(current);
            continue;
        }
        if upper_run {
            if is_upper(current) {
                current = to_lower(current);
            } else {
                upper_run = false;
            }
        }
        out.push(previous);
    }
    out.push(current);
    out
}

/// `xstrings`' classes of words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Invalid,
    Number,
    Upper,
    Alphabet,
    Connector,
    Punct,
    Other,
}

fn is_alphabet(c: char) -> bool {
    let cjk = matches!(c, '\u{4E00}'..='\u{9FCC}' | '\u{3400}'..='\u{4D85}' | '\u{20000}'..='\u{2B81D}');
    is_letter(c) && !cjk
}

/// `xstrings.nextWord`: the class of the first word, the word and the rest.
fn next_word(text: &[char]) -> (Word, &[char], &[char]) {
    let Some(&first) = text.first() else { return (Word::Invalid, &[], &[]) };
    let run =
        |from: usize, keep: &dyn Fn(char) -> bool| from + text.iter().skip(from).take_while(|c| keep(**c)).count();
    let lower_letter = |c: char| is_alphabet(c) && !is_upper(c);
    let (word, len) = if is_connector(first) {
        (Word::Connector, run(1, &is_connector))
    } else if is_punct(first) {
        (Word::Punct, run(1, &is_punct))
    } else if is_upper(first) {
        let len = match text.get(1) {
            Some(&second) if is_upper(second) => {
                let len = run(2, &is_upper);
                // The last capital belongs to the word that follows: "HTTPStatus" is "HTTP", "Status".
                len - usize::from(text.get(len).is_some_and(|c| is_alphabet(*c)))
            }
            Some(&second) if is_alphabet(second) => run(2, &lower_letter),
            _ => 1,
        };
        (Word::Upper, len)
    } else if is_alphabet(first) {
        (Word::Alphabet, run(1, &lower_letter))
    } else if is_number(first) {
        (Word::Number, run(1, &is_number))
    } else {
        let other = |c: char| !(is_connector(c) || is_alphabet(c) || is_number(c) || is_punct(c));
        (Word::Other, run(1, &other))
    };
    let (head, rest) = text.split_at_checked(len).unwrap_or((text, &[]));
    (word, head, rest)
}

/// `xstrings.ToSnakeCase` and `ToKebabCase`.
pub(super) fn split_words(text: &[u8], connector: char) -> String {
    let chars: Vec<char> = lossy(text).chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    let write = |out: &mut String, word: Word, text: &[char]| {
        for &c in text {
            out.push(match word {
                Word::Upper | Word::Connector if is_connector(c) => connector,
                Word::Upper | Word::Connector => to_lower(c),
                _ => c,
            });
        }
    };
    let mark = |word: Word| !matches!(word, Word::Connector | Word::Punct);
    let (mut word, mut here, mut rest) = next_word(&chars);
    while !rest.is_empty() {
        if word != Word::Connector {
            write(&mut out, word, here);
        }
        let (previous, last) = (word, here);
        (word, here, rest) = next_word(rest);
        match previous {
            Word::Number => {
                while matches!(word, Word::Alphabet | Word::Number) {
                    write(&mut out, word, here);
                    (word, here, rest) = next_word(rest);
                }
                if word != Word::Invalid && mark(word) {
                    out.push(connector);
                }
            }
            Word::Connector => write(&mut out, previous, last),
            Word::Punct => {}
            _ if word != Word::Number => {
                if mark(word) {
                    out.push(connector);
                }
            }
            _ if rest.is_empty() => {}
            _ => {
                let number = here;
                (word, here, rest) = next_word(rest);
                // A number is a part of the word before it: "Bld4Floor" is "bld4_floor" …
                if word != Word::Alphabet {
                    write(&mut out, Word::Number, number);
                    if mark(word) {
                        out.push(connector);
                    }
                    continue;
                }
                // … unless small letters follow: "HTTP2xx" is "http_2xx".
                out.push(connector);
                write(&mut out, Word::Number, number);
                while matches!(word, Word::Alphabet | Word::Number) {
                    write(&mut out, word, here);
                    (word, here, rest) = next_word(rest);
                }
                if word != Word::Invalid && mark(word) {
                    out.push(connector);
                }
            }
        }
    }
    write(&mut out, word, here);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (text, snake) in [
            ("FirstName", "first_name"),
            ("HTTPServer", "http_server"),
            ("Bld4Floor", "bld4_floor"),
            ("HTTP2xx", "http_2xx"),
            ("no_https", "no_https"),
            ("a-b c", "a_b_c"),
        ] {
            assert_eq!(split_words(text.as_bytes(), '_'), snake);
        }
        assert_eq!(pascal_case(b"http_server-name"), "HttpServerName");
        assert_eq!(swap_case(b"This Is a.Test"), "tHIS iS A.tEST");
        assert_eq!(title("ßeta héllo_w".as_bytes()), "ßeta Héllo_w");
    }
}
