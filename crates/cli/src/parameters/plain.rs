//! Plain comments: above a key, or behind its value.

use super::findings::Problems;
use super::names::{Path, dotted, step};
use super::{Comments, Parameter, Parameters, Section, Shown, is_code, is_leaf};
use chartlens::kube::tree::Node;

/// All values, each with its comment. A map or list with a comment, of which nothing inside has one, is one row.
pub fn read(root: Node<'_>, comments: &Comments<'_>) -> Parameters {
    let mut walk = Walk { comments, rows: Vec::new(), problems: Problems::new(comments) };
    walk.inside(root, &Path::new());
    let sections = vec![Section { parameters: walk.rows, ..Section::default() }];
    Parameters { sections, problems: walk.problems.found, ..Parameters::default() }
}

struct Walk<'c, 't> {
    comments: &'c Comments<'t>,
    rows: Vec<Parameter>,
    problems: Problems<'c, 't>,
}

impl Walk<'_, '_> {
    fn inside(&mut self, node: Node<'_>, path: &Path) {
        for child in node.children() {
            let path: Path = path.iter().cloned().chain([step(child)]).collect();
            let description = self.description(child);
            if !is_leaf(child) && (description.is_empty() || self.describes_inside(child)) {
                self.inside(child, &path);
                continue;
            }
            let name = dotted(&path);
            if description.is_empty() {
                self.problems.undocumented(&name, child);
            }
            let value = child.to_json();
            let shown = Shown::Value(value.clone());
            self.rows.push(Parameter { name, path, description, value, shown, type_name: None });
        }
    }

    /// Whether something below a node has a comment.
    fn describes_inside(&self, node: Node<'_>) -> bool {
        let mut work: Vec<Node<'_>> = node.children().collect();
        while let Some(node) = work.pop() {
            if !self.description(node).is_empty() {
                return true;
            }
            work.extend(node.children());
        }
        false
    }

    fn description(&self, node: Node<'_>) -> String {
        let above = prose(&self.comments.above(node));
        match above.is_empty() {
            true => self.comments.behind(node).map(|line| prose(&[line])).unwrap_or_default(),
            false => above,
        }
    }
}

/// The prose of comment lines: without rulers, annotations, and YAML that was commented out.
fn prose(lines: &[&str]) -> String {
    let texts = lines.iter().map(|line| line.trim_start_matches('#').trim());
    let texts = texts.map(|text| text.strip_prefix("--").map_or(text, str::trim_start));
    let words = texts.filter(|text| {
        let is_ruler = !text.is_empty() && text.chars().all(|c| !c.is_alphanumeric());
        let is_directive =
            text.starts_with('@') || text.starts_with("yaml-language-server:") || text.starts_with("chartlens");
        !is_ruler && !is_directive
    });
    let words: Vec<&str> = words.take_while(|text| !is_code(text)).filter(|text| !text.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, read};

    #[test]
    fn comments_stand_above_or_behind() {
        let text = "# How many.\n# ------\ncount: 1\nimage:\n  tag: \"\" # the version if empty\n  name: x#y\n# Labels of pods\n# a: b\nlabels: {c: d}\ntext: |\n  # no comment\nlast: 1\n";
        let read = read(text, None).unwrap();
        assert_eq!(read.dialect, Dialect::Plain);
        let rows: Vec<_> = read.all().map(|row| (row.name.as_str(), row.description.as_str())).collect();
        assert_eq!(
            rows,
            [
                ("count", "How many."),
                ("image.tag", "the version if empty"),
                ("image.name", ""),
                ("labels", "Labels of pods"),
                ("text", ""),
                ("last", "")
            ]
        );
        assert_eq!(read.problems.len(), 3);
    }
}
