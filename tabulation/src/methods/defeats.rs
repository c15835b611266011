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
    let mut most = 0;
    votes.each_with_mirror(|_, _, there, _| most = most.max(there));
    // Invariant: two numbers of 2^53 at most and a pair of rows take 126 bits.
    let shift = u64::BITS - most.leading_zeros();
    let number = |there: u64, back: u64| match strength {
        Strength::WinningVotes => u128::from(there),
        Strength::WinningVotesFewerOpposing => u128::from(there) << shift | u128::from(most - back),
        Strength::Margins => u128::from(there - back),
    };
    let largest = number(most, 0);
    let mut packed = Vec::with_capacity(votes.size() * votes.size() / 2);
    votes.each_with_mirror(|winner, loser, there, back| {
        if there > back {
            let pair = (winner << ROW | loser) as u128;
            packed.push((largest - number(there, back)) << PAIR | pair);
        }
    });
    if largest >> (u64::BITS - PAIR) == 0 {
        // Numbers of one machine word sort much faster.
        let mut narrow: Vec<u64> = packed.iter().filter_map(|&p| u64::try_from(p).ok()).collect();
        narrow.sort_unstable();
        return unpacked(narrow.into_iter().map(u128::from));
    }
    packed.sort_unstable();
    unpacked(packed.into_iter())
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
