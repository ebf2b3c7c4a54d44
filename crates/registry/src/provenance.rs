//! Who signed a chart: Helm's `pkg/provenance`.

use crate::settings::Settings;

/// Bytes of a provenance file.
pub const LIMIT: u64 = 4 << 20;

/// Who signed a chart, and for what content.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The names on the key.
    pub names: Vec<String>,
    /// The fingerprint of the key, in large hexadecimal digits.
    pub fingerprint: String,
    /// The digest of the archive.
    pub hash: String,
}

impl std::fmt::Display for Verification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for name in &self.names {
            writeln!(f, "Signed by: {name}")?;
        }
        writeln!(f, "Using Key With Fingerprint: {}", self.fingerprint)?;
        writeln!(f, "Chart Hash Verified: {}", self.hash)
    }
}

/// Looks whether an archive is what somebody of the keyring signed. The error is Helm's text.
pub fn verify(
    settings: &Settings,
    archive: &[u8],
    signed: &[u8],
    name: &str,
    keyring: &str,
) -> Result<Verification, String> {
    let _ = (settings, archive, signed, name, keyring);
    Err("this build cannot verify provenance files".to_owned())
}
