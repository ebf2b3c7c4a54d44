//! Going on behind what does not parse.
//!
//! Go's parser ends with the first error. When all errors are wanted, a broken action becomes a hole: reading goes on
//! behind it, or at the next action where it was not closed. What a broken action opens stays open.

use super::ast::{NodeId, NodeKind};
use super::complaint::Stop;
use super::parser::{Next, Parser, Result};
use super::token::Item;
use crate::diag::Fact;

/// So many errors in one text are enough.
const MOST: usize = 100;

impl Parser<'_> {
    /// The next node of a list, which begins with `start`; a hole for what is broken.
    pub(super) fn next_node(&mut self, start: Item) -> Result<Next> {
        let (open, assigned) = (self.open.len(), self.state.assigned.len());
        let (parens, depth) = (self.state.stack_depth, self.blocks.len());
        let found = self.text_or_action(start);
        if !self.recovers || found.is_ok() {
            return found;
        }
        self.open.truncate(open);
        self.state.assigned.truncate(assigned);
        self.blocks.truncate(depth);
        self.state.stack_depth = parens;
        self.recover(found.map(drop), start)?;
        Ok(Next::Node(self.hole(start)))
    }

    /// A definition stands in no block, so the one around it is not closed. It is read all the same.
    pub(super) fn inner_definition(&mut self, delim: Item, define: &Item) -> Result<NodeId> {
        if !self.is_told(self.unclosed()) {
            let found = self.unexpected(define, "command");
            self.pass(found)?;
        }
        let found = self.definition(delim);
        self.recover(found, delim)?;
        Ok(self.hole(delim))
    }

    /// Whether one of the errors so far is about the same block.
    fn is_told(&self, unclosed: Option<Fact>) -> bool {
        unclosed.is_some() && self.errors.iter().any(|error| error.fact.as_deref() == unclosed.as_ref())
    }

    /// What stands for a broken action.
    pub(super) fn hole(&mut self, delim: Item) -> NodeId {
        self.node(NodeKind::Hole, delim.start, delim.start, delim.end)
    }

    /// The header of a block whose action started with `delim`; none where it is broken.
    pub(super) fn header<T>(&mut self, delim: Item, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        let (open, parens) = (self.open.len(), self.state.stack_depth);
        match read(self) {
            Ok(found) => Ok(Some(found)),
            Err(error) => {
                self.recover(Err(error), delim)?;
                self.open.truncate(open);
                self.state.stack_depth = parens;
                Ok(None)
            }
        }
    }

    /// The list that a block holds whose action starts with `delim`.
    pub(super) fn body(&mut self, what: &'static str, delim: Item) -> Result<(NodeId, Next)> {
        let block = Block { what, start: delim.start };
        self.blocks.push(block);
        let found = self.item_list();
        self.blocks.pop();
        if found.is_ok() && self.out_of_step.is_none() && self.is_out_of_step(block) {
            self.out_of_step = Some(block);
        }
        found
    }

    /// Whether the `end` or `else` behind a block stands as far to the left as a block around it, and farther than this one.
    fn is_out_of_step(&self, block: Block) -> bool {
        let (Some(own), Some(end)) = (self.column(block.start), self.column(self.stopped)) else { return false };
        end < own
            && self.stopped > block.start
            && self.blocks.iter().any(|around| self.column(around.start) == Some(end))
    }

    /// How many blanks stand before an action on its line; none where something else does.
    fn column(&self, start: u32) -> Option<usize> {
        let before = self.text.get(..start as usize).unwrap_or_default();
        let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let rest = before.len() - blanks;
        (rest == 0 || before.get(rest - 1) == Some(&b'\n')).then_some(blanks)
    }

    /// The block that is likely not closed.
    pub(super) fn unclosed(&self) -> Option<Fact> {
        self.out_of_step().or_else(|| self.blocks.last().map(|block| self.unclosed_block(block)))
    }

    /// The block that is likely not closed, told from how blocks are indented.
    pub(super) fn out_of_step(&self) -> Option<Fact> {
        self.out_of_step.as_ref().map(|block| self.unclosed_block(block))
    }

    fn unclosed_block(&self, block: &Block) -> Fact {
        Fact::Unclosed { what: block.what.into(), opened: Some(self.line_at(block.start)) }
    }

    /// Notes an error in the action that starts with `delim`, and goes on behind that.
    pub(super) fn recover(&mut self, found: Result<()>, delim: Item) -> Result<()> {
        let Err(error) = found else { return Ok(()) };
        if !self.recovers || self.errors.len() >= MOST {
            return Err(error);
        }
        self.errors.push(*error);
        self.state.peeked = 0;
        self.state.action = None;
        self.lexer.resume_behind(delim.start);
        Ok(())
    }

    /// The text ends inside a block.
    pub(super) fn unexpected_end(&mut self) -> Result<()> {
        // One block that is not closed leaves those around it open too: that is one error.
        let message = "unexpected EOF";
        if self.is_told(self.unclosed()) || self.errors.last().is_some_and(|last| last.message == message) {
            return Ok(());
        }
        let found = self.error_of(message, &[], self.unclosed());
        self.pass(found)
    }

    /// Notes an error behind which nothing has to be passed.
    pub(super) fn pass(&mut self, found: Result<()>) -> Result<()> {
        match found {
            Err(error) if self.recovers => {
                self.errors.push(*error);
                Ok(())
            }
            found => found,
        }
    }

    /// An `end` or `else` has been read where no block is open.
    pub(super) fn nothing_open(&mut self, stop: Stop) -> Result<()> {
        let fact = Fact::NothingOpen { word: stop.word().to_owned() };
        let found = self.error_of("unexpected %s", &[stop.into()], fact);
        self.pass(found)
    }
}

/// A block: what it is, and where the action starts that opens it.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub what: &'static str,
    pub start: u32,
}

#[cfg(test)]
mod tests {
    use crate::diag::Fact;
    use crate::gotmpl::ast::NodeKind;
    use crate::gotmpl::funcs::Callee;
    use crate::gotmpl::{ParseError, Parsed, parse, parse_all};
    use crate::host::HelmVersion;
    use crate::text::{FileId, Str};

    fn all(text: &str) -> (Parsed, Vec<ParseError>) {
        let function = |name: &[u8]| Callee::find(name, HelmVersion::V4);
        let (name, bytes) = (Str::from("t"), std::sync::Arc::from(text.as_bytes()));
        let strict = parse(Str::from("t"), std::sync::Arc::from(text.as_bytes()), FileId(0), &function);
        let (parsed, errors) = parse_all(name, bytes, FileId(0), &function);
        // Go's error is always the first.
        assert_eq!(strict.err().as_ref(), errors.first(), "{text}");
        (parsed, errors)
    }

    /// Line and message of each error.
    fn errors(text: &str) -> Vec<(u32, String)> {
        all(text).1.into_iter().map(|error| (error.line, error.message)).collect()
    }

    #[test]
    fn every_broken_action_is_an_error_of_its_own() {
        let found = errors("a: {{ nope }}\nb: {{ | }}\nc: {{ \"x }}\nd: {{ $y }}\ne: {{ .fine }}\n");
        let texts: Vec<_> = found.iter().map(|(line, text)| format!("{line} {text}")).collect();
        assert_eq!(
            texts,
            [
                "1 function \"nope\" not defined",
                "2 unexpected \"|\" in command",
                "3 unterminated quoted string",
                "4 undefined variable \"$y\"",
            ]
        );
    }

    #[test]
    fn an_action_that_is_not_closed_ends_before_the_next() {
        let found = errors("a: {{ .x\nb: {{ .y }}\nc: {{ nope }}\n");
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(errors("a: {{ .x\n").len(), 1);
        assert_eq!(errors("a: {{/* x\nb: {{ nope }}\n").len(), 2);
    }

    #[test]
    fn errors_stand_where_go_has_read_to() {
        let lines = |text: &str| errors(text).into_iter().map(|(line, _)| line).collect::<Vec<_>>();
        assert_eq!(lines("{{ true.e\n}}"), [1]);
        assert_eq!(lines("{{ true.e\n-}}"), [2]);
        assert_eq!(lines("{{ true.e\n\n-}}"), [1]);
        assert_eq!(lines("{{..e\n"), [1]);
        assert_eq!(lines("{{ $x\n}}"), [2]);
        assert_eq!(lines("{{ .a\n\"\n}}"), [2]);
        assert_eq!(lines("a\n{{- .a\n| | }}"), [3]);
        assert_eq!(lines("{{ if .a -}}\n\n{{ nope }}\n{{ end }}"), [3]);
    }

    #[test]
    fn what_blocks_know_does_not_grow_with_blocks_around_them() {
        let count = 2000;
        let each = |f: &dyn Fn(usize) -> String| (0..count).map(f).collect::<String>();
        let text = [
            each(&|n| format!("{{{{ $v{n} := 1 }}}}")),
            each(&|n| format!("{{{{ if . }}}}{{{{ $v{n} = 1 }}}}")),
            each(&|_| "{{ end }}".to_owned()),
        ]
        .concat();
        let tree = all(&text).0.source.tree;
        let assigned = tree.nodes().filter_map(|(_, node)| match &node.kind {
            NodeKind::If(branch) => Some(branch.assigned),
            _ => None,
        });
        let assigned: Vec<_> = assigned.collect();
        // The innermost block comes first.
        assert_eq!([0, 1, 9].map(|n| assigned.get(n).map(|run| tree.names(*run).len())), [Some(1), Some(2), Some(10)]);
        assert!(assigned.iter().all(|run| tree.names(*run).len() <= 64));
        assert_eq!(assigned.last(), assigned.get(count / 2));
    }

    #[test]
    fn a_block_knows_what_is_assigned_in_it() {
        let text = "{{ $a := 1 }}{{ $b := 1 }}{{ if $b = . }}{{ $a = 2 }}{{ range . }}{{ $b = 3 }}{{ end }}{{ $a = 4 }}\
                    {{ else }}{{ block \"c\" . }}{{ $d := 1 }}{{ $d = 1 }}{{ end }}{{ end }}";
        let tree = all(text).0.source.tree;
        let assigned = tree.nodes().filter_map(|(_, node)| match &node.kind {
            NodeKind::If(branch) | NodeKind::Range(branch) => Some(tree.names(branch.assigned).collect::<Vec<_>>()),
            _ => None,
        });
        // What comes last is first.
        assert_eq!(assigned.collect::<Vec<_>>(), [vec![&b"$b"[..]], vec![&b"$a"[..], b"$b"]]);
    }

    #[test]
    fn a_broken_header_still_opens_its_block() {
        let found = errors("{{ if nope }}a{{ else }}b{{ end }}{{ range $i, := . }}{{ nope2 }}{{ end }}");
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(errors("{{ with | }}{{ end }}{{ .y }}").len(), 1);
        assert_eq!(errors("{{ if .a }}{{ else if nope }}{{ end x }}{{ nope }}").len(), 3);
    }

    #[test]
    fn the_block_out_of_step_is_the_one_that_is_not_closed() {
        let text = "{{ if .a }}\n  {{ range .b }}\n  x\n{{ end }}\n{{ if .c }}\n{{ end }}\n";
        let fact = |text: &str| all(text).1.into_iter().next().and_then(|error| error.fact);
        let unclosed = |what: &str, line| Some(Box::new(Fact::Unclosed { what: what.to_owned(), opened: Some(line) }));
        assert_eq!(fact(text), unclosed("range", 2));
        assert_eq!(fact("{{ if .a }}\n{{ with .b }}\n{{ end }}\n"), unclosed("if", 1));
        let text = "{{ if .a }}\n  {{ with .b }}\n{{ else }}\n  {{ .c }}\n{{ else }}\n{{ end }}\n";
        assert_eq!(fact(text), unclosed("with", 2));
        assert_eq!(fact("{{ define \"a\" }}\nx\n{{ define \"b\" }}y{{ end }}\n"), unclosed("define", 1));
    }

    #[test]
    fn a_second_definition_is_told_where_it_stands() {
        let text = "{{ define \"a\" }}\nx\n{{ end }}\n{{ define \"a\" }}\ny\n{{ end }}\n";
        let errors = all(text).1;
        assert_eq!(errors.len(), 1, "{errors:?}");
        let error = &errors[0];
        assert_eq!((error.line, error.offset as usize), (6, text.rfind("{{ define").unwrap()));
        assert_eq!(error.fact.as_deref(), Some(&Fact::DefinedTwice { name: "a".to_owned(), first: 1 }));
    }

    #[test]
    fn what_is_open_at_the_end_says_where_it_was_opened() {
        let (_, errors) = all("{{ if .a }}\n{{ range .b }}\nx\n");
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].fact.as_deref(), Some(&Fact::Unclosed { what: "range".to_owned(), opened: Some(2) }));
        let (_, errors) = all("x{{ end }}{{ else }}y{{ nope }}");
        assert_eq!(errors.len(), 3);
    }

    #[test]
    fn definitions_know_whether_they_are_whole() {
        let (parsed, errors) =
            all("{{ define \"a\" }}{{ nope }}{{ end }}{{ define \"b\" }}b{{ end }}text{{/* said */}}");
        assert_eq!(errors.len(), 1);
        let broken: Vec<_> = parsed.definitions.iter().map(|d| (d.name.to_string(), d.broken)).collect();
        assert_eq!(broken, [("a".to_owned(), true), ("b".to_owned(), false), ("t".to_owned(), false)]);
        assert_eq!(parsed.comments.first(), Some(&(67..77)));
        let (parsed, _) = all("{{ define \"a\" }}a{{ end }}{{ nope }}");
        assert_eq!(parsed.definitions.iter().map(|d| d.broken).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn garbage_ends() {
        let part =
            ["{{", "}}", "{{ if", " .x ", "{{ end }}", "{{ else", "{{/*", "*/", "\"", "`", "(", "{{ define \"a\" }}"];
        let mut seed = 7u64;
        for _ in 0..3000 {
            let mut text = String::new();
            for _ in 0..12 {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                text.push_str(part[(seed >> 33) as usize % part.len()]);
            }
            all(&text);
        }
    }
}
