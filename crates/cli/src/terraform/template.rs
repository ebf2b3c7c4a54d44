//! Texts with expressions in them: those in quotation marks, heredocs, and the files of `templatefile`.

use super::eval::{Eval, Scope};
use super::text::Text;
use super::value::{Place, Type, Value};
use chartlens::budget::Exhausted;
use hcl_edit::Span as _;
use hcl_edit::template::{Directive, Element, Strip, Template};
use std::ops::Range;
use std::rc::Rc;

/// How the literal text of a template is written in its source.
#[derive(Clone, Copy)]
pub enum Form {
    /// In quotation marks: escapes, and one place for all of it.
    Quoted(Place),
    /// As it is, but for so many blanks in front of every line.
    Raw {
        /// The number of the source.
        source: usize,
        /// How many.
        indent: usize,
    },
}

/// What is around a template: whether the blanks at its ends are taken.
#[derive(Clone, Copy, Default)]
struct Edges {
    start: bool,
    end: bool,
    is_inside: bool,
}

impl Edges {
    /// Of a template between two directives.
    fn inside(before: Strip, behind: Strip) -> Edges {
        Edges { start: before.strip_end(), end: behind.strip_start(), is_inside: true }
    }
}

/// What stands in the place of a text that is not known.
const PLACEHOLDER: &str = "unknown";

impl Eval<'_> {
    /// The text that a template makes; a single expression in quotation marks is its value.
    pub fn template(&self, template: &Template, form: Form, scope: &Scope<'_>) -> Result<Value, Exhausted> {
        let place = match form {
            Form::Quoted(place) => place,
            Form::Raw { source, .. } => of(source, template.span().unwrap_or_default()),
        };
        if let (Form::Quoted(_), Some(Element::Interpolation(only))) = (form, template.as_single_element()) {
            return self.expression(&only.expr, scope);
        }
        let mut out = Text::default();
        match self.elements(template, form, Edges::default(), scope, &mut out)? {
            true => Ok(Value::new(place, super::value::Data::Text(Rc::new(out)))),
            // What a condition decides that nobody knows may be any text.
            false => Ok(Value::unknown(place, Type::Text)),
        }
    }

    /// Appends what the elements make. False where that cannot be told.
    fn elements(
        &self,
        template: &Template,
        form: Form,
        edges: Edges,
        scope: &Scope<'_>,
        out: &mut Text,
    ) -> Result<bool, Exhausted> {
        let elements: Vec<&Element> = template.iter().collect();
        let mut is_line_start = !edges.is_inside;
        for (number, element) in elements.iter().enumerate() {
            self.budget.tick()?;
            out.check(&self.budget)?;
            match element {
                Element::Literal(literal) => {
                    let before = number.checked_sub(1).and_then(|before| elements.get(before));
                    let behind = elements.get(number + 1);
                    let trim = (
                        before.map_or(edges.start, |element| strips(element).1),
                        behind.map_or(edges.end, |element| strips(element).0),
                    );
                    match form {
                        Form::Quoted(place) => {
                            let text = trimmed(literal, trim);
                            out.push(literal.get(text).unwrap_or_default(), place);
                        }
                        Form::Raw { source, indent } => {
                            let raw = self.raw(source, literal.span().unwrap_or_default());
                            push_raw(
                                &raw,
                                source,
                                literal.span().unwrap_or_default(),
                                indent,
                                trim,
                                is_line_start,
                                out,
                            );
                            is_line_start = raw.ends_with('\n');
                        }
                    }
                }
                Element::Interpolation(inner) => {
                    is_line_start = false;
                    let value = self.expression(&inner.expr, scope)?;
                    match value.to_text() {
                        Some(text) => {
                            self.budget.spend(text.cost())?;
                            out.push_text(&text);
                        }
                        None => out.push_unknown(PLACEHOLDER, value.place),
                    }
                }
                Element::Directive(directive) => {
                    is_line_start = false;
                    if !self.directive(directive, form, scope, out)? {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    fn directive(
        &self,
        directive: &Directive,
        form: Form,
        scope: &Scope<'_>,
        out: &mut Text,
    ) -> Result<bool, Exhausted> {
        match directive {
            Directive::If(directive) => match self.expression(&directive.if_expr.cond_expr, scope)?.to_bool() {
                Some(true) => {
                    let behind = directive.else_expr.as_ref().map_or(directive.endif_expr.strip, |other| other.strip);
                    let edges = Edges::inside(directive.if_expr.strip, behind);
                    self.elements(&directive.if_expr.template, form, edges, scope, out)
                }
                Some(false) => match &directive.else_expr {
                    Some(other) => {
                        let edges = Edges::inside(other.strip, directive.endif_expr.strip);
                        self.elements(&other.template, form, edges, scope, out)
                    }
                    None => Ok(true),
                },
                None => Ok(false),
            },
            Directive::For(directive) => {
                let intro = &directive.for_expr;
                let collection = self.expression(&intro.collection_expr, scope)?;
                let Some(pairs) = super::eval::pairs(&collection) else { return Ok(false) };
                let edges = Edges::inside(intro.strip, directive.endfor_expr.strip);
                for (key, value) in pairs {
                    let mut inner = scope.clone();
                    if let Some(name) = &intro.key_var {
                        inner.set(name.as_str(), key);
                    }
                    inner.set(intro.value_var.as_str(), value);
                    if !self.elements(&intro.template, form, edges, &inner, out)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    fn raw(&self, source: usize, range: Range<usize>) -> String {
        let sources = self.sources.borrow();
        let text = sources.get(source).and_then(|(_, text)| text.get(range)).unwrap_or_default();
        String::from_utf8_lossy(text).into_owned()
    }
}

fn of(source: usize, range: Range<usize>) -> Place {
    Place { source, start: range.start, end: range.end }
}

/// Whether an element takes the blanks in front of it, and those behind.
fn strips(element: &Element) -> (bool, bool) {
    let is = |strip: Strip| (strip.strip_start(), strip.strip_end());
    match element {
        Element::Literal(_) => (false, false),
        Element::Interpolation(inner) => is(inner.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(directive) => (directive.if_expr.strip.strip_start(), directive.endif_expr.strip.strip_end()),
            Directive::For(directive) => {
                (directive.for_expr.strip.strip_start(), directive.endfor_expr.strip.strip_end())
            }
        },
    }
}

/// The part of a literal that is left where its neighbours take the blanks at its ends.
fn trimmed(text: &str, (start, end): (bool, bool)) -> Range<usize> {
    let from = if start { text.len() - text.trim_start().len() } else { 0 };
    let to = if end { text.trim_end().len() } else { text.len() };
    from.min(to)..to
}

/// Appends a literal as it stands in its source, line by line.
fn push_raw(
    raw: &str,
    source: usize,
    range: Range<usize>,
    indent: usize,
    trim: (bool, bool),
    mut is_line_start: bool,
    out: &mut Text,
) {
    let kept = trimmed(raw, trim);
    let mut at = 0;
    for line in raw.split_inclusive('\n') {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        let skipped = if is_line_start { blanks.min(indent) } else { 0 };
        let (from, to) = ((at + skipped).max(kept.start), (at + line.len()).min(kept.end));
        let mut start = from;
        // `$${` and `%%{` stand for themselves without the first character.
        while let Some(found) = raw.get(start..to).and_then(|rest| rest.find("$${").or_else(|| rest.find("%%{"))) {
            let place = of(source, range.start + start..range.start + start + found);
            out.push_verbatim(raw.get(start..start + found).unwrap_or_default(), place);
            let place = of(source, range.start + start + found + 1..range.start + start + found + 3);
            out.push_verbatim(raw.get(start + found + 1..start + found + 3).unwrap_or_default(), place);
            start += found + 3;
        }
        let place = of(source, range.start + start..range.start + to.max(start));
        out.push_verbatim(raw.get(start..to).unwrap_or_default(), place);
        at += line.len();
        is_line_start = true;
    }
}
