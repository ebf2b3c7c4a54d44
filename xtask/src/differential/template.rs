//! Random template files.

use super::expr::{Maker, Scope};
use super::values::Kind;
use std::fmt::Write as _;

impl Maker<'_> {
    /// A file under `templates/`: a document or several.
    pub fn file(&mut self, scope: &Scope) -> String {
        let mut out = String::new();
        let documents = 1 + self.rng.below(2);
        for i in 0..documents {
            if i > 0 {
                out.push_str(self.rng.word(&["---\n", "\n---\n", "--- \n", "---\n---\n", "--- # x\n"]));
            }
            self.document(&mut scope.clone(), &mut out);
        }
        if self.rng.one_in(60) {
            out.push_str(self.rng.word(BROKEN));
        }
        out
    }

    fn document(&mut self, scope: &mut Scope, out: &mut String) {
        if !self.rng.one_in(8) {
            let kind = self.rng.word(&[
                "ConfigMap",
                "Deployment",
                "Service",
                "Secret",
                "Job",
                "Custom",
                "Namespace",
                "aThing",
            ]);
            let _ = write!(out, "apiVersion: v1\nkind: {kind}\nmetadata:\n  name: x\n");
            if self.rng.one_in(8) {
                let hook =
                    self.rng.word(&["pre-install", "post-install,test", "test", "crd-install", "Pre-Upgrade", "nope"]);
                let _ = write!(
                    out,
                    "  annotations:\n    helm.sh/hook: {hook}\n    helm.sh/hook-weight: \"{}\"\n",
                    self.rng.below(9)
                );
            }
        }
        let count = 1 + self.rng.below(5);
        for _ in 0..count {
            self.statement(scope, 0, out);
        }
    }

    /// A body of a block or a named template.
    pub fn body(&mut self, scope: &Scope, depth: usize) -> String {
        let mut out = String::new();
        let mut scope = scope.clone();
        for _ in 0..1 + self.rng.below(3) {
            self.statement(&mut scope, depth, &mut out);
        }
        out
    }

    fn open(&mut self) -> &'static str {
        if self.rng.one_in(40) {
            return self.rng.word(&["{{", "{{-\n", "{{-\t", "{{  ", "\n{{\n", " {{- ", "{{- /* c */ -}}{{ "]);
        }
        if self.rng.one_in(3) { "{{- " } else { "{{ " }
    }

    fn close(&mut self) -> &'static str {
        if self.rng.one_in(40) {
            return self.rng.word(&["}}", "\n-}}", "\t-}} ", "  }}", "\n}}", " -}}{{/* c */}}", " }}\n\n"]);
        }
        if self.rng.one_in(6) { " -}}" } else { " }}" }
    }

    fn key(&mut self) -> String {
        format!("k{}", self.rng.below(1000))
    }

    fn statement(&mut self, scope: &mut Scope, depth: usize, out: &mut String) {
        match self.rng.below(if depth > 3 { 10 } else { 20 }) {
            0..=7 => self.line(scope, out),
            8 | 9 => self.variable(scope, out),
            10..=12 => self.condition(scope, depth, out),
            13 => self.with(scope, depth, out),
            14..=16 => self.range(scope, depth, out),
            17 => self.template(scope, out),
            18 => {
                let text = self.rng.word(&[
                    "{{/* note */}}\n",
                    "{{- /* a\nb */ -}}\n",
                    "# text\n",
                    "\n",
                    "{{ \"\" -}}\n   ",
                    "plain: text\n",
                    "{{ `{{ raw }}` }}: x\n",
                    "\t\n",
                ]);
                out.push_str(text);
            }
            _ => {
                let name = format!("inner{}", self.rng.below(4));
                let (open, close) = (self.open(), self.close());
                let body = self.body(scope, depth + 2);
                let data = self.data(scope);
                let _ = writeln!(out, "{open}block \"{name}\" {data}{close}\n{body}{open}end{close}");
            }
        }
    }

    /// A line of YAML with an expression in it, mostly one whose result is YAML.
    fn line(&mut self, scope: &Scope, out: &mut String) {
        let depth = self.rng.below(4);
        let key = self.key();
        let (open, close) = (self.open(), self.close());
        let open = if open == "{{- " && !self.rng.one_in(20) { "{{ " } else { open };
        let close = if close == " -}}" && !self.rng.one_in(20) { " }}" } else { close };
        let _ = match self.rng.below(12) {
            0..=4 => {
                let value = self.pipeline(scope, b'a', depth);
                writeln!(out, "{key}: {open}{value} | toJson{close}")
            }
            5 | 6 => {
                let value = self.pipeline(scope, b'a', depth);
                writeln!(out, "{key}: {open}print ({value}) | quote{close}")
            }
            7 => {
                let value = self.pipeline(scope, b's', depth);
                writeln!(out, "{key}: {open}{value} | squote{close}")
            }
            8 => {
                let value = self.pipeline(scope, b'a', depth);
                writeln!(out, "{key}:\n{open}{value} | toYaml | indent 2{close}")
            }
            9 => {
                let value = self.pipeline(scope, b'a', depth);
                writeln!(out, "{key}: {open}toYaml ({value}) | nindent 2{close}")
            }
            10 => {
                let value = self.pipeline(scope, b's', depth);
                writeln!(out, "{key}: |\n{open}{value} | indent 2{close}")
            }
            _ => {
                let value = self.pipeline(scope, b'a', depth);
                writeln!(out, "{key}: {open}{value}{close}")
            }
        };
    }

    fn variable(&mut self, scope: &mut Scope, out: &mut String) {
        let (open, close) = (self.open(), self.close());
        let (letter, kind) = *self.rng.pick(&[
            (b's', Kind::Text),
            (b'd', Kind::Map),
            (b'l', Kind::List),
            (b'n', Kind::Number),
            (b'b', Kind::Bool),
        ]);
        let value = self.pipeline(scope, letter, 2);
        if !scope.vars.is_empty() && self.rng.one_in(4) {
            let name = self.rng.pick(&scope.vars).0.clone();
            let _ = writeln!(out, "{open}{name} = {value}{close}");
            return;
        }
        let name = format!("$v{}", self.rng.below(5));
        let _ = writeln!(out, "{open}{name} := {value}{close}");
        scope.vars.push((name, kind));
    }

    fn condition(&mut self, scope: &Scope, depth: usize, out: &mut String) {
        let (open, close) = (self.open(), self.close());
        let letter = if self.rng.one_in(2) { b'b' } else { b'a' };
        let asked = self.pipeline(scope, letter, 2);
        let _ = writeln!(out, "{open}if {asked}{close}\n{}", self.body(scope, depth + 1));
        while self.rng.one_in(5) {
            let asked = self.pipeline(scope, b'a', 1);
            let body = self.body(scope, depth + 1);
            let _ = writeln!(out, "{open}else if {asked}{close}\n{body}");
        }
        if self.rng.one_in(3) {
            let body = self.body(scope, depth + 1);
            let _ = writeln!(out, "{open}else{close}\n{body}");
        }
        let _ = writeln!(out, "{open}end{close}");
    }

    fn inner(&self, scope: &Scope, kind: Kind) -> Scope {
        Scope { dot: Some(kind), ..scope.clone() }
    }

    fn with(&mut self, scope: &Scope, depth: usize, out: &mut String) {
        let (open, close) = (self.open(), self.close());
        let (letter, kind) =
            *self.rng.pick(&[(b's', Kind::Text), (b'd', Kind::Map), (b'l', Kind::List), (b'a', Kind::Null)]);
        let value = self.pipeline(scope, letter, 1);
        let mut inner = self.inner(scope, kind);
        let declared = if self.rng.one_in(4) {
            inner.vars.push(("$w".to_owned(), kind));
            "$w := "
        } else {
            ""
        };
        let body = self.body(&inner, depth + 1);
        let _ = writeln!(out, "{open}with {declared}{value}{close}\n{body}");
        if self.rng.one_in(6) {
            let (value, body) = (self.pipeline(scope, b'a', 1), self.body(&inner, depth + 1));
            let _ = writeln!(out, "{open}else with {value}{close}\n{body}");
        }
        if self.rng.one_in(4) {
            let body = self.body(scope, depth + 1);
            let _ = writeln!(out, "{open}else{close}\n{body}");
        }
        let _ = writeln!(out, "{open}end{close}");
    }

    fn range(&mut self, scope: &Scope, depth: usize, out: &mut String) {
        let (open, close) = (self.open(), self.close());
        let value = match self.rng.below(8) {
            0 => self.rng.word(&["3", "0", "until 2", "(int 2)", "5"]).to_owned(),
            1 => "tuple 1 \"x\" nil".to_owned(),
            2..=4 => self.pipeline(scope, b'd', 1),
            _ => self.pipeline(scope, b'l', 1),
        };
        let mut inner = self.inner(scope, Kind::Text);
        let declared = match self.rng.below(5) {
            4 if !scope.vars.is_empty() && self.rng.one_in(3) => "$v0 = ",
            0 => {
                inner.vars.push(("$i".to_owned(), Kind::Text));
                inner.vars.push(("$e".to_owned(), Kind::Null));
                "$i, $e := "
            }
            1 => {
                inner.vars.push(("$e".to_owned(), Kind::Null));
                "$e := "
            }
            _ => "",
        };
        let mut body = self.body(&inner, depth + 1);
        if self.rng.one_in(6) {
            let word = self.rng.word(&["break", "continue"]);
            let block = self.rng.word(&["if", "if", "with"]);
            let asked = self.pipeline(&inner, b'b', 1);
            let _ = writeln!(body, "{{{{- {block} {asked} }}}}{{{{ {word} }}}}{{{{ end }}}}");
            if self.rng.one_in(2) {
                body.push_str(&self.body(&inner, depth + 1));
            }
        }
        let _ = writeln!(out, "{open}range {declared}{value}{close}\n{body}");
        if self.rng.one_in(5) {
            let body = self.body(scope, depth + 1);
            let _ = writeln!(out, "{open}else{close}\n{body}");
        }
        let _ = writeln!(out, "{open}end{close}");
    }

    fn template(&mut self, scope: &Scope, out: &mut String) {
        let Some(name) = scope.templates.get(self.rng.below(scope.templates.len())).cloned() else { return };
        let (open, close) = (self.open(), self.close());
        let data = match self.data(scope) {
            nil if nil == "nil" => String::new(),
            data => data,
        };
        let _ = writeln!(out, "{open}template {name:?} {data}{close}");
    }

    /// A file of named templates.
    pub fn helpers(&mut self, scope: &Scope, names: &[String]) -> String {
        let mut out = String::new();
        for (i, name) in names.iter().enumerate() {
            // A template calls only those before it, mostly, so that renders end.
            let before = names.get(..i).unwrap_or_default().to_vec();
            let inner = Scope { templates: before, vars: Vec::new(), dot: None, ..scope.clone() };
            let (open, close) = (self.open(), self.close());
            let body = match self.rng.below(5) {
                0 => format!("{{{{ {} }}}}", self.pipeline(&inner, b's', 2)),
                1 => "{{ .x.y }}{{ $.z }}{{ . | toJson }}{{ default 1 .a }}".to_owned(),
                2 => "app: {{ .Chart.Name }}\nrel: {{ .Release.Name | quote }}".to_owned(),
                _ => self.body(&inner, 2),
            };
            let _ = writeln!(out, "{open}define {name:?}{close}{body}{open}end{close}");
        }
        out
    }
}

const BROKEN: &[&str] = &[
    "{{ if }}x{{ end }}",
    "{{ .x",
    "{{ end }}",
    "{{ nope 1 }}",
    "{{ range .a }}",
    "{{ $undefined }}",
    "{{ \"open }}",
    "{{ 1a }}",
    "{{ .a..b }}",
    "{{ else }}",
    "{{ break }}",
    "{{ (1 }}",
    "{{ | upper }}",
    "{{ upper | }}",
    "{{ .x := 1 }}",
    "{{ define \"x\" }}{{ end",
    "{{ `a",
    "{{ 'ab' }}",
    "{{ template x }}",
    "{{ - 1 }}",
    "{{-1 }}",
    "{{ /* x */ }}",
    "{{/* x",
    "{{ nil }}",
    "{{ 1 2 }}",
    "{{ .A.b.C 1 }}",
    "{{ $x, $y := list }}",
    "{{}}",
    "{{ with $x := 1 }}{{ else if 1 }}{{ end }}",
    "{{ 0x }}",
    "{{ 1_ }}",
    "{{ \"\\q\" }}",
    "{{ . | nil }}",
    "{{ true.x }}",
    "{{ \"a\".b }}",
    "{{ (1).x }}",
    "{{ define \"in\" }}{{ define \"in2\" }}{{ end }}{{ end }}",
    "{{\n\n.x\n|\nnope }}",
    "{{ $.x.y.z }}",
    "{{ .é }}",
    "{{ # }}",
    "{{ a.b }}",
    "{{ %x }}",
    "{{ range $i, $e, $x := list }}{{ end }}",
    "{{ range $i $e := list }}{{ end }}",
    "{{ with $a, $b := list }}{{ end }}",
    "{{ if $x = 1 }}{{ end }}",
    "{{ if true }}{{ else }}{{ else }}{{ end }}",
    "{{ range list }}{{ else with 1 }}{{ end }}",
    "{{ define }}{{ end }}",
    "{{ define x }}{{ end }}",
    "{{ define \"a\" \"b\" }}{{ end }}",
    "{{ block \"a\" }}{{ end }}",
    "{{ template }}",
    "{{ template \"a\" 1 2 }}",
    "{{ template (print 1) }}",
    "{{ break 1 }}",
    "{{ continue }}",
    "{{ range list }}{{ break }}x{{ end }}{{ break }}",
    "{{ end x }}",
    "{{ else x }}",
    "{{ 1 | 2 }}",
    "{{ nil | quote }}",
    "{{ \"a\" | \"b\" }}",
    "{{ .a | .b }}",
    "{{ (quote) 1 }}",
    "{{ $x.a := 1 }}",
    "{{ $ := 1 }}{{ $ }}",
    "{{ $x := $x }}",
    "{{ if 1 }}{{ $in := 1 }}{{ end }}{{ $in }}",
    "{{ 0b12 }}",
    "{{ 0xG }}",
    "{{ 1e }}",
    "{{ 1.2.3 }}",
    "{{ +1 }}",
    "{{ 1i }}",
    "{{ 99999999999999999999 }}",
    "{{ 1e400 }}",
    "{{ '\\x' }}",
    "{{ '' }}",
    "{{ 'a }}",
    "{{ \"a\nb\" }}",
    "{{ `a\nb` | quote }}{{ .x.y.z }}",
    "{{ .}}{{ . }",
    "}}",
    "{{{ 1 }}}",
    "{{ , }}",
    "{{ . . }}",
    "{{ .Values . }}",
    "{{ len(list) }}",
    "{{ index .Values\"a\" }}",
    "{{ print 1,2 }}",
    "{{ /* x */ -}}",
    "{{- /* x */}}",
    "{{-/* x */}}",
    "{{/* x */ }}",
    "{{\"a\"}}{{\t}}",
    "{{ /**/ }}",
    "{{ comment: x }}",
    "{{ not }}",
    "{{ and }}",
    "{{ include }}",
    "{{ .Values.a.b.c.d.e }}",
    "{{ template \"nope\" . }}",
    "{{ include \"nope\" . }}",
    "{{ required \"need\" nil }}",
    "{{ fail \"stop\" }}",
    "{{ tpl \"{{ .x\" . }}",
    "{{ tpl \"{{ fail `in` }}\" . }}",
    "{{ tpl \"{{ .Values.name.x.y }}\" $ }}",
    "{{ tpl \"{{ define `q` }}1{{ end }}{{ include `q` . }}\" . }}{{ include \"q\" . }}",
    "{{ range $k, $v := .Values }}{{ $k }}{{ end }}{{ $v }}",
];
