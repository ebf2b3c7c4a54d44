//! `templates/separator`: text behind `---` in its line.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::gotmpl::ast::NodeKind;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;
use crate::text::{Span, path};
use memchr::memmem::Finder;

rule! {
    /// Helm cuts at `---` and goes on with the text behind it; kubectl, `helm lint` and most other readers of the output refuse such a line.
    SEPARATOR = "templates/separator", Warning, "text behind `---` in its line";
    help "start a new line behind `---`";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n---apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n")];
    good chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n--- # the other\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let dashes = Finder::new(b"---");
    for template in analysis.templates().iter().filter(|template| template.chart == 0) {
        let source = &template.parsed.source;
        let name = source.name.to_string();
        // What helpers hold is written wherever they are called, and notes are no YAML.
        let is_manifest = matches!(path::extension(&name), ".yaml" | ".yml") && !path::base(&name).starts_with('_');
        if !is_manifest || dashes.find(&source.tree.text).is_none() {
            continue;
        }
        for (_, node) in source.tree.nodes().filter(|(_, node)| matches!(node.kind, NodeKind::Text)) {
            for start in separators(&dashes, &source.tree.text, node.start as usize, node.end as usize) {
                let rest = source.tree.text.get(start..node.end as usize).unwrap_or_default();
                let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
                let span = Span { file: source.file, start: start as u32, end: (start + line.len()) as u32 };
                let says = format!("`{}` is a separator with text behind it", crate::text::lossy(line).trim_end());
                lint.in_template(analysis, span, Fact::Remark { says });
            }
        }
    }
}

/// Where lines of a range start with `---` and go on with something else than blanks, a comment or an action.
fn separators(dashes: &Finder<'_>, text: &[u8], start: usize, end: usize) -> Vec<usize> {
    let part = text.get(start..end).unwrap_or_default();
    let starts_line = |at: usize| start + at == 0 || text.get(start + at - 1) == Some(&b'\n');
    let goes_on = |at: usize| match part.get(at + 3..).unwrap_or_default() {
        [] => false,
        rest => {
            let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
            line.first().is_some_and(|byte| *byte != b'#')
        }
    };
    dashes.find_iter(part).filter(|at| starts_line(*at) && goes_on(*at)).map(|at| start + at).collect()
}
