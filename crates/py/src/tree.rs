//! Charts in anything that lists and reads files as `importlib.resources` does.

use crate::errors::Class;
use chartlens::chart::{ArchiveLimits, File, Ignore};
use chartlens_cli::ChartSource;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::Arc;

/// Folders nested deeper than this are no chart's.
const MAX_DEPTH: u32 = 100;

/// Reads a folder or an archive.
pub fn read(root: &Bound<'_, PyAny>) -> PyResult<ChartSource> {
    if !root.call_method0("is_dir")?.is_truthy()? {
        return Ok(ChartSource::Archive { bytes: Arc::from(bytes(root)?.as_bytes()), path: name(root)? });
    }
    let mut tree = Tree { ignore: ignore(root)?, limits: ArchiveLimits::default(), files: Vec::new(), total: 0 };
    tree.folder(root, "", 0)?;
    Ok(ChartSource::Folder(tree.files))
}

struct Tree {
    ignore: Ignore,
    limits: ArchiveLimits,
    files: Vec<File>,
    total: u64,
}

impl Tree {
    fn folder(&mut self, folder: &Bound<'_, PyAny>, before: &str, depth: u32) -> PyResult<()> {
        let py = folder.py();
        let limit = |what: String| Err(Class::Chart.error(py, &format!("limit reached: {what}")));
        if depth > MAX_DEPTH {
            return limit(format!("folders nested deeper than {MAX_DEPTH} levels at {before} (limit `folder depth`)"));
        }
        let entries = folder.call_method0("iterdir")?.try_iter()?.map(|entry| {
            let entry = entry?;
            Ok((name(&entry)?, entry))
        });
        let mut entries = entries.collect::<PyResult<Vec<_>>>()?;
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (name, entry) in entries {
            let path = if before.is_empty() { name } else { format!("{before}/{name}") };
            let is_folder = entry.call_method0("is_dir")?.is_truthy()?;
            if self.ignore.ignores(&path, is_folder) {
                continue;
            }
            if is_folder {
                self.folder(&entry, &path, depth + 1)?;
                continue;
            }
            let data = bytes(&entry)?;
            self.total += data.as_bytes().len() as u64;
            if self.total > self.limits.total || self.files.len() >= self.limits.entries {
                let (total, entries) = (self.limits.total, self.limits.entries);
                return limit(format!(
                    "the chart is larger than {total} bytes or {entries} files (limits `total`, `entries`)"
                ));
            }
            self.files.push(File::new(path, data.as_bytes()));
        }
        Ok(())
    }
}

/// The rules of .helmignore, if the folder lists one.
fn ignore(root: &Bound<'_, PyAny>) -> PyResult<Ignore> {
    let mut text = Vec::new();
    for entry in root.call_method0("iterdir")?.try_iter()? {
        let entry = entry?;
        if name(&entry)? == ".helmignore" {
            text = bytes(&entry)?.as_bytes().to_vec();
        }
    }
    Ignore::parse(&text).map_err(|message| Class::Chart.error(root.py(), &message))
}

fn name(entry: &Bound<'_, PyAny>) -> PyResult<String> {
    entry.getattr("name")?.extract()
}

fn bytes<'py>(file: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    Ok(file.call_method0("read_bytes")?.cast_into::<PyBytes>()?)
}
