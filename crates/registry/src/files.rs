//! Files on disk, with Go's error texts.

use chartlens::text::go_error;
use std::io::Write as _;
use std::path::Path;

/// Reads a file that the user knows as `shown`.
pub fn read(path: &Path, shown: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("open {shown}: {}", go_error(&error)))
}

/// Makes a folder and those above it.
pub fn make_folder(path: &Path) -> Result<(), String> {
    std::fs::create_dir_all(path).map_err(|error| format!("mkdir {}: {}", path.display(), go_error(&error)))
}

/// Writes a file whole or not at all: beside it first, then in its place. Its folder is made where it is missing.
pub fn write_whole(path: &Path, data: &[u8], private: bool) -> Result<(), String> {
    let fail = |error: &std::io::Error| format!("open {}: {}", path.display(), go_error(error));
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if private { 0o600 } else { 0o644 });
    #[cfg(not(unix))]
    let _ = private;
    let written =
        options.open(&beside).and_then(|mut file| file.write_all(data)).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        fail(&error)
    })
}

/// Writes a file whole or not at all.
pub fn write_file(path: &Path, data: &[u8]) -> Result<(), String> {
    write_whole(path, data, false)
}
