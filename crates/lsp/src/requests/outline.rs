//! What there is in files: symbols, folds, selections, tokens.

use super::{About, Answer, Context, told};
use crate::convert::Files;
use chartlens::ide::{NamedSymbol, SymbolKind, TokenKind};
use lsp_types::Position;
use serde_json::{Value, json};

/// So many symbols of the workspace are sent.
const MOST: usize = 256;

fn kind(kind: SymbolKind) -> u32 {
    match kind {
        SymbolKind::Helper => 12,
        SymbolKind::Object => 5,
        SymbolKind::Map => 19,
        SymbolKind::List => 18,
        SymbolKind::Scalar => 20,
    }
}

pub fn symbols(about: &About<'_>) -> Answer {
    fn shown(about: &About<'_>, symbol: &NamedSymbol) -> Value {
        let mut made = json!({
            "name": if symbol.name.is_empty() { "\"\"" } else { &symbol.name },
            "detail": symbol.detail,
            "kind": kind(symbol.kind),
            "range": about.text.range(&symbol.range),
            "selectionRange": about.text.range(&symbol.name_range),
        });
        if let Some(here) = made.as_object_mut() {
            // They are moved: a copy of them at each level would be many.
            here.insert("children".to_owned(), symbol.children.iter().map(|child| shown(about, child)).collect());
        }
        made
    }
    Ok(about.snapshot.symbols().iter().map(|symbol| shown(about, symbol)).collect())
}

/// The symbols of all charts whose names hold the query.
pub fn named(params: &Value, context: &Context) -> Answer {
    let query = params.get("query").and_then(Value::as_str).unwrap_or_default();
    let mut shown = Vec::new();
    for chart in &context.charts {
        let mut files = Files::new(chart);
        for (symbol, at) in chart.named(query) {
            if shown.len() >= MOST {
                return told(shown);
            }
            let Some(location) = files.location(&at) else { continue };
            let container = chart.chart().metadata.name.clone();
            shown.push(json!({"name": symbol.name, "kind": kind(symbol.kind), "location": location, "containerName": container}));
        }
    }
    told(shown)
}

pub fn folds(about: &About<'_>) -> Answer {
    let shown = about.snapshot.folds().into_iter().filter_map(|fold| {
        let range = about.text.range(&fold.range);
        // The last line of a block stays in sight.
        let (start, end) = (range.start.line, range.end.line);
        let kind = if fold.is_comment { "comment" } else { "region" };
        (end > start).then(|| json!({"startLine": start, "endLine": end, "kind": kind}))
    });
    let mut shown: Vec<Value> = shown.collect();
    shown.dedup();
    told(shown)
}

pub fn selections(about: &About<'_>) -> Answer {
    let positions: Vec<Position> = about.param("/positions")?;
    let shown = positions.into_iter().map(|position| {
        let ranges = about.snapshot.selections(about.text.offset(position));
        ranges.iter().rev().fold(Value::Null, |parent, range| match parent {
            Value::Null => json!({"range": about.text.range(range)}),
            parent => json!({"range": about.text.range(range), "parent": parent}),
        })
    });
    told(shown.collect::<Vec<_>>())
}

/// Five numbers for each word: lines and columns from the one before, length, kind, nothing.
pub fn tokens(about: &About<'_>) -> Answer {
    let mut data: Vec<u32> = Vec::new();
    let mut last = Position::default();
    for token in about.snapshot.tokens() {
        let range = about.text.range(&token.range);
        // Editors take tokens of one line alone.
        if range.start.line != range.end.line || range.start < last {
            continue;
        }
        let line = range.start.line - last.line;
        let column = if line == 0 { range.start.character - last.character } else { range.start.character };
        let kind = TokenKind::ALL.iter().position(|kind| *kind == token.kind).unwrap_or_default();
        data.extend([line, column, range.end.character - range.start.character, kind as u32, 0]);
        last = range.start;
    }
    told(json!({"data": data}))
}
