//! The order of keys: Go's sorter.go.
//!
//! Numbers inside keys count as numbers, and letters come after everything else. The relation is not transitive
//! (`1` < `01` < `0a` < `1`), so what Go makes of some sets depends on the order it starts with.

use super::Dialect;
use crate::text::{Str, is_digit, is_letter, lossy};
use crate::value::Value;
use std::cmp::Ordering;

/// An entry of a mapping.
pub(super) type Entry<'h> = (&'h Str, &'h Value);

/// Up to this many entries are sorted by insertion, as Go does with few.
const FEW: usize = 48;

/// Sorts entries that come in the order of their bytes.
///
/// The library's sorts may refuse a relation that is not transitive; these cannot.
pub(super) fn sort(entries: &mut Vec<Entry<'_>>, dialect: Dialect) {
    if entries.len() <= FEW {
        for i in 1..entries.len() {
            let mut at = i;
            while at > 0 && is_less(entries, at, at - 1, dialect) {
                entries.swap(at, at - 1);
                at -= 1;
            }
        }
        return;
    }
    let mut width = 1;
    while width < entries.len() {
        let mut merged = Vec::with_capacity(entries.len());
        for pair in entries.chunks(width * 2) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut merged, dialect);
        }
        *entries = merged;
        width *= 2;
    }
}

fn merge<'h>(mut left: &[Entry<'h>], mut right: &[Entry<'h>], out: &mut Vec<Entry<'h>>, dialect: Dialect) {
    while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
        if less(b.0, a.0, dialect) {
            out.push(*b);
            right = right_rest;
        } else {
            out.push(*a);
            left = left_rest;
        }
    }
    out.extend_from_slice(left);
    out.extend_from_slice(right);
}

fn is_less(entries: &[Entry<'_>], a: usize, b: usize, dialect: Dialect) -> bool {
    match (entries.get(a), entries.get(b)) {
        (Some(a), Some(b)) => less(a.0, b.0, dialect),
        _ => false,
    }
}

fn less(a: &[u8], b: &[u8], dialect: Dialect) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return less_by(a, b, dialect);
    }
    let chars = |text: &[u8]| lossy(text).chars().collect::<Vec<char>>();
    less_by(&chars(a), &chars(b), dialect)
}

/// A character of a key.
trait Unit: Copy + Ord + Into<char> {}
impl Unit for u8 {}
impl Unit for char {}

/// Go's `keyList.Less` for two strings.
fn less_by<C: Unit>(a: &[C], b: &[C], dialect: Dialect) -> bool {
    let Some(at) = a.iter().zip(b).position(|(a, b)| a != b) else { return a.len() < b.len() };
    let (Some(&x), Some(&y)) = (a.get(at), b.get(at)) else { return false };
    let before = a.get(..at).unwrap_or_default();
    match (is_letter(x.into()), is_letter(y.into())) {
        (true, true) => x < y,
        (false, false) => by_number(before, a.get(at..).unwrap_or_default(), b.get(at..).unwrap_or_default()).is_lt(),
        (x_is_letter, y_is_letter) => {
            // goyaml.v3 lets a number that ends here win.
            let after_digit = before.last().is_some_and(|c| is_digit((*c).into()));
            if dialect == Dialect::Pretty && after_digit { x_is_letter } else { y_is_letter }
        }
    }
}

/// Compares by the numbers that start here, whose leading digits are in `before`.
fn by_number<C: Unit>(before: &[C], a: &[C], b: &[C]) -> Ordering {
    let first = |text: &[C]| text.first().copied().map_or('\0', Into::into);
    let mut lead = 0;
    if first(a) == '0' || first(b) == '0' {
        let digits = before.iter().rev().map(|c| (*c).into()).take_while(|c| is_digit(*c));
        lead = i64::from(digits.into_iter().any(|c| c != '0'));
    }
    let number = |text: &[C]| {
        let digits = text.iter().map(|c| (*c).into()).take_while(|c| is_digit(*c));
        digits.fold((lead, 0_usize), |(n, len), c: char| {
            (n.wrapping_mul(10).wrapping_add(i64::from(u32::from(c)) - i64::from(b'0')), len + 1)
        })
    };
    number(a).cmp(&number(b)).then_with(|| a.first().cmp(&b.first()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_and_letters_come_last() {
        let wanted =
            ["", "-", "_x", "1", "2", "10", "A", "B", "a", "a-1", "a.b", "a1", "a01", "a9", "a10", "ab", "b", "é"];
        let mut keys: Vec<Str> = wanted.iter().map(|k| Str::from(*k)).collect();
        keys.sort();
        let mut entries: Vec<Entry<'_>> = keys.iter().map(|k| (k, &Value::NIL)).collect();
        sort(&mut entries, Dialect::Yaml);
        let sorted: Vec<String> = entries.iter().map(|e| e.0.to_string()).collect();
        assert_eq!(sorted, wanted);
    }

    #[test]
    fn many_keys_are_sorted_too() {
        let keys: Vec<Str> = (0..1000).map(|n| Str::from(format!("k{n}"))).collect();
        let mut sorted = keys.clone();
        sorted.sort();
        let mut entries: Vec<Entry<'_>> = sorted.iter().map(|k| (k, &Value::NIL)).collect();
        sort(&mut entries, Dialect::Yaml);
        assert!(entries.iter().map(|e| e.0).eq(keys.iter()));
    }
}
