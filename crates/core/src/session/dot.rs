//! Whether the dot of a failed expression was something else than the author thought.

use crate::gotmpl::ast::{NodeKind, Source};
use crate::gotmpl::funcs::Callee;
use crate::gotmpl::{Parsed, Site, parse_all};
use crate::host::HelmVersion;
use crate::render::Causes;
use crate::text::{LineIndex, Str};

/// What stands at the top of every template's data.
const ROOTS: &[&str] = &["Values", "Release", "Chart", "Capabilities", "Files", "Template", "Subcharts"];

/// What to write where `.Values` and its like were asked of a dot that is not the top; none where that is not the
/// fault. `is` says what the dot is, where that is known.
pub fn rebound(site: &Site, is: Option<&str>, causes: &Causes) -> Option<String> {
    let path = site.context.strip_prefix('.')?;
    let root = path.split('.').next()?;
    if !ROOTS.contains(&root) {
        return None;
    }
    let source = causes.sources.get(site.span.file)?;
    let function = |name: &[u8]| Callee::find(name, HelmVersion::V4);
    let (parsed, _) = parse_all(Str::from(&*source.name), source.text.clone(), site.span.file, &function);
    let is = is.map_or(String::new(), |is| format!(" is {is}"));
    if let Some((word, start)) = around(&parsed.source, site.span.start) {
        let line = LineIndex::new(&source.text).line_column(&source.text, start).line;
        let dot = if is.is_empty() { " is the item".to_owned() } else { is };
        return Some(format!("inside the `{word}` of line {line} the dot{dot}: write `$.{path}`"));
    }
    is_helper(&parsed, site.span.start).then(|| {
        format!(
            "the dot{is} here, which is what the caller gave: call the helper with the top (`.` there, `$` inside `range` and `with`), or hand `{root}` on in a `dict`"
        )
    })
}

/// The innermost `range` or `with` around a place that binds the dot, and where it starts.
fn around(source: &Source, offset: u32) -> Option<(&'static str, u32)> {
    let inside = |list| {
        let node = source.node(list);
        (node.start..node.end.max(node.start + 1)).contains(&offset)
    };
    let blocks = source.nodes().filter_map(|(_, node)| match node.kind {
        NodeKind::Range(branch) if inside(branch.list) => Some(("range", node.start)),
        NodeKind::With(branch) if inside(branch.list) => Some(("with", node.start)),
        _ => None,
    });
    blocks.max_by_key(|(_, start)| *start)
}

/// Whether a place is inside a `define`.
fn is_helper(parsed: &Parsed, offset: u32) -> bool {
    parsed.definitions.iter().any(|definition| {
        let node = parsed.source.node(definition.root);
        definition.name != parsed.source.name && (node.start..node.end).contains(&offset)
    })
}
