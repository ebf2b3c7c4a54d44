//! Random expressions of template code: typed, and now and then not.

use super::functions::{ANYTHING, Function, literals};
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
    (".Files", b'a'),
    (".Capabilities", b'a'),
    (".Capabilities.APIVersions", b'a'),
    (".Capabilities.HelmVersion", b'a'),
    (".Chart.Maintainers", b'l'),
    (".Chart.Metadata", b'a'),
    (".Chart.KubeVersion", b's'),
    (".Chart.Deprecated", b'b'),
    (".Release.Service", b's'),
    (".Values.AsMap", b'd'),
    (".Subcharts.sub", b'd'),
    (".Subcharts.sub.Values", b'd'),
    (".Values.sub", b'd'),
    (".", b'd'),
    ("$", b'd'),
    ("(.Values.Table \"nested\")", b'a'),
    ("(.Values.PathValue \"name\")", b'a'),
];

const FIELDS: &[&str] =
    &["name", "a", "b", "labels", "nested", "config.a", "x.y", "Name", "String", "Values", "global.g"];

/// What makes a result comparable that is random or has no order.
fn ordered(result: u8) -> &'static str {
    match result {
        b'x' => " | sortAlpha",
        b'X' => " | kindOf",
        _ => "",
    }
}

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
        if self.rng.one_in(15) {
            let (from, field) = (self.plain(scope, b'd'), self.rng.word(FIELDS));
            return match from.starts_with('$') && self.rng.one_in(2) {
                true => format!("{from}.{field}"),
                false => format!("({from}).{field}"),
            };
        }
        self.plain(scope, letter)
    }

    /// A call with arguments of any type.
    fn mismatch(&mut self) -> String {
        let function = *self.rng.pick(self.functions);
        let mut count = function.args.bytes().filter(|b| *b != b'*').count();
        if self.rng.one_in(10) {
            count = self.rng.below(5);
        }
        let mut out = match function.name.split_once('.') {
            Some((receiver, method)) => {
                format!("({}).{method}", self.rng.word(literals(receiver.bytes().next().unwrap_or_default())))
            }
            None => function.name.to_owned(),
        };
        for _ in 0..count {
            out.push(' ');
            out.push_str(self.rng.word(ANYTHING));
        }
        out + ordered(function.result)
    }

    fn plain(&mut self, scope: &Scope, letter: u8) -> String {
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
        if matches!(letter, b'F' | b'V' | b'K' | b'P') {
            return self.rng.word(literals(letter)).to_owned();
        }
        if letter == b's' && !scope.templates.is_empty() && self.rng.one_in(7) {
            return self.include(scope, depth);
        }
        if letter == b's' && self.rng.one_in(20) {
            let text = self.argument(scope, b's', 0);
            let data = self.data(scope);
            return format!("tpl {text} {data}");
        }
        if self.rng.one_in(60) {
            return self.mismatch();
        }
        let fitting: Vec<Function> =
            self.functions.iter().filter(|f| letter == b'a' || f.result == letter).copied().collect();
        if depth == 0 || fitting.is_empty() {
            return self.atom(scope, letter);
        }
        let mut function = *self.rng.pick(&fitting);
        // Keys take a thousand times as long as anything else, and can hardly be compared.
        if function.name.starts_with("gen") && !self.rng.one_in(20) {
            function = *self.rng.pick(&fitting);
        }
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
        let mut out = match function.name.split_once('.') {
            Some((receiver, method)) => {
                let receiver = receiver.bytes().next().unwrap_or_default();
                format!("{}.{method}", self.receiver(scope, receiver, depth))
            }
            None => function.name.to_owned(),
        };
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
        out + ordered(function.result)
    }

    fn receiver(&mut self, scope: &Scope, letter: u8, depth: usize) -> String {
        let found = self.argument(scope, letter, depth - 1);
        if found.starts_with(['(', '$', '.']) { found } else { format!("({found})") }
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
