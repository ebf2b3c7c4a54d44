//! Origins: what caused a value or a piece of text.
//!
//! Every value carries an [`Origin`], a small number. In an untraced render it is always
//! [`Origin::NONE`] and costs nothing; in a traced one it names an entry of the [`Trace`](super::Trace).

use super::{Span, Str};
use std::num::NonZeroU32;

/// Number of an [`OriginKind`] in a [`Trace`](super::Trace).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(u32);

impl Origin {
    /// No origin recorded: the render is untraced, or the cause is filled in by the caller.
    pub const NONE: Origin = Origin(0);

    /// Whether nothing is recorded.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The number of what is recorded, from 0.
    pub fn number(self) -> Option<u32> {
        self.0.checked_sub(1)
    }

    /// The origin of what is recorded under a number.
    pub(super) fn at(number: u32) -> Origin {
        Origin(number.saturating_add(1))
    }
}

/// One call of a template: `include`, `template`, `block`, `tpl` or a rendered file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameId(pub u32);

/// A condition that let bytes appear, with the conditions around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuardId(NonZeroU32);

impl GuardId {
    /// The number of the guard, from 0.
    pub(super) fn number(self) -> u32 {
        self.0.get() - 1
    }

    /// The guard with a number.
    pub(super) fn at(number: u32) -> Option<GuardId> {
        NonZeroU32::new(number.checked_add(1)?).map(GuardId)
    }
}

/// A part of a string: from the end of the piece before it up to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Byte after the last of this piece, counted from the start of the string.
    pub end: u32,
    /// What the piece comes from.
    pub origin: Origin,
}

/// What a value or a piece of text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginKind {
    /// The bytes stand in a source text (a literal in a template).
    Source(Span),
    /// A node of a values tree.
    Values(Box<ValuesNode>),
    /// Made by an action or a function call out of its inputs.
    Call {
        /// The call in the template.
        span: Span,
        /// Origins of the arguments, at most eight.
        inputs: Box<[Origin]>,
    },
    /// A key that was asked for and is not there.
    Missing {
        /// The map that lacks it.
        parent: Origin,
        /// The key.
        key: Str,
    },
    /// A string whose parts have causes of their own.
    Pieces(Box<[Piece]>),
    /// A value that would be another one if a condition had gone the other way.
    Guarded {
        /// What it comes from.
        value: Origin,
        /// The condition.
        guard: GuardId,
    },
    /// Bytes that the executor wrote.
    Written {
        /// The text or action that wrote them.
        span: Span,
        /// The call they were written under.
        frame: FrameId,
        /// The innermost condition around the action.
        guard: Option<GuardId>,
        /// Origin of the value that was written; none for literal text.
        value: Origin,
    },
}

/// A node of a values tree: a key with its value, or an item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuesNode {
    /// The map or list it stands in; none for the root of a text.
    pub parent: Origin,
    /// Its key or index there.
    pub step: Step,
    /// The value in its text.
    pub span: Span,
    /// The key in its text, for entries of maps.
    pub key: Option<Span>,
    /// Where the text came from.
    pub layer: Layer,
}

/// One step of a path through values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The root of a text.
    Root,
    /// A key of a map.
    Key(Str),
    /// An index of a list, from 0.
    Index(u32),
}

/// Where values come from, with the number of the flag (from 1) for those of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// The chart's own values.yaml.
    Default,
    /// `-f`
    File(u32),
    /// `--set`
    Set(u32),
    /// `--set-string`
    SetString(u32),
    /// `--set-json`
    SetJson(u32),
    /// `--set-file`
    SetFile(u32),
    /// `--set-literal`
    SetLiteral(u32),
    /// Another program's file, such as Terraform's.
    Program,
    /// The same, of what only a run of that program can tell: another value stands in its place.
    Unknown,
}

/// A call of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The frame that made the call; none for the outermost.
    pub parent: Option<FrameId>,
    /// The action that made the call; for the outermost the whole file.
    pub site: Span,
    /// The guard around the call.
    pub guard: Option<GuardId>,
}

/// A condition around actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The guard around this one.
    pub parent: Option<GuardId>,
    /// The pipeline of the `if`, `with` or `range`.
    pub site: Span,
    /// Origin of the value the condition had.
    pub value: Origin,
}

/// A text that a template gave to `fromYaml` or its like, and that is no YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The text.
    pub text: Str,
    /// What it comes from.
    pub origin: Origin,
    /// Byte where the parser stopped.
    pub offset: u32,
    /// What the parser says.
    pub message: String,
}

/// A value of another shape than the default it replaced: `a map`, `a list` or `a scalar`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The shape of the value.
    pub given: &'static str,
    /// That of the default.
    pub default: &'static str,
}
