//! What the profile `strict` would say of a chart that was made, where its source does not tell: allowed in the template, with
//! the reason, and told to the maker.

use super::Scaffold;
use chartlens::codes;
use chartlens::diag::Severity;
use chartlens::host::Host;
use chartlens::lint::Choice;
use chartlens::render::RenderOptions;
use chartlens::report::Report;
use chartlens::session::{CheckOptions, Session};
use chartlens::values::ValuesSource;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the strict profile says of a chart.
fn strict(made: &Scaffold, name: &str, switched_on: &[String]) -> Report {
    let choice = Choice { profile: Some("strict".to_owned()), ..Choice::default() };
    let values = switched_on.iter().map(|value| ValuesSource::Set(format!("{value}=true"))).collect();
    let options = CheckOptions {
        selection: Arc::new(codes::select(&choice).unwrap_or_default()),
        render: RenderOptions { values, ..RenderOptions::default() },
        ..CheckOptions::default()
    };
    Session::new().check(&made.chart(), name, &options, &Host::default(), &|_| Err("no files are read here".to_owned()))
}

/// Allows these rules in the templates where they are found; values that switch something on are on for that.
pub fn allow(made: &mut Scaffold, name: &str, switched_on: &[String], rules: &[(&str, &str)]) {
    let report = strict(made, name, switched_on);
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for finding in report.diagnostics.iter().filter(|finding| finding.severity >= Severity::Warning) {
        let Some((code, _)) = rules.iter().find(|(code, _)| *code == finding.code) else { continue };
        let template = finding.cause.as_ref().and_then(|cause| cause.template.as_ref());
        let document = finding.rendered.as_ref().and_then(|rendered| rendered.place.file().split_once('/'));
        let file = document.map(|(_, file)| file).or(template.map(|place| place.file()));
        if let Some(file) = file {
            found.entry(file.to_owned()).or_default().insert(code);
        }
    }
    for (file, codes) in found {
        let Some((_, text)) = made.files.iter_mut().find(|(name, _)| *name == file) else { continue };
        let mut head = String::new();
        for code in codes {
            let reason = rules.iter().find(|(rule, _)| *rule == code).map_or("", |(_, reason)| *reason);
            head.push_str(&format!("{{{{- /* chartlens: allow-file {code} -- {reason} */}}}}\n"));
            made.notes.push(format!("{file}: {reason} (`{code}` is allowed there)"));
        }
        text.splice(0..0, head.into_bytes());
    }
}
