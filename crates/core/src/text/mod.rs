//! Texts and places in them: file ids, spans, line indexes, the source map and origins.
//!
//! Everything here counts bytes (`u32`); lines and columns appear only at the edges.

mod base64;
mod builder;
mod composed;
pub mod glob;
mod gostr;
mod origin;
pub mod path;
mod quote;
mod secrets;
mod source;
mod space;
mod system;
mod trace;
mod typographic;

pub use base64::{base64_decode, base64_encode};
pub use builder::TextBuilder;
pub use composed::{Composed, ComposedPart};
pub use gostr::{Part, Str, decode_rune, lossy, rune_count, runes};
pub use origin::{Clash, Frame, FrameId, Guard, GuardId, Layer, Origin, OriginKind, Piece, Step, Unread, ValuesNode};
pub use quote::{is_digit, is_letter, is_print, push_escaped, quote, quote_into, unquote, unquote_char, verbatim};
pub use secrets::{MASK, is_secret, mask_argument, mask_secrets};
pub use source::{FileId, LineBytes, LineColumn, LineIndex, LineUtf16, SourceFile, SourceMap, Span};
pub use space::{go_trim_space, is_go_space, trim_space_str};
pub use system::go_error;
pub use trace::{MAX_INPUTS, Origins, Segment, Trace};
pub use typographic::{TYPOGRAPHIC, typographic};
