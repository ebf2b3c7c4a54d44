//! Paths as Go's `path` package takes them: `/` between the parts on every system.

/// Go's `path.Base`.
pub fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return "/";
    }
    last(trimmed)
}

/// Go's `path.Ext`: from the last dot of the last element.
pub fn extension(path: &str) -> &str {
    let name = last(path);
    memchr::memrchr(b'.', name.as_bytes()).and_then(|dot| name.get(dot..)).unwrap_or("")
}

/// What stands behind the last slash.
fn last(path: &str) -> &str {
    memchr::memrchr(b'/', path.as_bytes()).and_then(|slash| path.get(slash + 1..)).unwrap_or(path)
}

/// Go's `path.Clean`.
pub fn clean(path: &str) -> String {
    if path.as_bytes().split(|b| *b == b'/').all(|part| !matches!(part, b"" | b"." | b"..")) {
        return path.to_owned();
    }
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_go() {
        assert_eq!((base("a/b"), base(""), base("/"), base("a/")), ("b", ".", "/", "a"));
        assert_eq!((extension("a.b/c"), extension("x.tgz"), extension(".x")), ("", ".tgz", ".x"));
        assert_eq!(clean("a//b/../c/./d"), "a/c/d");
        assert_eq!((clean("../x"), clean("/../x"), clean("a/..")), ("../x".into(), "/x".into(), ".".into()));
    }
}
