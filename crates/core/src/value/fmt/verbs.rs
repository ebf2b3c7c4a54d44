//! Reading a format string: `pp.doPrintf`.

use super::{Flags, Printer};
use crate::budget::Exhausted;
use crate::text::{Origin, decode_rune};
use crate::value::{Repr, Value};

/// Widths and precisions beyond this are errors in Go.
const TOO_LARGE: i64 = 1_000_000;

/// Where the reading of a format stands.
struct Reader<'f> {
    format: &'f [u8],
    at: usize,
    /// Number of the next argument.
    arg: usize,
    args: &'f [Value],
    /// An explicit index such as `[3]` was just read.
    after_index: bool,
    /// Some index was explicit: extra arguments are not counted.
    reordered: bool,
    /// The indexes of this verb are fine.
    good_index: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// `parsenum`: a decimal number up to `end`.
    fn number(&mut self, end: usize) -> Option<usize> {
        let mut n: Option<i64> = None;
        while let Some(c @ b'0'..=b'9') = self.peek()
            && self.at < end
        {
            let so_far = n.unwrap_or(0);
            if so_far > TOO_LARGE {
                // A crazy long number is given up on.
                self.at = end;
                return None;
            }
            n = Some(so_far * 10 + i64::from(c - b'0'));
            self.at += 1;
        }
        n.map(|n| n as usize)
    }

    /// `pp.argNumber`: an explicit argument index.
    fn index(&mut self) {
        self.after_index = false;
        if self.peek() != Some(b'[') {
            return;
        }
        self.reordered = true;
        let rest = self.format.get(self.at..).unwrap_or_default();
        let close = if rest.len() < 3 { None } else { rest.iter().skip(1).position(|&b| b == b']') };
        let Some(close) = close.map(|i| self.at + 1 + i) else {
            self.good_index = false;
            self.at += 1;
            return;
        };
        self.at += 1;
        let index = self.number(close).filter(|_| self.at == close);
        self.at = close + 1;
        match index {
            Some(n) if (1..=self.args.len()).contains(&n) => {
                self.arg = n - 1;
                self.after_index = true;
            }
            // A number out of range still counts as an index that was read.
            Some(_) => {
                self.good_index = false;
                self.after_index = true;
            }
            None => self.good_index = false,
        }
    }

    /// `intFromArg`: the argument of a `*`.
    fn star(&mut self) -> Option<i64> {
        let arg = self.args.get(self.arg)?;
        self.arg += 1;
        let n = match arg.repr {
            Repr::Int(n, ty) if !(ty.is_unsigned() && n < 0) => n,
            _ => return None,
        };
        (-TOO_LARGE..=TOO_LARGE).contains(&n).then_some(n)
    }
}

impl Printer<'_> {
    /// `pp.doPrintf`
    pub(super) fn printf(&mut self, format: &[u8], origin: Origin, args: &[Value]) -> Result<(), Exhausted> {
        let mut r = Reader { format, at: 0, arg: 0, args, after_index: false, reordered: false, good_index: true };
        while r.at < format.len() {
            self.budget.tick()?;
            r.good_index = true;
            let start = r.at;
            let rest = format.get(start..).unwrap_or_default();
            r.at = memchr::memchr(b'%', rest).map_or(format.len(), |i| start + i);
            self.out.copy(format, origin, start, r.at);
            if !r.eat(b'%') {
                break;
            }
            if !self.verb(&mut r)? {
                break;
            }
        }
        self.extra(&r)
    }

    /// One verb after its `%`; false at the end of the format.
    fn verb(&mut self, r: &mut Reader<'_>) -> Result<bool, Exhausted> {
        self.flags = Flags::default();
        while let Some(c) = r.peek() {
            match c {
                b'#' => self.flags.sharp = true,
                b'0' => self.flags.zero = true,
                b'+' => self.flags.plus = true,
                b'-' => self.flags.minus = true,
                b' ' => self.flags.space = true,
                _ => break,
            }
            r.at += 1;
        }
        // Plain lower-case verbs never look at indexes, widths or precisions.
        if let Some(c @ b'a'..=b'z') = r.peek()
            && r.arg < r.args.len()
        {
            r.at += 1;
            self.print_next(r, char::from(c))?;
            return Ok(true);
        }
        r.index();
        self.read_width(r);
        self.read_precision(r);
        if !r.after_index {
            r.index();
        }
        let (verb, size) = decode_rune(r.format.get(r.at..).unwrap_or_default());
        r.at += size;
        match verb {
            _ if size == 0 => {
                self.out.push("%!(NOVERB)");
                return Ok(false);
            }
            '%' => self.out.push("%"),
            _ if !r.good_index => self.out.push(format!("%!{verb}(BADINDEX)")),
            _ if r.arg >= r.args.len() => self.out.push(format!("%!{verb}(MISSING)")),
            _ => self.print_next(r, verb)?,
        }
        Ok(true)
    }

    fn print_next(&mut self, r: &mut Reader<'_>, verb: char) -> Result<(), Exhausted> {
        if matches!(verb, 'v' | 'w') {
            self.flags.sharp_v = std::mem::replace(&mut self.flags.sharp, false);
            self.flags.plus_v = std::mem::replace(&mut self.flags.plus, false);
        }
        let arg = r.args.get(r.arg);
        r.arg += 1;
        arg.map_or(Ok(()), |arg| self.arg(arg, verb))
    }

    fn read_width(&mut self, r: &mut Reader<'_>) {
        if r.eat(b'*') {
            match r.star() {
                Some(n) => {
                    self.flags.width = Some(n.unsigned_abs() as usize);
                    if n < 0 {
                        self.flags.minus = true;
                        self.flags.zero = false;
                    }
                }
                None => self.out.push("%!(BADWIDTH)"),
            }
            r.after_index = false;
            return;
        }
        self.flags.width = r.number(r.format.len());
        if r.after_index && self.flags.width.is_some() {
            r.good_index = false;
        }
    }

    fn read_precision(&mut self, r: &mut Reader<'_>) {
        if r.at + 1 >= r.format.len() || !r.eat(b'.') {
            return;
        }
        if r.after_index {
            r.good_index = false;
        }
        r.index();
        if r.eat(b'*') {
            match r.star() {
                Some(n) if n >= 0 => self.flags.prec = Some(n as usize),
                _ => self.out.push("%!(BADPREC)"),
            }
            r.after_index = false;
        } else {
            self.flags.prec = Some(r.number(r.format.len()).unwrap_or(0));
        }
    }

    /// `%!(EXTRA …)`
    fn extra(&mut self, r: &Reader<'_>) -> Result<(), Exhausted> {
        let left = r.args.get(r.arg..).unwrap_or_default();
        if r.reordered || left.is_empty() {
            return Ok(());
        }
        self.flags = Flags::default();
        self.out.push("%!(EXTRA ");
        for (i, arg) in left.iter().enumerate() {
            if i > 0 {
                self.out.push(", ");
            }
            match arg.type_name(self.heap) {
                None => self.out.push("<nil>"),
                Some(ty) => {
                    self.out.push(ty);
                    self.out.push("=");
                    self.arg(arg, 'v')?;
                }
            }
        }
        self.out.push(")");
        Ok(())
    }
}
