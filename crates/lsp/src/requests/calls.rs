//! Which helpers call which.

use super::{About, Answer, told};
use chartlens::ide::{HelperCalls, Location, Symbol};
use lsp_types::Range;
use serde_json::{Value, json};

pub fn prepare(about: &About<'_>) -> Answer {
    let Some((Symbol::Helper(name), _)) = about.snapshot.symbol(about.offset()?) else { return Ok(Value::Null) };
    let Some(at) = about.snapshot.chart.helper(&name) else { return Ok(Value::Null) };
    told(item(about, Some(&name), &at).map(|item| vec![item]))
}

fn item(about: &About<'_>, helper: Option<&str>, at: &Location) -> Option<Value> {
    let location = about.files().location(at)?;
    let name = helper.unwrap_or(&at.file);
    let kind = if helper.is_some() { 12 } else { 1 };
    let data = json!({"helper": helper});
    Some(json!({
        "name": name, "kind": kind, "uri": location.uri, "range": location.range,
        "selectionRange": location.range, "detail": at.file, "data": data,
    }))
}

fn ranges(about: &About<'_>, file: &str, calls: &HelperCalls) -> Vec<Range> {
    let text = about.files().text(file);
    calls.calls.iter().filter_map(|range| Some(text.as_ref()?.range(range))).collect()
}

pub fn incoming(about: &About<'_>) -> Answer {
    let name: Option<String> = about.param("/item/data/helper")?;
    let found = name.map(|name| about.snapshot.chart.callers(&name)).unwrap_or_default();
    let shown = found.iter().filter_map(|calls| {
        let from = item(about, calls.helper.as_deref(), &calls.at)?;
        Some(json!({"from": from, "fromRanges": ranges(about, &calls.at.file, calls)}))
    });
    told(shown.collect::<Vec<_>>())
}

pub fn outgoing(about: &About<'_>) -> Answer {
    let name: Option<String> = about.param("/item/data/helper")?;
    let found = name.map(|name| about.snapshot.chart.callees(&name)).unwrap_or_default();
    let shown = found.iter().filter_map(|calls| {
        let to = item(about, calls.helper.as_deref(), &calls.at)?;
        Some(json!({"to": to, "fromRanges": ranges(about, &about.snapshot.file, calls)}))
    });
    told(shown.collect::<Vec<_>>())
}
