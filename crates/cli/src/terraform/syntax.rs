//! Files as blocks and attributes: `.tf` and `.tf.json` alike, for what JSON says is an expression of HCL, too.

use super::guard;
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, Object, ObjectKey};
use hcl_edit::structure::{Block as HclBlock, Body as HclBody};

/// A file that was read.
#[derive(Debug)]
pub struct File {
    /// The number of its source.
    pub source: usize,
    root: Root,
}

#[derive(Debug)]
enum Root {
    Hcl(HclBody),
    Json(Box<Object>),
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

/// What stands between braces.
#[derive(Clone, Copy, Debug)]
pub struct Body<'f> {
    /// The number of the source.
    pub source: usize,
    inner: Inner<'f>,
}

#[derive(Clone, Copy, Debug)]
enum Inner<'f> {
    Hcl(&'f HclBody),
    Json(&'f Object),
}

/// A block with its labels.
#[derive(Clone, Debug)]
pub struct Block<'f> {
    /// Its labels.
    pub labels: Vec<String>,
    /// What is in it.
    pub body: Body<'f>,
}

impl File {
    /// Reads a file; its name says in which of the two forms it is.
    pub fn parse(name: &str, text: &str, source: usize) -> Result<File, Fault> {
        let whole = |message: String| Fault { line: 1, column: 1, message };
        guard::check(text).map_err(whole)?;
        let fault = |error: hcl_edit::parser::Error| Fault {
            line: u32::try_from(error.location().line()).unwrap_or(u32::MAX),
            column: u32::try_from(error.location().column()).unwrap_or(u32::MAX),
            message: error.message().to_owned(),
        };
        let root = if name.ends_with(".json") {
            // Space in front of an expression is only read in parentheses, which take the place of its first byte.
            let inner = text.trim_start();
            let expression = match text.strip_suffix(inner).and_then(|space| space.get(1..)) {
                Some(space) => match hcl_edit::parser::parse_expr(&format!("({space}{})", inner.trim_end())) {
                    Ok(Expression::Parenthesis(inner)) => Ok(inner.into_inner()),
                    other => other,
                },
                None => hcl_edit::parser::parse_expr(inner.trim_end()),
            };
            let first = u32::from(text.starts_with(['\n', '\r']));
            match expression.map_err(fault).map_err(|at| Fault { line: at.line + first, ..at })? {
                Expression::Object(object) => Root::Json(Box::new(object)),
                _ => return Err(whole("expected an object".to_owned())),
            }
        } else {
            Root::Hcl(hcl_edit::parser::parse_body(text).map_err(fault)?)
        };
        Ok(File { source, root })
    }

    /// All of the file.
    pub fn body(&self) -> Body<'_> {
        let inner = match &self.root {
            Root::Hcl(body) => Inner::Hcl(body),
            Root::Json(object) => Inner::Json(object),
        };
        Body { source: self.source, inner }
    }
}

impl<'f> Body<'f> {
    /// The expression of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&'f Expression> {
        match self.inner {
            Inner::Hcl(body) => body.get_attribute(name).map(|attribute| &attribute.value),
            Inner::Json(object) => entries(object).find(|(key, _)| *key == name).map(|(_, value)| value),
        }
    }

    /// All attributes.
    pub fn attributes(&self) -> Vec<(&'f str, &'f Expression)> {
        match self.inner {
            Inner::Hcl(body) => body.attributes().map(|attribute| (attribute.key.as_str(), &attribute.value)).collect(),
            Inner::Json(object) => entries(object).collect(),
        }
    }

    /// The blocks of a type with so many labels.
    pub fn blocks(&self, name: &str, labels: usize) -> Vec<Block<'f>> {
        match self.inner {
            Inner::Hcl(body) => {
                let of_type =
                    body.blocks().filter(|block| block.ident.as_str() == name && block.labels.len() == labels);
                of_type.map(|block| self.block(block)).collect()
            }
            Inner::Json(object) => {
                let mut found: Vec<(Vec<String>, &'f Expression)> = entries(object)
                    .filter(|(key, _)| *key == name)
                    .flat_map(|(_, value)| objects(value))
                    .map(|value| (Vec::new(), value))
                    .collect();
                for _ in 0..labels {
                    let inside = found.into_iter().flat_map(|(before, value)| {
                        let inner = as_object(value).into_iter().flat_map(entries);
                        let labelled = inner.flat_map(move |(label, value)| {
                            let labels = [before.as_slice(), &[label.to_owned()]].concat();
                            objects(value).into_iter().map(move |value| (labels.clone(), value))
                        });
                        labelled.collect::<Vec<_>>()
                    });
                    found = inside.collect();
                }
                let block = |(labels, value)| {
                    let inner = Inner::Json(as_object(value)?);
                    Some(Block { labels, body: Body { source: self.source, inner } })
                };
                found.into_iter().filter_map(block).collect()
            }
        }
    }

    fn block(&self, block: &'f HclBlock) -> Block<'f> {
        let labels = block.labels.iter().map(|label| label.as_str().to_owned()).collect();
        Block { labels, body: Body { source: self.source, inner: Inner::Hcl(&block.body) } }
    }
}

/// The entries of an object whose keys are plain.
fn entries(object: &Object) -> impl Iterator<Item = (&str, &Expression)> {
    object.iter().filter_map(|(key, value)| {
        let key = match key {
            ObjectKey::Ident(name) => name.as_str(),
            ObjectKey::Expression(expression) => expression.as_str()?,
        };
        Some((key, value.expr()))
    })
}

/// In JSON, several blocks of one type are a list.
fn objects(value: &Expression) -> Vec<&Expression> {
    match value {
        Expression::Array(items) => items.iter().collect(),
        value => vec![value],
    }
}

fn as_object(value: &Expression) -> Option<&Object> {
    match value {
        Expression::Object(object) => Some(object),
        _ => None,
    }
}

/// Where an expression stands.
pub fn span(expression: &Expression) -> std::ops::Range<usize> {
    expression.span().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_have_blocks_and_attributes() {
        let hcl = "resource \"a\" \"b\" {\n  x = 1\n  set {\n    name = \"n\"\n  }\n}\nresource \"a\" \"c\" {}\n";
        let json = "\n{\"resource\": {\"a\": {\"b\": {\"x\": 1, \"set\": [{\"name\": \"n\"}]}, \"c\": [{}]}}}\n";
        for (name, text) in [("m.tf", hcl), ("m.tf.json", json)] {
            let file = File::parse(name, text, 0).unwrap();
            let blocks = file.body().blocks("resource", 2);
            let labels: Vec<String> = blocks.iter().map(|block| block.labels.join(".")).collect();
            assert_eq!(labels, ["a.b", "a.c"], "{name}");
            let body = blocks[0].body;
            assert_eq!(text.get(span(body.attribute("x").unwrap())), Some("1"), "{name}");
            let set = body.blocks("set", 0);
            assert_eq!(set[0].body.attribute("name").and_then(Expression::as_str), Some("n"), "{name}");
            assert_eq!(body.attributes().first().map(|(key, _)| *key), Some("x"));
        }
    }

    #[test]
    fn what_is_none_is_told_with_its_place() {
        let fault = |name: &str, text: &str| File::parse(name, text, 0).map(|_| ()).unwrap_err();
        let Fault { line, column, message } = fault("m.tf", "a = 1\nb = = 2\n");
        assert_eq!((line, column), (2, 5), "{message}");
        assert_eq!(fault("m.tf.json", "\n\n{\"a\" 1}\n").line, 3);
        assert_eq!(fault("m.tf.json", "[]").message, "expected an object");
        let deep = format!("a = {}1{}\n", "[".repeat(100_000), "]".repeat(100_000));
        assert!(fault("m.tf", &deep).message.contains("at most 64 nested levels"));
    }
}
