//! What the server can do, and how edits come in.

use crate::commands;
use crate::convert::of_protocol;
use chartlens::ide::TokenKind;
use chartlens::text::LineIndex;
use lsp_types::TextDocumentContentChangeEvent;
use serde_json::{Value, json};
use std::sync::Arc;

/// The answer to `initialize`.
pub fn all(pulls: bool) -> Value {
    let types: Vec<&str> = TokenKind::ALL.iter().map(|kind| kind.name()).collect();
    let mut capabilities = json!({
        "positionEncoding": "utf-16",
        "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
        "hoverProvider": true,
        "completionProvider": {"triggerCharacters": [".", "$", "\"", " ", "/"]},
        "signatureHelpProvider": {"triggerCharacters": [" ", "("]},
        "definitionProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "documentSymbolProvider": true,
        "workspaceSymbolProvider": true,
        "codeActionProvider": {"codeActionKinds": ["quickfix", "refactor", "source.fixAll.chartlens"]},
        "codeLensProvider": {"resolveProvider": false},
        "documentLinkProvider": {"resolveProvider": false},
        "documentFormattingProvider": true,
        "renameProvider": {"prepareProvider": true},
        "foldingRangeProvider": true,
        "selectionRangeProvider": true,
        "inlayHintProvider": true,
        "callHierarchyProvider": true,
        "semanticTokensProvider": {"legend": {"tokenTypes": types, "tokenModifiers": []}, "full": true, "range": false},
        "executeCommandProvider": {"commands": commands::NAMES},
        "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true}},
    });
    if let (true, Some(capabilities)) = (pulls, capabilities.as_object_mut()) {
        let provider = json!({"identifier": "chartlens", "interFileDependencies": true, "workspaceDiagnostics": true});
        capabilities.insert("diagnosticProvider".to_owned(), provider);
    }
    json!({"capabilities": capabilities, "serverInfo": {"name": "chartlens", "version": env!("CARGO_PKG_VERSION")}})
}

/// The files whose changes on disk count.
pub fn watchers() -> Value {
    let globs = ["**/*.{yaml,yml,tpl,txt,json,toml,tgz,lock,md}", "**/.helmignore"];
    let watchers: Vec<Value> = globs.iter().map(|glob| json!({"globPattern": glob})).collect();
    let options = json!({"watchers": watchers});
    json!({"registrations": [{"id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": options}]})
}

/// A text after changes.
pub fn changed(old: &Arc<[u8]>, changes: &Value) -> Result<Vec<u8>, String> {
    let changes: Vec<TextDocumentContentChangeEvent> =
        serde_json::from_value(changes.clone()).map_err(|error| error.to_string())?;
    let mut text = old.to_vec();
    for change in changes {
        let Some(range) = change.range else {
            text = change.text.into_bytes();
            continue;
        };
        let range = of_protocol(range.start)..of_protocol(range.end);
        let range = LineIndex::new(&text).bytes_of_utf16(&text, &range);
        text.splice(range.start as usize..range.end as usize, change.text.into_bytes());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_made_one_after_the_other() {
        let old: Arc<[u8]> = Arc::from("a: 😀x\nb: 1\n".as_bytes());
        let at = |line, from, to| json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}});
        let changes = json!([{"range": at(0, 5, 6), "text": "é"}, {"range": at(1, 0, 1), "text": ""}, {"range": at(9, 0, 0), "text": "end"}]);
        assert_eq!(changed(&old, &changes).unwrap(), "a: 😀é\n: 1\nend".as_bytes());
        assert!(changed(&old, &json!("x")).is_err());
    }
}
