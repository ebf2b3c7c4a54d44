//! Charts that were fetched, by content: Helm's `pkg/downloader/cache.go`, in Helm's own folder.

use crate::files::write_whole;
use crate::lock::sha256;
use crate::settings::Settings;

/// The path of what has this digest.
fn path(settings: &Settings, digest: &str, kind: &str) -> String {
    format!("{}/{}/{digest}.{kind}", settings.content_cache, &digest[..2])
}

/// The SHA-256 that an index states, in small hexadecimal digits. The error is Helm's text.
pub fn stated(digest: &str) -> Result<Option<String>, String> {
    if digest.is_empty() {
        return Ok(None);
    }
    let hex = digest.split_once(':').map_or(digest, |(_, hex)| hex);
    if let Some(bad) = hex.chars().find(|c| !c.is_ascii_hexdigit()) {
        return Err(format!("unable to decode digest: encoding/hex: invalid byte: U+{:04X} {bad:?}", bad as u32));
    }
    if hex.len() != 64 {
        return Err(format!("invalid digest length: {}", hex.len() / 2));
    }
    Ok(Some(hex.to_lowercase()))
}

/// What is in the cache under a digest, with its path; only if its content still has it.
pub fn get(settings: &Settings, digest: &str) -> Option<(String, Vec<u8>)> {
    let file = path(settings, digest, "chart");
    let data = std::fs::read(settings.path(&file)).ok()?;
    (sha256(&data) == digest).then_some((file, data))
}

/// Keeps a chart; gives its path.
pub fn put(settings: &Settings, data: &[u8]) -> Result<String, String> {
    let file = path(settings, &sha256(data), "chart");
    write_whole(&settings.path(&file), data, false)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_checked() {
        assert_eq!(stated(""), Ok(None));
        assert_eq!(stated(&format!("sha256:{}", "AB".repeat(32))), Ok(Some("ab".repeat(32))));
        assert_eq!(stated("abcd"), Err("invalid digest length: 2".to_owned()));
        assert!(stated("xy").unwrap_err().contains("invalid byte: U+0078 'x'"));
    }
}
