//! Charts: files, metadata, defaults and the charts inside.
//!
//! A [`Chart`] is immutable and cheap to share; rendering it never changes it.

mod archive;
pub mod files;
mod ignore;
mod load;
mod metadata;
mod readings;
mod values;

pub use archive::{ArchiveError, ArchiveLimits, unpack};
pub use files::File;
pub use ignore::Ignore;
pub use load::{
    ChartError, detect, load_all, load_all_of_archive, load_anew, load_archive, load_files, load_for_lint,
    parse_patched, parse_values, read_values, split_yaml,
};
pub use metadata::{Dependency, Import, Lock, METADATA, Maintainer, Metadata};
pub use readings::{LONGEST, Readings, ValuesRead};
pub use values::{ValuesDocument, ValuesFile};

use crate::host::{HelmVersion, Timestamp};
use crate::log::Log;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A loaded chart.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// What Chart.yaml says.
    pub metadata: Metadata,
    /// Chart.yaml itself, where there is one.
    pub chart_yaml: Option<File>,
    /// The file that lists the charts it needs: Chart.yaml, or the requirements.yaml of older charts.
    pub requirements: Option<File>,
    /// What Chart.lock, or requirements.lock, says.
    pub lock: Option<Lock>,
    /// When Chart.yaml was last changed, where the host knows.
    pub modified: Option<Timestamp>,
    /// `values.yaml`, document by document; absent where there is no such file.
    pub values: Option<ValuesFile>,
    /// When `values.yaml` was last changed, where the host knows.
    pub values_modified: Option<Timestamp>,
    /// `values.schema.json`.
    pub schema: Option<Arc<[u8]>>,
    /// When `values.schema.json` was last changed, where the host knows.
    pub schema_modified: Option<Timestamp>,
    /// Everything under `templates/`.
    pub templates: Vec<File>,
    /// Everything else: what `.Files` gives, `crds/` included.
    pub files: Vec<File>,
    /// The charts under `charts/`.
    pub dependencies: Vec<Arc<Chart>>,
    /// Where the chart is in the root chart: empty, or `charts/x/`, or `charts/x-1.2.tgz!/x/`.
    pub location: String,
    /// What loading had to say, this chart's own.
    pub log: Vec<Log>,
    /// What is wrong with this chart's own files; only where loading went on after it.
    pub errors: Vec<ChartError>,
}

impl Chart {
    /// The files under `crds/` that hold manifests.
    pub fn crds(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| {
            file.name.starts_with("crds/")
                && matches!(crate::text::path::extension(&file.name), ".yaml" | ".yml" | ".json")
        })
    }

    /// What Helm's `CheckDependencies` says of charts that are declared and not there.
    pub fn missing_dependencies(&self) -> Option<String> {
        let present: Vec<&str> = self.dependencies.iter().map(|c| c.metadata.name.as_str()).collect();
        let declared = self.metadata.dependencies.iter().flatten().map(|wanted| wanted.name.as_str());
        let missing: Vec<&str> = declared.filter(|name| !present.contains(name)).collect();
        let names = missing.join(", ");
        (!missing.is_empty()).then(|| format!("found in Chart.yaml, but missing in charts/ directory: {names}"))
    }

    /// This chart and all charts inside, parents first.
    pub fn walk(&self) -> Vec<&Chart> {
        let mut all = vec![self];
        let mut next = 0;
        while let Some(chart) = all.get(next).copied() {
            all.extend(chart.dependencies.iter().map(|c| &**c));
            next += 1;
        }
        all
    }

    /// Whether it is made of the same files as another one, and so are the charts inside.
    pub(crate) fn has_the_files_of(&self, other: &Chart) -> bool {
        self.all_files() == other.all_files()
    }

    /// All files, those of charts inside too: by where the chart is, and by name.
    fn all_files(&self) -> BTreeMap<(&str, &str), &[u8]> {
        fn of(chart: &Chart) -> Vec<((&str, &str), &[u8])> {
            let named = chart.chart_yaml.iter().chain(&chart.requirements).chain(&chart.templates).chain(&chart.files);
            let named = named.map(|file| ((&*chart.location, &*file.name), &*file.data));
            let values = chart.values.iter().map(|values| ((&*chart.location, "values.yaml"), &*values.text));
            let schema = chart.schema.iter().map(|schema| ((&*chart.location, "values.schema.json"), &**schema));
            named.chain(values).chain(schema).collect()
        }
        self.walk().into_iter().flat_map(of).collect()
    }
}

/// Helm's words around what is wrong with the dependencies of a chart.
pub(crate) fn unmet(why: &str, helm: HelmVersion) -> String {
    let (an, mark) = match helm {
        HelmVersion::V4 => ("an", '\''),
        HelmVersion::V3 => ("An", '`'),
    };
    let advice = format!("You may need to run {mark}helm dependency build{mark} to fetch missing dependencies");
    format!("{an} error occurred while checking for chart dependencies. {advice}: {why}")
}
