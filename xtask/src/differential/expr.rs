//! Random expressions of template code: typed, and now and then not.

use super::functions::{Function, literals};
use super::rng::Rng;
use super::values::Kind;

/// What an expression may speak of.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Paths from the dot, with what is there as far as known.
    pub paths: Vec<(String, Kind)>,
    /// Variables.
    pub vars: Vec<(String, Kind)>,
    /// What dot is, where it is not the chart's context.
    pub dot: Option<Kind>,
    /// Named templates.
    pub templates: Vec<String>,
}

/// Makes expressions.
pub struct Maker<'m> {
    /// The dice.
    pub rng: &'m mut Rng,
    /// The functions.
    pub functions: &'m [Function],
}

const CONTEXT: &[(&str, u8)] = &[
    (".Release.Name", b's'),
    (".Release.Namespace", b's'),
    (".Release.IsInstall", b'b'),
    (".Release.Revision", b'i'),
    (".Release", b'd'),
    (".Chart.Name", b's'),
    (".Chart.Version", b's'),
    (".Chart.AppVersion", b's'),
    (".Chart", b'd'),
    (".Chart.Keywords", b'l'),
    (".Chart.Annotations", b'a'),
    (".Chart.Dependencies", b'l'),
    (".Chart.IsRoot", b'b'),
    (".Template.Name", b's'),
    (".Template.BasePath", b's'),
    (".Template", b'd'),
    (".Capabilities.KubeVersion.Version", b's'),
    (".Capabilities.KubeVersion.Minor", b's'),
    (".Capabilities.KubeVersion", b'a'),
    (".Capabilities.HelmVersion.Version", b's'),
    ("(.Capabilities.APIVersions.Has \"apps/v1\")", b'b'),
    ("(.Files.Get \"conf/a.yaml\")", b's'),
    ("(.Files.GetBytes \"conf/a.yaml\")", b'a'),
    ("(.Files.Get \"nope\")", b's'),
    ("(.Files.Lines \"lines.txt\")", b'l'),
    ("(.Files.Glob \"conf/*\").AsConfig", b's'),
    ("(.Files.Glob \"nope/*\").AsSecrets", b's'),
    ("(.Files.Glob \"**\").AsSecrets", b's'),
    (".Values", b'd'),
    (".Values.global", b'd'),
    (".Values.missing", b'a'),
    ("(.Values.missing).deep", b'a'),
    (".Values.missing.deep", b'a'),
    (".Subcharts", b'd'),
    (".", b'd'),
    ("$", b'd'),
    ("(.Values.Table \"nested\")", b'a'),
    ("(.Values.PathValue \"name\")", b'a'),
];

fn letter(kind: Kind) -> u8 {
    match kind {
        Kind::Null => b'a',
        Kind::Bool => b'b',
        Kind::Number => b'n',
        Kind::Text => b's',
        Kind::List => b'l',
        Kind::Map => b'd',
    }
}

/// The letter of the general type of a letter.
fn general(letter: u8) -> u8 {
    match letter {
        b'S' | b'j' | b'y' | b'm' | b'r' | b'f' | b'p' | b'u' | b'z' | b'c' | b'w' | b'o' | b'h' | b'k' | b'g' => b's',
        other => other,
    }
}

impl Maker<'_> {
    /// An expression as an argument: an atom, or one in parentheses.
    pub fn argument(&mut self, scope: &Scope, letter: u8, depth: usize) -> String {
        // What is bounded for the sake of time and memory stays a literal.
        if letter == b'i' {
            return self.rng.word(literals(letter)).to_owned();
        }
        if self.rng.one_in(40) {
            return self.atom(scope, b'a');
        }
        if general(letter) != letter && !self.rng.one_in(6) {
            return self.rng.word(literals(letter)).to_owned();
        }
        let letter = general(letter);
        if depth == 0 || self.rng.below(10) < 6 {
            return self.atom(scope, letter);
        }
        format!("({})", self.pipeline(scope, letter, depth - 1))
    }

    fn atom(&mut self, scope: &Scope, letter: u8) -> String {
        let fits = |found: u8| letter == b'a' || found == letter;
        let dotted = |path: &str, scope: &Scope| match scope.dot {
            Some(_) if path.starts_with("(.") => format!("($.{}", &path[2..]),
            Some(_) if path.starts_with('.') && path != "." => format!("${path}"),
            _ => path.to_owned(),
        };
        match self.rng.below(10) {
            0 | 1 if !scope.vars.is_empty() => {
                let vars: Vec<_> = scope.vars.iter().filter(|(_, kind)| fits(self::letter(*kind))).collect();
                if let Some((name, _)) = vars.get(self.rng.below(vars.len())) {
                    return name.clone();
                }
            }
            2..=6 => {
                let paths: Vec<_> = scope.paths.iter().filter(|(_, kind)| fits(self::letter(*kind))).collect();
                if let Some((path, _)) = paths.get(self.rng.below(paths.len())) {
                    return dotted(path, scope);
                }
            }
            7 => {
                let found: Vec<_> = CONTEXT.iter().filter(|(_, kind)| fits(*kind)).collect();
                if !found.is_empty() {
                    let (path, _) = found[self.rng.below(found.len())];
                    return dotted(path, scope);
                }
            }
            8 if scope.dot.is_some() => return ".".to_owned(),
            _ => {}
        }
        self.rng.word(literals(letter)).to_owned()
    }

    /// An expression without parentheses around it.
    pub fn pipeline(&mut self, scope: &Scope, letter: u8, depth: usize) -> String {
        if letter == b's' && !scope.templates.is_empty() && self.rng.one_in(7) {
            return self.include(scope, depth);
        }
        if letter == b's' && self.rng.one_in(20) {
            let text = self.argument(scope, b's', 0);
            let data = self.data(scope);
            return format!("tpl {text} {data}");
        }
        let fitting: Vec<Function> =
            self.functions.iter().filter(|f| letter == b'a' || f.result == letter).copied().collect();
        if depth == 0 || fitting.is_empty() {
            return self.atom(scope, letter);
        }
        let function = *self.rng.pick(&fitting);
        let mut letters: Vec<u8> = Vec::new();
        for letter in function.args.bytes() {
            match letter {
                b'*' => {
                    let last = *letters.last().unwrap_or(&b'a');
                    let more = self.rng.below(3);
                    letters.extend(std::iter::repeat_n(last, more));
                }
                letter => letters.push(letter),
            }
        }
        if self.rng.one_in(150) {
            letters.pop();
        } else if self.rng.one_in(200) {
            letters.push(b'a');
        }
        let piped = match letters.last() {
            Some(&last) if last != b'i' && self.rng.one_in(2) => letters.pop(),
            _ => None,
        };
        let mut out = function.name.to_owned();
        for letter in letters {
            out.push(' ');
            out.push_str(&self.argument(scope, letter, depth - 1));
        }
        if let Some(last) = piped {
            let first = if self.rng.one_in(3) {
                self.pipeline(scope, general(last), depth - 1)
            } else {
                self.argument(scope, last, depth - 1)
            };
            // A bare nil is no command, and neither is what is made of it.
            out = format!("{first} | {out}");
        }
        if function.result == b'x' {
            out.push_str(" | sortAlpha");
        }
        out
    }

    /// A dot for a template within.
    pub fn data(&mut self, scope: &Scope) -> String {
        match self.rng.below(12) {
            0..=4 => "$".to_owned(),
            5 | 6 => ".".to_owned(),
            7 => "nil".to_owned(),
            8 => ".Values.missing".to_owned(),
            9 => {
                "(dict \"Values\" $.Values \"Release\" $.Release \"Chart\" $.Chart \"Template\" $.Template \"extra\" 1)"
                    .to_owned()
            }
            10 => self.argument(scope, b'd', 0),
            _ => self.argument(scope, b'a', 0),
        }
    }

    fn include(&mut self, scope: &Scope, depth: usize) -> String {
        let name = if self.rng.one_in(60) { "nope".to_owned() } else { self.rng.pick(&scope.templates).clone() };
        let data = self.data(scope);
        let name = if self.rng.one_in(30) && depth > 0 {
            "(print $.Template.BasePath \"/a.yaml\")".to_owned()
        } else {
            format!("{name:?}")
        };
        format!("include {name} {data}")
    }
}
