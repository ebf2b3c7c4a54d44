//! What is there before an update: manifests, or what a chart renders.

use super::{CheckOptions, Session, explain};
use crate::budget::{Budget, Exhausted};
use crate::chart::Chart;
use crate::diag::{Cause, Diagnostic, Fact, Place, Severity};
use crate::host::Host;
use crate::lint::value_of;
use crate::render::RenderOptions;
use crate::semver::Version;
use crate::text::SourceFile;
use crate::validate::update::Objects;
use crate::values::{ReadFile, ValuesSource};
use std::sync::Arc;

/// What an update is held against: the objects that are there.
///
/// Hooks and `crds/` are not among them: Helm makes hooks anew, and leaves definitions of `crds/` alone.
#[derive(Clone, Debug)]
pub enum Against {
    /// Manifests: name and text of each file.
    Manifests(Vec<(String, Arc<[u8]>)>),
    /// What a chart renders for the same release.
    Release {
        /// The chart, an older version of the one that is checked; none for that one itself.
        chart: Option<Arc<Chart>>,
        /// Its values, in place of those of the check; none for the same.
        values: Option<Vec<ValuesSource>>,
    },
}

/// What is looked at together with the objects that are there.
pub(super) struct Before<'a> {
    pub session: &'a Session,
    pub options: &'a CheckOptions,
    pub host: &'a Host,
    pub read: ReadFile<'a>,
}

impl Before<'_> {
    /// The objects that are there before an update to `chart`, and what is to be said of it: where they are not known, and of
    /// a version that was not raised.
    pub fn objects(
        &self,
        chart: &Chart,
        render: &RenderOptions,
        budget: &Budget,
    ) -> Result<(Objects, Vec<Diagnostic>), Exhausted> {
        match &self.options.against {
            None => Ok((Objects::default(), Vec::new())),
            Some(Against::Manifests(files)) => manifests(files, &render.namespace, budget),
            Some(Against::Release { chart: older, values }) => {
                let mut render = RenderOptions { is_upgrade: false, trace: false, ..render.clone() };
                if let Some(values) = values {
                    render.values.clone_from(values);
                }
                let mut objects = Objects::new(&render.namespace);
                let rendered = self.session.render(older.as_deref().unwrap_or(chart), &render, self.host, self.read);
                let mut unknown: Vec<_> = older.iter().filter_map(|older| not_raised(chart, older)).collect();
                match rendered {
                    Ok(rendered) => {
                        for document in rendered.documents.iter().filter_map(|d| crate::yaml::parse(&d.text).ok()) {
                            objects.add(&document, budget)?;
                        }
                        unknown.extend(rendered.faults.first().map(|fault| nothing(explain::plain(fault).message)));
                    }
                    Err(error) => unknown.push(nothing(explain::plain(&error.kind).message)),
                }
                Ok((objects, unknown))
            }
        }
    }
}

/// That a chart differs from the one that is there, and does not have a higher version.
fn not_raised(chart: &Chart, older: &Chart) -> Option<Diagnostic> {
    let file = chart.chart_yaml.as_ref()?;
    let [new, old] = [chart, older].map(|chart| chart.metadata.version.as_str());
    let is_raised = Version::parse(new).ok()?.compare(&Version::parse(old).ok()?).is_gt();
    if is_raised || chart.metadata.name != older.metadata.name || chart.has_the_files_of(older) {
        return None;
    }
    let says = format!("the version is {new}, and the chart that is there is another one with the version {old}");
    let place = Place::new(&SourceFile::new(&*file.name, file.data.clone()), value_of(&file.data, "version"));
    let cause = Some(Cause { template: Some(place), ..Cause::default() });
    let help = Some("raise `version` in Chart.yaml".to_owned());
    let severity = Severity::Warning;
    Some(Diagnostic { severity, cause, help, ..Diagnostic::of("update/version-not-raised", Fact::Remark { says }) })
}

/// The objects of manifests.
pub(super) fn manifests(
    files: &[(String, Arc<[u8]>)],
    namespace: &str,
    budget: &Budget,
) -> Result<(Objects, Vec<Diagnostic>), Exhausted> {
    let mut objects = Objects::new(namespace);
    let mut unknown = Vec::new();
    for (name, text) in files {
        let mut end = Ok(());
        crate::yaml::each_document(text, |document| match document {
            Ok(document) if end.is_ok() => end = objects.add(&document, budget),
            Ok(_) => {}
            Err(error) => unknown.push(nothing(format!("{name} is no YAML: {}", error.message))),
        });
        end?;
    }
    Ok((objects, unknown))
}

fn nothing(reason: String) -> Diagnostic {
    let severity = Severity::Warning;
    Diagnostic { severity, ..Diagnostic::of("update/unknown-before", Fact::NothingBefore { reason }) }
}
