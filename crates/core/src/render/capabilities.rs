//! `.Capabilities`: what the cluster can do, as far as a render without one may guess.

use crate::host::HelmVersion;
use crate::text::quote;
use crate::value::number::parse_uint;
use crate::versions::defaults;

/// A version of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    /// As given, with a `v` in front.
    pub version: String,
    /// Without what vendors add, for constraints.
    pub normalized: String,
    /// The major version.
    pub major: String,
    /// The minor version.
    pub minor: String,
}

impl KubeVersion {
    /// The version that this Helm imagines.
    pub fn default_of(helm: HelmVersion) -> KubeVersion {
        let minor = defaults(helm).kube_minor.to_string();
        let version = format!("v1.{minor}.0");
        KubeVersion { normalized: version.clone(), version, major: "1".to_owned(), minor }
    }

    /// Reads `--kube-version`. The error is Helm's text without `invalid kube version '…': `.
    pub fn parse(text: &str, helm: HelmVersion) -> Result<KubeVersion, String> {
        match helm {
            HelmVersion::V4 => KubeVersion::parse_generic(text),
            HelmVersion::V3 => {
                let version = crate::semver::Version::parse_as(text, helm).map_err(|e| e.to_string())?;
                let full = format!("v{version}");
                let (major, minor) = (version.major.to_string(), version.minor.to_string());
                Ok(KubeVersion { normalized: full.clone(), version: full, major, minor })
            }
        }
    }

    /// `ParseGeneric` of apimachinery's `util/version`.
    fn parse_generic(text: &str) -> Result<KubeVersion, String> {
        let trimmed = text.trim_matches(|c: char| matches!(c, ' ' | '\t' | '\n' | '\r'));
        let bare = trimmed.strip_prefix('v').unwrap_or(trimmed);
        let shape = || format!("could not parse {} as version", quote(text.as_bytes()));
        let end = bare.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(bare.len());
        let numbers = bare.get(..end).unwrap_or_default().trim_end_matches('.');
        let parts: Vec<&str> = numbers.split('.').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return Err(shape());
        }
        if parts.len() < 2 {
            return Err(format!("illegal version string {}", quote(text.as_bytes())));
        }
        let mut read = Vec::new();
        for part in parts {
            read.push(parse_uint(part.as_bytes(), 10, 64).map_err(|e| e.to_string())?);
        }
        let text_of = |n: &u64| n.to_string();
        let normalized: Vec<String> = read.iter().map(text_of).collect();
        Ok(KubeVersion {
            version: if text.starts_with('v') { text.to_owned() } else { format!("v{text}") },
            normalized: format!("v{}", normalized.join(".")),
            major: read.first().map(text_of).unwrap_or_default(),
            minor: read.get(1).map(text_of).unwrap_or_default(),
        })
    }

    /// What constraints are checked against.
    pub fn for_constraints(&self, helm: HelmVersion) -> &str {
        if helm >= HelmVersion::V4 { &self.normalized } else { &self.version }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_suffixes_are_kept_and_normalized() {
        let version = KubeVersion::parse("1.30.2-eks-1", HelmVersion::V4).unwrap();
        assert_eq!((version.version.as_str(), version.normalized.as_str()), ("v1.30.2-eks-1", "v1.30.2"));
        assert_eq!(KubeVersion::parse("x", HelmVersion::V4).unwrap_err(), "could not parse \"x\" as version");
        assert_eq!(KubeVersion::parse("1", HelmVersion::V4).unwrap_err(), "illegal version string \"1\"");
    }
}
