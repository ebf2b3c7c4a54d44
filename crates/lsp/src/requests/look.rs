//! What there is: hovers, definitions, references, hints, lenses, links.

use super::{About, Answer, markdown, told};
use chartlens::ide::{Location, Role};
use serde_json::{Value, json};

pub fn hover(about: &About<'_>) -> Answer {
    let Some(hover) = about.snapshot.hover(about.offset()?) else { return Ok(Value::Null) };
    told(json!({"contents": markdown(&hover.text), "range": about.text.range(&hover.range)}))
}

fn locations(about: &About<'_>, found: &[Location]) -> Answer {
    let mut files = about.files();
    told(found.iter().filter_map(|at| files.location(at)).collect::<Vec<_>>())
}

pub fn definition(about: &About<'_>) -> Answer {
    locations(about, &about.snapshot.definition(about.offset()?))
}

pub fn references(about: &About<'_>) -> Answer {
    let with_definition = about.param("/context/includeDeclaration").unwrap_or(true);
    locations(about, &about.snapshot.references(about.offset()?, with_definition))
}

pub fn highlights(about: &About<'_>) -> Answer {
    let found = about.snapshot.highlights(about.offset()?);
    let shown = found.into_iter().map(|(range, role)| {
        let kind = if role == Role::Definition { 3 } else { 2 };
        json!({"range": about.text.range(&range), "kind": kind})
    });
    told(shown.collect::<Vec<_>>())
}

pub fn inlays(about: &About<'_>) -> Answer {
    let found = about.snapshot.inlays(about.bytes()?);
    let shown = found.into_iter().map(|inlay| {
        let mut hint =
            json!({"position": about.text.position(inlay.offset), "label": inlay.label, "paddingLeft": true});
        if let (Some(tooltip), Some(hint)) = (inlay.tooltip, hint.as_object_mut()) {
            hint.insert("tooltip".to_owned(), json!(tooltip));
        }
        hint
    });
    told(shown.collect::<Vec<_>>())
}

pub fn lenses(about: &About<'_>) -> Answer {
    let uri = about.param::<Value>("/textDocument/uri")?;
    let shown = about.snapshot.lenses().into_iter().map(|lens| {
        let range = about.text.range(&lens.range);
        let command = if lens.leads_to_uses { "chartlens.references" } else { "chartlens.render" };
        json!({"range": range, "command": {"title": lens.title, "command": command, "arguments": [uri, range.start]}})
    });
    told(shown.collect::<Vec<_>>())
}

pub fn links(about: &About<'_>) -> Answer {
    let files = about.files();
    let shown = about.snapshot.links().into_iter().filter_map(|link| {
        let target =
            if link.is_url { Some(link.target) } else { files.uri(&link.target).map(|uri| uri.as_str().to_owned()) };
        Some(json!({"range": about.text.range(&link.range), "target": target?}))
    });
    told(shown.collect::<Vec<_>>())
}
