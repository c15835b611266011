//! Schulze's method: rank options by their strongest paths of pairwise defeats.
//!
//! M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
//! single-winner election method", Social Choice and Welfare 36 (2011), §2.

use super::pairwise::{Pairwise, Square, rank_by};
use super::{Counted, seats};
use crate::count::CountError;
use crate::option::{ContestOptions, OptionIndex};
use crate::rules::{Contest, Incomparable, Strength};
use crate::ties::TieBreaker;
use crate::transcript::{CountRecord, Figure, PairSentence, PathRecord, SchulzeRecord};

/// The largest contest whose strongest paths are all written out: n² paths of up to n options.
pub(crate) const MAX_OPTIONS_WITH_PATHS: usize = 40;

/// Ranks by strongest paths; the highest ranked fill the seats.
pub(crate) fn count(
    contest: &Contest,
    pairwise: &Pairwise,
    strength: Strength,
    incomparable: Incomparable,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let paths = Paths::of(&pairwise.votes, strength);
    let beats = paths.strongest.map_with_mirror(|there, back| there > back);
    let groups = rank_by(&beats, incomparable);
    let ranking: Vec<_> = groups.iter().map(|group| pairwise.named(group)).collect();
    let filled = seats::fill(contest, &ranking, ties)?;
    let record = record(contest.options(), pairwise, &paths, &beats, &groups);
    Ok(Counted {
        record: CountRecord::Schulze(record),
        ranking,
        cap: filled.cap,
        outcome: filled.outcome,
        sentence: filled.sentence,
    })
}

/// How strong a defeat is: the larger, the stronger; compared first by the first number.
type Key = (u64, u64);

/// Strongest paths, with strengths as levels: places in the sorted list of distinct strengths.
///
/// Levels are small integers whatever the weights, so that the inner loop runs on narrow lanes
/// and the arithmetic cannot overflow.
struct Paths {
    /// The strength of each level, weakest first; level zero is "no path".
    levels: Vec<Key>,
    /// Direct defeats.
    direct: Square<u32>,
    /// Strongest paths.
    strongest: Square<u32>,
    strength: Strength,
}

impl Paths {
    fn of(votes: &Square<u64>, strength: Strength) -> Self {
        let keys = votes.map_with_mirror(|there, back| key(there, back, strength));
        let mut levels = keys.cells().to_vec();
        levels.push((0, 0));
        levels.sort_unstable();
        levels.dedup();
        // Invariant: 1,000 options have fewer than 2^20 pairs, so a place fits 32 bits.
        let level = |k| levels.binary_search(&k).ok().and_then(|l| u32::try_from(l).ok());
        let direct = keys.map_with_mirror(|k, _| level(k).unwrap_or(0));
        let strongest = if levels.len() <= usize::from(u16::MAX) {
            let narrow = direct.map_with_mirror(|l, _| u16::try_from(l).unwrap_or(u16::MAX));
            widest(narrow).map_with_mirror(|l, _| u32::from(l))
        } else {
            widest(direct.clone())
        };
        Self { levels, direct, strongest, strength }
    }

    fn key(&self, level: u32) -> Key {
        usize::try_from(level).ok().and_then(|l| self.levels.get(l)).copied().unwrap_or((0, 0))
    }

    /// A shortest path from one row to another whose every defeat is at least as strong as the
    /// strongest path between them.
    fn witness(&self, from: usize, to: usize) -> Option<Vec<usize>> {
        let floor = self.strongest.at(from, to);
        if floor == 0 || from == to {
            return None;
        }
        let mut came_from = vec![usize::MAX; self.direct.size()];
        let mut queue = std::collections::VecDeque::from([from]);
        while let Some(row) = queue.pop_front() {
            if row == to {
                break;
            }
            for (next, previous) in came_from.iter_mut().enumerate() {
                if *previous == usize::MAX && next != from && self.direct.at(row, next) >= floor {
                    *previous = row;
                    queue.push_back(next);
                }
            }
        }
        let mut path = vec![to];
        while let Some(&last) = path.last()
            && last != from
        {
            path.push(came_from.get(last).copied().filter(|&row| row != usize::MAX)?);
        }
        path.reverse();
        Some(path)
    }

    fn text(&self, level: u32) -> String {
        let (first, second) = self.key(level);
        match self.strength {
            Strength::WinningVotes | Strength::Margins => first.to_string(),
            Strength::WinningVotesFewerOpposing => format!("{first} to {}", u64::MAX - second),
        }
    }
}

/// The strength of `there` against `back`; zero unless it is a defeat (Schulze 2011, §2.1).
fn key(there: u64, back: u64, strength: Strength) -> Key {
    if there <= back {
        return (0, 0);
    }
    match strength {
        Strength::WinningVotes => (there, 0),
        Strength::WinningVotesFewerOpposing => (there, u64::MAX - back),
        Strength::Margins => (there - back, 0),
    }
}

/// The strongest path between every two rows: Floyd and Warshall's algorithm with the weakest
/// link for the sum and the strongest path for the shortest (Schulze 2011, §2.3.1).
fn widest<T: Copy + Default + Ord>(mut strength: Square<T>) -> Square<T> {
    let size = strength.size();
    let mut through: Vec<T> = Vec::with_capacity(size);
    for middle in 0..size {
        through.clear();
        through.extend_from_slice(strength.row(middle));
        for from in 0..size {
            let first = strength.at(from, middle);
            if first == T::default() || from == middle {
                continue;
            }
            for (cell, &second) in strength.row_mut(from).iter_mut().zip(&through) {
                *cell = (*cell).max(first.min(second));
            }
        }
    }
    for row in 0..size {
        strength.set(row, row, T::default());
    }
    strength
}

fn record(
    options: &ContestOptions,
    pairwise: &Pairwise,
    paths: &Paths,
    beats: &Square<bool>,
    groups: &[Vec<usize>],
) -> SchulzeRecord {
    let size = pairwise.options.len();
    let opposing = match paths.strength {
        Strength::WinningVotes | Strength::Margins => Vec::new(),
        Strength::WinningVotesFewerOpposing => paths.strongest.to_rows(|level| {
            let (first, second) = paths.key(level);
            if first == 0 { 0 } else { u64::MAX - second }
        }),
    };
    let pairs = (0..size).flat_map(|from| (0..size).map(move |to| (from, to)));
    let witnesses = pairs.filter(|_| size <= MAX_OPTIONS_WITH_PATHS).filter_map(|(from, to)| {
        let path = pairwise.named(&paths.witness(from, to)?);
        let strength = Figure::from(paths.key(paths.strongest.at(from, to)).0);
        Some(PathRecord { path, strength })
    });
    let beaten = |row: &[bool]| {
        let rows: Vec<usize> =
            row.iter().enumerate().filter(|&(_, &b)| b).map(|(j, _)| j).collect();
        pairwise.named(&rows)
    };
    SchulzeRecord {
        options: pairwise.options.clone(),
        pairwise: pairwise.votes.to_rows(|votes| votes),
        strongest: paths.strongest.to_rows(|level| paths.key(level).0),
        opposing,
        beats: beats.rows().map(beaten).collect(),
        paths: witnesses.collect(),
        condorcet_winner: pairwise
            .condorcet_winner()
            .and_then(|row| pairwise.options.get(row))
            .copied(),
        against_default: Vec::new(),
        sentences: sentences(options, pairwise, paths, beats, groups),
    }
}

/// For each option below the first group, why one of the group above is ranked above it.
fn sentences(
    options: &ContestOptions,
    pairwise: &Pairwise,
    paths: &Paths,
    beats: &Square<bool>,
    groups: &[Vec<usize>],
) -> Vec<PairSentence> {
    let mut sentences = Vec::new();
    for (upper, lower) in groups.iter().zip(groups.iter().skip(1)) {
        for &below in lower {
            let Some(&above) = upper.iter().find(|&&row| beats.at(row, below)) else { continue };
            let (Some(&a), Some(&b)) = (pairwise.options.get(above), pairwise.options.get(below))
            else {
                continue;
            };
            let sentence = pair_sentence(options, pairwise, paths, (above, a), (below, b));
            sentences.push(PairSentence { above: a, below: b, sentence });
        }
    }
    sentences
}

fn pair_sentence(
    options: &ContestOptions,
    pairwise: &Pairwise,
    paths: &Paths,
    (above, a): (usize, OptionIndex),
    (below, b): (usize, OptionIndex),
) -> String {
    let (a, b) = (options.name(a), options.name(b));
    let (votes, against) = (pairwise.votes.at(above, below), pairwise.votes.at(below, above));
    let (there, back) = (paths.strongest.at(above, below), paths.strongest.at(below, above));
    let duel = format!("head to head it is {votes} to {against}");
    let way = if there == paths.direct.at(above, below) {
        "the direct comparison".to_owned()
    } else if pairwise.options.len() <= MAX_OPTIONS_WITH_PATHS {
        let steps = pairwise.named(&paths.witness(above, below).unwrap_or_default());
        let names: Vec<String> = steps.iter().map(|&o| options.name(o)).collect();
        names.join(" > ")
    } else {
        "a chain of wins".to_owned()
    };
    let back = match back {
        0 => "no chain of wins leads back".to_owned(),
        level => format!("the strongest way back has only {}", paths.text(level)),
    };
    format!(
        "{a} is ranked above {b}: its strongest way there is {way} with a strength of {}; {back} \
         ({duel}).",
        paths.text(there)
    )
}
