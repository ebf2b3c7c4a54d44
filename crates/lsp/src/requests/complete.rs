//! Completion and signatures.

use super::{About, Answer, markdown, told};
use chartlens::ide::{Completion, CompletionKind};
use serde_json::{Value, json};

/// So many items are sent at once; more are asked for as one types.
const MOST: usize = 500;

pub fn completion(about: &About<'_>) -> Answer {
    let offset = about.offset()?;
    let mut found = about.snapshot.completion(offset);
    let is_incomplete = found.len() > MOST;
    if is_incomplete {
        let typed = |item: &Completion| {
            let text = about.snapshot.text.get(item.range.start as usize..offset as usize).unwrap_or_default();
            String::from_utf8_lossy(text).to_lowercase()
        };
        let fits = |item: &Completion| item.label.to_lowercase().contains(&typed(item));
        found.retain(fits);
        found.truncate(MOST);
    }
    let items: Vec<Value> = found.iter().map(|item| shown(about, item)).collect();
    told(json!({"isIncomplete": is_incomplete, "items": items}))
}

fn shown(about: &About<'_>, item: &Completion) -> Value {
    let kind = match item.kind {
        CompletionKind::Value => 10,
        CompletionKind::Field => 5,
        CompletionKind::Function => 3,
        CompletionKind::Helper => 18,
        CompletionKind::Variable => 6,
        CompletionKind::Keyword => 14,
        CompletionKind::Constant => 20,
    };
    let edit = json!({"range": about.text.range(&item.range), "newText": item.insert});
    let mut shown = json!({"label": item.label, "kind": kind, "textEdit": edit, "filterText": item.label});
    if let Some(shown) = shown.as_object_mut() {
        if !item.detail.is_empty() {
            shown.insert("detail".to_owned(), json!(item.detail));
        }
        if !item.documentation.is_empty() {
            shown.insert("documentation".to_owned(), markdown(&item.documentation));
        }
        // Lines of the item are indented already.
        if item.insert.contains('\n') {
            shown.insert("insertTextMode".to_owned(), json!(1));
        }
        if item.deprecated {
            shown.insert("tags".to_owned(), json!([1]));
        }
    }
    shown
}

pub fn signature(about: &About<'_>) -> Answer {
    let Some(found) = about.snapshot.signature(about.offset()?) else { return Ok(Value::Null) };
    let parameters: Vec<Value> =
        found.parameters.iter().map(|range| json!({"label": [range.start, range.end]})).collect();
    let documentation = markdown(&found.documentation);
    let signature = json!({"label": found.label, "documentation": documentation, "parameters": parameters});
    told(json!({"signatures": [signature], "activeSignature": 0, "activeParameter": found.active}))
}
