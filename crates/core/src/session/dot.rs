//! Whether the dot of a failed expression was something else than the author thought.

use crate::analysis::scope;
use crate::diag::Fact;
use crate::gotmpl::Site;

/// What stands at the top of every template's data.
const ROOTS: &[&str] = &["Values", "Release", "Chart", "Capabilities", "Files", "Template", "Subcharts"];

/// Whether it is the dot itself that has not what a chain such as `.Values.image.tag` asks first: its own type has no
/// such field, or what it gave for it is nothing.
pub fn lacks(site: &Site, fact: &Fact) -> bool {
    let mut asked = site.context.split('.').skip(1);
    match fact {
        Fact::NoSuchField { field, .. } => asked.next() == Some(field),
        Fact::NilAccess { field } => asked.take(2).any(|name| name == field),
        _ => false,
    }
}

/// What to write where `.Values` and its like were asked of a dot that is not the top; none where that is not the
/// fault. `is` says what the dot is, where that is known.
pub fn rebound(site: &Site, is: Option<&str>) -> Option<String> {
    let path = site.context.strip_prefix('.')?;
    let root = path.split('.').next()?;
    if !ROOTS.contains(&root) {
        return None;
    }
    let is = is.map_or(String::new(), |is| format!(" is {is}"));
    if let Some((word, start)) = scope::around(&site.source, site.span.start) {
        let line = site.source.lines().line(start);
        let dot = if is.is_empty() { " is the item".to_owned() } else { is };
        return Some(format!("inside the `{word}` of line {line} the dot{dot}: write `$.{path}`"));
    }
    (site.template != site.source.name).then(|| {
        format!(
            "the dot{is} here, which is what the caller gave: call the helper with the top (`.` there, `$` inside `range` and `with`), or hand `{root}` on in a `dict`"
        )
    })
}
