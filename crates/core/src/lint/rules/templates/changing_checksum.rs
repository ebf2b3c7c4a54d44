//! `templates/changing-checksum`: a checksum of a template that is another one with every render.

use crate::analysis::{Analysis, Callee, Template};
use crate::diag::Fact;
use crate::gotmpl::ast::NodeKind;
use crate::gotmpl::funcs::{Mark, lookup};
use crate::host::HelmVersion;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// The checksum is there to restart pods when their configuration changes. The template that it is made of draws by chance or asks the
    /// clock, and so every upgrade restarts them, also one that changes nothing.
    CHANGING_CHECKSUM = "templates/changing-checksum", Warning, "a checksum of a template that is another one with every render";
    help "make the checksum of the values that count, or keep what was drawn in an object that is looked up";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("templates/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  a: {{ randAlphaNum 8 | quote }}\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    checksum/secret: {{ include (print $.Template.BasePath \"/secret.yaml\") . | sha256sum }}\n")];
    good chart [("templates/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  a: {{ .Values.a | quote }}\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    checksum/secret: {{ include (print $.Template.BasePath \"/secret.yaml\") . | sha256sum }}\n"), ("values.yaml", "a: b\n")];
}

/// Functions that make a checksum.
const SUMS: &[&str] = &["sha256sum", "sha512sum", "sha1sum", "adler32sum", "md5sum"];

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let own = || analysis.templates().iter().filter(|template| template.chart == 0);
    for template in own() {
        let source = &template.parsed.source;
        if !may_sum(&source.tree.text) {
            continue;
        }
        for (id, node) in source.tree.nodes().filter(|(_, node)| matches!(node.kind, NodeKind::Action(_))) {
            let text = crate::text::lossy(source.tree.slice(node));
            if !SUMS.iter().any(|sum| text.contains(sum)) {
                continue;
            }
            // The names of files are the texts between quotation marks.
            let names = text.split('"').skip(1).step_by(2).filter(|name| name.ends_with(".yaml"));
            let files =
                names.flat_map(|name| own().filter(move |other| other.file.ends_with(name.trim_start_matches('/'))));
            let changing = files.filter_map(|file| Some((file, draws(file)?))).next();
            if let Some((file, function)) = changing {
                let says =
                    format!("{} calls `{function}`, so the checksum is another one with every render", file.file);
                lint.in_template(analysis, source.span(id), Fact::Remark { says });
            }
        }
    }
}

/// Whether one of the names may be in a text: all end with a digit and `sum`.
fn may_sum(text: &[u8]) -> bool {
    let digit_before = |at: usize| at.checked_sub(1).and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    memchr::memmem::find_iter(text, b"sum").any(digit_before)
}

/// The function of a template that gives something else each time, where it does not look for what was given before.
fn draws(template: &Template) -> Option<String> {
    let functions: Vec<String> = template
        .calls()
        .iter()
        .filter_map(|call| match &call.callee {
            Callee::Function(name) => Some(name.to_lossy().into_owned()),
            Callee::Helper(_) => None,
        })
        .collect();
    let varies = |name: &&String| {
        let function = lookup(name, HelmVersion::V4);
        function.is_some_and(|function| function.is(Mark::Chance) || function.is(Mark::Clock))
    };
    if functions.iter().any(|name| name == "lookup") {
        return None;
    }
    functions.iter().find(varies).cloned()
}
