//! Paths and URIs: the server works with absolute paths whose parts are separated by `/`.

use lsp_types::Uri;

/// The path of a `file:` URI, also of one whose maker left characters as they are.
pub fn to_path(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = decode(path)?;
    // `/c:/x` of Windows is `c:/x`.
    let is_drive = matches!(path.as_bytes(), [b'/', letter, b':', ..] if letter.is_ascii_alphabetic());
    Some(if is_drive { path.get(1..)?.to_owned() } else { path })
}

/// The `file:` URI of a path.
pub fn of_path(path: &str) -> Option<Uri> {
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("file://{slash}{}", encode(path)).parse().ok()
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = rest.get(2..)?;
    }
    String::from_utf8(bytes).ok()
}

fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b':' | b'@' | b'!' | b'+' => {
                out.push(byte as char);
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Whether a path is that of something in a folder.
pub fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_back() {
        for path in ["/a/b c/größe.yaml", "/x/%41/#.tpl", "/a@b/c+d"] {
            assert_eq!(to_path(of_path(path).unwrap().as_str()).as_deref(), Some(path));
        }
        assert_eq!(to_path("file:///c%3A/x").as_deref(), Some("c:/x"));
        assert_eq!(to_path("untitled:x"), None);
        assert_eq!(to_path("file:///a%zz"), None);
        assert_eq!(to_path("file:///a b/ü").as_deref(), Some("/a b/ü"));
    }
}
