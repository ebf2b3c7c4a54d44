//! Writing the files of a case.

use base64::Engine as _;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The bytes that a base64 text stands for.
pub fn decode(text: &str) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}

/// Writes a file and the folders it is in.
pub fn write(base: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = base.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).expect("a folder");
    }
    fs::write(path, content).expect("a file");
}

/// Writes a file as cases describe it: text, `{"b64": …}`, `{"symlink": …}` or `{"tgz": {…}}`.
pub fn write_described(base: &Path, name: &str, content: &Value) {
    if name.ends_with('/') {
        fs::create_dir_all(base.join(name)).expect("a folder");
    } else if let Some(text) = content.as_str() {
        write(base, name, text);
    } else if let Some(encoded) = content["b64"].as_str() {
        write(base, name, decode(encoded));
    } else if let Some(target) = content["symlink"].as_str() {
        link(target, &base.join(name));
    } else if let Some(entries) = content["tgz"].as_object() {
        let entries = entries.iter().map(|(name, text)| (name.as_str(), text.as_str().unwrap_or_default().as_bytes()));
        write(base, name, pack(entries));
    }
}

fn link(target: &str, path: &Path) {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).expect("a folder");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(target, path).expect("a link");
    #[cfg(not(unix))]
    fs::write(path, target).expect("a file");
}

/// A gzipped tar archive. Names that climb out of it are taken as they are: they are part of the tests.
pub fn pack<'a>(entries: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut archive = tar::Builder::new(gzip);
    for (name, data) in entries {
        let mut header = tar::Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(data.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, data).expect("an entry");
    }
    archive.into_inner().and_then(flate2::write::GzEncoder::finish).expect("an archive")
}

/// All files with this name below a folder, sorted.
pub fn named(folder: &Path, name: &str) -> Vec<PathBuf> {
    below(folder, &|path| path.file_name().is_some_and(|file| file == name))
}

/// All files with this extension below a folder, sorted.
pub fn with_extension(folder: &Path, extension: &str) -> Vec<PathBuf> {
    below(folder, &|path| path.extension().is_some_and(|found| found == extension))
}

fn below(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
