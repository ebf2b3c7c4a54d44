//! From tokens to events: Go's parserc.go.

use super::error::{Mark, YamlError};
use super::reader::Reader;
use super::scanner::{ScalarStyle, Scanner, Text, Token, TokenKind};

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum EventKind {
    DocumentStart,
    DocumentEnd,
    StreamEnd,
    Alias { name: Text },
    Scalar { value: Text, style: ScalarStyle, body: u32 },
    SequenceStart { flow: bool },
    SequenceEnd,
    MappingStart { flow: bool },
    MappingEnd,
}

/// Anchor and tag of a node.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Properties {
    pub anchor: Option<Text>,
    /// The full tag, in [`Scanner::strings`].
    pub tag: Option<Text>,
}

/// One step through a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub kind: EventKind,
    pub properties: Properties,
    /// Start of the node with its anchor and tag.
    pub outer: Mark,
    /// Start of the node itself.
    pub start: Mark,
    /// End of the token that the event comes from.
    pub end: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirst,
    BlockSequence,
    IndentlessSequence,
    BlockMappingFirst,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirst,
    FlowSequence,
    FlowSequenceKey,
    FlowSequenceValue,
    FlowSequenceMappingEnd,
    FlowMappingFirst,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// Where a node stands, which decides what it may be.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Block,
    /// A mapping's key or value, where `-` may stand without more indentation.
    BlockOrIndentless,
    Flow,
}

/// The parser.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    pub scanner: Scanner<'a>,
    state: State,
    states: Vec<State>,
    marks: Vec<Mark>,
    /// Handles and prefixes of `%TAG`.
    directives: Vec<(Vec<u8>, Vec<u8>)>,
}

type Parse<T> = Result<T, YamlError>;

impl<'a> Parser<'a> {
    /// A parser at a byte of `text` on the given line, both from 0.
    pub fn new(text: &'a [u8], offset: usize, line: u32) -> Parse<Parser<'a>> {
        Parser::over(Reader::new(text, offset, line))
    }

    /// The same for a text that has only line feeds.
    pub fn of_clean(text: &'a [u8], offset: usize, line: u32) -> Parse<Parser<'a>> {
        Parser::over(Reader::of_clean(text, offset, line))
    }

    fn over(reader: Reader<'a>) -> Parse<Parser<'a>> {
        let mut scanner = Scanner::new(reader);
        // The first token is always the start of the stream.
        scanner.peek()?;
        scanner.take();
        let (states, marks) = (Vec::new(), Vec::new());
        Ok(Parser { scanner, state: State::ImplicitDocumentStart, states, marks, directives: Vec::new() })
    }

    /// The next event.
    pub fn next(&mut self) -> Parse<Event> {
        match self.state {
            State::ImplicitDocumentStart => self.document_start(true),
            State::DocumentStart => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(Place::Block),
            State::BlockSequenceFirst => self.block_sequence(true),
            State::BlockSequence => self.block_sequence(false),
            State::IndentlessSequence => self.indentless_sequence(),
            State::BlockMappingFirst => self.block_mapping_key(true),
            State::BlockMappingKey => self.block_mapping_key(false),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirst => self.flow_sequence(true),
            State::FlowSequence => self.flow_sequence(false),
            State::FlowSequenceKey => self.flow_sequence_key(),
            State::FlowSequenceValue => self.flow_sequence_value(),
            State::FlowSequenceMappingEnd => self.flow_sequence_mapping_end(),
            State::FlowMappingFirst => self.flow_mapping_key(true),
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(false),
            State::FlowMappingEmptyValue => self.flow_mapping_value(true),
            State::End => Ok(event(EventKind::StreamEnd, self.scanner.reached(), self.scanner.reached())),
        }
    }

    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// Ends a collection: its event, the state around, its mark.
    fn pop_collection(&mut self, kind: EventKind, token: &Token) -> Event {
        self.pop_state();
        self.marks.pop();
        self.scanner.take();
        event(kind, token.start, token.end)
    }

    fn expected(&mut self, problem: &str, token: &Token) -> YamlError {
        let context = self.marks.pop().unwrap_or_default();
        YamlError::parser(problem, context, token.start)
    }

    fn enter(&mut self, first: bool) -> Parse<()> {
        if first {
            let start = self.scanner.peek()?.start;
            self.marks.push(start);
            self.scanner.take();
        }
        Ok(())
    }

    fn peek(&mut self) -> Parse<Token> {
        self.scanner.peek().copied()
    }

    /// Takes the token at hand and gives the next.
    fn advance(&mut self) -> Parse<Token> {
        self.scanner.take();
        self.peek()
    }

    fn document_start(&mut self, implicit: bool) -> Parse<Event> {
        let mut token = self.peek()?;
        if !implicit {
            while token.kind == TokenKind::DocumentEnd {
                token = self.advance()?;
            }
        }
        match token.kind {
            TokenKind::StreamEnd => {
                self.state = State::End;
                self.scanner.take();
                Ok(event(EventKind::StreamEnd, token.start, token.end))
            }
            TokenKind::Version { .. } | TokenKind::TagDirective { .. } | TokenKind::DocumentStart => {
                self.explicit_document(token.start)
            }
            _ if implicit => {
                self.directives()?;
                self.states.push(State::DocumentEnd);
                self.state = State::BlockNode;
                Ok(event(EventKind::DocumentStart, token.start, token.end))
            }
            _ => self.explicit_document(token.start),
        }
    }

    fn explicit_document(&mut self, start: Mark) -> Parse<Event> {
        self.directives()?;
        let token = self.peek()?;
        if token.kind != TokenKind::DocumentStart {
            return Err(YamlError::parser("did not find expected <document start>", Mark::default(), token.start));
        }
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        self.scanner.take();
        Ok(event(EventKind::DocumentStart, start, token.end))
    }

    fn document_content(&mut self) -> Parse<Event> {
        let token = self.peek()?;
        match token.kind {
            TokenKind::Version { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                self.pop_state();
                Ok(empty_scalar(token.start))
            }
            _ => self.node(Place::Block),
        }
    }

    fn document_end(&mut self) -> Parse<Event> {
        let token = self.peek()?;
        let mut end = token.start;
        if token.kind == TokenKind::DocumentEnd {
            end = token.end;
            self.scanner.take();
        }
        self.directives.clear();
        self.state = State::DocumentStart;
        Ok(event(EventKind::DocumentEnd, token.start, end))
    }

    /// Go's `yaml_parser_parse_node`.
    fn node(&mut self, place: Place) -> Parse<Event> {
        let mut token = self.peek()?;
        if let TokenKind::Alias(name) = token.kind {
            self.pop_state();
            self.scanner.take();
            return Ok(event(EventKind::Alias { name }, token.start, token.end));
        }
        let outer = token.start;
        let mut end = token.start;
        let (mut anchor, mut tag) = (None, None);
        // An anchor and a tag may come in either order, but only one of each.
        for _ in 0..2 {
            match token.kind {
                TokenKind::Anchor(name) if anchor.is_none() => anchor = Some(name),
                TokenKind::Tag { handle, suffix } if tag.is_none() => tag = Some((handle, suffix, token.start)),
                _ => break,
            }
            end = token.end;
            token = self.advance()?;
        }
        let tag = match tag {
            Some((handle, suffix, mark)) => self.resolve_tag(handle, suffix, outer, mark)?,
            None => None,
        };
        let bare = anchor.is_none() && tag.is_none();
        let mut event = Event { outer, ..event(EventKind::StreamEnd, token.start, token.end) };
        event.properties = Properties { anchor, tag };
        let block = place != Place::Flow;
        (event.kind, self.state) = match token.kind {
            TokenKind::BlockEntry if place == Place::BlockOrIndentless => {
                (EventKind::SequenceStart { flow: false }, State::IndentlessSequence)
            }
            TokenKind::Scalar { value, style, body } => {
                self.pop_state();
                self.scanner.take();
                event.kind = EventKind::Scalar { value, style, body };
                return Ok(event);
            }
            TokenKind::FlowSequenceStart => (EventKind::SequenceStart { flow: true }, State::FlowSequenceFirst),
            TokenKind::FlowMappingStart => (EventKind::MappingStart { flow: true }, State::FlowMappingFirst),
            TokenKind::BlockSequenceStart if block => {
                (EventKind::SequenceStart { flow: false }, State::BlockSequenceFirst)
            }
            TokenKind::BlockMappingStart if block => {
                (EventKind::MappingStart { flow: false }, State::BlockMappingFirst)
            }
            _ if !bare => {
                self.pop_state();
                (event.start, event.end) = (end, end);
                event.kind = EventKind::Scalar { value: Text::default(), style: ScalarStyle::Plain, body: 0 };
                return Ok(event);
            }
            _ => return Err(YamlError::parser("did not find expected node content", outer, token.start)),
        };
        Ok(event)
    }

    /// The full tag. An empty one counts as none.
    fn resolve_tag(&mut self, handle: Text, suffix: Text, outer: Mark, mark: Mark) -> Parse<Option<Text>> {
        if handle.is_empty() {
            return Ok((!suffix.is_empty()).then_some(suffix));
        }
        let strings = &mut self.scanner.strings;
        let name = handle.of(strings);
        let prefix = self.directives.iter().find(|(handle, _)| *handle == name).map(|(_, prefix)| prefix);
        let mut tag = prefix.cloned().unwrap_or_default();
        if prefix.is_some() {
            tag.extend_from_slice(suffix.of(strings));
        }
        if tag.is_empty() {
            return Err(YamlError::parser("found undefined tag handle", outer, mark));
        }
        let start = strings.len();
        strings.extend_from_slice(&tag);
        Ok(Some(Text::since(start, strings)))
    }

    fn block_sequence(&mut self, first: bool) -> Parse<Event> {
        self.enter(first)?;
        let token = self.peek()?;
        match token.kind {
            TokenKind::BlockEntry => {
                let next = self.advance()?;
                if matches!(next.kind, TokenKind::BlockEntry | TokenKind::BlockEnd) {
                    self.state = State::BlockSequence;
                    return Ok(empty_scalar(token.end));
                }
                self.states.push(State::BlockSequence);
                self.node(Place::Block)
            }
            TokenKind::BlockEnd => Ok(self.pop_collection(EventKind::SequenceEnd, &token)),
            _ => Err(self.expected("did not find expected '-' indicator", &token)),
        }
    }

    fn indentless_sequence(&mut self) -> Parse<Event> {
        let token = self.peek()?;
        if token.kind != TokenKind::BlockEntry {
            self.pop_state();
            return Ok(event(EventKind::SequenceEnd, token.start, token.start));
        }
        let next = self.advance()?;
        if matches!(next.kind, TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd) {
            self.state = State::IndentlessSequence;
            return Ok(empty_scalar(token.end));
        }
        self.states.push(State::IndentlessSequence);
        self.node(Place::Block)
    }

    fn block_mapping_key(&mut self, first: bool) -> Parse<Event> {
        self.enter(first)?;
        let token = self.peek()?;
        match token.kind {
            TokenKind::Key => {
                let next = self.advance()?;
                if matches!(next.kind, TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd) {
                    self.state = State::BlockMappingValue;
                    return Ok(empty_scalar(token.end));
                }
                self.states.push(State::BlockMappingValue);
                self.node(Place::BlockOrIndentless)
            }
            TokenKind::BlockEnd => Ok(self.pop_collection(EventKind::MappingEnd, &token)),
            _ => Err(self.expected("did not find expected key", &token)),
        }
    }

    fn block_mapping_value(&mut self) -> Parse<Event> {
        let token = self.peek()?;
        if token.kind != TokenKind::Value {
            self.state = State::BlockMappingKey;
            return Ok(empty_scalar(token.start));
        }
        let next = self.advance()?;
        if matches!(next.kind, TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd) {
            self.state = State::BlockMappingKey;
            return Ok(empty_scalar(token.end));
        }
        self.states.push(State::BlockMappingKey);
        self.node(Place::BlockOrIndentless)
    }

    fn flow_sequence(&mut self, first: bool) -> Parse<Event> {
        self.enter(first)?;
        let mut token = self.peek()?;
        if token.kind != TokenKind::FlowSequenceEnd {
            if !first {
                if token.kind != TokenKind::FlowEntry {
                    return Err(self.expected("did not find expected ',' or ']'", &token));
                }
                token = self.advance()?;
            }
            match token.kind {
                TokenKind::Key => {
                    self.state = State::FlowSequenceKey;
                    self.scanner.take();
                    return Ok(event(EventKind::MappingStart { flow: true }, token.start, token.end));
                }
                TokenKind::FlowSequenceEnd => {}
                _ => {
                    self.states.push(State::FlowSequence);
                    return self.node(Place::Flow);
                }
            }
        }
        Ok(self.pop_collection(EventKind::SequenceEnd, &token))
    }

    fn flow_sequence_key(&mut self) -> Parse<Event> {
        let token = self.peek()?;
        if !matches!(token.kind, TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
            self.states.push(State::FlowSequenceValue);
            return self.node(Place::Flow);
        }
        self.scanner.take();
        self.state = State::FlowSequenceValue;
        Ok(empty_scalar(token.end))
    }

    fn flow_sequence_value(&mut self) -> Parse<Event> {
        let token = self.peek()?;
        if token.kind == TokenKind::Value {
            let next = self.advance()?;
            if !matches!(next.kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
                self.states.push(State::FlowSequenceMappingEnd);
                return self.node(Place::Flow);
            }
        }
        self.state = State::FlowSequenceMappingEnd;
        Ok(empty_scalar(token.start))
    }

    fn flow_sequence_mapping_end(&mut self) -> Parse<Event> {
        let token = self.peek()?;
        self.state = State::FlowSequence;
        Ok(event(EventKind::MappingEnd, token.start, token.start))
    }

    fn flow_mapping_key(&mut self, first: bool) -> Parse<Event> {
        self.enter(first)?;
        let mut token = self.peek()?;
        if token.kind != TokenKind::FlowMappingEnd {
            if !first {
                if token.kind != TokenKind::FlowEntry {
                    return Err(self.expected("did not find expected ',' or '}'", &token));
                }
                token = self.advance()?;
            }
            match token.kind {
                TokenKind::Key => {
                    let next = self.advance()?;
                    if matches!(next.kind, TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                        self.state = State::FlowMappingValue;
                        return Ok(empty_scalar(next.start));
                    }
                    self.states.push(State::FlowMappingValue);
                    return self.node(Place::Flow);
                }
                TokenKind::FlowMappingEnd => {}
                _ => {
                    self.states.push(State::FlowMappingEmptyValue);
                    return self.node(Place::Flow);
                }
            }
        }
        Ok(self.pop_collection(EventKind::MappingEnd, &token))
    }

    fn flow_mapping_value(&mut self, empty: bool) -> Parse<Event> {
        let mut token = self.peek()?;
        if !empty && token.kind == TokenKind::Value {
            token = self.advance()?;
            if !matches!(token.kind, TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                self.states.push(State::FlowMappingKey);
                return self.node(Place::Flow);
            }
        }
        self.state = State::FlowMappingKey;
        Ok(empty_scalar(token.start))
    }

    /// Go's `yaml_parser_process_directives`.
    fn directives(&mut self) -> Parse<()> {
        let mut version = false;
        loop {
            let token = self.peek()?;
            match token.kind {
                TokenKind::Version { .. } if version => {
                    return Err(YamlError::parser("found duplicate %YAML directive", Mark::default(), token.start));
                }
                TokenKind::Version { major: 1, minor: 1 } => version = true,
                TokenKind::Version { .. } => {
                    return Err(YamlError::parser("found incompatible YAML document", Mark::default(), token.start));
                }
                TokenKind::TagDirective { handle, prefix } => {
                    let part = |text: Text| text.of(&self.scanner.strings).to_vec();
                    let (handle, prefix) = (part(handle), part(prefix));
                    if self.directives.iter().any(|d| d.0 == handle) {
                        return Err(YamlError::parser("found duplicate %TAG directive", Mark::default(), token.start));
                    }
                    self.directives.push((handle, prefix));
                }
                _ => break,
            }
            self.scanner.take();
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if !self.directives.iter().any(|d| d.0 == handle.as_bytes()) {
                self.directives.push((handle.into(), prefix.into()));
            }
        }
        Ok(())
    }
}

fn event(kind: EventKind, start: Mark, end: Mark) -> Event {
    Event { kind, properties: Properties::default(), outer: start, start, end }
}

/// A node that is not there: null.
fn empty_scalar(mark: Mark) -> Event {
    event(EventKind::Scalar { value: Text::default(), style: ScalarStyle::Plain, body: 0 }, mark, mark)
}
