//! References to what an OCI registry has: Helm's `pkg/registry/reference.go`, and the rules of oras for their parts.

use chartlens::text::quote;

/// `registry/repository:tag`, or with a digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// Host and port.
    pub registry: String,
    /// The path in the registry.
    pub repository: String,
    /// The tag, with underscores where the version has plus signs.
    pub tag: String,
    /// `sha256:…`, where content is named.
    pub digest: String,
}

impl Reference {
    /// Reads a reference: `newReference`. The error is Helm's text.
    pub fn parse(text: &str) -> Result<Reference, String> {
        let text = text.strip_prefix("oci://").unwrap_or(text);
        let (text, digest) = text.rsplit_once('@').map_or((text, ""), |(text, digest)| (text, digest));
        let invalid = |what: &str| format!("invalid reference: {what}");
        let (registry, rest) = text.split_once('/').ok_or_else(|| invalid("missing registry or repository"))?;
        let (repository, tag) = match rest.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, tag.replace('+', "_")),
            _ => (rest, String::new()),
        };
        if registry.is_empty() || registry.contains(['?', '#', ' ']) {
            return Err(invalid(&format!("invalid registry {}", quote(registry.as_bytes()))));
        }
        if !is_repository(repository) {
            return Err(invalid(&format!("invalid repository {}", quote(repository.as_bytes()))));
        }
        if !tag.is_empty() && !is_tag(&tag) {
            return Err(invalid(&format!("invalid tag {}", quote(tag.as_bytes()))));
        }
        if !digest.is_empty() && !is_digest(digest) {
            return Err(invalid(&format!("invalid digest {}", quote(digest.as_bytes()))));
        }
        Ok(Reference {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag,
            digest: digest.to_owned(),
        })
    }

    /// The version that the tag stands for.
    pub fn version(&self) -> String {
        self.tag.replace('_', "+")
    }

    /// The same reference with the version as charts spell it.
    pub fn shown_version(&self) -> String {
        Reference { tag: self.version(), ..self.clone() }.to_string()
    }

    /// What names the manifest: a digest before a tag.
    pub fn target(&self) -> &str {
        if self.digest.is_empty() { &self.tag } else { &self.digest }
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Reference { registry, repository, tag, digest } = self;
        match (tag.is_empty(), digest.is_empty()) {
            (true, true) => write!(f, "{registry}/{repository}"),
            (true, false) => write!(f, "{registry}/{repository}@{digest}"),
            (false, _) => write!(f, "{registry}/{repository}:{tag}"),
        }
    }
}

/// Words of small letters and digits, with dots, underscores and hyphens between them.
fn is_repository(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.split('/').all(|part| {
        let bytes = part.as_bytes();
        let ends = bytes.first().is_some_and(|b| word(*b)) && bytes.last().is_some_and(|b| word(*b));
        let marks = part.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        ends && marks
            .into_iter()
            .all(|mark| matches!(mark, "" | "." | "_" | "__") || mark.bytes().all(|byte| byte == b'-'))
    })
}

fn is_tag(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.len() <= 128 && text.starts_with(word) && text.chars().all(|c| word(c) || c == '.' || c == '-')
}

/// Whether a text is a SHA-256 as registries write it.
pub fn is_digest(text: &str) -> bool {
    let hex = text.strip_prefix("sha256:");
    hex.is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let whole = Reference::parse("oci://h.example:5000/a/web:1.0.0+b.1").unwrap();
        assert_eq!(whole.to_string(), "h.example:5000/a/web:1.0.0_b.1");
        assert_eq!((whole.registry.as_str(), whole.repository.as_str()), ("h.example:5000", "a/web"));
        let digest = format!("sha256:{}", "0".repeat(64));
        let named = Reference::parse(&format!("h/web@{digest}")).unwrap();
        assert_eq!((named.target(), named.to_string()), (digest.as_str(), format!("h/web@{digest}")));
    }

    #[test]
    fn what_is_none_is_refused() {
        let error = |text: &str| Reference::parse(text).unwrap_err();
        assert_eq!(error("web"), "invalid reference: missing registry or repository");
        assert_eq!(error("h/Web!"), "invalid reference: invalid repository \"Web!\"");
        assert_eq!(error("h/web:-x"), "invalid reference: invalid tag \"-x\"");
        assert!(error("h/web@sha256:1").starts_with("invalid reference: invalid digest"));
    }
}
