//! What a check of updates is.

use super::change::Change;

/// A rule about changes.
#[derive(Debug)]
pub struct Check {
    /// The code of its findings.
    pub code: &'static str,
    /// What it wants, in a sentence or a few.
    pub doc: &'static str,
    /// The function of the API server that it mirrors.
    pub mirrors: &'static str,
    /// An object that is there.
    pub old: &'static str,
    /// What it may become.
    pub accepted: &'static str,
    /// What it may not.
    pub refused: &'static str,
    /// What is asked of which kinds.
    pub(super) run: Run,
}

/// How a check looks at an object.
#[derive(Debug)]
pub(super) enum Run {
    /// By a function, for the kinds that are named as `group/Kind`.
    Call(&'static [&'static str], fn(&mut Change<'_, '_, '_>)),
    /// By a table: the fields that are fixed, by kind.
    Table(&'static [(&'static str, &'static [Fixed])]),
}

/// A field that cannot be changed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fixed {
    /// Where it stands, with dots.
    At(&'static str),
    /// Where it stands, and with which words the server forbids to change it.
    Forbidden(&'static str, &'static str),
    /// Where it stands, and what the server calls it.
    Named(&'static str, &'static str),
}

impl Fixed {
    fn look(self, change: &mut Change<'_, '_, '_>) {
        match self {
            Fixed::At(path) => change.fixed(path, path, &[]),
            Fixed::Forbidden(path, detail) => change.forbidden(path, path, &[], detail),
            Fixed::Named(path, name) => change.fixed(path, name, &[]),
        }
    }
}

impl Check {
    /// Looks at an object of a kind.
    pub(super) fn look(&self, group: &str, kind: &str, change: &mut Change<'_, '_, '_>) {
        let is = |name: &str| name.rsplit_once('/').unwrap_or(("", name)) == (group, kind);
        match self.run {
            Run::Call(kinds, call) if kinds.iter().any(|name| is(name)) => call(change),
            Run::Call(..) => {}
            Run::Table(rows) => {
                for (_, fields) in rows.iter().filter(|(name, _)| is(name)) {
                    fields.iter().for_each(|field| field.look(change));
                }
            }
        }
    }

    /// The kinds that it looks at, as `group/Kind`.
    #[cfg(test)]
    pub(super) fn kinds(&self) -> Vec<&'static str> {
        match self.run {
            Run::Call(kinds, _) => kinds.to_vec(),
            Run::Table(rows) => rows.iter().map(|(name, _)| *name).collect(),
        }
    }
}

/// Defines a check: its documentation, its table entry, its examples. A function follows it, unless it is a table.
macro_rules! update {
    (
        $(#[doc = $doc:literal])+
        $name:ident = $code:literal, $run:ident;
        mirrors $mirrors:literal;
        on $on:expr;
        old $old:literal;
        accepted $accepted:literal;
        refused $refused:literal;
    ) => {
        $crate::validate::update::check::update! {
            @entry [$($doc)+] $name = $code, $mirrors, $old, $accepted, $refused;
            $crate::validate::update::check::Run::Call($on, $run)
        }
    };
    (
        $(#[doc = $doc:literal])+
        $name:ident = $code:literal;
        mirrors $mirrors:literal;
        table $table:expr;
        old $old:literal;
        accepted $accepted:literal;
        refused $refused:literal;
    ) => {
        $crate::validate::update::check::update! {
            @entry [$($doc)+] $name = $code, $mirrors, $old, $accepted, $refused;
            $crate::validate::update::check::Run::Table($table)
        }
    };
    (
        @entry [$($doc:literal)+] $name:ident = $code:literal, $mirrors:literal, $old:literal, $accepted:literal,
        $refused:literal; $run:expr
    ) => {
        $(#[doc = $doc])+
        pub(super) static $name: $crate::validate::update::Check = $crate::validate::update::Check {
            code: $code,
            doc: if cfg!(feature = "prose") { concat!($($doc, "\n"),+) } else { "" },
            mirrors: if cfg!(feature = "prose") { $mirrors } else { "" },
            old: if cfg!(feature = "prose") { $old } else { "" },
            accepted: if cfg!(feature = "prose") { $accepted } else { "" },
            refused: if cfg!(feature = "prose") { $refused } else { "" },
            run: $run,
        };
    };
}
pub(super) use update;
