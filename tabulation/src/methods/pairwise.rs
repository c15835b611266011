//! The pairwise matrix: how many votes rank one option above another.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::matrix;
use super::square::Square;
use crate::option::OptionIndex;
use crate::profile::Profile;
use crate::rules::{Basis, Contest, Incomparable, Unranked};

/// The pairwise matrix of a profile of rankings.
#[derive(Debug, Clone)]
pub(crate) struct Pairwise {
    /// The options that rows and columns stand for: those not withdrawn, in ballot order.
    pub(crate) options: Vec<OptionIndex>,
    /// `votes[i][j]`: votes that rank `i` above `j`.
    pub(crate) votes: Square<u64>,
}

impl Pairwise {
    /// Compares every pair on every ballot. Withdrawn options are passed over.
    pub(crate) fn of(contest: &Contest, profile: &Profile, by: Basis, unranked: Unranked) -> Self {
        let options = contest.options().standing();
        Self { options, votes: matrix::votes(contest, profile, by, unranked) }
    }

    /// How each row fares against all others.
    pub(crate) fn duels(&self) -> Vec<Duels> {
        let mut duels = vec![Duels::default(); self.options.len()];
        self.votes.each_with_mirror(|row, column, there, back| {
            if let Some(duels) = duels.get_mut(row)
                && row != column
            {
                match there.cmp(&back) {
                    Ordering::Greater => duels.wins += 1,
                    Ordering::Less => duels.losses += 1,
                    Ordering::Equal => duels.ties += 1,
                }
            }
        });
        duels
    }

    /// The option that beats every other one, if any.
    pub(crate) fn condorcet_winner(&self) -> Option<OptionIndex> {
        self.beats_all(&self.options)
    }

    /// The option among some that beats every other one of them, if any.
    pub(crate) fn beats_all(&self, among: &[OptionIndex]) -> Option<OptionIndex> {
        let rows = among.iter().filter_map(|o| Some((*o, self.options.binary_search(o).ok()?)));
        let rows: Vec<(OptionIndex, usize)> = rows.collect();
        let beats = |i: usize, j: usize| i == j || self.votes.at(i, j) > self.votes.at(j, i);
        let winner = rows.iter().find(|&&(_, i)| rows.iter().all(|&(_, j)| beats(i, j)));
        winner.map(|&(option, _)| option)
    }

    /// The Smith set, the Smith set of the others, and so on: the smallest groups of which every
    /// member beats every option of every later group (J. H. Smith, Econometrica 41, 1973).
    pub(crate) fn smith_sets(&self) -> Vec<Vec<usize>> {
        let duels = self.duels();
        let score = |row: usize| duels.get(row).map_or(0, |d| 2 * d.wins + d.ties);
        let size = self.options.len();
        let mut rows: Vec<usize> = (0..size).collect();
        rows.sort_by_key(|&row| std::cmp::Reverse(score(row)));
        // The k highest beat all others exactly if they have all points that k options can have:
        // two for each pair within, and two for each win over the others.
        let (mut sets, mut set, mut sum) = (Vec::new(), Vec::new(), 0);
        for (k, row) in (1..).zip(rows) {
            set.push(row);
            sum += score(row);
            if sum == k * (k - 1) + 2 * k * (size - k) {
                set.sort_unstable();
                sets.push(std::mem::take(&mut set));
            }
        }
        sets
    }

    /// The same comparisons without some options.
    pub(crate) fn without(&self, dropped: &[OptionIndex]) -> Self {
        let rows = self.options.iter().enumerate().filter(|(_, o)| !dropped.contains(o));
        let rows: Vec<usize> = rows.map(|(row, _)| row).collect();
        let votes = Square::from_rows(
            rows.len(),
            rows.iter().map(|&row| rows.iter().map(move |&column| self.votes.at(row, column))),
        );
        Self { options: self.named(&rows), votes }
    }

    /// The options of some rows.
    pub(crate) fn named(&self, rows: &[usize]) -> Vec<OptionIndex> {
        rows.iter().filter_map(|&row| self.options.get(row)).copied().collect()
    }
}

/// How one option fares against all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Duels {
    pub(crate) wins: usize,
    pub(crate) losses: usize,
    pub(crate) ties: usize,
}

/// Ranks rows by a strict partial order given as `beats[i][j]`. Rows of one group are tied.
pub(crate) fn rank_by(beats: &Square<bool>, incomparable: Incomparable) -> Vec<Vec<usize>> {
    match incomparable {
        Incomparable::Tied => layers(beats),
        Incomparable::ByWins => by_wins(beats),
    }
}

/// Whoever beats more stands higher. Since the order is transitive, whoever beats another also
/// beats all that one beats, and stands higher.
fn by_wins(beats: &Square<bool>) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, beaten) in beats.rows().enumerate() {
        groups.entry(beaten.iter().filter(|&&b| b).count()).or_default().push(row);
    }
    groups.into_values().rev().collect()
}

/// First those that nothing beats, then those that only they beat, and so on.
fn layers(beats: &Square<bool>) -> Vec<Vec<usize>> {
    let size = beats.size();
    let mut beaten_by = vec![0_usize; size];
    for row in beats.rows() {
        for (count, _) in beaten_by.iter_mut().zip(row).filter(|&(_, &b)| b) {
            *count += 1;
        }
    }
    let mut groups = Vec::new();
    let mut group: Vec<usize> = zeroes(&beaten_by);
    let mut placed = 0;
    while !group.is_empty() {
        placed += group.len();
        let mut next = Vec::new();
        for &winner in &group {
            for (loser, count) in beaten_by.iter_mut().enumerate() {
                if beats.at(winner, loser) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        next.push(loser);
                    }
                }
            }
        }
        next.sort_unstable();
        groups.push(std::mem::replace(&mut group, next));
    }
    debug_assert_eq!(placed, size, "a strict partial order has no cycles");
    groups
}

fn zeroes(counts: &[usize]) -> Vec<usize> {
    counts.iter().enumerate().filter(|&(_, &n)| n == 0).map(|(row, _)| row).collect()
}
