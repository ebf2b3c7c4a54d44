//! Packed charts: Helm's `pkg/chart/loader/archive`.

use super::files::File;
use crate::host::Timestamp;
use crate::text::path::clean;
use std::fmt;
use std::io::Read;

/// Upper bounds on an archive. Helm's own, and one on entries.
#[derive(Clone, Debug)]
pub struct ArchiveLimits {
    /// Bytes of all files together.
    pub total: u64,
    /// Bytes of one file. Helm bounds only all files together.
    pub file: u64,
    /// Number of entries.
    pub entries: usize,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        ArchiveLimits { total: 100 << 20, file: 100 << 20, entries: 100_000 }
    }
}

/// Why an archive cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArchiveError {
    /// It is not compressed with gzip.
    NotGzip,
    /// It is damaged; the text says how.
    Damaged(String),
    /// A file in it has a path that no chart may have, or a limit is reached: Helm's text.
    Refused(String),
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArchiveError::NotGzip => f.write_str("gzip: invalid header"),
            ArchiveError::Damaged(text) | ArchiveError::Refused(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ArchiveError {}

fn refuse<T>(text: impl Into<String>) -> Result<T, ArchiveError> {
    Err(ArchiveError::Refused(text.into()))
}

fn damaged(error: &std::io::Error) -> ArchiveError {
    ArchiveError::Damaged(error.to_string())
}

/// The files of a `.tgz`, without the folder they are in.
/// Errors: what is no archive, what leads out of its folder, and what is larger than the limits.
pub fn unpack(bytes: &[u8], limits: &ArchiveLimits) -> Result<Vec<File>, ArchiveError> {
    if !bytes.starts_with(&[0x1F, 0x8B]) {
        return Err(ArchiveError::NotGzip);
    }
    let gzip = flate2::bufread::MultiGzDecoder::new(bytes);
    // Headers and padding count too, so that an archive of empty entries ends.
    let bound = limits.total.saturating_add(limits.entries as u64 * 2048);
    let mut archive = tar::Archive::new(gzip.take(bound));
    let mut files: Vec<File> = Vec::new();
    let mut total = 0u64;
    for (count, entry) in archive.entries().map_err(|e| damaged(&e))?.enumerate() {
        if count >= limits.entries {
            return refuse(format!(
                "limit reached: archive has more than {} entries (limit `entries`)",
                limits.entries
            ));
        }
        let entry = entry.map_err(|e| damaged(&e))?;
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() || kind.is_pax_local_extensions() {
            continue;
        }
        let raw = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let name = inner_name(&raw)?;
        let size = entry.header().size().map_err(|e| damaged(&e))?;
        total = total.saturating_add(size);
        // Helm takes an archive that fills the limit exactly for one beyond it.
        if total >= limits.total {
            return refuse(format!("decompressed chart is larger than the maximum size {}", limits.total));
        }
        let too_big = |name: &str| {
            let name = crate::text::quote(name.as_bytes());
            format!("limit reached: chart file {name} is larger than {} bytes (limit `file`)", limits.file)
        };
        if size > limits.file {
            return refuse(too_big(&name));
        }
        let modified = entry.header().mtime().ok().and_then(|seconds| i64::try_from(seconds).ok());
        let modified = modified.map(|seconds| Timestamp { seconds, nanoseconds: 0 });
        let mut data = Vec::new();
        entry.take(limits.file + 1).read_to_end(&mut data).map_err(|e| damaged(&e))?;
        if data.len() as u64 > limits.file {
            return refuse(too_big(&name));
        }
        files.push(File::new(name, data).modified(modified));
    }
    if files.is_empty() {
        return refuse("no files in chart archive");
    }
    Ok(files)
}

/// The path inside the chart of an archive's entry.
fn inner_name(raw: &str) -> Result<String, ArchiveError> {
    // Archives made on Windows may have backslashes.
    let delimiter = if raw.contains('\\') { '\\' } else { '/' };
    let mut parts = raw.split(delimiter);
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let name = rest.join("/");
    if name.starts_with('/') {
        return refuse("chart illegally contains absolute paths");
    }
    let name = clean(&name);
    if name == "." {
        return refuse(format!(
            "chart illegally contains content outside the base directory: {}",
            crate::text::quote(raw.as_bytes())
        ));
    }
    if name.starts_with("..") {
        return refuse("chart illegally references parent directory");
    }
    let bytes = name.as_bytes();
    if matches!(bytes, [letter, b':', b'/', ..] if letter.is_ascii_alphabetic()) {
        return refuse("chart contains illegally named files");
    }
    if first == "Chart.yaml" {
        return refuse("chart yaml not in base directory");
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        for (name, data) in entries {
            let mut header = tar::Header::new_gnu();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(data.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append(&header, *data).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    fn refusal(entries: &[(&str, &[u8])]) -> String {
        unpack(&pack(entries), &ArchiveLimits::default()).unwrap_err().to_string()
    }

    #[test]
    fn files_lose_their_folder() {
        let files = unpack(&pack(&[("c/Chart.yaml", b"\xEF\xBB\xBFname: c\n")]), &ArchiveLimits::default()).unwrap();
        let epoch = Timestamp { seconds: 0, nanoseconds: 0 };
        assert_eq!(files, [File::new("Chart.yaml", "name: c\n").modified(Some(epoch))]);
    }

    #[test]
    fn escapes_are_refused() {
        assert_eq!(refusal(&[("c/../../x", b"")]), "chart illegally references parent directory");
        assert_eq!(refusal(&[("c//etc/x", b"")]), "chart illegally contains absolute paths");
        assert_eq!(refusal(&[("x", b"")]), "chart illegally contains content outside the base directory: \"x\"");
        assert_eq!(refusal(&[]), "no files in chart archive");
        assert_eq!(unpack(b"PK", &ArchiveLimits::default()), Err(ArchiveError::NotGzip));
    }

    #[test]
    fn size_limits_are_named() {
        let limits = ArchiveLimits { total: 10, file: 4, entries: 2 };
        let bomb = pack(&[("c/a", b"12345")]);
        assert!(unpack(&bomb, &limits).unwrap_err().to_string().contains("larger than 4 bytes"));
        let full = pack(&[("c/a", b"12345"), ("c/b", b"12345")]);
        let limits_of_helm = ArchiveLimits { file: 10, ..limits.clone() };
        assert!(unpack(&full, &limits_of_helm).unwrap_err().to_string().contains("maximum size 10"));
        let many = pack(&[("c/a", b"1"), ("c/b", b"1"), ("c/c", b"1")]);
        assert!(unpack(&many, &limits).unwrap_err().to_string().contains("limit `entries`"));
    }
}
