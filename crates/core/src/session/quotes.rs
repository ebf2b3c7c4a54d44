//! Typographic quotation marks in an action, which a text editor put in.

use crate::diag::{Edit, Fact, Fix};
use crate::gotmpl::funcs::Callee;
use crate::gotmpl::{ParseError, parse_all};
use crate::host::HelmVersion;
use crate::render::Causes;
use crate::text::{Span, Str, TYPOGRAPHIC};
use std::sync::Arc;

/// The quotation marks of a broken action as they should be, where the template parses further with them.
pub fn plain(fault: &ParseError, causes: &Causes) -> Option<(Fact, Fix)> {
    let text = causes.sources.get(fault.file)?.text.clone();
    let offset = (fault.offset as usize).min(text.len());
    // The mark may be the first character of the item that is named, or just behind it.
    let before = text.get(..text.len().min(offset + 2))?;
    let start = memchr::memmem::rfind(before, b"{{")?;
    let end = start + memchr::memmem::find(text.get(start..)?, b"}}")? + 2;
    let action = std::str::from_utf8(text.get(start..end)?).ok()?;
    let found = action.chars().find(|c| TYPOGRAPHIC.contains(c))?;
    let new = action.replace(TYPOGRAPHIC, "\"");
    let changed = [text.get(..start)?, new.as_bytes(), text.get(end..)?].concat();
    let errors = |text: Arc<[u8]>| {
        parse_all(Str::from("t"), text, fault.file, &|name| Callee::find(name, HelmVersion::V4)).1.len()
    };
    if errors(Arc::from(changed)) >= errors(text) {
        return None;
    }
    let edit = Edit { place: causes.place(Span::new(fault.file, start, end))?, new };
    let title = "write plain quotation marks".to_owned();
    Some((Fact::TypographicQuote { found }, Fix { title, safe: false, edits: vec![edit] }))
}
