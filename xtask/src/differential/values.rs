//! Random values: a tree with known types, and YAML texts that spell it in many ways.

use super::rng::Rng;
use std::fmt::Write as _;

/// A value.
#[derive(Clone, Debug)]
pub enum Node {
    /// A scalar as YAML spells it.
    Leaf(&'static str, Kind),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of its text.
    Map(Vec<(&'static str, Node)>),
}

/// What a value is to a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Null.
    Null,
    /// A boolean.
    Bool,
    /// A number, which is a float64 from a file.
    Number,
    /// A text.
    Text,
    /// A list.
    List,
    /// A map.
    Map,
}

const KEYS: &[&str] = &[
    "name",
    "image",
    "tag",
    "replicas",
    "enabled",
    "labels",
    "items",
    "config",
    "port",
    "host",
    "nested",
    "extra",
    "list",
    "env",
    "a",
    "b",
    "resources",
    "annotations",
    "nodeSelector",
    "empty",
    "text",
    "y",
    "on",
    "x-y",
    "a.b",
    "1",
    "camelCase",
    "_p",
    "",
    "ü",
];

const NULLS: &[&str] = &["null", "~", "", "NULL", "!!null ''"];
const BOOLS: &[&str] = &["true", "false", "yes", "no", "on", "off", "True", "FALSE", "y", "n"];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "8080",
    "-1",
    "1.5",
    "0.1",
    "1e3",
    "0x1F",
    "017",
    "1_000",
    "12345.678",
    "-0.0",
    "100000",
    "1e-7",
    "0b101",
    "08",
    "1e21",
    "1.0",
    ".5",
    "3.",
    "+7",
    "99999",
    "0o17",
    "123456789",
    "1e6",
    "-12e-3",
    "16777216.5",
];
const TEXTS: &[&str] = &[
    "web",
    "\"web\"",
    "'it''s'",
    "\"\"",
    "''",
    "nginx:1.27",
    "1.2.3",
    "\"1.2.3-beta.1+b\"",
    "\"8080\"",
    "a b c",
    "\"line one\\nline two\"",
    "\"tab\\there\"",
    "2024-01-02",
    "\"2024-01-02T03:04:05Z\"",
    "1:30",
    "\"{{ .Release.Name }}\"",
    "\"{{ include \\\"t.name\\\" . }}-x\"",
    "\"{{ .Values.name }}\"",
    "\"{{ .nope.x }}\"",
    "http://example.com/a?b=c#d",
    "\"http://u:p@host:80/p?q=1#f\"",
    "QWxhZGRpbg==",
    "\"{\\\"a\\\": [1, 2.50, null]}\"",
    "\"a: 1\\nb:\\n  - x\"",
    "\"[1, \\\"b\\\"]\"",
    "\"grüße\"",
    "\"日本\"",
    "\"\\U0001F600\"",
    "\"  padded  \"",
    "'true'",
    "\"null\"",
    "\"0x1F\"",
    "\"1e3\"",
    "\"-\"",
    "\"# no\"",
    "a-b_c.d",
    "CamelCaseText",
    "snake_case_text",
    "\"%d%%s\"",
    "\"<a href='x'>&</a>\"",
    "\"\\\\d+\"",
    "\"a,b,,c\"",
    "\"15s\"",
    "1h30m",
    "\"~1.2\"",
    "\">=1.20-0\"",
    "Deployment",
    "v1",
    "\"x=1\\n[t]\\ny='z'\\n\"",
    "!!str 12",
    "\"trailing\\n\"",
    "\"\\n\"",
    "!x y",
    "\"\\u0085\"",
    "\"a\\u2028b\"",
    "\"\\x7f\"",
    "\"\\ufeffbom\"",
    "\"=\"",
    "\"<<\"",
    "\"very long text that goes on and on beyond the eighty columns that the writer folds at, doesn't it?\"",
];

/// A random map.
pub fn map(rng: &mut Rng, depth: usize) -> Node {
    let count = [0, 1, 2, 3, 4, 6][rng.below(6)];
    let mut entries: Vec<(&'static str, Node)> = Vec::new();
    for _ in 0..count {
        let key = if rng.one_in(4) { *rng.pick(KEYS) } else { *rng.pick(&KEYS[..20]) };
        if entries.iter().all(|(known, _)| *known != key) || rng.one_in(40) {
            entries.push((key, node(rng, depth)));
        }
    }
    Node::Map(entries)
}

/// A map with at least a few entries.
pub fn root(rng: &mut Rng) -> Node {
    let mut entries = Vec::new();
    while entries.len() < 4 {
        let Node::Map(more) = map(rng, 3) else { continue };
        for (key, value) in more {
            if entries.iter().all(|(known, _)| *known != key) {
                entries.push((key, value));
            }
        }
    }
    Node::Map(entries)
}

/// A random value.
pub fn node(rng: &mut Rng, depth: usize) -> Node {
    match rng.below(if depth == 0 { 12 } else { 20 }) {
        0 => Node::Leaf(rng.word(NULLS), Kind::Null),
        1 | 2 => Node::Leaf(rng.word(BOOLS), Kind::Bool),
        3..=5 => Node::Leaf(rng.word(NUMBERS), Kind::Number),
        6..=11 => Node::Leaf(rng.word(TEXTS), Kind::Text),
        12..=15 => {
            let count = rng.below(4);
            let same = rng.one_in(2);
            let first = node(rng, depth - 1);
            Node::List(
                (0..count)
                    .map(|_| match (&first, same) {
                        (Node::Map(_), true) => map(rng, depth - 1),
                        (Node::Leaf(_, Kind::Number), true) => Node::Leaf(rng.word(NUMBERS), Kind::Number),
                        (Node::Leaf(..), true) => Node::Leaf(rng.word(TEXTS), Kind::Text),
                        _ => node(rng, depth - 1),
                    })
                    .collect(),
            )
        }
        _ => map(rng, depth - 1),
    }
}

impl Node {
    /// What it is.
    pub fn kind(&self) -> Kind {
        match self {
            Node::Leaf(_, kind) => *kind,
            Node::List(_) => Kind::List,
            Node::Map(_) => Kind::Map,
        }
    }

    /// The paths into it that templates can write, with what is there.
    pub fn paths(&self, prefix: &str, into: &mut Vec<(String, Kind)>) {
        if let Node::Map(entries) = self {
            for (key, value) in entries {
                let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                    && key.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
                if plain {
                    let path = format!("{prefix}.{key}");
                    into.push((path.clone(), value.kind()));
                    value.paths(&path, into);
                }
            }
        }
    }

    /// The value as YAML behind `key:` or a dash, where `indent` is the column of what stands below.
    fn write(&self, rng: &mut Rng, indent: usize, out: &mut String) {
        match self {
            Node::Leaf(text, _) => {
                if !text.is_empty() {
                    let _ = write!(out, " {text}");
                }
                if rng.one_in(30) {
                    out.push_str(" # note");
                }
                out.push('\n');
            }
            Node::List(items) if items.is_empty() => out.push_str(" []\n"),
            Node::Map(entries) if entries.is_empty() => out.push_str(" {}\n"),
            _ if rng.one_in(6) => {
                out.push(' ');
                self.flow(out);
                out.push('\n');
            }
            Node::List(items) => {
                out.push('\n');
                let indent = if rng.one_in(2) { indent.saturating_sub(2) } else { indent };
                for item in items {
                    let _ = write!(out, "{}-", " ".repeat(indent));
                    item.write(rng, indent + 2, out);
                }
            }
            Node::Map(entries) => {
                out.push('\n');
                write_entries(entries, rng, indent, out);
            }
        }
    }

    fn flow(&self, out: &mut String) {
        match self {
            Node::Leaf(text, _) => {
                // Plain scalars that flow style would cut are quoted.
                let risky = text.is_empty()
                    || (text.contains([',', '{', '[', '#', ':', '}', ']']) && !text.starts_with(['"', '\'']));
                if risky {
                    let _ = write!(out, "{text:?}");
                } else {
                    out.push_str(text);
                }
            }
            Node::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    item.flow(out);
                }
                out.push(']');
            }
            Node::Map(entries) => {
                out.push('{');
                for (i, (key, value)) in entries.iter().enumerate() {
                    let _ = write!(out, "{}{}: ", if i > 0 { ", " } else { "" }, spelled(key));
                    value.flow(out);
                }
                out.push('}');
            }
        }
    }
}

fn spelled(key: &str) -> String {
    if key.is_empty() { "\"\"".to_owned() } else { key.to_owned() }
}

fn write_entries(entries: &[(&'static str, Node)], rng: &mut Rng, indent: usize, out: &mut String) {
    for (key, value) in entries {
        let _ = write!(out, "{}{}:", " ".repeat(indent), spelled(key));
        value.write(rng, indent + 2, out);
    }
}

/// A whole file of values, now and then with what only YAML has: anchors, merge keys, block scalars, documents.
pub fn file(root: &Node, rng: &mut Rng) -> String {
    let mut out = String::new();
    let Node::Map(entries) = root else { return out };
    if rng.one_in(12) {
        out.push_str(rng.word(&["# comment\n", "---\n", "%YAML 1.1\n---\n", "\u{FEFF}", "--- # x\n"]));
    }
    write_entries(entries, rng, 0, &mut out);
    if entries.is_empty() && rng.one_in(2) {
        out.push_str(rng.word(&["{}\n", "", "null\n", "# nothing\n"]));
    }
    if rng.one_in(3) {
        out.push_str(rng.word(EXTRAS));
    }
    if rng.one_in(150) {
        out.push_str(rng.word(BROKEN));
    }
    out
}

const EXTRAS: &[&str] = &[
    "base: &base\n  k: 1\n  l: [x]\nderived:\n  <<: *base\n  k: 2\n",
    "derived:\n  k: 2\n  <<: {k: 3, m: 4}\n",
    "block: |\n  line 1\n    line 2\n\n  end\n",
    "block: |-\n  no end\nfolded: >\n  a\n  b\n\n  c\n",
    "keep: |+\n  x\n\nafter: 1\n",
    "hint: |2\n    deep\n",
    "---\nsecond: doc\nname: again\n",
    "dup: 1\ndup: 2\n",
    "? complex\n: value\n",
    "anchors: [&a 1, *a, &b x, *b]\n",
    "quoted: \"multi\n  line\n\n  text\"\n",
    "plain: multi\n  line\n",
    "bin: !!binary aGVsbG8=\n",
    "inf: .inf\n",
    "big: 12345678901234567890\nhuge: 1e400\n",
    "date: 2001-12-14t21:59:43.10-05:00\n",
    "true: bool key\n1.5: float key\n",
    "global: {g: 1, t: {u: v}}\n",
    "global:\n  g: null\n  t: {u: null, w: 2}\n",
    "global: text\n",
    "tags: {front: true, back: false}\n",
    "set: !!set {a, b}\n",
    "nel: \"a\\Nb\\_c\\Ld\"\n",
    "x: &x {a: 1}\ny2: &y2 {b: 2}\nmerged:\n  <<: [*x, *y2]\n  c: 3\n",
    "x: &x [1]\nmerged:\n  <<: *x\n",
    "merged:\n  <<: text\n",
    "name: &n deep\nitems: [*n, {name: *n}]\n",
    "&k key: value\nother: *k\n",
    "*nokey : 1\n",
    "list:\n- - a\n  - b\n- - c\n-\n  - d\n",
    "list:\n- a: 1\n  b: 2\n-   c: 3\n    d: 4\n",
    "list:\n  - |\n    text\n  - >-\n    folded\n    text\n",
    "? [a, b]\n: 1\n",
    "? |\n  block key\n: - one\n  - two\n",
    "{a: 1, b: [2, 3], c: {d: e}}\n",
    "flow: {a, b: , c: }\n",
    "flow: [a, , b]\n",
    "flow: [a: 1, {b: 2}]\n",
    "flow: {\n  a: 1, # note\n  b: [x,\n  y]\n}\n",
    "text: 'it''s\n  two lines'\n",
    "text: \"a\\\n  b\\tc\\u00e9\"\n",
    "text: >2\n   deep\n  less\n",
    "text: |+\n\n\n",
    "text: >+\n  a\n\n  b\n   more\n  c\n\n",
    "text: |\n\ttab\n",
    "text: | # note\n  x\n",
    "text: |1-\n x\n",
    "text: |0\n x\n",
    "null: a\n~: b\n",
    "1: a\n\"1\": b\n",
    "0x1: a\n1e3: b\n-0: c\n.inf: d\n",
    "2001-01-01: date key\n",
    "yes: 1\nno: 2\non: 3\n",
    "dates: [2001-01-01, 2001-1-1, 2001-01-01 10:00:00, 2001-13-01]\n",
    "octal: [010, 0o10, 08, 0b1, 0B1, 0x_1, -0x1, +1, 1_2_3, _1, 1., .1e1, 1e+3, 1E3, 190:20:30]\n",
    "floats: [.inf, -.Inf, +.INF, .nan, .NaN, 1e1000, -0.0, 0.1e-400]\n",
    "ints: [9007199254740993, 9223372036854775807, 9223372036854775808, 18446744073709551616, -9223372036854775809]\n",
    "words: [Yes, YES, yEs, On, oN, TRUE, tRUE, Null, nULL, ~, y, N]\n",
    "tags2: [!!str 1, !!int \"1\", !!float 1, !!bool \"true\", !!null x, !!int x]\n",
    "tags2: !!map {a: 1}\nseq: !!seq [1]\nown: !own {a: 1}\nverb: !<tag:yaml.org,2002:str> 1\n",
    "when: !!timestamp 2001-01-01\n",
    "bin: !!binary \"not base64\"\n",
    "omap: !!omap [a: 1]\n",
    "pairs: !!pairs [a: 1, a: 2]\n",
    "a: 1\n...\nb: 2\n",
    "...\n",
    "%TAG ! tag:x,2000:\n---\na: 1\n",
    "colon: a:b\nurl: http://x:80/#y\nhash: a#b\n",
    "dash: -\ndash2: -a\ndash3: --- x\n",
    "quote: 'a' b\n",
    "quote: \"a\" # note\n",
    "at: @x\n",
    "tick: `x`\n",
    "percent: %x\n",
    "star: * x\n",
    "esc: \"\\x41\\u0041\\U00000041\\0\\a\\b\\e\\f\\v\\/\\ \\N\\_\\L\\P\"\n",
    "esc: \"\\q\"\n",
    "esc: \"\\ud83d\\ude00\"\n",
    "esc: \"\\xff\"\n",
    "crlf: a\r\nnext: b\r\n",
    "cr: a\rnext: b\n",
    "tab:\tx\n",
    "tab: a\t# note\n",
    "ctl: \"\u{1}\"\n",
    "del: \u{7f}\n",
    "nel: a\u{85}b\n",
    "ls: a\u{2028}b\n",
    "emoji: \u{1F600}\n",
    "bom: \u{feff}x\n",
    "nbsp: \u{a0}x\n",
    "long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cccc\n",
    "deep: {a: {b: {c: {d: {e: {f: {g: 1}}}}}}}\n",
    "global: {sub: {x: 1}, list: [1, 2]}\nsub: {global: {g: 5}}\n",
    "sub: null\ndb: null\n",
    "sub: {name: null, nested: null, items: null}\n",
    "sub: text\n",
    "exports: {data: {got: 1}, exported: {e: 1}, a: {b: 1}}\n",
    "sub: {enabled: false}\nenabled: \"false\"\n",
    "sub: {enabled: \"false\"}\ntags: {front: false}\n",
];

const BROKEN: &[&str] =
    &["\tx: 1\n", "a: b: c\n", "x: [1\n", "- list\n", "&\n", "x: *nope\n", "'open\n", "{\n", "a:\n - b\n c: d\n"];
