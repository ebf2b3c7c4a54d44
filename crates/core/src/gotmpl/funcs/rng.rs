//! Random draws that a render repeats: every draw derives from the host's seed and its own number.

use super::{Cx, FuncError, Text, functions};
use crate::text::lossy;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

impl Cx<'_> {
    /// The generator of the next draw.
    pub(super) fn next_draw(&mut self) -> ChaCha20Rng {
        let mut rng = ChaCha20Rng::from_seed(self.host().seed);
        rng.set_stream(self.draws);
        self.draws += 1;
        rng
    }
}

/// A number below `limit`, each equally likely.
pub(super) fn below(rng: &mut impl RngCore, limit: u64) -> u64 {
    if limit <= 1 {
        return 0;
    }
    // The top of the range that would favour small numbers is drawn again.
    let fair = u64::MAX - u64::MAX % limit;
    loop {
        let n = rng.next_u64();
        if n < fair {
            return n % limit;
        }
    }
}

fn random_text(cx: &mut Cx<'_>, count: i64, alphabet: &[u8]) -> Result<String, FuncError> {
    // goutils gives an error for a negative count, which sprig drops.
    let count = u64::try_from(count).unwrap_or(0);
    cx.budget.check_string(count.saturating_mul(16))?;
    let mut rng = cx.next_draw();
    let mut out = String::with_capacity(count as usize);
    for _ in 0..count {
        cx.tick()?;
        let i = below(&mut rng, alphabet.len() as u64) as usize;
        out.extend(alphabet.get(i).copied().map(char::from));
    }
    Ok(out)
}

const DIGITS: &[u8] = b"0123456789";
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

functions! {
    pub static RANDOM;

    /// The characters in a random order.
    ///
    /// `{{ shuffle "hello" }}`
    "shuffle" [Chance] => fn shuffle(cx, text: Text) -> Result<String, FuncError> {
        cx.budget.check_string(text.len() as u64 * 4)?;
        let mut chars: Vec<char> = lossy(&text).chars().collect();
        let mut rng = cx.next_draw();
        for i in (1..chars.len()).rev() {
            cx.tick()?;
            chars.swap(i, below(&mut rng, i as u64 + 1) as usize);
        }
        Ok(chars.into_iter().collect())
    }

    /// Random letters and digits, repeatable by the render's seed.
    ///
    /// `{{ randAlphaNum 16 }}`
    "randAlphaNum" [Chance] => fn rand_alpha_num(cx, count: i64) -> Result<String, FuncError> {
        random_text(cx, count, &[LETTERS, DIGITS].concat())
    }

    /// Random letters.
    ///
    /// `{{ randAlpha 16 }}`
    "randAlpha" [Chance] => fn rand_alpha(cx, count: i64) -> Result<String, FuncError> {
        random_text(cx, count, LETTERS)
    }

    /// Random digits.
    ///
    /// `{{ randNumeric 6 }}`
    "randNumeric" [Chance] => fn rand_numeric(cx, count: i64) -> Result<String, FuncError> {
        random_text(cx, count, DIGITS)
    }

    /// Random printable ASCII characters.
    ///
    /// `{{ randAscii 16 }}`
    "randAscii" [Chance] => fn rand_ascii(cx, count: i64) -> Result<String, FuncError> {
        let printable: Vec<u8> = (b' '..=b'~').collect();
        random_text(cx, count, &printable)
    }

    /// A random whole number from a lower limit up to, but without, an upper one.
    ///
    /// `{{ randInt 12 30 }}`
    "randInt" [Chance] => fn rand_int(cx, min: i64, max: i64) -> Result<i64, FuncError> {
        let range = max.wrapping_sub(min);
        if range <= 0 {
            return Err(FuncError::new("invalid argument to Intn"));
        }
        let mut draw = cx.next_draw();
        Ok(min.wrapping_add(below(&mut draw, range as u64) as i64))
    }
}
