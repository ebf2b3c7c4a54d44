//! Large random primes.

use super::modulus::Modulus;
use crate::budget::Budget;
use crate::gotmpl::funcs::FuncError;
use num_bigint::BigUint;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng as _};
use std::sync::LazyLock;

/// Steps that one primality test is charged; a test takes some milliseconds.
const TEST_COST: u64 = 10_000;
/// Candidates are sieved by primes below this.
const SIEVE_BOUND: u64 = 12_000;

/// Miller–Rabin rounds: FIPS 186-5, table B.1, has five for numbers of 1024 bits, and Go goes by it.
fn rounds(bits: u64) -> usize {
    if bits >= 1024 { 5 } else { 12 }
}

static SMALL_PRIMES: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut primes: Vec<u64> = Vec::new();
    for n in (3..SIEVE_BOUND).step_by(2) {
        if primes.iter().take_while(|p| **p * **p <= n).all(|p| n % p != 0) {
            primes.push(n);
        }
    }
    primes
});

/// A random number of exactly so many bits.
pub(super) fn random_bits(rng: &mut impl RngCore, bits: usize) -> BigUint {
    let mut bytes = vec![0; bits.div_ceil(8)];
    rng.fill_bytes(&mut bytes);
    let mut n = BigUint::from_bytes_be(&bytes) >> (bytes.len() * 8 - bits);
    n.set_bit(bits as u64 - 1, true);
    n
}

/// A random number from 1 up to, but without, `limit`.
pub(super) fn random_below(rng: &mut impl RngCore, limit: &BigUint) -> BigUint {
    let mut bytes = vec![0; limit.bits().div_ceil(8) as usize + 8];
    rng.fill_bytes(&mut bytes);
    BigUint::from_bytes_be(&bytes) % (limit - 1u32) + 1u32
}

/// Miller–Rabin with random bases.
pub(super) fn is_prime(budget: &Budget, rng: &mut impl RngCore, n: &BigUint) -> Result<bool, FuncError> {
    let one = BigUint::from(1u32);
    let minus_one = n - &one;
    let twos = minus_one.trailing_zeros().unwrap_or(0);
    let odd = &minus_one >> twos;
    let Some(modulus) = Modulus::new(n) else { return Ok(false) };
    for round in 0..rounds(n.bits()) {
        budget.spend(TEST_COST)?;
        let base = if round == 0 { BigUint::from(2u32) } else { random_below(rng, &minus_one) };
        let mut x = modulus.power(&base, &odd);
        if x == one || x == minus_one {
            continue;
        }
        let mut witness = true;
        for _ in 1..twos {
            x = &x * &x % n;
            if x == minus_one {
                witness = false;
                break;
            }
        }
        if witness {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A random prime of so many bits, the two highest of them set, for which `fits` holds.
pub(super) fn random_prime(
    budget: &Budget,
    rng: &mut impl RngCore,
    bits: usize,
    fits: impl Fn(&BigUint) -> bool,
) -> Result<BigUint, FuncError> {
    let primes = &*SMALL_PRIMES;
    loop {
        let mut start = random_bits(rng, bits);
        start.set_bit(bits as u64 - 2, true);
        start.set_bit(0, true);
        let residues: Vec<u64> = primes.iter().map(|p| (&start % *p).iter_u64_digits().next().unwrap_or(0)).collect();
        for step in (0..(bits as u64) * 8).step_by(2) {
            budget.tick()?;
            if primes.iter().zip(&residues).any(|(p, r)| (r + step) % p == 0) {
                continue;
            }
            let candidate = &start + step;
            if candidate.bits() == bits as u64 && fits(&candidate) && is_prime(budget, rng, &candidate)? {
                return Ok(candidate);
            }
        }
    }
}

/// Two primes, each of a seed of its own. Where there are threads they are looked for side by side.
pub(super) fn two_primes(
    budget: &Budget,
    rng: &mut impl RngCore,
    bits: usize,
    fits: impl Fn(&BigUint) -> bool + Sync,
) -> Result<(BigUint, BigUint), FuncError> {
    let mut seeds = [[0; 32]; 2];
    seeds.iter_mut().for_each(|seed| rng.fill_bytes(seed));
    let [first, second] = seeds;
    let find = |budget: &Budget, seed| random_prime(budget, &mut ChaCha20Rng::from_seed(seed), bits, &fits);
    if cfg!(target_family = "wasm") {
        return Ok((find(budget, first)?, find(budget, second)?));
    }
    let (other, left) = (budget.fork(), budget.left());
    let (p, q) = std::thread::scope(|scope| {
        let search = move || (find(&other, second), left - other.left());
        let there = std::thread::Builder::new().spawn_scoped(scope, search);
        let here = find(budget, first);
        // Where no thread can be had, one does both.
        let there = match there {
            Ok(there) => there.join().map_err(|_| FuncError::new("the search for a prime ended early")),
            Err(_) => Ok((find(budget, second), 0)),
        };
        (here, there)
    });
    let (q, spent) = q?;
    budget.spend(spent)?;
    Ok((p?, q?))
}

/// The inverse of `a` modulo `m`, if there is one.
pub(super) fn inverse(a: &BigUint, m: &BigUint) -> Option<BigUint> {
    a.modinv(m)
}
