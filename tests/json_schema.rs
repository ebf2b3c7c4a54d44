//! JSON Schema, by the validator that chartlens has for values.schema.json.

use chartlens::chart::{ArchiveLimits, File, load_files};
use chartlens::host::{HelmVersion, Host};
use chartlens::render::{RenderErrorKind, RenderOptions, render};
use serde_json::Value;

/// What a schema of draft 2020-12 has against an object, in the words of Helm; none where it takes it.
pub fn refusal(schema: &Value, object: &Value) -> Option<String> {
    let files = vec![
        File::new("Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\n"),
        File::new("values.yaml", object.to_string().into_bytes()),
        File::new("values.schema.json", schema.to_string().into_bytes()),
    ];
    let chart = load_files(files, &ArchiveLimits::default(), HelmVersion::V4).expect("a chart");
    let error = render(&chart, &RenderOptions::default(), &Host::default(), &|_| Err("no files".to_owned())).err()?;
    let text = error.kind.helm_text(HelmVersion::V4);
    assert!(matches!(error.kind, RenderErrorKind::Schema(_)), "{text}");
    Some(text)
}
