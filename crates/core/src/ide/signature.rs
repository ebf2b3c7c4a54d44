//! How functions are called.

use super::workspace::Snapshot;
use crate::gotmpl::funcs::{self, Function, Ty};
use crate::gotmpl::{Item, Kind};
use std::ops::Range;

/// The call around a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The function with its parameters.
    pub label: String,
    /// Its documentation, as Markdown.
    pub documentation: String,
    /// Where the parameters are in the label.
    pub parameters: Vec<Range<u32>>,
    /// The parameter that is being written.
    pub active: Option<u32>,
}

impl Snapshot {
    /// The function whose arguments are being written at an offset.
    pub fn signature(&self, offset: u32) -> Option<Signature> {
        let template = self.template();
        let action = template.action(offset)?;
        let mut inside = template.inside(&action);
        inside.retain(|item| item.end < offset || (item.end == offset && item.kind == Kind::LeftParen));
        let (head, arguments, piped) = call(&inside)?;
        let name = template.word(&head);
        let function = funcs::lookup(&name, self.chart.helm())?;
        let (label, parameters) = label(&name, function);
        let last = parameters.len().checked_sub(1)? as u32;
        let active = (arguments as u32).min(if function.variadic || piped { last } else { u32::MAX });
        let active = Some(active).filter(|active| *active <= last);
        Some(Signature { label, documentation: prose(function), parameters, active })
    }
}

/// The innermost call that is not complete: its name, how many arguments it has, whether one is piped in.
fn call(inside: &[Item]) -> Option<(Item, usize, bool)> {
    let (mut depth, mut arguments) = (0usize, 0usize);
    for (number, item) in inside.iter().enumerate().rev() {
        match item.kind {
            Kind::RightParen => depth += 1,
            Kind::LeftParen if depth > 0 => {
                depth -= 1;
                arguments += usize::from(depth == 0);
            }
            _ if depth > 0 => {}
            Kind::LeftParen | Kind::Pipe | Kind::Declare | Kind::Assign => {
                let head = inside.get(number + 1)?;
                return (head.kind == Kind::Identifier).then_some((
                    *head,
                    arguments.saturating_sub(1),
                    item.kind == Kind::Pipe,
                ));
            }
            // Fields right behind something belong to it.
            Kind::Field
                if number.checked_sub(1).and_then(|n| inside.get(n)).is_some_and(|left| left.end == item.start) => {}
            _ => arguments += 1,
        }
    }
    let words = |kind| matches!(kind, Kind::If | Kind::With | Kind::Range | Kind::Else);
    let keywords = inside.iter().take_while(|item| words(item.kind)).count();
    let head = inside.get(keywords)?;
    (head.kind == Kind::Identifier).then_some((*head, arguments.saturating_sub(1 + keywords), false))
}

/// The signature of a function under one of its names.
pub(super) fn signature_text(name: &str, function: &Function) -> String {
    label(name, function).0
}

fn label(name: &str, function: &Function) -> (String, Vec<Range<u32>>) {
    let (mut label, mut parameters) = (name.to_owned(), Vec::new());
    let last = function.params.len().saturating_sub(1);
    for (number, (param, ty)) in function.param_names.iter().zip(function.params).enumerate() {
        label.push(' ');
        let start = label.len() as u32;
        let rest = if function.variadic && number == last { "…" } else { "" };
        label.push_str(&format!("{}{rest}: {}", param.trim_start_matches('_'), plain(*ty)));
        parameters.push(start..label.len() as u32);
    }
    (label, parameters)
}

/// A type in the words of those who write templates.
fn plain(ty: Ty) -> &'static str {
    match ty {
        Ty::Any | Ty::Reflect => "any",
        Ty::Dict => "dict",
        Ty::List => "list",
        Ty::Strings => "list of strings",
        other => other.name(),
    }
}

/// The documentation of a function, its lines trimmed.
pub(super) fn prose(function: &Function) -> String {
    function.doc.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
}
