//! Pairwise defeats and how strong they are.

use super::square::Square;
use crate::rules::Strength;

/// How strong a defeat is: the larger, the stronger; compared first by the first number.
pub(super) type Key = (u64, u64);

/// The strength of `there` against `back`; zero unless it is a defeat (Schulze 2011, §2.1).
pub(super) fn key(there: u64, back: u64, strength: Strength) -> Key {
    if there <= back {
        return (0, 0);
    }
    match strength {
        Strength::WinningVotes => (there, 0),
        Strength::WinningVotesFewerOpposing => (there, u64::MAX - back),
        Strength::Margins => (there - back, 0),
    }
}

/// One row beats another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Defeat {
    winner: u16,
    loser: u16,
    /// The place of its strength among all strengths, the strongest first.
    place: u32,
}

impl Defeat {
    pub(super) fn winner(self) -> usize {
        usize::from(self.winner)
    }

    pub(super) fn loser(self) -> usize {
        usize::from(self.loser)
    }

    pub(super) fn as_strong_as(self, other: Self) -> bool {
        self.place == other.place
    }
}

/// All defeats, the strongest first; equally strong ones by winner, then loser, in ballot order.
pub(super) fn strongest_first(votes: &Square<u64>, strength: Strength) -> Vec<Defeat> {
    let most = votes.rows().flatten().copied().max().unwrap_or(0);
    // Invariant: two numbers of 2^53 at most and a pair of rows take 126 bits.
    let shift = u64::BITS - most.leading_zeros();
    let number = |there: u64, back: u64| match strength {
        Strength::WinningVotes => u128::from(there),
        Strength::WinningVotesFewerOpposing => u128::from(there) << shift | u128::from(most - back),
        Strength::Margins => u128::from(there - back),
    };
    let largest = number(most, 0);
    let pack = |pair: u64, there, back| (largest - number(there, back)) << PAIR | u128::from(pair);
    if largest >> (u64::BITS - PAIR) == 0 {
        // Numbers of one machine word sort much faster.
        let narrow = |pair, there, back| u64::try_from(pack(pair, there, back)).unwrap_or(u64::MAX);
        return unpacked(sorted(votes, narrow).into_iter().map(u128::from));
    }
    unpacked(sorted(votes, pack).into_iter())
}

/// A number for each defeat, ascending.
fn sorted<P: Ord>(votes: &Square<u64>, pack: impl Fn(u64, u64, u64) -> P) -> Vec<P> {
    let mut packed = Vec::with_capacity(votes.size() * votes.size() / 2);
    votes.each_with_mirror(|winner, loser, there, back| {
        if there > back {
            packed.push(pack((winner << ROW | loser) as u64, there, back));
        }
    });
    packed.sort_unstable();
    packed
}

/// Bits of a row; a contest has at most 1,000 options.
const ROW: u32 = 10;
const PAIR: u32 = 2 * ROW;

/// Numbers with the pair in the lowest bits and the complement of the strength above them.
fn unpacked(sorted: impl ExactSizeIterator<Item = u128>) -> Vec<Defeat> {
    let mut defeats = Vec::with_capacity(sorted.len());
    let (mut place, mut before) = (0, None);
    let row = |bits: u128| u16::try_from(bits & ((1 << ROW) - 1)).unwrap_or(u16::MAX);
    for packed in sorted {
        let weakness = packed >> PAIR;
        place += u32::from(before.is_some_and(|before| before != weakness));
        before = Some(weakness);
        defeats.push(Defeat { winner: row(packed >> ROW), loser: row(packed), place });
    }
    defeats
}
