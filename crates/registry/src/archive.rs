//! Packed charts on disk: Helm's `pkg/chart/v2/util/expand.go`.

use crate::files::make_folder;
use chartlens::chart::{ArchiveLimits, METADATA, unpack};
use chartlens::text::{go_error, path::base, quote};
use std::path::Path;

/// Writes the files of a packed chart into a folder of its name below `folder`: `Expand`. The error is Helm's text.
pub fn expand(bytes: &[u8], folder: &Path) -> Result<(), String> {
    let files = unpack(bytes, &ArchiveLimits::default()).map_err(|error| error.to_string())?;
    let mut name = String::new();
    if let Some(file) = files.iter().find(|file| file.name == "Chart.yaml") {
        let metadata = crate::marshal::unmarshal(&file.data, &METADATA)
            .map_err(|error| format!("cannot load Chart.yaml: {error}"))?;
        name = metadata.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
    }
    let shown = quote(name.as_bytes());
    match name.as_str() {
        "" => return Err("chart name not specified".to_owned()),
        "." | ".." => return Err(format!("chart name {shown} is not allowed")),
        name if name != base(name) || name.contains('\\') => {
            return Err(format!("chart name {shown} must not contain path separators"));
        }
        _ => {}
    }
    let chart = folder.join(&name);
    for file in &files {
        let path = chart.join(&file.name);
        refuse_links(folder, &path)?;
        if let Some(parent) = path.parent() {
            make_folder(parent)?;
        }
        std::fs::write(&path, &file.data).map_err(|error| format!("open {}: {}", path.display(), go_error(&error)))?;
    }
    Ok(())
}

/// An error where a link below `folder` would lead a path elsewhere.
fn refuse_links(folder: &Path, path: &Path) -> Result<(), String> {
    let inside = path.ancestors().take_while(|part| *part != folder);
    match inside.into_iter().find(|part| part.is_symlink()) {
        Some(link) => Err(format!("refused to write through the link {}", link.display())),
        None => Ok(()),
    }
}
