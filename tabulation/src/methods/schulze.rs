//! Schulze's method: rank options by their strongest paths of pairwise defeats.
//!
//! M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
//! single-winner election method", Social Choice and Welfare 36 (2011), §2.

use super::defeats::{Defeat, Key, key, strongest_first};
use super::pairwise::{Pairwise, rank_by};
use super::reach::Reach;
use super::square::Square;
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

/// Strongest paths, with strengths as levels: places among all strengths, the weakest first.
struct Paths<'a> {
    votes: &'a Square<u64>,
    strength: Strength,
    /// The strength of each level; level zero is "no path".
    levels: Vec<Key>,
    strongest: Square<u32>,
}

impl<'a> Paths<'a> {
    /// The strongest path between every two rows (Schulze 2011, §2.3.1), found not by trying every
    /// row between every two, but defeat by defeat: put in from the strongest down, the one that
    /// first connects two rows is the weakest link of the strongest path between them.
    fn of(votes: &'a Square<u64>, strength: Strength) -> Self {
        let defeats = strongest_first(votes, strength);
        let groups: Vec<_> = defeats.chunk_by(|a, b| a.as_strong_as(*b)).collect();
        let key_of = |d: &Defeat| {
            let (winner, loser) = (d.winner(), d.loser());
            key(votes.at(winner, loser), votes.at(loser, winner), strength)
        };
        let mut levels: Vec<Key> = groups.iter().filter_map(|g| g.first()).map(key_of).collect();
        levels.push((0, 0));
        levels.reverse();
        let mut strongest = Square::new(votes.size());
        let mut reach = Reach::new(votes.size());
        // Invariant: 1,000 options have fewer than 2^20 pairs, so a level fits 32 bits.
        let numbers = (1..=u32::try_from(groups.len()).unwrap_or(u32::MAX)).rev();
        for (level, group) in numbers.zip(groups) {
            for defeat in group {
                reach.join(defeat.winner(), defeat.loser(), |from, to| {
                    strongest.set(from, to, level);
                });
            }
        }
        Self { votes, strength, levels, strongest }
    }

    fn key(&self, level: u32) -> Key {
        usize::try_from(level).ok().and_then(|l| self.levels.get(l)).copied().unwrap_or((0, 0))
    }

    /// The strength of a direct defeat.
    fn direct(&self, from: usize, to: usize) -> Key {
        key(self.votes.at(from, to), self.votes.at(to, from), self.strength)
    }

    /// A shortest path from one row to another whose every defeat is at least as strong as the
    /// strongest path between them.
    fn witness(&self, from: usize, to: usize) -> Option<Vec<usize>> {
        let floor = self.key(self.strongest.at(from, to));
        if floor == (0, 0) || from == to {
            return None;
        }
        let mut came_from = vec![usize::MAX; self.votes.size()];
        let mut queue = std::collections::VecDeque::from([from]);
        while let Some(row) = queue.pop_front() {
            if row == to {
                break;
            }
            for (next, previous) in came_from.iter_mut().enumerate() {
                if *previous == usize::MAX && next != from && self.direct(row, next) >= floor {
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

fn record(
    options: &ContestOptions,
    pairwise: &Pairwise,
    paths: &Paths<'_>,
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
        condorcet_winner: pairwise.condorcet_winner(),
        against_default: Vec::new(),
        sentences: sentences(options, pairwise, paths, beats, groups),
    }
}

/// For each option below the first group, why one of the group above is ranked above it.
fn sentences(
    options: &ContestOptions,
    pairwise: &Pairwise,
    paths: &Paths<'_>,
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
    paths: &Paths<'_>,
    (above, a): (usize, OptionIndex),
    (below, b): (usize, OptionIndex),
) -> String {
    let (a, b) = (options.name(a), options.name(b));
    let (votes, against) = (pairwise.votes.at(above, below), pairwise.votes.at(below, above));
    let (there, back) = (paths.strongest.at(above, below), paths.strongest.at(below, above));
    let duel = format!("head to head it is {votes} to {against}");
    let way = if paths.key(there) == paths.direct(above, below) {
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
