//! What is known at a place of a template: the action, the blocks around it, the dot and the variables.
//!
//! It is read from the items alone, so that it is there while one types.

use super::workspace::Snapshot;
use crate::gotmpl::{Item, Kind, items_and_comments};
use std::ops::Range;

/// Names from the top of a template's data: `Values`, `image`, `tag`. Items of lists are `[]`.
pub(super) type Chain = Vec<String>;

/// Stands for the items of a list.
pub(super) const ITEM: &str = "[]";

/// A variable that can be used at a place.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    /// Its name, with the `$`.
    pub name: String,
    /// Where it is declared.
    pub declared: Range<u32>,
    /// What it is, where that is known.
    pub value: Option<Chain>,
}

/// A block that is open at a place.
#[derive(Clone, Debug)]
pub(super) struct Block {
    dot: Option<Chain>,
    variables: usize,
}

/// What is known at a place.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub dot: Option<Chain>,
    pub variables: Vec<Variable>,
    pub blocks: Vec<Block>,
}

/// A text's items, and what they say of places.
#[derive(Debug)]
pub(super) struct Template<'t> {
    pub text: &'t [u8],
    pub items: Vec<Item>,
    /// Where the comments are, with the actions that they stand in.
    pub comments: Vec<Range<u32>>,
}

impl<'t> Template<'t> {
    /// Reads a text, whatever is wrong with it.
    pub fn read(text: &'t [u8]) -> Template<'t> {
        let (items, comments) = items_and_comments(text);
        Template { text, items, comments }
    }
}

impl Snapshot {
    /// The items of the text.
    pub(super) fn template(&self) -> Template<'_> {
        Template::read(&self.text)
    }
}

impl Template<'_> {
    /// The text of an item.
    pub fn word(&self, item: &Item) -> String {
        String::from_utf8_lossy(item.text(self.text)).into_owned()
    }

    /// The action around an offset: from its delimiter to behind its end, or to where the next begins.
    pub fn action(&self, offset: u32) -> Option<Range<usize>> {
        let offset = offset as usize;
        self.actions().into_iter().find(|action| {
            let closed = self.text.get(..action.end).is_some_and(|text| text.ends_with(b"}}"));
            // The cursor stands in an action from behind its `{{` to before its `}}`.
            let end = if closed { action.end - 2 } else { action.end };
            action.start + 2 <= offset && offset <= end
        })
    }

    /// All actions: up to their end, or of those without one to the next, at most to the end of the line.
    pub fn actions(&self) -> Vec<Range<usize>> {
        let mut delimiters =
            self.items.iter().filter(|i| matches!(i.kind, Kind::LeftDelim | Kind::RightDelim)).peekable();
        let mut found = Vec::new();
        while let Some(item) = delimiters.next() {
            let next = delimiters.peek();
            let end = match next {
                Some(end) if end.kind == Kind::RightDelim => end.range().end,
                _ => self.end_of_broken(item.range().start, next.map_or(self.text.len(), |next| next.range().start)),
            };
            if item.kind == Kind::LeftDelim {
                found.push(item.range().start..end);
            }
        }
        found
    }

    /// Where an action ends that could not be read to its end, before the next begins.
    fn end_of_broken(&self, start: usize, next: usize) -> usize {
        let inside = self.text.get(start..next).unwrap_or_default();
        let closing = memchr::memmem::find(inside, b"}}").map(|at| at + 2);
        start + closing.or_else(|| memchr::memchr(b'\n', inside)).unwrap_or(inside.len())
    }

    /// The items of an action, its delimiters and blanks left out.
    pub fn inside(&self, action: &Range<usize>) -> Vec<Item> {
        let first = self.items.partition_point(|item| item.range().start < action.start);
        let of_action = self.items.iter().skip(first).take_while(|item| item.range().start < action.end);
        let plain = |item: &&Item| !matches!(item.kind, Kind::LeftDelim | Kind::RightDelim | Kind::Space | Kind::Text);
        of_action.filter(plain).copied().collect()
    }

    /// What is known at an offset. Of the action around it, only what stands before it counts.
    pub fn scope(&self, offset: u32) -> Scope {
        let mut scope = Scope { dot: Some(Vec::new()), variables: Vec::new(), blocks: Vec::new() };
        for action in self.actions() {
            if action.start >= offset as usize {
                break;
            }
            let mut inside = self.inside(&action);
            let complete = action.end <= offset as usize;
            inside.retain(|item| complete || item.end <= offset);
            self.step(&mut scope, &inside, complete);
        }
        scope
    }

    fn step(&self, scope: &mut Scope, inside: &[Item], complete: bool) {
        let Some((head, rest)) = inside.split_first() else { return };
        match head.kind {
            Kind::If | Kind::With | Kind::Range | Kind::Define | Kind::Block if complete => {
                self.open(scope, head.kind, rest);
            }
            Kind::If | Kind::With | Kind::Range => self.declare(scope, head.kind, rest),
            Kind::Else if complete => {
                let Some(block) = scope.blocks.last() else { return };
                (scope.dot, _) = (block.dot.clone(), scope.variables.truncate(block.variables));
                if let Some((Kind::With, rest)) = rest.split_first().map(|(item, rest)| (item.kind, rest)) {
                    scope.dot = self.pipeline(scope, rest);
                }
            }
            Kind::End if complete => {
                if let Some(block) = scope.blocks.pop() {
                    scope.dot = block.dot;
                    scope.variables.truncate(block.variables);
                }
            }
            Kind::Variable => self.declare(scope, Kind::If, inside),
            _ => {}
        }
    }

    fn open(&self, scope: &mut Scope, kind: Kind, rest: &[Item]) {
        scope.blocks.push(Block { dot: scope.dot.clone(), variables: scope.variables.len() });
        let value = self.pipeline(scope, rest);
        self.declare(scope, kind, rest);
        match kind {
            Kind::With => scope.dot = value,
            Kind::Range => scope.dot = value.map(item_of),
            // Nearly all callers hand in the top.
            Kind::Define | Kind::Block => {
                scope.dot = Some(Vec::new());
                scope.variables.clear();
            }
            _ => {}
        }
    }

    /// The variables that a pipeline declares.
    fn declare(&self, scope: &mut Scope, kind: Kind, inside: &[Item]) {
        let Some(at) = inside.iter().position(|item| item.kind == Kind::Declare) else { return };
        let value = self.pipeline(scope, inside.get(at + 1..).unwrap_or_default());
        let names: Vec<&Item> = inside.iter().take(at).filter(|item| item.kind == Kind::Variable).collect();
        for (number, name) in names.iter().enumerate() {
            let value = match kind {
                // The first of two is the key.
                Kind::Range if number + 1 < names.len() => None,
                Kind::Range => value.clone().map(item_of),
                _ => value.clone(),
            };
            let declared = name.start..name.end;
            scope.variables.push(Variable { name: self.word(name), declared, value });
        }
    }

    /// What a pipeline gives, where that is one value as it is.
    fn pipeline(&self, scope: &Scope, inside: &[Item]) -> Option<Chain> {
        let start = inside.iter().position(|item| item.kind == Kind::Declare).map_or(0, |at| at + 1);
        let inside = inside.get(start..).unwrap_or_default();
        let mut found = None;
        let mut at = 0;
        while let Some(item) = inside.get(at) {
            let len = self.chain_len(inside.get(at..).unwrap_or_default());
            match item.kind {
                Kind::Identifier => match item.text(self.text) {
                    b"index" | b"get" => return self.indexed(scope, inside.get(at + 1..).unwrap_or_default()),
                    b"default" | b"coalesce" | b"required" | b"tpl" | b"toYaml" | b"until" | b"sortAlpha" | b"uniq" => {
                    }
                    b"dict" | b"list" if found.is_some() => {}
                    b"mustToYaml" | b"deepCopy" | b"mustDeepCopy" | b"compact" | b"and" | b"or" => {}
                    _ => return None,
                },
                Kind::Field | Kind::Variable | Kind::Dot => {
                    let chain = inside.get(at..at + len).unwrap_or_default();
                    found = self.chain(scope, chain).filter(|chain| !chain.is_empty()).or(found);
                }
                _ => {}
            }
            at += len.max(1);
        }
        found
    }

    /// `index .Values.a "b"`
    fn indexed(&self, scope: &Scope, inside: &[Item]) -> Option<Chain> {
        let len = self.chain_len(inside);
        let mut chain = self.chain(scope, inside.get(..len)?)?;
        for item in inside.get(len..)?.iter().take_while(|item| item.kind != Kind::Pipe) {
            match item.kind {
                Kind::String => chain.push(unquoted(&self.word(item))),
                Kind::Number => chain.push(ITEM.to_owned()),
                _ => return None,
            }
        }
        Some(chain)
    }

    /// How many of the first items are one operand: a dot, or a variable or field with fields right behind.
    pub fn chain_len(&self, items: &[Item]) -> usize {
        let Some(first) = items.first() else { return 0 };
        if !matches!(first.kind, Kind::Field | Kind::Variable) {
            return usize::from(first.kind == Kind::Dot);
        }
        let joined = items.windows(2).take_while(|pair| match pair {
            [left, right] => left.end == right.start && right.kind == Kind::Field,
            _ => false,
        });
        1 + joined.count()
    }

    /// What an operand is.
    pub fn chain(&self, scope: &Scope, items: &[Item]) -> Option<Chain> {
        let (first, rest) = items.split_first()?;
        let field = |item: &Item| self.word(item).trim_start_matches('.').to_owned();
        let (mut chain, rest) = match first.kind {
            Kind::Dot => (scope.dot.clone()?, rest),
            Kind::Field => (scope.dot.clone()?, items),
            _ => (scope.value(&self.word(first))?, rest),
        };
        chain.extend(rest.iter().map(field));
        // Through a dict with the whole context in it, all is as at the top.
        match chain.iter().rposition(|name| name == "Values").filter(|at| *at > 0) {
            Some(at) => Some(chain.split_off(at)),
            None => Some(chain),
        }
    }

    /// Where the variable that an item names is declared: there itself, or further up.
    pub fn declaration(&self, item: &Item) -> Option<Range<u32>> {
        let range = item.start..item.end;
        let action = self.action(range.end)?;
        let behind = self.scope(action.end as u32);
        if behind.variables.iter().any(|variable| variable.declared == range) {
            return Some(range);
        }
        self.scope(range.end).variable(&self.word(item)).map(|variable| variable.declared.clone())
    }

    /// The item at an offset: the one that starts there before the one that ends there.
    pub fn item_at(&self, offset: u32) -> Option<(usize, Item)> {
        let touches = |(_, item): &(usize, Item)| item.start <= offset && offset <= item.end && item.kind != Kind::Text;
        let found = self.items.iter().copied().enumerate().filter(touches);
        let word = |item: &Item| !matches!(item.kind, Kind::Space | Kind::Pipe | Kind::LeftParen | Kind::RightParen);
        found.max_by_key(|(_, item)| (word(item), item.start <= offset && offset < item.end))
    }
}

impl Scope {
    /// What a variable is.
    pub fn value(&self, name: &str) -> Option<Chain> {
        match name {
            "$" => Some(Vec::new()),
            name => self.variable(name)?.value.clone(),
        }
    }

    /// The declaration that a name stands for.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().rev().find(|variable| variable.name == name)
    }
}

fn item_of(mut chain: Chain) -> Chain {
    chain.push(ITEM.to_owned());
    chain
}

/// A string constant without its quotes.
pub(super) fn unquoted(text: &str) -> String {
    let inner = text.strip_prefix(['"', '`']).unwrap_or(text);
    inner.strip_suffix(['"', '`']).unwrap_or(inner).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Scope {
        let offset = text.find("$0").unwrap();
        let text = text.replacen("$0", "", 1);
        Template::read(text.as_bytes()).scope(offset as u32)
    }

    fn dot(text: &str) -> Option<String> {
        at(text).dot.map(|chain| chain.join("."))
    }

    #[test]
    fn blocks_bind_the_dot() {
        assert_eq!(dot("{{ with .Values.a }}$0{{ end }}").as_deref(), Some("Values.a"));
        assert_eq!(dot("{{ with .Values.a }}{{ else }}$0{{ end }}").as_deref(), Some(""));
        assert_eq!(dot("{{ with .Values.a }}{{ end }}$0").as_deref(), Some(""));
        assert_eq!(dot("{{ range $i, $x := .Values.list }}{{ with $x.y }}$0").as_deref(), Some("Values.list.[].y"));
        assert_eq!(dot("{{ with index .Values.a \"b-c\" }}$0").as_deref(), Some("Values.a.b-c"));
        assert_eq!(dot("{{ with .Values.a | default dict }}$0").as_deref(), Some("Values.a"));
        assert_eq!(dot("{{ with dict }}$0"), None);
        assert_eq!(dot("{{ with .Values.a }}{{ define \"x\" }}$0").as_deref(), Some(""));
    }

    #[test]
    fn variables_end_with_their_block() {
        let names = |text: &str| at(text).variables.into_iter().map(|variable| variable.name).collect::<Vec<_>>();
        assert_eq!(names("{{ $a := .x }}{{ if $b := .y }}{{ $c := 1 }}$0"), ["$a", "$b", "$c"]);
        assert_eq!(names("{{ $a := .x }}{{ if $b := .y }}{{ end }}$0"), ["$a"]);
        assert_eq!(names("{{ range $i, $x := .y }}{{ $$0 }}"), ["$i", "$x"]);
    }

    #[test]
    fn broken_actions_hide_nothing() {
        assert_eq!(dot("{{ with .Values.a }}{{ nope | }}{{ .x $0").as_deref(), Some("Values.a"));
        assert_eq!(dot("a: {{ .Values.\n{{ with .Values.b }}$0").as_deref(), Some("Values.b"));
    }
}
