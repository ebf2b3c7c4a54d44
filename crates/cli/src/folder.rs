//! Charts on disk: folders and archives, as Helm's loader walks them.

use crate::environment::{Environment, absolute, go_error};
use chartlens::chart::{
    ArchiveError, ArchiveLimits, Chart, ChartError, File, Ignore, detect, load_all, load_all_of_archive, load_archive,
    load_files,
};
use chartlens::host::{HelmVersion, Timestamp};
use chartlens::log::{Level, Log};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

/// Finds and loads a chart as Helm's `LocateChart` and `loader.Load` do. The error is Helm's text.
pub fn load(env: &Environment<'_>, name: &str, helm: HelmVersion, log: &mut Vec<Log>) -> Result<Chart, String> {
    load_chart(env, name, helm, log).map_err(|error| {
        log.extend(error.log);
        error.message
    })
}

/// The same, with the file at fault where there is one.
pub fn load_chart(
    env: &Environment<'_>,
    name: &str,
    helm: HelmVersion,
    log: &mut Vec<Log>,
) -> Result<Chart, ChartError> {
    let mut chart = read_chart(env, name, helm, log)?.load(helm)?;
    log.append(&mut chart.log);
    Ok(chart)
}

/// What stands where a chart should be, read but not yet understood.
#[derive(Clone, Debug)]
pub enum ChartSource {
    /// The files of a folder.
    Folder(Vec<File>),
    /// A packed chart.
    Archive {
        /// Its bytes.
        bytes: Arc<[u8]>,
        /// Its path, as error texts show it.
        path: String,
    },
}

/// Finds a chart as Helm's `LocateChart` does and reads it.
pub fn read_chart(
    env: &Environment<'_>,
    name: &str,
    helm: HelmVersion,
    log: &mut Vec<Log>,
) -> Result<ChartSource, ChartError> {
    let path = env.path(name);
    let full = absolute(&env.folder, name);
    if !env.is_there(name) {
        if name.starts_with('/') || name.starts_with('.') {
            return Err(format!("path {} not found", chartlens::text::quote(name.as_bytes())).into());
        }
        if name.contains("://") {
            return Err(format!("chartlens does not fetch charts: {name} is not a local path").into());
        }
        log.push(Log::new(Level::Debug, "set up default downloader cache"));
        let Ok(url) = chartlens::url_text(name) else {
            return Err(format!("invalid chart URL format: {name}").into());
        };
        return Err(match name.split_once('/') {
            None => format!("non-absolute URLs should be in form of repo_name/path_to_chart, got: {url}"),
            Some((repo, _)) => format!("repo {repo} not found"),
        }
        .into());
    }
    if !path.is_dir() {
        let bytes = std::fs::read(&path).map_err(|e| format!("open {full}: {}", go_error(&e)))?;
        return Ok(ChartSource::Archive { bytes: bytes.into(), path: full });
    }
    if !path.join("Chart.yaml").exists() {
        return Err(match helm {
            HelmVersion::V4 => {
                format!(
                    "unable to detect chart at {full}/Chart.yaml: open {full}/Chart.yaml: no such file or directory"
                )
            }
            HelmVersion::V3 => "Chart.yaml file is missing".to_owned(),
        }
        .into());
    }
    let files = read_folder(&path, &full, &ArchiveLimits::default(), log).map_err(|message| {
        let chart_yaml = std::fs::read(path.join("Chart.yaml")).ok().filter(|_| helm >= HelmVersion::V4);
        let foreign = chart_yaml.and_then(|text| detect(&File::new("Chart.yaml", text)).err());
        foreign.unwrap_or_else(|| message.into())
    })?;
    Ok(ChartSource::Folder(files))
}

impl ChartSource {
    /// Makes a chart of what can be read: the rest is in its `errors`.
    pub fn load_all(&self, helm: HelmVersion) -> Result<Chart, ChartError> {
        match self {
            ChartSource::Folder(files) => Ok(load_all(files.clone(), &ArchiveLimits::default(), helm)),
            ChartSource::Archive { bytes, .. } => match load_all_of_archive(bytes, &ArchiveLimits::default(), helm) {
                Ok(chart) => Ok(chart),
                // The other way has Helm's words for it.
                Err(_) => self.load(helm),
            },
        }
    }

    /// Makes a chart of it.
    pub fn load(&self, helm: HelmVersion) -> Result<Chart, ChartError> {
        let limits = ArchiveLimits::default();
        let (bytes, path) = match self {
            ChartSource::Folder(files) => return load_files(files.clone(), &limits, helm),
            ChartSource::Archive { bytes, path } => (bytes, path),
        };
        load_archive(bytes, &limits, helm).map_err(|mut error| {
            error.message = match error.archive {
                Some(ArchiveError::NotGzip) if path.ends_with(".yaml") || path.ends_with(".yml") => {
                    format!("file '{path}' seems to be a YAML file, but expected a gzipped archive")
                }
                Some(ArchiveError::NotGzip) => {
                    format!("file '{path}' does not appear to be a gzipped archive; got '{}'", sniff(bytes))
                }
                Some(_) if helm >= HelmVersion::V4 => "unable to load chart archive".to_owned(),
                _ => error.message,
            };
            error
        })
    }
}

/// The files of a chart in a folder.
pub fn read_folder(path: &Path, full: &str, limits: &ArchiveLimits, log: &mut Vec<Log>) -> Result<Vec<File>, String> {
    let rules = Ignore::parse(&std::fs::read(path.join(".helmignore")).unwrap_or_default())?;
    read_without(&rules, path, full, limits, log)
}

/// The files of a chart in a folder that rules let through.
pub fn read_without(
    rules: &Ignore,
    path: &Path,
    full: &str,
    limits: &ArchiveLimits,
    log: &mut Vec<Log>,
) -> Result<Vec<File>, String> {
    let mut walk = Walk { rules, limits, log, files: Vec::new(), full, total: 0, buffer: Vec::new() };
    walk.folder(path, "", 0)?;
    Ok(walk.files)
}

struct Walk<'w> {
    rules: &'w Ignore,
    limits: &'w ArchiveLimits,
    log: &'w mut Vec<Log>,
    files: Vec<File>,
    /// The chart's folder as error texts show it.
    full: &'w str,
    total: u64,
    /// What is read now; one buffer for all files.
    buffer: Vec<u8>,
}

/// How many links to folders may lead into each other.
const MAX_DEPTH: u32 = 100;

impl Walk<'_> {
    fn folder(&mut self, path: &Path, relative: &str, depth: u32) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err(format!(
                "limit reached: folders nested deeper than {MAX_DEPTH} levels at {relative} (limit `folder depth`)"
            ));
        }
        let entries =
            std::fs::read_dir(path).map_err(|e| format!("open {}/{relative}: {}", self.full, go_error(&e)))?;
        let mut names: Vec<String> =
            entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        for name in names {
            let below = if relative.is_empty() { name.clone() } else { format!("{relative}/{name}") };
            self.entry(&path.join(&name), &below, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, relative: &str, depth: u32) -> Result<(), String> {
        let fail = |e: &std::io::Error| format!("lstat {}/{relative}: {}", self.full, go_error(e));
        let link = std::fs::symlink_metadata(path).map_err(|e| fail(&e))?;
        let mut metadata = link.clone();
        if link.is_symlink() {
            let target = std::fs::canonicalize(path).map_err(|e| {
                format!("error evaluating symlink {}/{relative}: lstat {}: {}", self.full, path.display(), go_error(&e))
            })?;
            let here = format!("{}/{relative}", self.full);
            let line = Log::new(Level::Info, "found symbolic link in path. Contents of linked file included and used")
                .with("path", &here)
                .with("resolved", target.display().to_string())
                .helm3(format!(
                    "walk.go:75: found symbolic link in path: {here} resolves to {}. Contents of linked file included and used",
                    target.display()
                ));
            self.log.push(line);
            metadata = std::fs::metadata(path).map_err(|e| fail(&e))?;
        }
        if self.rules.ignores(relative, metadata.is_dir()) {
            return Ok(());
        }
        if metadata.is_dir() {
            return self.folder(path, relative, depth + 1);
        }
        if !metadata.is_file() {
            return Err(format!(
                "cannot load irregular file {}/{relative} as it has file mode type bits set",
                self.full
            ));
        }
        self.total = self.total.saturating_add(metadata.len());
        if self.total > self.limits.total {
            let total = self.limits.total;
            return Err(format!("error reading {relative}: chart exceeds maximum decompressed size of {total} bytes"));
        }
        if self.files.len() >= self.limits.entries {
            return Err(format!(
                "limit reached: the chart has more than {} files (limit `entries`)",
                self.limits.entries
            ));
        }
        self.buffer.clear();
        // A file alone would ask for its length once more.
        self.buffer.reserve(usize::try_from(metadata.len()).unwrap_or_default().saturating_add(1));
        std::fs::File::open(path)
            .and_then(|file| file.take(u64::MAX).read_to_end(&mut self.buffer))
            .map_err(|e| format!("error reading {relative}: open {}/{relative}: {}", self.full, go_error(&e)))?;
        let modified = metadata.modified().ok().and_then(timestamp);
        self.files.push(File::new(relative, &self.buffer).modified(modified));
        Ok(())
    }
}

/// A time of the file system as the library has it.
fn timestamp(time: std::time::SystemTime) -> Option<Timestamp> {
    let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Timestamp { seconds: since.as_secs() as i64, nanoseconds: since.subsec_nanos() })
}

/// What Go's `http.DetectContentType` says of bytes that are no archive.
fn sniff(bytes: &[u8]) -> &'static str {
    let head = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    let binary = |b: &u8| matches!(b, 0x00..=0x08 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F);
    if head.starts_with(b"PK\x03\x04") {
        "application/zip"
    } else if bytes.len() < 512 || head.iter().any(binary) {
        // Helm looks at 512 bytes, and zeros follow a shorter file.
        "application/octet-stream"
    } else {
        "text/plain; charset=utf-8"
    }
}
