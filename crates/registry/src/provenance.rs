//! Who signed a chart: Helm's `pkg/provenance`.

use crate::files::read;
use crate::settings::Settings;
use chartlens::text::{go_error, path::base};

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

/// The same for an archive on disk and the provenance file beside it: `VerifyChart`.
pub fn verify_file(settings: &Settings, file: &str, keyring: &str) -> Result<Verification, String> {
    let path = settings.path(file);
    if path.is_dir() {
        return Err("unpacked charts cannot be verified".to_owned());
    }
    if !file.to_lowercase().ends_with(".tgz") {
        return Err("chart must be a tgz file".to_owned());
    }
    let beside = format!("{file}.prov");
    let full = settings.path(&beside);
    if let Err(error) = std::fs::metadata(&full) {
        let full = full.display();
        return Err(format!("could not load provenance file {full}: stat {full}: {}", go_error(&error)));
    }
    let archive = read(&path, file).map_err(|error| format!("failed to read chart archive: {error}"))?;
    let signed = read(&full, &beside).map_err(|error| format!("failed to read provenance file: {error}"))?;
    verify(settings, &archive, &signed, base(file), keyring)
}
