//! What changes texts: rename, code actions, formatting.

use super::{About, Answer, Failure, told};
use chartlens::ide::{ActionKind, FileDiagnostic};
use lsp_server::ErrorCode;
use lsp_types::TextEdit;
use serde_json::{Value, json};

fn refused(reason: String) -> Failure {
    (ErrorCode::RequestFailed, reason)
}

pub fn prepare_rename(about: &About<'_>) -> Answer {
    let (range, placeholder) = about.snapshot.prepare_rename(about.offset()?).map_err(refused)?;
    told(json!({"range": about.text.range(&range), "placeholder": placeholder}))
}

pub fn rename(about: &About<'_>) -> Answer {
    let new: String = about.param("/newName")?;
    let edits = about.snapshot.rename(about.offset()?, &new).map_err(refused)?;
    told(about.files().edit(&edits))
}

pub fn format(about: &About<'_>) -> Answer {
    let edits = about.snapshot.format().into_iter();
    let edits = edits.map(|edit| TextEdit { range: about.text.range(&edit.at.range), new_text: edit.new });
    told(edits.collect::<Vec<_>>())
}

pub fn code_actions(about: &About<'_>) -> Answer {
    let range = about.bytes()?;
    let findings = about.snapshot.diagnostics();
    let only: Option<Vec<String>> = about.param("/context/only").unwrap_or_default();
    let wanted = |kind: &str| {
        only.as_ref().is_none_or(|only| only.iter().any(|o| kind == o || kind.starts_with(&format!("{o}."))))
    };
    let mut files = about.files();
    let mut shown = Vec::new();
    for action in about.snapshot.actions(range, findings) {
        let kind = if action.kind == ActionKind::QuickFix { "quickfix" } else { "refactor" };
        let Some(edit) = files.edit(&action.edits).filter(|_| wanted(kind)) else { continue };
        let of = |found: &&FileDiagnostic| Some(&found.code) == action.code.as_ref();
        let mended: Vec<_> = findings.iter().filter(of).collect();
        let mended: Vec<_> = mended.into_iter().map(|found| files.diagnostic(&about.snapshot.file, found)).collect();
        let mut one = json!({"title": action.title, "kind": kind, "edit": edit, "isPreferred": action.preferred});
        if let (false, Some(one)) = (mended.is_empty(), one.as_object_mut()) {
            one.insert("diagnostics".to_owned(), json!(mended));
        }
        shown.push(one);
    }
    if wanted("source.fixAll.chartlens") && only.is_some() {
        shown.extend(fix_all(about, findings));
    }
    told(shown)
}

/// All fixes of the file that change nothing else, those that do not overlap.
fn fix_all(about: &About<'_>, findings: &[FileDiagnostic]) -> Option<Value> {
    let safe = findings.iter().filter_map(|found| found.fixes.iter().find(|fix| fix.safe));
    let mut edits: Vec<chartlens::ide::TextEdit> = Vec::new();
    for fix in safe {
        let overlaps = |new: &chartlens::ide::TextEdit| {
            edits.iter().any(|old| {
                old.at.file == new.at.file
                    && old.at.range.start <= new.at.range.end
                    && new.at.range.start <= old.at.range.end
            })
        };
        if !fix.edits.iter().any(overlaps) {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    let edit = about.files().edit(&edits).filter(|_| !edits.is_empty())?;
    Some(json!({"title": "fix all that can be fixed safely", "kind": "source.fixAll.chartlens", "edit": edit}))
}
