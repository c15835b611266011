//! The pairwise matrix: how many votes rank one option above another.

use std::collections::BTreeMap;

use crate::option::OptionIndex;
use crate::profile::{Profile, Ranking};
use crate::rules::{Basis, Contest, Incomparable, Unranked};

/// A square matrix over the options that stand, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Square<T> {
    size: usize,
    cells: Vec<T>,
}

impl<T: Copy + Default> Square<T> {
    pub(crate) fn new(size: usize) -> Self {
        Self { size, cells: vec![T::default(); size * size] }
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// A cell; the default outside the matrix.
    pub(crate) fn at(&self, row: usize, column: usize) -> T {
        if column >= self.size {
            return T::default();
        }
        self.cells.get(row * self.size + column).copied().unwrap_or_default()
    }

    pub(crate) fn row(&self, row: usize) -> &[T] {
        self.cells.get(row * self.size..(row + 1) * self.size).unwrap_or(&[])
    }

    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [T] {
        self.cells.get_mut(row * self.size..(row + 1) * self.size).unwrap_or(&mut [])
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &[T]> {
        self.cells.chunks_exact(self.size.max(1))
    }

    pub(crate) fn cells(&self) -> &[T] {
        &self.cells
    }

    pub(crate) fn set(&mut self, row: usize, column: usize, value: T) {
        if let Some(cell) = self.row_mut(row).get_mut(column) {
            *cell = value;
        }
    }

    /// The same matrix of other cells, each made from a cell and the one mirrored at the diagonal.
    pub(crate) fn map_with_mirror<U: Copy + Default>(&self, f: impl Fn(T, T) -> U) -> Square<U> {
        let mut out = Square::new(self.size);
        for row in 0..self.size {
            for column in 0..self.size {
                out.set(row, column, f(self.at(row, column), self.at(column, row)));
            }
        }
        out
    }

    pub(crate) fn to_rows<U>(&self, f: impl Fn(T) -> U) -> Vec<Vec<U>> {
        self.rows().map(|row| row.iter().map(|&cell| f(cell)).collect()).collect()
    }
}

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
        let mut place = vec![usize::MAX; contest.options().len()];
        for (row, option) in options.iter().enumerate() {
            if let Some(slot) = place.get_mut(option.index()) {
                *slot = row;
            }
        }
        let mut votes = Square::new(options.len());
        let mut sheet = Sheet::new(options.len());
        for (ranking, tally) in profile.rankings() {
            sheet.read(ranking, &place, unranked);
            sheet.add_to(&mut votes, by.of(tally));
        }
        Self { options, votes }
    }

    /// The row that beats every other one, if any.
    pub(crate) fn condorcet_winner(&self) -> Option<usize> {
        (0..self.options.len()).find(|&i| {
            (0..self.options.len()).all(|j| i == j || self.votes.at(i, j) > self.votes.at(j, i))
        })
    }

    /// The options of some rows.
    pub(crate) fn named(&self, rows: &[usize]) -> Vec<OptionIndex> {
        rows.iter().filter_map(|&row| self.options.get(row)).copied().collect()
    }
}

/// One ballot laid out flat: rows in order of preference, with where each rank ends.
struct Sheet {
    rows: Vec<usize>,
    ends: Vec<usize>,
    ranked: Vec<bool>,
}

impl Sheet {
    fn new(size: usize) -> Self {
        Self { rows: Vec::with_capacity(size), ends: Vec::new(), ranked: vec![false; size] }
    }

    fn read(&mut self, ranking: Ranking<'_>, place: &[usize], unranked: Unranked) {
        self.rows.clear();
        self.ends.clear();
        self.ranked.fill(false);
        for group in ranking.groups() {
            for option in group {
                let row = place.get(option.index()).copied().unwrap_or(usize::MAX);
                if let Some(flag) = self.ranked.get_mut(row) {
                    *flag = true;
                    self.rows.push(row);
                }
            }
            self.ends.push(self.rows.len());
        }
        if unranked == Unranked::Last {
            let rest = self.ranked.iter().enumerate().filter(|&(_, &ranked)| !ranked);
            self.rows.extend(rest.map(|(row, _)| row));
            self.ends.push(self.rows.len());
        }
    }

    // Invariant: every cell is at most the profile's checked total.
    fn add_to(&self, votes: &mut Square<u64>, count: u64) {
        let mut start = 0;
        for &end in &self.ends {
            let below = self.rows.get(end..).unwrap_or(&[]);
            for &above in self.rows.get(start..end).unwrap_or(&[]) {
                let row = votes.row_mut(above);
                for &other in below {
                    if let Some(cell) = row.get_mut(other) {
                        *cell = cell.wrapping_add(count);
                    }
                }
            }
            start = end;
        }
    }
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
