//! Objects for the `lookup` function, from files.

use crate::environment::Environment;
use chartlens::host::Lookup;
use std::path::Path;

/// Objects as JSON with what they are found by.
#[derive(Debug, Default)]
pub struct Objects {
    objects: Vec<chartlens::lookup::Object>,
}

impl Objects {
    /// Reads files, or all YAML and JSON files of folders.
    pub fn read(env: &Environment<'_>, paths: &[String]) -> Result<Objects, String> {
        let mut all = Objects::default();
        for path in paths {
            let full = env.path(path);
            if full.is_dir() {
                let mut names: Vec<_> = std::fs::read_dir(&full)
                    .map_err(|e| format!("--lookup {path}: {e}"))?
                    .filter_map(Result::ok)
                    .map(|entry| entry.path())
                    .filter(|p| p.extension().is_some_and(|e| e == "yaml" || e == "yml" || e == "json"))
                    .collect();
                names.sort();
                for name in names {
                    all.add(&name)?;
                }
            } else {
                all.add(&full)?;
            }
        }
        Ok(all)
    }

    fn add(&mut self, path: &Path) -> Result<(), String> {
        let text = std::fs::read(path).map_err(|e| format!("--lookup {}: {e}", path.display()))?;
        let objects =
            chartlens::lookup::read_objects(&text).map_err(|e| format!("--lookup {}: {e}", path.display()))?;
        self.objects.extend(objects);
        Ok(())
    }
}

impl Lookup for Objects {
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<String> {
        chartlens::lookup::find_object(&self.objects, api_version, kind, namespace, name)
    }
}
