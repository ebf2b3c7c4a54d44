//! Files out of Python packages: wheels are zip archives, source packages are tarballs.

use flate2::read::{DeflateDecoder, GzDecoder};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// The files of an archive whose names `wanted` picks.
pub fn read(path: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let files =
        if path.extension().is_some_and(|e| e == "whl") { zip(&bytes, wanted) } else { tarball(&bytes, wanted) };
    files.ok_or_else(|| format!("{}: not an archive that can be read", path.display()))
}

fn tarball(bytes: &[u8], wanted: &dyn Fn(&str) -> bool) -> Option<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(GzDecoder::new(bytes)).entries().ok()? {
        let mut entry = entry.ok()?;
        let name = entry.path().ok()?.to_string_lossy().into_owned();
        if wanted(&name) {
            let mut content = Vec::new();
            entry.read_to_end(&mut content).ok()?;
            files.insert(name, content);
        }
    }
    Some(files)
}

/// Reads by the directory at the end of the archive.
fn zip(bytes: &[u8], wanted: &dyn Fn(&str) -> bool) -> Option<BTreeMap<String, Vec<u8>>> {
    let end = bytes.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let count = number(bytes, end + 10, 2)?;
    let mut at = number(bytes, end + 16, 4)?;
    let mut files = BTreeMap::new();
    for _ in 0..count {
        let method = number(bytes, at + 10, 2)?;
        let packed = number(bytes, at + 20, 4)?;
        let (name_len, extra, comment) =
            (number(bytes, at + 28, 2)?, number(bytes, at + 30, 2)?, number(bytes, at + 32, 2)?);
        let header = number(bytes, at + 42, 4)?;
        let name = String::from_utf8_lossy(bytes.get(at + 46..at + 46 + name_len)?).into_owned();
        if wanted(&name) {
            let start = header + 30 + number(bytes, header + 26, 2)? + number(bytes, header + 28, 2)?;
            let data = bytes.get(start..start + packed)?;
            let mut content = Vec::new();
            match method {
                0 => content.extend_from_slice(data),
                _ => drop(DeflateDecoder::new(data).read_to_end(&mut content).ok()?),
            }
            files.insert(name, content);
        }
        at += 46 + name_len + extra + comment;
    }
    Some(files)
}

fn number(bytes: &[u8], at: usize, len: usize) -> Option<usize> {
    Some(bytes.get(at..at + len)?.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}
