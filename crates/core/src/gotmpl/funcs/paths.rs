//! Paths: Go's package `path`. The `os…` forms are those of Unix, where charts are rendered.

use super::{Text, functions};

/// `path.Clean`
fn clean_path(path: &[u8]) -> Vec<u8> {
    if path.is_empty() {
        return b".".to_vec();
    }
    let rooted = path.first() == Some(&b'/');
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => match parts.last() {
                Some(last) if *last != b".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    let joined = parts.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", joined.as_slice()].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}

/// `path.Base`
fn base_of(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let end = path.len() - path.iter().rev().take_while(|b| **b == b'/').count();
    let path = path.get(..end).unwrap_or_default();
    if path.is_empty() {
        return b"/";
    }
    path.rsplit(|b| *b == b'/').next().unwrap_or(path)
}

/// `path.Dir`
fn dir_of(path: &[u8]) -> Vec<u8> {
    let end = memchr::memrchr(b'/', path).map_or(0, |i| i + 1);
    clean_path(path.get(..end).unwrap_or_default())
}

/// `path.Ext`
fn ext_of(path: &[u8]) -> &[u8] {
    let name = path.rsplit(|b| *b == b'/').next().unwrap_or_default();
    memchr::memrchr(b'.', name).and_then(|i| name.get(i..)).unwrap_or_default()
}

functions! {
    pub static PATHS;

    /// The last element of a path.
    ///
    /// `{{ base "foo/bar/baz" }}` gives `baz`
    "base" | "osBase" => fn base(_cx, path: Text) -> Vec<u8> {
        base_of(&path).to_vec()
    }

    /// A path without its last element.
    ///
    /// `{{ dir "foo/bar/baz" }}` gives `foo/bar`
    "dir" | "osDir" => fn dir(_cx, path: Text) -> Vec<u8> {
        dir_of(&path)
    }

    /// A path without doubled slashes, `.` and `..`.
    ///
    /// `{{ clean "foo/bar/../baz" }}` gives `foo/baz`
    "clean" | "osClean" => fn clean(_cx, path: Text) -> Vec<u8> {
        clean_path(&path)
    }

    /// The extension of a file, with its dot.
    ///
    /// `{{ ext "foo.tar.gz" }}` gives `.gz`
    "ext" | "osExt" => fn ext(_cx, path: Text) -> Vec<u8> {
        ext_of(&path).to_vec()
    }

    /// Whether a path starts with a slash.
    ///
    /// `{{ isAbs "/etc" }}` gives `true`
    "isAbs" | "osIsAbs" => fn is_abs(_cx, path: Text) -> bool {
        path.first() == Some(&b'/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (path, clean) in [("", "."), ("a//b/./../c/", "a/c"), ("/..", "/"), ("../a", "../a"), ("a/..", ".")] {
            assert_eq!(clean_path(path.as_bytes()), clean.as_bytes());
        }
        assert_eq!((base_of(b"a/b/"), base_of(b"//"), base_of(b"")), (&b"b"[..], &b"/"[..], &b"."[..]));
        assert_eq!((dir_of(b"/a/b"), ext_of(b"a.b/c")), (b"/a".to_vec(), &b""[..]));
    }
}
