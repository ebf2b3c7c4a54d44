//! `templates/default-too-late`: a `default` for a key of something that is not there.

use crate::analysis::{Analysis, Known};
use crate::diag::Fact;
use crate::gotmpl::ast::{NodeId, NodeKind, Tree};
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;
use crate::text::Str;
use foldhash::HashMap;
use std::ops::Range;

rule! {
    /// `default` is asked when `.Values.a.b` is known, and that fails where there is no `a`: the render ends with a nil pointer, as soon as
    /// the action is reached.
    DEFAULT_TOO_LATE = "templates/default-too-late", Warning, "a `default` for a key of something that no values file has";
    help "put brackets around the parents, `(.Values.a).b`, or give them a default in values.yaml";
    profiles [Strict];
    aliases ["potential-nil"];
    Chart check;
    bad chart [("values.yaml", "plain: false\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ if .Values.c }}{{ .Values.a.b | default \"x\" }}{{ end }}\n")];
    good chart [("values.yaml", "plain: false\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ (.Values.a).b | default \"x\" }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let known = Known::new(analysis);
    // Few paths are asked for often.
    let mut said: HashMap<&[Str], Said> = HashMap::default();
    for template in analysis.templates().iter().filter(|template| template.chart == 0) {
        let source = &template.parsed.source;
        if !template.calls().iter().any(|call| call.is_of("default")) {
            continue;
        }
        for (_, node) in source.tree.nodes() {
            let NodeKind::Pipe { commands, .. } = node.kind else { continue };
            let commands = source.tree.ids(commands);
            if !commands.iter().any(|command| calls_default(&source.tree, *command)) {
                continue;
            }
            for (field, path) in commands.iter().flat_map(|command| values_in(&source.tree, *command)) {
                let Some((_, parent)) = path.split_last().filter(|(_, parent)| !parent.is_empty()) else { continue };
                let said = said.entry(parent).or_insert_with(|| Said::of(&strings(parent), &known));
                let parents = || strings(parent).join(".");
                if said.is_unknown || !said.has_default && !is_asked(&source.tree, &parents(), &[]) {
                    let parents = parents();
                    let says = format!("there is no `{parents}` in the values, and then `default` comes too late");
                    lint.in_template(analysis, source.span(field), Fact::Remark { says });
                }
            }
        }
    }
}

/// What the charts say of a path.
struct Said {
    is_unknown: bool,
    has_default: bool,
}

impl Said {
    fn of(path: &[String], known: &Known<'_>) -> Said {
        Said { is_unknown: known.unknown(path).is_some(), has_default: known.has_default(path) }
    }
}

fn calls_default(tree: &Tree, command: NodeId) -> bool {
    let NodeKind::Command(ids) = tree.node(command).kind else { return false };
    let first = tree.ids(ids).first().map(|id| &tree.node(*id).kind);
    matches!(first, Some(NodeKind::Identifier(callee)) if callee.name == "default")
}

/// The paths below `.Values` among the words of a command.
fn values_in(tree: &Tree, command: NodeId) -> impl Iterator<Item = (NodeId, &[Str])> {
    let words = match tree.node(command).kind {
        NodeKind::Command(ids) => tree.ids(ids),
        _ => &[],
    };
    words.iter().filter_map(|id| Some((*id, values(tree, *id)?)))
}

/// The path below `.Values` that a word is.
pub(super) fn values(tree: &Tree, id: NodeId) -> Option<&[Str]> {
    let names = match tree.node(id).kind {
        NodeKind::Field(names) => tree.shared_names(names),
        NodeKind::Variable(names) => tree.shared_names(names).split_first().filter(|(name, _)| &***name == b"$")?.1,
        _ => return None,
    };
    let (root, path) = names.split_first()?;
    (&**root == b"Values").then_some(path)
}

/// The keys of a path as texts.
pub(super) fn strings(path: &[Str]) -> Vec<String> {
    path.iter().map(|name| name.to_lossy().into_owned()).collect()
}

/// Whether a text asks for a path itself, by a condition or as an argument, elsewhere than at some places.
pub(super) fn is_asked(tree: &Tree, path: &str, but: &[Range<u32>]) -> bool {
    let word = format!("Values.{path}");
    memchr::memmem::find_iter(&tree.text, word.as_bytes()).any(|at| {
        let behind = tree.text.get(at + word.len());
        let is_whole = behind.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'.' | b'_'));
        is_whole && !but.iter().any(|place| place.contains(&(at as u32)))
    })
}
