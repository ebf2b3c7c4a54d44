//! Values.

pub(super) mod accidental_anchor;
pub(super) mod accidental_tag;
pub(super) mod cut_comment;
pub(super) mod number_form;
pub(super) mod other_type;
pub(super) mod overridden;
pub(super) mod schema_default;
pub(super) mod schema_refuses;
pub(super) mod shadowed_global;
pub(super) mod text_condition;
pub(super) mod text_for_number;
pub(super) mod typographic_quotes;
pub(super) mod unread_default;
pub(super) mod unread_rest;
