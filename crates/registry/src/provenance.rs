//! Who signed a chart: Helm's `pkg/provenance`.

use crate::files::read;
use crate::lock::sha256;
use crate::marshal::unmarshal;
use crate::settings::Settings;
use chartlens::text::{go_error, path::base, quote};
use chartlens::value::decode::{GoStruct, GoType};

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

/// Looks whether an archive is what somebody of the keyring signed: `Signatory.Verify`. The error is Helm's text.
pub fn verify(
    settings: &Settings,
    archive: &[u8],
    signed: &[u8],
    name: &str,
    keyring: &str,
) -> Result<Verification, String> {
    let ring = read(&settings.path(keyring), keyring).map_err(|error| format!("failed to load keyring: {error}"))?;
    let Signed { text, names, fingerprint } = openpgp::check(signed, &ring)?;
    let found = format!("sha256:{}", sha256(archive));
    let (_, sums) = text.split_once("\n...\n").ok_or("message block must have at least two parts")?;
    let sums = sums.split("\n...\n").next().unwrap_or(sums);
    let sums = unmarshal(sums.as_bytes(), &SUMS)?;
    let quoted = |text: &str| quote(text.as_bytes());
    let stated = sums.get("files").and_then(|files| files.get(name)).and_then(|sum| sum.as_str());
    let stated =
        stated.ok_or_else(|| format!("provenance does not contain a SHA for a file named {}", quoted(name)))?;
    if stated != found {
        return Err(format!("sha256 sum does not match for {name}: {} != {}", quoted(stated), quoted(&found)));
    }
    Ok(Verification { names, fingerprint, hash: found })
}

/// `provenance.SumCollection`
static SUMS: GoType = GoType::Struct(&GoStruct {
    names: ["provenance.SumCollection", "provenance.SumCollection"],
    short: "SumCollection",
    fields: &[
        ("files", GoType::Map("map[string]string", &GoType::String)),
        ("images", GoType::Map("map[string]string", &GoType::String)),
    ],
});

/// A text whose signature holds.
struct Signed {
    text: String,
    names: Vec<String>,
    fingerprint: String,
}

#[cfg(not(feature = "provenance"))]
mod openpgp {
    /// What a build without OpenPGP answers.
    pub fn check(_: &[u8], _: &[u8]) -> Result<super::Signed, String> {
        Err("this build of chartlens cannot verify provenance files: it is without the feature `provenance`".to_owned())
    }
}

#[cfg(feature = "provenance")]
mod openpgp {
    use super::Signed;
    use pgp::composed::{CleartextSignedMessage, PublicOrSecret, SignedPublicKey};
    use pgp::packet::Signature;
    use pgp::types::KeyDetails;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    /// The text of a signed message, if a key of the ring signed it.
    pub fn check(signed: &[u8], ring: &[u8]) -> Result<Signed, String> {
        let message = String::from_utf8_lossy(signed);
        let start = message.find("-----BEGIN PGP SIGNED MESSAGE-----").ok_or("signature block not found")?;
        let (message, _) = CleartextSignedMessage::from_string(message.get(start..).unwrap_or_default())
            .map_err(|_| "signature block not found".to_owned())?;
        let keys = keys(ring).map_err(|error| format!("failed to load keyring: {error}"))?;
        let key = keys
            .iter()
            .find(|key| is_from(message.signatures(), key))
            .ok_or("openpgp: signature made by unknown entity")?;
        let holds = message.verify(key).is_ok() || key.public_subkeys.iter().any(|inner| message.verify(inner).is_ok());
        if !holds {
            return Err("openpgp: invalid signature: the text is not what was signed".to_owned());
        }
        key.verify_bindings().map_err(|error| format!("openpgp: invalid key: {error}"))?;
        if !key.details.revocation_signatures.is_empty() {
            return Err("openpgp: signature made by revoked key".to_owned());
        }
        if is_expired(key) {
            return Err("openpgp: key expired".to_owned());
        }
        let names = key.details.users.iter().map(|user| String::from_utf8_lossy(user.id.id()).into_owned());
        Ok(Signed {
            text: message.signed_text().replace("\r\n", "\n"),
            names: names.collect(),
            fingerprint: format!("{:X}", key.fingerprint()),
        })
    }

    /// Whether one of the signatures says that it is of this key.
    fn is_from(signatures: &[Signature], key: &SignedPublicKey) -> bool {
        let prints =
            || std::iter::once(key.fingerprint()).chain(key.public_subkeys.iter().map(KeyDetails::fingerprint));
        let ids =
            || std::iter::once(key.legacy_key_id()).chain(key.public_subkeys.iter().map(KeyDetails::legacy_key_id));
        signatures.iter().any(|signature| {
            signature.issuer_fingerprint().into_iter().any(|print| prints().any(|known| known == *print))
                || signature.issuer_key_id().into_iter().any(|id| ids().any(|known| known == *id))
        })
    }

    /// Whether the newest word on a key's end lies behind us.
    fn is_expired(key: &SignedPublicKey) -> bool {
        let own = key.details.users.iter().flat_map(|user| &user.signatures).chain(&key.details.direct_signatures);
        let Some(lasts) = own.filter_map(Signature::key_expiration_time).last() else { return false };
        let ends = u64::from(key.created_at().as_secs()) + u64::from(lasts.as_secs());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        lasts.as_secs() > 0 && now.as_secs() > ends
    }

    /// The keys of a ring: packets, armoured or not, or a keybox of GnuPG.
    fn keys(ring: &[u8]) -> Result<Vec<SignedPublicKey>, String> {
        let text = |error: pgp::errors::Error| error.to_string();
        let boxed = if ring.get(8..12) == Some(b"KBXf") { Some(keybox(ring)?) } else { None };
        let ring = boxed.as_deref().unwrap_or(ring);
        let found: Vec<PublicOrSecret> = if ring.trim_ascii_start().starts_with(b"-----BEGIN") {
            let (keys, _) = PublicOrSecret::from_armor_many(ring).map_err(text)?;
            keys.filter_map(Result::ok).collect()
        } else {
            PublicOrSecret::from_bytes_many(&*without_trust(ring)).map_err(text)?.filter_map(Result::ok).collect()
        };
        Ok(found
            .into_iter()
            .map(|key| match key {
                PublicOrSecret::Public(key) => key,
                PublicOrSecret::Secret(key) => key.to_public_key(),
            })
            .collect())
    }

    /// Packets without those in which GnuPG keeps for itself how far it trusts a key: they stand between a name and its
    /// signatures.
    fn without_trust(ring: &[u8]) -> Vec<u8> {
        let (mut kept, mut rest) = (Vec::new(), ring);
        while let Some(length) = packet_length(rest) {
            let (packet, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            let tag = packet.first().map(|first| if first & 0x40 == 0 { first >> 2 & 0x0F } else { first & 0x3F });
            if tag != Some(12) {
                kept.extend_from_slice(packet);
            }
            rest = after;
        }
        kept.extend_from_slice(rest);
        kept
    }

    /// The bytes of the first packet, its head included; none where they are not counted in advance.
    fn packet_length(ring: &[u8]) -> Option<usize> {
        let number = |at: usize, size: usize| {
            let bytes = ring.get(at..at + size)?;
            Some(bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
        };
        let first = *ring.first()?;
        match (first & 0x40 == 0, first & 0x03) {
            (true, 3) => None,
            (true, kind) => Some(1 + (1 << kind) + number(1, 1 << kind)?),
            (false, _) => match number(1, 1)? {
                short @ 0..192 => Some(2 + short),
                long @ 192..224 => Some(3 + ((long - 192) << 8) + number(2, 1)? + 192),
                255 => Some(6 + number(2, 4)?),
                _ => None,
            },
        }
    }

    /// The OpenPGP keys of a keybox, one behind the other.
    fn keybox(ring: &[u8]) -> Result<Vec<u8>, String> {
        let number = |at: usize| {
            let bytes = ring.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
            bytes.map(|bytes| u32::from_be_bytes(bytes) as usize).ok_or("unexpected end of the keybox")
        };
        let (mut keys, mut at) = (Vec::new(), 0);
        while at < ring.len() {
            let length = number(at)?;
            if length < 5 {
                return Err("a blob of the keybox has no length".to_owned());
            }
            // Blobs of type 2 are OpenPGP keys.
            if ring.get(at + 4) == Some(&2) {
                let start = at + number(at + 8)?;
                let end = start + number(at + 12)?;
                keys.extend_from_slice(ring.get(start..end).ok_or("unexpected end of the keybox")?);
            }
            at += length;
        }
        Ok(keys)
    }
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

#[cfg(all(test, feature = "provenance"))]
mod tests {
    use super::*;
    use std::path::Path;

    fn verified(archive: &[u8], signed: &[u8], name: &str, keyring: &str) -> Result<Verification, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        verify(&Settings::new(&folder, &|_| None), archive, signed, name, keyring)
    }

    const SIGNED: &[u8] = include_bytes!("../fixtures/web-1.0.0.tgz.prov");
    const NAME: &str = "web-1.0.0.tgz";

    #[test]
    fn what_was_signed_holds() {
        for keyring in ["signer.asc", "both.kbx"] {
            let found = verified(b"archive", SIGNED, NAME, keyring).unwrap();
            assert_eq!(found.names, ["Signer <signer@example.com>"]);
            assert_eq!((found.fingerprint.len(), found.hash.len()), (40, 71));
            assert!(
                found.to_string().starts_with("Signed by: Signer <signer@example.com>\nUsing Key With Fingerprint: ")
            );
        }
    }

    #[test]
    fn what_was_not_signed_is_refused() {
        let error = |archive: &[u8], signed: &[u8], name: &str, keyring: &str| {
            verified(archive, signed, name, keyring).unwrap_err()
        };
        assert!(error(b"other", SIGNED, NAME, "signer.asc").starts_with("sha256 sum does not match for web-1.0.0.tgz"));
        assert!(
            error(b"archive", SIGNED, "x.tgz", "signer.asc")
                .contains("does not contain a SHA for a file named \"x.tgz\"")
        );
        assert_eq!(error(b"archive", SIGNED, NAME, "other.asc"), "openpgp: signature made by unknown entity");
        assert_eq!(error(b"archive", b"x", NAME, "signer.asc"), "signature block not found");
        let changed = String::from_utf8_lossy(SIGNED).replace("version: 1.0.0", "version: 1.0.1");
        assert!(error(b"archive", changed.as_bytes(), NAME, "signer.asc").starts_with("openpgp: invalid signature"));
        assert!(
            error(b"archive", SIGNED, NAME, "none.gpg").contains("failed to load keyring: open none.gpg: no such file")
        );
    }
}
