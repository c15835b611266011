//! Chance that comes out the same every time: for the demo's voters, never for a key.

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same numbers on every machine and in every
/// version, so that the demo's figures do not change under a reader's eyes.
#[derive(Clone, Debug)]
pub(super) struct Seeded(u64);

impl Seeded {
    /// Starts from a seed and a name, so that one part of the demo does not move another.
    pub(super) fn new(seed: u64, name: &str) -> Self {
        let mixed = name.bytes().fold(seed, |state, byte| {
            (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        Seeded(mixed)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// A number below `bound`. The tiny bias of the remainder does not matter to a demonstration.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let drawn = self.next() % u64::from(bound.max(1));
        u32::try_from(drawn).unwrap_or(0)
    }
    /// Whether something that happens in so many cases of a hundred happens.
    pub(super) fn in_hundred(&mut self, cases: u32) -> bool {
        self.below(100) < cases
    }
    /// A number around zero: the sum of three even draws, each at most `spread` off.
    pub(super) fn around_zero(&mut self, spread: u32) -> i64 {
        (0..3).map(|_| i64::from(self.below(2 * spread + 1)) - i64::from(spread)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_on_every_machine() {
        let draw = |seed, name| {
            let mut rng = Seeded::new(seed, name);
            [rng.below(1000), rng.below(1000), rng.below(1000)]
        };
        assert_eq!(draw(2026, "a"), draw(2026, "a"));
        assert_ne!(draw(2026, "a"), draw(2026, "b"));
        assert_ne!(draw(2026, "a"), draw(2027, "a"));
    }
}
