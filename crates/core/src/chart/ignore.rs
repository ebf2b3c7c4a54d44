//! `.helmignore`: Helm's `pkg/ignore/rules.go`.

use super::files::File;
use crate::text::glob::path_match;
use crate::text::path::base;
use std::ops::Range;

/// Rules that keep files out of a chart.
#[derive(Clone, Debug, Default)]
pub struct Ignore {
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    negate: bool,
    must_be_dir: bool,
    scope: Scope,
    glob: String,
    /// How much of it stands for itself.
    literal: usize,
}

impl Pattern {
    fn matches(&self, name: &str) -> bool {
        let begins = self.glob.get(..self.literal).is_some_and(|literal| name.starts_with(literal));
        begins && path_match(&self.glob, name).unwrap_or(false)
    }
}

#[derive(Clone, Copy, Debug)]
enum Scope {
    /// `/a`: from the chart's folder.
    Root,
    /// `a/b`: the whole path.
    Path,
    /// `a`: the last element of the path.
    Name,
}

impl Ignore {
    /// Parses the text of a `.helmignore` file and adds Helm's own rule, which keeps hidden files out of `templates/`.
    ///
    /// Errors are Helm's texts.
    pub fn parse(text: &[u8]) -> Result<Ignore, String> {
        let (rules, faults) = Ignore::parse_all(text);
        faults.into_iter().next().map_or(Ok(rules), |(_, reason)| Err(reason))
    }

    /// The same without the lines at fault, which are given with their bytes.
    pub fn parse_all(text: &[u8]) -> (Ignore, Vec<(Range<usize>, String)>) {
        let (mut rules, mut faults, mut at) = (Ignore::default(), Vec::new(), 0);
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let bare = line.strip_prefix(b"\xEF\xBB\xBF").filter(|_| at == 0).unwrap_or(line);
            if let Err(reason) = rules.add(&crate::text::lossy(bare)) {
                let start = at + line.len() - bare.trim_ascii_start().len();
                faults.push((start..at + line.trim_ascii_end().len(), reason));
            }
            at += line.len();
        }
        // Helm's own rule has no faults.
        let _ = rules.add("templates/.?*");
        (rules, faults)
    }

    /// The line of a `.helmignore`, from 1, that keeps a file out, and the rule in it.
    pub fn blame(text: &[u8], path: &str) -> Option<(usize, String)> {
        let text = crate::text::lossy(text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)).into_owned();
        text.lines().enumerate().find_map(|(number, line)| {
            let mut alone = Ignore::default();
            alone.add(line).ok()?;
            alone.ignores(path, false).then(|| (number + 1, line.trim().to_owned()))
        })
    }

    /// Of the files of a folder those that its `.helmignore` lets through. Errors are Helm's texts.
    pub fn sift(mut files: Vec<File>) -> Result<Vec<File>, String> {
        let text = files.iter().find(|file| file.name == ".helmignore").map(|file| file.data.clone());
        let rules = Ignore::parse(&text.unwrap_or_default())?;
        files.retain(|file| !rules.takes(&file.name));
        Ok(files)
    }

    /// Whether a file is kept out, by its own name or with a folder around it.
    pub fn takes(&self, file: &str) -> bool {
        let mut folders = file.match_indices('/').filter_map(|(at, _)| file.get(..at));
        folders.any(|folder| self.ignores(folder, true)) || self.ignores(file, false)
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let rule = line.trim();
        if rule.is_empty() || rule.starts_with('#') {
            return Ok(());
        }
        if rule.contains("**") {
            return Err("double-star (**) syntax is not supported".to_owned());
        }
        // Helm compiles the whole line, marks included.
        if path_match(rule, "abc").is_none() {
            return Err("syntax error in pattern".to_owned());
        }
        let (negate, rule) = strip(rule.strip_prefix('!'), rule);
        let (must_be_dir, rule) = strip(rule.strip_suffix('/'), rule);
        let (scope, glob) = match rule.strip_prefix('/') {
            Some(rest) => (Scope::Root, rest),
            None if rule.contains('/') => (Scope::Path, rule),
            None => (Scope::Name, rule),
        };
        let literal = glob.find(['*', '?', '[', '\\']).unwrap_or(glob.len());
        self.patterns.push(Pattern { negate, must_be_dir, scope, glob: glob.to_owned(), literal });
        Ok(())
    }

    /// Whether the file or folder at `path`, relative to the chart, is kept out.
    pub fn ignores(&self, path: &str, is_dir: bool) -> bool {
        if matches!(path, "" | "." | "./") {
            return false;
        }
        for pattern in &self.patterns {
            let matches = || {
                let name = match pattern.scope {
                    Scope::Name => base(path),
                    Scope::Root | Scope::Path => path,
                };
                pattern.matches(name)
            };
            if pattern.negate {
                // A negated rule ignores everything that it does not match.
                if (pattern.must_be_dir && !is_dir) || !matches() {
                    return true;
                }
            } else if (!pattern.must_be_dir || is_dir) && matches() {
                return true;
            }
        }
        false
    }
}

fn strip<'a>(stripped: Option<&'a str>, whole: &'a str) -> (bool, &'a str) {
    (stripped.is_some(), stripped.unwrap_or(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_sifted() {
        let file = |name: &str| File::new(name, if name == ".helmignore" { "docs/\n*.bak\n" } else { "" });
        let names = ["a.bak", "docs/x/y.txt", "templates/.hidden", "templates/a.yaml", ".helmignore"];
        let kept = Ignore::sift(names.map(file).to_vec()).unwrap();
        assert_eq!(kept.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["templates/a.yaml", ".helmignore"]);
    }

    #[test]
    fn rules_match_names_paths_and_folders() {
        let rules = Ignore::parse(b"# c\n*.bak\n/root.txt\na/b\ndir/\n").unwrap();
        assert!(rules.ignores("x/y.bak", false));
        assert!(rules.ignores("root.txt", false) && !rules.ignores("sub/root.txt", false));
        assert!(rules.ignores("a/b", false) && !rules.ignores("c/a/b", false));
        assert!(rules.ignores("dir", true) && !rules.ignores("dir", false));
        assert!(rules.ignores("templates/.hidden", false));
        assert!(Ignore::parse(b"a**b").is_err());
    }

    #[test]
    fn lines_at_fault_are_left_out_and_told_with_their_bytes() {
        let (rules, faults) = Ignore::parse_all(b"\xEF\xBB\xBFa**\r\n*.bak\n  [x \n");
        assert_eq!(faults.iter().map(|(range, _)| range.clone()).collect::<Vec<_>>(), [3..6, 16..18]);
        assert_eq!(faults[0].1, "double-star (**) syntax is not supported");
        assert!(rules.takes("x/y.bak") && rules.takes("templates/.a/b") && !rules.takes("x"));
    }

    #[test]
    fn negated_rules_ignore_the_rest() {
        let rules = Ignore::parse(b"!keep.txt").unwrap();
        assert!(rules.ignores("Chart.yaml", false) && !rules.ignores("keep.txt", false));
    }
}
