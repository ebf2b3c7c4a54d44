//! Names of values: `image.tag`, `hosts[0].name`.

use chartlens::kube::tree::Node;

/// The way from the root to a value: keys, and numbers of items in brackets.
pub type Path = Vec<String>;

/// A step into a map or a list.
pub fn step(node: Node<'_>) -> String {
    match node.parent() {
        Some(parent) if parent.is_list() => format!("[{}]", node.index()),
        _ => node.key().to_owned(),
    }
}

/// The name of a path, its keys as they are: what Bitnami's generator writes.
pub fn dotted(path: &[String]) -> String {
    joined(path, |key| key.to_owned())
}

/// The name of a path, keys with a dot or a blank in quotation marks: what helm-docs writes.
pub fn quoted(path: &[String]) -> String {
    joined(path, |key| if key.contains(['.', ' ']) { format!("\"{key}\"") } else { key.to_owned() })
}

fn joined(path: &[String], show: impl Fn(&str) -> String) -> String {
    let mut name = String::new();
    for step in path {
        match step.starts_with('[') {
            true => name.push_str(step),
            false if name.is_empty() => name.push_str(&show(step)),
            false => name.push_str(&format!(".{}", show(step))),
        }
    }
    name
}

/// All values below a node that have nothing below them, in the order of the text.
pub fn leaves(root: Node<'_>) -> Vec<(Path, Node<'_>)> {
    let (mut found, mut work) = (Vec::new(), vec![(Vec::new(), root)]);
    while let Some((path, node)) = work.pop() {
        if super::is_leaf(node) {
            found.push((path, node));
            continue;
        }
        let children: Vec<_> = node.children().collect();
        work.extend(children.into_iter().rev().map(|child| {
            let path: Path = path.iter().cloned().chain([step(child)]).collect();
            (path, child)
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_dots_and_brackets() {
        let path: Path = ["hosts", "[0]", "a.b"].map(str::to_owned).to_vec();
        assert_eq!((dotted(&path).as_str(), quoted(&path).as_str()), ("hosts[0].a.b", "hosts[0].\"a.b\""));
    }
}
