//! Random draws that a render repeats: every draw derives from the host's seed and its own number.

use super::Cx;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

impl Cx<'_> {
    /// The generator of the next draw.
    pub(super) fn next_draw(&mut self) -> ChaCha20Rng {
        let mut rng = ChaCha20Rng::from_seed(self.host.seed);
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
