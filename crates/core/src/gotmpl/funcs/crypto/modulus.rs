//! Powers modulo an odd number, by Montgomery's way: no product takes a division.

use num_bigint::BigUint;

/// An odd modulus. Numbers below it are held times `R`, a power of two above it.
pub(super) struct Modulus {
    /// The modulus, its lowest limb first.
    limbs: Vec<u64>,
    /// What its lowest limb, times this, makes minus one.
    inverse: u64,
    /// `R`, which stands for one.
    one: Vec<u64>,
    whole: BigUint,
}

impl Modulus {
    /// The modulus; none for an even number.
    pub fn new(whole: &BigUint) -> Option<Modulus> {
        let limbs = whole.to_u64_digits();
        let first = *limbs.first().filter(|first| *first & 1 == 1)?;
        // Each round doubles the bits that are right; an odd number is its own inverse in three.
        let inverse = (0..5).fold(first, |x, _| x.wrapping_mul(2_u64.wrapping_sub(first.wrapping_mul(x))));
        let mut modulus = Modulus { limbs, inverse: inverse.wrapping_neg(), one: Vec::new(), whole: whole.clone() };
        modulus.one = modulus.form(&BigUint::from(1u32));
        Some(modulus)
    }

    /// `base` to the power of `exponent`.
    pub fn power(&self, base: &BigUint, exponent: &BigUint) -> BigUint {
        let is_two = *base == BigUint::from(2u32);
        let base = self.form(base);
        let (mut x, mut next) = (self.one.clone(), vec![0; self.limbs.len()]);
        for bit in (0..exponent.bits()).rev() {
            self.multiply(&x, &x, &mut next);
            std::mem::swap(&mut x, &mut next);
            match exponent.bit(bit) {
                true if is_two => self.double(&mut x),
                true => {
                    self.multiply(&x, &base, &mut next);
                    std::mem::swap(&mut x, &mut next);
                }
                false => {}
            }
        }
        let mut unit = vec![0; self.limbs.len()];
        if let Some(lowest) = unit.first_mut() {
            *lowest = 1;
        }
        self.multiply(&x, &unit, &mut next);
        number(&next)
    }

    /// The number times `R`.
    fn form(&self, number: &BigUint) -> Vec<u64> {
        let mut limbs = ((number << (64 * self.limbs.len())) % &self.whole).to_u64_digits();
        limbs.resize(self.limbs.len(), 0);
        limbs
    }

    /// `a` times `b` divided by `R`: limb by limb, the product grows by one of `a` and loses its own lowest, which a
    /// multiple of the modulus makes zero.
    fn multiply(&self, a: &[u64], b: &[u64], out: &mut [u64]) {
        let (Some((b_first, b_rest)), Some((first, rest))) = (b.split_first(), self.limbs.split_first()) else {
            return;
        };
        out.fill(0);
        let mut top = 0;
        for &x in a {
            let mut slots = out.iter_mut();
            let Some(mut before) = slots.next() else { return };
            let (low, mut carry) = add_product(*before, x, *b_first, 0);
            let factor = low.wrapping_mul(self.inverse);
            let (_, mut reduced) = add_product(low, factor, *first, 0);
            for ((slot, b), limb) in slots.zip(b_rest).zip(rest) {
                let low;
                (low, carry) = add_product(*slot, x, *b, carry);
                (*before, reduced) = add_product(low, factor, *limb, reduced);
                before = slot;
            }
            let sum = u128::from(top) + u128::from(carry) + u128::from(reduced);
            (*before, top) = (sum as u64, (sum >> 64) as u64);
        }
        self.reduce(out, top > 0);
    }

    fn double(&self, x: &mut [u64]) {
        let mut carry = 0;
        for limb in x.iter_mut() {
            (*limb, carry) = (*limb << 1 | carry, *limb >> 63);
        }
        self.reduce(x, carry > 0);
    }

    /// Takes the modulus away once, where the number is not below it.
    fn reduce(&self, x: &mut [u64], overflows: bool) {
        if overflows || x.iter().rev().ge(self.limbs.iter().rev()) {
            let mut borrow = false;
            for (x, limb) in x.iter_mut().zip(&self.limbs) {
                let (less, first) = x.overflowing_sub(*limb);
                let (less, second) = less.overflowing_sub(u64::from(borrow));
                (*x, borrow) = (less, first || second);
            }
        }
    }
}

/// `sum + a * b + carry`: the lower limb and the upper one.
fn add_product(sum: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let whole = u128::from(a) * u128::from(b) + u128::from(sum) + u128::from(carry);
    (whole as u64, (whole >> 64) as u64)
}

fn number(limbs: &[u64]) -> BigUint {
    BigUint::from_bytes_le(&limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect::<Vec<u8>>())
}

/// `base` to the power of `exponent`, modulo any number.
pub(super) fn power(base: &BigUint, exponent: &BigUint, modulus: &BigUint) -> BigUint {
    match Modulus::new(modulus) {
        Some(modulus) => modulus.power(base, exponent),
        None => base.modpow(exponent, modulus),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_those_of_plain_arithmetic() {
        let mut state = BigUint::from(88_172_645_463_325_252_u64);
        let mut draw = |bits: u64| {
            state = &state * &state + 12_345_u32;
            state = &state & ((BigUint::from(1u32) << 2_100) - 1u32);
            &state >> (2_100 - bits.min(2_000))
        };
        for round in 0..40_u64 {
            let (base, exponent) = (draw(60 * round), draw(30 * round));
            let modulus = draw(50 * round + 3) | BigUint::from(1u32);
            assert_eq!(power(&base, &exponent, &modulus), base.modpow(&exponent, &modulus), "{modulus}");
            let two = BigUint::from(2u32);
            assert_eq!(power(&two, &exponent, &modulus), two.modpow(&exponent, &modulus), "{modulus}");
        }
        let largest = (BigUint::from(1u32) << 1024) - 1u32;
        assert_eq!(power(&(&largest - 1u32), &largest, &largest), &largest - 1u32);
    }
}
