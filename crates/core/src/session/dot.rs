//! Whether the dot of a failed expression was something else than the author thought.

use crate::analysis::scope;
use crate::gotmpl::Site;

/// What to write where `.Values` and its like were asked of a dot that is not the top; none where that is not the
/// fault. `is` says what the dot is, where that is known.
pub fn rebound(site: &Site, is: Option<&str>) -> Option<String> {
    let (path, root) = site.top_field()?;
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
