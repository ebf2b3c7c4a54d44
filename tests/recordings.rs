//! Folders of recorded cases, and replaying them.

use crate::case::Case;
use crate::known;
use chartlens::host::HelmVersion;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The recordings of one folder: `AREA.jsonl` or `AREA.jsonl.gz`, and the values file they share.
#[derive(Clone, Debug)]
pub struct Recordings {
    dir: PathBuf,
    standard: String,
}

/// What became of the cases of one area.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many came out as recorded.
    pub passed: usize,
    /// How many differ for a known reason.
    pub listed: usize,
    /// The others that differ, and listed ones that do not: the case and what there is to see.
    pub failed: Vec<(String, String)>,
}

impl Recordings {
    /// The recordings in a folder.
    pub fn open(dir: impl Into<PathBuf>) -> std::io::Result<Recordings> {
        let dir = dir.into();
        let standard = fs::read_to_string(dir.join("values-std.json"))?;
        Ok(Recordings { dir, standard })
    }

    /// The selection that is part of the repository.
    pub fn bundled() -> Recordings {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
        Recordings::open(dir).expect("the recordings of the repository")
    }

    /// The areas there are, sorted.
    pub fn areas(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let area = |name: String| {
            let name = name.strip_suffix(".gz").unwrap_or(&name);
            name.strip_suffix(".jsonl").map(str::to_owned)
        };
        let mut areas: Vec<String> =
            entries.filter_map(|entry| area(entry.file_name().to_string_lossy().into_owned())).collect();
        areas.sort();
        areas
    }

    /// The lines of an area.
    pub fn text(&self, area: &str) -> String {
        if let Ok(text) = fs::read_to_string(self.dir.join(format!("{area}.jsonl"))) {
            return text;
        }
        let packed = fs::read(self.dir.join(format!("{area}.jsonl.gz"))).expect("a recording");
        let mut text = String::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).expect("gzipped lines");
        text
    }

    /// The cases of an area.
    pub fn cases(&self, area: &str) -> Vec<Case> {
        self.text(area).lines().filter(|line| !line.trim().is_empty()).map(Case::read).collect()
    }

    /// Replays the cases of an area that `wanted` lets through.
    pub fn replay(&self, area: &str, helm: HelmVersion, wanted: impl Fn(&Case) -> bool) -> Report {
        let scratch = tempfile::tempdir().expect("a folder for the cases");
        let folder = scratch.path().join("case");
        let mut report = Report::default();
        for case in self.cases(area).iter().filter(|case| case.is_recorded(helm) && wanted(case)) {
            let id = case.id().to_owned();
            match (case.check(&folder, &self.standard, helm), known::reason(&id, helm)) {
                (Ok(()), None) => report.passed += 1,
                (Err(_), Some(_)) => report.listed += 1,
                (Ok(()), Some(_)) => report.failed.push((id, "  is listed as not reproduced, but passes".to_owned())),
                (Err(difference), None) => {
                    report.failed.push((id, format!("{}\n{difference}", case.template())));
                }
            }
        }
        report
    }
}
