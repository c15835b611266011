//! Every pair of options on every ballot, and what follows from that for any pairwise method.

use crate::option::OptionIndex;
use crate::profile::Marks;
use crate::rules::{Basis, Strength, Unranked};

use super::place::Place;
use super::{Case, CheckError, votes};

/// A square table, row by row.
pub(super) type Table<T> = Vec<Vec<T>>;

/// A cell; the default outside the table.
pub(super) fn cell<T: Copy + Default>(table: &[Vec<T>], row: usize, column: usize) -> T {
    table.get(row).and_then(|row| row.get(column)).copied().unwrap_or_default()
}

/// A square table of this size, cell by cell.
pub(super) fn table<T>(size: usize, cell: impl Fn(usize, usize) -> T) -> Table<T> {
    (0..size).map(|row| (0..size).map(|column| cell(row, column)).collect()).collect()
}

/// For every pair of the options given, the votes that rank the one above the other.
pub(super) fn matrix(
    case: &Case<'_>,
    options: &[OptionIndex],
    by: Basis,
    unranked: Unranked,
    place: &Place<'_>,
) -> Result<Table<u64>, CheckError> {
    let mut matrix = table(options.len(), |_, _| 0_u64);
    for (marks, tally) in case.profile.iter() {
        let Marks::Ranking(ranking) = marks else { continue };
        let mut ranks: Vec<Option<usize>> = vec![None; case.contest.options().len()];
        for (rank, group) in ranking.groups().enumerate() {
            for option in group {
                if let Some(slot) = ranks.get_mut(option.index()) {
                    *slot = Some(rank);
                }
            }
        }
        let rank = |o: &OptionIndex| ranks.get(o.index()).copied().flatten();
        for (above, row) in options.iter().zip(&mut matrix) {
            let Some(upper) = rank(above) else { continue };
            for (below, cell) in options.iter().zip(row) {
                let is_above = match (rank(below), unranked) {
                    (Some(lower), _) => upper < lower,
                    (None, Unranked::Last) => true,
                    (None, Unranked::NotCompared) => false,
                };
                if is_above {
                    *cell = place.fits(cell.checked_add(votes(by, tally)))?;
                }
            }
        }
    }
    Ok(matrix)
}

/// How strong a defeat is, compared first by the first number; zero for no defeat.
pub(super) type Key = (u64, u64);

/// The strength of a defeat by so many votes to so many (Schulze 2011, §2.1).
pub(super) fn defeat(there: u64, back: u64, strength: Strength) -> Key {
    if there <= back {
        return (0, 0);
    }
    match strength {
        Strength::WinningVotes => (there, 0),
        Strength::WinningVotesFewerOpposing => (there, fewer(back)),
        Strength::Margins => (there - back, 0),
    }
}

/// The fewer against, the stronger.
pub(super) fn fewer(against: u64) -> u64 {
    u64::MAX - against
}

/// The option that beats every other pair by pair, if there is one.
pub(super) fn condorcet_winner(
    options: &[OptionIndex],
    matrix: &[Vec<u64>],
) -> Option<OptionIndex> {
    let beats = |a: usize, b: usize| cell(matrix, a, b) > cell(matrix, b, a);
    let beats_all = |a: usize| (0..options.len()).filter(|&b| b != a).all(|b| beats(a, b));
    (0..options.len()).find(|&a| beats_all(a)).and_then(|a| options.get(a)).copied()
}

/// The options of some rows.
pub(super) fn named(options: &[OptionIndex], rows: &[usize]) -> Vec<OptionIndex> {
    rows.iter().filter_map(|&row| options.get(row)).copied().collect()
}

/// Whom nobody is above comes first; then whom only those are above, and so on. Nothing comes of
/// those on a cycle, which no order has.
pub(super) fn layers(
    options: &[OptionIndex],
    is_above: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<OptionIndex>> {
    let mut left: Vec<usize> = (0..options.len()).collect();
    let mut layers = Vec::new();
    loop {
        let (below, top): (Vec<usize>, Vec<usize>) =
            left.iter().partition(|&&row| left.iter().any(|&other| is_above(other, row)));
        if top.is_empty() {
            return layers;
        }
        layers.push(named(options, &top));
        left = below;
    }
}

/// A shortest path over some links; of several the first in ballot order. Nothing if there is none.
pub(super) fn first_path(
    size: usize,
    from: usize,
    to: usize,
    linked: impl Fn(usize, usize) -> bool,
) -> Vec<usize> {
    // Rings of rows around the end: those in the first are linked to it, and so on.
    let mut rings = vec![vec![to]];
    let mut seen = vec![false; size];
    while let Some(ring) = rings.last()
        && !ring.iter().any(|&row| linked(from, row))
    {
        for &row in ring {
            if let Some(flag) = seen.get_mut(row) {
                *flag = true;
            }
        }
        let fresh = |row: &usize| seen.get(*row) == Some(&false);
        let near = |row: &usize| ring.iter().any(|&inner| linked(*row, inner));
        let next: Vec<usize> = (0..size).filter(|row| fresh(row) && near(row)).collect();
        if next.is_empty() {
            return Vec::new();
        }
        rings.push(next);
    }
    let mut path = vec![from];
    for ring in rings.iter().rev() {
        let Some(&last) = path.last() else { break };
        path.extend(ring.iter().copied().find(|&row| linked(last, row)));
    }
    path
}
