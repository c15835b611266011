//! How the demo's voters make up their minds: a spatial model small enough to read.
//!
//! Every candidate is known to a degree and has a standing with everybody. A voter knows the well
//! known candidates and colleagues; likes each by standing, by whether they work for the same
//! employer, and by taste; ranks those known, as equal where the liking is. No ballot is written by
//! hand: what an employer cap removes, the voters have elected.

use tabulation::{OptionIndex, Selection};

use super::seeded::Seeded;

/// A candidate as voters see them.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Which contributor.
    pub person: usize,
    /// The standing with everybody, 0 to 100.
    pub standing: i64,
    /// Of a hundred voters, how many know the candidate.
    pub known: u32,
    /// The employer.
    pub employer: Option<&'static str>,
}

/// How much somebody's own colleague gains.
const COLLEAGUE: i64 = 22;
/// How far apart tastes are.
const TASTE: u32 = 16;
/// Likings closer than this are the same to a voter who may rank as equal.
const SAME: i64 = 3;

/// Whether a ballot may rank candidates as equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ranks {
    /// Equal ranks where the liking is about the same.
    MayBeEqual,
    /// One candidate a rank.
    Strict,
}

/// One voter's ranking.
pub(super) fn ranking(
    candidates: &[Candidate],
    employer: Option<&'static str>,
    ranks: Ranks,
    rng: &mut Seeded,
) -> Selection {
    let mut liked: Vec<(i64, OptionIndex)> = Vec::with_capacity(candidates.len());
    for (option, candidate) in OptionIndex::all(candidates.len()).zip(candidates) {
        let colleague = employer.is_some() && candidate.employer == employer;
        let bonus = if colleague { COLLEAGUE } else { 0 };
        let liking = candidate.standing + bonus + rng.around_zero(TASTE);
        if rng.in_hundred(candidate.known) || colleague {
            liked.push((liking, option));
        }
    }
    liked.sort_by_key(|(liking, option)| (std::cmp::Reverse(*liking), *option));
    let mut groups: Vec<(i64, Vec<OptionIndex>)> = Vec::with_capacity(liked.len());
    for (liking, option) in liked {
        match groups.last_mut() {
            Some((best, group)) if ranks == Ranks::MayBeEqual && *best - liking < SAME => {
                group.push(option);
            }
            Some(_) | None => groups.push((liking, vec![option])),
        }
    }
    Selection::ranking(groups.into_iter().map(|(_, group)| group))
}
