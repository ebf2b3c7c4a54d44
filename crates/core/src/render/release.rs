//! The release's name.

use crate::host::HelmVersion;
use crate::log::{Level, Log};

/// Helm's `ValidateReleaseName`. The error is Helm's text; Helm 4 logs it too.
pub fn check_release_name(name: &str, helm: HelmVersion, log: &mut Vec<Log>) -> Result<(), String> {
    let alnum = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let part = |part: &str| {
        alnum(part.chars().next())
            && alnum(part.chars().last())
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if name.len() <= 53 && name.split('.').all(part) {
        return Ok(());
    }
    let what = if name.is_empty() {
        "no name provided".to_owned()
    } else {
        "invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53".to_owned()
    };
    let text = format!("release name {}: {what}", crate::text::quote(name.as_bytes()));
    match helm {
        HelmVersion::V3 => Err(text),
        HelmVersion::V4 => {
            log.push(Log::new(Level::Error, "release name check failed").with("error", &text));
            Err(format!("release name check failed: {text}"))
        }
    }
}
