//! What Go takes for a blank.

/// Go's `bytes.TrimSpace`.
pub fn go_trim_space(text: &[u8]) -> &[u8] {
    match std::str::from_utf8(text) {
        Ok(text) => text.trim_matches(is_go_space).as_bytes(),
        Err(_) => text.trim_ascii(),
    }
}

/// Go's `unicode.IsSpace`.
pub fn is_go_space(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n' | '\x0B' | '\x0C' | '\r' | ' ' | '\u{85}' | '\u{A0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Go's `strings.TrimSpace`.
pub fn trim_space_str(text: &str) -> &str {
    text.trim_matches(is_go_space)
}
