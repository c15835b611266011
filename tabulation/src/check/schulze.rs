//! Schulze's method and the Debian procedure: strongest paths by their certificate.
//!
//! `strongest` is right if (1) every strength in it is that of a chain of defeats, and (2) no chain
//! is stronger. (2) holds for all chains if it holds for one more defeat: for all i, j and k, the
//! weaker of `strongest[i][j]` and the defeat of k by j is at most `strongest[i][k]`.

use crate::option::OptionIndex;
use crate::rules::{DebianRules, Incomparable, SchulzeRules, Strength, Unranked};
use crate::transcript::{
    CountRecord, DefaultOptionRecord, Figure, PairSentence, PathRecord, SchulzeRecord,
};

use super::pairwise::{
    Key, Table, cell, condorcet_winner, defeat, fewer, first_path, layers, matrix, named, table,
};
use super::place::{Claim, records};
use super::ties::Ties;
use super::{COUNT, Case, CheckError, check_ranking, seats, wrong_kind};

/// The largest contest whose strongest paths are all written out.
const MAX_OPTIONS_WITH_PATHS: usize = 40;

records! {
    PathRecord { path, strength } but {}
    PairSentence { above, below } but { sentence }
    DefaultOptionRecord { option, votes, against, left, right, kept } but { sentence }
}

/// Checks a count by Schulze's method.
pub(super) fn check(
    case: &Case<'_>,
    rules: &SchulzeRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let record = record(case)?;
    let options = case.contest.options().standing();
    let pairwise = matrix(case, &options, rules.by, rules.unranked, &COUNT.key("pairwise"))?;
    record.against_default.compare(&Vec::new(), &COUNT.key("against_default"))?;
    let paths = Paths::check(record, &options, &pairwise, rules.strength)?;
    check_order(case, &paths, rules.incomparable, ties)
}

/// Checks a count by the Debian constitution, A.5.
pub(super) fn check_debian(
    case: &Case<'_>,
    rules: &DebianRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let record = record(case)?;
    let mut options = case.contest.options().standing();
    let place = COUNT.key("pairwise");
    let all = matrix(case, &options, rules.by, Unranked::Last, &place)?;
    let against = against_default(rules, &options, &all);
    record.against_default.compare(&against, &COUNT.key("against_default"))?;
    options.retain(|&o| against.iter().all(|a| a.option != o || a.kept));
    let pairwise = matrix(case, &options, rules.by, Unranked::Last, &place)?;
    let paths = Paths::check(record, &options, &pairwise, Strength::WinningVotesFewerOpposing)?;
    check_order(case, &paths, Incomparable::Tied, ties)
}

fn record<'a>(case: &Case<'a>) -> Result<&'a SchulzeRecord, CheckError> {
    let CountRecord::Schulze(record) = &case.transcript.count else {
        return Err(wrong_kind(COUNT, &case.transcript.count, "schulze"));
    };
    Ok(record)
}

/// A.5.2: so many voters must prefer an option to the default option; A.5.3: V(A,D) ≥ N × V(D,A)
/// and V(A,D) > V(D,A), with N = p:q.
fn against_default(
    rules: &DebianRules,
    options: &[OptionIndex],
    matrix: &Table<u64>,
) -> Vec<DefaultOptionRecord> {
    let default = options.iter().position(|&o| o == rules.default_option).unwrap_or(usize::MAX);
    let rows = options.iter().enumerate().filter(|&(row, _)| row != default);
    rows.map(|(row, &option)| {
        let (votes, against) = (cell(matrix, row, default), cell(matrix, default, row));
        let majority = rules.majorities.iter().find(|m| m.option == option);
        let (p, q) = majority.map_or((1, 1), |m| (m.votes_for, m.votes_against));
        let left = u128::from(votes).saturating_mul(u128::from(q));
        let right = u128::from(against).saturating_mul(u128::from(p));
        DefaultOptionRecord {
            option,
            votes,
            against,
            left: Figure::from(left),
            right: Figure::from(right),
            kept: votes >= rules.quorum && left >= right && votes > against,
            sentence: String::new(),
        }
    })
    .collect()
}

/// Strongest paths that were checked.
struct Paths<'a> {
    record: &'a SchulzeRecord,
    options: &'a [OptionIndex],
    direct: Table<Key>,
    strongest: Table<Key>,
}

impl<'a> Paths<'a> {
    fn check(
        record: &'a SchulzeRecord,
        options: &'a [OptionIndex],
        pairwise: &Table<u64>,
        strength: Strength,
    ) -> Result<Self, CheckError> {
        let size = options.len();
        record.options.compare(&options.to_vec(), &COUNT.key("options"))?;
        record.pairwise.compare(pairwise, &COUNT.key("pairwise"))?;
        let direct =
            table(size, |i, j| defeat(cell(pairwise, i, j), cell(pairwise, j, i), strength));
        let blank = table(size, |_, _| 0_u64);
        shape(&record.strongest, &blank, "strongest")?;
        let strongest = match strength {
            Strength::WinningVotes | Strength::Margins => {
                record.opposing.compare(&Vec::new(), &COUNT.key("opposing"))?;
                table(size, |i, j| (cell(&record.strongest, i, j), 0))
            }
            Strength::WinningVotesFewerOpposing => {
                shape(&record.opposing, &blank, "opposing")?;
                table(size, |i, j| {
                    match (cell(&record.strongest, i, j), cell(&record.opposing, i, j)) {
                        (0, 0) => (0, 0),
                        (votes, against) => (votes, fewer(against)),
                    }
                })
            }
        };
        let paths = Self { record, options, direct, strongest };
        (0..size).try_for_each(|from| paths.check_row(from))?;
        paths.check_witnesses()?;
        let winner = condorcet_winner(options, pairwise);
        record.condorcet_winner.compare(&winner, &COUNT.key("condorcet_winner"))?;
        Ok(paths)
    }

    /// The certificate of all strongest paths from one option.
    fn check_row(&self, from: usize) -> Result<(), CheckError> {
        let size = self.options.len();
        let best = |to: usize| cell(&self.strongest, from, to);
        if best(from) != (0, 0) {
            return Err(self.differs(from, from, "nothing: it is no defeat"));
        }
        // (1) Going down the strengths claimed, each is reached over defeats no weaker than it.
        let mut rest: Vec<usize> = (0..size).filter(|&to| best(to) != (0, 0)).collect();
        rest.sort_by_key(|&to| std::cmp::Reverse(best(to)));
        // The strongest defeat of each option by one that was reached.
        let mut last_step: Vec<Key> = (0..size).map(|to| cell(&self.direct, from, to)).collect();
        while let Some(&next) = rest.first() {
            let level = best(next);
            let steps = |&to: &usize| last_step.get(to).is_some_and(|&step| step >= level);
            let Some(place) = rest.iter().take_while(|&&to| best(to) == level).position(steps)
            else {
                return Err(self.differs(from, next, "no chain of defeats so strong"));
            };
            let reached = rest.remove(place);
            for (to, step) in last_step.iter_mut().enumerate() {
                *step = (*step).max(cell(&self.direct, reached, to));
            }
        }
        // (2) No defeat more makes a stronger one.
        for middle in 0..size {
            let so_far = if middle == from { (u64::MAX, u64::MAX) } else { best(middle) };
            for to in (0..size).filter(|&to| to != from) {
                let through = so_far.min(cell(&self.direct, middle, to));
                if through > best(to) {
                    return Err(self.differs(from, to, "a stronger chain of defeats"));
                }
            }
        }
        Ok(())
    }

    /// The strengths of a row vouch for each other: where they do not fit together, the row is
    /// named, since any of them may be the wrong one.
    fn differs(&self, from: usize, to: usize, follows: &str) -> CheckError {
        let of = |row: usize| self.options.get(row).map_or(u16::MAX, |o| o.value());
        let strength = cell(&self.record.strongest, from, to);
        let claimed = format!("strength {strength} for {} to {}", of(from), of(to));
        COUNT.key("strongest").index(from).differs(&claimed.as_str(), &follows)
    }

    /// One path written out for each pair: the shortest, of equal ones the first in ballot order.
    fn check_witnesses(&self) -> Result<(), CheckError> {
        let size = self.options.len();
        let place = COUNT.key("paths");
        let mut follows = Vec::new();
        if size <= MAX_OPTIONS_WITH_PATHS {
            for (from, to) in (0..size).flat_map(|from| (0..size).map(move |to| (from, to))) {
                let level = cell(&self.strongest, from, to);
                if level != (0, 0) {
                    let path = self.witness(from, to, level);
                    follows.push(PathRecord { path, strength: Figure::from(level.0) });
                }
            }
        }
        self.record.paths.compare(&follows, &place)
    }

    fn witness(&self, from: usize, to: usize, level: Key) -> Vec<OptionIndex> {
        let strong = |a: usize, b: usize| cell(&self.direct, a, b) >= level;
        named(self.options, &first_path(self.options.len(), from, to, strong))
    }

    fn beats(&self, above: usize, below: usize) -> bool {
        cell(&self.strongest, above, below) > cell(&self.strongest, below, above)
    }

    fn beaten_by(&self, row: usize) -> Vec<OptionIndex> {
        let beaten = self.options.iter().enumerate().filter(|&(other, _)| self.beats(row, other));
        beaten.map(|(_, &option)| option).collect()
    }

    fn row(&self, option: OptionIndex) -> usize {
        self.options.iter().position(|&o| o == option).unwrap_or(usize::MAX)
    }

    /// For each option below the first group, the first of the group above that is ranked above it.
    fn reasons(&self, ranking: &[Vec<OptionIndex>]) -> Vec<PairSentence> {
        let mut reasons = Vec::new();
        for (upper, lower) in ranking.iter().zip(ranking.iter().skip(1)) {
            for &below in lower {
                let above = |&&o: &&OptionIndex| self.beats(self.row(o), self.row(below));
                reasons.extend(upper.iter().find(above).map(|&above| PairSentence {
                    above,
                    below,
                    sentence: String::new(),
                }));
            }
        }
        reasons
    }
}

/// Whether a table is square and of the right size, whatever it holds.
fn shape(claimed: &Table<u64>, size: &Table<u64>, key: &'static str) -> Result<(), CheckError> {
    let blank: Table<u64> = claimed.iter().map(|row| vec![0; row.len()]).collect();
    blank.compare(size, &COUNT.key(key))
}

/// What is ranked above what, the ranking and the seats.
fn check_order(
    case: &Case<'_>,
    paths: &Paths<'_>,
    incomparable: Incomparable,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let record = paths.record;
    let beats: Vec<Vec<OptionIndex>> =
        (0..paths.options.len()).map(|row| paths.beaten_by(row)).collect();
    record.beats.compare(&beats, &COUNT.key("beats"))?;
    let ranking = match incomparable {
        Incomparable::ByWins => {
            super::tally::by_value(paths.options.iter().copied().zip(beats.iter().map(Vec::len)))
        }
        Incomparable::Tied => layers(paths.options, |above, below| paths.beats(above, below)),
    };
    record.sentences.compare(&paths.reasons(&ranking), &COUNT.key("sentences"))?;
    check_ranking(case, &ranking)?;
    seats::check(case, &ranking, ties)
}
