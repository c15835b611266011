//! Summing the pairwise matrix: the one part of a count by pairwise comparison that looks at ballots.
//!
//! Most ballots are compared with themselves in lanes: the rank of every option against the rank
//! of one, all columns of a row at a time, summed in numbers as narrow as the ranks. Before these
//! could overflow they are added to the matrix. Heavy ballots, and short ones in large contests,
//! are added pair by pair.

use super::square::Square;
use crate::profile::{Profile, Ranking};
use crate::rules::{Basis, Contest, Unranked};

/// The votes that rank the option of each row above that of each column. Rows and columns stand
/// for the options that are not withdrawn.
pub(super) fn votes(
    contest: &Contest,
    profile: &Profile,
    by: Basis,
    unranked: Unranked,
) -> Square<u64> {
    let standing = contest.options().standing();
    let mut places = vec![usize::MAX; contest.options().len()];
    for (row, option) in standing.iter().enumerate() {
        change(&mut places, option.index(), |place| *place = row);
    }
    let size = standing.len();
    let counted = profile.rankings().map(|(ranking, tally)| (ranking, by.of(tally)));
    if size <= i8::LARGEST {
        Matrix::<i8>::new(size, unranked).sum(&places, counted)
    } else {
        Matrix::<i16>::new(size, unranked).sum(&places, counted)
    }
}

/// A narrow number for ranks and small sums.
trait Lane: Copy + Default + Ord + TryFrom<usize> + TryInto<u64> {
    /// Below every option ranked.
    const LAST: Self;
    /// Not to be compared.
    const NONE: Self;
    /// The largest number.
    const LARGEST: usize;
    /// Where a ballot ranks fewer than a quarter of the options and not these, pairs are faster.
    const SPARSE: usize;
    /// A sum of which the caller knows that it fits: a check in every lane would cost the lanes.
    fn plus(self, other: Self) -> Self;
}

impl Lane for i8 {
    const LAST: Self = Self::MAX;
    const NONE: Self = -1;
    const LARGEST: usize = 127;
    const SPARSE: usize = 127;

    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
}

impl Lane for i16 {
    const LAST: Self = Self::MAX;
    const NONE: Self = -1;
    const LARGEST: usize = 32_767;
    const SPARSE: usize = 100;

    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
}

/// Lanes that one step adds to; a row is padded to a multiple.
const LANES: usize = 16;
type Lanes<L> = [L; LANES];

struct Matrix<L> {
    size: usize,
    unranked: Unranked,
    votes: Square<u64>,
    /// Lanes to a row.
    width: usize,
    /// The rank of each option on the ballot at hand.
    ranks: Vec<Lanes<L>>,
    /// Row by row, votes still to be added to the matrix; none exceeds `pending`.
    small: Vec<Lanes<L>>,
    pending: usize,
    pairs: Pairs,
}

impl<L: Lane> Matrix<L> {
    fn new(size: usize, unranked: Unranked) -> Self {
        let width = size.div_ceil(LANES);
        let zero = [L::default(); LANES];
        Self {
            size,
            unranked,
            votes: Square::new(size),
            width,
            ranks: vec![zero; width],
            small: vec![zero; width * size],
            pending: 0,
            pairs: Pairs::default(),
        }
    }

    fn sum<'a>(
        mut self,
        places: &[usize],
        ballots: impl Iterator<Item = (Ranking<'a>, u64)>,
    ) -> Square<u64> {
        let mut sheet = Sheet::default();
        for (ranking, count) in ballots {
            sheet.read(ranking, places, self.size);
            // Adding up more often than every eighth ballot would cost more than it saves.
            let small = usize::try_from(count).ok().filter(|&c| c <= L::LARGEST / 8);
            let short = sheet.ranked.len() < self.size.saturating_sub(L::SPARSE) / 4;
            match small {
                Some(count) if !short => self.add(&sheet, count),
                Some(_) | None => self.pairs.add(&sheet, count, self.size, self.unranked),
            }
        }
        self.flush();
        self.pairs.add_to(&mut self.votes, self.unranked);
        self.votes
    }

    fn add(&mut self, sheet: &Sheet, count: usize) {
        if self.pending + count > L::LARGEST {
            self.flush();
        }
        self.pending += count;
        self.ranks.fill(match self.unranked {
            Unranked::Last => [L::LAST; LANES],
            Unranked::NotCompared => [L::NONE; LANES],
        });
        // Invariant: both were kept below the largest number.
        let lane = |n: usize| L::try_from(n).unwrap_or(L::LAST);
        for &(row, rank) in &sheet.ranked {
            if let Some(lanes) = self.ranks.get_mut(row / LANES) {
                change(lanes, row % LANES, |own| *own = lane(rank));
            }
        }
        for &(row, rank) in &sheet.ranked {
            let start = row * self.width;
            let sums = self.small.get_mut(start..start + self.width).unwrap_or(&mut []);
            add_below(sums, &self.ranks, lane(rank), lane(count));
        }
    }

    fn flush(&mut self) {
        let rows = self.small.chunks_exact(self.width.max(1));
        for (row, small) in rows.enumerate() {
            for (cell, &small) in self.votes.row_mut(row).iter_mut().zip(small.as_flattened()) {
                // Invariant: a sum of votes is not negative, and part of the profile's total.
                *cell += small.try_into().unwrap_or(0);
            }
        }
        // The padding too, which no column of the matrix stands for.
        self.small.fill([L::default(); LANES]);
        self.pending = 0;
    }
}

/// Adds the count to the columns of all options that the ballot ranks below the given rank.
// Invariant: no sum exceeds the pending votes, which are kept to the largest lane.
fn add_below<L: Lane>(sums: &mut [Lanes<L>], ranks: &[Lanes<L>], rank: L, count: L) {
    for (sums, ranks) in sums.iter_mut().zip(ranks) {
        // Whole lanes are read before any is written, so that the compiler may add them at once.
        let mut after = *sums;
        for (sum, &other) in after.iter_mut().zip(ranks) {
            *sum = sum.plus(if other > rank { count } else { L::default() });
        }
        *sums = after;
    }
}

/// Sums of the ballots that are added pair by pair, over pairs of which both are ranked.
struct Pairs {
    /// Row by row, the votes that rank it above each other one.
    above: Square<u64>,
    /// Row by row, the votes that rank it as high as each other one; empty if none does.
    level: Square<u64>,
    /// Row by row, the votes that rank it at all.
    ranked: Vec<u64>,
}

impl Default for Pairs {
    fn default() -> Self {
        Self { above: Square::new(0), level: Square::new(0), ranked: Vec::new() }
    }
}

impl Pairs {
    // Invariant: every sum is at most the profile's checked total.
    fn add(&mut self, sheet: &Sheet, count: u64, size: usize, unranked: Unranked) {
        if self.ranked.len() != size {
            self.above = Square::new(size);
            self.ranked = vec![0; size];
        }
        let strict = sheet.ranked.last().is_none_or(|&(_, rank)| rank + 1 == sheet.ranked.len());
        if !strict && unranked == Unranked::Last && self.level.size() != size {
            self.level = Square::new(size);
        }
        let mut rest = sheet.ranked.as_slice();
        while let Some((&(row, rank), after)) = rest.split_first() {
            rest = after;
            change(&mut self.ranked, row, |sum| *sum += count);
            let level = after.iter().take_while(|&&(_, other)| other == rank).count();
            let (level, below) = after.split_at(level);
            let cells = self.above.row_mut(row);
            below.iter().for_each(|&(other, _)| change(cells, other, |cell| *cell += count));
            for &(other, _) in level {
                change(self.level.row_mut(row), other, |cell| *cell += count);
                change(self.level.row_mut(other), row, |cell| *cell += count);
            }
        }
    }

    /// Where unranked is last, an option is above all that are not above it or level with it,
    /// on every ballot that ranks it.
    fn add_to(&self, votes: &mut Square<u64>, unranked: Unranked) {
        self.above.each_with_mirror(|row, column, there, back| {
            let more = match unranked {
                Unranked::NotCompared => there,
                Unranked::Last if row == column => 0,
                Unranked::Last => {
                    let ranked = self.ranked.get(row).copied().unwrap_or(0);
                    ranked - back - self.level.at(row, column)
                }
            };
            change(votes.row_mut(row), column, |cell| *cell += more);
        });
    }
}

fn change<T>(cells: &mut [T], place: usize, change: impl FnOnce(&mut T)) {
    if let Some(cell) = cells.get_mut(place) {
        change(cell);
    }
}

/// One ballot laid out flat: each row ranked with its rank, best first.
#[derive(Default)]
struct Sheet {
    ranked: Vec<(usize, usize)>,
}

impl Sheet {
    fn read(&mut self, ranking: Ranking<'_>, places: &[usize], size: usize) {
        self.ranked.clear();
        let mut rank = 0;
        for group in ranking.groups() {
            let before = self.ranked.len();
            let rows = group.filter_map(|option| places.get(option.index()).copied());
            self.ranked.extend(rows.filter(|&row| row < size).map(|row| (row, rank)));
            // A rank of withdrawn options alone is none.
            rank += usize::from(self.ranked.len() > before);
        }
    }
}
