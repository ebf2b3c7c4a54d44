//! Keys with a dash, which templates cannot read with dots.

use crate::diag::Fact;

/// The fields around the one that begins at `start`, if that has a dash in it, which Go takes for no part of a name.
pub(super) fn dashed_key(text: &[u8], start: usize) -> Option<Fact> {
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let (before, from) = text.split_at_checked(start)?;
    let end = from.iter().position(|byte| !in_name(byte) && !matches!(byte, b'.' | b'-')).unwrap_or(from.len());
    let fields = std::str::from_utf8(from.get(..end)?).ok()?.strip_prefix('.')?;
    let begin = before.iter().rposition(|byte| !in_name(byte) && !matches!(byte, b'.' | b'$')).map_or(0, |at| at + 1);
    let base = std::str::from_utf8(before.get(begin..)?).ok()?;
    let keys: Vec<&str> = fields.split('.').collect();
    let is_key = |key: &&str| key.starts_with(|first: char| first.is_ascii_alphanumeric()) && !key.ends_with('-');
    if !keys.first()?.contains('-') || !keys.iter().all(is_key) {
        return None;
    }
    let quoted: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
    let of = if base.is_empty() { "." } else { base };
    Some(Fact::DashedKey { written: format!("{base}.{fields}"), instead: format!("index {of} {}", quoted.join(" ")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_path_is_given_to_index() {
        let instead = |text: &str, start| match dashed_key(text.as_bytes(), start) {
            Some(Fact::DashedKey { written, instead }) => format!("{written} {instead}"),
            _ => String::new(),
        };
        assert_eq!(instead("{{ .Values.a-b.c }}", 10), ".Values.a-b.c index .Values \"a-b\" \"c\"");
        assert_eq!(instead("{{ .a-b }}", 3), ".a-b index . \"a-b\"");
        assert_eq!(instead("{{ $x.a-b|quote }}", 5), "$x.a-b index $x \"a-b\"");
        assert_eq!(instead("{{ .a- }}", 3), "");
        assert_eq!(instead("{{ .a -b }}", 3), "");
        assert_eq!(instead("", 3), "");
    }
}
